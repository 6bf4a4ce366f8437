"""How a face is changed before a classifier sees it: as it might also have been cut, stored, lit and painted."""

from __future__ import annotations

from math import cos, radians, sin
from typing import Any

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from tachie.core.images import Rgb, resized

_GREY = np.array([0.299, 0.587, 0.114], np.float32)
_HIDDEN = 0.25  # how often a patch is hidden


def changed(rgb: Rgb, rng: Generator, full: bool) -> Rgb:
    """Return a face [S, S, 3] moved, turned, mirrored; with `full` also in other light, coarser, partly hidden.

    Hue stays: it is half of what tells characters apart. A part of the faces goes through half the size and back, since
    what is small in one set is large in another.
    """
    out = _moved(rgb, rng, 1.0 if full else 0.5)
    if not full:
        return out
    out = _lit(out, rng)
    side = len(out)
    kind = rng.random()
    if kind < 0.12:
        small = int(rng.uniform(0.4, 0.8) * side)
        out = resized(resized(out, small, small), side, side)
    elif kind < 0.2:
        out = np.asarray(cv2.GaussianBlur(out, (0, 0), side / 80 * float(rng.uniform(0.4, 1.2))), np.uint8)
    if rng.random() < _HIDDEN:  # Zhong et al. 2017, "Random erasing data augmentation", with the mean colour
        high, wide = (int(side * v) for v in rng.uniform(0.12, 0.4, 2))
        y, x = int(rng.integers(0, side - high)), int(rng.integers(0, side - wide))
        out[y : y + high, x : x + wide] = out.mean((0, 1)).astype(np.uint8)
    return out


def _moved(rgb: Rgb, rng: Generator, much: float) -> Rgb:
    side = len(rgb)
    scale = float(np.exp(rng.uniform(-0.2, 0.25) * much))
    squeeze = float(np.exp(rng.uniform(-0.07, 0.07) * much))
    angle = radians(float(rng.normal(0, 8 * much)))
    mirror = -1.0 if rng.random() < 0.5 else 1.0
    turn = np.array([[cos(angle), -sin(angle)], [sin(angle), cos(angle)]])
    matrix = np.zeros((2, 3))
    matrix[:, :2] = turn * (scale * squeeze, scale / squeeze) * (mirror, 1.0)
    shift = rng.uniform(-0.08, 0.08, 2) * side * much
    matrix[:, 2] = side / 2 + shift - matrix[:, :2] @ np.full(2, side / 2)
    moved: Any = cv2.warpAffine(rgb, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.uint8)


def _lit(rgb: Rgb, rng: Generator) -> Rgb:
    saturation, gain, lift = rng.uniform(0.75, 1.25), rng.uniform(0.8, 1.2), rng.uniform(-20, 20)
    gains = (gain * rng.uniform(0.94, 1.06, 3)).astype(np.float32)
    # One 3x3 matrix does saturation and gains; brightness and contrast are about the picture's mean.
    mix: NDArray[np.float32] = (np.eye(3, dtype=np.float32) * saturation + (1 - saturation) * _GREY) * gains[:, None]
    mean = rgb.reshape(-1, 3).mean(0).astype(np.float32)
    offset = (mean + np.float32(lift) - mix @ mean)[:, None]
    lit: Any = cv2.transform(rgb, np.concatenate([mix, offset], 1).astype(np.float32))
    return np.asarray(lit, np.uint8)
