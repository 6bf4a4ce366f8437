"""The losses: a relativistic pairing loss with two zero-centred gradient penalties, a plain one, and label losses.

Every function takes scores [B] in any float type and returns a float32 scalar.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def relativistic(ahead: Tensor, behind: Tensor) -> Tensor:
    """Return softplus(behind - ahead), averaged: each score of `ahead` should lie above its partner.

    Jolicoeur-Martineau 2018 (arXiv:1807.00734) as in Huang et al. 2024 (arXiv:2501.05441), equation 2: the
    discriminator puts the real picture ahead, the generator the drawing.
    """
    return F.softplus(behind.float() - ahead.float()).mean()


def gradient_penalty(D: nn.Module, rgb: Tensor, c: Tensor) -> Tensor:
    """Return E[|dD/drgb|^2]: R1 on real pictures, R2 on drawings (Mescheder et al. 2018, arXiv:1801.04406).

    rgb [B, 3, R, R] is detached here; the result keeps its graph to D's weights, or it would penalise nothing.
    """
    rgb = rgb.detach().float().requires_grad_(True)
    with torch.autocast(rgb.device.type, enabled=False):
        score = D(rgb, c)[0]
        (gradient,) = torch.autograd.grad(score.sum(), rgb, create_graph=True)
    return gradient.square().sum((1, 2, 3)).mean()


def label_loss(logits: Tensor, c: Tensor, groups: Sequence[int]) -> Tensor:
    """Return the mean cross-entropy over the groups of c [B, sum(groups)]; unknown groups (all zeros) do not count."""
    if not groups:
        return logits.new_zeros((), dtype=torch.float32)
    total = logits.new_zeros((), dtype=torch.float32)
    pairs = zip(torch.split(logits.float(), list(groups), 1), torch.split(c, list(groups), 1), strict=True)
    for logit, target in pairs:
        total = total - (F.log_softmax(logit, 1) * target).sum() / target.sum().clamp(min=1)
    return total / len(groups)


def _relativistic_d(real: Tensor, fake: Tensor) -> Tensor:
    return relativistic(real, fake)


def _relativistic_g(real: Tensor, fake: Tensor) -> Tensor:
    return relativistic(fake, real.detach())


def _non_saturating_d(real: Tensor, fake: Tensor) -> Tensor:
    return F.softplus(-real.float()).mean() + F.softplus(fake.float()).mean()


def _non_saturating_g(real: Tensor, fake: Tensor) -> Tensor:
    return F.softplus(-fake.float()).mean()


# name -> (loss of D, loss of G), each of (scores of real pictures, scores of drawings)
LOSSES = {
    "relativistic": (_relativistic_d, _relativistic_g),
    "non_saturating": (_non_saturating_d, _non_saturating_g),  # Goodfellow et al. 2014 (arXiv:1406.2661)
}
