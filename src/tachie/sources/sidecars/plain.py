"""A plain JSON object beside a picture: tachie's own (paperdolls, exports), WebDataset's, and whatever is like them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from tachie.core.attributes import RATING_WORDS
from tachie.core.item import Frame
from tachie.sources.sidecars._said import Dialect, Said, is_plain, stated_labels, tags_of, text, web_address, whole

_RATINGS = {letter: letter for letter in "gsqe"} | RATING_WORDS
_NAME = re.compile(r"[a-z][a-z0-9_.]*")
_TELLING = (
    "tags", "tag_string", "tag_string_general", "labels", "attributes", "rating", "url", "file_url", "page_url",
    "post_id", "artist", "tag_string_artist", "rights", "license", "released_at", "episode",
)  # fmt: skip


class Plain(Dialect):
    """Fields are named as a dataset's columns; `labels` and `attributes` are label -> value."""

    title = "JSON"
    example: ClassVar[Mapping[str, Any]] = {"tags": ["blonde_hair"], "rating": "g", "labels": {"class": "Cocoa"}}

    @staticmethod
    def recognises(content: Mapping[str, Any]) -> bool:
        """Return whether any field is known."""
        return any(content.get(name) not in (None, "", [], {}) for name in _TELLING)

    @staticmethod
    def read(content: Mapping[str, Any]) -> Said:
        """Return what is known."""
        exported = "source_path" in content and "id" in content  # a dataset's row: its id is no post's
        return Said(
            dialect=Plain.title,
            complete=exported,
            tags=tags_of(*(content.get(n) for n in ("tags", "tag_string", "tag_string_general"))),
            labels=stated_labels(content.get("labels")) | stated_labels(content.get("attributes")),
            source=_source(content.get("source")),
            url=web_address(content.get("file_url")) or web_address(content.get("url")),
            page_url=web_address(content.get("page_url")),
            post_id=text(content.get("post_id")) or (None if exported else text(content.get("id"))),
            released_at=text(content.get("released_at"), 30),
            rating=_RATINGS.get((text(content.get("rating")) or "").lower()),
            artist=text(content.get("artist")) or text(content.get("tag_string_artist")),
            rights=text(content.get("rights")) or text(content.get("license")),
            episode=text(content.get("episode")),
            fetched_at=_time(content.get("fetched_at")),
            frame=_frame(content.get("frame")),
            upscaled=min(whole(content.get("upscaled")) or 0, 2),
        )


def _source(value: object) -> str | None:
    """Return the name of a source; boards keep an address under this word."""
    found = text(value, 40)
    return found if found and _NAME.fullmatch(found) else None


def _time(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        return found if found and found.tzinfo else None
    except ValueError:
        return None


def _frame(value: object) -> Frame | None:
    """Return which frame of a video the picture is."""
    if not isinstance(value, Mapping):
        return None
    number, pts_s, kind = whole(value.get("number")), value.get("pts_s"), value.get("type")
    if number is None or not isinstance(pts_s, int | float) or not is_plain(pts_s) or kind not in ("k", "p"):
        return None
    return Frame(number, float(pts_s), kind)
