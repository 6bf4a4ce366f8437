"""CIFAR-10's binary batches: cifar-10-binary.tar.gz as it is distributed, or the .bin files that it holds.

A record is a byte of class, 0 to 9, then 32 x 32 bytes of red, of green and of blue (Krizhevsky 2009). The classes'
names are lines of batches.meta.txt beside the batches.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO

import numpy as np

from tachie.core.errors import Unreadable
from tachie.core.files import printable
from tachie.core.item import Item, Ref
from tachie.core.recipe import Recipe
from tachie.sources import _base, _records
from tachie.sources.tar import BROKEN_TAR, TAR_ENDINGS

SIDE_PX, CLASSES = 32, 10
RECORD = 1 + 3 * SIDE_PX**2
_BATCH_NAME = re.compile(r"(data_batch(_\d+)?|test_batch)\.bin")
_NAMES = "batches.meta.txt"
_LOOKED_AT, _SMALL_BYTES = 4, 100_000  # of a tar: as distributed it has a folder and a list of names beside batches


class Cifar(_base.Source):
    """CIFAR-10's binary version; the label `split` says which pictures are its test part."""

    example = "tachie build cifar-10-binary.tar.gz --faces-as-they-are --tagger none --out DATASET"

    @staticmethod
    def accepts(place: str) -> bool:
        """Return whether the place is a batch by its name, or a tar that begins with one."""
        path = Path(place)
        if not path.is_file():
            return False
        if _BATCH_NAME.fullmatch(path.name):
            return True
        if not path.name.lower().endswith(TAR_ENDINGS):
            return False
        with suppress(*BROKEN_TAR), tarfile.open(place) as archive:
            for member in islice(archive, _LOOKED_AT):
                if _is_batch(member):
                    return True
                if member.size > _SMALL_BYTES:  # what follows lies behind it, compressed perhaps
                    break
        return False

    @staticmethod
    def list(place: str, recipe: Recipe) -> Iterator[Ref]:
        """Yield batches of records in the order of the files' names; raises `Unreadable` where a size cannot be."""
        path, archive = Path(place), printable(Path(place).name)
        if _BATCH_NAME.fullmatch(path.name):
            beside = path.with_name(_NAMES)
            names = _names(beside.read_bytes()) if beside.is_file() else ()
            stamp = " ".join(_base.stamp(p) for p in (path, beside) if p.is_file())
            yield from _listed(place, "", archive, stamp, path.stat().st_size, names)
            return
        stamp = _base.stamp(path)
        try:
            with tarfile.open(place) as opened:
                members = sorted(opened.getmembers(), key=lambda member: member.name)
                said = (opened.extractfile(m) for m in members if PurePosixPath(m.name).name == _NAMES and m.isfile())
                names = next((_names(file.read()) for file in said if file), ())
        except BROKEN_TAR as error:
            raise Unreadable("broken_archive", str(error)) from error
        for member in filter(_is_batch, members):
            yield from _listed(place, member.name, f"{archive}/{printable(member.name)}", stamp, member.size, names)

    @staticmethod
    def items(ref: Ref, recipe: Recipe) -> Iterator[Item]:
        """Yield the pictures of the batch with their class and part."""
        first, end = ref.extra["first"], ref.extra["first"] + ref.pictures
        names: tuple[str, ...] = tuple(ref.extra["names"])
        file, inside = _file(ref.path, ref.member, ref.stamp), ref.name.rpartition("/")[0]
        part = {"split": "test" if PurePosixPath(inside).name.startswith("test") else "train"}
        data = _records.read_at(file, first * RECORD, (end - first) * RECORD, inside)
        wrong: list[str] = []
        for i, record in enumerate(np.frombuffer(data, np.uint8).reshape(-1, RECORD), first):
            code = int(record[0])
            if code >= CLASSES:
                wrong.append(f"record {i} has class {code}, of 0 to {CLASSES - 1}")
                continue
            rgb = np.ascontiguousarray(record[1:].reshape(3, SIDE_PX, SIDE_PX).transpose(1, 2, 0))
            name = names[code] if code < len(names) else str(code)
            yield _records.picture("cifar", f"{inside}/{i:05d}", rgb, {"class": name, **part})
        if wrong:
            raise Unreadable(
                "broken_cifar", "; ".join(wrong[:3]) + (f"; {len(wrong)} in all" if len(wrong) > 3 else "")
            )


def _is_batch(member: tarfile.TarInfo) -> bool:
    return member.isfile() and _BATCH_NAME.fullmatch(PurePosixPath(member.name).name) is not None


def _listed(place: str, member: str, name: str, stamp: str, size: int, names: tuple[str, ...]) -> Iterator[Ref]:
    """Yield the batches of one file; what is cut off at its end is a problem of its own."""
    records, rest = divmod(size, RECORD)
    for first, end in _records.batches(records):
        extra = {"first": first, "names": list(names)}
        yield Ref("cifar", place, f"{name}/{first:05d}", member, stamp, end - first, extra=extra)
    if rest or not size:
        problem = f"{size:,} bytes are no whole number of records of {RECORD:,} bytes"
        yield Ref("cifar", place, name, member, stamp, problem=("truncated", problem))


def _names(data: bytes) -> tuple[str, ...]:
    return tuple(line.strip() for line in data.decode("utf-8", "replace").splitlines() if line.strip())[:CLASSES]


@lru_cache(maxsize=2)
def _file(path: str, member: str, stamp: str) -> IO[bytes]:
    """Open once a process: going on in a compressed archive is quick, beginning anew is not."""
    try:
        if not member:
            return Path(path).open("rb")
        file = tarfile.open(path).extractfile(member)  # noqa: SIM115 - it stays open with the member
    except (*BROKEN_TAR, KeyError) as error:
        raise Unreadable("broken_archive", str(error)) from error
    if file is None:
        raise Unreadable("broken_archive", f"{member} is no plain file")
    return file
