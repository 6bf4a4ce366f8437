"""R3: a small residual GAN without normalisation, quick on a CPU.

After Huang et al. 2024, "The GAN is dead; long live the GAN! A modern GAN baseline" (arXiv:2501.05441): plain
residual blocks, no normalisation, one relativistic loss with two gradient penalties. Smaller than theirs, with
scale and shift from w in each block, and both ends at half size through pixel shuffle (Shi et al. 2016,
arXiv:1609.05158), which is where most of the time would go.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tachie.models._base import Critic, Generator, check_resolution, for_layers, minibatch_deviation, scaled

LEAK = 0.2


@dataclass(frozen=True, slots=True)
class Preset:
    """Sizes of one resolution: channels of each stage from 4 px up; the last stage is half the picture's side."""

    widths: tuple[int, ...]
    z_dim: int = 64
    w_dim: int = 128
    features: int = 128


PRESETS = MappingProxyType(
    {
        32: Preset(widths=(64, 48, 32)),  # two minutes on two cores must show faces
        64: Preset(widths=(128, 96, 64, 32)),
        128: Preset(widths=(128, 128, 96, 64, 32)),
    }
)


@dataclass(frozen=True, slots=True)
class R3:
    """R3 for pictures of `resolution` px under labels of `c_dim` numbers."""

    RESOLUTIONS: ClassVar[tuple[int, ...]] = tuple(PRESETS)
    resolution: int
    c_dim: int
    width: float = 1.0

    def __post_init__(self) -> None:
        check_resolution("r3", self.resolution, PRESETS)

    @property
    def _preset(self) -> Preset:
        preset = PRESETS[self.resolution]
        return replace(preset, widths=tuple(scaled(n, self.width) for n in preset.widths))

    def generator(self) -> Generator:
        """Return a fresh generator: 0.97 M parameters at 64 px."""
        preset = self._preset
        mapping = Mapping(preset, self.c_dim)
        return Generator(mapping, Synthesis(preset), preset.z_dim, preset.w_dim, len(preset.widths))

    def discriminator(self) -> nn.Module:
        """Return a fresh discriminator: 0.85 M parameters at 64 px."""
        return Discriminator(self._preset, self.c_dim)


class Mapping(nn.Module):
    """(z, c) -> w: the labels' embedding beside z, then two layers."""

    def __init__(self, preset: Preset, c_dim: int) -> None:
        super().__init__()
        self.embed = nn.Linear(c_dim, preset.z_dim)
        self.hidden = nn.Linear(2 * preset.z_dim, preset.w_dim)
        self.out = nn.Linear(preset.w_dim, preset.w_dim)
        for layer in (self.hidden, self.out):
            nn.init.kaiming_normal_(layer.weight, a=LEAK)

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        """Return w [B, w_dim]."""
        x = torch.cat([z, self.embed(c)], 1)
        return F.leaky_relu(self.out(F.leaky_relu(self.hidden(x), LEAK)), LEAK)


class Block(nn.Module):
    """x + conv(modulate(leaky(conv(x)))); its last layer starts at zero, so a deep stack starts shallow."""

    def __init__(self, width: int, w_dim: int | None = None) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.last = nn.Conv2d(width, width, 3, padding=1)
        self.style = None if w_dim is None else nn.Linear(w_dim, 2 * width)
        nn.init.kaiming_normal_(self.first.weight, a=LEAK)
        nn.init.zeros_(self.last.weight)
        if self.style is not None:
            nn.init.zeros_(self.style.bias)

    def forward(self, x: Tensor, w: Tensor | None = None) -> Tensor:
        """Return a tensor of the shape of x [B, width, H, W]; `w` [B, w_dim] scales and shifts the middle."""
        y = F.leaky_relu(self.first(x), LEAK)
        if self.style is not None and w is not None:
            scale, shift = torch.split(self.style(w)[:, :, None, None], self.first.out_channels, 1)
            y = torch.addcmul(shift, y, 1 + scale)
        z: Tensor = x + self.last(y)
        return z


def _width_change(before: int, after: int) -> nn.Conv2d:
    layer = nn.Conv2d(before, after, 1)
    nn.init.kaiming_normal_(layer.weight, nonlinearity="linear")
    return layer


class Synthesis(nn.Module):
    """w -> rgb: a 4 px start made from w, a block a stage, doubling by nearest, and pixel shuffle at the end."""

    def __init__(self, preset: Preset) -> None:
        super().__init__()
        widths = preset.widths
        self.width, self.w_dim = widths[0], preset.w_dim
        self.start = nn.Linear(preset.w_dim, widths[0] * 16)
        nn.init.kaiming_normal_(self.start.weight, nonlinearity="linear")
        self.blocks = nn.ModuleList(Block(width, preset.w_dim) for width in widths)
        self.narrow = nn.ModuleList(_width_change(before, after) for before, after in pairwise(widths))
        self.rgb = nn.Conv2d(widths[-1], 12, 3, padding=1)

    def forward(self, w: Tensor) -> Tensor:
        """Return rgb [B, 3, R, R] of w [B, w_dim], or of one for each block."""
        ws = for_layers(w, self.w_dim, len(self.blocks))
        x = self.start(ws[0]).view(-1, self.width, 4, 4)
        x = self.blocks[0](x, ws[0])
        for narrow, block, w_here in zip(self.narrow, self.blocks[1:], ws[1:], strict=True):
            # Narrowing before doubling is the same map at a quarter of the cost.
            x = block(F.interpolate(narrow(x), scale_factor=2.0, mode="nearest"), w_here)
        return F.pixel_shuffle(self.rgb(F.leaky_relu(x, LEAK)), 2)


class Discriminator(nn.Module):
    """rgb -> score and label logits: the mirror of `Synthesis` without w."""

    def __init__(self, preset: Preset, c_dim: int) -> None:
        super().__init__()
        widths = preset.widths[::-1]
        self.enter = nn.Conv2d(12, widths[0], 3, padding=1)
        nn.init.kaiming_normal_(self.enter.weight, nonlinearity="linear")
        self.blocks = nn.ModuleList(Block(width) for width in widths)
        self.widen = nn.ModuleList(_width_change(a, b) for a, b in pairwise(widths))
        self.dense = nn.Linear((widths[-1] + 1) * 16, preset.features)
        nn.init.kaiming_normal_(self.dense.weight, a=LEAK)
        self.critic = Critic(preset.features, c_dim)

    def forward(self, rgb: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
        """Return (score [B], label logits [B, c_dim]) of pictures [B, 3, R, R] in [-1, 1]."""
        x = self.enter(F.pixel_unshuffle(rgb, 2))
        for block, widen in zip(self.blocks, self.widen, strict=False):
            x = widen(F.avg_pool2d(block(x), 2))
        x = minibatch_deviation(F.leaky_relu(self.blocks[-1](x), LEAK))
        score, labels = self.critic(F.leaky_relu(self.dense(x.flatten(1)), LEAK), c)
        return score, labels
