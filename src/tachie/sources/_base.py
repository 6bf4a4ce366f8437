"""What a source is, and what sources share: listing is cheap and ordered, opening happens in a worker process."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from tachie.core.item import Item, Ref
from tachie.core.recipe import Recipe

MOST_BYTES = 512 * 1024**2  # a single picture above this is no picture
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif"})
_SPLITS = {name: "train" for name in ("train", "training")}
_SPLITS |= {name: "validation" for name in ("validation", "valid", "val", "dev")}
_SPLITS |= {name: "test" for name in ("test", "testing")} | {"additional": "additional"}
_REPEATED = re.compile(r"([0-9]{1,3})_(\S.*)")


class Source(ABC):
    """One kind of place that pictures come from: the same files are always listed in the same order."""

    example: ClassVar[str]
    """What a person types to use it."""

    @staticmethod
    @abstractmethod
    def accepts(place: str) -> bool:
        """Return whether this source reads that place (a path, mostly)."""

    @staticmethod
    @abstractmethod
    def list(place: str, recipe: Recipe) -> Iterator[Ref]:
        """Yield what lies there, without opening it; raises `Unreadable` where nothing can be listed."""

    @staticmethod
    @abstractmethod
    def items(ref: Ref, recipe: Recipe) -> Iterator[Item]:
        """Yield the items of one ref; raises `Unreadable` where it cannot be read."""


def stamp(path: Path) -> str:
    """Return what changes when a file's content may have changed: its size and time of change."""
    found = path.stat()
    return f"{found.st_size}:{found.st_mtime_ns}"


def split_of_shard(archive: str) -> dict[str, str]:
    """Return the split that the name of a shard says, such as train-000007.tar."""
    name, dash, number = archive.partition(".")[0].rpartition("-")
    return {"split": _SPLITS[name.lower()]} if dash and number.isdigit() and name.lower() in _SPLITS else {}


def folder_labels(*folders: str) -> dict[str, str]:
    """Return what the names of the folders say that a picture lies in, the nearest last: a year, a class, a split.

    train, validation, test and their like are a split. As kohya's trainers have it, 10_name is the class `name`,
    repeated ten times.
    """
    if not folders or folders[-1] in ("", ".", ".."):
        return {}
    splits = [_SPLITS[name.lower()] for name in folders if name.lower() in _SPLITS]
    labels = {"split": splits[-1]} if splits else {}
    nearest = folders[-1]
    if nearest.isascii() and nearest.isdigit() and 1950 <= int(nearest) <= 2100:
        return labels | {"year": nearest}
    if nearest.lower() in _SPLITS:
        return labels
    if repeated := _REPEATED.fullmatch(nearest):
        return labels | {"class": repeated[2], "repeats": str(int(repeated[1]))}
    return labels | {"class": nearest}
