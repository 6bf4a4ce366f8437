"""collect erogamescape, collect getchu: game catalogues and their standing pictures."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from tachie.cli.collect import crawl_options, report, run
from tachie.cli.options import print_result
from tachie.core.errors import UsageError

if TYPE_CHECKING:
    from tachie.collect import Rules
    from tachie.collect.games import Game

_FILE = click.Path(path_type=Path)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _site_option(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    text = f"Another address of the site (default: {default}). On 127.0.0.1 --delay may be any."
    return click.option("--site", "at", default=default, metavar="URL", help=text)


@click.command()
@click.option("--since", default="2013-01-01", show_default=True, metavar="DAY", help="Sold on this day or later.")
@click.option("--until", metavar="DAY", help="Sold on this day or earlier.")
@click.option("--of-age", is_flag=True, help="You are of age: list titles for adults too, not for all ages alone.")
@click.option("--sql", type=_FILE, help="A file with a query of your own; let it give g.id and g.comike.")
@click.option("--page-rows", type=click.IntRange(1, 20_000), default=5000, show_default=True, help="LIMIT of a query.")
@click.option("--html", multiple=True, type=_FILE, help="A saved result page in place of the site; may be repeated.")
@click.argument("more_html", nargs=-1, type=_FILE, metavar="")
@_site_option("https://erogamescape.dyndns.org")
@crawl_options
def erogamescape(
    since: str,
    until: str | None,
    of_age: bool,
    sql: Path | None,
    page_rows: int,
    html: tuple[Path, ...],
    more_html: tuple[Path, ...],
    at: str,
    common: dict[str, Any],
) -> None:
    """A list of games from ErogameScape: games.csv and games.jsonl, which `collect getchu` reads.

    \b
    Example:  tachie collect erogamescape --since 2013-01-01 --out games
              tachie collect erogamescape --html saved.html --out games
    """
    from tachie.collect.sites.erogamescape import Erogamescape, classic_sql

    if html or more_html:
        _write_games(_saved_games((*html, *more_html)), common)
        return
    for day in filter(None, (since, until)):
        if not _DAY.fullmatch(day):
            raise UsageError(f"{day} is no day", "Write it as YYYY-MM-DD, such as 2013-01-01.")
    query = _read_text(sql) if sql else classic_sql(since, until, of_age=of_age)
    site = Erogamescape(query, page_rows, at.rstrip("/"))
    _hold_to(site.rules, site.at, common["delay"])
    result = run([site], common)
    number = result.listings[site.identity()]
    if result.refusals:
        report(result, common["as_json"])
    _write_games(_listed_games(common["out"], number), common)


@click.command()
@click.option("--games", type=_FILE, help="A list of games: games.csv, games.jsonl, or a CSV with a column comike.")
@click.option("--ids", multiple=True, metavar="N...", help="Ids of items, as in getchu.com/item/N/.")
@click.option("--month", multiple=True, metavar="YYYY-MM...", help="All items that came out in a month.")
@click.option("--html", multiple=True, metavar="FILE...", help="Saved pages of items in place of the site's.")
@click.argument("more", nargs=-1, metavar="")
@click.option("--samples", is_flag=True, help="Sample pictures too.")
@click.option("--packages", is_flag=True, help="Package pictures too.")
@click.option("--of-age", is_flag=True, help="You are of age: pass the age gate. Without it: all-ages titles alone.")
@_site_option("https://www.getchu.com")
@crawl_options
def getchu(
    games: Path | None,
    ids: tuple[str, ...],
    month: tuple[str, ...],
    html: tuple[str, ...],
    more: tuple[str, ...],
    samples: bool,
    packages: bool,
    of_age: bool,
    at: str,
    common: dict[str, Any],
) -> None:
    """Standing pictures from Getchu, each with its game, brand, day, genre, artist, character, voice and profile.

    \b
    Example:  tachie collect getchu --games games/games.csv --out standing
              tachie collect getchu --ids 989183 1002345 --out standing
              tachie collect getchu --month 2018-06 2018-07 --out standing
              tachie collect getchu --html saved-page.html --out standing
    """
    from tachie.collect.games import read_games
    from tachie.collect.pages.getchu import Kind
    from tachie.collect.sites.getchu import Getchu

    listed = read_games(games) if games else []
    wanted = _sorted_words((*ids, *month, *html, *more))
    sold = [game for game in listed if game.getchu_id is not None]
    shut = [game for game in sold if game.all_ages is False and not of_age]
    shut_ids = {game.getchu_id for game in shut}
    numbers = dict.fromkeys([g.getchu_id for g in sold if g.getchu_id and g.getchu_id not in shut_ids] + wanted.ids)
    if not (games or numbers or wanted.months or wanted.pages):
        raise UsageError(
            "nothing says which games are meant", "Name --games games.csv, --ids N, --month YYYY-MM or --html FILE."
        )
    kinds: tuple[Kind, ...] = ("standing", *(("sample",) if samples else ()), *(("package",) if packages else ()))
    known = frozenset(g.getchu_id for g in sold if g.all_ages and g.getchu_id)
    site = Getchu(tuple(numbers), wanted.months, (), known, kinds, of_age, at.rstrip("/"))
    sites = [site] if numbers or wanted.months else []
    if wanted.pages:
        sites.append(Getchu((), (), wanted.pages, known, kinds, of_age, at.rstrip("/")))
    _hold_to(Getchu.rules, site.at, common["delay"])
    more_said: dict[str, Any] = {}
    if len(listed) > len(sold):
        more_said["games that Getchu does not sell"] = len(listed) - len(sold)
    if shut:
        more_said["games for adults, not asked for without --of-age"] = len(shut)
    # Two expressions of one pose are two pictures here: copies are left to `tachie build`, which compares faces.
    result = run(sites, common, merge_copies=False)
    if result.drops.get("age_gate") and not of_age:
        click.echo("tachie: items behind the age gate are left out; --of-age states that you are of age", err=True)
    report(result, common["as_json"], more_said)


@dataclass(frozen=True, slots=True)
class _Wanted:
    ids: list[int]
    months: tuple[str, ...]
    pages: tuple[Path, ...]


def _sorted_words(words: Sequence[str]) -> _Wanted:
    """Tell ids, months and files apart, so that `--ids 1 2 3` may be written as people write it."""
    ids = [int(word) for word in words if re.fullmatch(r"\d{1,11}", word)]
    months = [word for word in words if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", word)]
    pages = [Path(word) for word in words if not re.fullmatch(r"\d{1,11}|\d{4}-(0[1-9]|1[0-2])", word)]
    for page in pages:
        if not page.is_file():
            raise UsageError(
                f"{page} is neither an id, a month such as 2013-04, nor a saved page", "There is no file of that name."
            )
    return _Wanted(ids, tuple(months), tuple(pages))


def _hold_to(rules: Rules, at: str, delay_s: float | None) -> None:
    """Refuse a pace that is faster than a site is asked at, unless it is a server of one's own."""
    least = max(rules.page_delay_s, rules.picture_delay_s)
    if delay_s is not None and delay_s < least and urlsplit(at).hostname not in _LOOPBACK:
        raise UsageError(
            f"--delay {delay_s:g} is faster than the {least:g} s at which {urlsplit(at).hostname} is asked",
            "Leave it out, or name a longer one.",
        )


def _read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read as UTF-8 text: {error}") from error


def _saved_games(pages: Sequence[Path]) -> list[Game]:
    """Return the games of saved result pages, each once; rows with an odd number of cells are named."""
    from tachie.collect.pages.erogamescape import games_of, parse_result

    games: dict[int, Game] = {}
    for page in pages:
        try:
            data = page.read_bytes()
        except OSError as error:
            raise UsageError(f"{page}: cannot be read: {error.strerror}") from error
        table = parse_result(data, str(page))
        if table.odd_rows:
            click.echo(f"tachie: {page}: {table.odd_rows} rows have another number of cells and are left out", err=True)
        games.update({game.id: game for game in games_of(table, str(page))})
    return list(games.values())


def _listed_games(out: Path, number: int) -> list[Game]:
    from tachie.collect.games import Game
    from tachie.collect.ledger import Ledger

    ledger = Ledger(out)
    try:
        return [Game(**row) for _, row in ledger.rows(number)]
    finally:
        ledger.close()


def _write_games(games: list[Game], common: dict[str, Any]) -> None:
    """Write the lists, by day, as the classic query orders them, and say where they are."""
    from tachie.collect.games import write_games

    by_day = sorted(games, key=lambda game: (game.released_at or "9999", game.id))
    sheet, lines = write_games(by_day, common["out"])
    sold = sum(game.getchu_id is not None for game in games)
    found = {"games": len(games), "sold by Getchu": sold, "csv": str(sheet), "jsonl": str(lines)}
    print_result(found, common["as_json"])
