"""Keep pictures of games that were released within a time, as two of the classic scripts did."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from pydantic import field_validator
from pydantic_core import PydanticCustomError

from tachie.core.errors import Drop
from tachie.core.item import Item
from tachie.core.recipe import Stage

_KNOWN = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")


class Released(Stage):
    """Drop what was released before `since` or after `until` (not_released_then), or when nobody knows.

    A date may be a year or a month alone, in the recipe as in an item: an item is kept where any of its possible days
    lies within. Without `since` and `until` everything stays.
    """

    since: str | None = None
    """The first day that stays, such as 2013-01-01, 2013-01 or 2013."""
    until: str | None = None
    """The last day that stays; a year or a month stays whole."""
    keep_unknown: bool = False
    """Keep items whose date is not known."""

    @field_validator("since", "until", mode="before")
    @classmethod
    def _a_date(cls, value: object) -> object:
        if isinstance(value, date):  # TOML has dates of its own
            return value.isoformat()[:10]
        if isinstance(value, int):
            value = str(value)
        if isinstance(value, str) and _span(value) is None:
            raise PydanticCustomError("date", "Input should be a date such as 2013-04-26, 2013-04 or 2013")
        return value

    def __call__(self, item: Item) -> Iterable[Item]:
        """Return the item where its date lies within."""
        if self.since is None and self.until is None:
            return (item,)
        span = _span(item.released_at or "")
        if span is None:
            if self.keep_unknown:
                return (item,)
            raise Drop("release_unknown", f"released {item.released_at!r}" if item.released_at else "")
        first, last = _span(self.since or ""), _span(self.until or "")
        if (first and span[1] < first[0]) or (last and span[0] > last[1]):
            raise Drop("not_released_then", f"released {item.released_at}")
        return (item,)


def _span(text: str) -> tuple[str, str] | None:
    """Return the first and last possible day of a date as comparable text, None where it is none."""
    found = _KNOWN.match(text.strip())
    if not found or (found.end() < len(text.strip()) and text.strip()[found.end()] not in "T "):
        return None
    year, month, day = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    return f"{year:04}-{month or 1:02}-{day or 1:02}", f"{year:04}-{month or 12:02}-{day or 31:02}"
