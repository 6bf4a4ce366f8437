"""Distances between sets of pictures in the space of a fixed random convolutional net.

An untrained net of one fixed seed needs no weights from anywhere and still responds to edges, colours and their
layout (Saxe et al. 2011, "On random weights and unsupervised feature learning"; Naeem et al. 2020, arXiv:2002.09797,
use random embeddings to compare generators). Good for choosing among checkpoints of one run. It is not the Frechet
inception distance, and its figures compare with nothing but themselves.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

SIDE_PX = 32  # everything is looked at in this size
FEATURES = 128
_SEED = 20_170_817
_WIDTHS = (3, 32, 64, 128)
_BATCH = 64

Float = NDArray[np.floating[Any]]


@cache
def _weights() -> tuple[list[Tensor], Tensor]:
    chance = torch.Generator().manual_seed(_SEED)
    layers = []
    for before, after in pairwise(_WIDTHS):
        weight = torch.randn(after, before, 3, 3, generator=chance) * (2 / (9 * before)) ** 0.5
        layers.append(weight - weight.mean((1, 2, 3), keepdim=True) * (before > 3))
    projection = torch.randn(_WIDTHS[-1] * 4, FEATURES, generator=chance) * (_WIDTHS[-1] * 4) ** -0.5
    return layers, projection


@torch.no_grad()
def random_features(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return features [N, 128] float32 of pictures [N, R, R, 3] uint8; the torch random state is not touched."""
    layers, projection = _weights()
    rows = []
    for start in range(0, len(images), _BATCH):
        x = torch.from_numpy(np.ascontiguousarray(images[start : start + _BATCH])).permute(0, 3, 1, 2)
        x = x.float().div(127.5).sub(1)
        if x.shape[-1] != SIDE_PX:
            x = F.interpolate(x, size=(SIDE_PX, SIDE_PX), mode="area")
        for weight in layers:
            x = F.leaky_relu(F.conv2d(x, weight, stride=2, padding=1), 0.2)
        rows.append(F.adaptive_avg_pool2d(x, 2).flatten(1) @ projection)
    return torch.cat(rows).numpy() if rows else np.zeros((0, FEATURES), np.float32)


def frechet(a: Float, b: Float) -> float:
    """Return the Frechet distance of two feature sets [N, F], [M, F] as Gaussians: 0 for the same distribution.

    |mean_a - mean_b|^2 + tr(A + B - 2 (A B)^1/2), Dowson and Landau 1982. N and M should be well above F.
    """
    x, y = a.astype(np.float64), b.astype(np.float64)
    cov_x, cov_y = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    values, vectors = np.linalg.eigh(cov_x)
    root = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    # tr (A B)^1/2 = tr (A^1/2 B A^1/2)^1/2, whose argument is symmetric.
    cross = np.sqrt(np.linalg.eigvalsh(root @ cov_y @ root).clip(0)).sum()
    distance = np.square(x.mean(0) - y.mean(0)).sum() + np.trace(cov_x) + np.trace(cov_y) - 2 * cross
    return float(max(distance, 0.0))


def precision_recall(real: Float, drawn: Float, k: int = 3) -> tuple[float, float]:
    """Return (precision, recall) of drawings among real pictures by k nearest neighbours, each 0 to 1.

    Kynkaanniemi et al. 2019 (arXiv:1904.06991): precision is the part of the drawings that lie within the reach of a
    real picture, recall the part of the real ones within the reach of a drawing. Both sets should be of one size.
    """

    def within(inside: Float, reach_of: Float) -> float:
        own = _distances(reach_of, reach_of)
        reach = np.partition(own, k, axis=1)[:, k]  # column 0 is the point itself
        return float((_distances(inside, reach_of) <= reach[None, :]).any(1).mean())

    return within(drawn, real), within(real, drawn)


def _distances(a: Float, b: Float) -> NDArray[np.float64]:
    x, y = a.astype(np.float64), b.astype(np.float64)
    squared = np.square(x).sum(1)[:, None] + np.square(y).sum(1)[None, :] - 2 * x @ y.T
    distances: NDArray[np.float64] = np.sqrt(squared.clip(0))
    return distances
