"""How much of a picture comes back: figures of an autoencoder beside those of plain arithmetic of the same size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tachie.metrics.likeness import psnr, rmse, ssim
from tachie.vision.autoencoder import Autoencoder

Images = NDArray[np.uint8]
FITTED = 3_000  # pictures that principal components are found from, at most: 12,288 numbers each at 64 px
_STRETCH = 256
_FLAT = 0.5  # of the median variance, so that a flat picture's last levels do not count for much


def reconstructed(autoencoder: Autoencoder, pictures: Images) -> Images:
    """Return pictures [N, S, S, 3] as they come back."""
    return autoencoder.decode(autoencoder.encode(pictures))


def figures(truth: Images, back: Images) -> dict[str, float]:
    """Return the means of PSNR (dB) and SSIM over pictures, and the PSNR between which nine in ten lie."""
    decibels = psnr(truth, back)
    low, high = np.quantile(decibels, [0.05, 0.95])
    return {
        "psnr_db": round(float(decibels.mean()), 3),
        "psnr_low_db": round(float(low), 3),
        "psnr_high_db": round(float(high), 3),
        "ssim": round(float(ssim(truth, back).mean()), 4),
    }


def by_components(fitted: Images, truth: Images, sizes: Sequence[int]) -> dict[int, Images]:
    """Return, for each size of code, what comes back of pictures by that many principal components.

    The components are those of up to 3,000 pictures; a size that these have not is left out. Size 0 is their mean.
    """
    from sklearn.utils.extmath import randomized_svd

    some = fitted[np.linspace(0, len(fitted) - 1, min(len(fitted), FITTED)).astype(int)]
    flat = some.reshape(len(some), -1).astype(np.float32)
    mean = flat.mean(0)
    flat -= mean
    known = [size for size in sizes if size < min(flat.shape)]
    parts = np.zeros((0, flat.shape[1]), np.float32)
    if known:
        _, _, parts = randomized_svd(flat, max(known), n_iter=2, random_state=0)
    of = truth.reshape(len(truth), -1).astype(np.float32) - mean
    codes = of @ parts.T
    back = {}
    for size in (0, *known):
        levels = np.rint(codes[:, :size] @ parts[:size] + mean).clip(0, 255).astype(np.uint8)
        back[size] = levels.reshape(truth.shape)
    return back


def outlier_scores(
    autoencoder: Autoencoder, pictures: Images, progress: Callable[[int, int], None] = lambda done, total: None
) -> NDArray[np.float64]:
    """Return [N]: what of a picture's own variation does not come back, in percent.

    The squared error over the variance of the picture's colours plus half of the median picture's. The error alone
    would rank pictures by contrast: pale ones first, whatever they show, and bold ones last.
    """
    errors: list[NDArray[Any]] = []
    variances: list[NDArray[Any]] = []
    for start in range(0, len(pictures), _STRETCH):
        some = np.ascontiguousarray(pictures[start : start + _STRETCH])
        errors.append(np.square(rmse(some, reconstructed(autoencoder, some))))
        variances.append(some.astype(np.float32).var((1, 2)).mean(1, dtype=np.float64))
        progress(min(start + _STRETCH, len(pictures)), len(pictures))
    variance = np.concatenate(variances)
    scores: NDArray[np.float64] = 100 * np.concatenate(errors) / (variance + _FLAT * np.median(variance) + 1e-9)
    return scores
