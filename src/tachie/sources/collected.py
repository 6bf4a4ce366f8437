"""What `tachie collect` brought: the pictures of a collection's items.jsonl, with all that sites said of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tachie.core.attributes import attributes_of_tags
from tachie.core.errors import Unreadable
from tachie.core.files import printable
from tachie.core.item import Frame, Item, Ref
from tachie.core.recipe import Recipe
from tachie.sources import _base
from tachie.sources.sidecars import decoded
from tachie.sources.tables.labels_csv import LabelsCsv

ITEMS, LEDGER, LABELS = "items.jsonl", "ledger.sqlite", "labels.csv"
# Fields that say something of who is shown; tags say the rest.
_LABELS = ("character", "reading", "voice", "game", "brand", "genre", "kind", "profile", "repeated", "parent_post")
_SAME = ("url", "page_url", "post_id", "rating", "artist", "rights", "released_at", "episode")


class Collected(_base.Source):
    """A folder that `tachie collect` filled; addresses, dates, ratings, tags and labels come along.

    A labels.csv beside items.jsonl adds labels of one's own: its column `file` names files as items.jsonl does.
    """

    example = "tachie build collected/ --out DATASET"

    @staticmethod
    def accepts(place: str) -> bool:
        """Return whether the place is a folder with a collection's ledger or items."""
        root = Path(place)
        return (root / LEDGER).is_file() or ((root / ITEMS).is_file() and (root / "files").is_dir())

    @staticmethod
    def list(place: str, recipe: Recipe) -> Iterator[Ref]:
        """Yield one ref a line; a broken line or one that points elsewhere becomes a problem."""
        root = Path(place)
        try:
            lines = (root / ITEMS).open("rb")
        except OSError as error:
            raise Unreadable("unfinished_collection", "no items.jsonl: run tachie collect to its end") from error
        table = _labels(root / LABELS)
        with lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    ref = _ref(root, number, line)
                    yield replace(ref, labels=table.get(ref.name, {}))

    @staticmethod
    def items(ref: Ref, recipe: Recipe) -> Iterator[Item]:
        """Yield the picture with what is known of it."""
        try:
            data = Path(ref.path).read_bytes()
        except OSError as error:
            raise Unreadable("unreadable_file", error.strerror or str(error)) from error
        known = ref.extra
        tags = tuple(_words(known.get("tags")))
        known_as = {n: str(known[n]) for n in _SAME if known.get(n) not in (None, "")}
        labels = {**attributes_of_tags(tags), **{n: str(known[n]) for n in _LABELS if known.get(n)}, **ref.labels}
        item = Item(
            source=str(known.get("source") or "collected"),
            source_path=ref.name,
            data=data,
            tags=tags,
            labels=labels,
            frame=_frame(known.get("frame")),
            fetched_at=_time(known.get("fetched_at")),
        )
        for name, value in known_as.items():
            setattr(item, name, value)
        yield item


def _labels(path: Path) -> dict[str, dict[str, str]]:
    try:
        table = LabelsCsv.parsed(path.name, decoded(path.read_bytes()) or "") if path.exists() else None
    except OSError as error:
        raise Unreadable("unreadable_file", f"{path.name}: {error.strerror}") from error
    except ValueError as error:
        raise Unreadable("broken_table", f"{path.name}: {error}") from error
    return {name: dict(LabelsCsv.read(row).labels) for name, row in table.rows.items()} if table else {}


def _ref(root: Path, number: int, line: bytes) -> Ref:
    name = f"{printable(root.name)}/{ITEMS}:{number}"
    try:
        known = json.loads(line)
    except (ValueError, RecursionError):
        known = None
    if not isinstance(known, dict) or not isinstance(known.get("file"), str):
        return Ref("collected", str(root / ITEMS), name, problem=("broken_line", "no JSON object with a file"))
    path = root / known["file"]
    if not path.resolve().is_relative_to(root.resolve()):
        return Ref("collected", str(root / ITEMS), name, problem=("outside", "the file lies outside the folder"))
    if not path.is_file():
        return Ref("collected", str(path), printable(known["file"]), problem=("unreadable_file", "it is not there"))
    stamp = f"{_base.stamp(path)} {hashlib.sha256(line).hexdigest()}"
    shown = known["name"] if isinstance(known.get("name"), str) else known["file"]
    return Ref("collected", str(path), printable(shown), stamp=stamp, extra=known)


def _frame(stated: object) -> Frame | None:
    """Return which frame of a video the picture is, where `tachie collect video` says so."""
    try:
        return Frame(**stated) if isinstance(stated, dict) else None
    except TypeError:
        return None


def _words(tags: object) -> Iterator[str]:
    """Yield the tags of all categories, or of a plain list, each once."""
    groups: Any = tags.values() if isinstance(tags, Mapping) else [tags]
    words = (w for group in groups if isinstance(group, list) for w in group if isinstance(w, str) and w)
    yield from dict.fromkeys(words)


def _time(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
