"""What an exported generator is on disk: said once, for the exporter that writes it and `draw`, which reads it.

mapping.onnx      z [B, z_dim], c [B, c_dim], truncation [B] -> w [B, w_dim], all float32
synthesis.onnx    w [B, w_dim] -> rgb [B, 3, R, R] float32 in [-1, 1]
card.md           what people should know of it, where somebody wrote it down
generator.json    format, sizes, labels, label rows with counts, what it was trained on, sha256 of both files

Version 1 knows exclusive groups alone; version 2, written where there are others, has flags and numbers
(`core.conditions`). w is w_layers vectors side by side, the coarsest first (one, where it is not said).

A page in the browser finds generators in models/NAME/ beside it, listed in models/index.json.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tachie.core.errors import FormatError

FORMAT, FORMAT_VERSION = "tachie-generator", 2
VERSION_OF_GROUPS = 1
GENERATOR_NAME, MAPPING_NAME, SYNTHESIS_NAME = "generator.json", "mapping.onnx", "synthesis.onnx"
CARD_NAME = "card.md"
_TABLES = ("label_rows", "label_row_counts")  # thousands of numbers that nobody reads one a line
FILES = (GENERATOR_NAME, MAPPING_NAME, SYNTHESIS_NAME, CARD_NAME)


def read_about(folder: Path) -> dict[str, Any]:
    """Return what the generator.json in a folder says.

    Raises `FormatError` where there is none, it is of another version, or it leaves out what drawing needs.
    """
    file = folder / GENERATOR_NAME
    try:
        about: dict[str, Any] = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise FormatError(
            f"{folder} holds no generator (no readable {GENERATOR_NAME})",
            "Export one with: tachie export --run RUN --format onnx --out DIR",
        ) from error
    if about.get("format") != FORMAT or about.get("format_version") not in (VERSION_OF_GROUPS, FORMAT_VERSION):
        raise FormatError(
            f"{file} is of format {about.get('format')} version {about.get('format_version')}, "
            f"this program reads {FORMAT} version {FORMAT_VERSION}",
            "Use the version of tachie that wrote it, or export it again.",
        )
    needed = ("resolution", "z_dim", "labels", "label_rows", "label_row_counts", "sha256")
    missing = [key for key in needed if key not in about]
    if missing:
        raise FormatError(f"{file} does not say: {', '.join(missing)}", "Export the generator again.")
    return about


def about_text(about: Mapping[str, Any]) -> str:
    """Return the text of a generator.json: indented for people, each table of label rows on one line."""
    lines = []
    for key, value in about.items():
        table = key in _TABLES
        text = json.dumps(value, indent=None if table else 1, separators=(",", ":") if table else None)
        lines.append(f" {json.dumps(key)}: " + text.replace("\n", "\n "))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def models_index(folders: Mapping[str, Path]) -> dict[str, Any]:
    """Return what models/index.json says of generators by name; raises as `read_about` does."""
    models = [
        {"name": name, "resolution": read_about(folder)["resolution"], "card": (folder / CARD_NAME).is_file()}
        for name, folder in folders.items()
    ]
    return {"models": models}
