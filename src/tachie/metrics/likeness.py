"""How like two pictures are, pixel by pixel: PSNR and SSIM, which need no network."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pictures = NDArray[np.uint8]
Figures = NDArray[np.float64]

MOST_DB = 99.0  # PSNR of equal pictures, which would be infinite
_SIGMA, _WINDOW = 1.5, 11  # px, of SSIM's window, which shrinks with pictures smaller than itself
_K1, _K2, _LEVELS = 0.01, 0.03, 255.0


def rmse(truth: Pictures, other: Pictures) -> Figures:
    """Return [N]: the root mean squared difference in levels of 255 of pictures [N, H, W, 3] uint8, pair by pair."""
    apart = truth.astype(np.float32) - other.astype(np.float32)
    found: Figures = np.sqrt(np.square(apart).mean((1, 2, 3), dtype=np.float64))
    return found


def psnr(truth: Pictures, other: Pictures) -> Figures:
    """Return [N]: the peak signal-to-noise ratio in dB of pictures [N, H, W, 3] uint8, pair by pair, at most 99."""
    with np.errstate(divide="ignore"):
        decibels: Figures = 20 * np.log10(_LEVELS / rmse(truth, other))
    return np.minimum(decibels, MOST_DB)


def ssim(truth: Pictures, other: Pictures) -> Figures:
    """Return [N]: the structural similarity of pictures [N, H, W, 3] uint8, pair by pair, 1 being equal.

    Wang, Bovik, Sheikh and Simoncelli 2004, equation 13: a Gaussian window of 11 px, the mean over all its places
    within the picture and over the three channels.
    """
    return np.array([_ssim(a, b) for a, b in zip(truth, other, strict=True)])


def _ssim(a: Pictures, b: Pictures) -> float:
    window = min(_WINDOW, a.shape[0], a.shape[1])
    window -= 1 - window % 2
    edge = window // 2
    inner = slice(edge, a.shape[0] - edge), slice(edge, a.shape[1] - edge)

    def mean(x: NDArray[np.float32]) -> NDArray[np.float32]:
        blurred = cv2.GaussianBlur(x, (window, window), _SIGMA, borderType=cv2.BORDER_REFLECT)
        return blurred[inner].astype(np.float32, copy=False)

    x, y = a.astype(np.float32), b.astype(np.float32)
    mx, my = mean(x), mean(y)
    vx, vy, together = mean(x * x) - mx * mx, mean(y * y) - my * my, mean(x * y) - mx * my
    c1, c2 = (_K1 * _LEVELS) ** 2, (_K2 * _LEVELS) ** 2
    likeness = ((2 * mx * my + c1) * (2 * together + c2)) / ((mx * mx + my * my + c1) * (vx + vy + c2))
    return float(likeness.mean(dtype=np.float64))
