"""train, list: models, and what there is."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from tachie.cli.bars import progress_bars
from tachie.cli.chosen import shipped_names
from tachie.cli.options import JSON, print_result, setting
from tachie.core.errors import EXIT_SOME_UNREADABLE, UsageError
from tachie.tasks import TASKS


@click.command()
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option("--model", help="See: tachie list models [default: r3]")
@click.option("--resolution", type=int, metavar="PX", help="Side of the pictures [default: 64].")
@click.option("--kimg", type=click.FloatRange(min=0.001), help="Stop after so many thousand images.")
@click.option("--minutes", type=click.FloatRange(min=0.01), help="Stop after so many minutes.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The run's folder.")
@click.option("--resume", is_flag=True, help="Go on from the last good checkpoint.")
@click.option("--init", metavar="WEIGHTS", help="Begin from a run's weights, a checkpoint's, or shipped ones by name.")
@click.option("--batch", type=click.IntRange(min=1), help="Pictures a step.")
@click.option("--labels", metavar="A,B", help="Labels to train on, or 'none' [default: all attributes, year, class].")
@click.option("--seed", type=int, help="[default: 0]")
@click.option("--device", type=click.Choice(["cpu", "cuda"]), help="[default: cpu]")
@click.option("--setting", "settings", multiple=True, metavar="NAME=VALUE", help="Any other setting: docs/training.md")
@click.option("--task", type=click.Choice(list(TASKS)), help="Train something else than a generator.")
@click.option("--label", metavar="COLUMN", help="Of a task: the label that it is about.")
@click.option("--against", type=click.Path(path_type=Path), help="Of a task: a second set to do the same on.")
@JSON
def train(dataset: Path, out: Path, resume: bool, init: str | None, as_json: bool, **options: Any) -> None:
    """Train a generator; watch OUT/index.html while it runs. A resumed run keeps its settings.

    \b
    Example:  tachie train faces --resolution 64 --minutes 60 --out run
    """
    if options["task"] is not None:
        _run_task(dataset, out, resume, init, as_json, options)
        return
    for name in ("task", "label", "against"):
        if options.pop(name) is not None:
            raise UsageError(f"--{name} is of a task, a generator is trained on --labels", "Add --task NAME.")
    from tachie.dataset.reader import Dataset
    from tachie.train.config import TrainConfig, read_config, setting_value
    from tachie.train.loop import train as train_it

    pairs = dict(setting(text) for text in options.pop("settings"))
    told = {name: value for name, value in options.items() if value is not None}
    if "labels" in told:
        told["labels"] = () if told["labels"] == "none" else tuple(told["labels"].split(","))
    told |= {name: setting_value(name, text) for name, text in pairs.items()}
    if resume:
        config = replace(read_config(out)[0], **told)
    elif ("kimg" in told) == ("minutes" in told):
        raise UsageError("say how long: --kimg K or --minutes M", "For example: --minutes 60")
    else:
        config = TrainConfig.preset(told.pop("model", "r3"), told.pop("resolution", 64), **told)
    with progress_bars() as bars:
        result = train_it(Dataset.open(dataset), config, out, resume=resume, init=init, progress=bars.train)
    if os.environ.get("RANK", "0") != "0":  # under torchrun the first process speaks for all
        return
    figures = {**asdict(result), "run_dir": str(result.run_dir)}
    if not as_json:  # people have read them as they came
        del figures["notes"]
    print_result(figures, as_json)
    if result.unreadable:
        click.echo(f"tachie: {result.unreadable} inputs could not be read; the run is done without them:", err=True)
        for note in result.notes:
            if note.startswith("left out "):
                click.echo(f"        {note}", err=True)
        sys.exit(EXIT_SOME_UNREADABLE)


def _run_task(dataset: Path, out: Path, resume: bool, init: str | None, as_json: bool, options: dict[str, Any]) -> None:
    """Hand over to a task of `tachie.tasks.TASKS` and print what it returns."""
    from tachie.tasks.request import TaskRequest, run_task

    told = {name: value for name, value in options.items() if value is not None}
    for name in ("kimg", "batch", "labels"):
        if name in told:
            instead = {"kimg": "--minutes M", "batch": "--setting batch=N", "labels": "--label COLUMN"}[name]
            raise UsageError(f"--{name} is of a generator, not of --task {told['task']}", f"Use {instead}.")
    name, settings = told.pop("task"), dict(setting(text) for text in told.pop("settings"))
    with progress_bars() as bars:
        asked = TaskRequest(
            dataset=dataset,
            out=out,
            resume=resume,
            init=init,
            settings=settings,
            say=bars.say,
            progress=bars.show,
            **told,
        )
        figures = run_task(name, asked)
    print_result(figures, as_json)
    if figures.get("unreadable"):
        sys.exit(EXIT_SOME_UNREADABLE)


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@JSON
def reproduce(run: Path, as_json: bool) -> None:
    """Print the command that makes a run again, with what it was made from: hashes, seed, versions.

    \b
    Example:  tachie reproduce run
    """
    from tachie.train.reproduce import reproduction

    told = reproduction(run)
    if as_json:
        click.echo(json.dumps(told))
        return
    data = told["data"]
    click.echo(told["command"])
    click.echo(f"recipe {told['recipe_sha256'][:16]}, seed {told['seed']}", err=True)
    click.echo(f"faces: {data['name']}, {data['rows']} rows, {str(data['fingerprint'])[:16]}", err=True)
    click.echo(f"made with: {', '.join(f'{n} {v}' for n, v in told['versions'].items()) or 'not recorded'}", err=True)
    for line in told["differs"]:
        click.echo(f"here: {line}", err=True)
    if not told["exact"]:
        click.echo("not bit for bit: that takes --kimg, not --minutes, and a CPU", err=True)


@click.command(name="list")
@click.argument(
    "kind", type=click.Choice(["sources", "stages", "recipes", "originals", "models", "weights", "exports"])
)
@JSON
def list_components(kind: str, as_json: bool) -> None:
    """Name the components of a kind.

    \b
    Example:  tachie list models
    """
    from tachie.core import registry

    if kind == "recipes":
        from tachie.pipeline.presets import PRESETS

        names: tuple[str, ...] = PRESETS
    elif kind == "originals":
        from tachie.tasks.steps.recipe import originals

        names = tuple(originals())
    else:
        names = shipped_names() if kind == "weights" else registry.names("export" if kind == "exports" else kind)
    click.echo(json.dumps(list(names)) if as_json else "\n".join(names))
