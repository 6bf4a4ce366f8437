"""Pictures in a zip archive, read in place."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath

from tachie.core.errors import Unreadable
from tachie.core.files import printable
from tachie.core.item import Item, Ref
from tachie.core.recipe import Recipe
from tachie.sources import _base

_BROKEN = (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


class Zip(_base.Source):
    """A .zip or .cbz; labels.csv, sub-folders and sidecars inside it count as in a folder."""

    example = "tachie build faces.zip --out DATASET"

    @staticmethod
    def accepts(place: str) -> bool:
        """Return whether the place is a file with a zip's name."""
        return place.lower().endswith((".zip", ".cbz")) and Path(place).is_file()

    @staticmethod
    def list(place: str, recipe: Recipe) -> Iterator[Ref]:
        """Yield the pictures inside in the order in which the archive holds them."""
        stamp = _base.stamp(Path(place))
        members = {_readable(info): info for info in _open(place, stamp).infolist() if not info.is_dir()}
        names = frozenset(members)
        tables = {
            str(PurePosixPath(name).parent): _base.parse_labels_csv(_read(place, stamp, info))
            for name, info in members.items()
            if PurePosixPath(name).name == "labels.csv"
        }
        archive = printable(Path(place).name)
        for name, info in members.items():
            path = PurePosixPath(name)
            if path.suffix.lower() not in _base.PICTURES or path.name.startswith(("._", ".")):
                continue
            labels = _base.folder_label(path.parent.name) | tables.get(str(path.parent), {}).get(path.name, {})
            sidecars = {end: members[n].filename for end, n in _base.sidecar_names(name, names).items()}
            yield Ref(
                "zip",
                place,
                f"{archive}/{printable(name)}",
                member=info.filename,
                stamp=stamp,
                labels=labels,
                extra=sidecars,
            )

    @staticmethod
    def items(ref: Ref, recipe: Recipe) -> Iterator[Item]:
        """Yield the picture with its sidecars' words."""
        archive = _open(ref.path, ref.stamp)
        data = _read(ref.path, ref.stamp, archive.getinfo(ref.member))
        sidecars = {e: _read(ref.path, ref.stamp, archive.getinfo(n)) for e, n in ref.extra.items()}
        yield _base.with_sidecars(Item(source="zip", source_path=ref.name, data=data, labels=ref.labels), sidecars)


@lru_cache(maxsize=8)
def _open(place: str, stamp: str) -> zipfile.ZipFile:
    """Open once a process and content (`stamp`): the directory of a large archive takes a tenth of a second to read."""
    try:
        return zipfile.ZipFile(place)
    except _BROKEN as error:
        raise Unreadable("broken_archive", str(error)) from error


def _readable(info: zipfile.ZipInfo) -> str:
    """Return the member's name; archives made on Japanese Windows carry cp932 without saying so."""
    if info.flag_bits & 0x800:
        return info.filename
    raw = info.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "cp932"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _read(place: str, stamp: str, info: zipfile.ZipInfo) -> bytes:
    if info.file_size > _base.MOST_BYTES:
        raise Unreadable("too_many_bytes", f"{info.file_size:,} bytes after unpacking")
    if info.flag_bits & 0x1:
        raise Unreadable("encrypted", "the archive asks for a password; unpack it first")
    try:
        with _open(place, stamp).open(info) as member:
            return member.read(_base.MOST_BYTES)
    except _BROKEN as error:
        raise Unreadable("broken_archive", str(error)) from error
