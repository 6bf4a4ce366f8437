"""Precision and recall of the head boxes on the 252 annotated illustrations, by `tachie detect`'s own code.

The classic detectors' maps to head boxes were fitted on 102 of them (random.Random(0).shuffle), so the other 150 are
reported apart. `heads` was trained on all of them: what it reaches here says that it works, not how well; its figures
are the cross-validated ones in weights/heads/card.md. Greedy one-to-one matching at IoU 0.5.

Usage: python -m benchmarks.detect_illustrations [DETECTOR ...]
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks._shared import data
from tachie.core.boxes import Box, iou
from tachie.pipeline.look import Detection, detect
from tachie.vision.faces import LEAST_CONFIDENCE

FITTED = 102
INTERVAL_DRAWS = 1000


def matched(truth: list[Box], found: list[Box]) -> int:
    """Return how many found boxes match a true one, each true one once."""
    left, hits = list(truth), 0
    for box in found:
        best = max(range(len(left)), key=lambda k: iou(left[k], box), default=None)
        if best is not None and iou(left[best], box) >= 0.5:
            left.pop(best)
            hits += 1
    return hits


def rates(counts: np.ndarray) -> tuple[float, float]:
    """Return precision and recall of rows of (hits, found, true)."""
    hits, found, true = counts.sum(0)
    return hits / max(1, found), hits / max(1, true)


def report(name: str, truth: dict[str, list[Box]], detections: list[Detection], least: float) -> None:
    """Print precision, recall and F1 with bootstrap intervals over pictures."""
    counts = np.array(
        [
            (matched(truth[d.file], boxes), len(boxes), len(truth[d.file]))
            for d in detections
            for boxes in [[f.head_xyxy for f in d.faces if f.confidence >= least]]
        ]
    )
    precision, recall = rates(counts)
    rng = np.random.default_rng(0)
    draws = np.array([rates(counts[rng.integers(0, len(counts), len(counts))]) for _ in range(INTERVAL_DRAWS)])
    (p0, r0), (p1, r1) = np.quantile(draws, [0.025, 0.975], axis=0)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    print(
        f"{name:34} n={len(counts)} precision {precision:.3f} [{p0:.3f} {p1:.3f}] "
        f"recall {recall:.3f} [{r0:.3f} {r1:.3f}] F1 {f1:.3f}"
    )


def main() -> None:
    """Measure the detectors named on the command line, or all."""
    folder = data("illustrations")
    lines = (folder / "boxes.jsonl").read_text().splitlines()
    truth = {p["file_name"]: [tuple(b) for b in p["faces_xyxy"]] for p in map(json.loads, lines)}
    order = list(range(len(lines)))
    random.Random(0).shuffle(order)
    names = [json.loads(line)["file_name"] for line in lines]
    held_out = {names[i] for i in order[FITTED:]}
    cascade: Path = data("lbpcascade_animeface.xml")
    for detector in sys.argv[1:] or ["heads", "animeface", "lbpcascade"]:
        start = time.process_time()
        found = list(detect([str(folder)], detector, cascade, least=0.0))
        ms = 1e3 * (time.process_time() - start) / len(found)
        assert {d.file for d in found} == set(truth), "every picture is accounted for"
        default = LEAST_CONFIDENCE[detector]
        for least in sorted({0.0, 0.5, 0.8, 0.9, 0.95, 0.99, default}):
            report(f"{detector} >= {least}, fitted on", truth, [d for d in found if d.file not in held_out], least)
        for least in sorted({0.0, default}):
            report(f"{detector} >= {least}, held out", truth, [d for d in found if d.file in held_out], least)
            report(f"{detector} >= {least}, all", truth, found, least)
        print(f"{detector}: {ms:.0f} CPU ms a picture")


if __name__ == "__main__":
    main()
