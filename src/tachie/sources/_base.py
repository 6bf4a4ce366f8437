"""What a source is, and what sources share: listing is cheap and ordered, opening happens in a worker process."""

from __future__ import annotations

import csv
import io
import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from tachie.core.attributes import RATING_WORDS, UNKNOWN, attributes_of_tags, normalise_label
from tachie.core.item import Item, Ref
from tachie.core.recipe import Recipe

MOST_BYTES = 512 * 1024**2  # a single picture above this is no picture
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif"})
_RATINGS = {letter: letter for letter in "gsqe"} | RATING_WORDS


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


def folder_label(folder: str) -> dict[str, str]:
    """Return what the name of the sub-folder that a picture lies in says: a year, or else a class."""
    if not folder or folder in (".", ".."):
        return {}
    if folder.isascii() and folder.isdigit() and 1950 <= int(folder) <= 2100:
        return {"year": folder}
    return {"class": folder}


def parse_labels_csv(data: bytes) -> dict[str, dict[str, str]]:
    """Return file name -> labels of a labels.csv: its first column (or "file") names files, the others are labels."""
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig", "replace")))
    names = list(rows.fieldnames or ())
    if not names:
        return {}
    key = next((n for n in names if n.strip().lower() in ("file", "file_name", "filename", "path", "name")), names[0])
    table: dict[str, dict[str, str]] = {}
    for row in rows:
        stated = {n: v for n, v in row.items() if n and n != key and isinstance(v, str) and v.strip()}
        if row.get(key):
            table[row[key].replace("\\", "/")] = _known(stated)
    return table


def with_text_sidecar(item: Item, text: str) -> Item:
    """Add the tags of a .txt beside a picture: separated by commas or lines where there are any, else by blanks."""
    parts = (
        text.replace("\n", ",").split(",")
        if "," in text
        else text.split("\n")
        if "\n" in text.strip()
        else text.split()
    )
    tags = tuple(dict.fromkeys("_".join(p.split()) for p in parts if p.strip()))
    labels = {**attributes_of_tags(tags), **item.labels}
    return replace(item, tags=tuple(dict.fromkeys((*item.tags, *tags))), labels=labels)


def with_json_sidecar(item: Item, data: Mapping[str, Any]) -> Item:
    """Add what a .json beside a picture says, in the field names of boards, gallery-dl and tachie's own paperdolls."""
    tags = _tags(data)
    labels = _known(_mapping(data.get("labels"))) | _known(_mapping(data.get("attributes")))
    text = {k: str(v) for k, v in data.items() if _plain(v) and str(v) != ""}
    return replace(
        item,
        tags=tuple(dict.fromkeys((*item.tags, *tags))),
        labels={**attributes_of_tags(tags), **item.labels, **labels},
        rating=_RATINGS.get(text.get("rating", "").lower(), item.rating),
        url=text.get("file_url") or text.get("url") or item.url,
        page_url=text.get("page_url") or item.page_url,
        post_id=text.get("post_id") or text.get("id") or item.post_id,
        artist=text.get("artist") or text.get("tag_string_artist") or item.artist,
        rights=text.get("rights") or text.get("license") or item.rights,
        released_at=text.get("released_at") or item.released_at,
        episode=text.get("episode") or item.episode,
    )


def _tags(data: Mapping[str, Any]) -> tuple[str, ...]:
    stated = data.get("tags", data.get("tag_string", ()))
    if isinstance(stated, Mapping):  # Danbooru's way through some clients: category -> tags
        stated = [t for group in stated.values() if isinstance(group, list) for t in group]
    words = stated.split() if isinstance(stated, str) else stated if isinstance(stated, list) else ()
    return tuple(dict.fromkeys("_".join(str(w).split()) for w in words if _plain(w) and str(w).strip()))


def _known(stated: Mapping[str, Any]) -> dict[str, str]:
    """Return labels in tachie's spelling, without those whose value is no known one."""
    pairs = (normalise_label(str(name), str(value)) for name, value in stated.items() if _plain(value))
    return {name: value for name, value in pairs if value != UNKNOWN}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _plain(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def with_sidecars(item: Item, sidecars: Mapping[str, bytes]) -> Item:
    """Add what the sidecars (ending -> content) of a picture say; a broken one says nothing."""
    if ".txt" in sidecars:
        item = with_text_sidecar(item, sidecars[".txt"].decode("utf-8-sig", "replace"))
    if ".json" in sidecars:
        try:
            data = json.loads(sidecars[".json"])
        except (ValueError, RecursionError):
            data = None
        if isinstance(data, dict):
            item = with_json_sidecar(item, data)
    return item


def sidecar_names(name: str, siblings: frozenset[str] | set[str]) -> dict[str, str]:
    """Return ending -> name of the sidecars of `name` among its siblings: a.txt, a.png.txt, a.json, a.png.json."""
    stem = name.rpartition(".")[0]
    found = {}
    for ending in (".txt", ".json"):
        for candidate in (f"{stem}{ending}", f"{name}{ending}"):
            if candidate in siblings:
                found[ending] = candidate
    return found
