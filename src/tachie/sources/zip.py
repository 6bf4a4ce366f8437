"""Pictures in a zip archive, read in place."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path, PurePosixPath

from tachie.core.errors import Unreadable
from tachie.core.files import printable
from tachie.core.item import Fault, Item, Ref
from tachie.core.recipe import Recipe
from tachie.sources import _base, sidecars, tables
from tachie.sources._beside import in_folders, sidecars_of, too_large, with_beside, without_pictures
from tachie.sources.tables import Tables, tables_among

# zipfile raises NotImplementedError for a compression that it cannot read, RuntimeError for a password.
_BROKEN = (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


class Zip(_base.Source):
    """A .zip or .cbz; tables, sub-folders and sidecars inside it count as in a folder."""

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
        archive = printable(Path(place).name)
        told, pictures, inside = Tables(), [], in_folders(members)
        for folder, names in inside.items():
            for kind, name in tables_among(iter(names)):
                told.add(
                    kind, printable(folder + name), _small(place, stamp, members[folder + name], tables.MOST_BYTES)
                )
        for name in members:
            path = PurePosixPath(name)
            if path.suffix.lower() not in _base.PICTURES or path.name.startswith("."):
                continue
            pictures.append(name)
            yield Ref(
                "zip",
                place,
                f"{archive}/{printable(name)}",
                member=members[name].filename,
                stamp=stamp,
                labels=_base.folder_labels(*path.parts[:-1]),
                extra={
                    "sidecars": [members[n].filename for n in sidecars_of(name, members)],
                    "rows": told.rows(printable(name)),
                },
            )
        for fault in (*without_pictures(inside, pictures), *told.close()):
            name = f"{archive}/{fault.name}"
            yield Ref("zip", place, name, pictures=0, stamp=stamp, fault=replace(fault, name=name))

    @staticmethod
    def items(ref: Ref, recipe: Recipe) -> Iterator[Item]:
        """Yield the picture with its sidecars' words."""
        archive = _open(ref.path, ref.stamp)
        data = _read(ref.path, ref.stamp, archive.getinfo(ref.member))
        beside = [archive.getinfo(name) for name in ref.extra["sidecars"]]
        contents = [(n, _small(ref.path, ref.stamp, info)) for info in beside for n in (_named(ref.path, info),)]
        item = Item(source="zip", source_path=ref.name, data=data, labels=ref.labels)
        yield with_beside(item, contents, ref.extra["rows"])


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


def _named(place: str, info: zipfile.ZipInfo) -> str:
    return printable(f"{Path(place).name}/{_readable(info)}")


def _small(place: str, stamp: str, info: zipfile.ZipInfo, most: int = sidecars.MOST_BYTES) -> bytes | Fault:
    """Return the content of a sidecar or table, or why it cannot be had; its picture is here all the same."""
    name = _named(place, info)
    if info.file_size > most:
        return too_large(name, info.file_size, most)
    try:
        return _read(place, stamp, info)
    except Unreadable as error:
        return Fault(name, error.reason, error.detail, unreadable=True)
