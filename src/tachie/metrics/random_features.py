"""Distances between sets of pictures in the space of a fixed random convolutional net.

An untrained net of one fixed seed needs no weights from anywhere and still responds to edges, colours and their
layout (Saxe et al. 2011, "On random weights and unsupervised feature learning"; Naeem et al. 2020, arXiv:2002.09797,
use random embeddings to compare generators). Good for choosing among checkpoints of one run. It is not the Frechet
inception distance, and its figures compare with nothing but themselves.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

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
