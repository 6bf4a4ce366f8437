"""The ledger: every listing, page and picture of a collection with its state, in SQLite, safe against being killed.

Each change is one transaction in write-ahead mode: a killed process loses none that was finished. Pictures are looked
up by host and state through a partial index, so memory does not grow with what is known.

States of a picture: todo; done (in the store); same (its MD5 is another row's, which is fetched in its place); gone
(404, 410); dropped (left out by a rule, with a reason); failed (tried again by the next run).
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tachie.collect.record import Page, Record
from tachie.collect.store import Stored
from tachie.core.errors import FormatError, UsageError

NAME = "ledger.sqlite"
VERSION = 1
_SCHEMA = """
create table if not exists listings (
  id integer primary key, identity text not null unique, site text not null, first_at text not null);
create table if not exists pages (
  id integer primary key, listing integer not null, cursor text not null, state text not null default 'todo',
  attempts integer not null default 0, error text, unique (listing, cursor));
create index if not exists pages_todo on pages (listing, id) where state = 'todo';
create table if not exists pictures (
  id integer primary key, url text not null unique, listing integer not null, host text not null, record text not null,
  md5 text, state text not null default 'todo', attempts integer not null default 0, reason text, error text,
  sha256 text, file text, bytes integer, fetched_at text, width integer, height integer, phash text);
create index if not exists pictures_todo on pictures (host, id) where state = 'todo';
create index if not exists pictures_sha256 on pictures (sha256) where sha256 is not null;
create index if not exists pictures_md5 on pictures (md5) where md5 is not null;
create index if not exists pictures_state on pictures (listing, state);
create table if not exists dropped (
  listing integer not null, key text not null, reason text not null, detail text,
  count integer not null default 1, primary key (listing, key));
create table if not exists rows (
  listing integer not null, key text not null, data text not null, primary key (listing, key));
"""


@dataclass(frozen=True, slots=True)
class PageTodo:
    """A page that is to be asked for."""

    id: int
    listing: int
    cursor: str
    attempts: int


@dataclass(frozen=True, slots=True)
class PictureTodo:
    """A picture that is to be fetched."""

    id: int
    listing: int
    host: str
    record: Record
    attempts: int


def now() -> str:
    """Return the time as the ledger writes it: ISO, UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Ledger:
    """The SQLite file of a collection. One process writes at a time."""

    def __init__(self, root: Path) -> None:
        path = root / NAME
        try:
            self._db = sqlite3.connect(path, isolation_level=None)
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma synchronous = normal")
            self._db.execute("pragma wal_autocheckpoint = 8000")  # each waits for the disk: after 32 MB, not after 4
            found = self._db.execute("pragma user_version").fetchone()[0]
            if found not in (0, VERSION):
                raise FormatError(f"{path} was written by another version of tachie ({found})", "Use a new --out.")
            self._db.executescript(f"{_SCHEMA} pragma user_version = {VERSION};")
        except sqlite3.DatabaseError as error:
            raise FormatError(f"{path} is no ledger: {error}", "Name another folder with --out.") from error

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all changes inside it one: either all are kept or none."""
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    # Listings and pages

    def open_listing(self, identity: str, site: str, first: Iterable[str], *, again: bool = False) -> tuple[int, bool]:
        """Return the listing's number, and whether it is new; `again` forgets its pages, so that it is read anew."""
        with self.transaction():
            found = self._db.execute("select id from listings where identity = ?", (identity,)).fetchone()
            if found:
                listing = int(found[0])
                if again:
                    self._db.execute("delete from pages where listing = ?", (listing,))
            else:
                insert = "insert into listings (identity, site, first_at) values (?, ?, ?)"
                listing = int(self._db.execute(insert, (identity, site, now())).lastrowid or 0)
            self._add_pages(listing, first)
        return listing, not found

    def _add_pages(self, listing: int, cursors: Iterable[str]) -> None:
        rows = [(listing, cursor) for cursor in cursors]
        self._db.executemany("insert or ignore into pages (listing, cursor) values (?, ?)", rows)

    def pages_todo(self, listing: int, after: int, most: int) -> list[PageTodo]:
        """Return pages to ask for, in the order in which they were found, with numbers above `after`."""
        select = (
            "select id, listing, cursor, attempts from pages"
            " where state = 'todo' and listing = ? and id > ? order by id limit ?"
        )
        return [PageTodo(*row) for row in self._db.execute(select, (listing, after, most))]

    def take_page(self, page: PageTodo, said: Page, most_pictures: int | None = None) -> tuple[list[str], bool]:
        """Write what a page said, as one change; returns the hosts of new pictures, and whether the page is done.

        Of its pictures at most `most_pictures` that are not known yet are taken; where that leaves some out, the page
        stays to do.
        """
        hosts: dict[str, None] = {}
        left_over = False
        with self.transaction():
            for record in said.records:
                if self._db.execute("select 1 from pictures where url = ?", (record.url,)).fetchone():
                    continue
                if most_pictures is not None and most_pictures <= 0:
                    left_over = True
                    break
                if self._add_picture(page.listing, record):
                    hosts[host_of(record.url)] = None
                    most_pictures = None if most_pictures is None else most_pictures - 1
            insert = "insert or replace into dropped (listing, key, reason, detail, count) values (?, ?, ?, ?, ?)"
            out = [(page.listing, d.key, d.reason, d.detail or None, d.count) for d in said.left]
            self._db.executemany(insert, out)
            insert = "insert or replace into rows (listing, key, data) values (?, ?, ?)"
            data = [(page.listing, k, json.dumps(dict(v), ensure_ascii=False)) for k, v in said.rows.items()]
            self._db.executemany(insert, data)
            self._add_pages(page.listing, said.next if not left_over else ())
            if not left_over:
                self._db.execute("update pages set state = 'done', error = null where id = ?", (page.id,))
        return list(hosts), not left_over

    def _add_picture(self, listing: int, record: Record) -> bool:
        """Add a picture; returns whether it is to be fetched, and not the same as one that is known by its MD5."""
        state = "todo"
        if record.md5:
            select = "select 1 from pictures where md5 = ? and state in ('todo', 'done')"
            if self._db.execute(select, (record.md5,)).fetchone():
                state = "same"
        insert = "insert into pictures (url, listing, host, record, md5, state) values (?, ?, ?, ?, ?, ?)"
        self._db.execute(insert, (record.url, listing, host_of(record.url), record.text(), record.md5, state))
        return state == "todo"

    def page_failed(self, page: PageTodo, error: str) -> None:
        """Note that a page could not be had or read; it stays to do."""
        self._db.execute("update pages set attempts = attempts + 1, error = ? where id = ?", (error, page.id))

    def page_given_up(self, page: PageTodo, error: str) -> None:
        """Leave one page of a listing for a later run."""
        self._db.execute("update pages set state = 'failed', error = ? where id = ?", (error, page.id))

    # Pictures

    def pictures_todo(self, host: str, after: int, most: int) -> list[PictureTodo]:
        """Return pictures to fetch from a host, oldest first, with numbers above `after`."""
        select = (
            "select id, listing, host, record, attempts from pictures"
            " where state = 'todo' and host = ? and id > ? order by id limit ?"
        )
        rows = self._db.execute(select, (host, after, most))
        return [PictureTodo(i, listing, h, Record.parsed(text), n) for i, listing, h, text, n in rows]

    def hosts_todo(self) -> list[str]:
        """Return the hosts that have pictures to fetch."""
        return [h for (h,) in self._db.execute("select distinct host from pictures where state = 'todo'")]

    def picture_done(self, picture: int, stored: Stored, url: str | None = None) -> None:
        """Note that a picture is in the store."""
        self._db.execute(
            "update pictures set state = 'done', sha256 = ?, file = ?, bytes = ?, fetched_at = ?, reason = null,"
            " error = null, attempts = attempts + 1 where id = ?",
            (stored.sha256, stored.file, stored.bytes, now(), picture),
        )

    def picture_tried(self, picture: int, error: str) -> None:
        """Note an attempt that failed and will be repeated."""
        self._db.execute("update pictures set attempts = attempts + 1, error = ? where id = ?", (error, picture))

    def picture_left(self, picture: int, state: str, reason: str, error: str) -> list[PictureTodo]:
        """Note that a picture is not had ("gone", "dropped", "failed"); returns its equals, which are now to do."""
        with self.transaction():
            update = "update pictures set state = ?, reason = ?, error = ? where id = ?"
            self._db.execute(update, (state, reason, error, picture))
            select = (
                "select b.id from pictures a join pictures b on a.md5 = b.md5 and b.state = 'same'"
                " where a.id = ? order by b.id limit 1"
            )
            found = self._db.execute(select, (picture,)).fetchone()
            if not found:
                return []
            self._db.execute("update pictures set state = 'todo' where id = ?", found)
        select = "select id, listing, host, record, attempts from pictures where id = ?"
        rows = self._db.execute(select, found)
        return [PictureTodo(i, listing, h, Record.parsed(text), n) for i, listing, h, text, n in rows]

    def retry_failed(self, listings: Iterable[int]) -> None:
        """Make what failed in an earlier run to do once more."""
        with self.transaction():
            for listing in listings:
                update = "update pictures set state = 'todo', attempts = 0 where listing = ? and state = 'failed'"
                self._db.execute(update, (listing,))
                update = "update pages set state = 'todo', attempts = 0 where listing = ? and state = 'failed'"
                self._db.execute(update, (listing,))

    def fetch_again(self, pictures: Iterable[int]) -> None:
        """Make pictures whose file is missing or short to do once more."""
        update = "update pictures set state = 'todo', attempts = 0, sha256 = null, phash = null where id = ?"
        with self.transaction():
            self._db.executemany(update, [(p,) for p in pictures])

    # Counting and reading

    def live(self, listing: int) -> int:
        """Return how many pictures of a listing are had or to be had."""
        select = "select count(*) from pictures where listing = ? and state in ('todo', 'done')"
        return int(self._db.execute(select, (listing,)).fetchone()[0])

    def counts(self, listing: int) -> Counter[str]:
        """Return state -> pictures of a listing."""
        select = "select state, count(*) from pictures where listing = ? group by state"
        return Counter(dict(self._db.execute(select, (listing,))))

    def failed_pages(self, listing: int) -> int:
        """Return how many pages of a listing were given up by this run."""
        select = "select count(*) from pages where listing = ? and state = 'failed'"
        return int(self._db.execute(select, (listing,)).fetchone()[0])

    def drops(self, listings: Iterable[int]) -> Counter[str]:
        """Return reason -> how many posts and pictures were left out or are gone."""
        found: Counter[str] = Counter()
        for listing in listings:
            for select in (
                "select reason, sum(count) from dropped where listing = ? group by reason",
                "select reason, count(*) from pictures where listing = ? and state in ('dropped', 'gone')"
                " group by reason",
            ):
                found.update(dict(self._db.execute(select, (listing,)).fetchall()))
        return found

    def failures(self, listings: Iterable[int], most: int = 20) -> list[tuple[str, str, str]]:
        """Return (address or cursor, reason, what was said) of what could not be fetched."""
        found: list[tuple[str, str, str]] = []
        for listing in listings:
            select = (
                "select url, reason, coalesce(error, '') from pictures"
                " where listing = ? and state in ('failed', 'gone') order by id limit ?"
            )
            found += self._db.execute(select, (listing, most)).fetchall()
            select = (
                "select cursor, 'page', coalesce(error, '') from pages where listing = ? and state = 'failed' limit ?"
            )
            found += self._db.execute(select, (listing, most)).fetchall()
        return found[:most]

    def rows(self, listing: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the rows (games) that a listing's pages named, in the order of their keys' first sight."""
        for key, data in self._db.execute("select key, data from rows where listing = ? order by rowid", (listing,)):
            yield key, json.loads(data)

    def connection(self) -> sqlite3.Connection:
        """Return the connection, for the pass over all pictures in `items.py`."""
        return self._db


def host_of(url: str) -> str:
    """Return the host with its port, as a key for politeness."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold a collection's lock, which dies with the process; raises `UsageError` where another run holds it."""
    root.mkdir(parents=True, exist_ok=True)
    lock = sqlite3.connect(root / "lock.sqlite", timeout=0.2, isolation_level=None)
    try:
        try:
            lock.execute("begin exclusive")
        except sqlite3.OperationalError as error:
            raise UsageError(
                f"another tachie collect is at work in {root}", "Wait for it, or name another folder with --out."
            ) from error
        yield
    finally:
        lock.close()
