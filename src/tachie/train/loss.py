"""The losses: of scores, gradient penalties, and of labels; each kind looked up by name in a table.

Functions of scores take [B] in any float type and return a float32 scalar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import MappingProxyType

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tachie.core.conditions import Flag, Label, LabelSchema, Number
from tachie.train.chance import Chance


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


def r1_r2(D: nn.Module, real: Tensor, c: Tensor, fake: Tensor, c_fake: Tensor, chance: Chance) -> Penalty:
    """Return (R1 + R2) / 2 and both, as R3GAN penalises the discriminator (arXiv:2501.05441, equation 4)."""
    r1, r2 = gradient_penalty(D, real, c), gradient_penalty(D, fake, c_fake)
    return (r1 + r2) / 2, {"r1": r1, "r2": r2}


def r1(D: nn.Module, real: Tensor, c: Tensor, fake: Tensor, c_fake: Tensor, chance: Chance) -> Penalty:
    """Return R1 / 2, as StyleGAN2 penalises the discriminator (arXiv:1912.04958)."""
    on_real = gradient_penalty(D, real, c)
    return on_real / 2, {"r1": on_real}


def dragan(D: nn.Module, real: Tensor, c: Tensor, fake: Tensor, c_fake: Tensor, chance: Chance) -> Penalty:
    """Return E[(|dD/dx| - 1)^2] at points x around real pictures (Kodali et al. 2017, arXiv:1705.07215, section 2.3).

    As in its authors' code: x lies on the way from a picture to itself with noise added, which is uniform and up to
    half the deviation of all pixels of the batch.
    """
    noise = chance.uniform(*real.shape).to(real.device)
    part = chance.uniform(len(real), 1, 1, 1).to(real.device)
    around = (real.float() + part * noise * 0.5 * real.float().std()).detach().requires_grad_(True)
    with torch.autocast(real.device.type, enabled=False):
        score = D(around, c)[0]
        (gradient,) = torch.autograd.grad(score.sum(), around, create_graph=True)
    penalty = (gradient.square().sum((1, 2, 3)).add(1e-12).sqrt() - 1).square().mean()
    return penalty, {"dragan": penalty}


Penalty = tuple[Tensor, dict[str, Tensor]]  # what D's loss takes times gamma, and figures to be told

# name -> a penalty on D, of (D, real pictures, their c, drawings, their c, chance)
PENALTIES: MappingProxyType[str, Callable[[nn.Module, Tensor, Tensor, Tensor, Tensor, Chance], Penalty]]
PENALTIES = MappingProxyType({"r1_r2": r1_r2, "r1": r1, "dragan": dragan})


def label_loss(logits: Tensor, c: Tensor, schema: LabelSchema) -> Tensor:
    """Return the mean over the labels of what D gets wrong of them; rows where a label is unknown do not count.

    logits and c are [B, c_dim]. Exclusive groups: cross-entropy; flags: binary cross-entropy; numbers: squared error
    on their scale. Each is averaged over the rows where it is known (Odena et al. 2017, arXiv:1610.09585).
    """
    total = logits.new_zeros((), dtype=torch.float32)
    for label, logit, target in _each_label(logits, c, schema):
        if isinstance(label, Number):
            known, wrong = target[:, 1], (logit[:, 0] - target[:, 0]).square()
        elif isinstance(label, Flag):
            known = target[:, 0].abs()
            wrong = F.softplus(-target[:, 0] * logit[:, 0])
        else:
            known, wrong = target.sum(1), -(F.log_softmax(logit, 1) * target).sum(1)
        total = total + (wrong * known).sum() / known.sum().clamp(min=1)
    return total / max(len(schema.groups), 1)


def multi_label_loss(logits: Tensor, c: Tensor, schema: LabelSchema) -> Tensor:
    """Return the sum over attributes of their binary cross-entropies: each value of a group is an attribute of its own.

    Jin et al. 2017 (arXiv:1708.05509), section 3.2: 34 attributes, each with a sigmoid. Numbers, which they do not
    have, add their squared error.
    """
    total = logits.new_zeros((), dtype=torch.float32)
    for label, logit, target in _each_label(logits, c, schema):
        if isinstance(label, Number):
            known, wrong = target[:, 1], (logit[:, 0] - target[:, 0]).square()
        elif isinstance(label, Flag):
            known, wrong = target[:, 0].abs(), F.softplus(-target[:, 0] * logit[:, 0])
        else:
            known = target.sum(1)
            wrong = F.binary_cross_entropy_with_logits(logit, target, reduction="none").sum(1)
        total = total + (wrong * known).sum() / known.sum().clamp(min=1)
    return total


def _each_label(logits: Tensor, c: Tensor, schema: LabelSchema) -> Iterator[tuple[Label, Tensor, Tensor]]:
    if schema.groups:
        parts = zip(torch.split(logits.float(), schema.widths, 1), torch.split(c, schema.widths, 1), strict=True)
        for label, (logit, target) in zip(schema.groups, parts, strict=True):
            yield label, logit, target


def _labels_of_real_pictures(real: Tensor, c: Tensor, fake: Tensor, c_fake: Tensor, schema: LabelSchema) -> Tensor:
    return label_loss(real, c, schema)


def _labels_of_all_pictures(real: Tensor, c: Tensor, fake: Tensor, c_fake: Tensor, schema: LabelSchema) -> Tensor:
    return multi_label_loss(real, c, schema) + multi_label_loss(fake, c_fake, schema)


# name -> (D's, of label logits of real pictures, their c, of drawings, their c, schema; G's, of drawings, c, schema)
LABEL_LOSSES = MappingProxyType(
    {
        "groups": (_labels_of_real_pictures, label_loss),
        "multi_label": (_labels_of_all_pictures, multi_label_loss),
    }
)


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
