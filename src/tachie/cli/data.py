"""build, detect, info: pictures and datasets; none of them needs torch."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from tachie.cli.bars import progress_bars
from tachie.cli.options import JSON, PLACES, choices, exit_if_unreadable, print_result, recipe_options
from tachie.cli.review import apply_decisions
from tachie.core.errors import EXIT_SOME_UNREADABLE, UsageError


@click.command()
@PLACES
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The dataset's folder.")
@click.option("--apply-review", is_flag=True, help="From one dataset: apply what was decided on it (tachie review).")
@click.option("--from", "originals", multiple=True, metavar="PATH", help="--apply-review: where its pictures lie now.")
@recipe_options
@JSON
def build(
    places: tuple[str, ...], out: Path, as_json: bool, apply_review: bool, originals: tuple[str, ...], **options: Any
) -> None:
    """Folders, zips, videos and datasets to a clean dataset. The same command goes on where it was stopped.

    \b
    Example:  tachie build pictures/ more.zip episode01.mkv --out faces
              tachie build faces --apply-review --out clean
    """
    if apply_review:
        apply_decisions(places, out, originals, as_json, options)
        return
    if originals:
        raise UsageError("--from belongs to --apply-review", "Name places to build from without it.")
    from tachie.dataset import stats
    from tachie.pipeline import Build
    from tachie.pipeline import build as build_it
    from tachie.pipeline.presets import chosen_recipe

    recipe = chosen_recipe(choices(options))
    with progress_bars() as bars:
        result = build_it(Build(list(places), out, recipe, options["workers"], options["scheduler"], bars.build))
    if result.already_built:
        click.echo(f"{out} was built already, from the same files by the same recipe", err=True)
    info = stats.describe(result.dataset)
    if said := stats.sidecars_text(info["sidecars"]):
        click.echo(f"beside the pictures: {said}", err=True)
    click.echo(json.dumps(info) if as_json else stats.as_text(info))
    exit_if_unreadable(result.dataset.manifest.unreadable, out)


@click.command()
@PLACES
@click.option("--detector", default="heads", show_default=True, help="heads (our own), animeface or lbpcascade.")
@click.option("--cascade", type=click.Path(path_type=Path), help="The file of lbpcascade_animeface.xml.")
@JSON
def detect(places: tuple[str, ...], detector: str, cascade: Path | None, as_json: bool) -> None:
    """Print the heads found in each picture, a line a picture.

    \b
    Example:  tachie detect pictures/ --json
    """
    from tachie.pipeline.look import detect as detect_in

    failed = 0
    for found in detect_in(places, detector, cascade):
        failed += bool(found.error)
        if as_json:
            click.echo(json.dumps(found.as_dict()))
        elif found.error:
            click.echo(f"{found.file}: {found.error}")
        else:
            heads = "; ".join(" ".join(f"{v:.0f}" for v in f.head_xyxy) + f" ({f.confidence:.2f})" for f in found.faces)
            click.echo(
                f"{found.file}: {len(found.faces)} face{'s' * (len(found.faces) != 1)}{': ' if heads else ''}{heads}"
            )
    if failed:
        sys.exit(EXIT_SOME_UNREADABLE)


@click.command()
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option(
    "--html", "page", type=click.Path(path_type=Path, dir_okay=False), help="Write the report with charts and pictures."
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Chooses the report's pictures.")
@JSON
def info(dataset: Path, page: Path | None, seed: int, as_json: bool) -> None:
    """What a dataset holds: counts, sizes, labels, rights, and what was left out.

    \b
    Example:  tachie info faces --html report.html
    """
    from tachie.dataset import stats
    from tachie.dataset.reader import Dataset
    from tachie.dataset.report import write_report

    opened = Dataset.open(dataset)
    if page is not None:
        print_result({"report": str(write_report(opened, page, seed))}, as_json)
        return
    found = stats.describe(opened)
    click.echo(json.dumps(found) if as_json else stats.as_text(found))
