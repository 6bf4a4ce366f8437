"""Makes a training picture of a face: moved, turned, mirrored, blurred, compressed, small for a while.

Colours change in brightness, contrast, saturation and warmth, by little; never in hue where it is what is asked for.
"""

from __future__ import annotations

from math import cos, radians, sin

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from tachie.core.images import Rgb, resized

_GREY = np.array([0.299, 0.587, 0.114], np.float32)


def augmented(rgb: Rgb, rng: Generator, px: int, hues: bool = False) -> Rgb:
    """Return `rgb` as it might also have been cut and stored, `px` by `px`; with `hues` in any colours at all."""
    # A good part of all sets was 40 to 64 px at some time: what is asked for must be seen at that size too.
    side = px if rng.random() < 0.6 else int(rng.integers(44, px))
    out = _coloured(_moved(rgb, rng, side), rng)
    if hues:
        out = _hue_turned(out, rng)
    if rng.random() < 0.1:
        out = np.asarray(cv2.GaussianBlur(out, (0, 0), side / 80 * float(rng.uniform(0.4, 1.2))), np.uint8)
    if rng.random() < 0.1:
        out = np.clip(out + rng.normal(0, rng.uniform(2, 9), out.shape), 0, 255).astype(np.uint8)
    if rng.random() < 0.2:
        out = _compressed(out, int(rng.integers(45, 92)))
    return resized(out, px, px)


def _moved(rgb: Rgb, rng: Generator, side: int) -> Rgb:
    scale = side / rgb.shape[0] * float(np.exp(rng.uniform(-0.16, 0.2)))
    squeeze = float(np.exp(rng.uniform(-0.06, 0.06)))
    angle = radians(float(rng.normal(0, 7)))
    mirror = -1.0 if rng.random() < 0.5 else 1.0
    turn = np.array([[cos(angle), -sin(angle)], [sin(angle), cos(angle)]])
    matrix = np.zeros((2, 3))
    matrix[:, :2] = turn * (scale * squeeze, scale / squeeze) * (mirror, 1.0)
    middle = matrix[:, :2] @ np.full(2, rgb.shape[0] / 2)
    matrix[:, 2] = side / 2 + rng.uniform(-0.07, 0.07, 2) * side - middle
    source = rgb
    if scale < 0.6:  # warping samples four pixels: shrink first
        source = resized(rgb, round(rgb.shape[1] * scale * 1.5), round(rgb.shape[0] * scale * 1.5))
        matrix[:, :2] *= rgb.shape[0] / source.shape[0]
    return np.asarray(
        cv2.warpAffine(source, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def _coloured(rgb: Rgb, rng: Generator) -> Rgb:
    saturation, gain, lift = rng.uniform(0.85, 1.15), rng.uniform(0.88, 1.12), rng.uniform(-12, 12)
    gains = (gain * rng.uniform(0.97, 1.03, 3)).astype(np.float32)
    x: NDArray[np.float32] = rgb.astype(np.float32)
    grey = (x @ _GREY)[..., None]
    x = np.asarray(grey + (x - grey) * np.float32(saturation), np.float32)
    mean = np.float32(x.mean())
    return np.asarray(np.clip((x - mean) * gains + mean + np.float32(lift), 0, 255), np.uint8)


def _hue_turned(rgb: Rgb, rng: Generator) -> Rgb:
    kind = rng.random()
    if kind < 0.1:
        return np.repeat(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[..., None], 3, 2).astype(np.uint8)
    if kind < 0.3:
        return rgb
    hsv = cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0].astype(int) + int(rng.integers(0, 180))) % 180
    return np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB), np.uint8)


def _compressed(rgb: Rgb, quality: int) -> Rgb:
    _, data = cv2.imencode(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
