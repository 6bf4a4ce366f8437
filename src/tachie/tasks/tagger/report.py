"""Puts the tagger's figures together: on tags, on faces labelled by eye, and how far tags and eyes agree at all."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from tachie.core.conditions import Codes, Group
from tachie.tasks.tagger.data import GROUPS, Faces
from tachie.tasks.tagger.judge import (
    Adjusted,
    Scores,
    answers,
    between,
    calibration_error,
    figure,
    fitted_temperature,
    fitted_threshold,
    shares,
    top1,
)

COLORS = ("hair_color", "eye_color")
TRUSTED = 0.8  # precision on real faces
FEW = 5  # answers below which a precision means nothing


def adjusted(session: onnxruntime.InferenceSession, tagged: Faces, by_eye: Faces) -> list[Adjusted]:
    """Return every group with temperature and threshold: colours from tagged faces, the rest from those seen by eye."""
    of_tags, of_eyes = answers(session, tagged.pixels), answers(session, by_eye.pixels)
    out = []
    for g, group in enumerate(GROUPS):
        logits, codes = (of_tags[g], tagged.codes[:, g]) if group.name in COLORS else (of_eyes[g], by_eye.codes[:, g])
        t = fitted_temperature(logits, codes)
        out.append(Adjusted(group, t, fitted_threshold(group, shares(logits, t), codes)))
    return out


def judged(
    session: onnxruntime.InferenceSession, groups: list[Adjusted], tagged: Faces, by_eye: Faces, again: Faces
) -> dict[str, Any]:
    """Return all figures, none of them on faces that anything was fitted on.

    `tagged` is the kept tenth with its tags, `by_eye` real faces with what was seen in them, `again` a second look.
    """
    of_tags, of_eyes = answers(session, tagged.pixels), answers(session, by_eye.pixels)
    sure_tags = [shares(logits, one.temperature) for logits, one in zip(of_tags, groups, strict=True)]
    sure_eyes = [shares(logits, one.temperature) for logits, one in zip(of_eyes, groups, strict=True)]
    by_eye_figures = [
        figure(one.group, sure_eyes[g], by_eye.codes[:, g], one.threshold) for g, one in enumerate(groups)
    ]
    colors = {
        one.group.name: _on_tags(one, sure_tags[g], tagged.codes[:, g])
        for g, one in enumerate(groups)
        if one.group.name in COLORS
    }
    trusted = [f.name for f in by_eye_figures if f.precision is not None and f.precision >= TRUSTED and f.said >= FEW]
    return {
        "on_tags": colors,
        "by_eye": [asdict(f) for f in by_eye_figures],
        "calibration_by_eye": {
            one.group.name: round(calibration_error(sure_eyes[g], by_eye.codes[:, g]), 4)
            for g, one in enumerate(groups)
        },
        "agreement": _agreement(groups, sure_tags, tagged, by_eye, again),
        "trusted": trusted,
        "summary": {
            "top1_on_tags": {name: [round(row["top1"], 4), row["faces"]] for name, row in colors.items()},
            "by_eye": {
                f.name: f"precision {_two(f.precision)} of {f.said}, recall {_two(f.recall)} of {f.there}"
                for f in by_eye_figures
            },
            "trusted": trusted,
        },
    }


def _two(share: float | None) -> str:
    return "-" if share is None else f"{share:.2f}"


def _on_tags(one: Adjusted, p: Scores, codes: Codes) -> dict[str, Any]:
    known, best = codes >= 0, p.argmax(1)
    right = top1(one.group, best, codes)
    kept = p[known].max(1) >= one.threshold
    table = np.zeros((len(one.group.values), len(one.group.values)), int)
    np.add.at(table, (codes[known], best[known]), 1)
    return {
        "faces": int(known.sum()),
        "top1": float(right.mean()),
        "top1_between": between(right),
        "top1_every_value_for_itself": float(top1(one.group, best, codes, pale_as_one=False).mean()),
        "known": float(kept.mean()),
        "top1_where_known": float(right[kept].mean()) if kept.any() else None,
        "calibration_error": calibration_error(p, codes),
        "reliability": _reliability(p[known].max(1), best[known] == codes[known]),
        "confusion": {"values": list(one.group.values), "tags_down_answers_across": table.tolist()},
    }


def _reliability(sure: NDArray[np.float64], right: NDArray[np.bool_]) -> list[tuple[float, float, int]]:
    """Return (mean probability, share right, faces) of ten bins."""
    bins = np.minimum((sure * 10).astype(int), 9)
    return [(float(sure[bins == b].mean()), float(right[bins == b].mean()), int((bins == b).sum())) for b in set(bins)]


def _agreement(
    groups: list[Adjusted], p: list[Scores], tagged: Faces, by_eye: Faces, again: Faces
) -> dict[str, dict[str, Any]]:
    """Return how often tags, eyes, the same eyes again and the network agree in pairs, on boards' faces seen twice."""
    row = {name: i for i, name in enumerate(tagged.names)}
    first = {name: by_eye.codes[i] for i, name in enumerate(by_eye.names)}
    out = {}
    for g, one in enumerate(groups):
        if one.group.name not in COLORS:
            continue
        codes = {
            "tags": [tagged.codes[row[name.split("/")[1]], g] for name in again.names],
            "eyes": [first[name][g] for name in again.names],
            "eyes again": list(again.codes[:, g]),
            "network": [int(p[g][row[name.split("/")[1]]].argmax()) for name in again.names],
        }
        out[one.group.name] = {
            f"{a} and {b}": _same(one.group, np.array(codes[a]), np.array(codes[b]))
            for i, a in enumerate(codes)
            for b in list(codes)[i + 1 :]
        }
    return out


def _same(group: Group, a: NDArray[np.integer], b: NDArray[np.integer]) -> dict[str, Any]:
    both = (a >= 0) & (b >= 0)
    right = top1(group, a[both], b[both])
    return {"faces": int(both.sum()), "share": float(right.mean()), "between": between(right)}
