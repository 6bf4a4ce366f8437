"""evaluate: what a generator's drawings are worth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tachie.cli.bars import progress_bars
from tachie.cli.chosen import model_folder
from tachie.cli.options import JSON


@click.command()
@click.argument("run", type=click.Path(path_type=Path), required=False)
@click.option("--dataset", type=click.Path(path_type=Path), required=True, help="Real faces, as from tachie build.")
@click.option("--weights", help="Judge weights that come with the program; see: tachie list weights")
@click.option("--model", type=click.Path(path_type=Path), help="Judge an exported model's folder (tachie export).")
@click.option("--count", type=click.IntRange(min=64), default=2_000, show_default=True, help="Drawings to make.")
@click.option("--seed", type=int, default=0, show_default=True, help="The first drawing's seed.")
@click.option("--truncation", type=click.FloatRange(0.0, 2.0), default=1.0, show_default=True)
@click.option("--inception", type=click.Path(path_type=Path), help="Weights for FID and KID, as pytorch-fid uses.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the page [default: RUN/evaluation].")
@JSON
def evaluate(run: Path | None, dataset: Path, out: Path | None, as_json: bool, **options: Any) -> None:
    """Judge a generator by its drawings: figures beside those of real faces, and a page of grids.

    \b
    Example:  tachie evaluate run --dataset faces
              tachie evaluate --weights tachie-64 --dataset faces --out judged --json
    """
    from tachie.tasks.evaluate import JSON_NAME, PAGE_NAME, Evaluate
    from tachie.tasks.evaluate import evaluate as evaluate_it

    folder = model_folder(run, options["model"], options["weights"])
    name = options["weights"] or (run or folder).resolve().name
    target = out or (run / "evaluation" if run else Path(f"{name}-evaluation"))
    with progress_bars() as bars:
        result = evaluate_it(
            Evaluate(
                folder,
                dataset,
                target,
                name,
                options["count"],
                options["truncation"],
                options["seed"],
                inception=options["inception"],
                say=bars.say,
                on_features=lambda done, total: bars.show("features", done, total, "pictures"),
            )
        )
    if as_json:
        click.echo(json.dumps(result))
        return
    for key, figure in result["figures"].items():
        reach = f"({figure['low']:.4g} to {figure['high']:.4g})"
        click.echo(f"{key:10} {figure['value']:8.4g} {reach:24} real faces {figure['floor']:.4g}, n {figure['n']:,}")
    found = result["memorisation"]
    click.echo(f"{'copies':10} {found['copies']:8.4g} {'':24} real faces {found['floor_copies']:.4g}, n {found['n']:,}")
    click.echo(f"figures    {target / JSON_NAME}\npage       {target / PAGE_NAME}")
