"""Gelbooru: the dapi interface, which wants a key since 2025, read past its 20,000 results by post number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tachie.collect.record import Answer, Ask, Page
from tachie.collect.refusals import Refused, usual_refusal
from tachie.collect.site import Rules
from tachie.collect.sites.boards import Board
from tachie.collect.sites.dapi import keyset_tags, parse_posts

URLS = {"gelbooru": "https://gelbooru.com"}
_RATING_WORDS = {"g": "general", "s": "sensitive", "q": "questionable", "e": "explicit"}


@dataclass(frozen=True)
class Gelbooru(Board):
    """A query to Gelbooru; `user` is the account's number. Cursors: "newest", then "<123"."""

    rules: ClassVar[Rules] = Rules(
        robots="not the API",
        terms=(
            "Gelbooru's documented API is used with your own key, at most a request a second. robots.txt is kept for "
            "pictures. The site is not safe for work: tachie keeps rating g unless told otherwise."
        ),
        page_delay_s=1.0,
        picture_delay_s=0.5,
        concurrency=2,
    )
    page_size: ClassVar[int] = 100
    own_tag_limit: ClassVar[int] = 20

    def ask(self, cursor: str) -> Ask:
        """Return the request of a page. The key can stand in the address alone, so addresses are never written down."""
        sent, _ = self.split_tags()
        if len(self.ratings) == 1:
            sent = [*sent, f"rating:{_RATING_WORDS[self.ratings[0]]}"]
        url = self.asked(
            "index.php", page="dapi", s="post", q="index", json=1, fields="tag_info", limit=self.page_size,
            tags=" ".join([*sent, *keyset_tags(cursor)]), api_key=self.key, user_id=self.user,
        )  # fmt: skip
        return Ask(url)

    def refusal(self, cursor: str, answer: Answer) -> Refused | None:
        """Return why the site says no, and where a key is to be had."""
        where = (
            f"A key is on {self.url}/index.php?page=account&s=options, API Access Credentials; give it with "
            "--user NUMBER and $GELBOORU_API_KEY or --key-file FILE."
        )
        return usual_refusal(self.name, answer, key_hint=where)

    def read_posts(self, cursor: str, body: bytes) -> Page:
        """Return the posts of a page and the next cursor; an empty page is the end."""
        posts, total = parse_posts(body, self.url, self.name, cursor)
        return self.page_of(cursor, posts, total)
