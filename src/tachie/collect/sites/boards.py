"""What image boards share: a query of tags, what is filtered here, ratings, and a post as a `Record`."""

from __future__ import annotations

import json
import re
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar
from urllib.parse import urlencode, urljoin

from tachie.collect.record import Answer, Left, Page, Record
from tachie.collect.refusals import Refused, is_html, layout_moved, title
from tachie.collect.site import Site
from tachie.core.errors import UsageError

RATINGS = ("g", "s", "q", "e")
# Words before a colon that are not a part of a tag's name; ":d" and "re:zero" are tags.
_META = frozenset(
    {
        "rating", "score", "width", "height", "id", "date", "age", "user", "order", "sort", "status", "filetype",
        "source", "pixiv", "parent", "md5", "mpixels", "ratio", "favcount", "tagcount", "limit", "has", "is", "pool",
        "fav", "approver", "embedded",
    }
)  # fmt: skip
_FILTERED_HERE = frozenset({"score", "width", "height"})
_COMPARISON = re.compile(r"(>=|<=|>|<|)(\d+)(?:\.\.(\d+))?")
# Endings that are no pictures, and the reason that is counted.
_NOT_PICTURES = {
    "mp4": "video", "webm": "video", "mkv": "video", "mov": "video", "zip": "ugoira", "ugoira": "ugoira",
    "swf": "flash", "pdf": "document", "html": "document",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Post:
    """A post as its engine's parser understood it: the record, and what decides whether it is wanted.

    `problem` is a reason not to have it (deleted, restricted); `id` orders the listing.
    """

    id: int
    record: Record | None
    problem: str = ""
    detail: str = ""

    def tags(self) -> set[str]:
        """Return all tags, of every category."""
        return {tag for group in self.record.tags.values() for tag in group} if self.record else set()


@dataclass(frozen=True)
class Board(Site):
    """A query to a board: all `tags` (those with a leading "-" are not wanted), some ratings.

    Only some of the tags are sent (a site's limit); the others are looked for in what comes back.
    """

    board: str
    url: str
    tags: tuple[str, ...] = ()
    ratings: tuple[str, ...] = ("g",)
    single_character: bool = False
    user: str = field(default="", repr=False, metadata={"identity": False})
    key: str = field(default="", repr=False, metadata={"identity": False})
    tag_limit: int = field(default=0, metadata={"identity": False})
    """How many tags may be sent; 0 is the site's own number."""

    page_size: ClassVar[int]
    own_tag_limit: ClassVar[int]
    before: ClassVar[str] = "<"
    """What stands before a post's number in a cursor that means older posts."""
    ratings_known: ClassVar[tuple[str, ...]] = RATINGS

    def __post_init__(self) -> None:
        sent, _ = self.split_tags()
        if any(tag.startswith(("order:", "sort:")) for tag in self.tags):
            raise UsageError("a listing is read from the newest post to the oldest", "Leave order: and sort: out.")
        if len(sent) > self.most_tags:
            raise UsageError(
                f"{self.board}: {' '.join(sent)}: these can be searched by the site alone, which takes "
                f"{self.most_tags} at a time",
                "Leave some out.",
            )
        if not set(self.ratings) & set(self.ratings_known):
            raise UsageError(
                f"{self.board} has no pictures rated {' or '.join(self.ratings)}: its ratings are "
                f"{' '.join(self.ratings_known)}",
                f"Add --rating {self.ratings_known[0]}.",
            )

    @property
    def name(self) -> str:
        """The board's name."""
        return self.board

    @property
    def most_tags(self) -> int:
        """How many tags may be sent with a request."""
        return self.tag_limit or self.own_tag_limit

    def secrets(self) -> Sequence[str]:
        """Return the key."""
        return (self.key,) if self.key else ()

    def split_tags(self) -> tuple[list[str], list[str]]:
        """Return the tags that are sent and those that are looked for here; what only the site knows goes first."""
        only_there = [tag for tag in self.tags if not _filtered_here(tag)]
        plain = [tag for tag in self.tags if _filtered_here(tag)]
        plain.sort(key=lambda tag: tag.startswith("-") or ":" in tag)  # wanted tags narrow the search more
        sent = (only_there + plain)[: max(self.most_tags, len(only_there))]
        return sent, [tag for tag in plain if tag not in sent]

    def wanted(self, post: Post) -> str:
        """Return "" for a post that is wanted, else the reason why not."""
        if post.problem or post.record is None:
            return post.problem or "no_file"
        if post.record.rating not in self.ratings:
            return "rating"
        tags, record = post.tags(), post.record
        here = self.split_tags()[1]
        if not all(_agrees(tag, tags, record) for tag in here):
            return "other_tags"
        if self.single_character and len(record.tags.get("character", ())) != 1:
            return "not_one_character"
        return ""

    def first(self) -> Sequence[str]:
        """Begin with the newest posts."""
        return ("newest",)

    def page_of(self, cursor: str, posts: Sequence[Post], total: int | None = None) -> Page:
        """Return what posts make: records of the wanted ones, counts of the others, the cursor of older ones.

        A page without posts is the end: a short one may have been cut by the site's own filters. `total` is what the
        site says of the whole search, on its first page.
        """
        records, left, counted = [], [], Counter[str]()
        for post in posts:
            reason = self.wanted(post)
            if not reason and post.record is not None:
                records.append(self._labelled(post.record))
            elif reason in ("rating", "other_tags", "not_one_character"):
                counted[reason] += 1
            else:
                left.append(Left(f"post {post.id}", reason, post.detail))
        left += [Left(f"{cursor}: {reason}", reason, count=n) for reason, n in counted.items()]
        following = [f"{self.before}{min(post.id for post in posts)}"] if posts else []
        known = total if cursor == "newest" and not self.split_tags()[1] and set(RATINGS) <= set(self.ratings) else None
        return Page(records=records, left=left, next=following, known_total=known)

    def _labelled(self, record: Record) -> Record:
        if not self.single_character:
            return record
        return replace(record, character=next(iter(record.tags["character"])))

    def read(self, cursor: str, answer: Answer) -> Page:
        """Return the page's posts; raises `Refused` where it is no list of posts."""
        if is_html(answer):
            raise Refused(
                "html",
                f"{self.name}: a web page came in place of JSON: {title(answer.body)}",
                "The site is closed for a while, or shows its own error; run the same command later.",
            )
        return self.read_posts(cursor, answer.body)

    @abstractmethod
    def read_posts(self, cursor: str, body: bytes) -> Page:
        """Return the page that the bytes of an answer make."""

    def asked(self, path: str, **query: object) -> str:
        """Return an address of the site."""
        stated = {name: str(value) for name, value in query.items() if value not in (None, "")}
        return f"{urljoin(self.url, path)}?{urlencode(stated)}"


def _filtered_here(tag: str) -> bool:
    plain = tag.lstrip("-")
    prefix = plain.partition(":")[0]
    if tag.startswith("~") or "*" in plain:
        return False
    return prefix not in _META or ":" not in plain or (prefix in _FILTERED_HERE and not tag.startswith("-"))


def _agrees(tag: str, tags: set[str], record: Record) -> bool:
    prefix, colon, rest = tag.partition(":")
    if colon and prefix in _FILTERED_HERE:
        return _compares(getattr(record, prefix), rest)
    return tag[1:] not in tags if tag.startswith("-") else tag in tags


def _compares(value: int | None, condition: str) -> bool:
    found = _COMPARISON.fullmatch(condition)
    if value is None or not found:
        return False
    sign, low, high = found[1], int(found[2]), found[3]
    if high:
        return low <= value <= int(high)
    return {">=": value >= low, "<=": value <= low, ">": value > low, "<": value < low, "": value == low}[sign]


def parsed_json(site: str, cursor: str, body: bytes) -> Any:
    """Return the JSON of an answer; raises `Refused` where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        begins = body[:60].decode("utf-8", "replace")
        raise layout_moved(site, f"JSON (it begins with {begins!r})", cursor) from error


def objects(value: object) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a list; whatever else stands there is passed over."""
    if isinstance(value, list):
        yield from (entry for entry in value if isinstance(entry, dict))


def integer(value: object) -> int | None:
    """Return a number, also where it is written as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = int(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 2**62 else None


def text(value: object) -> str | None:
    """Return a non-empty text, None for anything else."""
    return value if isinstance(value, str) and value.strip() else None


def words(value: object) -> tuple[str, ...]:
    """Return the tags of a text, in order and each once."""
    return tuple(dict.fromkeys(value.split())) if isinstance(value, str) else ()


def address(base: str, value: object) -> str | None:
    """Return an absolute http address, None for anything else."""
    stated = text(value)
    if stated is None or any(c.isspace() for c in stated.strip()):
        return None
    try:
        whole = urljoin(base, stated.strip())
    except ValueError:
        return None
    return whole if whole.startswith(("http://", "https://")) else None


def md5_of(value: object) -> str | None:
    """Return a value that is written as an MD5 is, in lower case."""
    stated = value.lower() if isinstance(value, str) else ""
    return stated if re.fullmatch(r"[0-9a-f]{32}", stated) else None


def not_a_picture(file_name: str) -> str:
    """Return the reason why a file of such a name is not fetched, "" for pictures."""
    ending = file_name.partition("?")[0].rpartition(".")[2].lower()
    return _NOT_PICTURES.get(ending, "")


def parent_of(entry: Mapping[str, Any]) -> str | None:
    """Return the post that a post is a variant of, as boards say it; 0 is none."""
    number = integer(entry.get("parent_id"))
    return str(number) if number else None


def rights_of(artist: str | None, first_at: str | None) -> str | None:
    """Return what a board says of whose a picture is."""
    said = [f"by {artist}"] if artist else []
    said += [f"first published at {first_at}"] if first_at else []
    return ", ".join(said) or None
