"""MNIST's IDX files: grey pictures in one file, their classes in another beside it.

A file of pictures begins with four big-endian uint32: 0x00000803 (unsigned bytes, three dimensions), how many pictures,
rows, columns; a file of labels with two: 0x00000801, how many (LeCun, Cortes and Burges 1998).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO

import numpy as np

from tachie.core.errors import Unreadable
from tachie.core.files import printable
from tachie.core.images import PIXEL_LIMIT
from tachie.core.item import Item, Ref
from tachie.core.recipe import Recipe
from tachie.sources import _base, _records

_PICTURES, _LABELS = 0x803, 0x801
_NAME = re.compile(r"images.*idx3.*|.*\.idx3", re.IGNORECASE)  # train-images-idx3-ubyte, t10k-images.idx3-ubyte.gz
_PARTS = (("train", "train"), ("t10k", "test"), ("test", "test"))


class Idx(_base.Source):
    """A file of pictures in MNIST's format, gzipped or not; the file of labels beside it gives the classes.

    MNIST, Fashion-MNIST and KMNIST come so. Whether a file is the training or the test part becomes the label `split`.
    """

    example = "tachie build mnist/ --faces-as-they-are --tagger none --out DATASET"

    @staticmethod
    def accepts(place: str) -> bool:
        """Return whether the place is a file with the name of IDX pictures."""
        path = Path(place)
        return _NAME.search(path.name) is not None and path.is_file()

    @staticmethod
    def list(place: str, recipe: Recipe) -> Iterator[Ref]:
        """Yield batches of pictures; raises `Unreadable` where a header lies or the labels are of other pictures."""
        path, name = Path(place), printable(Path(place).name)
        beside = _labels_beside(path)
        stamp = " ".join(_base.stamp(p) for p in (path, beside) if p)
        count, height, width = _header(place, stamp)
        if beside:
            labels = len(_labels(str(beside), stamp))
            if labels != count:
                raise Unreadable("broken_idx", f"{count:,} pictures, but {beside.name} has {labels:,} labels")
        pixels = height * width
        with _records.opened(place) as file:
            file.seek(16)
            held = _records.length_of(file, count * pixels) // pixels
        for first, end in _records.batches(held):
            extra = {"height": height, "width": width, "labels": str(beside or "")}
            yield Ref("idx", place, f"{name}/{first:05d}", f"{first}:{end}", stamp, end - first, extra=extra)
        if held < count:
            problem = f"the header speaks of {count:,} pictures, the file holds {held:,}"
            yield Ref("idx", place, name, "end", stamp, problem=("truncated", problem))

    @staticmethod
    def items(ref: Ref, recipe: Recipe) -> Iterator[Item]:
        """Yield the batch's pictures, grey as RGB, with their class and part."""
        first, end = map(int, ref.member.split(":"))
        height, width = ref.extra["height"], ref.extra["width"]
        data = _records.read_at(
            _file(ref.path, ref.stamp), 16 + first * height * width, (end - first) * height * width, ref.name
        )
        pictures = np.frombuffer(data, np.uint8).reshape(end - first, height, width, 1).repeat(3, axis=3)
        classes = _labels(ref.extra["labels"], ref.stamp) if ref.extra["labels"] else b""
        file = Path(ref.path).name
        part = next(({"split": part} for word, part in _PARTS if word in file.lower()), {})
        for i, rgb in enumerate(pictures, first):
            labels = part | ({"class": str(classes[i])} if classes else {})
            yield _records.picture("idx", f"{printable(file)}/{i:05d}", rgb, labels)


def _labels_beside(pictures: Path) -> Path | None:
    """Return the file of labels that belongs to a file of pictures, gzipped or not, or None."""
    name = pictures.name.replace("images", "labels").replace("idx3", "idx1").removesuffix(".gz")
    found = (pictures.with_name(f"{name}{ending}") for ending in ("", ".gz"))
    return next((path for path in found if path != pictures and path.is_file()), None)


@lru_cache(maxsize=4)
def _file(path: str, stamp: str) -> IO[bytes]:
    """Open once a process and content: going on in a gzipped file is quick, beginning anew is not."""
    return _records.opened(path)


@lru_cache(maxsize=4)
def _header(path: str, stamp: str) -> tuple[int, int, int]:
    """Return how many pictures, rows and columns a file says it has; raises `Unreadable` where that cannot be."""
    count, height, width = _numbers(path, _PICTURES, 4)
    if not 0 < height * width <= PIXEL_LIMIT:
        raise Unreadable("broken_idx", f"pictures of {width:,} x {height:,} pixels")
    if count == 0:
        raise Unreadable("broken_idx", "the header speaks of no pictures")
    return count, height, width


@lru_cache(maxsize=4)
def _labels(path: str, stamp: str) -> bytes:
    (count,) = _numbers(path, _LABELS, 2)
    try:
        with _records.opened(path) as file:
            file.seek(8)
            data = file.read(min(count, _base.MOST_BYTES))
    except _records.BROKEN as error:
        raise Unreadable("broken_idx", f"{Path(path).name}: {error}") from error
    if len(data) < count:
        raise Unreadable("truncated", f"{Path(path).name} speaks of {count:,} labels and holds {len(data):,}")
    return data


def _numbers(path: str, magic: int, words: int) -> tuple[int, ...]:
    """Return the words after the magic of an IDX header."""
    name = Path(path).name
    try:
        with _records.opened(path) as file:
            head = file.read(4 * words)
    except _records.BROKEN as error:
        raise Unreadable("broken_idx", f"{name}: {error}") from error
    if len(head) < 4 * words:
        raise Unreadable("truncated", f"{name} ends within its header")
    found, *numbers = struct.unpack(f">{words}I", head)
    if found != magic:
        raise Unreadable("broken_idx", f"{name} begins with {found:#010x}, not with {magic:#010x}")
    return tuple(numbers)
