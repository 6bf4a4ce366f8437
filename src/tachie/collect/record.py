"""The nouns of a crawl: what is asked, what is answered, and what a page says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

TAG_CATEGORIES = ("general", "character", "copyright", "artist", "meta")


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: a GET, or a POST where there is a form. Secrets may stand here, since it is never written down."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `url` is the last one after redirects, header names are in lower case."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a site says of one picture. `url` is what is fetched; unknown is None.

    `tags` are by category (`TAG_CATEGORIES`); `rating` is g s q e, `site_rating` the site's own word; dates are ISO, as
    exact as the site knows. `md5` is given only where the site promises that it is the file's. `headers` are sent with
    the request of the picture (a Referer, mostly) and hold no secret.
    """

    url: str
    page_url: str | None = None
    post_id: str | None = None
    parent_post: str | None = None
    md5: str | None = None
    sha256: str | None = None  # known beforehand when a shared recipe is fetched again
    tags: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rating: str | None = None
    site_rating: str | None = None
    artist: str | None = None
    score: int | None = None
    width: int | None = None
    height: int | None = None
    created_at: str | None = None
    released_at: str | None = None
    game: str | None = None
    brand: str | None = None
    genre: str | None = None
    character: str | None = None
    reading: str | None = None
    voice: str | None = None
    profile: str | None = None
    kind: str | None = None  # standing, package or sample, where the site tells them apart
    rights: str | None = None
    source: str | None = None  # whose picture it is, where that is not the crawled site (a shared recipe)
    headers: Mapping[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """Return the record as one line of JSON without what is unknown."""
        known = {name: value for name in _FIELDS if (value := getattr(self, name)) not in (None, {}, ())}
        return json.dumps(known, ensure_ascii=False, default=list)

    @classmethod
    def parsed(cls, text: str) -> Record:
        """Return the record of such a line."""
        stated: dict[str, Any] = json.loads(text)
        return cls(**stated)


_FIELDS = tuple(f.name for f in fields(Record))


@dataclass(frozen=True, slots=True)
class Left:
    """Something that a listing named and that is not fetched: its address or post id, and a counted reason.

    What a filter leaves out by the dozen may be one for each page, with its `count`.
    """

    key: str
    reason: str
    detail: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one page said. `next` are the cursors of further pages; those that are known already cost nothing.

    `rows` are what a site lists besides pictures (games), by a key; `known_total` is how many pictures the whole
    listing has, where the site says so.
    """

    records: Sequence[Record] = ()
    left: Sequence[Left] = ()
    next: Sequence[str] = ()
    rows: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    known_total: int | None = None
