"""What every model gives the trainer and the exporter, and the parts that more than one of them uses."""

from __future__ import annotations

from typing import ClassVar, Protocol

import torch
from torch import Tensor, nn


class Generator(nn.Module):
    """A generator in two halves, exported apart: `mapping` (z, c) -> w and `synthesis` w -> rgb.

    z is [B, z_dim] standard normal, c [B, c_dim] one-hot groups with zeros for unknown, w [B, w_dim],
    rgb [B, 3, R, R] around [-1, 1], not clamped: a clamp would cut the gradients of saturated pixels.
    """

    def __init__(self, mapping: nn.Module, synthesis: nn.Module, z_dim: int, w_dim: int) -> None:
        super().__init__()
        self.mapping, self.synthesis = mapping, synthesis
        self.z_dim, self.w_dim = z_dim, w_dim

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        """Return drawings [B, 3, R, R] of latents z [B, z_dim] under labels c [B, c_dim]."""
        rgb: Tensor = self.synthesis(self.mapping(z, c))
        return rgb


class Model(Protocol):
    """One architecture: the class that a file of `tachie.models` holds. Made for a resolution and a width of c."""

    RESOLUTIONS: ClassVar[tuple[int, ...]]
    resolution: int
    c_dim: int

    def generator(self) -> Generator:
        """Return a freshly initialised generator; chance comes from torch's global generator."""

    def discriminator(self) -> nn.Module:
        """Return a fresh discriminator (rgb, c) -> (score [B], label logits [B, c_dim])."""


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
