"""Pictures in a tar archive, plain or compressed."""

from __future__ import annotations

import lzma
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from tachie.core.errors import Unreadable
from tachie.core.files import printable
from tachie.core.item import Fault, Item, Ref
from tachie.core.recipe import Recipe
from tachie.sources import _base, sidecars, tables
from tachie.sources._beside import in_folders, sidecars_of, too_large, with_beside, without_pictures
from tachie.sources.tables import Tables, tables_among

TAR_ENDINGS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
BROKEN_TAR = (OSError, tarfile.TarError, EOFError, zlib.error, lzma.LZMAError)
BATCH = 256  # members of one ref: the only way into a compressed tar is from its start


class Tar(_base.Source):
    """A .tar, .tar.gz, .tar.bz2 or .tar.xz; tables, sub-folders and sidecars inside it count as in a folder."""

    example = "tachie build faces.tar --out DATASET"

    @staticmethod
    def accepts(place: str) -> bool:
        """Return whether the place is a file with a tar's name."""
        return place.lower().endswith(TAR_ENDINGS) and Path(place).is_file()

    @staticmethod
    def list(place: str, recipe: Recipe) -> Iterator[Ref]:
        """Yield batches of the pictures inside, in the archive's order."""
        split = _base.split_of_shard(Path(place).name)
        archive, stamp, found = printable(Path(place).name), _base.stamp(Path(place)), _scan(place)
        for start in range(0, len(found.pictures), BATCH):
            batch = {name: _known(name, found, split) for name in found.pictures[start : start + BATCH]}
            first = printable(next(iter(batch)))
            yield Ref("tar", place, f"{archive}/{first}", first, stamp, len(batch), extra=batch)
        for name in found.huge:
            problem = ("too_many_bytes", f"more than {_base.MOST_BYTES // 1024**2} MB")
            yield Ref("tar", place, f"{archive}/{printable(name)}", name, stamp, problem=problem)
        for fault in (
            *without_pictures(in_folders(found.names), [*found.pictures, *found.huge]),
            *found.tables.close(),
        ):
            name = f"{archive}/{fault.name}"
            yield Ref("tar", place, name, pictures=0, stamp=stamp, fault=replace(fault, name=name))
        if found.problem:
            yield Ref("tar", place, archive, stamp=stamp, problem=("broken_archive", found.problem))

    @staticmethod
    def items(ref: Ref, recipe: Recipe) -> Iterator[Item]:
        """Yield the batch's pictures in order, with the words of sidecars that stand before or after them."""
        archive = printable(Path(ref.path).name)
        wanted = {name for known in ref.extra.values() for name in known["sidecars"]}
        pictures: dict[str, bytes] = {}
        beside: dict[str, bytes | Fault] = {}
        broken = None
        try:
            for member in _members(ref.path):
                if member.name in ref.extra:
                    pictures[member.name] = member.content()
                elif member.name in wanted:
                    beside[member.name] = member.small(archive)
        except Unreadable as error:
            broken = error
        for name, content in pictures.items():
            known = ref.extra[name]
            path = f"{archive}/{printable(name)}"
            item = Item(source="tar", source_path=path, data=content, labels=known["labels"])
            contents = [(f"{archive}/{printable(n)}", beside[n]) for n in known["sidecars"] if n in beside]
            yield with_beside(item, contents, known["rows"])
        if broken:
            raise broken


@dataclass(slots=True)
class _Found:
    names: dict[str, None] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)
    huge: list[str] = field(default_factory=list)
    tables: Tables = field(default_factory=Tables)
    problem: str = ""


def _known(name: str, found: _Found, split: dict[str, str]) -> dict[str, Any]:
    """Return what is known of a picture before it is read: labels of its folders, sidecars, rows of tables."""
    labels = split | _base.folder_labels(*map(printable, PurePosixPath(name).parts[:-1]))
    return {"labels": labels, "sidecars": sidecars_of(name, found.names), "rows": found.tables.rows(printable(name))}


def _scan(place: str) -> _Found:
    found = _Found()
    archive = printable(Path(place).name)
    candidates: dict[str, tuple[str, bytes | Fault]] = {}
    try:
        for member in _members(place):
            path = PurePosixPath(member.name)
            found.names[member.name] = None
            for kind, _ in tables_among(iter([path.name])):
                candidates[member.name] = kind, member.small(archive, tables.MOST_BYTES)
            if path.suffix.lower() in _base.PICTURES and not path.name.startswith("."):
                (found.pictures if member.info.size <= _base.MOST_BYTES else found.huge).append(member.name)
    except Unreadable as error:
        found.problem = error.detail
    for folder, names in in_folders(candidates).items():
        for _, name in tables_among(iter(names)):
            kind, said = candidates[folder + name]
            found.tables.add(kind, printable(folder + name), said)
    return found


@dataclass(frozen=True, slots=True)
class _Member:
    """A plain file in an archive, to be read while it is the current one."""

    archive: tarfile.TarFile
    info: tarfile.TarInfo

    @property
    def name(self) -> str:
        return self.info.name

    def content(self) -> bytes:
        try:
            file = self.archive.extractfile(self.info)
            return file.read() if file else b""
        except BROKEN_TAR as error:
            raise Unreadable("broken_archive", f"{printable(self.name)}: {error}") from error

    def small(self, archive: str, most: int = sidecars.MOST_BYTES) -> bytes | Fault:
        """Return the content of a sidecar or table, or that it is none by its size."""
        if self.info.size > most:
            return too_large(f"{archive}/{printable(self.name)}", self.info.size, most)
        return self.content()


def _members(place: str) -> Iterator[_Member]:
    """Yield the plain files in the archive."""
    try:
        with tarfile.open(place) as archive:
            for info in archive:
                if info.isfile():
                    yield _Member(archive, info)
    except BROKEN_TAR as error:
        raise Unreadable("broken_archive", str(error)) from error
