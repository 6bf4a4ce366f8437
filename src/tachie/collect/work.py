"""What becomes of each answer: into the store and the ledger, once more, or left out. Knows nothing of networks."""

from __future__ import annotations

import hashlib
import logging
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tachie.collect.bytes_of import is_whole, picture_extension
from tachie.collect.ledger import Ledger, PageTodo, PictureTodo, host_of
from tachie.collect.politeness import opted_out, page_opted_out, retry_after_s
from tachie.collect.queue import Listing, Queue
from tachie.collect.record import Answer, Ask, Left, Page
from tachie.collect.refusals import Refused, is_html, is_wall
from tachie.collect.store import Store
from tachie.core.files import safe_name, write_atomically

log = logging.getLogger("tachie.collect")

_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
_LONGEST_WAIT_S = 900.0
_REFUSALS_IN_A_ROW = 5  # pictures that a host refuses before it is left alone
_BROKEN_PAGES_IN_A_ROW = 10


@dataclass(slots=True)
class Patience:
    """How often and how long to try: `attempts` a request, the first pause in seconds, which doubles each time.

    `busy_s` is the pause after 429 and 503 where the site does not say how long (Danbooru's advice: a minute).
    """

    attempts: int = 5
    backoff_s: float = 1.0
    busy_s: float = 60.0

    def pause(self, attempt: int) -> float:
        """Return the seconds before the attempt after `attempt`: doubled each time, with a quarter of jitter."""
        return min(self.backoff_s * 2.0**attempt, 120.0) * random.uniform(0.75, 1.25)


@dataclass(slots=True)
class Work:
    """The state of one run: judges answers and keeps the books."""

    root: Path
    ledger: Ledger
    store: Store
    queue: Queue
    patience: Patience
    clean: Callable[[str], str]
    """Replaces secrets in a text."""
    fetched: int = 0
    fetched_bytes: int = 0
    retries: Counter[str] = field(default_factory=Counter)
    refusals: list[Refused] = field(default_factory=list)
    broken_pages: int = 0  # in a row

    # Pages

    def read_at_hand(self, listing: Listing, now: float) -> None:
        """Read the pages that need no network, as long as such come first and there is room for pictures."""
        while (page := listing.page(self.ledger)) is not None:
            answer = listing.site.ask(page.cursor)
            if isinstance(answer, Ask):
                return
            self.page_answered(listing.take(), answer, now)

    def page_answered(self, todo: PageTodo, answer: Answer, now: float) -> None:
        """Read a page and write what it says; raises nothing but what is fatal for the whole run."""
        listing = self.queue.listings[todo.listing]
        if answer.status in _PASSING and self._once_more(todo, host_of(answer.url), answer, now):
            return
        try:
            refused = listing.site.refusal(todo.cursor, answer)
            if refused is not None:
                raise refused
            page = listing.site.read(todo.cursor, answer)
        except Refused as error:
            self._refused(listing, todo, error, answer)
            return
        self.broken_pages = 0
        self.take_page(listing, todo, self._kept(page, answer))

    def _kept(self, page: Page, answer: Answer) -> Page:
        """Return the page without its pictures where it keeps them out of machine learning."""
        word = opted_out(answer.headers) or (page_opted_out(answer.body) if is_html(answer) else None)
        if word is None:
            return page
        out = [Left(r.url, "opted_out", f"the page says {word}") for r in page.records]
        return Page(left=(*page.left, *out), next=page.next, rows=page.rows, known_total=page.known_total)

    def take_page(self, listing: Listing, todo: PageTodo, page: Page) -> None:
        """Write what a page said, and learn of new hosts."""
        hosts, done = self.ledger.take_page(todo, page, listing.room)
        listing.live = self.ledger.live(listing.number)
        listing.known_total = page.known_total if page.known_total is not None else listing.known_total
        self.queue.add_hosts(hosts)
        if not done:
            listing.put_back(todo)  # for when a picture turns out to be gone

    def page_failed(self, todo: PageTodo, host: str, error: str, now: float) -> None:
        """Note that a page's request came to nothing (no connection, cut short, timed out)."""
        if self._once_more(todo, host, None, now, error):
            return
        listing = self.queue.listings[todo.listing]
        message = f"{listing.site.name}: {host} cannot be reached: {self.clean(error)}"
        hint = "Look at the network and run the same command again."
        self._refused(listing, todo, Refused("unreachable", message, hint), None)

    def page_forbidden(self, todo: PageTodo, url: str) -> None:
        """Note that robots.txt forbids a page."""
        listing = self.queue.listings[todo.listing]
        host, path = host_of(url), urlsplit(url).path
        message = f"{listing.site.name}: the robots.txt of {host} forbids {path}, and it is kept"
        self._refused(listing, todo, Refused("robots_txt", message, "Ask the site's owner for leave."), None)

    def _refused(self, listing: Listing, todo: PageTodo, error: Refused, answer: Answer | None) -> None:
        self.broken_pages += 1
        saved = self._save(listing, todo, answer) if answer is not None and answer.body else None
        error.message = self.clean(error.message)
        hint = error.hint.replace("DIR/refused/", f"{saved}") if saved else error.hint
        error.hint = self.clean(hint)
        log.warning("%s: page %s: %s (%s)", listing.site.name, todo.cursor, error.message, error.kind)
        if not error.whole and self.broken_pages < _BROKEN_PAGES_IN_A_ROW:
            self.ledger.page_given_up(todo, f"{error.message}; kept as {saved}" if saved else error.message)
            return
        self.ledger.page_failed(todo, error.message)
        listing.stopped = True
        self.refusals.append(error)

    def _save(self, listing: Listing, todo: PageTodo, answer: Answer) -> Path:
        ending = ".html" if is_html(answer) else ".txt"
        path = self.root / "refused" / f"{safe_name(f'{listing.site.name}-{todo.cursor}')}{ending}"
        write_atomically(path, self.clean(answer.body[: 4 * 1024**2].decode("latin-1")).encode("latin-1"))
        return path

    # Pictures

    def picture_answered(self, todo: PictureTodo, answer: Answer, now: float) -> None:
        """Judge what came for a picture and put it into the store where it is one."""
        host = self.queue.host(todo.host)
        if answer.status in _PASSING:
            if not self._once_more(todo, todo.host, answer, now):
                self._leave(todo, "failed", f"http_{answer.status}", "again and again")
            return
        if answer.status in (404, 410):
            self._leave(todo, "gone", "gone", f"HTTP {answer.status}")
            return
        if answer.status in (401, 403) or is_wall(answer):
            self._picture_refused(todo, answer)
            return
        if answer.status != 200:
            self._leave(todo, "failed", f"http_{answer.status}", "")
            return
        host.refusals = 0
        word = opted_out(answer.headers)
        if word is not None:
            self._leave(todo, "dropped", "opted_out", f"the site says {word}")
            return
        reason = self._unfit(todo, answer)
        if reason is None:
            if todo.record.sha256 and hashlib.sha256(answer.body).hexdigest() != todo.record.sha256:
                self._leave(todo, "gone", "changed", "another picture stands at the address now")
                return
            stored = self.store.put(answer.body, picture_extension(answer.body) or "")
            self.ledger.picture_done(todo.id, stored)
            self.fetched += 1
            self.fetched_bytes += stored.bytes
        elif not self._once_more(todo, todo.host, None, now, reason):
            self._leave(todo, "failed", reason.split(":")[0], reason)

    def _unfit(self, todo: PictureTodo, answer: Answer) -> str | None:
        """Return why a body is not the picture that it should be, None where it is."""
        data, record = answer.body, todo.record
        extension = picture_extension(data)
        if extension is None:
            kind = "html_in_place_of_a_picture" if is_html(answer) else "not_a_picture" if data else "empty"
            return f"{kind}: {answer.headers.get('content-type', 'without a type')}, {len(data)} bytes"
        if not is_whole(data, extension):
            return f"truncated: {len(data)} bytes of a {extension} without its end"
        # A site's MD5 that is wrong twice is wrong itself.
        if todo.attempts == 0 and record.md5 and hashlib.md5(data, usedforsecurity=False).hexdigest() != record.md5:
            return f"other_content: the site said md5 {record.md5}"
        return None

    def picture_failed(self, todo: PictureTodo, reason: str, error: str, now: float) -> None:
        """Note that a picture's request came to nothing."""
        if reason == "too_many_bytes":
            self._leave(todo, "dropped", reason, error)
            return
        if not self._once_more(todo, todo.host, None, now, f"{reason}: {error}"):
            self._leave(todo, "failed", reason, error)

    def picture_left(self, todo: PictureTodo, reason: str, detail: str) -> None:
        """Leave a picture out by a rule."""
        self._leave(todo, "dropped", reason, detail)

    def _leave(self, todo: PictureTodo, state: str, reason: str, detail: str) -> None:
        log.info("%s: %s: %s", todo.record.url, reason, detail)
        listing = self.queue.listings[todo.listing]
        for twin in self.ledger.picture_left(todo.id, state, reason, self.clean(detail)):
            self.queue.host(twin.host).revive(twin)
            if twin.listing in self.queue.listings:
                self.queue.listings[twin.listing].live += 1
        listing.live -= 1
        if listing.limit is not None:
            self.read_at_hand(listing, 0.0)

    def _picture_refused(self, todo: PictureTodo, answer: Answer) -> None:
        host = self.queue.host(todo.host)
        host.refusals += 1
        wall = is_wall(answer)
        if host.refusals < _REFUSALS_IN_A_ROW and not wall:
            self._leave(todo, "failed", f"http_{answer.status}", "the site refuses this picture")
            return
        self.ledger.picture_tried(todo.id, "refused")
        if host.stopped:
            return
        host.stopped = True
        why = "shows a page that asks for a human" if wall else f"refuses pictures (HTTP {answer.status})"
        hint = (
            "Run the same command again later, with a larger --delay and with --contact; if it stays so, the host "
            "wants another Referer or User-Agent, or closes itself to your region."
        )
        self.refusals.append(Refused("captcha" if wall else "forbidden", f"{todo.host} {why}", hint))
        log.warning("%s %s", todo.host, why)

    def _not_today(self, todo: PageTodo | PictureTodo, host: str, wait: float) -> None:
        """Leave a host alone that asks for longer than anybody sits in front of a screen; all stays to do."""
        if isinstance(todo, PageTodo):
            self.queue.listings[todo.listing].stopped = True
        if not self.queue.host(host).stopped:
            self.queue.host(host).stopped = True
            message = f"{host} asks to be left alone for {wait / 60:.0f} minutes (HTTP 429)"
            self.refusals.append(Refused("busy", message, "Run the same command then; add --delay 5."))

    # Trying again

    def _once_more(
        self, todo: PageTodo | PictureTodo, host: str, answer: Answer | None, now: float, error: str = ""
    ) -> bool:
        """Put a request back for later; returns False where it was tried often enough."""
        attempts = todo.attempts + 1
        wait = self.patience.pause(attempts)
        if answer is not None:
            error = f"HTTP {answer.status}"
            asked = retry_after_s(answer.headers)
            if answer.status in (429, 503):
                wait = asked if asked is not None else max(wait, self.patience.busy_s)
                self.queue.host(host).paused_until = now + wait
                if wait > _LONGEST_WAIT_S:
                    self._not_today(todo, host, wait)
                    return True
        reason = error.split(":")[0]
        self.retries[reason] += 1
        if attempts >= self.patience.attempts:
            return False
        log.info("%s: %s; once more in %.1f s", host, self.clean(error), wait)
        if isinstance(todo, PageTodo):
            self.ledger.page_failed(todo, self.clean(error))
            again: PageTodo | PictureTodo = PageTodo(todo.id, todo.listing, todo.cursor, attempts)
        else:
            self.ledger.picture_tried(todo.id, self.clean(error))
            again = PictureTodo(todo.id, todo.listing, todo.host, todo.record, attempts)
        self.queue.again(again, now + wait)
        return True
