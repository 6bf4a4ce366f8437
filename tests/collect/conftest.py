"""Replicas filled with small different pictures, and crawls without pauses."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from tachie.collect import Crawl, CrawlResult, Site, crawl
from tachie.collect.sites.danbooru import Danbooru
from tachie.collect.work import Patience
from tachie.core.images import encode_png
from tachie.replica import Stock
from tachie.replica.boards import BoardReplica, Drawn, usual_posts

from ..conftest import blobs


@lru_cache(maxsize=4096)
def small_png(number: int) -> bytes:
    return encode_png(blobs(number, 48, 64))


def stock(count: int) -> Stock:
    return Stock(count, make=small_png)


def plain_posts(shelf: Stock) -> list[Drawn]:
    """Only posts that can be had, all rated g."""
    return usual_posts(shelf, plain=True)


def danbooru(site: BoardReplica, *tags: str, **more: Any) -> Danbooru:
    return Danbooru(board="danbooru", url=site.url, tags=tags or ("1girl",), **more)


def collected(out: Path, *sites: Site, **more: Any) -> CrawlResult:
    """Crawl without pauses."""
    job = Crawl(sites, out, delay_s=0.0, patience=Patience(attempts=4, backoff_s=0.01, busy_s=0.05))
    return crawl(replace(job, **more))


def lines(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "items.jsonl").read_text("utf-8").splitlines()]


def stored(out: Path) -> dict[str, bytes]:
    """Every file of the store by its name."""
    return {str(p.relative_to(out)): p.read_bytes() for p in sorted((out / "files").rglob("*")) if p.is_file()}


def numbers(rows: Sequence[dict[str, Any]]) -> list[int]:
    return [int(row["post_id"]) for row in rows]
