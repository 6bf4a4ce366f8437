"""Safebooru.org and other boards on Gelbooru's older engine: the dapi interface without keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tachie.collect.record import Answer, Ask, Page
from tachie.collect.site import Rules
from tachie.collect.sites.boards import Board
from tachie.collect.sites.dapi import keyset_tags, parse_posts

URLS = {"safebooru": "https://safebooru.org"}


@dataclass(frozen=True)
class Safebooru(Board):
    """A query to Safebooru. Cursors: "newest", then "<123"."""

    rules: ClassVar[Rules] = Rules(
        robots="not the API",
        terms=(
            "Safebooru's documented API is used, at most a request a second; it asks for no key. robots.txt is kept "
            "for pictures. Pictures belong to their artists."
        ),
        page_delay_s=1.0,
        picture_delay_s=0.5,
        concurrency=2,
    )
    page_size: ClassVar[int] = 100
    own_tag_limit: ClassVar[int] = 20

    def ask(self, cursor: str) -> Ask:
        """Return the request of a page; ratings are looked at here, since the engine's ages have different words."""
        tags = " ".join([*self.split_tags()[0], *keyset_tags(cursor)])
        url = self.asked(
            "index.php", page="dapi", s="post", q="index", json=1, fields="tag_info", limit=self.page_size, tags=tags
        )
        return Ask(url)

    def read(self, cursor: str, answer: Answer) -> Page:
        """Return the page's posts; some boards of this engine answer in XML whatever is asked."""
        if answer.body.lstrip().startswith(b"<?xml"):
            return self.read_posts(cursor, answer.body)
        return super().read(cursor, answer)

    def read_posts(self, cursor: str, body: bytes) -> Page:
        """Return the posts of a page and the next cursor; an empty page is the end."""
        posts, total = parse_posts(body, self.url, self.name, cursor)
        return self.page_of(cursor, posts, total)
