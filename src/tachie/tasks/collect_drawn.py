"""The pictures of the demo: an invented catalogue on this machine, collected as a real one would be."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

from tachie.collect import Crawl, CrawlProgress, CrawlResult, Site, crawl
from tachie.collect.games import Game, read_games, write_games
from tachie.collect.ledger import Ledger
from tachie.collect.sites.erogamescape import Erogamescape, classic_sql
from tachie.collect.sites.getchu import Getchu
from tachie.core.errors import TachieError, UsageError
from tachie.core.files import write_atomically
from tachie.replica.catalogue import FIRST_DAY, Catalogue
from tachie.replica.erogamescape import ErogamescapeReplica
from tachie.replica.getchu import LABELS, GetchuReplica
from tachie.replica.server import Replica
from tachie.tasks.steps.replicas import at_port, reach_loopback_directly

_STATE = "catalogue.json"


@dataclass(frozen=True, slots=True)
class CollectDrawn:
    """The job: how many standing pictures, drawn from which seed, into which folder."""

    out: Path
    pictures: int = 400
    seed: int = 0
    say: Callable[[str], None] = field(default=lambda line: None)
    on_crawl: Callable[[CrawlProgress], None] = field(default=lambda progress: None)


def collect_drawn(job: CollectDrawn) -> Path:
    """Serve the catalogue on 127.0.0.1, list its games, collect their standing pictures and return their folder.

    Leaves `games/games.csv` and `collected/` (with `labels.csv`) in `job.out`. Called again, it goes on where it was,
    and asks for nothing twice as long as its port is free. Raises `UsageError` where another catalogue was collected
    there.
    """
    catalogue = Catalogue(job.pictures, job.seed)
    ports = _ports(job)
    reach_loopback_directly()
    with (
        at_port(lambda port: ErogamescapeReplica(catalogue, port=port), ports.get("erogamescape", 0)) as lists,
        at_port(lambda port: GetchuReplica(catalogue, port=port), ports.get("getchu", 0)) as shop,
    ):
        state = {"pictures": job.pictures, "seed": job.seed, "erogamescape": lists.port, "getchu": shop.port}
        write_atomically(job.out / _STATE, json.dumps(state) + "\n")
        games = _list_games(job, lists)
        collected = _collect_pictures(job, shop, games)
        _join_labels(shop, collected)
    job.say(f"    labels: what each drawing truly shows, from {shop.url}{LABELS}, which no real shop has")
    return collected


def _list_games(job: CollectDrawn, site: Replica) -> list[Game]:
    out = job.out / "games"
    query = Erogamescape(classic_sql(FIRST_DAY.isoformat()), at=site.url)
    job.say(f"    games: the classic SQL query, put to a replica of ErogameScape at {site.url}")
    result = _crawled(job, out, query)
    ledger = Ledger(out)
    try:
        rows = [Game(**row) for _, row in ledger.rows(result.listings[query.identity()])]
    finally:
        ledger.close()
    sheet, _ = write_games(rows, out)
    job.say(f"    {len(rows)} games for all ages in {sheet}")
    return read_games(sheet)


def _collect_pictures(job: CollectDrawn, site: Replica, games: list[Game]) -> Path:
    out = job.out / "collected"
    wanted = tuple(game.getchu_id for game in games if game.getchu_id is not None)
    job.say(
        f"    pictures: the pages of these games and their standing pictures, from a replica of Getchu at {site.url}"
    )
    result = _crawled(job, out, Getchu(wanted, at=site.url))
    left = ", ".join(f"{reason} {count}" for reason, count in sorted(result.drops.items()))
    job.say(f"    {result.pictures} pictures in {out}{f'; left out: {left}' if left else ''}")
    return out


def _crawled(job: CollectDrawn, out: Path, site: Site) -> CrawlResult:
    """Crawl without the delay and the words of terms that a real site is owed: the server is our own."""

    def show(progress: CrawlProgress) -> None:
        if not progress.note:
            job.on_crawl(progress)

    result = crawl(Crawl([site], out, delay_s=0.0, merge_copies=False, progress=show))
    for refused in result.refusals:
        raise TachieError(refused.message, refused.hint)
    if result.failed:
        address, reason, detail = result.failures[0]
        raise TachieError(f"{address}: {reason} {detail}", "Run the same command again: it tries once more.")
    return result


def _join_labels(site: Replica, collected: Path) -> None:
    """Write collected/labels.csv: file in the store -> attributes, joined by the picture's name at the shop."""
    with build_opener(ProxyHandler({})).open(f"{site.url}{LABELS}", timeout=60) as answer:
        truth = {row.pop("file"): row for row in csv.DictReader(io.StringIO(answer.read().decode("utf-8")))}
    rows: list[dict[str, Any]] = []
    for line in (collected / "items.jsonl").read_text("utf-8").splitlines():
        item = json.loads(line)
        rows.append({"file": item["file"], **truth[item["url"].rpartition("/")[2]]})
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    write_atomically(collected / "labels.csv", text.getvalue())


def _ports(job: CollectDrawn) -> dict[str, int]:
    """Return the ports of an earlier run: with another port, all addresses would be new."""
    try:
        found = json.loads((job.out / _STATE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if (found["pictures"], found["seed"]) != (job.pictures, job.seed):
        raise UsageError(
            f"{job.out} holds a catalogue of {found['pictures']} pictures, not of {job.pictures}",
            "Name another folder with --out.",
        )
    return {"erogamescape": found["erogamescape"], "getchu": found["getchu"]}
