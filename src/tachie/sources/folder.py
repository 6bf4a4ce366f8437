"""Pictures in a folder and the folders below it, with what tables, sub-folder names and sidecar files say of them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tachie.core.errors import Unreadable
from tachie.core.files import printable
from tachie.core.item import Fault, Item, Ref
from tachie.core.recipe import Recipe
from tachie.dataset.card import SHEET_NAME
from tachie.sources import _base, sidecars, tables
from tachie.sources._beside import sidecars_of, too_large, with_beside, without_picture
from tachie.sources.cifar import Cifar
from tachie.sources.idx import Idx
from tachie.sources.tables import Tables, tables_among
from tachie.sources.tar import Tar
from tachie.sources.video import Video
from tachie.sources.zip import Zip

_INSIDE = (Idx, Cifar, Video, Zip, Tar)  # what is read by its own source, the most particular first


class Folder(_base.Source):
    """A folder, or one picture. Archives and videos found on the way are read by their own sources."""

    example = "tachie build pictures/ --out DATASET"

    @staticmethod
    def accepts(place: str) -> bool:
        """Return whether anything is there: a folder, or a file that no other source reads."""
        return os.path.lexists(place)

    @staticmethod
    def list(place: str, recipe: Recipe) -> Iterator[Ref]:
        """Yield the pictures below, folder by folder, in the byte order of their names."""
        root = Path(place)
        if root.is_dir():
            yield from _Walk(root, recipe).folder(Path(), (_identity(root),))
        else:
            yield _picture(root, Path(root.name), {}, [], {})

    @staticmethod
    def items(ref: Ref, recipe: Recipe) -> Iterator[Item]:
        """Yield the picture with its sidecars' words."""
        path = Path(ref.path)
        item = Item(source="folder", source_path=ref.name, data=_read(path), labels=ref.labels)
        inside = ref.name.rpartition("/")[0]
        beside = [(f"{inside}/{printable(name)}".lstrip("/"), path.with_name(name)) for name in ref.extra["sidecars"]]
        yield with_beside(item, [(n, _small(p, n, sidecars.MOST_BYTES)) for n, p in beside], ref.extra["rows"])


@dataclass(frozen=True, slots=True)
class _Walk:
    """One way through a folder and those below it."""

    root: Path
    recipe: Recipe
    tables: Tables = field(default_factory=Tables)

    def folder(self, below: Path, above: tuple[tuple[int, int], ...]) -> Iterator[Ref]:
        try:
            paths = sorted((self.root / below).iterdir(), key=os.fsencode)
        except OSError as error:
            yield _problem(self.root / below, below, "unreadable_folder", error.strerror or str(error))
            return
        siblings = {path.name: path for path in paths}
        inside = "" if below == Path() else f"{printable(below.as_posix())}/"
        for kind, name in tables_among(iter(siblings)):
            said = _small(siblings[name], inside + printable(name), tables.MOST_BYTES)
            self.tables.add(kind, inside + printable(name), said)
        labels = _base.folder_labels(*map(printable, below.parts))
        pictures = []
        for path in paths:
            if path.name.startswith("."):
                continue
            if path.is_dir():
                if _identity(path) in above:
                    yield _problem(path, below / path.name, "symlink_loop", "the link leads to a folder above itself")
                else:
                    yield from self.folder(below / path.name, (*above, _identity(path)))
            elif source := next((s for s in _INSIDE if s.accepts(str(path))), None):
                try:
                    yield from source.list(str(path), self.recipe)
                except Unreadable as error:
                    yield _problem(path, below / path.name, error.reason, error.detail)
            elif is_picture(path) and not _is_of_card(path, siblings):
                pictures.append(path.name)
                rows = self.tables.rows(inside + printable(path.name))
                yield _picture(path, below / path.name, labels, sidecars_of(path.name, siblings), rows)
        for fault in (*without_picture(siblings, pictures, inside), *self.tables.close(inside)):
            yield Ref("folder", str(self.root), fault.name, pictures=0, fault=fault)


def is_picture(path: Path) -> bool:
    """Return whether a file's name says picture; one without any ending is asked for its first bytes."""
    if path.suffix:
        return path.suffix.lower() in _base.PICTURES
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            head = file.read(16)
    except OSError:
        return False
    return head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8")) or head[8:12] in (b"WEBP", b"avif")


def _is_of_card(path: Path, siblings: Mapping[str, Path]) -> bool:
    """Return whether a picture is the contact sheet of the card beside it, as datasets and exports have one."""
    if path.name != SHEET_NAME or "README.md" not in siblings:
        return False
    card = _small(siblings["README.md"], "README.md", sidecars.MOST_BYTES)
    return isinstance(card, bytes) and f"]({SHEET_NAME})".encode() in card


def _picture(path: Path, inside: Path, labels: Mapping[str, str], beside: list[str], rows: Mapping[str, Any]) -> Ref:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # reading a pipe would wait for ever
            return _problem(path, inside, "not_a_file", "a pipe, socket or device")
        stamps = [_base.stamp(path)]
    except OSError as error:
        return _problem(path, inside, "unreadable_file", error.strerror or str(error))
    for name in beside:
        try:
            stamps.append(_base.stamp(path.with_name(name)))
        except OSError:
            stamps.append("gone")
    extra = {"sidecars": beside, "rows": rows}
    return Ref("folder", str(path), printable(str(inside)), stamp=" ".join(stamps), labels=labels, extra=extra)


def _small(path: Path, name: str, most: int) -> bytes | Fault:
    """Return the content of a sidecar or table, or why it cannot be had; its picture is here all the same."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            return Fault(name, "not_a_file", "a folder, pipe, socket or device")
        if found.st_size > most:
            return too_large(name, found.st_size, most)
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        return Fault(name, "unreadable_file", error.strerror or str(error), unreadable=True)


def _problem(path: Path, inside: Path, reason: str, detail: str) -> Ref:
    name = inside if inside.name else path
    return Ref("folder", str(path), printable(str(name)), problem=(reason, detail))


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_base.MOST_BYTES + 1)
    except OSError as error:
        raise Unreadable("unreadable_file", error.strerror or str(error)) from error
    if len(data) > _base.MOST_BYTES:
        raise Unreadable("too_many_bytes", f"more than {_base.MOST_BYTES // 1024**2} MB")
    return data
