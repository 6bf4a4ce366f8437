"""dedupe: what shows the same in a finished dataset."""

from __future__ import annotations

from pathlib import Path

import click

from tachie.cli.bars import progress_bars
from tachie.cli.options import JSON, print_result
from tachie.core.errors import UsageError


@click.command()
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option(
    "--by",
    type=click.Choice(["features", "phash"]),
    default="features",
    show_default=True,
    help="features also finds one face cut twice; phash what was encoded or scaled anew.",
)
@click.option("--bits", type=click.IntRange(0, 16), help="phash: how many of 64 bits may differ.  [default: 4]")
@click.option("--least", type=click.FloatRange(0.5, 1.0), help="features: how well pictures must fit.  [default: 0.89]")
@click.option("--apply", "out", type=click.Path(path_type=Path), help="Write a dataset without the copies here.")
@click.option("--sheet", type=click.Path(path_type=Path, dir_okay=False), help="Write an HTML page of the clusters.")
@JSON
def dedupe(
    dataset: Path, by: str, bits: int | None, least: float | None, out: Path | None, sheet: Path | None, as_json: bool
) -> None:
    """Find near-duplicates and mark them: labels/duplicates.parquet names the cluster of each.

    \b
    Example:  tachie dedupe faces --sheet copies.html
              tachie dedupe faces --apply without-copies
    """
    from tachie.dataset.reader import Dataset
    from tachie.pipeline import dedupe as job
    from tachie.pipeline.copies_sheet import write_sheet
    from tachie.vision.alike import SAME_DRAWING

    if bits is not None and by != "phash":
        raise UsageError("--bits belongs to --by phash", "Add --by phash, or use --least.")
    if least is not None and by != "features":
        raise UsageError("--least belongs to --by features", "Add --by features, or use --bits.")
    opened = Dataset.open(dataset)
    with progress_bars() as bars:

        def told(step: str, done: int, total: int) -> None:
            bars.show(step, done, total, "pairs" if step == "comparing" else "faces")

        found = job.find(
            opened,
            "phash" if by == "phash" else "features",
            job.BITS if bits is None else bits,
            SAME_DRAWING if least is None else least,
            told,
        )
        result: dict[str, object] = dict(job.summary(found, len(opened)))
        result["labels"] = str(job.mark(opened, found))
        if sheet is not None:
            result["sheet"] = str(write_sheet(opened, found, sheet))
        if out is not None:
            made = job.leave_out(opened, found, out, lambda done, total: bars.show("writing", done, total, "faces"))
            result |= {"dataset": str(out), "left": len(made)}
    print_result(result, as_json)
