"""The attribute tagger's network: plain residual blocks, pooled over the whole face, one set of logits a group.

Residual blocks as in He et al. 2016, ordinary 3x3 convolutions with batch norm that is folded for inference. The mean
and the maximum over the last grid together go through one linear layer: these are the features.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from tachie.tasks.blocks import Residual, convolution

SIDE_PX = 80  # of the crop: getchu's faces are 64 px, boards' 96
WIDTHS = (32, 72, 128, 208)  # channels at strides 2, 4, 8, 16
BLOCKS = (1, 2, 2, 1)
FEATURES = 192
SHAPE_WIDTHS, SHAPE_BLOCKS = (24, 48, 96, 128), (1, 1, 1, 1)  # of the smaller network that sees shapes


class TagNet(nn.Module):
    """RGB of 0..255, float32 BCHW with a side of `SIDE_PX`, to logits [B, L] and features [B, FEATURES]."""

    def __init__(self, outputs: int, widths: tuple[int, ...] = WIDTHS, blocks: tuple[int, ...] = BLOCKS) -> None:
        super().__init__()
        parts: list[nn.Module] = [convolution(3, widths[0], 4, 2)]
        for before, width, count in zip((0, *widths), widths, blocks, strict=False):
            if before:
                parts.append(convolution(before, width, 3, 2))
            parts += [Residual(width) for _ in range(count)]
        self.body = nn.Sequential(*parts)
        self.features = nn.Linear(2 * widths[-1], FEATURES)
        self.heads = nn.Linear(FEATURES, outputs)
        self.dropout = nn.Dropout(0.2)

    def forward(self, rgb: Tensor) -> tuple[Tensor, Tensor]:
        """Return raw logits, groups side by side, and the features before their rectifier."""
        x = self.body(rgb / 64 - 2)
        pooled = torch.cat((x.mean((2, 3)), x.amax((2, 3))), 1)
        features = self.features(self.dropout(pooled))
        return self.heads(functional.relu(features)), features


class TwoNets(nn.Module):
    """Asks one network for colours, another for shapes (`shaped`: [L], true where the second one's logit counts)."""

    shaped: Tensor

    def __init__(self, colors: TagNet, shapes: TagNet, shaped: Tensor) -> None:
        super().__init__()
        self.colors, self.shapes = colors, shapes
        self.register_buffer("shaped", shaped)

    def forward(self, rgb: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits as `TagNet` does, and the features of the network of colours."""
        logits, features = self.colors(rgb)
        return torch.where(self.shaped, self.shapes(rgb)[0], logits), features
