"""What headers say of waiting and of opting out of machine learning."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_OPT_OUTS = frozenset({"noai", "noimageai"})
_META_ROBOTS = re.compile(rb"<meta\s[^>]*name\s*=\s*[\"']?robots[\"']?[^>]*>", re.I)
_CONTENT = re.compile(rb"content\s*=\s*[\"']([^\"']*)", re.I)


def retry_after_s(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return the seconds that a Retry-After header (a number or a date) asks to wait; None where there is none."""
    stated = headers.get("retry-after", "").strip()
    if not stated:
        return None
    try:
        return max(0.0, min(float(stated), 1e9))
    except ValueError:
        pass
    try:
        when = parsedate_to_datetime(stated)
    except (ValueError, IndexError, TypeError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - (now or datetime.now(UTC))).total_seconds())


def opted_out(headers: Mapping[str, str], agent: str = "tachie") -> str | None:
    """Return the word by which an answer keeps its content out of machine learning, or None.

    X-Robots-Tag: noai or noimageai, for all or for this program by name; tdm-reservation: 1 (the TDM protocol).
    """
    if headers.get("tdm-reservation", "").strip() == "1":
        return "tdm-reservation"
    applies = True
    for part in headers.get("x-robots-tag", "").lower().split(","):
        name, colon, rest = part.strip().rpartition(":")
        if colon:  # "somebot: noai" speaks to one program, and so does what follows it
            applies = name.strip() in ("*", agent)
        if applies and rest.strip() in _OPT_OUTS:
            return rest.strip()
    return None


def page_opted_out(body: bytes) -> str | None:
    """Return the word by which a web page's <meta name="robots"> keeps its content out, or None."""
    for tag in _META_ROBOTS.findall(body[:65536]):
        for content in _CONTENT.findall(tag):
            for word in content.decode("latin-1").lower().split(","):
                if word.strip() in _OPT_OUTS:
                    return str(word.strip())
    return None
