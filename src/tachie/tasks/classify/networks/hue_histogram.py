"""Hue alone: a histogram of 32 bins and one linear layer, 330 parameters for ten classes.

Rignak 2020, "GochiUsa_Faces, a dataset for anime faces", section 3.1: what hair and eye colours tell without any shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

import torch
from torch import Tensor, nn

from tachie.dataset.hue import HUE_BINS
from tachie.tasks.classify.networks import Classifier

_LEAST_SPREAD = 0.005  # of a bin's share: rarely used bins are not blown up


class Network(Classifier):
    """The histogram of `dataset.hue`, each bin less its mean and in units of its spread over the training set."""

    augmented: ClassVar[bool] = False
    shown: ClassVar[int] = 200_000
    own: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"lr": "0.05", "batch": "256", "weight_decay": "0.001", "smoothing": "0"}
    )
    mean: Tensor
    spread: Tensor

    def __init__(self, classes: int) -> None:
        super().__init__(classes)
        self.linear = nn.Linear(HUE_BINS, classes)
        self.register_buffer("mean", torch.zeros(HUE_BINS))
        self.register_buffer("spread", torch.ones(HUE_BINS))

    def seen(self, rgb: Tensor) -> Tensor:
        """Return shares of hue [B, 32] of rgb [B, 3, S, S], weighted by chroma; zeros where nothing has a colour."""
        high, low = rgb.amax(1), rgb.amin(1)
        chroma = high - low
        r, g, b = rgb.unbind(1)
        over = chroma.clamp(min=1.0)
        sixths = torch.where(
            high == r,
            (g - b) / over,
            torch.where(high == g, 2 + (b - r) / over, 4 + (r - g) / over),
        )
        # In 256 steps rounded, as OpenCV gives hue and `dataset.hue` counts it.
        steps = torch.floor(sixths * (256 / 6) + 0.5)
        steps = torch.where(steps < 0, steps + 256, steps)
        bins = torch.floor(steps / (256 // HUE_BINS)).clamp(max=HUE_BINS - 1)
        every = torch.arange(HUE_BINS, device=rgb.device, dtype=rgb.dtype)[None, :, None]
        inside = (bins.flatten(1)[:, None] == every).to(rgb.dtype)
        sums = (inside * chroma.flatten(1)[:, None]).sum(2)
        return sums / sums.sum(1, keepdim=True).clamp(min=1.0)

    def judged(self, seen: Tensor) -> Tensor:
        """Return logits."""
        logits: Tensor = self.linear((seen - self.mean) / self.spread)
        return logits

    def adjust(self, seen: Tensor) -> None:
        """Take mean and spread of each bin over the training set."""
        self.mean.copy_(seen.mean(0))
        self.spread.copy_(seen.std(0).clamp(min=_LEAST_SPREAD) if len(seen) > 1 else torch.ones_like(self.spread))
