"""Histograms of hue, the one thing that tells many drawn characters apart."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tachie.core.images import Rgb

HUE_BINS = 32  # Rignak 2020, "GochiUsa_Faces, a dataset for anime faces", figure 4
_ENOUGH_PX = 96  # longer sides are thinned out to about this many pixels: the histogram stays, the time does not grow


def hue_histogram(rgb: Rgb) -> NDArray[np.float64] | None:
    """Return shares of hue, float64 [32] that sum to 1; bin k holds the hues from 11.25 k to 11.25 (k + 1) degrees.

    Each pixel counts by its chroma (saturation times value), so that lines, paper and shadow, whose hue is chance, do
    not. None for a picture without any colour.
    """
    step = max(1, max(rgb.shape[:2]) // _ENOUGH_PX)
    few = np.ascontiguousarray(rgb[::step, ::step])
    hue, saturation, value = cv2.split(cv2.cvtColor(few, cv2.COLOR_RGB2HSV_FULL))  # hue 0..255 is the whole circle
    chroma = cv2.multiply(saturation, value, dtype=cv2.CV_32F)
    weights = np.bincount(hue.ravel() // (256 // HUE_BINS), chroma.ravel(), HUE_BINS)
    total = weights.sum()
    return weights / total if total else None
