"""How many drawn heads each detector finds (IoU 0.5 with the true head box), tall front, turned, and chibi.

Usage: python -m benchmarks.paperdoll_faces [DOLLS_A_KIND]
"""

from __future__ import annotations

import sys

from benchmarks._shared import DATA
from tachie.core.boxes import iou
from tachie.paperdoll import Paperdoll, draw_paperdoll
from tachie.paperdoll.character import design
from tachie.paperdoll.choice import choose_attributes
from tachie.vision.faces import Detector, detector

FRONT = 8.0  # units of turn (tachie.paperdoll.character.Placement) up to which a face counts as seen from the front
TARGETS = {"tall, front": 0.95, "chibi": 0.70}


def dolls(count: int) -> dict[str, list[Paperdoll]]:
    """Return `count` dolls of each kind, the lowest seeds that are of it."""
    found: dict[str, list[Paperdoll]] = {"tall, front": [], "tall, turned": []}
    seed = 0
    while min(len(row) for row in found.values()) < count:
        turned = abs(design(seed, choose_attributes(seed, {})).placement.turn) > FRONT
        row = found["tall, turned" if turned else "tall, front"]
        if len(row) < count:
            row.append(draw_paperdoll(seed))
        seed += 1
    return found | {"chibi": [draw_paperdoll(seed, {"chibi": "yes"}) for seed in range(count)]}


def rate(find: Detector, drawn: list[Paperdoll]) -> float:
    """Return the share of dolls whose head box one of the boxes found matches."""
    hits = sum(any(iou(face.head_xyxy, doll.head_xyxy) >= 0.5 for face in find(doll.rgb())) for doll in drawn)
    return hits / len(drawn)


def main() -> None:
    """Measure each detector on every kind. Drawn heads are part of what `heads` was trained on, of other seeds."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    cascade = DATA / "lbpcascade_animeface.xml"
    kinds = dolls(count)
    for name in ("heads", "animeface", "lbpcascade"):
        if name == "lbpcascade" and not cascade.exists():
            print("left out: lbpcascade_animeface.xml is not in ../shared/data")
            continue
        find = detector(name, cascade if name == "lbpcascade" else None)
        for kind, drawn in kinds.items():
            target = f" (target {TARGETS[kind]:.2f})" if kind in TARGETS else ""
            print(f"{name:10} {kind:12} n={count} found {rate(find, drawn):.2f}{target}", flush=True)


if __name__ == "__main__":
    main()
