"""collect danbooru, gelbooru, safebooru, moebooru, boards: image boards by tags."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tachie.cli.collect import crawl_options, report, run, secret
from tachie.core.errors import UsageError


def _board_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that every board has; the command gets them as one keyword argument, `query`."""
    names = ("tags", "rating", "single_character")

    @functools.wraps(command)
    def with_query(**options: Any) -> Any:
        return command(query={name: options.pop(name) for name in names}, **options)

    changed: Callable[..., Any] = with_query
    for option in reversed(
        (
            click.option("--tags", required=True, help="Tags that a picture must have, -TAG those it must not."),
            click.option(
                "--rating",
                multiple=True,
                type=click.Choice(["g", "s", "q", "e"]),
                default=["g"],
                show_default=True,
                help="Ratings to have; may be repeated.",
            ),
            click.option(
                "--single-character",
                is_flag=True,
                help="Only posts with exactly one character tag, which becomes the label 'character'.",
            ),
        )
    ):
        changed = option(changed)
    return changed


_URL = click.option("--url", default="", help="Another address, for boards on the same engine.")
_KEY_FILE = click.option(
    "--key-file", type=click.Path(path_type=Path), help="A file (mode 600) that holds the API key."
)
_TAG_LIMIT = click.option("--tag-limit", type=click.IntRange(min=1), help="Tags that the site takes at a time.")


@click.command()
@_board_options
@click.option("--user", default="", envvar="DANBOORU_USER", help="Your name there. Also: $DANBOORU_USER.")
@_KEY_FILE
@_TAG_LIMIT
@_URL
@crawl_options
def danbooru(query: dict[str, Any], common: dict[str, Any], **account: Any) -> None:
    """Danbooru, by tags; the key, if you have one, from --key-file or $DANBOORU_API_KEY.

    \b
    Example:  tachie collect danbooru --tags "full_body solo standing 1girl" --limit 500 --out standing
    """
    _run(["danbooru"], query, common, account)


@click.command()
@_board_options
@click.option("--user", default="", envvar="GELBOORU_USER_ID", help="Your account's number. Also: $GELBOORU_USER_ID.")
@_KEY_FILE
@_URL
@crawl_options
def gelbooru(query: dict[str, Any], common: dict[str, Any], **account: Any) -> None:
    """Gelbooru, by tags; it wants a key, from --key-file or $GELBOORU_API_KEY.

    \b
    Example:  tachie collect gelbooru --tags "full_body solo standing" --user 1234 --key-file key --out standing
    """
    _run(["gelbooru"], query, common, account)


@click.command()
@_board_options
@_URL
@crawl_options
def safebooru(query: dict[str, Any], common: dict[str, Any], **account: Any) -> None:
    """Safebooru.org, by tags; without a key.

    \b
    Example:  tachie collect safebooru --tags "full_body solo standing 1girl white_background" --out standing
    """
    _run(["safebooru"], query, common, account)


@click.command()
@_board_options
@click.option("--board", default="yande.re", show_default=True, help="yande.re, konachan.com or konachan.net.")
@_TAG_LIMIT
@_URL
@crawl_options
def moebooru(query: dict[str, Any], common: dict[str, Any], board: str, **account: Any) -> None:
    """A Moebooru (yande.re, konachan.com, konachan.net), by tags; these have no rating g: say --rating s.

    \b
    Example:  tachie collect moebooru --board konachan.net --tags "solo white" --rating s --out standing
    """
    _run([board], query, common, account)


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="BOARD...")
@_board_options
@click.option("--url", "urls", multiple=True, metavar="BOARD=URL", help="Another address of a board.")
@crawl_options
def boards(names: tuple[str, ...], query: dict[str, Any], common: dict[str, Any], urls: tuple[str, ...]) -> None:
    """Several boards at once: one copy of each picture, the largest, with the tags and addresses of all.

    Boards: danbooru, gelbooru, safebooru, yande.re, konachan.com, konachan.net. Keys come from the environment.

    \b
    Example:  tachie collect boards danbooru safebooru --tags "full_body solo standing" --out standing
    """
    stated = dict(text.partition("=")[::2] for text in urls)
    _run(list(names), query, common, {"urls": stated})


def _run(names: list[str], query: dict[str, Any], common: dict[str, Any], account: dict[str, Any]) -> None:
    """Make the sites and crawl them."""
    from tachie.collect.sites.table import BOARDS, ENGINES
    from tachie.core.registry import unknown

    sites = []
    for name in dict.fromkeys(names):
        if name not in BOARDS:
            raise unknown("board", name, tuple(BOARDS))
        engine, url = BOARDS[name]
        url = account.get("url") or account.get("urls", {}).get(name) or url
        if not url.startswith(("http://", "https://")):
            raise UsageError(f"--url {url} is no http address", f"For example: --url {BOARDS[name][1]}")
        site = ENGINES[engine](
            board=name,
            url=url.rstrip("/"),
            tags=tuple(dict.fromkeys(query["tags"].split())),
            ratings=tuple(sorted(set(query["rating"]), key="gsqe".index)),
            single_character=query["single_character"],
            user=account.get("user") or os.environ.get(_USERS.get(engine, ""), ""),
            key=secret(engine, f"{engine.upper()}_API_KEY", account.get("key_file")),
            tag_limit=account.get("tag_limit") or 0,
        )
        sites.append(site)
    report(run(sites, common), common["as_json"])


_USERS = {"danbooru": "DANBOORU_USER", "gelbooru": "GELBOORU_USER_ID"}
