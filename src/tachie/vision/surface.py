"""How a picture is drawn, whatever it shows: without colour, out of focus, full of writing."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tachie.core.images import Rgb, fitted
from tachie.vision.figure import Lab

BLUR_PX = 1000  # longer side at which edges are measured: what a training set shrinks anyway is no fault
TEXT_PX = 512  # letters of 12 px on a page of 1,000 are 6 px here

_LIGHTS = 16  # steps of lightness, each with a colour of its own in a toned picture
_EDGE = 40  # grey levels across an edge that is worth measuring
_INK = 30  # grey levels between letters and their paper
_LETTER_PX = (6, 60)
_EVEN_PAPER = 8.0  # spread of grey around a letter
_CHAIN = 4  # letters in a row or a column make writing
_MOST_MARKS = 1500  # beyond this it is a pattern, and comparing all pairs takes too long


def colourfulness(lab: Lab) -> float:
    """Return how far colours stray from one tone, in Lab units: 0 for grey, sepia or any single ink.

    A toned picture has one colour for each lightness. So the mean a and b of each step of lightness are taken off, and
    the 98th percentile of what is left is the answer: some coloured detail is enough to be in colour.
    """
    light = np.clip((lab[:, :, 0] * (_LIGHTS / 100)).astype(int), 0, _LIGHTS - 1).ravel()
    ab = lab[:, :, 1:].reshape(-1, 2)
    count = np.maximum(np.bincount(light, minlength=_LIGHTS), 1)
    # Medians would be steadier, means are ten times as fast; a coloured half of a picture shows in both.
    means = np.stack([np.bincount(light, ab[:, k], _LIGHTS) / count for k in range(2)], axis=1)
    rest = np.hypot(*(ab - means[light]).T)
    return float(np.quantile(rest, 0.98))


def edge_width(rgb: Rgb) -> float:
    """Return the width of the sharpest edges, as the standard deviation in px of the blur that would make them so.

    Measured at `BLUR_PX`: the contrast across strong edges divided by their slope (an ideal edge under a Gaussian rises
    by its contrast over sigma and the root of two pi). The sharpest tenth counts: soft shading is no blur. A picture
    without a strong edge has an infinite width.
    """
    grey = cv2.cvtColor(fitted(rgb, BLUR_PX)[0], cv2.COLOR_RGB2GRAY)
    if min(grey.shape) < 16:
        return 0.0
    slope = cv2.magnitude(cv2.Sobel(grey, cv2.CV_32F, 1, 0) / 8, cv2.Sobel(grey, cv2.CV_32F, 0, 1) / 8)
    window = np.ones((9, 9), np.uint8)
    contrast = cv2.subtract(cv2.dilate(grey, window), cv2.erode(grey, window))
    # Where the slope is steepest. Beside a sharp edge lies flat colour, with contrast in its window and no slope.
    crest = (slope >= cv2.dilate(slope, np.ones((3, 3), np.uint8))) & (contrast >= _EDGE) & (slope > _EDGE / 16)
    if crest.sum() < 32:
        return float("inf")
    widths = contrast[crest] / slope[crest] / np.sqrt(2 * np.pi)
    return float(np.quantile(widths, 0.1))


def text_share(rgb: Rgb) -> float:
    """Return the share of the picture that writing takes: rows or columns of alike marks on even paper, 0 to 1.

    It finds what is printed or lettered on plain ground (balloons, captions, covers); titles drawn over a painting are
    not seen.
    """
    grey = cv2.cvtColor(fitted(rgb, TEXT_PX)[0], cv2.COLOR_RGB2GRAY)
    mean = cv2.blur(grey, (25, 25))
    share = 0.0
    for above in (cv2.subtract(mean, grey), cv2.subtract(grey, mean)):  # dark letters, light letters
        marks = _marks(np.asarray(grey, np.uint8), np.asarray(above > _INK, np.uint8))
        share += _written_area(marks) / grey.size
    return min(1.0, share)


def _marks(grey: NDArray[np.uint8], ink: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return marks that might be letters: rows of x, y, width, height, grey of the ink, grey of the paper."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    x, y, w, h, area = stats[1:].T.astype(np.int64)
    long = np.maximum(w, h)
    fill = area / np.maximum(w * h, 1)
    some = (long >= _LETTER_PX[0]) & (long <= _LETTER_PX[1]) & (np.minimum(w, h) >= 2) & (fill > 0.15) & (fill < 0.9)
    some = np.flatnonzero(some)
    if not len(some) or len(some) > _MOST_MARKS:
        return np.zeros((0, 6))
    inked = np.bincount(parts.ravel(), grey.ravel(), count)[1:][some] / area[some]
    paper = cv2.dilate(ink, np.ones((3, 3), np.uint8)) == 0
    light = np.where(paper, grey, 0).astype(np.uint8)
    height, width = grey.shape
    rim = 4
    x0, x1 = np.clip(x[some] - rim, 0, width), np.clip(x[some] + w[some] + rim, 0, width)
    y0, y1 = np.clip(y[some] - rim, 0, height), np.clip(y[some] + h[some] + rim, 0, height)
    n, first, second = (
        (s[y1, x1] - s[y0, x1] - s[y1, x0] + s[y0, x0])
        for s in (cv2.integral(paper.astype(np.uint8)), *cv2.integral2(light))
    )
    seen = np.maximum(n, 1)
    around = first / seen
    spread = np.sqrt(np.maximum(0, second / seen - around**2))
    even = (n > 4) & (spread < _EVEN_PAPER)
    found = np.stack((x[some], y[some], w[some], h[some], inked, around), 1)[even]
    return np.asarray(found, np.float64)


def _written_area(marks: NDArray[np.float64]) -> float:
    """Return the area in px of marks that stand in chains, with the gaps between letters."""
    if len(marks) < _CHAIN:
        return 0.0
    x, y, w, h, ink, paper = marks.T
    long = np.maximum(w, h)
    smaller = np.minimum(long[:, None], long)
    alike = (np.maximum(long[:, None], long) < 1.7 * smaller) & (np.abs(ink[:, None] - ink) < 30)
    alike &= np.abs(paper[:, None] - paper) < 12
    gap_x = np.maximum(x[:, None] - (x + w), x - (x + w)[:, None])
    gap_y = np.maximum(y[:, None] - (y + h), y - (y + h)[:, None])
    off_x, off_y = np.abs((x + w / 2)[:, None] - (x + w / 2)), np.abs((y + h / 2)[:, None] - (y + h / 2))
    linked = alike & (((off_y < 0.35 * smaller) & (gap_x < smaller)) | ((off_x < 0.35 * smaller) & (gap_y < smaller)))
    group = np.arange(len(marks))
    while True:  # the smallest number spreads along each chain
        spread = np.minimum(group, np.where(linked, group, len(marks)).min(1))
        if (spread == group).all():
            break
        group = spread
    written = np.bincount(group, minlength=len(marks))[group] >= _CHAIN
    return float(1.6 * (w * h)[written].sum())
