"""`tachie collect`'s crawl against bare Scrapy on the same loopback server, without delay; and its memory.

Bare Scrapy is a spider of the plainest kind with Scrapy's own settings: it reads the same listing and writes each
picture to a file, without ledger, hashes, checks or resuming; once as Scrapy comes, once with the download handler that
tachie uses. Every crawl runs in a process of its own, twice in turn; the faster counts. The second part crawls
into a collection that knows 200,000 addresses already. Usage: python -m benchmarks.crawl_speed [PICTURES]
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, ClassVar

import psutil

from tachie.collect import Crawl, CrawlProgress, Rules, crawl
from tachie.collect.ledger import Ledger
from tachie.collect.sites.danbooru import Danbooru

PICTURES = 2000
KNOWN = 200_000
TURNS = 2
PICTURE_BYTES = 60_000
CONCURRENCY = 16


class FastDanbooru(Danbooru):
    """A Danbooru that may be asked as fast as it answers."""

    rules: ClassVar[Rules] = Rules("not the API", "A benchmark's own.", 0.0, 0.0, CONCURRENCY)


class _Server(asyncio.Protocol):
    """Answers from memory, with as little work as Python allows: the server shall not be what is measured."""

    def __init__(self, pages: dict[int, bytes]) -> None:
        self._pages = pages
        self._held = b""
        # A picture's number stands in its bytes, at the same place in all, so that an answer is three slices.
        magic = b"\x89PNG\r\n\x1a\n"
        whole = _answer(magic + b"\0" * (PICTURE_BYTES - 20) + b"IEND" + b"\0" * 8, "image/png")
        start = whole.index(magic) + len(magic)
        self._before, self._after = whole[:start], whole[start + 16 :]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each whole request."""
        self._held += data
        while b"\r\n\r\n" in self._held:
            request, self._held = self._held.split(b"\r\n\r\n", 1)
            path = request.split(b" ", 2)[1]
            if path.startswith(b"/images/"):
                number = path[8:].split(b".")[0].rjust(16, b"0")
                self._transport.writelines([self._before, number, self._after])
            elif path.startswith(b"/posts"):
                self._transport.write(self._pages[int(path.partition(b"page=b")[2] or 0)])
            else:
                self._transport.write(_answer(b"", "text/plain"))


def _answer(body: bytes, kind: str) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (kind.encode(), len(body), body)


def _serve(pictures: int, ready: Connection) -> None:
    """Serve /posts.json in pages of 200 and pictures of PICTURE_BYTES, each different, until killed."""

    async def main() -> None:
        pages: dict[int, bytes] = {}
        server = await asyncio.get_running_loop().create_server(lambda: _Server(pages), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        for before in range(pictures + 1, 0, -200):
            page = [_post(n, port) for n in range(before - 1, max(0, before - 201), -1)]
            pages[before if pages else 0] = _answer(json.dumps(page).encode(), "application/json")
        pages[1] = _answer(b"[]", "application/json")
        ready.send(port)
        await server.serve_forever()

    asyncio.run(main())


def _post(number: int, port: int) -> dict[str, Any]:
    return {
        "id": number,
        "rating": "g",
        "file_ext": "png",
        "file_url": f"http://127.0.0.1:{port}/images/{number}.png",
        "tag_string_general": "1girl solo standing full_body white_background long_hair blue_eyes smile",
        "tag_string_character": "someone",
    }


def _bare(port: int, out: Path, pictures: int, own_handler: bool) -> None:
    """Crawl with bare Scrapy, as Scrapy comes or with the handler that tachie uses."""
    from scrapy import Request, Spider
    from scrapy.crawler import AsyncCrawlerProcess

    url = f"http://127.0.0.1:{port}"

    class Plain(Spider):
        name = "plain"

        async def start(self) -> Any:
            yield Request(f"{url}/posts.json?tags=1girl&limit=200", callback=self.parse)

        def parse(self, response: Any) -> Any:
            posts = json.loads(response.body)
            for post in posts:
                yield Request(post["file_url"], callback=self.save)
            if posts:
                yield Request(f"{url}/posts.json?tags=1girl&limit=200&page=b{posts[-1]['id']}", callback=self.parse)

        def save(self, response: Any) -> None:
            (out / response.url.rpartition("/")[2]).write_bytes(response.body)

    out.mkdir()
    process = AsyncCrawlerProcess(
        {
            "LOG_ENABLED": False,
            "CONCURRENT_REQUESTS": CONCURRENCY,
            "CONCURRENT_REQUESTS_PER_DOMAIN": CONCURRENCY,
            "TWISTED_REACTOR_ENABLED": own_handler,
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    process.crawl(Plain)
    process.start()
    assert len(list(out.iterdir())) == pictures


def _ours(port: int, out: Path, pictures: int) -> None:
    site = FastDanbooru("danbooru", f"http://127.0.0.1:{port}", ("1girl",))
    result = crawl(Crawl([site], out, delay_s=0.0, merge_copies=False))
    assert (result.fetched, result.exit_code) == (pictures, 0), result


def _with_known(port: int, out: Path, pictures: int, told: Connection) -> None:
    """Crawl into a collection that knows many addresses, and tell memory at the start, on the way and at the peak."""
    process = psutil.Process(os.getpid())
    seen: list[float] = []

    def progress(_: CrawlProgress) -> None:
        seen.append(process.memory_info().rss / 2**20)

    site = FastDanbooru("danbooru", f"http://127.0.0.1:{port}", ("1girl",))
    start = time.perf_counter()
    result = crawl(Crawl([site], out, delay_s=0.0, progress=progress))
    seconds = time.perf_counter() - start
    assert (result.fetched, result.pictures) == (pictures, pictures + KNOWN), result
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told.send((seen[1], seen[-1], peak, seconds))


def _fill(out: Path) -> None:
    """Write a collection of KNOWN pictures of one pixel, as earlier crawls would have left it."""
    out.mkdir()
    ledger = Ledger(out)
    listing, _ = ledger.open_listing('{"site": "filled"}', "filled", ())
    dice = random.Random(0)
    data = b"GIF89a" + b"\0;"
    for i in range(256):  # files that many rows share: it is the ledger's memory that is measured
        (out / f"files/{i:02x}").mkdir(parents=True)
        (out / f"files/{i:02x}/shared.gif").write_bytes(data)
    rows = []
    for i in range(KNOWN):
        sha256 = f"{dice.getrandbits(256):064x}"
        url = f"https://example.org/{i}.gif"
        record = json.dumps({"url": url, "post_id": str(i), "tags": {"general": ["1girl", "solo"]}, "rating": "g"})
        name, digest = f"files/{sha256[:2]}/shared.gif", f"{dice.getrandbits(64):016x}"
        rows.append((url, listing, "example.org", record, "done", sha256, name, len(data), digest))
    with ledger.transaction():
        ledger.connection().executemany(
            "insert into pictures (url, listing, host, record, state, sha256, file, bytes, phash, width, height)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 1)",
            rows,
        )
    ledger.close()


def _timed(work: Callable[..., None], *arguments: Any) -> tuple[float, float]:
    """Run it in a process of its own; return its seconds, and those that it had a core."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    process.start()
    process.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.exitcode:
        sys.exit(f"failed: {work.__name__}")
    return time.perf_counter() - start, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> None:
    """Measure speed, then memory."""
    pictures = int(sys.argv[1]) if len(sys.argv) > 1 else PICTURES
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=_serve, args=(pictures, there), daemon=True)
    server.start()
    port = here.recv()
    best: dict[str, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        for turn in range(TURNS):
            root = Path(name) / str(turn)
            root.mkdir()
            for who, work, more in (
                ("bare Scrapy", _bare, (True,)),
                ("bare Scrapy, tachie's handler", _bare, (False,)),
                ("tachie", _ours, ()),
            ):
                taken = _timed(work, port, root / who.replace(" ", "_"), pictures, *more)
                best[who] = min(best.get(who, taken), taken)
        for who, (seconds, cpu_s) in best.items():
            print(f"{who}: {pictures / seconds:.0f} pictures/s, starting included; {cpu_s:.1f} CPU s")
        ratios = [best[who][0] / best["tachie"][0] for who in list(best)[:2]]
        print(f"ratio to bare Scrapy {ratios[0]:.2f} (target 0.8), with the same handler {ratios[1]:.2f}")
        cpu = [best[who][1] / best["tachie"][1] for who in list(best)[:2]]
        print(f"by CPU seconds, which a busy machine changes less: {cpu[0]:.2f} and {cpu[1]:.2f}")
        _fill(Path(name) / "known")
        here, there = context.Pipe()
        _timed(_with_known, port, Path(name) / "known", pictures, there)
        first, last, peak, seconds = here.recv()
        print(
            f"{KNOWN:,} known addresses: {first:.0f} MB at the start, {last:.0f} MB after {pictures} pictures, "
            f"peak {peak:.0f} MB with items.jsonl (target 300); {seconds:.1f} s"
        )
    server.terminate()


if __name__ == "__main__":
    main()
