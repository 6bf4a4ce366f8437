"""Where the figure is, and what lies behind it: what the whole-picture filters measure.

All of it works on a copy of the picture of `WORK_PX`, as masks of whole pixels: enough to say how far a figure
reaches, at a few CPU milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tachie.core.boxes import Box
from tachie.core.images import Rgb, resized

WORK_PX = 128  # longer side of the copy that is looked at
PLAIN_SHARE = 0.7  # of the border in one smooth colour: from here the figure is what that colour does not reach

_NEAR = 9.0  # distance in Lab (CIE76) within which two colours are taken for one ground
_RING = 0.04  # width of the border, of the shorter side
_EVEN = 4.0  # as _NEAR, where one colour is meant and not merely one ground
_GRABCUT_ROUNDS = 1

Mask = NDArray[np.bool_]
Lab = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ground:
    """What the border of a picture says of its ground.

    `share` of the border lies on one smooth colour (constant, or changing evenly), `expected` [H, W, 3] is that colour
    in Lab at every pixel, `reached` [H, W] what of the picture it reaches from the border without a break.
    """

    share: float
    expected: Lab
    reached: Mask


def working_copy(rgb: Rgb) -> tuple[Rgb, float]:
    """Return the picture with its longer side at `WORK_PX`, and the factor it was scaled by."""
    height, width = rgb.shape[:2]
    factor = WORK_PX / max(height, width)
    return resized(rgb, max(4, round(width * factor)), max(4, round(height * factor))), factor


def lab_of(rgb: Rgb) -> Lab:
    """Return CIE Lab [H, W, 3] float32: L 0..100, a and b about -100..100."""
    return cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2Lab).astype(np.float32, copy=False)


def ground_of(lab: Lab) -> Ground:
    """Return the ground of a working copy, from its upper, left and right border: figures stand on the lower one."""
    height, width = lab.shape[:2]
    ring = max(1, round(_RING * min(height, width)))
    border = np.zeros((height, width), bool)
    border[:ring] = border[:, :ring] = border[:, -ring:] = True
    y, x = np.nonzero(border)
    places = _places(y / height, x / width)
    colours = lab[y, x]
    # A plane through the most frequent colour, fitted again without what lies far from it (a figure that is cut, text).
    near = _distance(colours, np.median(colours, axis=0)) < 3 * _NEAR
    plane = np.zeros((3, 3), np.float32)
    for limit in (2 * _NEAR, _NEAR):
        if near.sum() < 8:
            break
        plane = np.linalg.lstsq(places[near], colours[near], rcond=None)[0]
        near = _distance(colours, places @ plane) < limit
    share = float(near.mean())
    rows, columns = np.mgrid[:height, :width]
    expected = (_places(rows.ravel() / height, columns.ravel() / width) @ plane).reshape(lab.shape).astype(np.float32)
    alike = _distance(lab, expected) < _NEAR
    border[-ring:] = True
    return Ground(share, expected, _connected(alike, border & alike))


def figure_mask(rgb: Rgb, ground: Ground, heads: Sequence[Box], alpha: NDArray[np.uint8] | None = None) -> Mask:
    """Return which pixels of a working copy belong to figures [H, W].

    By transparency where there is any; before a plain ground, what the ground does not reach; else by colours, from the
    heads (boxes in px of the working copy) and what lies below them (Rother et al. 2004, "GrabCut"). Without a head
    and a plain ground nothing is known, and nothing is figure.
    """
    if alpha is not None:
        return np.asarray(resized(alpha, rgb.shape[1], rgb.shape[0]) >= 128)
    if ground.share >= PLAIN_SHARE:
        return _largest(~ground.reached, heads)
    if not heads:
        return np.zeros(rgb.shape[:2], bool)
    return _largest(_grabbed(rgb, heads), heads)


def _grabbed(rgb: Rgb, heads: Sequence[Box]) -> Mask:
    height, width = rgb.shape[:2]
    marks = np.full((height, width), cv2.GC_PR_BGD, np.uint8)
    for x0, y0, x1, y1 in heads:  # a body hangs below its head, some two heads wide and five long
        side, middle = (x1 - x0 + y1 - y0) / 2, (x0 + x1) / 2
        _fill(marks, (middle - 1.1 * side, y1, middle + 1.1 * side, y1 + 5 * side), cv2.GC_PR_FGD)
    rim = max(1, round(0.02 * max(height, width)))
    marks[:rim] = marks[:, :rim] = marks[:, -rim:] = cv2.GC_BGD
    for x0, y0, x1, y1 in heads:
        side, middle, centre = (x1 - x0 + y1 - y0) / 2, (x0 + x1) / 2, (y0 + y1) / 2
        near = _clip((middle - side, y0 - 0.2 * side, middle + side, y1 + 2.5 * side), width, height)
        around = marks[near]
        around[around == cv2.GC_BGD] = cv2.GC_PR_FGD
        cv2.ellipse(marks, ((middle, centre), (0.7 * side, 0.75 * side), 0), cv2.GC_FGD, -1)
        _fill(marks, (middle - 0.2 * side, y1, middle + 0.2 * side, y1 + 0.8 * side), cv2.GC_FGD)
    cv2.setRNGSeed(0)  # its first colours are chosen by chance
    nowhere, behind, before = (0, 0, 0, 0), np.zeros((1, 65)), np.zeros((1, 65))
    seen = cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab)
    cv2.grabCut(seen, marks, nowhere, behind, before, _GRABCUT_ROUNDS, cv2.GC_INIT_WITH_MASK)
    return np.asarray((marks == cv2.GC_FGD) | (marks == cv2.GC_PR_FGD))


def _fill(marks: NDArray[np.uint8], box: Box, value: int) -> None:
    marks[_clip(box, marks.shape[1], marks.shape[0])] = value


def _clip(box: Box, width: int, height: int) -> tuple[slice, slice]:
    x0, y0, x1, y1 = (round(v) for v in box)
    return slice(min(max(y0, 0), height), min(max(y1, 0), height)), slice(
        min(max(x0, 0), width), min(max(x1, 0), width)
    )


def _largest(mask: Mask, heads: Sequence[Box]) -> Mask:
    """Return the parts of a mask that hold a head or are a quarter of the largest or more: no stray marks, no text."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if count < 2:
        return mask
    sizes = stats[1:, cv2.CC_STAT_AREA]
    stays = set(np.flatnonzero(sizes >= sizes.max() / 4) + 1)
    for head in heads:
        stays |= set(np.unique(parts[_clip(head, mask.shape[1], mask.shape[0])]))
    return np.isin(parts, list(stays - {0}))


def _connected(mask: Mask, start: Mask) -> Mask:
    """Return what of `mask` hangs together with `start`."""
    _, parts = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)
    touched = np.unique(parts[start])
    return np.asarray(np.isin(parts, touched[touched > 0]))


def _places(y: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.stack((np.ones_like(y), y, x), axis=-1).astype(np.float32)


def _distance(a: Lab, b: Lab) -> NDArray[np.float32]:
    found: NDArray[np.float32] = np.sqrt(((a - b) ** 2).sum(-1))
    return found


def even_share(lab: Lab, ground: Ground) -> float:
    """Return the share of the upper, left and right border that keeps closely to the ground's colour, 0 to 1."""
    height, width = lab.shape[:2]
    ring = max(1, round(_RING * min(height, width)))
    apart = _distance(lab, ground.expected) < _EVEN
    sides = apart[:ring].ravel(), apart[ring:, :ring].ravel(), apart[ring:, -ring:].ravel()
    return float(np.concatenate(sides).mean())
