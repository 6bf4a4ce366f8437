"""The studio's page and a generator as plain files: any web host serves them, in any folder, without special headers.

index.html          the page, built from web/
assets/             its scripts and ONNX Runtime, with hashes in their names
models/             index.json, and a folder for the generator (core/generator.py)
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tachie.core.errors import TachieError
from tachie.core.generator import FILES, models_index
from tachie.export._folder import new_folder

PAGES = Path(__file__).resolve().parent.parent / "studio" / "static"  # what `make pages` builds
_PAGE, _OTHER = "studio.html", "review.html"


def export_site(folders: Mapping[str, Path], out: Path, pages: Path = PAGES) -> Path:
    """Write the page with the generators in `folders` (by name, the first opens) into the new folder `out`.

    Everything is written beside and renamed at the end. Raises `UsageError` where `out` is not empty, `TachieError`
    where the pages are not built, `FormatError` where a folder holds no generator.
    """
    if not (pages / _PAGE).is_file():
        raise TachieError("the pages have not been built yet", "With Node 20.19 or newer, type: make pages")
    index = models_index(folders)
    with new_folder(out) as partial:
        (partial / "assets").mkdir()
        (partial / "models").mkdir()
        shutil.copyfile(pages / _PAGE, partial / "index.html")
        for file in _files_of_page(pages):
            shutil.copyfile(file, partial / "assets" / file.name)
        for name, folder in folders.items():
            (partial / "models" / name).mkdir()
            for file in (folder / file for file in FILES if (folder / file).is_file()):
                shutil.copyfile(file, partial / "models" / name / file.name)
        (partial / "models" / "index.json").write_text(json.dumps(index) + "\n", "utf-8")
    return out


class Site:
    """Writes the studio as static files."""

    export = staticmethod(export_site)


def _files_of_page(pages: Path) -> list[Path]:
    """Return all built files save those that the other page alone needs."""
    manifest: dict[str, Any] = json.loads((pages / "manifest.json").read_text("utf-8"))
    others = _reached(manifest, _OTHER) - _reached(manifest, _PAGE)
    return sorted(file for file in (pages / "assets").iterdir() if f"assets/{file.name}" not in others)


def _reached(manifest: Mapping[str, Any], entry: str, seen: frozenset[str] = frozenset()) -> set[str]:
    """Return the files that an entry of Vite's manifest loads, itself and what it imports."""
    if entry not in manifest or entry in seen:
        return set()
    chunk = manifest[entry]
    found = {chunk["file"], *chunk.get("css", []), *chunk.get("assets", [])}
    for name in (*chunk.get("imports", []), *chunk.get("dynamicImports", [])):
        found |= _reached(manifest, name, seen | {entry})
    return found
