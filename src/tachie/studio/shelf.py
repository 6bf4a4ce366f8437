"""The models that a studio offers: their files for the browser, opened ones for the HTTP API.

In the page's folder, on our server and in a static export alike: models/index.json lists them, models/NAME/ holds
generator.json, mapping.onnx, synthesis.onnx and, where there is one, card.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tachie.core.errors import FormatError
from tachie.core.files import safe_name
from tachie.core.generator import CARD_NAME, GENERATOR_NAME, MAPPING_NAME, SYNTHESIS_NAME
from tachie.draw import Generator

FILES = (GENERATOR_NAME, MAPPING_NAME, SYNTHESIS_NAME, CARD_NAME)
_FOLDER_NAMES = ("model", "onnx")  # of `tachie make` and of runs: their parent's name says more


@dataclass(slots=True)
class Shelf:
    """Folders of exported generators by name, the first being the one that opens."""

    folders: Mapping[str, Path]
    _opened: dict[str, Generator] = field(default_factory=dict)

    def file(self, name: str, file: str) -> Path | None:
        """Return the path of one of a model's files, or None where there is no such model or file."""
        folder = self.folders.get(name)
        path = folder / file if folder is not None and file in FILES else None
        return path if path is not None and path.is_file() else None

    def about(self, name: str) -> dict[str, Any]:
        """Return what a model's generator.json says, read anew. Raises `FormatError` where it cannot be read."""
        file = self.folders[name] / GENERATOR_NAME
        try:
            about: dict[str, Any] = json.loads(file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise FormatError(f"{file} cannot be read", "Export the generator again.") from error
        return about

    def index(self) -> dict[str, Any]:
        """Return what models/index.json says."""
        models = [
            {"name": name, "resolution": self.about(name)["resolution"], "card": (folder / CARD_NAME).is_file()}
            for name, folder in self.folders.items()
        ]
        return {"models": models}

    def generator(self, name: str) -> Generator:
        """Return a model opened for drawing; it stays open. Raises `KeyError` where there is none of this name."""
        if name not in self._opened:
            self._opened[name] = Generator.open(self.folders[name])
        return self._opened[name]


def name_of(folder: Path) -> str:
    """Return the name that a generator's folder goes by in addresses."""
    whole = folder.resolve()
    return safe_name(whole.parent.name if whole.name in _FOLDER_NAMES else whole.name)
