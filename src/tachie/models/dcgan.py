"""DCGAN: the standard 64 px network with batch normalisation, and its 32 px form.

After Radford et al. 2015, "Unsupervised representation learning with deep convolutional generative adversarial
networks" (arXiv:1511.06434): uniform z, strided convolutions, batch normalisation but at G's end and D's start, ReLU
in G and leaky ReLU in D, weights from N(0, 0.02), tanh at the end, one linear score of D's flattened last features.
Kernels and channels are those of the authors' Torch code; `width=2` gives the channels of the paper's figure 1.
Conditional, which the paper is not, by a label embedding beside z, and a label projection in D.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import ClassVar

import torch
from torch import Tensor, nn

from tachie.models._base import Critic, Generator, check_resolution, scaled

Z_DIM, EMBED_DIM = 100, 28  # 100 as in the paper
LEAK = 0.2

# Channels of each stage from 4 px up; the last convolution makes the picture at twice the last stage's side.
PRESETS = MappingProxyType({32: (256, 128, 64), 64: (512, 256, 128, 64)})


@dataclass(frozen=True, slots=True)
class Dcgan:
    """DCGAN for pictures of `resolution` px under labels of `c_dim` numbers."""

    RESOLUTIONS: ClassVar[tuple[int, ...]] = tuple(PRESETS)
    resolution: int
    c_dim: int
    width: float = 1.0

    def __post_init__(self) -> None:
        check_resolution("dcgan", self.resolution, PRESETS)

    @property
    def _channels(self) -> tuple[int, ...]:
        return tuple(scaled(n, self.width) for n in PRESETS[self.resolution])

    def generator(self) -> Generator:
        """Return a fresh generator: 3.8 M parameters at 64 px."""
        return Generator(Mapping(self.c_dim), Synthesis(self._channels), Z_DIM, Z_DIM + EMBED_DIM).apply(_start)

    def discriminator(self) -> nn.Module:
        """Return a fresh discriminator: 2.8 M parameters at 64 px and 34 labels."""
        return Discriminator(self._channels, self.c_dim).apply(_start)


def _start(layer: nn.Module) -> None:
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(layer.weight, std=0.02)
    elif isinstance(layer, nn.BatchNorm2d):
        nn.init.normal_(layer.weight, 1.0, 0.02)


class Mapping(nn.Module):
    """(z, c) -> w: the labels' embedding beside a uniform z, and no layer more."""

    def __init__(self, c_dim: int) -> None:
        super().__init__()
        self.embed = nn.Linear(c_dim, EMBED_DIM)

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        """Return w [B, 128]."""
        # Twice the normal distribution function less one: uniform on [-1, 1], as the paper's z.
        return torch.cat([torch.erf(z * 0.5**0.5), self.embed(c)], 1)


class Synthesis(nn.Module):
    """w -> rgb: transposed convolutions that double the side, from 1 to 4 px and on."""

    def __init__(self, widths: tuple[int, ...]) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.ConvTranspose2d(Z_DIM + EMBED_DIM, widths[0], 4, bias=False)]
        for before, after in pairwise(widths):
            layers += [nn.BatchNorm2d(before), nn.ReLU(), _doubling(before, after)]
        layers += [nn.BatchNorm2d(widths[-1]), nn.ReLU(), _doubling(widths[-1], 3), nn.Tanh()]
        self.layers = nn.Sequential(*layers)

    def forward(self, w: Tensor) -> Tensor:
        """Return rgb [B, 3, R, R] of w [B, 128]."""
        rgb: Tensor = self.layers(w[:, :, None, None])
        return rgb


def _doubling(before: int, after: int) -> nn.ConvTranspose2d:
    return nn.ConvTranspose2d(before, after, 4, stride=2, padding=1, bias=False)


class Discriminator(nn.Module):
    """rgb -> score and label logits: strided convolutions that halve the side down to 4 px."""

    def __init__(self, widths: tuple[int, ...], c_dim: int) -> None:
        super().__init__()
        widths = widths[::-1]
        layers: list[nn.Module] = [nn.Conv2d(3, widths[0], 4, stride=2, padding=1), nn.LeakyReLU(LEAK)]
        for before, after in pairwise(widths):
            halving = nn.Conv2d(before, after, 4, stride=2, padding=1, bias=False)
            layers += [halving, nn.BatchNorm2d(after), nn.LeakyReLU(LEAK)]
        self.layers = nn.Sequential(*layers)
        self.critic = Critic(widths[-1] * 16, c_dim)

    def forward(self, rgb: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
        """Return (score [B], label logits [B, c_dim]) of pictures [B, 3, R, R] in [-1, 1]."""
        score, labels = self.critic(self.layers(rgb).flatten(1), c)
        return score, labels
