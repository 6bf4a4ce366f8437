"""Replicas of the image boards: each engine's API with its limits, and posts of every awkward kind."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from tachie.replica.server import Asked, Fault, Replica, Reply
from tachie.replica.stock import Stock

_CHARACTERS = ("hatsune_miku", "hakurei_reimu", "kirisame_marisa")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A post of a replica: `number` counts from 1, its picture is `number - 1` of the stock."""

    number: int
    tags: dict[str, list[str]]
    rating: str  # g s q e
    special: str = ""  # deleted, restricted, video, ugoira
    twin_of: int = 0  # shows the very picture of another number

    def flat(self) -> list[str]:
        """Return all tags."""
        return [tag for group in self.tags.values() for tag in group]


def usual_posts(stock: Stock, plain: bool = False) -> list[Drawn]:
    """Return a post for each picture; unless `plain`, some are deleted, restricted, videos, or not rated g."""
    posts = []
    for i in range(stock.count):
        number = i + 1
        special, rating = "", "g"
        if not plain:
            special = {3: "deleted", 7: "restricted", 11: "video", 13: "ugoira"}.get(number % 20, "")
            rating = {5: "s", 15: "q", 17: "e"}.get(number % 20, "g")
        general = ["1girl", "solo", *(["standing"] if number % 2 else []), *(["full_body"] if number % 3 else [])]
        if stock.make is None:
            general += [t for t in stock.doll(i).tags if t not in general]
        two = [] if number % 4 else [_CHARACTERS[(number + 1) % 3]]
        tags = {
            "general": general,
            "character": [_CHARACTERS[number % 3], *two],
            "copyright": ["original"],
            "artist": [f"artist_{number % 5}"],
            "meta": ["highres"],
        }
        posts.append(Drawn(number, tags, rating, special))
    return posts


class BoardReplica(Replica):
    """What the four engines share: posts, a search by tags, and pictures at /images/."""

    def __init__(
        self,
        stock: Stock,
        faults: list[Fault] | None = None,
        posts: Callable[[Stock], list[Drawn]] = usual_posts,
        key: tuple[str, str] | None = None,
        *,
        port: int = 0,
    ) -> None:
        super().__init__(faults, port=port)
        self.stock = stock
        self.posts = posts(stock)
        self.key = key
        """User and key that are wanted; None asks for none."""

    def found(self, tags: list[str]) -> Iterator[Drawn]:
        """Yield the posts with these tags, newest first, understanding id:<N, rating:x and -tag."""
        below, ratings, wanted, unwanted = 10**9, None, set(), set()
        for tag in tags:
            if tag.startswith("id:<"):
                below = int(tag[4:])
            elif tag.startswith("rating:"):
                ratings = {word[0] for word in tag[7:].split(",")}
            elif tag.startswith("-"):
                unwanted.add(tag[1:])
            else:
                wanted.add(tag)
        for post in reversed(self.posts):
            has = set(post.flat())
            if post.number < below and wanted <= has and not unwanted & has and (not ratings or post.rating in ratings):
                yield post

    def picture(self, asked: Asked) -> Reply | None:
        """Return /images/NUMBER.png."""
        stem = asked.path.removeprefix("/images/").partition(".")[0].rpartition("/")[2].rpartition("_")[2]
        if not asked.path.startswith("/images/") or not stem.isdigit() or not 0 < int(stem) <= self.stock.count:
            return None
        return Reply(self.stock.picture(int(stem) - 1), kind="image/png")

    def facts(self, post: Drawn) -> dict[str, Any]:
        """Return the size and MD5 of a post's picture."""
        shown = (post.twin_of or post.number) - 1
        width, height = self.stock.size(shown)
        return {"md5": self.stock.md5(shown), "width": width, "height": height}


class DapiReplica(BoardReplica):
    """What Gelbooru's two engines share: /index.php?page=dapi, at most 100 posts a page, a limited depth."""

    deepest = 20_000

    def answer(self, asked: Asked) -> tuple[list[Drawn], int, int] | Reply | None:
        """Return posts, the whole number and the offset of a search; or a reply where there is none."""
        if asked.path != "/index.php" or asked.query.get("page") != "dapi":
            return self.picture(asked)
        limit = min(int(asked.query.get("limit") or 100), 100)
        offset = limit * int(asked.query.get("pid") or 0)
        if offset > self.deepest:
            return Reply(b"Too deep! Pull it back some.", 200)
        posts = list(self.found(asked.query.get("tags", "").split()))
        return posts[offset : offset + limit], len(posts), offset


class GelbooruReplica(DapiReplica):
    """Gelbooru: a key is wanted; words for ratings; attributes beside the posts."""

    def reply(self, asked: Asked) -> Reply | None:
        """Answer the dapi and pictures."""
        wants_key = asked.path == "/index.php" and self.key is not None
        if wants_key and (asked.query.get("user_id"), asked.query.get("api_key")) != self.key:
            return Reply(b"Missing authentication.", 401)
        found = self.answer(asked)
        if not isinstance(found, tuple):
            return found
        posts, count, offset = found
        data: dict[str, Any] = {"@attributes": {"limit": 100, "offset": offset, "count": count}}
        if posts:
            data["post"] = [self._json(post, "tag_info" in asked.query.get("fields", "")) for post in posts]
        return Reply.of_json(data)

    def _json(self, post: Drawn, with_kinds: bool) -> dict[str, Any]:
        data = {
            "id": post.number,
            "created_at": f"Sat Nov {post.number % 28 + 1:02d} 08:40:05 -0600 2025",
            "score": post.number % 50,
            "rating": {"g": "general", "s": "sensitive", "q": "questionable", "e": "explicit"}[post.rating],
            "source": f"https://example.org/{post.number}",
            "tags": " ".join(post.flat()),
            "status": "deleted" if post.special == "deleted" else "active",
            **self.facts(post),
        }
        if post.special != "restricted":
            ending = {"video": "mp4", "ugoira": "zip"}.get(post.special, "png")
            data["file_url"] = f"{self.url}/images/ab/cd/{post.number}.{ending}"
        if with_kinds:
            kinds = {"general": "tag", "meta": "metadata"}
            data["tag_info"] = [
                {"tag": tag, "count": 1, "type": kinds.get(kind, kind)}
                for kind, tags in post.tags.items()
                for tag in tags
            ]
        return data


class SafebooruReplica(DapiReplica):
    """Safebooru.org: no key, no kinds of tags, no file address, names of 40 digits; no posts are no bytes at all."""

    as_xml = False

    def reply(self, asked: Asked) -> Reply | None:
        """Answer the dapi and pictures."""
        found = self.answer(asked)
        if not isinstance(found, tuple):
            return found
        posts, count, offset = found
        rows = [self._json(post) for post in posts if post.special not in ("restricted", "deleted")]
        if self.as_xml or asked.query.get("json") != "1":
            entries = "".join(f"<post {' '.join(f'{k}={quoteattr(str(v))}' for k, v in row.items())}/>" for row in rows)
            text = f'<?xml version="1.0" encoding="UTF-8"?><posts count="{count}" offset="{offset}">{entries}</posts>'
            return Reply(text.encode(), kind="text/xml; charset=utf-8")
        return Reply.of_json(rows) if rows else Reply(b"", kind="application/json")

    def _json(self, post: Drawn) -> dict[str, Any]:
        facts = self.facts(post)
        ending = {"video": "mp4", "ugoira": "zip"}.get(post.special, "png")
        digits = hashlib.sha1(str(post.number).encode(), usedforsecurity=False).hexdigest()
        return {
            "id": post.number,
            "directory": post.number % 10,
            "image": f"{digits}_{post.number}.{ending}",
            "hash": digits,
            "rating": {
                "g": ("general", "safe")[post.number % 2],
                "s": "sensitive",
                "q": "questionable",
                "e": "explicit",
            }[post.rating],
            "score": None,
            "width": facts["width"],
            "height": facts["height"],
            "tags": " ".join(post.flat()),
            "change": 1_700_000_000 + post.number,
        }


class MoebooruReplica(BoardReplica):
    """yande.re and its kind: six tags, kinds of tags beside the posts, ratings s q e; an error may come as HTML."""

    tag_limit = 6

    def reply(self, asked: Asked) -> Reply | None:
        """Answer /post.json and pictures."""
        if asked.path != "/post.json":
            return self.picture(asked)
        tags = asked.query.get("tags", "").split()
        if len(tags) > self.tag_limit:
            return Reply(b"<!DOCTYPE html><html><head><title>Too many tags</title></head></html>", 500)
        limit = min(int(asked.query.get("limit") or 16), 1000)
        start = limit * (int(asked.query.get("page") or 1) - 1)
        posts = list(self.found(tags))[start : start + limit]
        rows = [self._json(post) for post in posts]
        if asked.query.get("api_version") != "2":
            return Reply.of_json(rows)
        kinds = {tag: kind for post in posts for kind, group in post.tags.items() for tag in group}
        return Reply.of_json({"posts": rows, "tags": kinds})

    def _json(self, post: Drawn) -> dict[str, Any]:
        data = {
            "id": post.number,
            "tags": " ".join(post.flat()),
            "created_at": 1_700_000_000 + post.number,
            "source": "",
            "score": post.number % 50,
            "rating": {"g": "s"}.get(post.rating, post.rating),
            "status": "deleted" if post.special == "deleted" else "active",
            **self.facts(post),
        }
        if post.special != "restricted":
            ending = {"video": "mp4", "ugoira": "zip"}.get(post.special, "png")
            data["file_url"] = f"{self.url}/images/{post.number}.{ending}"
        return data


class DanbooruReplica(BoardReplica):
    """Danbooru: two tags, page <= 1000, then b<id>; JSON forbidden by robots.txt; anonymous agents refused."""

    robots = "User-agent: *\nDisallow: /*.json\nDisallow: /posts/random\n"
    wants_agent = True
    tag_limit = 2

    def reply(self, asked: Asked) -> Reply | None:
        """Answer /posts.json and pictures."""
        if asked.path != "/posts.json":
            return self.picture(asked)
        if self.key and not self._key_is_right(asked):
            return Reply.of_json({"success": False, "error": "SessionLoader::AuthenticationFailure"}, 401)
        tags = asked.query.get("tags", "").split()
        if len([t for t in tags if not t.startswith("rating:")]) > self.tag_limit:
            message = f"You cannot search for more than {self.tag_limit} tags at a time."
            return Reply.of_json({"success": False, "error": "PostQuery::TagLimitError", "message": message}, 422)
        limit = min(int(asked.query.get("limit") or 20), 200)
        page = asked.query.get("page", "1")
        if page.startswith("b"):
            posts = [p for p in self.found(tags) if p.number < int(page[1:])]
        elif int(page) > 1000:
            return Reply.of_json({"success": False, "message": "You cannot go beyond page 1000."}, 410)
        else:
            posts = list(self.found(tags))[limit * (int(page) - 1) :]
        return Reply.of_json([self._json(p) for p in posts[:limit]])

    def _key_is_right(self, asked: Asked) -> bool:
        assert self.key
        wanted = base64.b64encode(":".join(self.key).encode()).decode()
        return asked.headers.get("authorization") == f"Basic {wanted}"

    def _json(self, post: Drawn) -> dict[str, Any]:
        facts = self.facts(post)
        ending = {"video": "mp4", "ugoira": "zip"}.get(post.special, "png")
        data: dict[str, Any] = {
            "id": post.number,
            "created_at": f"2024-01-{post.number % 28 + 1:02d}T10:00:00.000-05:00",
            "score": post.number % 50,
            "rating": post.rating,
            "image_width": facts["width"],
            "image_height": facts["height"],
            "file_ext": ending,
            "source": f"https://example.org/{post.number}",
            "is_deleted": post.special == "deleted",
            "is_banned": False,
            **{f"tag_string_{category}": " ".join(tags) for category, tags in post.tags.items()},
        }
        if post.special != "restricted":
            data |= {"md5": facts["md5"], "file_url": f"{self.url}/images/{post.number}.{ending}"}
        return data
