"""What the truth of drawn episodes says of the faces that a build found in them, as labels of the dataset."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from tachie.core.boxes import Box, iou
from tachie.core.errors import InputError
from tachie.dataset.decisions import Decisions, Fields
from tachie.dataset.format import REJECT
from tachie.dataset.reader import Dataset
from tachie.dataset.writer import write_labels
from tachie.paperdoll.episode import FORMAT, heads_at

_LEAST_IOU = 0.3  # detectors frame heads differently; two heads of one frame hardly overlap


def label_episodes(dataset: Dataset, episodes: Path) -> dict[str, Any]:
    """Write labels/truth.parquet: `character`, `expression` and `part` of every face, and return counts.

    `episodes` is the folder of the videos' JSON. A face that is no head of the truth keeps its `part` alone. Raises
    `InputError` where no row comes from an episode that the folder knows.
    """
    labels, order = _labels(dataset, episodes)
    write_labels(dataset.path, "truth", labels, "sidecar", order)
    return _counts(labels)


def review_episodes(dataset: Dataset, episodes: Path) -> dict[str, Any]:
    """Decide on every face as somebody would who knows the show: its `class`, or reject where it is no head.

    Faces that were decided on before are left alone. Returns and raises as `label_episodes`.
    """
    labels, _ = _labels(dataset, episodes)
    decisions = Decisions.open(dataset.path)
    by_name: dict[str, list[str]] = {}
    for row_id, known in labels.items():
        if row_id not in decisions.rows:
            by_name.setdefault(known.get("character", ""), []).append(row_id)
    groups: list[tuple[list[str], Fields]] = [
        (rows, {"class": name} if name else {"review": REJECT}) for name, rows in sorted(by_name.items())
    ]
    if groups:
        decisions.record(groups, why="the episodes' truth")
        decisions.compact()
    return _counts(labels)


def _labels(dataset: Dataset, episodes: Path) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Return what is true of each face, and the ids of all in order."""
    truths = _truths(episodes)
    labels: dict[str, dict[str, str]] = {}
    order: list[str] = []
    for row in dataset.rows(["id", "episode", "frame", "box_xyxy"]):
        order.append(row["id"])
        truth = truths.get(row["episode"] or "")
        if truth is None or not row["frame"]:
            continue
        number = min(round(row["frame"]["pts_s"] * truth["fps"]), truth["frames"] - 1)
        labels[row["id"]] = {"part": next(p["part"] for p in truth["parts"] if number < p["end"])}
        head = _nearest(truth, number, tuple(row["box_xyxy"] or ()))
        if head is not None:
            labels[row["id"]] |= {"character": head["name"], "expression": head["mood"]}
    if not labels:
        raise InputError(
            f"no face of {dataset.path} comes from an episode in {episodes}",
            "Name the folder of the epNN.json beside the videos that were built.",
        )
    return labels, order


def _counts(labels: dict[str, dict[str, str]]) -> dict[str, Any]:
    known = Counter(values["character"] for values in labels.values() if "character" in values)
    strangers = len(labels) - known.total()
    return {"faces": len(labels), "no_head": strangers, "characters": dict(known.most_common())}


def _truths(folder: Path) -> dict[str, dict[str, Any]]:
    found = {}
    for path in sorted(folder.glob("*.json")):
        try:
            data = json.loads(path.read_text("utf-8"))
        except ValueError:
            continue
        if isinstance(data, dict) and data.get("format") == FORMAT:
            found[path.stem] = data
    return found


def _nearest(truth: dict[str, Any], number: int, box: tuple[float, ...]) -> dict[str, Any] | None:
    """Return the head of the truth that a face's box overlaps most, or None."""
    if len(box) != 4:
        return None
    face: Box = (box[0], box[1], box[2], box[3])
    rated = [(iou(face, _box(head["xyxy"])), head) for head in heads_at(truth, number)]
    best, head = max(rated, key=lambda pair: pair[0], default=(0.0, None))
    return head if best >= _LEAST_IOU else None


def _box(xyxy: list[float]) -> Box:
    x0, y0, x1, y1 = xyxy
    return x0, y0, x1, y1
