"""The exponential moving average of the generator: what is drawn, judged and exported."""

from __future__ import annotations

import torch
from torch import nn


def halflife_kimg(cur_nimg: int, part: float, most_kimg: float) -> float:
    """Return the half-life in thousand images: `part` of the images seen so far, at most `most_kimg`.

    Early on the average must forget quickly, or it drags the first noise along (Karras et al. 2020, ADA's ramp-up).
    """
    return min(most_kimg, part * cur_nimg / 1000)


@torch.no_grad()
def update(G_ema: nn.Module, G: nn.Module, images: int, halflife: float) -> None:
    """Move G_ema towards G by `images` seen at a half-life in thousand images; buffers are copied."""
    decay = 0.5 ** (images / max(halflife * 1000, 1e-8))
    torch._foreach_lerp_(list(G_ema.parameters()), list(G.parameters()), 1 - decay)
    for kept, now in zip(G_ema.buffers(), G.buffers(), strict=True):
        kept.copy_(now)
