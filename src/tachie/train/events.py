"""`Events`: a run's figures and grids for TensorBoard, beside stats.jsonl.

The format is small enough to write here (TensorBoard's own reader was tried on it): records of TFRecord framing, each
an `Event` message of TensorFlow's event.proto. TensorBoard's own writer brings grpcio and more, tensorboardX protobuf.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tachie.core.errors import disk_full_named

FOLDER = "tensorboard"


class Events:
    """One events file in RUN/tensorboard; each resumption writes its own, and TensorBoard reads them as one."""

    def __init__(self, run_dir: Path, cur_nimg: int) -> None:
        folder = run_dir / FOLDER
        stamp = time.time()
        self._path = folder / f"events.out.tfevents.{int(stamp):010d}.{stamp % 1 * 1e6:06.0f}.{os.getpid()}.tachie"
        with disk_full_named(folder):
            folder.mkdir(parents=True, exist_ok=True)
        self._append(event(stamp, 0, _text(3, b"brain.Event:2")))
        # SessionLog START: TensorBoard drops what earlier files say of later steps, as a resumed run's stats do.
        self._append(event(stamp, cur_nimg, _text(7, _number(1, 1))))

    def add(self, cur_nimg: int, figures: Mapping[str, float | None], grid_png: bytes | None = None) -> None:
        """Write figures, and a grid where there is one, at a number of images seen."""
        values = [
            _text(1, _text(1, name.encode()) + _tag(2, 5) + struct.pack("<f", value))
            for name, value in figures.items()
            if value is not None
        ]
        if grid_png is not None:
            height, width = struct.unpack(">II", grid_png[16:24])[::-1]
            image = _number(1, height) + _number(2, width) + _number(3, 3) + _text(4, grid_png)
            values.append(_text(1, _text(1, b"grid") + _text(4, image)))
        self._append(event(time.time(), cur_nimg, _text(5, b"".join(values))))

    def _append(self, data: bytes) -> None:
        with disk_full_named(self._path), self._path.open("ab") as file:
            file.write(record(data))


def event(wall_s: float, step: int, what: bytes) -> bytes:
    """Return an Event message: the time, the step and one more field."""
    return _tag(1, 1) + struct.pack("<d", wall_s) + _number(2, step) + what


def record(data: bytes) -> bytes:
    """Return one TFRecord: length, its checksum, data, their checksum."""
    length = struct.pack("<Q", len(data))
    return length + struct.pack("<I", _masked(length)) + data + struct.pack("<I", _masked(data))


def _masked(data: bytes) -> int:
    checksum = crc32c(data)
    return (((checksum >> 15) | (checksum << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def crc32c(data: bytes) -> int:
    """Return the Castagnoli checksum (RFC 3720): 0xE3069283 for b"123456789"."""
    table, checksum = _crc_table(), 0xFFFFFFFF
    for byte in data:
        checksum = table[(checksum ^ byte) & 0xFF] ^ (checksum >> 8)
    return checksum ^ 0xFFFFFFFF


@cache
def _crc_table() -> tuple[int, ...]:
    table = []
    for number in range(256):
        for _ in range(8):
            number = (number >> 1) ^ (0x82F63B78 if number & 1 else 0)
        table.append(number)
    return tuple(table)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _tag(field: int, wire: int) -> bytes:
    return _varint(field << 3 | wire)


def _number(field: int, value: int) -> bytes:
    return _tag(field, 0) + _varint(value)


def _text(field: int, data: bytes) -> bytes:
    return _tag(field, 2) + _varint(len(data)) + data
