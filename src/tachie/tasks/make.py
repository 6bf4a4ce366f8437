"""The main job: pictures in, drawn faces out. Build, report, train, draw a grid, export."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tachie.core.errors import TachieError
from tachie.core.files import write_atomically
from tachie.core.images import encode_png, grid
from tachie.dataset import stats
from tachie.dataset.card import SHEET_NAME
from tachie.dataset.reader import Dataset
from tachie.dataset.report import write_report
from tachie.draw import Generator
from tachie.export.onnx import export_generator
from tachie.pipeline import Build, BuildProgress, build
from tachie.pipeline.presets import Choices, chosen_recipe
from tachie.train.config import CONFIG_NAME, FINE_TUNE, TrainConfig, read_config
from tachie.train.loop import TrainProgress, train
from tachie.train.transfer import find_start

GRID_COLUMNS, GRID_ROWS = 12, 6
GRID_TRUNCATION = 0.7  # minutes of training leave some drawings with colours that no face has
REPORT_NAME = "report.html"


@dataclass(frozen=True, slots=True)
class Make:
    """The job: where from, where to, and how long to train at which size."""

    inputs: Sequence[str]
    out: Path
    choices: Choices = field(default_factory=Choices)
    resolution_px: int = 64
    minutes: float = 60.0
    model: str = "r3"
    seed: int = 0
    workers: int | None = None
    scheduler: str | None = None
    say: Callable[[str], None] = field(default=lambda line: None)
    on_build: Callable[[BuildProgress], None] = field(default=lambda progress: None)
    on_train: Callable[[TrainProgress], None] = field(default=lambda progress: None)


@dataclass(frozen=True, slots=True)
class Made:
    """Where everything lies."""

    dataset: Path
    run: Path
    model: Path
    report: Path
    grid: Path
    page: Path
    unreadable: int

    def as_dict(self) -> dict[str, Any]:
        """Return the paths as text, for --json."""
        paths = ("dataset", "run", "model", "report", "grid", "page")
        return {name: str(getattr(self, name)) for name in paths} | {"unreadable": self.unreadable}


def make(job: Make) -> Made:
    """Do the whole job, going on where an earlier run of the same command stopped.

    Leaves `faces/` (dataset), `run/` (training), `model/` (ONNX), `report.html`, `grid.png` and `index.html` in
    `job.out`.
    """
    faces, run, model = job.out / "faces", job.out / "run", job.out / "model"
    page, picture, report = job.out / "index.html", job.out / "grid.png", job.out / REPORT_NAME

    job.say(f"1/4 build: find the faces and keep them as a dataset in {faces}")
    recipe = chosen_recipe(job.choices)
    result = build(Build(job.inputs, faces, recipe, job.workers, job.scheduler, job.on_build, home=job.out))
    dataset = result.dataset
    info = stats.describe(dataset)
    job.say(stats.as_text(info))
    if not len(dataset):
        raise TachieError(
            f"no face was found in {info['pictures']:,} pictures, so there is nothing to learn from",
            f"See {faces / 'drops.parquet'}; are they faces already? Then add --faces-as-they-are.",
        )
    write_report(dataset, report)
    job.say(f"    the report on it, with charts and pictures, is {report}; its card is {faces / 'README.md'}")

    job.say(f"2/4 train: {job.model} at {job.resolution_px} px for {job.minutes:g} minutes; watch {run / 'index.html'}")
    config, start = how_to_train(job, run)
    if start is not None:
        job.say(f"    from {start.parent.name}, which knows faces already")
    train(dataset, config, run, resume=(run / CONFIG_NAME).exists(), init=start, progress=job.on_train)

    job.say(f"3/4 export: ONNX files that need no torch in {model}")
    export_generator(run, model)

    job.say(f"4/4 draw: {GRID_COLUMNS * GRID_ROWS} new faces in {picture}")
    generator = Generator.open(model)
    drawn = generator.draw(range(job.seed, job.seed + GRID_COLUMNS * GRID_ROWS), truncation=GRID_TRUNCATION)
    write_atomically(picture, encode_png(grid(drawn, GRID_COLUMNS)))
    write_atomically(page, _page(job, dataset, info))
    more = f"tachie generate --model {model} --truncation {GRID_TRUNCATION} --count 16 --out {job.out / 'drawn'}"
    job.say(f"done: open {page}; draw more with: {more}")
    return Made(faces, run, model, report, picture, page, dataset.manifest.unreadable)


def how_to_train(job: Make, run: Path) -> tuple[TrainConfig, Path | None]:
    """Return the settings of a job's training, and the shipped weights to begin from where there are fitting ones.

    A run that has begun goes on with its own settings, whatever ships since.
    """
    if (run / CONFIG_NAME).exists():
        wanted: dict[str, Any] = {
            "model": job.model,
            "resolution": job.resolution_px,
            "seed": job.seed,
            "minutes": job.minutes,
        }
        return replace(read_config(run)[0], **wanted), None
    start = find_start(job.model, job.resolution_px)
    changes = FINE_TUNE if start is not None else {}
    return TrainConfig.preset(job.model, job.resolution_px, minutes=job.minutes, seed=job.seed, **changes), start


def demo_px() -> int:
    """Return the side that a short training draws best at: that of weights to begin from, or else a small one."""
    return 64 if find_start("r3", 64) is not None else 32


def _page(job: Make, dataset: Dataset, info: dict[str, Any]) -> str:
    """Return the page that shows what came out, with links to everything."""
    left_out = "".join(
        f"<li>{html.escape(stage)}: {html.escape(reason)} {n:,}</li>"
        for stage, reasons in info["drops"].items()
        for reason, n in reasons.items()
    )
    width = GRID_COLUMNS * job.resolution_px
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>tachie: {html.escape(job.out.resolve().name)}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; color: #223; background: #fff }}
body {{ max-width: 62rem; margin: 2rem auto; padding: 0 1rem }}
img {{ width: 100%; border-radius: 4px }} .drawn {{ image-rendering: pixelated; min-width: min(100%, {width}px) }}
@media (prefers-color-scheme: dark) {{ body {{ color: #dde; background: #181a20 }} a {{ color: #9cf }} }}
</style>
<h1>Faces drawn by the generator</h1>
<img class="drawn" src="grid.png" alt="{GRID_COLUMNS * GRID_ROWS} drawn faces, not chosen">
<p>Seeds {job.seed} to {job.seed + GRID_COLUMNS * GRID_ROWS - 1}, not chosen, truncation {GRID_TRUNCATION}.
<a href="run/index.html">How the training went</a>.</p>
<h2>What it learned from</h2>
<img src="faces/{SHEET_NAME}" alt="faces of the dataset">
<p>{len(dataset):,} faces from {info["pictures"]:,} pictures ({html.escape(", ".join(info["inputs"]))}).
<a href="{REPORT_NAME}">The report: what is in it and what was left out</a>.
<a href="faces/README.md">The dataset's card</a>.</p>
<ul>{left_out or "<li>nothing was left out</li>"}</ul>
</html>
"""
