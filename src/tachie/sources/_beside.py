"""What lies beside a place's pictures, from names alone: which sidecars are whose, and which have no picture."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from tachie.core.files import printable
from tachie.core.item import Fault, Item
from tachie.sources._base import PICTURES
from tachie.sources.sidecars import MOST_BYTES, names_beside, picture_of, read, with_said
from tachie.sources.tables import read_rows


def sidecars_of(picture: str, names: Collection[str]) -> list[str]:
    """Return the names of a picture's sidecars among all names, the most particular first."""
    return [name for name in names_beside(picture) if name in names]


def without_picture(names: Iterable[str], pictures: Iterable[str], folder: str = "") -> Iterator[Fault]:
    """Yield a fault for each sidecar among the names of a folder ("" or ending in /) whose picture is not in it."""
    whole = set(pictures)
    stems = {name.rpartition(".")[0] or name for name in whole}
    for name in names:
        of = picture_of(name, PICTURES)
        if of is not None and of not in whole and of not in stems:
            yield Fault(folder + printable(name), "no_picture", "there is no picture for it")


def in_folders(names: Iterable[str]) -> dict[str, list[str]]:
    """Return folder ("" or ending in /) -> names in it of the members of an archive."""
    found: dict[str, list[str]] = {}
    for path in names:
        folder, slash, name = path.rpartition("/")
        found.setdefault(folder + slash, []).append(name)
    return found


def without_pictures(inside: Mapping[str, list[str]], pictures: Iterable[str]) -> Iterator[Fault]:
    """Yield `without_picture` of each folder of an archive; `pictures` are paths."""
    pictured = in_folders(pictures)
    for folder, names in inside.items():
        yield from without_picture(names, pictured.get(folder, ()), printable(folder))


def with_beside(item: Item, sidecars: Sequence[tuple[str, bytes | Fault]], rows: Mapping[str, Any]) -> Item:
    """Add to an item what its sidecars (name and content, or why it could not be had) and its tables' rows say."""
    told = [data if isinstance(data, Fault) else read(name, data) for name, data in sidecars]
    return with_said(item, [*told, *read_rows(rows)])


def too_large(name: str, size: int, most: int = MOST_BYTES) -> Fault:
    """Return the fault of a sidecar or table that is no such thing by its size."""
    return Fault(name, "too_many_bytes", f"{size:,} bytes, more than {most // 1024**2} MB", unreadable=True)
