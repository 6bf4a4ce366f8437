"""Moebooru: yande.re, Konachan and others: /post.json with the categories of tags, six tags at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from tachie.collect.record import TAG_CATEGORIES, Ask, Page, Record
from tachie.collect.refusals import layout_moved
from tachie.collect.site import Rules
from tachie.collect.sites.boards import (
    Board,
    Post,
    address,
    integer,
    md5_of,
    not_a_picture,
    objects,
    parent_of,
    parsed_json,
    rights_of,
    text,
    words,
)
from tachie.collect.sites.dapi import keyset_tags

URLS = {
    "yande.re": "https://yande.re",
    "konachan.com": "https://konachan.com",
    "konachan.net": "https://konachan.net",
}
_CATEGORIES = {"circle": "artist", "style": "general", "faults": "meta"}
_RATINGS = {"s": "s", "q": "q", "e": "e", "safe": "s", "questionable": "q", "explicit": "e"}  # its "safe" is not g


@dataclass(frozen=True)
class Moebooru(Board):
    """A query to a Moebooru. Cursors: "newest", then "<123"; the number takes one of the six tags."""

    rules: ClassVar[Rules] = Rules(
        robots="not the API",
        terms=(
            "The board's documented API is used, at most a request a second; it asks for no key. robots.txt is kept "
            "for pictures. Its rating s (safe) is wider than other boards' g; pictures belong to their artists."
        ),
        page_delay_s=1.0,
        picture_delay_s=1.0,
        concurrency=2,
    )
    page_size: ClassVar[int] = 200
    own_tag_limit: ClassVar[int] = 5
    ratings_known: ClassVar[tuple[str, ...]] = ("s", "q", "e")

    def ask(self, cursor: str) -> Ask:
        """Return the request of a page."""
        tags = " ".join([*self.split_tags()[0], *keyset_tags(cursor)])
        return Ask(self.asked("post.json", tags=tags, limit=self.page_size, api_version=2, include_tags=1))

    def read_posts(self, cursor: str, body: bytes) -> Page:
        """Return the posts of a page and the next cursor; an empty page is the end."""
        posts = parse_posts(body, self.url, self.name, cursor)
        return self.page_of(cursor, posts)


def parse_posts(body: bytes, url: str, site: str = "moebooru", cursor: str = "") -> list[Post]:
    """Return the posts of an answer of /post.json, of version 1 or 2; raises `Refused` where it is none."""
    data = parsed_json(site, cursor, body)
    kinds: Mapping[str, Any] = {}
    if isinstance(data, dict):
        stated = data.get("tags")
        kinds = stated if isinstance(stated, dict) else {}
        data = data.get("posts")
    if not isinstance(data, list):
        raise layout_moved(site, "list of posts", cursor)
    return [post for entry in objects(data) if (post := _post(entry, url, kinds)) is not None]


def _post(entry: Mapping[str, Any], url: str, kinds: Mapping[str, Any]) -> Post | None:
    number = integer(entry.get("id"))
    if number is None:
        return None
    if text(entry.get("status")) == "deleted":
        return Post(number, None, "deleted")
    file = address(url, entry.get("file_url"))
    if file is None:
        return Post(number, None, "restricted", "the site gives no file address")
    media = not_a_picture(file)
    if media:
        return Post(number, None, media)
    tags: dict[str, list[str]] = {}
    for tag in words(entry.get("tags")):
        kind = kinds.get(tag)
        kind = _CATEGORIES.get(kind, kind) if isinstance(kind, str) else "general"
        tags.setdefault(kind if kind in TAG_CATEGORIES else "general", []).append(tag)
    artist = " ".join(tags.get("artist", ())) or None
    rating = text(entry.get("rating"))
    record = Record(
        url=file,
        page_url=f"{url}/post/show/{number}",
        post_id=str(number),
        parent_post=parent_of(entry),
        md5=md5_of(entry.get("md5")),
        tags=tags,
        rating=_RATINGS.get((rating or "").lower()),
        site_rating=rating,
        artist=artist,
        score=integer(entry.get("score")),
        width=integer(entry.get("width")),
        height=integer(entry.get("height")),
        created_at=_date(entry.get("created_at")),
        rights=rights_of(artist, text(entry.get("source"))),
    )
    return Post(number, record)


def _date(value: object) -> str | None:
    """Return seconds since 1970 as ISO."""
    seconds = integer(value)
    if seconds is None or not 0 < seconds < 2**33:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
