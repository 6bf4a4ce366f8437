"""Distances between two sets of pictures, each given as rows of features [N, F] of one extractor.

None of these knows what the features are. Every figure depends on how many rows there are, so that two figures compare
only where both sets had as many, and each is best read beside the same figure of two sets of real pictures.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.floating[Any]]

_BLOCK_ROWS = 512  # of a distance matrix against a large set: 40 MB against 20,000 rows


def frechet(a: Float, b: Float) -> float:
    """Return the Frechet distance of two feature sets [N, F], [M, F] as Gaussians: 0 for the same distribution.

    |mean_a - mean_b|^2 + tr(A + B - 2 (A B)^1/2), Dowson and Landau 1982. N and M should be well above F.
    """
    x, y = a.astype(np.float64), b.astype(np.float64)
    apart = np.square(x.mean(0) - y.mean(0)).sum()
    x, y = (_triangle(rows - rows.mean(0)) / (len(rows) - 1) ** 0.5 for rows in (x, y))
    # With A = x'x and B = y'y, the eigenvalues of (A B)^1/2 are the singular values of x y'.
    cross = np.linalg.svd(x @ y.T, compute_uv=False).sum()
    return float(max(apart + np.square(x).sum() + np.square(y).sum() - 2 * cross, 0.0))


def _triangle(rows: Float) -> Float:
    """Return at most F rows of the same covariance."""
    return np.asarray(np.linalg.qr(rows, mode="r")) if len(rows) > rows.shape[1] else rows


def kernel_distance(a: Float, b: Float) -> float:
    """Return the squared maximum mean discrepancy of two feature sets [N, F], [M, F] under k(x, y) = (x.y / F + 1)^3.

    The unbiased estimate of Binkowski et al. 2018 (arXiv:1801.01401): its mean is 0 for one distribution whatever N
    and M are, so that single values may lie below 0. On Inception's features this is KID.
    """
    x, y = a.astype(np.float64), b.astype(np.float64)
    n, m, width = len(x), len(y), x.shape[1]

    def among(rows: Float) -> float:
        kernel = (rows @ rows.T / width + 1) ** 3
        return float((kernel.sum() - np.trace(kernel)) / (len(rows) * (len(rows) - 1)))

    across = float(((x @ y.T / width + 1) ** 3).sum()) / (n * m)
    return among(x) + among(y) - 2 * across


def precision_recall(real: Float, drawn: Float, k: int = 3) -> tuple[float, float]:
    """Return (precision, recall) of drawings among real pictures by k nearest neighbours, each 0 to 1.

    Kynkaanniemi et al. 2019 (arXiv:1904.06991): precision is the part of the drawings that lie within the reach of a
    real picture, recall the part of the real ones within the reach of a drawing. Both sets should be of one size.
    """

    def within(inside: Float, reach_of: Float) -> float:
        own = between(reach_of, reach_of)
        reach = np.partition(own, k, axis=1)[:, k]  # column 0 is the point itself
        return float((between(inside, reach_of) <= reach[None, :]).any(1).mean())

    return within(drawn, real), within(real, drawn)


def between(a: Float, b: Float) -> NDArray[np.float64]:
    """Return the Euclidean distances [N, M] of the rows of a [N, F] and b [M, F]."""
    x, y = a.astype(np.float64), b.astype(np.float64)
    squared = np.square(x).sum(1)[:, None] + np.square(y).sum(1)[None, :] - 2 * x @ y.T
    distances: NDArray[np.float64] = np.sqrt(squared.clip(0))
    return distances


def nearest(a: Float, b: Float, count: int = 1) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return for each row of a [N, F] its `count` nearest rows of b [M, F]: (indices, distances), each [N, count].

    Distances are those of the rows' differences, so that a copy lies at 0 exactly.
    """
    large = b.astype(np.float32)
    lengths = np.square(large).sum(1)
    indices = np.empty((len(a), count), np.int64)
    distances = np.empty((len(a), count), np.float64)
    for start in range(0, len(a), _BLOCK_ROWS):
        x = a[start : start + _BLOCK_ROWS].astype(np.float32)
        rough = lengths[None, :] - 2 * x @ large.T
        found = np.argpartition(rough, min(count + 2, len(large) - 1), axis=1)[:, : count + 2]
        exact = np.sqrt(np.square(x[:, None].astype(np.float64) - large[found]).sum(2))
        order = np.argsort(exact, axis=1, kind="stable")[:, :count]
        indices[start : start + len(x)] = np.take_along_axis(found, order, 1)
        distances[start : start + len(x)] = np.take_along_axis(exact, order, 1)
    return indices, distances
