"""What sources of raw pixels share: many pictures of one size in one file, read in batches."""

from __future__ import annotations

import gzip
import hashlib
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from tachie.core.errors import Unreadable
from tachie.core.item import Item, Rgb

BATCH = 500  # pictures of one ref
BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError, tarfile.TarError)
_CHUNK = 1 << 16


def opened(path: str) -> IO[bytes]:
    """Open a file, unpacked on the way where it is gzipped."""
    file = Path(path).open("rb")  # noqa: SIM115 - whoever asks closes it
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    return cast("IO[bytes]", gzip.open(file)) if packed else file


def length_of(file: IO[bytes], most: int) -> int:
    """Return how many bytes are left in a stream, at most `most`: what a header promises is not believed."""
    found = 0
    with suppress(*BROKEN):  # a cut gzip holds what can be unpacked of it
        while found < most and (chunk := file.read(min(_CHUNK, most - found))):
            found += len(chunk)
    return found


def read_at(file: IO[bytes], start: int, count: int, what: str) -> bytes:
    """Return `count` bytes from `start`; raises `Unreadable` where there are fewer."""
    try:
        file.seek(start)
        data = file.read(count)
    except BROKEN as error:
        raise Unreadable("truncated", f"{what}: {error}") from error
    if len(data) < count:
        raise Unreadable("truncated", f"{what} ends after {start + len(data):,} bytes")
    return data


def batches(pictures: int) -> Iterator[tuple[int, int]]:
    """Yield (first, end) of each batch of so many pictures."""
    for first in range(0, pictures, BATCH):
        yield first, min(first + BATCH, pictures)


def picture(source: str, name: str, rgb: Rgb, labels: dict[str, str]) -> Item:
    """Return a raw picture as an item; its id is the sha256 of its size and pixels."""
    row_id = hashlib.sha256(f"{rgb.shape[1]}x{rgb.shape[0]} ".encode() + rgb.tobytes()).hexdigest()
    return Item(source=source, source_path=name, rgb=rgb, parent_id=row_id, row_id=row_id, labels=labels)
