"""What every model gives the trainer and the exporter, and the parts that more than one of them uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Protocol

import torch
from torch import Tensor, nn

from tachie.core.errors import UsageError


class NoiseSource(Protocol):
    """Where noise comes from while training."""

    def normal(self, b: int, *shape: int) -> Tensor:
        """Return standard normal numbers [b, *shape] on the CPU."""


class Generator(nn.Module):
    """A generator in two halves, exported apart: `mapping` (z, c) -> w and `synthesis` w -> rgb.

    z is [B, z_dim] standard normal, c [B, c_dim] as `core.conditions` makes it, w [B, w_dim], rgb [B, 3, R, R] around
    [-1, 1], not clamped: a clamp would cut the gradients of saturated pixels. A synthesis of several `layers` takes
    either one w for all or [B, layers * w_dim], one for each, the coarsest first: that is what mixes styles.
    """

    def __init__(self, mapping: nn.Module, synthesis: nn.Module, z_dim: int, w_dim: int, layers: int = 1) -> None:
        super().__init__()
        self.mapping, self.synthesis = mapping, synthesis
        self.z_dim, self.w_dim, self.layers = z_dim, w_dim, layers

    def use_chance(self, chance: NoiseSource) -> None:
        """Let noise inputs, where the model has any, be drawn from `chance` while it trains."""
        for part in self.modules():
            if isinstance(part, Noise):
                part.chance = chance

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        """Return drawings [B, 3, R, R] of latents z [B, z_dim] under labels c [B, c_dim]."""
        rgb: Tensor = self.synthesis(self.mapping(z, c))
        return rgb


class Model(Protocol):
    """One architecture: the class that a file of `tachie.models` holds.

    Made for a resolution, a width of c and, where it is not 1, a factor on the preset's channels.
    """

    RESOLUTIONS: ClassVar[tuple[int, ...]]
    resolution: int
    c_dim: int
    width: float

    def generator(self) -> Generator:
        """Return a freshly initialised generator; chance comes from torch's global generator."""

    def discriminator(self) -> nn.Module:
        """Return a fresh discriminator (rgb, c) -> (score [B], label logits [B, c_dim])."""


def check_resolution(name: str, resolution: int, known: Iterable[int]) -> None:
    """Raise `UsageError` with the known resolutions where a model has no preset for this one."""
    if resolution not in known:
        raise UsageError(
            f"{name} has no {resolution} px preset", f"Use --resolution with one of: {', '.join(map(str, known))}."
        )


def scaled(channels: int, width: float) -> int:
    """Return a number of channels times `width`, a multiple of 8 and at least 8, which kernels like."""
    return max(8, round(channels * width / 8) * 8)


def for_layers(w: Tensor, w_dim: int, layers: int) -> Sequence[Tensor]:
    """Return the w of each layer, [B, w_dim] each, of one for all or of one for each (see `Generator`)."""
    return [w] * layers if w.shape[1] == w_dim else torch.split(w, w_dim, 1)


class Noise(nn.Module):
    """Adds one channel of noise times a learned strength; drawing uses a fixed one, so that it can be repeated.

    Karras et al. 2018, "A style-based generator" (arXiv:1812.04948), section 3.2. Without `chance` it is fixed.
    """

    fixed: Tensor

    def __init__(self, side: int, seed: int) -> None:
        super().__init__()
        self.chance: NoiseSource | None = None
        self.strength = nn.Parameter(torch.zeros(()))
        self.register_buffer("fixed", torch.randn(1, 1, side, side, generator=torch.Generator().manual_seed(seed)))

    def forward(self, x: Tensor) -> Tensor:
        """Return x [B, C, side, side] with noise."""
        noise = self.fixed
        if self.training and self.chance is not None:
            noise = self.chance.normal(len(x), 1, *x.shape[2:]).to(x.device)
        return x + (noise * self.strength).to(x.dtype)


class Critic(nn.Module):
    """The end of a discriminator: features [B, F] and labels -> one score and the label logits.

    The score is a linear one plus the projection of the label's embedding on the features (Miyato and Koyama 2018,
    arXiv:1802.05637, equation 3); the logits feed the auxiliary label loss (Odena et al. 2017, arXiv:1610.09585).
    """

    def __init__(self, features: int, c_dim: int) -> None:
        super().__init__()
        self.score = nn.Linear(features, 1)
        self.embed = nn.Linear(c_dim, features, bias=False)
        self.labels = nn.Linear(features, c_dim)
        nn.init.normal_(self.embed.weight, std=features**-0.5)

    def forward(self, x: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
        """Return (score [B], label logits [B, c_dim]) of features x [B, F]."""
        score = self.score(x)[:, 0] + (self.embed(c) * x).sum(1) * x.shape[1] ** -0.5
        return score, self.labels(x)


def minibatch_deviation(x: Tensor, group: int = 8) -> Tensor:
    """Append one channel that tells how much the pictures of a group differ: [B, C, H, W] -> [B, C+1, H, W].

    Karras et al. 2018, "Progressive growing" (arXiv:1710.10196), section 3: a discriminator that sees one picture at
    a time cannot tell that all of them are the same. Groups are `group` pictures, fewer where B is no multiple.
    """
    b, _, height, width = x.shape
    size = next(n for n in range(min(group, b), 0, -1) if b % n == 0)
    grouped = x.float().reshape(size, b // size, *x.shape[1:])
    deviation = (grouped.var(0, correction=0) + 1e-8).sqrt().mean((1, 2, 3))  # [B / size]
    channel = deviation.repeat(size).reshape(b, 1, 1, 1).expand(b, 1, height, width)
    return torch.cat([x, channel.to(x.dtype)], 1)
