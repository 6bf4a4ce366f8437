"""Small pictures for the grid, made once and kept in one file."""

from __future__ import annotations

import mmap
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

import numpy as np

from tachie.core.errors import Unreadable
from tachie.core.files import replacing
from tachie.core.images import decode, encode_jpeg, extension, fitted
from tachie.studio.review.faces import Faces

THUMB_PX = 128
_AS_IT_IS_BYTES = 12_000  # a small file is its own thumbnail
_SHOWN_BY_BROWSERS = frozenset({".png", ".jpg", ".webp", ".gif"})


def thumb_of(data: bytes, width: int, height: int) -> bytes:
    """Return a picture's thumbnail: itself where it is small already, else JPEG of at most 128 px; empty if broken."""
    small = max(width, height) <= THUMB_PX and len(data) <= _AS_IT_IS_BYTES
    if small and extension(data) in _SHOWN_BY_BROWSERS:
        return data
    try:
        return encode_jpeg(fitted(decode(data).rgb, THUMB_PX)[0], 85)
    except Unreadable:
        return b""


@dataclass
class Thumbs:
    """The thumbnails of all faces. Until the file is made (`make`, in a thread), each is made when it is asked for."""

    faces: Faces
    done: int = 0
    _starts: Any = None
    _map: Any = None
    _made: threading.Event = field(default_factory=threading.Event)

    def make(self) -> None:
        """Write the file if it is not there yet, and use it from then on."""
        dataset = self.faces.dataset
        file = dataset.path / "review" / f"thumbs-{dataset.manifest.build_key[:12]}.bin"
        index = file.with_suffix(".npy")  # written last: where it is, the other is whole
        if not index.is_file() and self.faces.rows:
            sizes = []
            with replacing(file) as out:
                for table in dataset.tables(["image", "width", "height"]):
                    pictures = table.column("image").combine_chunks().field("bytes").to_pylist()
                    sides = zip(table.column("width").to_pylist(), table.column("height").to_pylist(), strict=True)
                    for data, (width, height) in zip(pictures, sides, strict=True):
                        thumb = thumb_of(data, width, height)
                        sizes.append(len(thumb))
                        out.write(thumb)
                    self.done = len(sizes)
            with replacing(index) as out:
                np.save(out, np.array([0, *accumulate(sizes)], np.int64), allow_pickle=False)
        if self.faces.rows:
            with file.open("rb") as opened:
                self._map = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) if file.stat().st_size else b""
            self._starts = np.load(index, allow_pickle=False).tolist()
        self.done = self.faces.rows
        self._made.set()

    def of(self, numbers: Sequence[int]) -> list[bytes]:
        """Return the thumbnails of faces; empty bytes where a picture is broken or a drop has none."""
        return [self._one(face) for face in numbers]

    def _one(self, face: int) -> bytes:
        if face < self.faces.rows and self._made.is_set():
            thumb: bytes = self._map[self._starts[face] : self._starts[face + 1]]
            return thumb
        data = self.faces.picture(face)
        if face >= self.faces.rows:
            return data
        row = self.faces.table.slice(face, 1)
        return thumb_of(data, row.column("width")[0].as_py(), row.column("height")[0].as_py())
