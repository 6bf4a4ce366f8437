"""StyleGAN2: each layer's weights are scaled by a style, and the scale is taken back out of what comes of it.

After Karras et al. 2020, "Analyzing and improving the image quality of StyleGAN" (arXiv:1912.04958): eight layers of
mapping, modulated and demodulated convolutions (section 2.2), noise inputs, G's pictures summed over skips and a
residual D (section 4.2), rates equal for all weights (Karras et al. 2018, arXiv:1710.10196, section 4.1), R1 now and
then. Conditional as in Karras et al. 2020, ADA (arXiv:2006.06676): an embedding of the labels beside z, both
normalised, and a projection in D. Path lengths and mixed styles in training are left out as ADA's authors leave them
out for small pictures (their CIFAR settings): they cost time and recall there. Not their tenth of a code: plain
operators alone, so that the same network trains on a CPU and is exported as it is.

`width=4` gives the paper's 512 channels at 4 to 32 px and 256 at 64 px; a CPU trains an eighth of that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tachie.models._base import (
    Critic,
    Generator,
    Noise,
    check_resolution,
    for_layers,
    minibatch_deviation,
    scaled,
)

MOST_CHANNELS, CHANNELS_TIMES_SIDE = 128, 4096  # a quarter of the authors' 512 and 16,384
MAPPING_LAYERS, MAPPING_RATE = 8, 0.01
LEAK, GAIN = 0.2, 2**0.5


@dataclass(frozen=True, slots=True)
class Stylegan2:
    """StyleGAN2 for pictures of `resolution` px under labels of `c_dim` numbers."""

    RESOLUTIONS: ClassVar[tuple[int, ...]] = (32, 64, 128)
    resolution: int
    c_dim: int
    width: float = 1.0

    def __post_init__(self) -> None:
        check_resolution("stylegan2", self.resolution, self.RESOLUTIONS)

    @property
    def _channels(self) -> dict[int, int]:
        sides = (2**i for i in range(2, self.resolution.bit_length()))
        return {side: scaled(min(MOST_CHANNELS, CHANNELS_TIMES_SIDE // side), self.width) for side in sides}

    def generator(self) -> Generator:
        """Return a fresh generator: 0.7 M parameters at 64 px and half width."""
        w_dim = scaled(MOST_CHANNELS, self.width)
        synthesis = Synthesis(self._channels, w_dim)
        return Generator(Mapping(w_dim, self.c_dim), synthesis, w_dim, w_dim, len(self._channels))

    def discriminator(self) -> nn.Module:
        """Return a fresh discriminator: 0.6 M parameters at 64 px and half width."""
        return Discriminator(self._channels, self.c_dim)


class Equal(nn.Module):
    """A linear or convolutional layer whose weights start at N(0, 1) and are scaled where they are used.

    So Adam moves all layers by the same part. `rate` slows a layer down; the scale keeps variances near 1.
    """

    def __init__(self, shape: tuple[int, ...], bias: float | None = 0.0, rate: float = 1.0) -> None:
        super().__init__()
        self._weight = nn.Parameter(torch.randn(shape) / rate)
        self._bias = None if bias is None else nn.Parameter(torch.full((shape[0],), bias / rate))
        self.scale, self.rate = rate / math.sqrt(math.prod(shape[1:])), rate

    @property
    def weight(self) -> Tensor:
        """The weights as they are used."""
        return self._weight * self.scale

    @property
    def bias(self) -> Tensor | None:
        """The biases as they are used."""
        return None if self._bias is None else self._bias * self.rate


class EqualLinear(Equal):
    """A linear layer."""

    def __init__(self, before: int, after: int, bias: float = 0.0, rate: float = 1.0) -> None:
        super().__init__((after, before), bias, rate)

    def forward(self, x: Tensor) -> Tensor:
        """Return [B, after] of x [B, before]."""
        return F.linear(x, self.weight, self.bias)


class EqualConv(Equal):
    """A convolution that keeps the side, or halves it after a blur."""

    def __init__(self, before: int, after: int, kernel: int, halving: bool = False, bias: bool = True) -> None:
        super().__init__((after, before, kernel, kernel), 0.0 if bias else None)
        self.halving, self.padding = halving, kernel // 2

    def forward(self, x: Tensor) -> Tensor:
        """Return [B, after, H, W] of x [B, before, H, W], or half of each side."""
        if self.halving:
            x = blurred(x, self.padding + 1)
            return F.conv2d(x, self.weight, self.bias, stride=2)
        return F.conv2d(x, self.weight, self.bias, padding=self.padding)


def leaky(x: Tensor) -> Tensor:
    """Return leaky ReLU of x times the square root of 2, which keeps the variance."""
    return F.leaky_relu(x, LEAK) * GAIN


def blurred(x: Tensor, padding: int) -> Tensor:
    """Return x [B, C, H, W] padded with zeros and blurred by (1, 3, 3, 1) / 8 both ways: sides of H + 2 padding - 3.

    The kernel is three boxes of 2 px, one after the other; pooling is quicker than a convolution by channel, and can
    be differentiated twice.
    """
    x = F.avg_pool2d(x, 2, stride=1, padding=1)
    x = F.pad(x, [padding - 1] * 4) if padding > 1 else x
    return F.avg_pool2d(F.avg_pool2d(x, 2, stride=1), 2, stride=1)


class Mapping(nn.Module):
    """(z, c) -> w: an embedding of the labels beside z, each normalised, then eight slow layers."""

    def __init__(self, w_dim: int, c_dim: int) -> None:
        super().__init__()
        self.embed = EqualLinear(c_dim, w_dim)
        wide = (2 * w_dim, *[w_dim] * MAPPING_LAYERS)
        self.layers = nn.ModuleList(EqualLinear(a, b, rate=MAPPING_RATE) for a, b in pairwise(wide))

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        """Return w [B, w_dim]."""
        x = torch.cat([_normal(z), _normal(self.embed(c))], 1)
        for layer in self.layers:
            x = leaky(layer(x))
        return x


def _normal(x: Tensor) -> Tensor:
    return x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-8)


class StyledConv(nn.Module):
    """A convolution modulated by w and demodulated, then noise and leaky ReLU; it may double the side.

    Scaling the weights of input channel i by s_i is scaling that channel, and demodulating (equation 3) is scaling
    output channel j by 1 / sqrt(sum over i, k of (s_i w_jik)^2): so no weights are made for each picture.
    """

    def __init__(self, before: int, after: int, w_dim: int, side: int, doubling: bool = False) -> None:
        super().__init__()
        self.style = EqualLinear(w_dim, before, bias=1.0)
        self.conv = Equal((after, before, 3, 3), None)
        self.noise = Noise(side, seed=2 * side + doubling)
        self.bias = nn.Parameter(torch.zeros(after))
        self.doubling = doubling

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """Return [B, after, side, side] of x [B, before, ...] and w [B, w_dim]."""
        style = self.style(w)
        weight = self.conv.weight
        energy = F.linear(style.float().square(), weight.square().sum((2, 3)))  # [B, after]
        x = x * style.to(x.dtype)[:, :, None, None]
        if self.doubling:
            # Zeros between the pixels, the convolution, and a blur of four times the weight for the zeros.
            x = blurred(F.conv_transpose2d(x, weight.transpose(0, 1), stride=2), 1) * 4.0
        else:
            x = F.conv2d(x, weight, padding=1)
        x = self.noise(x * torch.rsqrt(energy + 1e-8).to(x.dtype)[:, :, None, None])
        return leaky(x + self.bias.to(x.dtype)[:, None, None])


class ToRgb(nn.Module):
    """A modulated 1 x 1 convolution to three channels, not demodulated."""

    def __init__(self, before: int, w_dim: int) -> None:
        super().__init__()
        self.style = EqualLinear(w_dim, before, bias=1.0)
        self.conv = EqualConv(before, 3, 1)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """Return rgb [B, 3, H, W] of x [B, before, H, W]."""
        rgb: Tensor = self.conv(x * self.style(w).to(x.dtype)[:, :, None, None])
        return rgb


class Synthesis(nn.Module):
    """w -> rgb: a learned 4 px start, two styled convolutions a side, and the sum of every side's picture."""

    def __init__(self, channels: dict[int, int], w_dim: int) -> None:
        super().__init__()
        self.w_dim = w_dim
        sides = list(channels)
        self.start = nn.Parameter(torch.randn(1, channels[4], 4, 4))
        self.doubling = nn.ModuleList(
            StyledConv(channels[a], channels[b], w_dim, b, doubling=True) for a, b in pairwise(sides)
        )
        self.same = nn.ModuleList(StyledConv(channels[side], channels[side], w_dim, side) for side in sides)
        self.rgb = nn.ModuleList(ToRgb(channels[side], w_dim) for side in sides)

    def forward(self, w: Tensor) -> Tensor:
        """Return rgb [B, 3, R, R] of w [B, w_dim], or of one for each side from 4 px up."""
        ws = for_layers(w, self.w_dim, len(self.same))
        x = self.same[0](self.start, ws[0])  # the style makes a batch of the one start
        rgb: Tensor = self.rgb[0](x, ws[0])
        for doubling, same, to_rgb, w_here in zip(self.doubling, self.same[1:], self.rgb[1:], ws[1:], strict=True):
            x = same(doubling(x, w_here), w_here)
            # Bilinear doubling is the blur (1, 3, 3, 1) on zeros between the pixels, but for the edges.
            rgb = F.interpolate(rgb, scale_factor=2.0, mode="bilinear", align_corners=False) + to_rgb(x, w_here)
        return rgb


class ResidualBlock(nn.Module):
    """Half the side: two convolutions beside a 1 x 1 skip, their sum divided by the square root of 2."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.first = EqualConv(before, before, 3)
        self.last = EqualConv(before, after, 3, halving=True)
        self.skip = EqualConv(before, after, 1, halving=True, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Return [B, after, H / 2, W / 2] of x [B, before, H, W]."""
        y: Tensor = (leaky(self.last(leaky(self.first(x)))) + self.skip(x)) / GAIN
        return y


class Discriminator(nn.Module):
    """rgb -> score and label logits."""

    def __init__(self, channels: dict[int, int], c_dim: int) -> None:
        super().__init__()
        sides = list(channels)[::-1]
        self.enter = EqualConv(3, channels[sides[0]], 1)
        self.blocks = nn.Sequential(*(ResidualBlock(channels[a], channels[b]) for a, b in pairwise(sides)))
        self.last = EqualConv(channels[4] + 1, channels[4], 3)
        self.dense = EqualLinear(channels[4] * 16, channels[4])
        self.critic = Critic(channels[4], c_dim)

    def forward(self, rgb: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
        """Return (score [B], label logits [B, c_dim]) of pictures [B, 3, R, R] in [-1, 1]."""
        x = self.blocks(leaky(self.enter(rgb)))
        x = leaky(self.last(minibatch_deviation(x, group=4)))
        score, labels = self.critic(leaky(self.dense(x.flatten(1))), c)
        return score, labels
