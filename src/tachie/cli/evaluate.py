"""evaluate and compare: what generators' drawings are worth."""

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
@click.option("--judge", default="tachie", show_default=True, help="The tagger that judges labels: as in tachie tag.")
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
    from tachie.tasks.evaluate.figures import TaggerJudge
    from tachie.vision.tagger import tagger

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
                judge=TaggerJudge(tagger(options["judge"])),
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
    for name, label in (result["attributes"] or {"labels": {}})["labels"].items():
        floor = "" if label["floor"] is None else f"real faces {label['floor']:.4g}, "
        click.echo(f"{name:10} {label['share']:8.4g} {'':24} {floor}n {label['n']:,}")
    found = result["memorisation"]
    click.echo(f"{'copies':10} {found['copies']:8.4g} {'':24} real faces {found['floor_copies']:.4g}, n {found['n']:,}")
    click.echo(f"figures    {target / JSON_NAME}\npage       {target / PAGE_NAME}")


@click.command()
@click.argument("recipe", type=click.Path(path_type=Path))
@click.option("--dataset", type=click.Path(path_type=Path), required=True, help="Faces, a part of them kept aside.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of all runs and of the table.")
@click.option("--minutes", type=click.FloatRange(min=0.01), help="Train each model so long, not as the recipe says.")
@click.option("--threads", type=click.IntRange(min=1), help="Threads of torch.")
@click.option("--clock", type=click.Choice(["wall", "cpu"]), help="cpu counts computing alone, whoever else computes.")
@click.option("--count", type=click.IntRange(min=64), help="Drawings to judge.")
@JSON
def compare(recipe: Path, dataset: Path, out: Path, as_json: bool, **changes: Any) -> None:
    """Train models for equal time and judge them alike. Goes on where it was stopped.

    \b
    Example:  tachie compare recipes/compare.toml --dataset faces --out compared
              tachie compare recipes/compare.toml --dataset faces --minutes 12 --threads 1 --clock cpu --out compared
    """
    from tachie.tasks.compare import Compare, read_compare
    from tachie.tasks.compare import compare as compare_them
    from tachie.tasks.compare.page import as_markdown

    read = read_compare(recipe, **changes)
    with progress_bars() as bars:
        result = compare_them(
            Compare(
                read,
                dataset,
                out,
                bars.say,
                bars.train,
                lambda done, total: bars.show("features", done, total, "pictures"),
            )
        )
    click.echo(json.dumps(result) if as_json else as_markdown(result), nl=as_json)
