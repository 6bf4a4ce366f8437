"""The experiment: each size of code trained and judged, on one dataset or on two; what is finished stays finished."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tachie import __version__
from tachie.core.errors import FormatError, InputError, UsageError
from tachie.core.files import write_atomically
from tachie.core.images import encode_png
from tachie.dataset.reader import Dataset
from tachie.dataset.writer import write_labels
from tachie.tasks.autoencode import judge
from tachie.tasks.autoencode.config import MINUTES, SIDE_PX, Settings
from tachie.tasks.autoencode.data import Pictures
from tachie.tasks.autoencode.export import export
from tachie.tasks.autoencode.fit import Fit
from tachie.tasks.autoencode.network import check_side
from tachie.tasks.autoencode.page import Shown, page, strips
from tachie.tasks.request import TaskRequest, settings_of
from tachie.vision.autoencoder import Autoencoder

FORMAT, FORMAT_VERSION = "tachie-autoencode-run", 1
CONFIG_NAME, REPORT_NAME, PAGE_NAME, RESULT_NAME = "config.json", "report.json", "index.html", "result.json"
SECOND = "against"  # the second set's folder in a run
SHOWN = 24  # pictures beside what comes back of them
# What may differ between a run and its resumption: sizes may be added, and none of the others changes a training.
_MAY_CHANGE = frozenset({"codes", "column", "judged", "clock", "checkpoint_s"})


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does, as config.json keeps it."""

    side_px: int
    minutes: float
    seed: int
    settings: Settings


def run(asked: TaskRequest) -> dict[str, Any]:
    """Train and judge an autoencoder for each size of code; leaves encoders, decoders, report.json and index.html.

    Raises `UsageError` where settings are wrong or the folder holds another run, `InputError` for too few pictures.
    """
    if asked.model is not None or asked.label is not None or asked.init is not None:
        raise UsageError(
            "--task autoencode takes no --model, --label or --init: it has one network and looks at no labels",
            "Its network is set by --setting filters=N.",
        )
    plan = _plan(asked)
    check_side(plan.side_px)
    second_px = plan.settings.against_resolution or plan.side_px
    check_side(second_px)
    datasets = [Dataset.open(path) for path in (asked.dataset, asked.against) if path is not None]
    sets = [Pictures.read(datasets[0], plan.side_px, asked.out / "data")]
    sets += [Pictures.read(other, second_px, asked.out / SECOND / "data") for other in datasets[1:]]
    _claim(asked, plan, sets)
    folders = [asked.out, asked.out / SECOND][: len(sets)]
    found = [_one(asked, plan, pictures, folder) for pictures, folder in zip(sets, folders, strict=True)]
    result: dict[str, Any] = {
        "format": "tachie-autoencode-report",
        "format_version": FORMAT_VERSION,
        "program_version": __version__,
        "run": str(asked.out),
        "minutes": plan.minutes,
        "seed": plan.seed,
        "settings": {**asdict(plan.settings), "codes": list(plan.settings.codes)},
        **found[0],
        "against": found[1] if len(found) > 1 else None,
        "outliers": None,
        "unreadable": sum(len(pictures.unreadable) for pictures in sets),
    }
    scores = None
    if plan.settings.column:
        scores = _scores(asked, plan, datasets[0], sets[0])
        result["outliers"] = _told(plan.settings.column, plan.settings.main, scores)
    shown = [_shown(plan, pictures, folder) for pictures, folder in zip(sets, folders, strict=True)]
    write_atomically(asked.out / "reconstructions.png", encode_png(strips(shown[0])))
    if len(shown) > 1:
        write_atomically(asked.out / "reconstructions-against.png", encode_png(strips(shown[1])))
    write_atomically(asked.out / PAGE_NAME, page(result, shown, _oddest(asked, plan, sets[0], scores)))
    write_atomically(asked.out / REPORT_NAME, json.dumps(result, indent=1) + "\n")
    return result


def _plan(asked: TaskRequest) -> Plan:
    typed = settings_of(Settings, asked.settings)
    if not asked.resume:
        return Plan(asked.resolution or SIDE_PX, asked.minutes or MINUTES, asked.seed, typed)
    file = asked.out / CONFIG_NAME
    try:
        text = json.loads(file.read_text("utf-8"))
        if text["format"] != FORMAT or text["format_version"] != FORMAT_VERSION:
            raise ValueError(f"it is of format {text['format']} {text['format_version']}")
        kept = dict(text["plan"])
        settings = Settings(**{**kept["settings"], "codes": tuple(kept["settings"]["codes"])})
        plan = Plan(int(kept["side_px"]), float(kept["minutes"]), int(kept["seed"]), settings)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FormatError(f"{asked.out} is no run of an autoencoder: {error}", "Leave --resume out.") from error
    changed = {name: getattr(typed, name) for name in asked.settings}
    unlike = [name for name, value in changed.items() if value != getattr(settings, name) and name not in _MAY_CHANGE]
    if asked.resolution not in (None, plan.side_px):
        unlike.append("resolution")
    if unlike:
        raise UsageError(f"the run was started with another {' and '.join(unlike)}", "Choose another --out.")
    return replace(plan, minutes=asked.minutes or plan.minutes, settings=replace(settings, **changed))


def _claim(asked: TaskRequest, plan: Plan, sets: list[Pictures]) -> None:
    """Write config.json, or refuse a folder that holds something else or was trained on other pictures."""
    file = asked.out / CONFIG_NAME
    data = [pictures.fingerprint() for pictures in sets]
    if asked.resume:
        before = json.loads(file.read_text("utf-8"))["data"]
        if before[0] != data[0] or (len(before) > 1 and len(data) > 1 and before[1] != data[1]):
            raise InputError(f"{asked.out} was trained on other pictures", "Resume with the same, or leave it out.")
        data = data if len(data) > 1 else before
    elif file.exists():
        raise UsageError(f"{asked.out} holds a run already", "Continue it with --resume, or choose another --out.")
    elif asked.out.exists() and any(p.name != "data" for p in asked.out.iterdir()):
        raise UsageError(f"{asked.out} exists and is not empty", "Name a new folder with --out.")
    text = {"format": FORMAT, "format_version": FORMAT_VERSION, "plan": asdict(plan), "data": data}
    write_atomically(file, json.dumps(text, indent=1) + "\n")


def _one(asked: TaskRequest, plan: Plan, pictures: Pictures, folder: Path) -> dict[str, Any]:
    """Return what is found of one dataset: a row for each size of code, beside principal components of that size."""
    judged = pictures.judged(plan.settings.judged)
    truth = np.ascontiguousarray(pictures.images[judged])
    rows = [_size(asked, plan, pictures, folder, size, truth) for size in plan.settings.sizes]
    asked.say(f"{pictures.name}: principal components")
    plain = judge.by_components(pictures.images[np.sort(pictures.trained)], truth, plan.settings.sizes)
    for row in rows:
        row["components"] = judge.figures(truth, plain[row["code"]]) if row["code"] in plain else None
    return {
        "dataset": {
            "name": pictures.name,
            "pictures": len(pictures.ids),
            "trained_on": len(pictures.trained),
            "judged": len(judged),
            "kept_by": pictures.kept_by or "a seeded tenth, for the dataset has no split",
        },
        "side_px": int(truth.shape[1]),
        "mean_picture": judge.figures(truth, plain[0]),
        "sizes": rows,
    }


def _size(
    asked: TaskRequest, plan: Plan, pictures: Pictures, folder: Path, size: int, truth: NDArray[np.uint8]
) -> dict[str, Any]:
    here = folder / f"code-{size}"
    name = f"{pictures.name}, {size} numbers"
    if (here / RESULT_NAME).is_file():
        asked.say(f"{name}: trained earlier")
        found: dict[str, Any] = json.loads((here / RESULT_NAME).read_text("utf-8"))
    else:
        fit = Fit(pictures.images, pictures.trained, size, plan.settings, plan.minutes, plan.seed, asked.device, here)
        fitted = fit.run(lambda done, total, unit: asked.progress(name, done, total, unit))
        found = {"code": size, "kimg": fitted.nimg / 1000, "training_s": round(fitted.elapsed_s, 1)}
        said = {"trained_on": {"name": pictures.name, "pictures": len(pictures.trained)}, "kimg": found["kimg"]}
        export(fitted.encoder, fitted.decoder, truth.shape[1], size, said, here)
        write_atomically(here / RESULT_NAME, json.dumps(found, indent=1) + "\n")
    back = judge.reconstructed(Autoencoder.open(here), truth)
    return {**found, **judge.figures(truth, back), "smaller": round(truth[0].size / size, 1)}


def _shown(plan: Plan, pictures: Pictures, folder: Path) -> Shown:
    """Return pictures kept aside, not chosen, and what comes back of them at each size."""
    truth = np.ascontiguousarray(pictures.images[pictures.judged(SHOWN)])
    back = {n: judge.reconstructed(Autoencoder.open(folder / f"code-{n}"), truth) for n in plan.settings.sizes}
    return Shown(pictures.name, truth, back, plan.settings.main)


def _scores(asked: TaskRequest, plan: Plan, dataset: Dataset, pictures: Pictures) -> NDArray[np.float64]:
    """Score every picture and write the scores as a column of labels."""
    column, file = plan.settings.column, dataset.path / "labels" / f"{plan.settings.column}.parquet"
    source = f"learned autoencoder-{plan.settings.main}"
    if file.exists() and not _ours(file):
        raise UsageError(f"{file} holds labels of somebody else", "Choose another name with --setting column=NAME.")
    autoencoder = Autoencoder.open(asked.out / f"code-{plan.settings.main}")
    scores = judge.outlier_scores(
        autoencoder, pictures.images, lambda done, total: asked.progress("scoring", done, total, "pictures")
    )
    labels = {i: {column: f"{score:.1f}"} for i, score in zip(pictures.ids, scores.tolist(), strict=True)}
    write_labels(dataset.path, column, labels, source, pictures.ids)
    return scores


def _ours(file: Path) -> bool:
    import pyarrow.parquet as pq

    said = set(pq.read_table(file, columns=["source"]).column("source").to_pylist())
    return all(source.startswith("learned autoencoder-") for source in said)


def _told(column: str, size: int, scores: NDArray[np.float64]) -> dict[str, Any]:
    low, middle, high = np.quantile(scores, [0.05, 0.5, 0.95])
    return {
        "column": column,
        "code": size,
        "median": round(float(middle), 2),
        "low": round(float(low), 2),
        "high": round(float(high), 2),
        "most": round(float(scores.max()), 2),
    }


def _oddest(
    asked: TaskRequest, plan: Plan, pictures: Pictures, scores: NDArray[np.float64] | None
) -> Mapping[str, NDArray[np.uint8]]:
    """Return the pictures that come back worst and best: of all where all are scored, of those judged otherwise."""
    some = pictures.images
    if scores is None:
        some = np.ascontiguousarray(some[pictures.judged(plan.settings.judged)])
        scores = judge.outlier_scores(Autoencoder.open(asked.out / f"code-{plan.settings.main}"), some)
    order = np.argsort(scores, kind="stable")
    return {"worst": some[order[::-1][:SHOWN]], "best": some[order[:SHOWN]]}
