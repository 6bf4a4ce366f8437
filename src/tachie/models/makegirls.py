"""MakeGirls.moe's network: a generator after SRResNet, and a discriminator without normalisation that names attributes.

After Jin et al. 2017, "Towards the automatic anime characters creation with generative adversarial networks"
(arXiv:1708.05509): z and labels become 16 px of 64 channels, 16 residual blocks under one long skip, sub-pixel
convolutions (Shi et al. 2016, arXiv:1609.05158) up to the picture's side, a 9 x 9 convolution at the end; D halves the
side six times with ten residual blocks between and ends in one score and a score for each attribute. Batch
normalisation in G alone: in D it would tie the pictures of a batch together, and DRAGAN looks at each one's gradient.
Weights from N(0, 0.02). The paper's pictures have 128 px; smaller ones are doubled fewer times and seen by the same D.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tachie.models._base import Generator, check_resolution, scaled

Z_DIM, START_PX = 128, 16
G_CHANNELS, G_BLOCKS = 64, 16
D_CHANNELS = (32, 64, 128, 256, 512, 1024)  # two blocks after each but the last
LEAK = 0.2


@dataclass(frozen=True, slots=True)
class Makegirls:
    """MakeGirls.moe's network for pictures of `resolution` px under labels of `c_dim` numbers."""

    RESOLUTIONS: ClassVar[tuple[int, ...]] = (32, 64, 128)
    resolution: int
    c_dim: int
    width: float = 1.0

    def __post_init__(self) -> None:
        check_resolution("makegirls", self.resolution, self.RESOLUTIONS)

    def generator(self) -> Generator:
        """Return a fresh generator: 4.2 M parameters at 64 px and 34 labels."""
        doublings = (self.resolution // START_PX).bit_length() - 1
        w_dim = Z_DIM + self.c_dim
        G = Generator(Mapping(), Synthesis(w_dim, scaled(G_CHANNELS, self.width), doublings), Z_DIM, w_dim)
        return G.apply(_start)

    def discriminator(self) -> nn.Module:
        """Return a fresh discriminator: 19 M parameters."""
        # Never a stride at 1 px: oneDNN's bf16 gradients of such a convolution are now and then not numbers.
        halvings = self.resolution.bit_length() - 1
        channels = tuple(scaled(n, self.width) for n in D_CHANNELS[:halvings])
        return Discriminator(self.resolution, channels, self.c_dim).apply(_start)


def _start(layer: nn.Module) -> None:
    if isinstance(layer, nn.Conv2d | nn.Linear):
        nn.init.normal_(layer.weight, std=0.02)
    elif isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
        nn.init.normal_(layer.weight, 1.0, 0.02)


class Mapping(nn.Module):
    """(z, c) -> w: the labels beside z, as they are."""

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        """Return w [B, 128 + c_dim]."""
        return torch.cat([z, c], 1)


class NormalisedBlock(nn.Module):
    """x + norm(conv(relu(norm(conv(x)))))."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return a tensor of the shape of x."""
        y: Tensor = x + self.layers(x)
        return y


class Synthesis(nn.Module):
    """w -> rgb."""

    def __init__(self, w_dim: int, channels: int, doublings: int) -> None:
        super().__init__()
        self.channels = channels
        self.dense = nn.Linear(w_dim, channels * START_PX**2, bias=False)
        self.enter = nn.BatchNorm2d(channels)
        self.blocks = nn.Sequential(*(NormalisedBlock(channels) for _ in range(G_BLOCKS)))
        self.leave = nn.BatchNorm2d(channels)
        doubling: list[nn.Module] = []
        for _ in range(doublings):
            conv = nn.Conv2d(channels, 4 * channels, 3, padding=1, bias=False)
            doubling += [conv, nn.PixelShuffle(2), nn.BatchNorm2d(channels), nn.ReLU()]
        self.doubling = nn.Sequential(*doubling)
        self.rgb = nn.Conv2d(channels, 3, 9, padding=4)

    def forward(self, w: Tensor) -> Tensor:
        """Return rgb [B, 3, R, R] of w [B, w_dim]."""
        start = F.relu(self.enter(self.dense(w).view(-1, self.channels, START_PX, START_PX)))
        x = start + F.relu(self.leave(self.blocks(start)))
        return torch.tanh(self.rgb(self.doubling(x)))


class PlainBlock(nn.Module):
    """leaky(x + conv(leaky(conv(x))))."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.last = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Return a tensor of the shape of x."""
        return F.leaky_relu(x + self.last(F.leaky_relu(self.first(x), LEAK)), LEAK)


class Discriminator(nn.Module):
    """rgb -> score and label logits; labels do not enter it, they are asked of it."""

    def __init__(self, resolution: int, channels: tuple[int, ...], c_dim: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        side = resolution
        for i, (before, after) in enumerate(pairwise((3, *channels))):
            layers += [nn.Conv2d(before, after, 4 if i == 0 else 3, stride=2, padding=1), nn.LeakyReLU(LEAK)]
            layers += [PlainBlock(after), PlainBlock(after)] if i + 1 < len(channels) else []
            side = (side + 1) // 2
        self.layers = nn.Sequential(*layers)
        self.score = nn.Linear(channels[-1] * side**2, 1)
        self.labels = nn.Linear(channels[-1] * side**2, c_dim)

    def forward(self, rgb: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
        """Return (score [B], label logits [B, c_dim]) of pictures [B, 3, R, R] in [-1, 1]."""
        x = self.layers(rgb).flatten(1)
        return self.score(x)[:, 0], self.labels(x)
