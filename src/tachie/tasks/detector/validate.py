"""How good the head detector is on the annotated illustrations: folds, intervals, a fitted confidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from tachie.core.boxes import Box, iou
from tachie.tasks.detector.scenes import Picture
from tachie.vision.heads import find_heads

FOLDS = 5
SAME_PICTURE = 12  # bits of pHash: pictures nearer than this share a fold
HIT = 0.5  # IoU
DRAWS = 1000  # of the bootstrap


def folds(pictures: Mapping[str, Picture], seed: int = 0) -> list[list[str]]:
    """Split file names into `FOLDS` parts, near-duplicates kept together."""
    names = list(pictures)
    hashed = [cv2.img_hash.pHash(cv2.cvtColor(pictures[n].pixels, cv2.COLOR_RGB2GRAY))[0] for n in names]
    bits = np.unpackbits(np.array(hashed, np.uint8), axis=1)
    group = list(range(len(names)))
    for i in range(len(names)):
        for j in range(i):
            if int((bits[i] != bits[j]).sum()) <= SAME_PICTURE:
                old, new = group[i], group[j]
                group = [new if g == old else g for g in group]
    order = np.random.default_rng(seed).permutation(sorted(set(group)))
    out: list[list[str]] = [[] for _ in range(FOLDS)]
    for g in order:  # the emptiest fold takes the next group
        min(out, key=len).extend(n for n, own in zip(names, group, strict=True) if own == g)
    return out


@dataclass(frozen=True, slots=True)
class Finding:
    """One box found in a picture, and whether it is a true head (IoU at least .5, each head once)."""

    file: str
    box: Box
    confidence: float
    hit: bool


@dataclass(frozen=True, slots=True)
class Rates:
    """Precision and recall at a threshold with 95 % bootstrap intervals over pictures."""

    threshold: float
    precision: float
    recall: float
    f1: float
    precision_between: tuple[float, float]
    recall_between: tuple[float, float]


def findings(
    pictures: Mapping[str, Picture], network: onnxruntime.InferenceSession, second_look: bool = True
) -> list[Finding]:
    """Return everything that a network finds, surest first within a picture."""
    out: list[Finding] = []
    for name, picture in pictures.items():
        left = [tuple(float(v) for v in head) for head in picture.heads]
        for box, sure in zip(*find_heads(picture.pixels, network, second_look), strict=True):
            best = max(range(len(left)), key=lambda k: iou(left[k], box), default=None)  # type: ignore[arg-type]
            hit = best is not None and iou(left[best], box) >= HIT  # type: ignore[arg-type]
            if hit and best is not None:
                left.pop(best)
            out.append(Finding(name, box, sure, hit))
    return out


def curve(found: Sequence[Finding], heads: int) -> NDArray[np.float64]:
    """Return rows of (threshold, precision, recall), from the surest finding down."""
    rows = sorted(found, key=lambda f: -f.confidence)
    hits = np.cumsum([f.hit for f in rows])
    count = np.arange(1, len(rows) + 1)
    return np.stack(([f.confidence for f in rows], hits / count, hits / heads), 1)


def even_threshold(found: Sequence[Finding], heads: int) -> float:
    """Return the threshold at which the lower one of precision and recall is highest."""
    rows = curve(found, heads)
    return float(rows[int(rows[:, 1:].min(1).argmax()), 0])


def nested(pictures: Mapping[str, Picture], found: Sequence[Finding], parts: Sequence[Sequence[str]]) -> list[Finding]:
    """Return what is kept where each fold's threshold is chosen on the other folds alone, as sure as they make it."""
    out: list[Finding] = []
    for part in parts:
        own = set(part)
        others = [f for f in found if f.file not in own]
        heads = sum(len(p.heads) for name, p in pictures.items() if name not in own)
        least, (slope, offset) = even_threshold(others, heads), fitted_confidence(others)
        out += [sharpened(f, slope, offset) for f in found if f.file in own and f.confidence >= least]
    return out


def sharpened(finding: Finding, slope: float, offset: float) -> Finding:
    """Return a finding whose confidence is moved by slope and offset of its logit."""
    share = min(max(finding.confidence, 1e-6), 1 - 1e-6)
    return replace(finding, confidence=1 / (1 + exp(-(slope * log(share / (1 - share)) + offset))))


def rates(pictures: Mapping[str, Picture], found: Sequence[Finding], threshold: float) -> Rates:
    """Return precision and recall of what is at least as sure as `threshold`."""
    index = {name: k for k, name in enumerate(pictures)}
    counts = np.zeros((len(index), 3))
    counts[:, 2] = [len(p.heads) for p in pictures.values()]
    for f in found:
        if f.confidence >= threshold:
            counts[index[f.file], :2] += (f.hit, 1)

    def both(rows: NDArray[np.float64]) -> tuple[float, float]:
        hits, all_found, true = rows.sum(0)
        return hits / max(1, all_found), hits / max(1, true)

    precision, recall = both(counts)
    rng = np.random.default_rng(0)
    drawn = np.array([both(counts[rng.integers(0, len(counts), len(counts))]) for _ in range(DRAWS)])
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    return Rates(
        threshold,
        float(precision),
        float(recall),
        float(2 * precision * recall / max(precision + recall, 1e-9)),
        (float(low[0]), float(high[0])),
        (float(low[1]), float(high[1])),
    )


def fitted_confidence(found: Sequence[Finding]) -> tuple[float, float]:
    """Return slope and offset that turn logits into the chance of a hit (Platt 1999), by Newton's method."""
    share = np.clip(np.array([f.confidence for f in found]), 1e-6, 1 - 1e-6)
    x = np.stack((np.log(share / (1 - share)), np.ones(len(share))), 1)
    y = np.array([f.hit for f in found], np.float64)
    weights = np.array([1.0, 0.0])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (chance - y) + 1e-3 * weights
        bend = (x * (chance * (1 - chance))[:, None]).T @ x + 1e-3 * np.eye(2)
        weights = weights - np.linalg.solve(bend, slope)
    return float(weights[0]), float(weights[1])


def calibration_error(found: Sequence[Finding], bins: int = 10) -> float:
    """Return the expected calibration error: mean gap between confidence and share of hits, over equal bins."""
    share, hit = np.array([f.confidence for f in found]), np.array([f.hit for f in found])
    place = np.minimum((share * bins).astype(int), bins - 1)
    gaps = [abs(share[place == b].mean() - hit[place == b].mean()) * (place == b).sum() for b in set(place)]
    return float(sum(gaps) / max(1, len(found)))
