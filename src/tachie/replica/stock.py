"""What the replicas show: paperdolls drawn when asked for, or pictures that are given."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image

from tachie.paperdoll import Paperdoll, draw_paperdoll


@dataclass(slots=True)
class Stock:
    """`count` pictures by number, from 0. Each is made once and kept: a test's stock fits into memory.

    `make` gives the bytes of a picture; where it is None, they are paperdolls, PNG, `width_px` wide.
    """

    count: int
    width_px: int = 96
    make: Callable[[int], bytes] | None = None
    _bytes: dict[int, bytes] = field(default_factory=dict)
    _dolls: dict[int, Paperdoll] = field(default_factory=dict)

    def picture(self, number: int) -> bytes:
        """Return the bytes of a picture."""
        if number not in self._bytes:
            self._bytes[number] = self.make(number) if self.make else self.doll(number).png(self.width_px)
        return self._bytes[number]

    def doll(self, number: int) -> Paperdoll:
        """Return the character that the picture shows."""
        if number not in self._dolls:
            self._dolls[number] = draw_paperdoll(number)
        return self._dolls[number]

    def md5(self, number: int) -> str:
        """Return the MD5 of a picture's bytes."""
        return hashlib.md5(self.picture(number), usedforsecurity=False).hexdigest()

    def size(self, number: int) -> tuple[int, int]:
        """Return width and height in px."""
        with Image.open(BytesIO(self.picture(number))) as picture:
            return picture.width, picture.height

    def jpeg(self, number: int, quality: int = 90) -> bytes:
        """Return the picture as JPEG."""
        with Image.open(BytesIO(self.picture(number))) as picture:
            out = BytesIO()
            picture.convert("RGB").save(out, "JPEG", quality=quality)
        return out.getvalue()
