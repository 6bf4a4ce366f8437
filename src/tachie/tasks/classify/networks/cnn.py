"""Our own small network: plain residual blocks (He et al. 2016, arXiv:1512.03385), quick on a CPU.

The picture is folded to half its side first, so that the wide layers work on small grids; the last grid's mean and
maximum together say what is in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from tachie.tasks.classify.networks import Classifier

_WIDTHS = (32, 64, 112, 176)  # channels at strides 2, 4, 8, 16
_BLOCKS = (0, 1, 2, 1)
_DROPOUT = 0.2


class Network(Classifier):
    """1.2 M parameters, 63 M multiplications for a face of 64 px."""

    own: ClassVar[Mapping[str, str]] = MappingProxyType({"lr": "0.002"})

    def __init__(self, classes: int) -> None:
        super().__init__(classes)
        parts: list[nn.Module] = [nn.PixelUnshuffle(2), _conv(12, _WIDTHS[0])]
        for before, width, count in zip((0, *_WIDTHS), _WIDTHS, _BLOCKS, strict=False):
            if before:
                parts.append(_conv(before, width, 2))
            parts += [_Residual(width) for _ in range(count)]
        self.body = nn.Sequential(*parts)
        self.dropout = nn.Dropout(_DROPOUT)
        self.linear = nn.Linear(2 * _WIDTHS[-1], classes)

    def judged(self, seen: Tensor) -> Tensor:
        """Return logits of pictures in -1..1."""
        x = self.body(seen)
        logits: Tensor = self.linear(self.dropout(torch.cat((x.mean((2, 3)), x.amax((2, 3))), 1)))
        return logits


def _conv(before: int, after: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU(inplace=True)
    )


class _Residual(nn.Module):
    """Two 3x3 convolutions beside a way past them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = _conv(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.second(self.first(x)))
