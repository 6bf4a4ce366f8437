"""collect: pictures from web sources into a folder, resumable; a sub-command a source, each in a module of its own."""

from __future__ import annotations

import functools
import importlib
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tachie.cli.bars import progress_bars
from tachie.cli.options import JSON
from tachie.core.registry import unknown

if TYPE_CHECKING:
    from tachie.collect import CrawlResult, Site

# Source -> module; a source's module is imported when the source is asked for.
_SOURCES = {
    "erogamescape": "collect_catalogues",
    "getchu": "collect_catalogues",
    "danbooru": "collect_boards",
    "gelbooru": "collect_boards",
    "safebooru": "collect_boards",
    "moebooru": "collect_boards",
    "boards": "collect_boards",
    "video": "collect_video",
    "recipe": "collect_recipe",
}


class _Sources(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_SOURCES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        if cmd_name not in _SOURCES:
            raise unknown("source", cmd_name, tuple(_SOURCES))
        module = importlib.import_module(f"tachie.cli.{_SOURCES[cmd_name]}")
        return next(c for c in vars(module).values() if isinstance(c, click.Command) and c.name == cmd_name)


@click.group(cls=_Sources)
def collect() -> None:
    """Pictures from web sources into a folder; the same command goes on where it was stopped.

    \b
    Example:  tachie collect safebooru --tags "1girl solo standing" --limit 500 --out standing
              tachie build standing --out faces
    """


def crawl_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that every source has; the command gets them as one keyword argument, `common`."""
    names = ("out", "limit", "delay", "contact", "user_agent", "again", "as_json")

    @functools.wraps(command)
    def with_common(**options: Any) -> Any:
        return command(common={name: options.pop(name) for name in names}, **options)

    changed: Callable[..., Any] = with_common
    for option in reversed(
        (
            click.option("--out", type=click.Path(path_type=Path), required=True, help="The collection's folder."),
            click.option("--limit", type=click.IntRange(min=1), help="At most so many pictures of each site."),
            click.option(
                "--delay",
                type=click.FloatRange(min=0.0),
                metavar="S",
                help="Least seconds between two requests to a host (default: the site's own).",
            ),
            click.option(
                "--contact",
                envvar="TACHIE_CONTACT",
                default="",
                help="An address or page of yours, told to the sites. Also: $TACHIE_CONTACT.",
            ),
            click.option("--user-agent", default="", help="In place of tachie/VERSION (+CONTACT)."),
            click.option(
                "--again", is_flag=True, help="Read the listings from their start once more, for what is new."
            ),
            JSON,
        )
    ):
        changed = option(changed)
    return changed


def run(sites: Sequence[Site], common: dict[str, Any], *, merge_copies: bool = True) -> CrawlResult:
    """Run one crawl over the sites with the common options, showing progress; the caller then calls `report`."""
    from tachie.collect import Crawl, crawl

    if not common["contact"] and not common["user_agent"]:
        click.echo("tachie: sites like to know who asks: --contact YOUR-ADDRESS, or $TACHIE_CONTACT", err=True)
    with progress_bars() as bars:
        job = Crawl(
            sites=sites,
            out=common["out"],
            limit=common["limit"],
            delay_s=common["delay"],
            contact=common["contact"],
            user_agent=common["user_agent"],
            again=common["again"],
            merge_copies=merge_copies,
            progress=bars.crawl,
        )
        return crawl(job)


def report(result: CrawlResult, as_json: bool, more: dict[str, Any] | None = None) -> None:
    """Print what was had, name what was not, and end with the exit code that says so."""
    if as_json:
        click.echo(json.dumps({**result.as_dict(), **(more or {})}, ensure_ascii=False))
    else:
        click.echo(f"{result.out}: {result.pictures:,} pictures ({result.fetched:,} new)")
        for name, value in (more or {}).items():
            click.echo(f"{name}: {value}")
        for reason, count in sorted(result.drops.items()):
            click.echo(f"left out, {reason}: {count:,}")
        if result.retries:
            tried = ", ".join(f"{reason} {count}" for reason, count in sorted(result.retries.items()))
            click.echo(f"asked again: {tried}")
    for refused in result.refusals:
        click.echo(f"tachie: {refused.message}", err=True)
        click.echo(f"        {refused.hint}", err=True)
    if result.failed:
        click.echo(f"tachie: {result.failed:,} could not be fetched; the same command tries them again:", err=True)
        for address, reason, detail in result.failures:
            click.echo(f"        {address}: {reason}{f' ({detail})' if detail and detail != reason else ''}", err=True)
        if result.failed > len(result.failures):
            click.echo(f"        and {result.failed - len(result.failures):,} more, in collect.log", err=True)
    if result.exit_code:
        sys.exit(result.exit_code)


def secret(name: str, variable: str, file: Path | None) -> str:
    """Return a key from a file that its owner alone can read, else from the environment; "" where there is none.

    The file holds the key alone, or a line SITE=KEY for each site. Raises `UsageError` where others can read it too.
    """
    from tachie.core.errors import UsageError

    if file is None:
        return os.environ.get(variable, "")
    try:
        mode = file.stat().st_mode
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: cannot be read: {error}") from error
    if os.name == "posix" and mode & 0o077:
        raise UsageError(f"{file} can be read by others", f"Run: chmod 600 {file}")
    stated = dict(re.findall(r"^[ \t]*(danbooru|gelbooru)[ \t]*=[ \t]*(\S+)", text, re.MULTILINE | re.IGNORECASE))
    return {site.lower(): key for site, key in stated.items()}.get(name, "") if stated else text.strip()
