"""One crawl: sites into a collection's folder. Kill it at any moment; the same call goes on where it was."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from tachie import __version__
from tachie.collect.items import missing_files, write_items
from tachie.collect.ledger import Ledger, alone
from tachie.collect.queue import Listing, Queue
from tachie.collect.refusals import Refused
from tachie.collect.site import Site
from tachie.collect.store import Store
from tachie.collect.video.read import VIDEOS_DIR
from tachie.collect.work import Patience, Work
from tachie.core.errors import EXIT_DONE, EXIT_FAILED, EXIT_SOME_UNREADABLE, UsageError

_CONCURRENCY = 16  # requests under way at all hosts together
_SECRET = "[key]"


@dataclass(frozen=True, slots=True)
class CrawlProgress:
    """How far a crawl is: pictures had (also by earlier runs), still to fetch, and not had.

    `total` is an estimate of pictures in the end, as far as sites say; `note` is a line for people, said once.
    """

    done: int
    todo: int
    left: int
    total: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """What a collection holds after a crawl, for the listings of this call.

    `pictures` are rows of items.jsonl of all listings ever collected into the folder, `fetched` what this run brought,
    `drops` reason -> count, `failures` (address, reason, what was said) of at most 20, `refusals` why listings stopped.
    """

    out: Path
    pictures: int
    fetched: int
    fetched_bytes: int
    done: int
    failed: int
    retries: dict[str, int]
    drops: dict[str, int]
    failures: list[tuple[str, str, str]]
    refusals: list[Refused]
    listings: dict[str, int]
    """Identity -> number in the ledger."""

    @property
    def exit_code(self) -> int:
        """0 done, 1 nothing was had since the site said no, 3 done but for what is named."""
        if not self.refusals and not self.failed:
            return EXIT_DONE
        return EXIT_SOME_UNREADABLE if self.done else EXIT_FAILED

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for --json."""
        return {
            "out": str(self.out),
            "pictures": self.pictures,
            "fetched": self.fetched,
            "fetched_bytes": self.fetched_bytes,
            "failed": self.failed,
            "retries": self.retries,
            "drops": self.drops,
            "failures": [{"address": a, "reason": r, "detail": d} for a, r, d in self.failures],
            "refusals": [{"kind": r.kind, "message": r.message, "hint": r.hint} for r in self.refusals],
        }


@dataclass(frozen=True, slots=True)
class Crawl:
    """One crawl: which sites, where to, how politely.

    `limit` is the most pictures of each site (had in earlier runs counted); `delay_s` the least seconds between two
    requests to a host, None for each site's own; `contact` stands in the User-Agent. `again` reads the listings from
    their start once more, for what is new. `merge_copies` looks for the same picture under several addresses by its
    perceptual hash, as well as by its bytes.
    """

    sites: Sequence[Site]
    out: Path
    limit: int | None = None
    delay_s: float | None = None
    contact: str = ""
    user_agent: str = ""
    timeout_s: float = 180.0
    patience: Patience = field(default_factory=Patience)
    again: bool = False
    merge_copies: bool = True
    progress: Callable[[CrawlProgress], None] = field(default=lambda progress: None)

    def agent(self) -> str:
        """Return the User-Agent: who asks, and how to reach the person behind it."""
        return self.user_agent or f"tachie/{__version__}" + (f" (+{self.contact})" if self.contact else "")


def crawl(job: Crawl) -> CrawlResult:
    """Run a crawl to its end and return what there is.

    Raises `UsageError` where another one is at work in the folder, or the folder holds frames of videos.

    What a site refuses is no exception but a part of the result. On KeyboardInterrupt what was had is written down
    first.
    """
    if (job.out / VIDEOS_DIR).exists():  # whose items a crawl would write over
        raise UsageError(f"{job.out} holds frames of videos", "Name another folder with --out.")
    with alone(job.out):
        ledger = Ledger(job.out)
        try:
            with _logged(job):
                return _crawl(job, ledger)
        finally:
            ledger.close()


def _crawl(job: Crawl, ledger: Ledger) -> CrawlResult:
    store = Store(job.out)
    listings = [_opened(job, ledger, site) for site in job.sites]
    numbers = [listing.number for listing in listings]
    ledger.retry_failed(numbers)
    ledger.fetch_again(missing_files(ledger, store, numbers))
    for listing in listings:
        listing.live = ledger.live(listing.number)
    work = Work(job.out, ledger, store, Queue(ledger, listings), job.patience, _cleaner(job.sites))
    try:
        for listing in listings:
            work.read_at_hand(listing, time.monotonic())
        if work.queue.pending():
            _run_scrapy(job, work, _Reporter(job, ledger, listings))
    except BaseException:
        write_items(job.out, ledger, store, merge_copies=False)
        raise
    pictures = write_items(job.out, ledger, store, merge_copies=job.merge_copies)
    counts = sum((ledger.counts(n) for n in numbers), Counter[str]())
    return CrawlResult(
        out=job.out,
        pictures=pictures,
        fetched=work.fetched,
        fetched_bytes=work.fetched_bytes,
        done=counts["done"],
        failed=counts["failed"] + counts["gone"] + sum(map(ledger.failed_pages, numbers)),
        retries=dict(work.retries),
        drops=dict(ledger.drops(numbers)),
        failures=ledger.failures(numbers),
        refusals=work.refusals,
        listings={listing.site.identity(): listing.number for listing in listings},
    )


def _opened(job: Crawl, ledger: Ledger, site: Site) -> Listing:
    number, new = ledger.open_listing(site.identity(), site.name, site.first(), again=job.again)
    if new:
        job.progress(CrawlProgress(0, 0, 0, 0, f"{site.name}: {site.rules.terms}"))
    return Listing(number, site, job.limit, live=0)


class _Reporter:
    """Tells how far the crawl is, a few times a second at most."""

    def __init__(self, job: Crawl, ledger: Ledger, listings: Sequence[Listing]) -> None:
        self._job, self._ledger, self._listings = job, ledger, listings
        self._next = 0.0

    def __call__(self, *, last: bool = False) -> None:
        now = time.monotonic()
        if now < self._next and not last:
            return
        started = time.monotonic()
        done = todo = left = total = 0
        for listing in self._listings:
            counts = self._ledger.counts(listing.number)
            left += counts["failed"] + counts["gone"] + counts["dropped"]
            done, todo = done + counts["done"], todo + counts["todo"]
            known = max(counts["done"] + counts["todo"], listing.known_total or 0)
            total += known if listing.limit is None else min(known, listing.limit)
        self._job.progress(CrawlProgress(done, todo, left, total))
        # Counting 200,000 rows takes 20 ms: never more than a hundredth of the time.
        self._next = now + max(0.5, 100 * (time.monotonic() - started))


def _run_scrapy(job: Crawl, work: Work, report: _Reporter) -> None:
    from scrapy.crawler import AsyncCrawlerRunner

    from tachie.collect import scrapy_parts

    run = scrapy_parts.Run(work, job.delay_s, report)
    throttle = job.delay_s is None or job.delay_s > 0
    chosen = scrapy_parts.settings(job.agent(), throttle=throttle, timeout_s=job.timeout_s, concurrency=_CONCURRENCY)

    async def main() -> None:
        runner = AsyncCrawlerRunner(chosen)
        crawling = runner.crawl(scrapy_parts.CollectSpider, run=run)

        def stop() -> None:
            run.fatal = run.fatal or KeyboardInterrupt()
            run.stopping = asyncio.ensure_future(runner.stop())

        with _first_interrupt(stop):
            await crawling

    asyncio.run(main())
    report(last=True)
    if run.fatal is not None:
        raise run.fatal


@contextmanager
def _first_interrupt(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` on the first Ctrl-C, so that what is in flight arrives; the second one is as ever."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop, before = asyncio.get_running_loop(), signal.getsignal(signal.SIGINT)

    def interrupted(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        loop.call_soon_threadsafe(stop)

    signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _cleaner(sites: Sequence[Site]) -> Callable[[str], str]:
    stated = {s for site in sites for s in site.secrets() if s}
    secrets = sorted(stated | {quote_plus(s) for s in stated}, key=len, reverse=True)  # as it stands in an address

    def clean(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, _SECRET)
        return text

    return clean


def _worth_saying(record: logging.LogRecord) -> bool:
    """Return whether a line belongs into the log: not that Scrapy's handler without a reactor is young."""
    return "is experimental" not in record.getMessage()


class _Clean(logging.Formatter):
    def __init__(self, clean: Callable[[str], str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")
        self._clean = clean

    def format(self, record: logging.LogRecord) -> str:
        return self._clean(super().format(record))


@contextmanager
def _logged(job: Crawl) -> Iterator[None]:
    """Write what happens to DIR/collect.log, without secrets; Scrapy's own words from warnings up."""
    handler = logging.FileHandler(job.out / "collect.log", encoding="utf-8", delay=True)
    handler.addFilter(_worth_saying)
    handler.setFormatter(_Clean(_cleaner(job.sites)))
    levels = {"tachie.collect": logging.INFO, "scrapy": logging.WARNING, "asyncio": logging.ERROR}
    loggers = [(logging.getLogger(name), level) for name, level in levels.items()]
    before = [(logger, logger.level, logger.propagate) for logger, _ in loggers]
    for logger, level in loggers:
        logger.addHandler(handler)
        logger.setLevel(level)
        logger.propagate = False
    try:
        yield
    finally:
        for logger, level, propagate in before:
            logger.removeHandler(handler)
            logger.setLevel(level)
            logger.propagate = propagate
        handler.close()
