"""Which points answer for which head, and what their errors cost.

Assignment after SimOTA (YOLOX, Ge et al. 2021): each head takes the handful of points that already fit it best.
Scores learn the overlap that their box reaches (quality focal loss, Li et al. 2020), so that a confidence says
something of the box too; sides learn by generalised IoU (Rezatofighi et al. 2019).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from tachie.tasks.detector.network import STRIDES, points

REACH = 2.5  # strides around a head's middle in which its points are sought
MOST_POINTS = 10
BOX_WEIGHT = 2.0


def grid(px: int) -> tuple[Tensor, Tensor]:
    """Return all points of a square input [N, 2] and their strides [N]."""
    rows = [points(px // s, px // s, s) for s in STRIDES]
    return torch.cat(rows), torch.cat([torch.full((len(r),), float(s)) for r, s in zip(rows, STRIDES, strict=True)])


def detection_loss(
    logits: Tensor, boxes: Tensor, truth: list[Tensor], places: Tensor, strides: Tensor
) -> tuple[Tensor, Tensor]:
    """Return score and box loss of a batch, each over its number of answering points.

    logits [B, N]; boxes [B, N, 4] and truth (a [n, 4] a picture) are xyxy in px of the input.
    """
    target = torch.zeros_like(logits)
    box_loss = logits.new_zeros(())
    answering = 0
    for k, heads in enumerate(truth):
        if not len(heads):
            continue
        with torch.no_grad():
            chosen, which = assign(logits[k], boxes[k], heads, places, strides)
        if not len(chosen):
            continue
        overlap, generalised = overlaps(boxes[k, chosen], heads[which])
        target[k, chosen] = overlap.detach().clamp(0, 1)
        weight = 0.5 + overlap.detach().clamp(0, 1)
        box_loss = box_loss + (weight * (1 - generalised)).sum()
        answering += len(chosen)
    share = torch.sigmoid(logits.detach())
    score = functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
    score_loss = ((target - share).abs() ** 2 * score).sum()
    count = max(1, answering)
    return score_loss / count, BOX_WEIGHT * box_loss / count


def assign(logits: Tensor, boxes: Tensor, heads: Tensor, places: Tensor, strides: Tensor) -> tuple[Tensor, Tensor]:
    """Return the indices of points that answer, and of the head that each answers for."""
    middle = (heads[:, :2] + heads[:, 2:]) / 2
    size = (heads[:, 2:] - heads[:, :2]).amax(1)
    near = ((places[None] - middle[:, None]).abs() < REACH * strides[None, :, None]).all(2)
    inside = (places[None] > heads[:, None, :2]).all(2) & (places[None] < heads[:, None, 2:]).all(2)
    fitting = (size[:, None] > 1.0 * strides[None]) & (size[:, None] < 20.0 * strides[None])
    fitting |= (strides[None] == STRIDES[0]) & (size[:, None] <= STRIDES[0])
    fitting |= (strides[None] == STRIDES[-1]) & (size[:, None] >= 20.0 * STRIDES[-1])
    allowed = near & inside & fitting
    overlap, _ = overlaps(boxes[None].expand(len(heads), -1, -1), heads[:, None].expand(-1, len(boxes), -1))
    overlap = overlap * allowed
    unsure = functional.softplus(-logits)[None]
    cost = unsure - 3.0 * torch.log(overlap + 1e-6) + 1e6 * ~allowed
    taken = torch.full((len(boxes),), -1, dtype=torch.long)
    best = torch.full((len(boxes),), torch.inf)
    for h in range(len(heads)):
        possible = int(allowed[h].sum())
        if not possible:
            continue
        count = int(overlap[h].topk(min(MOST_POINTS, len(boxes))).values.sum().clamp(1, possible))
        lowest = cost[h].topk(count, largest=False)
        better = lowest.values < best[lowest.indices]
        best[lowest.indices[better]] = lowest.values[better]
        taken[lowest.indices[better]] = h
    chosen = torch.nonzero(taken >= 0).flatten()
    return chosen, taken[chosen]


def overlaps(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Return IoU and generalised IoU of boxes pair by pair (last dimension xyxy)."""
    low, high = torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])
    common = (high - low).clamp(min=0).prod(-1)
    sizes = (a[..., 2:] - a[..., :2]).clamp(min=0).prod(-1) + (b[..., 2:] - b[..., :2]).clamp(min=0).prod(-1)
    union = sizes - common + 1e-6
    hull = (torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])).clamp(min=0).prod(-1) + 1e-6
    overlap = common / union
    return overlap, overlap - (hull - union) / hull
