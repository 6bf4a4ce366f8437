"""Judging a generator by what it draws: figures beside those of real faces, and grids that were not chosen.

`evaluate` writes evaluation.json and evaluation.html. Every figure stands beside the same figure of two sets of real
faces of the same size, and says of how many pictures it is. The distances are in the features of `vision.features`,
and are named after that network and its hash: they are no FID. FID and KID proper need Inception's weights, which the
user brings.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tachie import __version__
from tachie.core.files import write_atomically
from tachie.core.generator import SYNTHESIS_NAME
from tachie.dataset.reader import Dataset
from tachie.draw import Generator
from tachie.learn.heads import one_thread
from tachie.metrics.distances import Float
from tachie.tasks.evaluate import figures, grids
from tachie.tasks.evaluate.page import Pages, page
from tachie.tasks.evaluate.real import AtSide, Real, space_of
from tachie.vision.features import Extractor

__all__ = ["JSON_NAME", "PAGE_NAME", "Evaluate", "evaluate"]

JSON_NAME, PAGE_NAME = "evaluation.json", "evaluation.html"
FORMAT, FORMAT_VERSION = "tachie-evaluation", 1
_BATCH = 256


@dataclass(frozen=True, slots=True)
class Evaluate:
    """What to judge (the folder of an exported generator), by which dataset, and where to write."""

    generator: Path
    dataset: Path
    out: Path
    name: str
    count: int = 2_000  # drawings; no more than there are real faces to compare with are used for distances
    truncation: float = 1.0
    seed: int = 0
    per_value: int = 48  # drawings for each value of each label, for the judge
    inception: Path | None = None  # weights for FID and KID
    extractor: Extractor | None = None  # None: what suits the dataset
    judge: figures.Judge | None = None  # of labels; none leaves them unjudged
    say: Callable[[str], None] = field(default=lambda line: None)
    on_features: Callable[[int, int], None] = field(default=lambda done, total: None)


def evaluate(job: Evaluate) -> dict[str, Any]:
    """Judge a generator, write evaluation.json and evaluation.html into `job.out`, and return what the JSON holds.

    Raises `FormatError` where there is no generator or dataset, `InputError` where the pictures do not serve.
    """
    # What can be wrong is looked at before anything slow.
    generator = Generator.open(job.generator)
    px = generator.resolution
    inception = None
    if job.inception is not None:
        from tachie.metrics.inception import Inception

        inception = Inception.load(job.inception)
    job.say("1/4 the real faces")
    dataset = Dataset.open(job.dataset)
    extractor = AtSide(job.extractor or space_of(dataset), px)
    real = Real.read(dataset, extractor, job.seed, job.on_features)
    n = min(job.count, len(real.kept), len(real.others))

    job.say(f"2/4 {job.count:,} drawings")
    drawn = generator.draw(range(job.seed, job.seed + job.count), truncation=job.truncation)
    # Half precision, as the real faces' are kept: a copy of one lies at distance 0.
    described = _in_batches(extractor, drawn).astype(np.float16)

    job.say(f"3/4 figures: {n:,} drawings, {n:,} real faces, and {n:,} others of those")
    with one_thread():
        kept, others = real.features[real.kept[:n]], real.features[real.others[:n]]
        measured = figures.compared(described[:n], kept, others, extractor.key)
        near = figures.Nearest.find(described, real)
    result: dict[str, Any] = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "program_version": __version__,
        "generator": {
            "name": job.name,
            **{key: generator.about.get(key) for key in ("model", "resolution", "kimg", "trained_on")},
            "labels": list(generator.schema.names),
            "sha256": generator.about["sha256"][SYNTHESIS_NAME],
        },
        "dataset": {
            "name": real.dataset.path.resolve().name, "pictures": len(real.ids), "trained_on": len(real.trained),
            "kept_aside": len(real.kept) if real.kept_aside else 0,
        },
        "drawings": {"count": job.count, "first_seed": job.seed, "truncation": job.truncation},
        "features": {"name": extractor.key, "width": extractor.width},
        "figures": {name: figure.as_json() for name, figure in measured.items()},
        "memorisation": near.as_json(),
        "inception": None,
        "attributes": None,
        "notes": _notes(generator, real, n, extractor.width),
    }  # fmt: skip
    if inception is not None:
        from tachie.metrics.inception import RESIZE

        job.say(f"    Inception's features of {3 * n:,} pictures: about a fifth of a second each on one core")
        rows = [*real.kept[:n].tolist(), *real.others[:n].tolist()]
        faces = real.pictures(rows, px)
        of_real = inception(np.stack([faces[row] for row in rows]))
        found = figures.standard(inception(drawn[:n]), of_real[:n], of_real[n:], inception.name)
        result["inception"] = {
            "weights": inception.name,
            "resize": RESIZE,
            **{name: figure.as_json() for name, figure in found.items()},
        }
    if job.judge is not None and generator.schema.groups:
        job.say(f"    labels, by {job.judge.key}")
        result["attributes"] = figures.attributes(generator, job.judge, real, job.per_value, job.seed)

    job.say("4/4 grids and the page")
    shown = Pages(
        random=grids.random_drawings(generator, job.seed, job.truncation),
        attributes=grids.attribute_grids(generator, job.seed, job.truncation),
        noise=grids.noise_grid(generator, job.seed, job.truncation) if generator.schema.groups else None,
        interpolation=grids.interpolation_grid(generator, job.seed, job.truncation),
        truncation=grids.truncation_grid(generator, job.seed),
        neighbours=grids.neighbour_grids(drawn, near, real),
        drawn_distances=near.drawn[:, 0],
        real_distances=near.real,
    )
    write_atomically(job.out / PAGE_NAME, page(result, shown))
    write_atomically(job.out / JSON_NAME, json.dumps(result, indent=1) + "\n")
    return result


def _in_batches(extractor: Extractor, pictures: grids.Pictures) -> Float:
    with one_thread():
        parts = [extractor(list(pictures[i : i + _BATCH])) for i in range(0, len(pictures), _BATCH)]
    return np.concatenate(parts)


def _notes(generator: Generator, real: Real, n: int, width: int) -> list[str]:
    """Return what a reader of the figures must know of these two."""
    notes = []
    about = generator.about.get("trained_on") or {}
    rows = about.get("rows")
    if rows != len(real.trained):
        notes.append(
            f"The generator was trained on {rows or 'an unknown number of'} pictures of {about.get('name')}, "
            f"this dataset has {len(real.trained):,} for training. What is said of memorising is said of these."
        )
    if not real.kept_aside:
        notes.append(
            "The dataset keeps no pictures aside (tachie split), so that drawings are compared with pictures that may "
            "have been trained on: its two halves stand for two sets of real faces."
        )
    if n < 2 * width:
        notes.append(
            f"{n:,} pictures for {width} features: the Frechet distance is mostly a matter of how many there are. "
            "Compare it with the real faces' alone."
        )
    known, labels = set(generator.schema.names), real.dataset.labels()
    unknown = sorted(set(labels) - known - {"split"}) if known else []
    if unknown:
        notes.append(f"Labels of the dataset that the generator does not know: {', '.join(unknown)}.")
    for place, label in enumerate(generator.schema.names):
        values = set(labels.get(label, {}).values())
        foreign = sorted(value for value in values if not _has(generator, label, value))
        if foreign:
            listed = ", ".join(foreign[:8]) + (f" and {len(foreign) - 8} more" if len(foreign) > 8 else "")
            notes.append(f"Values of {generator.schema.names[place]} that the generator does not know: {listed}.")
    return notes


def _has(generator: Generator, label: str, value: str) -> bool:
    codes = generator.schema.table({label: {"": value}}, [""])
    return bool((codes >= 0).any())
