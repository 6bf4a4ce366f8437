"""DCGAN: the standard 64 px network with batch normalisation, and its 32 px form.

After Radford et al. 2015, "Unsupervised representation learning with deep convolutional generative adversarial
networks" (arXiv:1511.06434): strided convolutions, batch normalisation, ReLU in G and leaky ReLU in D, weights from
N(0, 0.02), tanh at the end. Conditional by a label embedding beside z, and a label projection in D.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tachie.core.errors import UsageError
from tachie.models._base import Critic, Generator

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

    def __post_init__(self) -> None:
        if self.resolution not in PRESETS:
            known = ", ".join(map(str, PRESETS))
            raise UsageError(f"dcgan has no {self.resolution} px preset", f"Use --resolution with one of: {known}.")

    def generator(self) -> Generator:
        """Return a fresh generator: 3.9 M parameters at 64 px."""
        G = Generator(Mapping(self.c_dim), Synthesis(PRESETS[self.resolution]), Z_DIM, Z_DIM + EMBED_DIM)
        return G.apply(_start)

    def discriminator(self) -> nn.Module:
        """Return a fresh discriminator: 2.8 M parameters at 64 px."""
        return Discriminator(PRESETS[self.resolution], self.c_dim).apply(_start)


def _start(layer: nn.Module) -> None:
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(layer.weight, std=0.02)
    elif isinstance(layer, nn.BatchNorm2d):
        nn.init.normal_(layer.weight, 1.0, 0.02)


class Mapping(nn.Module):
    """(z, c) -> w: the labels' embedding beside z, and no layer more."""

    def __init__(self, c_dim: int) -> None:
        super().__init__()
        self.embed = nn.Linear(c_dim, EMBED_DIM)

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        """Return w [B, 128]."""
        return torch.cat([z, self.embed(c)], 1)


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
        self.dense = nn.Conv2d(widths[-1], 128, 4)
        self.critic = Critic(128, c_dim)

    def forward(self, rgb: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
        """Return (score [B], label logits [B, c_dim]) of pictures [B, 3, R, R] in [-1, 1]."""
        x = F.leaky_relu(self.dense(self.layers(rgb)).flatten(1), LEAK)
        score, labels = self.critic(x, c)
        return score, labels
