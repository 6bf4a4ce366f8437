"""Augmentation: shift and mirror, the same for real pictures and drawings."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

SHIFT = 1 / 16  # of the side: 4 px at 64 px


def shifted(rgb: Tensor, chance: torch.Generator, most: float = SHIFT) -> Tensor:
    """Return pictures [B, 3, R, R], each moved by whole pixels up to `most` of the side, edges repeated.

    Differentiable: a drawing is moved on its way to the discriminator exactly as a real picture is, so the shift does
    not become part of what the generator draws (Zhao et al. 2020, arXiv:2006.10738).
    """
    b, _, side, _ = rgb.shape
    reach = round(side * most)
    if reach == 0:
        return rgb
    moves = torch.randint(0, 2 * reach + 1, (2, b), generator=chance)
    padded = F.pad(rgb, (reach, reach, reach, reach), mode="replicate")
    views = [padded[i, :, y : y + side, x : x + side] for i, (y, x) in enumerate(zip(*moves.tolist(), strict=True))]
    return torch.stack(views)


def mirrored(rgb: Tensor, chance: torch.Generator) -> Tensor:
    """Return pictures [B, 3, R, R], each mirrored with probability one half."""
    turn = torch.rand(len(rgb), generator=chance) < 0.5
    return torch.where(turn[:, None, None, None].to(rgb.device), rgb.flip(3), rgb)
