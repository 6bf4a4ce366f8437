"""The parts that Scrapy is given: a scheduler that is the ledger's queue, a spider, a throttle."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from scrapy import Request, Spider, signals
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares import cookies
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Headers, Response
from tldextract import TLDExtract
from twisted.python.failure import Failure

from tachie.collect.ledger import PageTodo, PictureTodo, host_of
from tachie.collect.politeness import opted_out
from tachie.collect.queue import Todo
from tachie.collect.record import Answer, Ask
from tachie.collect.work import Work

# Scrapy would fetch the list of public suffixes from the network; the one that comes in the package will do.
cookies._split_domain = TLDExtract(suffix_list_urls=(), include_psl_private_domains=True)

_PICTURE_MOST_BYTES = 128 * 1024**2
_WAKE = "tachie:wake"


@dataclass(slots=True)
class Run:
    """What the parts share: the books, the delay over all sites' own, and where a fatal error is left."""

    work: Work
    delay_s: float | None
    progress: Callable[[], None]
    fatal: BaseException | None = None
    timer: asyncio.TimerHandle | None = None
    stopping: asyncio.Future[None] | None = None  # held, so that it is not collected while it runs
    extra: list[Request] = field(default_factory=list)  # what redirects lead to


class LedgerScheduler(BaseScheduler):
    """Gives the engine what the ledger's queue gives; keeps nothing itself but the targets of redirects."""

    def __init__(self, crawler: Crawler) -> None:
        assert isinstance(crawler.spider, CollectSpider)
        self._crawler = crawler
        self._spider = crawler.spider
        self._run = crawler.spider.run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LedgerScheduler:
        """Make one for a crawl."""
        return cls(crawler)

    def has_pending_requests(self) -> bool:
        """Return whether the crawl must stay open."""
        return self._run.fatal is None and (bool(self._run.extra) or self._run.work.queue.pending())

    def enqueue_request(self, request: Request) -> bool:
        """Take the target of a redirect; all else comes from the ledger."""
        if request.meta.get(_WAKE) is None:
            self._run.extra.append(request)
        return True

    def next_request(self) -> Request | None:
        """Return the next request that may be sent now; where none may, wake the engine when one may."""
        run = self._run
        if run.fatal is not None:
            return None
        if run.extra:
            return run.extra.pop(0)
        now = time.monotonic()
        taken = run.work.queue.take(now)
        if taken is not None:
            request = self._spider.request(*taken)
            self._set_slot(request)
            return request
        due = run.work.queue.next_due(now)
        if due is not None and run.timer is None:
            run.timer = asyncio.get_running_loop().call_later(max(0.01, due - now), self._wake)
        return None

    def _wake(self) -> None:
        self._run.timer = None
        if self._crawler.crawling:
            self._crawler.engine.crawl(Request("https://127.0.0.1/", meta={_WAKE: True}))

    def _set_slot(self, request: Request) -> None:
        """Tell the downloader a host's pace before it first meets the host."""
        paces = self._crawler.engine.downloader.per_slot_settings
        slot = {"delay": request.meta["least_delay"], "concurrency": request.meta["concurrency"]}
        paces.setdefault(request.meta["download_slot"], slot)


class CollectSpider(Spider):
    """Turns what is to do into requests, and answers into calls of `Work`."""

    name = "tachie"

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> CollectSpider:
        """Make the spider and listen to headers as they arrive."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.headers_received, signals.headers_received)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Begin with nothing: the scheduler has everything."""
        nothing: tuple[Any, ...] = ()  # an asynchronous iterator must have a yield
        for request in nothing:
            yield request

    def request(self, todo: Todo, ask: Ask) -> Request:
        """Return what Scrapy sends to ask for a page or a picture."""
        listing = self.run.work.queue.listings[todo.listing]
        rules = listing.site.rules
        is_page = isinstance(todo, PageTodo)
        own_delay_s = rules.page_delay_s if is_page else rules.picture_delay_s
        host = host_of(ask.url)
        meta = {
            "todo": todo,
            "host": host,
            "cookiejar": todo.listing,
            "download_slot": host,
            "least_delay": own_delay_s if self.run.delay_s is None else self.run.delay_s,
            "concurrency": self.run.work.queue.host(host).concurrency,
        }
        if is_page and rules.robots == "not the API":
            meta["dont_obey_robotstxt"] = True
        if not is_page:
            meta["download_maxsize"] = _PICTURE_MOST_BYTES
        form = None if ask.form is None else urlencode(ask.form)
        form_type = {} if form is None else {"Content-Type": "application/x-www-form-urlencoded"}
        return Request(
            ask.url,
            callback=self.answered,
            errback=self.failed,
            method="GET" if form is None else "POST",
            headers={**form_type, **ask.headers},
            body=form or b"",
            cookies=[{"name": n, "value": v} for n, v in ask.cookies.items()],
            meta=meta,
            dont_filter=True,
        )

    def answered(self, response: Response) -> None:
        """Hand an answer to the books."""
        assert response.request is not None
        todo = self._came_back(response.request)
        headers = {k.decode("latin-1").lower(): b", ".join(v).decode("latin-1") for k, v in response.headers.items()}
        answer = Answer(response.status, response.url, headers, response.body)
        if isinstance(todo, PageTodo):
            self._guarded(lambda: self.run.work.page_answered(todo, answer, time.monotonic()))
        else:
            self._guarded(lambda: self.run.work.picture_answered(todo, answer, time.monotonic()))

    def failed(self, failure: Failure) -> None:
        """Hand a failed request to the books."""
        request: Request = failure.request  # type: ignore[attr-defined]
        todo, host = self._came_back(request), request.meta["host"]
        work, now = self.run.work, time.monotonic()
        name = _plain_name(failure)
        error = str(failure.value) or name
        if isinstance(failure.value, IgnoreRequest):
            if isinstance(todo, PageTodo):
                self._guarded(lambda: work.page_forbidden(todo, request.url))
            else:
                self._guarded(lambda: work.picture_left(todo, "robots_txt", "forbidden by the host's robots.txt"))
        elif isinstance(todo, PageTodo):
            self._guarded(lambda: work.page_failed(todo, host, f"{name}: {error}", now))
        else:
            self._guarded(lambda: work.picture_failed(todo, name, error, now))

    def _came_back(self, request: Request) -> Todo:
        todo: Todo = request.meta["todo"]
        self.run.work.queue.finished(request.meta["host"])
        return todo

    def _guarded(self, action: Callable[[], None]) -> None:
        """Do it; what it raises ends the whole run, and is raised again when the engine has stopped."""
        try:
            action()
        except Exception as error:  # noqa: BLE001 - carried out of Scrapy, which would log and swallow it
            if self.run.fatal is None:
                self.run.fatal = error
                self.run.stopping = asyncio.ensure_future(self.crawler.stop_async())
        self.run.progress()

    def headers_received(self, headers: Headers, request: Request, **_: Any) -> None:
        """Stop the download of a picture whose headers say that it is not to be used."""
        if isinstance(request.meta.get("todo"), PictureTodo):
            plain = {k.decode("latin-1").lower(): b", ".join(v).decode("latin-1") for k, v in headers.items()}
            if opted_out(plain):
                raise StopDownload(fail=False)


_PLAIN_NAMES = {
    "DownloadTimeoutError": "timed_out",
    "DownloadConnectionRefusedError": "connection_refused",
    "CannotResolveHostError": "unknown_host",
    "ResponseDataLossError": "cut_short",
    "DownloadFailedError": "connection_lost",
    "DownloadCancelledError": "too_many_bytes",
}


def _plain_name(failure: Failure) -> str:
    return _PLAIN_NAMES.get(type(failure.value).__name__, type(failure.value).__name__)


class Throttle(AutoThrottle):
    """AutoThrottle that never goes below what the site's rules or --delay ask for."""

    def _response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        super()._response_downloaded(response, request, spider)
        slot = self._get_slot(request, spider)[1]
        if slot is not None:
            slot.delay = max(slot.delay, request.meta.get("least_delay", 0.0))


class Redirects(RedirectMiddleware):
    """Redirects that keep the Referer that the site's own rule asked for."""

    def handle_referer(self, request: Request, response: Response) -> None:
        """Leave it as it is."""

    def _engine_started(self) -> None:
        """Look for no RefererMiddleware: there is none."""


def settings(user_agent: str, *, throttle: bool, timeout_s: float, concurrency: int) -> dict[str, Any]:
    """Return Scrapy's settings for a crawl. What is None is switched off since the ledger does it."""
    return {
        "TWISTED_REACTOR_ENABLED": False,
        "USER_AGENT": user_agent,
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": "tachie",
        "SCHEDULER": LedgerScheduler,
        "CONCURRENT_REQUESTS": concurrency,
        "CONCURRENT_ITEMS": 1,  # there are none, and Scrapy starts so many tasks for each answer
        "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency,
        "DOWNLOAD_TIMEOUT": timeout_s,
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_WARNSIZE": 0,
        "DEFAULT_REQUEST_HEADERS": {"Accept": "*/*", "Accept-Language": "ja,en;q=0.8"},
        "REDIRECT_MAX_TIMES": 5,
        "AUTOTHROTTLE_ENABLED": False,  # ours below takes its place
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 2.0,
        "AUTOTHROTTLE_START_DELAY": 0.0,
        "EXTENSIONS": {
            **dict.fromkeys(
                (
                    "scrapy.extensions.corestats.CoreStats",
                    "scrapy.extensions.logcount.LogCount",
                    "scrapy.extensions.logstats.LogStats",
                    "scrapy.extensions.memusage.MemoryUsage",
                    "scrapy.extensions.feedexport.FeedExporter",
                    "scrapy.extensions.telnet.TelnetConsole",
                    "scrapy.extensions.throttle.AutoThrottle",
                )
            ),
            **({Throttle: 0} if throttle else {}),
        },
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
            "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
            "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
            Redirects: 600,
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
            "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
            "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
        },
        "SPIDER_MIDDLEWARES": dict.fromkeys(
            f"scrapy.spidermiddlewares.{name}"
            for name in (
                "start.StartSpiderMiddleware",
                "httperror.HttpErrorMiddleware",
                "referer.RefererMiddleware",
                "urllength.UrlLengthMiddleware",
                "depth.DepthMiddleware",
            )
        ),
    }
