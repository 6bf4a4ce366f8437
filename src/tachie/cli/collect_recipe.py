"""collect recipe: the pictures of a shared recipe, fetched again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tachie.cli.collect import crawl_options, report, run


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--rating", "ratings", multiple=True, type=click.Choice(["g", "s", "q", "e"]), help="Have these ratings alone."
)
@crawl_options
def recipe(file: Path, ratings: tuple[str, ...], common: dict[str, Any]) -> None:
    """The pictures of a recipe (tachie export --format recipe), from where they were; says what is gone or changed.

    \b
    Example:  tachie collect recipe shared-recipe --out collected
              tachie build collected --recipe shared-recipe/build.toml --out faces
    """
    from tachie.collect.sites.recipe import Recipe

    result = run([Recipe.open(file, ratings)], common, merge_copies=False)
    more = {name: result.drops.get(name, 0) for name in ("gone", "changed")}
    report(result, common["as_json"], more)
