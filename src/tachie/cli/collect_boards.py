"""collect danbooru, gelbooru, safebooru, moebooru, boards: image boards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tachie.cli.collect import crawl_options, report, run, secret


@click.command()
@click.option("--tags", required=True, help="Tags that a picture must have; -TAG must be absent. Rarest first.")
@click.option(
    "--rating", "ratings", multiple=True, type=click.Choice(["g", "s", "q", "e"]), default=["g"], show_default=True
)
@click.option("--single-character", is_flag=True, help="Only posts with one character tag, which becomes a label.")
@click.option("--user", default="", envvar="DANBOORU_USER", help="Your name there. Also: $DANBOORU_USER.")
@click.option(
    "--key-file", type=click.Path(path_type=Path), help="The API key's file (mode 600). Also: $DANBOORU_API_KEY."
)
@click.option("--tag-limit", type=click.IntRange(min=1), default=None, help="Tags the site takes at a time (2).")
@click.option("--url", default="", help="Another address of a Danbooru.")
@crawl_options
def danbooru(
    tags: str,
    ratings: tuple[str, ...],
    single_character: bool,
    user: str,
    key_file: Path | None,
    tag_limit: int | None,
    url: str,
    common: dict[str, Any],
) -> None:
    """Pictures from Danbooru by tags.

    \b
    Example:  tachie collect danbooru --tags "full_body solo standing 1girl" --limit 500 --out standing
    """
    from tachie.collect.sites.danbooru import URLS, Danbooru

    site = Danbooru(
        board="danbooru",
        url=url.rstrip("/") or URLS["danbooru"],
        tags=tuple(tags.split()),
        ratings=tuple(ratings),
        single_character=single_character,
        user=user,
        key=secret("danbooru", "DANBOORU_API_KEY", key_file),
        tag_limit=tag_limit or 0,
    )
    report(run([site], common), common["as_json"])
