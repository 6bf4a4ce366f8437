"""The generators that a studio offers: their files for the browser, opened ones for the HTTP API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tachie.core.files import safe_name
from tachie.core.generator import FILES
from tachie.draw import Generator

_FOLDER_NAMES = ("model", "onnx")  # of `tachie make` and of runs: their parent's name says more


@dataclass(slots=True)
class Shelf:
    """Folders of exported generators by name, the first being the one that opens."""

    folders: Mapping[str, Path]
    _opened: dict[str, Generator] = field(default_factory=dict)

    def file(self, name: str, file: str) -> Path | None:
        """Return the path of one of a generator's files, or None where there is no such generator or file."""
        folder = self.folders.get(name)
        path = folder / file if folder is not None and file in FILES else None
        return path if path is not None and path.is_file() else None

    def generator(self, name: str) -> Generator:
        """Return a generator opened for drawing; it stays open. Raises `KeyError` where there is none of this name."""
        if name not in self._opened:
            self._opened[name] = Generator.open(self.folders[name])
        return self._opened[name]


def name_of(folder: Path) -> str:
    """Return the name that a generator's folder goes by in addresses."""
    whole = folder.resolve()
    return safe_name(whole.parent.name if whole.name in _FOLDER_NAMES else whole.name)
