"""A content-addressed store: files/ab/cd/SHA256.ext, each whole or not there."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from tachie.core.errors import disk_full_named

FILES = "files"


@dataclass(frozen=True, slots=True)
class Stored:
    """A file of the store: its name below the collection's folder, and its size."""

    sha256: str
    file: str
    bytes: int


class Store:
    """Puts pictures under the name of their content; the same bytes are one file."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._made: set[str] = set()
        self._temporary = root / FILES / f"part.{os.getpid()}.tmp"
        (root / FILES).mkdir(parents=True, exist_ok=True)
        for left in (root / FILES).glob("part.*.tmp"):  # of a run that was killed; only one runs at a time
            left.unlink(missing_ok=True)

    def put(self, data: bytes, extension: str) -> Stored:
        """Write the bytes (`extension` with its dot) unless they are there; raises `DiskFullError`.

        A killed process leaves no partial file under a final name. After a power cut a file may be short: `missing`
        finds it by its size.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        folder = f"{FILES}/{sha256[:2]}/{sha256[2:4]}"
        stored = Stored(sha256, f"{folder}/{sha256}{extension}", len(data))
        path = self._root / stored.file
        if folder not in self._made:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(folder)
        if not self.has(stored):
            with disk_full_named(path):
                self._temporary.write_bytes(data)
                self._temporary.replace(path)
        return stored

    def has(self, stored: Stored) -> bool:
        """Return whether the file is there, as long as it should be."""
        try:
            return (self._root / stored.file).stat().st_size == stored.bytes
        except OSError:
            return False

    def read(self, file: str) -> bytes:
        """Return the bytes of a stored file."""
        return (self._root / file).read_bytes()
