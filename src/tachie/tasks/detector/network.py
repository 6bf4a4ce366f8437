"""The head detector's network: one stage, anchor-free, small enough for a CPU.

Points on grids of stride 8, 16 and 32 px each say how sure they are of a head and how far its four sides lie
(FCOS, Tian et al. 2019), over plain residual blocks (He et al. 2016) and one way down the pyramid (Lin et al. 2017).
Ordinary 3x3 convolutions with batch norm, folded for inference: on a CPU they are faster for their accuracy than
depthwise ones.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from tachie.tasks.blocks import Residual, convolution

STRIDES = (8, 16, 32)
WIDTHS = (24, 48, 72, 96)  # channels at strides 4, 8, 16, 32
NECK = 56


class HeadNet(nn.Module):
    """RGB in 0..1, BCHW with sides divisible by 32, to logits [B, N] and boxes [B, N, 4] (xyxy, px of the input)."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c, d = WIDTHS
        self.stem = convolution(3, a, 6, 4, padding=3)  # one column too many: cropped in forward
        self.stage8 = nn.Sequential(convolution(a, b, 3, 2), Residual(b), Residual(b))
        self.stage16 = nn.Sequential(convolution(b, c, 3, 2), Residual(c), Residual(c))
        self.stage32 = nn.Sequential(convolution(c, d, 3, 2), Residual(d), Residual(d))
        self.side = nn.ModuleList(nn.Conv2d(w, NECK, 1) for w in (b, c, d))
        self.smooth = nn.ModuleList(convolution(NECK, NECK) for _ in STRIDES)
        self.tower = nn.Sequential(convolution(NECK, NECK), convolution(NECK, NECK))
        self.score = nn.Conv2d(NECK, 1, 1)
        self.sides = nn.Conv2d(NECK, 4, 1)
        nn.init.constant_(self.score.bias, -4.6)  # type: ignore[arg-type]  # nearly everywhere there is no head
        nn.init.constant_(self.sides.bias, 0.7)  # type: ignore[arg-type]

    def forward(self, rgb: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits [B, N] and boxes [B, N, 4]; points of the finest grid first, row by row."""
        height, width = rgb.shape[2] // 4, rgb.shape[3] // 4
        x8 = self.stage8(self.stem(rgb * 4 - 2)[:, :, :height, :width])
        x16 = self.stage16(x8)
        x32 = self.stage32(x16)
        p32 = self.side[2](x32)
        p16 = self.side[1](x16) + functional.interpolate(p32, scale_factor=2.0, mode="nearest")
        p8 = self.side[0](x8) + functional.interpolate(p16, scale_factor=2.0, mode="nearest")
        logits, boxes = [], []
        for level, (stride, smooth) in enumerate(zip(STRIDES, self.smooth, strict=True)):
            shared = self.tower(smooth((p8, p16, p32)[level]))
            logits.append(self.score(shared).float().flatten(1))
            # Distances in strides of the grid: softplus keeps them positive and its slope gentle. bf16 would round px.
            far = functional.softplus(self.sides(shared).float()) * (2.0 * stride)
            boxes.append(_boxes(far, stride))
        return torch.cat(logits, 1), torch.cat(boxes, 1)


def _boxes(far: Tensor, stride: int) -> Tensor:
    """Turn distances [B, 4, H, W] (px, left top right bottom of each point) into boxes [B, H*W, 4]."""
    xy = points(far.shape[2], far.shape[3], stride).to(far)
    far = far.flatten(2).transpose(1, 2)
    return torch.cat((xy - far[..., :2], xy + far[..., 2:]), 2)


def points(height: int, width: int, stride: int) -> Tensor:
    """Return the points of a grid as [H*W, 2] (x, y) in px: the middles of its cells."""
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    return (torch.stack((x, y), 2).reshape(-1, 2) + 0.5) * stride
