"""What is said of a classifier's answers: right and wrong by class, calibration, and who is taken for whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tachie.metrics.intervals import share_interval

Floats = NDArray[np.float64]
BINS = 15  # of confidence (Guo et al. 2017, "On calibration of modern neural networks", arXiv:1706.04599)


def probabilities(logits: NDArray[np.floating[Any]], temperature: float = 1.0) -> Floats:
    """Return the softmax [N, K] of logits over a temperature."""
    scaled = logits.astype(np.float64) / temperature
    e = np.exp(scaled - scaled.max(1, keepdims=True))
    softmax: Floats = e / e.sum(1, keepdims=True)
    return softmax


def nats_of(logits: NDArray[np.floating[Any]], codes: NDArray[np.int64], temperature: float) -> float:
    """Return the mean of minus the logarithm of the right class's probability."""
    right = probabilities(logits, temperature)[np.arange(len(codes)), codes]
    return float(-np.log(np.maximum(right, 1e-300)).mean())


def temperature_of(logits: NDArray[np.floating[Any]], codes: NDArray[np.int64]) -> float:
    """Return the temperature from .05 to 20 with the least loss: golden section over its logarithm.

    Guo et al. 2017, section 4.2. The loss has one valley in it. Labels are taken for right but for one face in n + 2
    (Platt 1999, "Probabilistic outputs for support vector machines"): without that, a set on which every answer is
    right would ask for no doubt at all.
    """
    n, k = logits.shape
    wrong = 1.0 / (n + 2)
    wanted = np.full((n, k), wrong / (k - 1))
    wanted[np.arange(n), codes] = 1 - wrong

    def nats(log_temperature: float) -> float:
        said = probabilities(logits, float(np.exp(log_temperature)))
        return float(-(wanted * np.log(np.maximum(said, 1e-300))).sum(1).mean())

    low, high = float(np.log(0.05)), float(np.log(20.0))
    golden = (5**0.5 - 1) / 2
    while high - low > 1e-3:
        a, b = high - golden * (high - low), low + golden * (high - low)
        if nats(a) < nats(b):
            high = b
        else:
            low = a
    return round(float(np.exp((low + high) / 2)), 4)


def calibration(said: Floats, codes: NDArray[np.int64]) -> dict[str, Any]:
    """Return the expected calibration error of probabilities [N, K], and confidence and accuracy bin by bin."""
    sure, right = said.max(1), said.argmax(1) == codes
    place = np.minimum((sure * BINS).astype(int), BINS - 1)
    counts = np.bincount(place, minlength=BINS)
    mean_sure = np.bincount(place, sure, BINS) / counts.clip(1)
    mean_right = np.bincount(place, right, BINS) / counts.clip(1)
    error = float((counts * np.abs(mean_sure - mean_right)).sum() / max(1, len(codes)))
    bins = [
        {"confidence": round(float(c), 4), "accuracy": round(float(a), 4), "n": int(n)}
        for c, a, n in zip(mean_sure, mean_right, counts, strict=True)
        if n
    ]
    return {"ece": round(error, 4), "bins": bins}


def confusion(codes: NDArray[np.int64], said: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """Return counts [K, K]: rows are what a face is, columns what it was taken for."""
    return np.bincount(codes * classes + said, minlength=classes * classes).reshape(classes, classes).astype(np.int64)


def judged(
    logits: NDArray[np.floating[Any]], codes: NDArray[np.int64], classes: Sequence[str], temperature: float
) -> dict[str, Any]:
    """Return all figures of one set of faces as plain JSON; every share has its interval at 95 % (Wilson)."""
    n, k = len(codes), len(classes)
    said = logits.argmax(1)
    table = confusion(codes, said, k)
    hits = table.diagonal()
    truth, taken = table.sum(1), table.sum(0)
    present = truth > 0
    recall = hits / truth.clip(1)
    calibrated = calibration(probabilities(logits, temperature), codes)
    return {
        "n": n,
        "accuracy": _share(int(hits.sum()), n),
        "balanced_accuracy": round(float(recall[present].mean()), 4),  # the mean recall: each class weighs the same
        "most_common": {"class": classes[int(truth.argmax())], "share": round(float(truth.max() / n), 4)},
        "loss": round(nats_of(logits, codes, temperature), 4),
        "ece": calibrated["ece"],
        "ece_before": calibration(probabilities(logits), codes)["ece"],  # without the temperature
        "bins": calibrated["bins"],
        "classes": {
            name: {
                "n": int(truth[i]),
                "said": int(taken[i]),
                "precision": _share(int(hits[i]), int(taken[i])),
                "recall": _share(int(hits[i]), int(truth[i])),
            }
            for i, name in enumerate(classes)
        },
        "confusion": table.tolist(),
        "confused": most_confused(table, classes),
    }


def most_confused(table: NDArray[np.int64], classes: Sequence[str], most: int = 12) -> list[dict[str, Any]]:
    """Return the pairs of classes that were mixed up most often, one way each: by faces, then by their share."""
    wrong = table - np.diag(table.diagonal())
    share = wrong / table.sum(1, keepdims=True).clip(1)
    order = np.lexsort((-share.ravel(), -wrong.ravel()))[:most]
    pairs = [divmod(int(i), len(classes)) for i in order]
    return [
        {"is": classes[a], "taken_for": classes[b], "n": int(wrong[a, b]), "share": round(float(share[a, b]), 4)}
        for a, b in pairs
        if wrong[a, b]
    ]


def _share(hits: int, n: int) -> dict[str, float | None]:
    if n == 0:
        return {"value": None, "low": None, "high": None}
    low, high = share_interval(hits, n)
    return {"value": round(hits / n, 4), "low": round(low, 4), "high": round(high, 4)}
