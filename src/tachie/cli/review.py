"""review and label: decide on a dataset's faces by hand, and let a head learned from that decide on the rest."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from tachie.cli.bars import progress_bars
from tachie.cli.options import JSON, open_page, print_result
from tachie.core.errors import EXIT_SOME_UNREADABLE, UsageError


@click.command()
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option("--from", "places", multiple=True, metavar="PATH", help="Where the pictures lie that it was built from.")
@click.option("--port", type=click.IntRange(0, 65535), help="Where to listen; 0 is any free port. [default: 8377]")
@click.option("--no-open", is_flag=True, help="Do not open a browser.")
def review(dataset: Path, places: tuple[str, ...], port: int | None, no_open: bool) -> None:
    """A page to keep, reject and label faces on. Prints its address; Ctrl-C ends it, and everything is kept.

    \b
    Example:  tachie review faces
    """
    from tachie.studio.review.api import review_app
    from tachie.studio.review.session import Session
    from tachie.studio.server import serve

    session = Session.open(dataset, list(places))

    def announce(address: str) -> None:
        click.echo(address)
        if not no_open:
            open_page(address)

    try:
        serve(review_app(session), port, announce)
    finally:
        session.close()
    count = sum(bool(row.fields) for row in session.decisions.rows.values())
    click.echo(f"{count:,} faces decided on; the clean dataset is made by:", err=True)
    click.echo(f"  tachie build {dataset} --apply-review --out CLEAN", err=True)


def apply_decisions(
    places: tuple[str, ...], out: Path, originals: tuple[str, ...], as_json: bool, options: dict[str, Any]
) -> None:
    """Run `tachie build DATASET --apply-review`."""
    from tachie.dataset import stats
    from tachie.dataset.reader import Dataset
    from tachie.pipeline.apply_review import apply_review
    from tachie.pipeline.originals import Originals

    given = [name for name, value in options.items() if value]
    if given:
        raise UsageError(
            f"--apply-review takes no --{given[0].replace('_', '-')}: it keeps the dataset's own recipe",
            "Apply the review first, then build from the clean dataset.",
        )
    if len(places) != 1:
        raise UsageError(
            "--apply-review takes one dataset", "Apply each review by itself, then build from all of them."
        )
    dataset = Dataset.open(places[0])
    with progress_bars() as bars:
        applied = apply_review(
            dataset,
            out,
            Originals(dataset, originals),
            lambda done, total: bars.show("writing", done, total, "faces"),
        )
    if applied.already_built:
        click.echo(f"{out} was made already, of the same decisions", err=True)
    else:
        click.echo(f"{applied.rejected:,} rejected, {applied.restored:,} brought back", err=True)
    info = stats.describe(applied.dataset)
    click.echo(json.dumps(info) if as_json else stats.as_text(info))
    if applied.lost:
        click.echo(f"tachie: {len(applied.lost)} could not be brought back:", err=True)
        for why in list(applied.lost.values())[:20]:
            click.echo(f"        {why}", err=True)
        sys.exit(EXIT_SOME_UNREADABLE)


@click.command()
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option("--learn", metavar="NAME", help="Fit a head on what was decided by hand; it is kept in heads/NAME.npz.")
@click.option("--apply", "applied", metavar="NAME", help="Let a head decide: its name, or the path of another's .npz.")
@click.option("--of", "label", default="review", show_default=True, help="What --learn is about: review, class, ...")
@click.option("--above", type=click.FloatRange(0.5, 1.0), default=0.98, show_default=True, help="How sure it must be.")
@click.option("--drop", is_flag=True, help="Reject what the head rejects; without it, faces are only marked.")
@JSON
def label(
    dataset: Path, learn: str | None, applied: str | None, label: str, above: float, drop: bool, as_json: bool
) -> None:
    """Learn a filter or a label from decisions, and apply it to faces that nobody looked at.

    \b
    Example:  tachie label faces --learn chibi
              tachie label faces --apply chibi --drop
    """
    from tachie.dataset.reader import Dataset
    from tachie.learn import labelling

    if (learn is None) == (applied is None):
        raise UsageError("say one of --learn NAME and --apply NAME", "tachie label --help shows both.")
    found = Dataset.open(dataset)
    with progress_bars() as bars:

        def looking(done: int, total: int) -> None:
            bars.show("looking", done, total, "faces")

        if learn is not None:
            result = labelling.learn(found, learn, label, looking)
        else:
            result = labelling.apply(found, str(applied), above, drop=drop, progress=looking)
    print_result(result, as_json)
