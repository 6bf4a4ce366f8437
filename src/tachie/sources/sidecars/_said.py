"""What one file beside a picture says of it, and the only way in which strangers' values become ours."""

from __future__ import annotations

import html
import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, ClassVar

from tachie.core.attributes import UNKNOWN, normalise_label
from tachie.core.item import Fault, Frame
from tachie.dataset.format import LABEL_FRAME, REVIEW_FRAME

MOST_TAGS, LONGEST_TAG = 2_000, 200
MOST_LABELS, LONGEST_LABEL = 64, 60
_LONGEST_TEXT, _LONGEST_URL = 500, 2_000
_RESERVED = frozenset((*LABEL_FRAME, *REVIEW_FRAME))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a sidecar says. `labels` are stated outright; attributes follow from `tags`, but for those in `unsure`.

    `dialect` is the name under which it is counted. `md5` is what the file's should be. Where it is `complete`, a
    dataset's whole row as exported, folder and captions beside have nothing to add. The other fields are those of
    `core.item.Item`.
    """

    dialect: str
    tags: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()
    md5: str | None = None
    complete: bool = False
    faults: tuple[Fault, ...] = ()
    source: str | None = None
    url: str | None = None
    page_url: str | None = None
    post_id: str | None = None
    released_at: str | None = None
    rating: str | None = None
    artist: str | None = None
    rights: str | None = None
    episode: str | None = None
    fetched_at: datetime | None = None
    frame: Frame | None = None
    upscaled: int = 0


class Dialect(ABC):
    """One program's way of writing down what is known of a picture, in a JSON object beside it."""

    title: ClassVar[str]
    """Its name for people, under which its files are counted."""
    example: ClassVar[Mapping[str, Any]]
    """What such a file may hold; it says blonde_hair."""

    @staticmethod
    @abstractmethod
    def recognises(content: Mapping[str, Any]) -> bool:
        """Return whether the object is written in this dialect."""

    @staticmethod
    @abstractmethod
    def read(content: Mapping[str, Any]) -> Said:
        """Return what it says; whatever it holds, nothing is raised."""


def is_plain(value: object) -> bool:
    """Return whether a value is a text or a number."""
    return (isinstance(value, str | int) and not isinstance(value, bool)) or (
        isinstance(value, float) and math.isfinite(value)
    )


def text(value: object, longest: int = _LONGEST_TEXT) -> str | None:
    """Return a text or number as one line of printable Unicode, None where there is nothing in it."""
    if not is_plain(value):
        return None
    words = str(value)[: 4 * longest].encode("utf-8", "replace").decode("utf-8").split()
    return "".join(c for c in " ".join(words) if c.isprintable())[:longest].strip() or None


def web_address(value: object) -> str | None:
    """Return an address of the web, None for any other: pages will show it as a link."""
    found = text(value, _LONGEST_URL)
    if found and found.startswith("//"):
        found = f"https:{found}"
    return found if found and found.lower().startswith(("https://", "http://")) and " " not in found else None


def tag(value: object) -> str | None:
    """Return a tag with underscores for blanks."""
    found = text(html.unescape(value) if isinstance(value, str) else value, LONGEST_TAG)
    return "_".join(found.split()) if found else None


def tags_of(*stated: object) -> tuple[str, ...]:
    """Return the tags of texts, lists and lists by category, each once, in order.

    A text is separated by ", " where it has any, else by blanks: tags are written with underscores then.
    """
    words = (word for value in stated for word in _words(value))
    return tuple(dict.fromkeys(islice((t for word in words if (t := tag(word))), MOST_TAGS)))


def _words(value: object) -> Iterator[object]:
    if isinstance(value, str):
        yield from value.split(", ") if ", " in value else value.split()
    elif isinstance(value, list | tuple):
        for entry in value:
            if isinstance(entry, Mapping):  # Pixiv's and Sankaku's, with a translation beside
                yield from (entry.get("name"), entry.get("translated_name"))
            else:
                yield entry
    elif isinstance(value, Mapping):
        for group in value.values():
            if isinstance(group, list | str):
                yield from _words(group)


def stated_labels(stated: object) -> dict[str, str]:
    """Return labels in tachie's spelling, without those whose value is no known one; names of our columns get a "_"."""
    if not isinstance(stated, Mapping):
        return {}
    labels = {}
    for name, value in islice(stated.items(), MOST_LABELS):
        own_name, own_value = text(name, LONGEST_LABEL), text(value)
        if own_name and own_value:
            known, said = normalise_label(own_name, own_value)
            if said != UNKNOWN:
                labels[f"{known}_" if known in _RESERVED else known] = said
    return labels


def day(value: object) -> str | None:
    """Return the day of an ISO time, of seconds since 1970, or of "Sat Jun 08 22:32:29 -0500 2019", as ISO."""
    if isinstance(value, Mapping):  # Sankaku's
        value = value.get("s")
    found = text(value)
    if found is None:
        return None
    try:
        if found.isascii() and found.isdigit() and len(found) > 7:
            return datetime.fromtimestamp(int(found[:11]), UTC).date().isoformat()
        if found[:4].isdigit():
            return date.fromisoformat(found[:10]).isoformat()
        return datetime.strptime(found, "%a %b %d %H:%M:%S %z %Y").astimezone(UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return None


def whole(value: object) -> int | None:
    """Return a number from 0 to 2^53 that is given as one or as its digits."""
    found = text(value, 16)
    return int(found) if found and found.isascii() and found.isdigit() and int(found) <= 2**53 else None
