"""How much of a figure is shown and how it is built, from the geometry of its head and its mask.

Lengths are in heads: sides of the square as large as the head's box. `judge` asks the small heads of
`weights/filters/shape.json`, which `tasks/fit_filters.py` fits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tachie.core.boxes import Box
from tachie.core.errors import FormatError
from tachie.vision.faces import Face
from tachie.vision.figure import PLAIN_SHARE, Mask
from tachie.vision.sight import Sight, side_of

EXTENTS = ("full", "half", "bust")
_PROFILE = (0.4, 1.0, 1.6, 2.3, 3.0, 4.0, 5.0)  # heads below the chin where the figure's width is taken
_HIGH_BY_WIDE = 1.04
_ENDS = 0.03  # heads between a figure and the lower edge: it is not cut
_CHIBI_BELOW = 1.9  # heads below the chin
_REACH = 3.0  # heads to either side of the head's middle within which the figure lies
FEATURES = (
    "room_below", "room_above", "room_across", "figure_below", "gap_below", "width_at_bottom", "area", "spread",
    "border_plain", "head_shape", "shoulders", *(f"width_{down}" for down in _PROFILE),
)  # fmt: skip


def shape_of(sight: Sight, head: Face) -> NDArray[np.float32]:
    """Return the numbers that `FEATURES` names, for the figure of a head."""
    x0, y0, x1, y1 = sight.scaled(head.head_xyxy)
    side = max(1.0, side_of((x0, y0, x1, y1)))
    mask = sight.mask
    height, width = mask.shape
    middle = (x0 + x1) / 2
    columns = slice(max(0, int(middle - _REACH * side)), max(1, int(middle + _REACH * side) + 1))
    own = mask[:, columns]
    rows = np.flatnonzero(own.any(axis=1))
    across = np.flatnonzero(own.any(axis=0))
    low = float(rows[-1] + 1) if len(rows) else float(height)

    def wide(down: float) -> float:
        """The figure's width so far below the chin; -.5 where the picture has ended."""
        y = int(y1 + down * side)
        return float(own[y].sum()) / side if y < height else -0.5

    found = (
        min(8.0, (height - y1) / side),
        min(5.0, y0 / side),
        min(12.0, width / side),
        float(np.clip((low - y1) / side, -1, 8)),
        min(3.0, (height - low) / side),
        min(5.0, float(own[-2:].mean(axis=0).sum()) / side),
        min(25.0, float(mask.sum()) / side**2),
        len(across) / side,
        1.0 if sight.alpha is not None else sight.ground.share,
        (x1 - x0) / max(1.0, y1 - y0),
        _shoulders(own, (x0, y0, x1, y1)),
        *(wide(down) for down in _PROFILE),
    )
    return np.array(found, np.float32)


def _shoulders(own: Mask, head: Box) -> float:
    """Return the figure's width just below the chin by its width across the head: small figures have narrow ones."""
    side = side_of(head)
    upper = own[max(0, int(head[1])) : int(head[3])]
    lower = own[int(head[3] + 0.15 * side) : int(head[3] + 0.7 * side)]
    if not lower.size or not upper.size:
        return 1.0
    return float(np.clip(np.median(lower.sum(axis=1)) / max(1.0, float(upper.sum(axis=1).max())), 0, 3))


def bent(features: NDArray[Any], knots: NDArray[Any]) -> NDArray[np.float64]:
    """Return features [N, F] and what of each lies beyond its knots [K, F], [N, F (K + 1)]: linear splines."""
    return np.concatenate((features, *(np.maximum(0.0, features - row) for row in knots)), axis=1)


def asked(head: Mapping[str, Any], features: NDArray[Any]) -> NDArray[np.float32]:
    """Return the probabilities [N, answers] of a fitted head for its own features [N, F]."""
    z = (bent(features, np.array(head["knots"])) - np.array(head["mean"])) / np.array(head["spread"])
    logits = z @ np.array(head["weights"]) + np.array(head["biases"])
    e = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(e / e.sum(1, keepdims=True), np.float32)


def judge(name: str, features: NDArray[np.float32]) -> dict[str, float]:
    """Return the probability of each answer that the head `name` knows, for the features of one figure."""
    head = _heads()[name]
    own = features[[FEATURES.index(f) for f in head["features"]]]
    return dict(zip(head["answers"], asked(head, own[None])[0].tolist(), strict=True))


@cache
def _heads() -> Mapping[str, Mapping[str, Any]]:
    path = files("tachie") / "weights" / "filters" / "shape.json"
    plain = json.loads(path.read_text("utf-8"))
    if plain.get("format") != "tachie-filters" or plain.get("features") != list(FEATURES):
        raise FormatError(f"{path} was fitted on other features", "Fit it anew: python -m tachie.tasks.fit_filters")
    heads: Mapping[str, Mapping[str, Any]] = plain["heads"]
    return heads


def extent_of(sight: Sight) -> dict[str, float]:
    """Return the probability of full, half and bust for the main head's figure; empty where there is no head."""
    head = sight.main_head
    return judge("extent", shape_of(sight, head)) if head else {}


def chibi_chance(sight: Sight) -> float:
    """Return the probability that the main head's figure is a chibi, 0 where there is no head."""
    head = sight.main_head
    if head is None:
        return 0.0
    features = shape_of(sight, head)
    measured = chibi_measured(features)
    return judge("chibi", features)["yes"] if measured is None else measured


def chibi_measured(features: NDArray[np.float32]) -> float | None:
    """Return the probability that a figure is a chibi, where it can be measured, else None.

    That is where it ends within the picture, before a ground that shows where: a chibi reaches 1.2 to 1.6 heads below
    its chin, a tall figure 3.8 and more, one that kneels 2.3.
    """
    known = dict(zip(FEATURES, features.tolist(), strict=True))
    if known["border_plain"] < PLAIN_SHARE or known["gap_below"] <= _ENDS:
        return None
    return float(1 / (1 + np.exp(-4 * (_CHIBI_BELOW - known["figure_below"]))))


def alike_heads(sight: Sight, least_share: float) -> int:
    """Return how many heads are at least `least_share` as long as the largest."""
    sides = [side_of(face.head_xyxy) for face in sight.heads]
    return sum(side >= least_share * max(sides) for side in sides)


def lean_of(sight: Sight) -> float:
    """Return by how many degrees the figure leans from its head: 0 stands below it, 90 lies beside it.

    It is the direction from the main head's middle to that of the figure's mask; 0 where either is missing, or the
    ground is not plain: there the mask was sought below the head.
    """
    head = sight.main_head
    clear = sight.alpha is not None or sight.ground.share >= PLAIN_SHARE
    if head is None or not clear or not sight.mask.any():
        return 0.0
    x0, y0, x1, y1 = sight.scaled(head.head_xyxy)
    rows, columns = np.nonzero(sight.mask)
    across, down = columns.mean() - (x0 + x1) / 2, rows.mean() - (y0 + y1) / 2
    if np.hypot(across, down) < 0.35 * side_of((x0, y0, x1, y1)):
        return 0.0
    return float(np.degrees(np.arctan2(abs(across), down)))


def cut_share(head: Box, width: int, height: int) -> float:
    """Return the share of a head that lies outside the picture, 0 to 1: as far as a box within it can tell.

    A head is about as high as it is wide (1.04 in the median of the annotated illustrations, .92 to 1.14 in four of
    five). Where its box ends at an edge and is too short for its width (or too narrow for its height), what is missing
    lies outside.
    """
    x0, y0, x1, y1 = head
    wide, high = x1 - x0, y1 - y0
    near = 0.02 * max(wide, high)
    missing = 0.0
    if y0 <= near or y1 >= height - near:
        missing = max(missing, 1 - high / max(_HIGH_BY_WIDE * wide, 1e-6))
    if x0 <= near or x1 >= width - near:
        missing = max(missing, 1 - _HIGH_BY_WIDE * wide / max(high, 1e-6))
    return float(min(1.0, missing))
