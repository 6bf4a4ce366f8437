"""The comparison: models trained for equal time, and on equally many pictures, judged alike.

Each model is trained for the recipe's minutes. The slowest one's number of pictures is then what each of the others is
trained on once more, in a run of its own whose schedules end there. While a run's time goes by nothing is drawn or
judged, and its last weights are judged, not its best.

    OUT/MODEL/time/, OUT/MODEL/images/   runs; result.json is written last, and a run that has it is not trained again
    OUT/MODEL/*/evaluation/              the evaluation of each, with a page; made again where features are others now
    OUT/comparison.json .md .html        the table and the page; beside them 48 drawings of each run
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tachie import __version__
from tachie.core import registry
from tachie.core.errors import TrainingStopped, UsageError
from tachie.core.files import write_atomically
from tachie.core.generator import MAPPING_NAME, SYNTHESIS_NAME
from tachie.core.recipe import checked, read_toml
from tachie.dataset.reader import Dataset
from tachie.dataset.split import LABEL
from tachie.draw import Generator
from tachie.export.onnx import export_generator
from tachie.models._weights import read_checkpoint
from tachie.tasks.compare.page import as_markdown, page, sheet
from tachie.tasks.evaluate import JSON_NAME, Evaluate, evaluate
from tachie.tasks.evaluate.real import AtSide, space_of
from tachie.train.config import TrainConfig
from tachie.train.data import FaceSet
from tachie.train.loop import TrainProgress, train

__all__ = ["Compare", "CompareRecipe", "compare", "read_compare"]

RESULT_NAME, NAME = "result.json", "comparison"
FORMAT, FORMAT_VERSION = "tachie-comparison", 1
_NEVER_S = 1e9
_TIMED_DRAWINGS = 40
_CLOCKS: Mapping[str, Callable[[], float]] = {"wall": time.monotonic, "cpu": time.process_time}


class CompareRecipe(BaseModel):
    """What is compared: recipes/compare.toml has each key explained."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    resolution: int = Field(default=64, gt=0)
    minutes: float = Field(default=20.0, gt=0)
    threads: int | None = Field(default=None, gt=0)
    clock: Literal["wall", "cpu"] = "wall"
    seed: int = 0
    count: int = Field(default=2000, ge=64)
    models: tuple[str, ...] = Field(min_length=1)
    settings: dict[str, dict[str, Any]] = {}

    def config(self, model: str, **end: float) -> TrainConfig:
        """Return the settings that a model is trained with: its preset, the recipe's changes, and an end."""
        quiet = {"tick_s": _NEVER_S, "checkpoint_s": _NEVER_S, "threads": self.threads, "seed": self.seed}
        return TrainConfig.preset(model, self.resolution, **{**quiet, **self.settings.get(model, {}), **end})


def read_compare(path: Path, **changes: Any) -> CompareRecipe:
    """Read a recipe with changes over it; raises `RecipeError` or `UsageError` before anything is trained."""
    plain = {**read_toml(path), **{name: value for name, value in changes.items() if value is not None}}
    recipe = checked(CompareRecipe, plain, str(path))
    for name in recipe.settings:
        if name not in recipe.models:
            raise registry.unknown("model in [settings]", name, recipe.models)
    for name in recipe.models:
        registry.find("models", name)(recipe.resolution, 1)
        recipe.config(name, minutes=recipe.minutes)
    return recipe


@dataclass(frozen=True, slots=True)
class Compare:
    """The job: a recipe, a dataset that keeps a part aside, and where everything goes."""

    recipe: CompareRecipe
    dataset: Path
    out: Path
    say: Callable[[str], None] = field(default=lambda line: None)
    on_train: Callable[[TrainProgress], None] = field(default=lambda progress: None)
    on_features: Callable[[int, int], None] = field(default=lambda done, total: None)


def compare(job: Compare) -> dict[str, Any]:
    """Train, judge and write what is missing of a comparison, and return what comparison.json holds.

    A run that is finished is left as it is; the one under way when an earlier command was stopped begins anew. Raises
    `UsageError` where the dataset keeps nothing aside to judge by, or `job.out` holds another comparison.
    """
    recipe = job.recipe
    dataset = Dataset.open(job.dataset)
    if set(dataset.labels().get(LABEL, {}).values()) <= {"train"}:
        raise UsageError(
            f"{job.dataset} keeps no pictures aside to judge by", f"Keep a tenth: tachie split {job.dataset}"
        )
    faces = FaceSet.load(dataset, recipe.resolution)
    _claim(job, faces)
    rows = []
    by_time = {}
    for model in recipe.models:
        by_time[model] = _run(job, faces, model, "time", minutes=recipe.minutes)
    finished = {model: found["kimg"] for model, found in by_time.items() if "stopped" not in found}
    kimg = min(finished.values(), default=0.0)
    for model in recipe.models:
        rows.append({"model": model, "at": "time", **by_time[model]})
        if finished.get(model) == kimg:
            rows.append({"model": model, "at": "images", **by_time[model]})
        elif kimg:
            rows.append({"model": model, "at": "images", **_run(job, faces, model, "images", kimg=kimg)})
    result = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "program_version": __version__,
        "recipe": recipe.model_dump(mode="json"),
        "dataset": {"name": faces.name, "trained_on": len(faces), "pictures": len(dataset)},
        "equal_kimg": kimg,
        "rows": rows,
    }
    drawn = {
        (row["model"], row["at"]): Generator.open(_folder(job.out, row, kimg) / "onnx")
        for row in rows
        if "stopped" not in row
    }
    for (model, at), generator in drawn.items():
        write_atomically(job.out / f"{model}-{at}.png", sheet(generator, recipe.seed))
    write_atomically(job.out / f"{NAME}.html", page(result, drawn))
    write_atomically(job.out / f"{NAME}.md", as_markdown(result))
    write_atomically(job.out / f"{NAME}.json", json.dumps(result, indent=1) + "\n")
    return result


def _folder(out: Path, row: Mapping[str, Any], kimg: float) -> Path:
    """Return the run of a row: the slowest model's run by time is its run by images as well."""
    at = "time" if row["at"] == "images" and not (out / row["model"] / "images").is_dir() else row["at"]
    folder: Path = out / row["model"] / at
    return folder


def _claim(job: Compare, faces: FaceSet) -> None:
    """Write what is compared into the folder, or raise `UsageError` where it holds another comparison."""
    plain = job.recipe.model_dump(mode="json", exclude={"models"})  # a model may be added later
    text = json.dumps([plain, faces.fingerprint(), len(faces)], sort_keys=True)
    key = hashlib.sha256(text.encode()).hexdigest()
    file = job.out / "key.txt"
    if file.is_file() and file.read_text("utf-8").strip() != key:
        raise UsageError(
            f"{job.out} holds a comparison by another recipe or dataset", "Name another --out, or use the same again."
        )
    if not file.is_file() and job.out.exists() and any(job.out.iterdir()):
        raise UsageError(f"{job.out} exists and is not empty", "Name a new folder with --out.")
    write_atomically(file, f"{key}\n")


def _run(job: Compare, faces: FaceSet, model: str, at: str, **end: float) -> dict[str, Any]:
    """Train and judge one run, or return what an earlier command found."""
    run = job.out / model / at
    file = run / RESULT_NAME
    if file.is_file():
        found: dict[str, Any] = json.loads(file.read_text("utf-8"))
        if found["end"] == end:  # a slower model, added since, would have changed the number of pictures
            job.say(f"{model}, equal {at}: trained earlier")
            return found if "stopped" in found else {**found, **_judged(job, run, f"{model}, equal {at}")}
    shutil.rmtree(run, ignore_errors=True)  # the key says that it is ours: cut off before it was finished
    told = ", ".join(f"{value:g} {name}" for name, value in end.items())
    job.say(f"{model}, equal {at}: {told} ({job.recipe.clock} clock)")
    clock = _CLOCKS[job.recipe.clock]
    try:
        trained = train(faces, job.recipe.config(model, **end), run, progress=job.on_train, clock=clock)
    except TrainingStopped as error:
        job.say(f"    {error.message}")
        found = {"end": end, "stopped": error.message}
    else:
        found = {
            "end": end,
            "kimg": trained.kimg,
            "training_s": round(trained.elapsed_s, 1),
            "images_per_s": round(1000 * trained.kimg / trained.elapsed_s, 2),
            **_measured(run),
        }
    write_atomically(file, json.dumps(found, indent=1) + "\n")
    return found if "stopped" in found else {**found, **_judged(job, run, f"{model}, equal {at}")}


def _measured(run: Path) -> dict[str, Any]:
    """Return what can be said of a run without looking at drawings: its size and speed; it is exported on the way."""
    tensors = read_checkpoint(run, "last").tensors
    counted = {
        key: sum(t.numel() for n, t in tensors.items() if n.startswith(f"{net}.") and not _is_statistic(n))
        for key, net in (("params_g", "G_ema"), ("params_d", "D"))
    }
    onnx = export_generator(run, run / "onnx", "last")
    size = sum((onnx / name).stat().st_size for name in (MAPPING_NAME, SYNTHESIS_NAME))
    return {**counted, "onnx_mb": round(size / 1e6, 2), "ms_a_drawing": _ms_a_drawing(Generator.open(onnx))}


def _judged(job: Compare, run: Path, name: str) -> dict[str, Any]:
    """Return the figures of a run's evaluation, made now where there is none in today's features."""
    asked = Evaluate(
        run / "onnx",
        job.dataset,
        run / "evaluation",
        name,
        job.recipe.count,
        seed=job.recipe.seed,
        say=lambda line: job.say(f"    {line}"),
        on_features=job.on_features,
    )
    file = run / "evaluation" / JSON_NAME
    judged: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    if judged.get("features", {}).get("name") != AtSide(space_of(Dataset.open(job.dataset)), job.recipe.resolution).key:
        judged = evaluate(asked)
    return {
        "features": judged["features"]["name"],
        "figures": judged["figures"],
        "copies": judged["memorisation"]["copies"],
    }


def _is_statistic(name: str) -> bool:
    return name.endswith(("running_mean", "running_var", "num_batches_tracked"))


def _ms_a_drawing(generator: Generator) -> float:
    """Return the CPU ms of one drawing, one at a time: the median, so that others on the machine do not matter."""
    generator.draw(range(4))
    times = []
    for seed in range(_TIMED_DRAWINGS):
        began = time.process_time()
        generator.draw([seed])
        times.append(time.process_time() - began)
    return round(1000 * sorted(times)[_TIMED_DRAWINGS // 2], 2)
