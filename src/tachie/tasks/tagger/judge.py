"""How good a tagger is: temperatures and thresholds fitted on one set of faces, figures taken on another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from tachie.core.attributes import NO, YES
from tachie.core.conditions import Codes, Group
from tachie.core.images import Rgb, resized
from tachie.tasks.tagger.data import SCHEMA
from tachie.tasks.tagger.network import SIDE_PX

Scores = NDArray[np.float64]
Integers = NDArray[np.integer[Any]]
PALE = ("white", "silver", "grey")  # hair that people tell apart no better than a coin
DRAWS = 1000  # of the bootstrap
BINS = 15  # of the calibration error
SURE = {"hair_color": 0.92, "eye_color": 0.88}  # how right answers have to be on the adjusting faces to be given
SURE_FLAG = 0.9
SILENT = 0.25  # the largest part of a colour's answers that a threshold may turn into unknown
TEMPERATURES = np.geomspace(0.3, 4.0, 80)


def session(model: bytes, threads: int = 1) -> onnxruntime.InferenceSession:
    """Return a session that runs the exported network."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def answers(session: onnxruntime.InferenceSession, pixels: Sequence[Rgb], batch: int = 32) -> list[Scores]:
    """Return the raw logits of faces, one array [N, values] a group of the schema."""
    rows = []
    for start in range(0, len(pixels), batch):
        faces = np.stack([resized(rgb, SIDE_PX, SIDE_PX) for rgb in pixels[start : start + batch]])
        rows.append(session.run(["logits"], {"pictures": faces})[0])
    return np.split(np.concatenate(rows).astype(np.float64), np.cumsum(SCHEMA.sizes)[:-1], axis=1)


def shares(logits: Scores, temperature: float) -> Scores:
    """Return probabilities [N, values] of logits at a temperature."""
    x = logits / temperature
    x = np.exp(x - x.max(1, keepdims=True))
    return np.asarray(x / x.sum(1, keepdims=True))


def fitted_temperature(logits: Scores, codes: Codes) -> float:
    """Return the temperature under which the known codes [N] are likeliest (Guo et al. 2017)."""
    known = codes >= 0
    if not known.any():
        return 1.0
    rows = np.arange(int(known.sum()))
    cost = [-np.log(shares(logits[known], float(t))[rows, codes[known]] + 1e-9).mean() for t in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(cost))])


def calibration_error(probabilities: Scores, codes: Codes) -> float:
    """Return the expected calibration error of the best value, over `BINS` bins of equal width."""
    known = codes >= 0
    sure, right = probabilities[known].max(1), probabilities[known].argmax(1) == codes[known]
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs(right[bins == b].mean() - sure[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    return float(sum(gaps))


def top1(group: Group, answered: Integers, codes: Integers, pale_as_one: bool = True) -> NDArray[np.bool_]:
    """Return which of the known codes are answered rightly; white, silver and grey hair count as one if asked."""
    known = codes >= 0
    said, true = answered[known], codes[known]
    if pale_as_one and group.name == "hair_color":
        pale = [group.values.index(value) for value in PALE]
        said, true = (np.where(np.isin(some, pale), pale[0], some) for some in (said, true))
    return np.asarray(said == true)


def between(values: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a mean over faces."""
    if not len(values):
        return 0.0, 1.0
    drawn = np.random.default_rng(0).integers(0, len(values), (DRAWS, len(values)))
    low, high = np.percentile(values[drawn].mean(1), (2.5, 97.5))
    return float(low), float(high)


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A group with its temperature and the probability below which its answer is unknown."""

    group: Group
    temperature: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Figure:
    """One attribute on faces labelled by eye: `precision` of what is said, `recall` of what is there.

    For a flag both are about `yes`; for a colour, precision is over all faces whose answer is sure enough, recall over
    all faces.
    """

    name: str
    faces: int
    there: int
    said: int
    precision: float | None
    precision_between: tuple[float, float]
    recall: float | None
    recall_between: tuple[float, float]


def is_flag(group: Group) -> bool:
    """Whether a group's values are no and yes."""
    return group.values == (NO, YES)


def figure(group: Group, probabilities: Scores, codes: Codes, threshold: float) -> Figure:
    """Return the figures of one group; answers less sure than `threshold` are unknown."""
    known = codes >= 0
    p, true = probabilities[known], codes[known]
    best, sure = p.argmax(1), p.max(1) >= threshold
    if is_flag(group):
        said, there = sure & (best == 1), true == 1
        right_of_said, found_of_there = true[said] == 1, said[there]
    elif group.name == "skin":
        said, there = sure & (best > 0), true > 0
        right_of_said, found_of_there = (true == best)[said], (said & (true == best))[there]
    else:
        said, there = sure, np.ones(len(true), bool)
        right = top1(group, best, true)
        right_of_said, found_of_there = right[said], right & sure
    return Figure(
        group.name,
        len(true),
        int(there.sum()),
        int(said.sum()),
        float(right_of_said.mean()) if len(right_of_said) else None,
        between(right_of_said),
        float(found_of_there.mean()) if len(found_of_there) else None,
        between(found_of_there),
    )


def fitted_threshold(group: Group, probabilities: Scores, codes: Codes) -> float:
    """Return the lowest probability at which answers are as often right as `SURE` asks, at most .95.

    For a flag it is `yes` that has to be right. A colour stays unknown for at most `SILENT` of the faces.
    """
    known = codes >= 0
    p, true = probabilities[known], codes[known]
    best, sure = p.argmax(1), p.max(1)
    right = top1(group, best, true)
    color = group.name in SURE
    counted = np.ones(len(true), bool) if color else best == 1
    for threshold in np.arange(0.3 if color else 0.5, 0.951, 0.01):
        kept = counted & (sure >= threshold)
        if kept.sum() < 5 or right[kept].mean() >= SURE.get(group.name, SURE_FLAG):
            return round(float(threshold), 2)
        if color and kept.mean() <= 1 - SILENT:
            return round(float(threshold), 2)
    return 0.95
