"""What to ask for next: pages and pictures side by side, hosts in turn, each within its own limits.

Nothing here knows of networks or clocks: the time is given. Memory holds a small window of the ledger a host.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

from tachie.collect.ledger import Ledger, PageTodo, PictureTodo, host_of
from tachie.collect.record import Ask
from tachie.collect.site import Site

_WINDOW = 64  # rows read ahead a host or listing

Todo = PageTodo | PictureTodo


@dataclass(slots=True)
class Listing:
    """A site's query in this run: its number in the ledger, and how far it may go."""

    number: int
    site: Site
    limit: int | None
    live: int
    """Pictures that are had or to be had."""
    stopped: bool = False
    known_total: int | None = None
    _held: deque[PageTodo] = field(default_factory=deque)
    _after: int = 0

    @property
    def room(self) -> int | None:
        """How many more pictures may be taken; None where there is no limit."""
        return None if self.limit is None else max(0, self.limit - self.live)

    def page(self, ledger: Ledger) -> PageTodo | None:
        """Return the next page without taking it."""
        if self.stopped or self.room == 0:
            return None
        if not self._held:
            found = ledger.pages_todo(self.number, self._after, _WINDOW)
            self._held.extend(found)
            self._after = found[-1].id if found else self._after
        return self._held[0] if self._held else None

    def take(self) -> PageTodo:
        """Take the page that `page` returned."""
        return self._held.popleft()

    def put_back(self, page: PageTodo) -> None:
        """Give a page back, to be asked for again."""
        self._held.appendleft(page)


@dataclass(slots=True)
class Host:
    """What is under way at one host, and whether it wants to be left alone."""

    name: str
    concurrency: int = 2
    in_flight: int = 0
    paused_until: float = 0.0
    stopped: bool = False
    refusals: int = 0  # in a row
    _held: deque[PictureTodo] = field(default_factory=deque)
    _after: int = 0
    _page_turn: bool = True

    def picture(self, ledger: Ledger) -> PictureTodo | None:
        """Return the next picture without taking it."""
        if not self._held:
            found = ledger.pictures_todo(self.name, self._after, _WINDOW)
            self._held.extend(found)
            self._after = found[-1].id if found else self._after
        return self._held[0] if self._held else None

    def take(self) -> PictureTodo:
        """Take the picture that `picture` returned."""
        return self._held.popleft()

    def put_back(self, picture: PictureTodo) -> None:
        """Give a picture back, to be asked for again."""
        self._held.appendleft(picture)

    def revive(self, picture: PictureTodo) -> None:
        """Take a picture that the ledger made to do only now; one further on in the ledger will be met there."""
        if picture.id <= self._after:
            self._held.appendleft(picture)


class Queue:
    """Hands out what the ledger says is to do, to hosts that may be asked now."""

    def __init__(self, ledger: Ledger, listings: Iterable[Listing]) -> None:
        self._ledger = ledger
        self.listings = {listing.number: listing for listing in listings}
        self.hosts: dict[str, Host] = {}
        self._waiting: list[tuple[float, int, Todo]] = []  # a heap by due time
        self._ticket = count()
        self.add_hosts(ledger.hosts_todo())

    def add_hosts(self, names: Iterable[str]) -> None:
        """Learn of hosts that have pictures to fetch."""
        for name in names:
            self.host(name)

    def host(self, name: str) -> Host:
        """Return a host's state."""
        if name not in self.hosts:
            self.hosts[name] = Host(name)
        return self.hosts[name]

    def take(self, now: float) -> tuple[Todo, Ask] | None:
        """Return what may be asked for now and its request, counted as under way; None where nothing may."""
        for _ in range(len(self._waiting)):
            if self._waiting[0][0] > now:
                break
            todo = heapq.heappop(self._waiting)[2]
            if isinstance(todo, PageTodo):
                self.listings[todo.listing].put_back(todo)
            else:
                self.host(todo.host).put_back(todo)
        pages = self._pages()
        for host in sorted(self.hosts.values(), key=lambda h: h.in_flight):
            if host.stopped or host.paused_until > now or host.in_flight >= host.concurrency:
                continue
            picture = self._picture(host)
            page = pages.get(host.name)
            if page is not None and (picture is None or host._page_turn):
                host._page_turn = False
                host.in_flight += 1
                return page[0].take(), page[1]
            if picture is not None:
                host._page_turn = True
                host.in_flight += 1
                return host.take(), self.listings[picture.listing].site.picture(picture.record)
        return None

    def _pages(self) -> dict[str, tuple[Listing, Ask]]:
        """Return host -> a listing that has a page there and the page's request, and learn of their hosts."""
        found: dict[str, tuple[Listing, Ask]] = {}
        for listing in self.listings.values():
            page = listing.page(self._ledger)
            ask = None if page is None else self._request(page)
            if ask is not None:
                name = host_of(ask.url)
                host = self.host(name)
                host.concurrency = max(1, listing.site.rules.concurrency)
                found.setdefault(name, (listing, ask))
        return found

    def _request(self, page: PageTodo) -> Ask | None:
        """Return the request of a page; None for one that is at hand, which no host is asked for."""
        ask = self.listings[page.listing].site.ask(page.cursor)
        return ask if isinstance(ask, Ask) else None

    def _picture(self, host: Host) -> PictureTodo | None:
        """Return the host's next picture that belongs to a listing of this run."""
        while (picture := host.picture(self._ledger)) is not None:
            listing = self.listings.get(picture.listing)
            if listing is not None:
                host.concurrency = max(1, listing.site.rules.concurrency)
                return picture
            host.take()  # another command's: it will fetch it
        return None

    def finished(self, host: str) -> None:
        """Note that a request at a host came to its end."""
        self.host(host).in_flight -= 1

    def again(self, todo: Todo, due: float) -> None:
        """Ask for it once more, not before the time `due`."""
        heapq.heappush(self._waiting, (due, next(self._ticket), todo))

    def pending(self) -> bool:
        """Return whether anything is left that could be asked for, now or later."""
        if any(not self.host(host).stopped for host in self._waiting_at()):
            return True
        if any(not self.host(name).stopped for name in self._pages()):
            return True
        return any(map(self._picture, self._open_hosts()))

    def _waiting_at(self) -> Iterator[str]:
        """Yield the hosts of the requests that wait."""
        for _, _, todo in self._waiting:
            if isinstance(todo, PictureTodo):
                yield todo.host
            elif (ask := self._request(todo)) is not None:
                yield host_of(ask.url)

    def _open_hosts(self) -> Iterator[Host]:
        return (host for host in self.hosts.values() if not host.stopped)

    def next_due(self, now: float) -> float | None:
        """Return the next time at which a waiting request or a paused host may be asked; None where none waits."""
        times = [self._waiting[0][0]] if self._waiting else []
        times += [host.paused_until for host in self._open_hosts() if host.paused_until > now]
        return min(times, default=None)
