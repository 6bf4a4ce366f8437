"""Pictures in a tar archive, plain or compressed."""

from __future__ import annotations

import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from tachie.core.errors import Unreadable
from tachie.core.files import printable
from tachie.core.item import Item, Ref
from tachie.core.recipe import Recipe
from tachie.sources import _base

TAR_ENDINGS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
BROKEN_TAR = (OSError, tarfile.TarError, EOFError, zlib.error, lzma.LZMAError)
BATCH = 256  # members of one ref: the only way into a compressed tar is from its start


class Tar(_base.Source):
    """A .tar, .tar.gz, .tar.bz2 or .tar.xz; labels.csv, sub-folders and sidecars inside it count as in a folder."""

    example = "tachie build faces.tar --out DATASET"

    @staticmethod
    def accepts(place: str) -> bool:
        """Return whether the place is a file with a tar's name."""
        return place.lower().endswith(TAR_ENDINGS) and Path(place).is_file()

    @staticmethod
    def list(place: str, recipe: Recipe) -> Iterator[Ref]:
        """Yield batches of the pictures inside, in the archive's order."""
        archive, stamp, found = printable(Path(place).name), _base.stamp(Path(place)), _scan(place)
        for start in range(0, len(found.pictures), BATCH):
            batch = {}
            for name in found.pictures[start : start + BATCH]:
                path = PurePosixPath(name)
                stated = found.tables.get(str(path.parent), {}).get(path.name, {})
                batch[name] = _base.folder_label(printable(path.parent.name)) | stated
            first = printable(next(iter(batch)))
            yield Ref("tar", place, f"{archive}/{first}", first, stamp, len(batch), extra=batch)
        if found.problem:
            yield Ref("tar", place, archive, stamp=stamp, problem=("broken_archive", found.problem))

    @staticmethod
    def items(ref: Ref, recipe: Recipe) -> Iterator[Item]:
        """Yield the batch's pictures in order, with the words of sidecars that stand before or after them."""
        archive, sidecars = printable(Path(ref.path).name), {}
        pictures: dict[str, bytes] = {}
        stems = {name.rpartition(".")[0] for name in ref.extra} | set(ref.extra)
        broken = None
        try:
            for name, data in _members(ref.path):
                stem, _, ending = name.rpartition(".")
                if name in ref.extra:
                    pictures[name] = data()
                elif ending in ("txt", "json") and stem in stems:
                    sidecars[stem, f".{ending}"] = data()
        except Unreadable as error:
            broken = error
        for name, content in pictures.items():
            labels = ref.extra[name]
            item = Item(source="tar", source_path=f"{archive}/{printable(name)}", data=content, labels=labels)
            stem = name.rpartition(".")[0]
            beside = {e: sidecars[s, e] for s in (stem, name) for e in (".txt", ".json") if (s, e) in sidecars}
            yield _base.with_sidecars(item, beside)
        if broken:
            raise broken


@dataclass(slots=True)
class _Found:
    pictures: list[str] = field(default_factory=list)
    tables: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    problem: str = ""


def _scan(place: str) -> _Found:
    found = _Found()
    try:
        for name, data in _members(place):
            path = PurePosixPath(name)
            if path.name == "labels.csv":
                found.tables[str(path.parent)] = _base.parse_labels_csv(data())
            elif path.suffix.lower() in _base.PICTURES and not path.name.startswith("."):
                found.pictures.append(name)
    except Unreadable as error:
        found.problem = error.detail
    return found


def _members(place: str) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield the name of each plain file in the archive and a way to read it while it is the current one."""
    try:
        with tarfile.open(place) as archive:
            for member in archive:
                if member.isfile() and member.size <= _base.MOST_BYTES:
                    yield member.name, partial(_content, archive, member)
    except BROKEN_TAR as error:
        raise Unreadable("broken_archive", str(error)) from error


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    try:
        file = archive.extractfile(member)
        return file.read() if file else b""
    except BROKEN_TAR as error:
        raise Unreadable("broken_archive", f"{printable(member.name)}: {error}") from error
