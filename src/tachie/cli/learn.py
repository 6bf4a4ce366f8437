"""train, generate, list: models and what they draw."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tachie.cli.bars import progress_bars
from tachie.cli.chosen import model_folder, shipped_names
from tachie.cli.options import JSON, print_result, setting
from tachie.core.errors import UsageError


@click.command()
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option("--model", default="r3", show_default=True, help="See: tachie list models")
@click.option("--resolution", type=int, default=64, show_default=True, metavar="PX")
@click.option("--kimg", type=click.FloatRange(min=0.001), help="Stop after so many thousand images.")
@click.option("--minutes", type=click.FloatRange(min=0.01), help="Stop after so many minutes.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The run's folder.")
@click.option("--resume", is_flag=True, help="Go on from the last good checkpoint.")
@click.option("--init", type=click.Path(path_type=Path), help="Begin from another run's weights.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", show_default=True)
@JSON
def train(dataset: Path, out: Path, resume: bool, init: Path | None, as_json: bool, **options: Any) -> None:
    """Train a generator; watch OUT/index.html while it runs.

    \b
    Example:  tachie train faces --resolution 64 --minutes 60 --out run
    """
    if (options["kimg"] is None) == (options["minutes"] is None):
        raise UsageError("say how long: --kimg K or --minutes M", "For example: --minutes 60")
    from tachie.dataset.reader import Dataset
    from tachie.train.config import TrainConfig
    from tachie.train.loop import train as train_it

    config = TrainConfig.preset(
        options["model"],
        options["resolution"],
        kimg=options["kimg"],
        minutes=options["minutes"],
        seed=options["seed"],
        device=options["device"],
    )
    with progress_bars() as bars:
        result = train_it(Dataset.open(dataset), config, out, resume=resume, init=init, progress=bars.train)
    print_result({**asdict(result), "run_dir": str(result.run_dir)}, as_json)


@click.command()
@click.option("--run", type=click.Path(path_type=Path), help="A run's folder (tachie train).")
@click.option("--model", type=click.Path(path_type=Path), help="An exported model's folder (tachie export).")
@click.option("--weights", help="Weights that come with the program; see: tachie list weights")
@click.option("--count", type=click.IntRange(min=1), default=16, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True, help="The first picture's seed; the next count up.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Fix a label, such as hair_color=pink.")
@click.option("--truncation", type=click.FloatRange(0.0, 2.0), default=1.0, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Folder for one PNG a picture.")
@click.option("--grid", type=click.Path(path_type=Path), help="File for one PNG of all pictures.")
@JSON
def generate(out: Path | None, grid: Path | None, count: int, seed: int, as_json: bool, **options: Any) -> None:
    """Draw faces through onnxruntime, without torch.

    \b
    Example:  tachie generate --run run --count 64 --set hair_color=pink --grid grid.png
    """
    from tachie.core.files import write_atomically
    from tachie.core.images import encode_png
    from tachie.core.images import grid as lay_out
    from tachie.draw import Generator

    if out is None and grid is None:
        raise UsageError("say where the pictures go: --out DIR or --grid FILE")
    generator = Generator.open(model_folder(options["run"], options["model"], options["weights"]))
    labels = dict(setting(text) for text in options["settings"])
    written = []
    seeds = range(seed, seed + count)
    drawn = generator.draw(seeds, labels, options["truncation"])
    if out is not None:
        for number, picture in zip(seeds, drawn, strict=True):
            path = out / f"{number:08d}.png"
            write_atomically(path, encode_png(picture))
            written.append(str(path))
    if grid is not None:
        write_atomically(grid, encode_png(lay_out(drawn, columns=max(1, round((count * 2) ** 0.5)))))
        written.append(str(grid))
    click.echo(json.dumps({"files": written}) if as_json else "\n".join(written))


@click.command(name="list")
@click.argument("kind", type=click.Choice(["sources", "stages", "models", "weights", "exports"]))
@JSON
def list_components(kind: str, as_json: bool) -> None:
    """Name the components of a kind.

    \b
    Example:  tachie list models
    """
    from tachie.core import registry

    names = shipped_names() if kind == "weights" else registry.names("export" if kind == "exports" else kind)
    click.echo(json.dumps(list(names)) if as_json else "\n".join(names))
