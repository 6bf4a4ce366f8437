"""Danbooru and the boards that run its engine: /posts.json, keyset paging, two tags without an account.

Fields as in the API's own page, help:api.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from tachie.collect.record import TAG_CATEGORIES, Answer, Ask, Page, Record
from tachie.collect.refusals import Refused, layout_moved, usual_refusal
from tachie.collect.site import Rules
from tachie.collect.sites.boards import (
    RATINGS,
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

URLS = {"danbooru": "https://danbooru.donmai.us"}


@dataclass(frozen=True)
class Danbooru(Board):
    """A query to a Danbooru. Cursors: "newest", then "b123": posts before number 123, however many there are."""

    rules: ClassVar[Rules] = Rules(
        robots="not the API",
        terms=(
            "Danbooru's documented API is used: at most a request a second, with a User-Agent that names the program "
            "and a contact. robots.txt is kept for pictures. Pictures belong to their artists."
        ),
        page_delay_s=1.0,
        picture_delay_s=0.5,
        concurrency=2,
    )
    page_size: ClassVar[int] = 200
    own_tag_limit: ClassVar[int] = 2
    before: ClassVar[str] = "b"

    def ask(self, cursor: str) -> Ask:
        """Return the request of a page; the key goes into a header, never into the address."""
        sent, _ = self.split_tags()
        if len(sent) < self.most_tags and len(self.ratings) < len(RATINGS):
            sent = [*sent, f"rating:{','.join(self.ratings)}"]
        page = "" if cursor == "newest" else cursor
        headers = {}
        if self.user and self.key:
            headers["Authorization"] = "Basic " + base64.b64encode(f"{self.user}:{self.key}".encode()).decode()
        return Ask(self.asked("posts.json", tags=" ".join(sent), limit=self.page_size, page=page), headers)

    def secrets(self) -> Sequence[str]:
        """Return the key, plain and as it stands in the header."""
        if not self.key:
            return ()
        return (self.key, base64.b64encode(f"{self.user}:{self.key}".encode()).decode())

    def refusal(self, cursor: str, answer: Answer) -> Refused | None:
        """Return why the site says no, in its own words where it has some."""
        if answer.status == 422:
            return Refused(
                "tag_limit",
                f"{self.name}: {_message(answer.body) or 'too many tags at a time'} (HTTP 422)",
                "Use --tag-limit 2 without an account, 6 with a Gold account, 12 with Platinum: the other tags are "
                "looked for here.",
            )
        where = f"A key is made at {self.url}/profile (API Key); give it with --user NAME and $DANBOORU_API_KEY."
        return usual_refusal(self.name, answer, key_hint=where)

    def read_posts(self, cursor: str, body: bytes) -> Page:
        """Return the posts of a page and the next cursor; an empty page is the end."""
        posts = parse_posts(body, self.url, self.name, cursor)
        return self.page_of(cursor, posts)


def parse_posts(body: bytes, url: str, site: str = "danbooru", cursor: str = "") -> list[Post]:
    """Return the posts of an answer of /posts.json; raises `Refused` where it is none."""
    data = parsed_json(site, cursor, body)
    if not isinstance(data, list):
        raise layout_moved(site, "list of posts", cursor)
    return [post for entry in objects(data) if (post := _post(entry, url)) is not None]


def _post(entry: Mapping[str, Any], url: str) -> Post | None:
    number = integer(entry.get("id"))
    if number is None:
        return None
    if entry.get("is_deleted") is True:
        return Post(number, None, "deleted")
    if entry.get("is_banned") is True:
        return Post(number, None, "banned")
    file = address(url, entry.get("file_url"))
    if file is None:
        return Post(number, None, "restricted", "the site gives no file address without a better account")
    media = not_a_picture(f".{text(entry.get('file_ext')) or file}")
    if media:
        return Post(number, None, media)
    tags = {category: words(entry.get(f"tag_string_{category}")) for category in TAG_CATEGORIES}
    artist = " ".join(tags["artist"]) or None
    rating = text(entry.get("rating"))
    record = Record(
        url=file,
        page_url=f"{url}/posts/{number}",
        post_id=str(number),
        parent_post=parent_of(entry),
        md5=md5_of(entry.get("md5")),
        tags={category: found for category, found in tags.items() if found},
        rating=rating if rating in RATINGS else None,
        site_rating=rating,
        artist=artist,
        score=integer(entry.get("score")),
        width=integer(entry.get("image_width")),
        height=integer(entry.get("image_height")),
        created_at=text(entry.get("created_at")),
        rights=rights_of(artist, text(entry.get("source"))),
    )
    return Post(number, record)


def _message(body: bytes) -> str:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return (text(data.get("message")) or "") if isinstance(data, dict) else ""
