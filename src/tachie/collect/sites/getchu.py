"""Getchu: standing pictures of games by item id, by month or from saved pages."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from tachie.collect.pages.getchu import SITE, ItemPage, Kind, Picture, parse_item, parse_month
from tachie.collect.pages.text import charset_of
from tachie.collect.record import Answer, Ask, Left, Page, Record
from tachie.collect.refusals import Refused, layout_moved
from tachie.collect.site import Rules, Site
from tachie.core.errors import Drop, InputError, PageError

_OF_AGE = {"getchu_adalt_flag": "getchu.com"}  # the cookie that the site itself sets; its spelling
log = logging.getLogger("tachie.collect")


@dataclass(frozen=True)
class Getchu(Site):
    """Items by `ids` and `months` ("2013-04"), or `saved` pages, but not both; `kinds` of pictures.

    More ids may be named in a later run: they join the same listing. `all_ages` are the ids that a list of games
    calls so. `of_age` says that the user stated to be of age: without it the gate is never passed. `at` is the site's
    address.
    """

    ids: tuple[int, ...] = ()
    months: tuple[str, ...] = ()
    saved: tuple[Path, ...] = ()
    all_ages: frozenset[int] = field(default=frozenset(), repr=False)
    kinds: tuple[Kind, ...] = ("standing",)
    of_age: bool = False
    at: str = SITE

    rules: ClassVar[Rules] = Rules(
        robots="all",
        terms="a shop's pages, for people: one request every 1.5 s, pictures every 0.8 s. The drawings belong to their "
        "makers; each item keeps the line in which its page claims them.",
        page_delay_s=1.5,
        picture_delay_s=0.8,
        concurrency=1,
    )

    @property
    def name(self) -> str:
        """The site's name."""
        return "getchu"

    def identity(self) -> str:
        """Return what makes two listings the same: not the ids, which may grow."""
        stated = {"site": self.name, "at": self.at, "kinds": self.kinds, "of_age": self.of_age}
        return json.dumps(stated | {"saved": bool(self.saved)}, sort_keys=True)

    def first(self) -> Sequence[str]:
        """Return a cursor for each month, item and saved page."""
        if self.saved:
            return tuple(self._files)
        return (*(f"month/{month}" for month in self.months), *(f"item/{number}" for number in self.ids))

    @cached_property
    def _files(self) -> Mapping[str, Path]:
        """Cursor -> saved page; the cursor changes with the content."""
        files = {}
        for path in self.saved:
            try:
                digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
            except OSError as error:
                raise InputError(f"{path}: cannot be read: {error.strerror}") from error
            files[f"saved/{digest}/{path.name}"] = path
        return files

    def ask(self, cursor: str) -> Ask | Answer:
        """Return a saved page, or the request of one of the site's.

        A saved page that was named in an earlier run and not in this one is nothing (404).
        """
        if not self.saved:
            return self._request(cursor)
        path = self._files.get(cursor)
        return Answer(200, "", {}, path.read_bytes()) if path else Answer(404, "", {}, b"")

    def _request(self, cursor: str) -> Ask:
        """Return the request of a page at today's address: the older ones lead there, but drop what is added."""
        kind, _, name = cursor.partition("/")
        if kind == "month":
            year, _, month = name.partition("-")
            url = f"{self.at}/all/month_title.html?genre=pc_soft&gage=all&year={year}&month={int(month)}"
            url += "&gc=gc" if self.of_age else ""
        else:
            url = f"{self.at}/item/{name}/" + ("?gc=gc" if self.of_age else "")
        return Ask(url, headers=self._referer, cookies=_OF_AGE if self.of_age else {})

    @property
    def _referer(self) -> Mapping[str, str]:
        return {"Referer": f"{self.at}/"}  # pictures answer 403 without it

    def refusal(self, cursor: str, answer: Answer) -> Refused | None:
        """Return why an answer is no page; an unknown id (404) is one, and is counted."""
        return None if answer.status == 404 else super().refusal(cursor, answer)

    def read(self, cursor: str, answer: Answer) -> Page:
        """Return the pictures of an item, or the items of a month."""
        kind = cursor.partition("/")[0]
        key = cursor if kind == "saved" else self._request(cursor).url
        if answer.status == 404 and kind == "saved":
            return Page()
        if answer.status == 404:
            return Page(left=(Left(key, "not_found", "the site knows no such page"),))
        declared = charset_of(answer.headers)
        try:
            if kind == "month":
                return Page(next=[f"item/{number}" for number in parse_month(answer.body, cursor, declared=declared)])
            item = parse_item(answer.body, cursor, url=answer.url, declared=declared, site=self.at)
        except PageError as error:
            raise layout_moved(self.name, error.element, cursor, whole=False) from error
        except Drop as drop:
            if drop.reason == "age_gate" and self.of_age and kind != "saved":
                message = f"{self.name}: the age gate stands before {key}, although --of-age was stated"
                hint = "The site's gate has changed: save the page in a browser and give it with --html."
                raise Refused("age_gate", message, hint, whole=False) from drop
            return Page(left=(Left(key, drop.reason, drop.detail),))
        if item.missing:
            log.info("%s: %s: its page does not state %s", self.name, cursor, ", ".join(item.missing))
        records = [self._record(item, picture, kind) for picture in item.pictures if picture.kind in self.kinds]
        none = () if records else (Left(key, "no_such_picture", f"{item.game}: no {' or '.join(self.kinds)} picture"),)
        return Page(records=records, left=none)

    def _record(self, item: ItemPage, picture: Picture, kind: str) -> Record:
        who = picture.character
        # What the shop shows to somebody who has not stated their age is for all ages; of the rest, the list knows.
        all_ages = item.getchu_id in self.all_ages or (kind == "item" and not self.of_age)
        return Record(
            url=picture.url,
            page_url=f"{self.at}/item/{item.getchu_id}/",
            post_id=str(item.getchu_id),
            rating="g" if all_ages else None,
            site_rating="all ages" if all_ages else None,
            artist=item.artist or None,
            released_at=item.released_at,
            game=item.game,
            brand=item.brand or None,
            genre=item.genre or None,
            character=(who.name if who else "") or None,
            reading=(who.reading if who else "") or None,
            voice=(who.voice if who else "") or None,
            profile=(who.profile if who else "") or None,
            kind=picture.kind,
            rights=item.rights or None,
            headers=self._referer,
        )
