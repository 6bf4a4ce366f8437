"""A shared recipe: addresses and hashes from a file, fetched again; what is gone or changed is named."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from tachie.collect.record import Answer, Ask, Left, Page, Record
from tachie.collect.site import Rules, Site
from tachie.collect.sites.boards import address, text
from tachie.core.errors import UsageError

NAME = "pictures.jsonl"  # as `tachie export --format recipe` writes it
_LINES = 500  # read into the ledger at a time
_SHA256 = re.compile(r"[0-9a-f]{64}")
_TEXTS = tuple(
    f.name for f in fields(Record) if f.name not in ("url", "sha256", "tags", "headers", "score", "width", "height")
)


@dataclass(frozen=True)
class Recipe(Site):
    """The pictures of one file, known by its content. Cursors are line numbers."""

    sha256: str
    path: Path = field(metadata={"identity": False})
    ratings: tuple[str, ...] = ()
    """Ratings to have; none means all, the unknown ones too."""

    rules: ClassVar[Rules] = Rules(
        robots="all",
        terms="Pictures are fetched from where they were, a request a second to each host; robots.txt is kept.",
        picture_delay_s=1.0,
    )

    @classmethod
    def open(cls, path: Path, ratings: tuple[str, ...] = ()) -> Recipe:
        """Return the recipe in a file, or in a folder that `tachie export --format recipe` wrote."""
        file = path / NAME if path.is_dir() else path
        try:
            with file.open("rb") as opened:
                digest = hashlib.file_digest(opened, "sha256").hexdigest()
        except OSError as error:
            raise UsageError(f"{file}: cannot be read: {error.strerror or error}", "Name a recipe's folder.") from error
        return cls(digest, file.absolute(), ratings)

    @property
    def name(self) -> str:
        """What stands for a source where a line names none."""
        return "recipe"

    def first(self) -> tuple[str]:
        """Begin with the first line."""
        return ("0",)

    def ask(self, cursor: str) -> Answer:
        """Return the next lines of the file."""
        start = int(cursor)
        return Answer(200, "", {}, b"\n".join(_lines(self.path, self.sha256)[start : start + _LINES]))

    def read(self, cursor: str, answer: Answer) -> Page:
        """Return the pictures of some lines."""
        start = int(cursor)
        records: list[Record] = []
        left: list[Left] = []
        for i, found in enumerate(parse_lines(answer.body), start + 1):
            if found is None:
                left.append(Left(f"line {i}", "broken_line", "no JSON object with an http address and a sha256"))
            elif self.ratings and found.rating not in self.ratings:
                left.append(Left(found.url, "rating"))
            else:
                records.append(found)
        seen = len(records) + len(left)
        return Page(records=records, left=left, next=[str(start + seen)] if seen == _LINES else [])

    def picture(self, record: Record) -> Ask:
        """Return the request of a picture; some sites want to see that it comes from their own pages."""
        parts = urlsplit(record.page_url or record.url)
        return Ask(record.url, {"Referer": f"{parts.scheme}://{parts.netloc}/"})


@lru_cache(maxsize=1)
def _lines(path: Path, sha256: str) -> list[bytes]:
    return [line for line in path.read_bytes().splitlines() if line.strip()]


def parse_lines(body: bytes) -> Iterator[Record | None]:
    """Yield a record for each line of a recipe, None for one that is none."""
    for line in body.splitlines():
        try:
            stated = json.loads(line)
        except (ValueError, RecursionError):
            yield None
        else:
            yield _record(stated) if isinstance(stated, dict) else None


def _record(stated: Mapping[str, Any]) -> Record | None:
    url, digest = address("", stated.get("url")), stated.get("sha256")
    if url is None or not isinstance(digest, str) or not _SHA256.fullmatch(digest):
        return None
    tags = stated.get("tags")
    groups = tags if isinstance(tags, dict) else {"general": tags}
    known = {
        kind: tuple(tag for tag in group if isinstance(tag, str) and tag)
        for kind, group in groups.items()
        if isinstance(group, list)
    }
    texts: dict[str, Any] = {name: value for name in _TEXTS if (value := text(stated.get(name))) is not None}
    rating = texts.pop("rating", None)
    rating = rating if rating in ("g", "s", "q", "e") else None
    return Record(url=url, sha256=digest, tags={k: t for k, t in known.items() if t}, rating=rating, **texts)
