"""Pictures in a folder and the folders below it, with labels from labels.csv, sub-folder names and sidecar files."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from tachie.core.errors import Unreadable
from tachie.core.files import printable
from tachie.core.item import Item, Ref
from tachie.core.recipe import Recipe
from tachie.sources import _base
from tachie.sources.cifar import Cifar
from tachie.sources.idx import Idx
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
            yield from _listed(root, Path(), recipe, (_identity(root),))
        else:
            yield _picture(root, Path(root.name), {}, frozenset())

    @staticmethod
    def items(ref: Ref, recipe: Recipe) -> Iterator[Item]:
        """Yield the picture with its sidecars' words."""
        path = Path(ref.path)
        item = Item(source="folder", source_path=ref.name, data=_read(path), labels=ref.labels)
        yield _base.with_sidecars(item, {end: _read(path.with_name(name)) for end, name in ref.extra.items()})


def _listed(root: Path, below: Path, recipe: Recipe, above: tuple[tuple[int, int], ...]) -> Iterator[Ref]:
    try:
        paths = sorted((root / below).iterdir(), key=os.fsencode)
    except OSError as error:
        yield _problem(root / below, below, "unreadable_folder", error.strerror or str(error))
        return
    siblings = frozenset(path.name for path in paths)
    table: Mapping[str, dict[str, str]] = {}
    if "labels.csv" in siblings:
        try:
            table = _base.parse_labels_csv(_read(root / below / "labels.csv"))
        except Unreadable as error:
            yield _problem(root / below / "labels.csv", below / "labels.csv", error.reason, error.detail)
    for path in paths:
        inside = below / path.name
        if path.name.startswith("."):
            continue
        if path.is_dir():
            if _identity(path) in above:
                yield _problem(path, inside, "symlink_loop", "the link leads to a folder above itself")
            else:
                yield from _listed(root, inside, recipe, (*above, _identity(path)))
        elif source := next((s for s in _INSIDE if s.accepts(str(path))), None):
            try:
                yield from source.list(str(path), recipe)
            except Unreadable as error:
                yield _problem(path, inside, error.reason, error.detail)
        elif is_picture(path):
            labels = {**_base.folder_label(printable(below.name)), **table.get(printable(path.name), {})}
            yield _picture(path, inside, labels, siblings)


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


def _picture(path: Path, inside: Path, labels: dict[str, str], siblings: frozenset[str]) -> Ref:
    sidecars = _base.sidecar_names(path.name, siblings)
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # reading a pipe would wait for ever
            return _problem(path, inside, "not_a_file", "a pipe, socket or device")
        stamps = [_base.stamp(p) for p in (path, *map(path.with_name, sidecars.values()))]
    except OSError as error:
        return _problem(path, inside, "unreadable_file", error.strerror or str(error))
    return Ref("folder", str(path), printable(str(inside)), stamp=" ".join(stamps), labels=labels, extra=sidecars)


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
