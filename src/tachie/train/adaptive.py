"""Adaptive augmentation: pictures are changed the oftener, the more the discriminator knows its pictures by heart.

Karras et al. 2020, "Training generative adversarial networks with limited data" (arXiv:2006.06676). Real pictures and
drawings alike are changed with a probability p, so that at p well below 1 the changes do not become part of what is
drawn. Two things differ from the paper:

- p follows its r_v, not r_t. r_t is the sign of D on real pictures; a relativistic loss fixes only differences of
  scores, so their sign says nothing. r_v compares differences: how far the pictures trained on score above pictures
  held out, as a part of how far they score above drawings. 0: D knows no difference, 1: held-out pictures are as
  unreal to it as drawings are.
- Of its changes these are taken: moving, turning and scaling, brightness, contrast, saturation, a hole. Mirroring is a
  setting of its own. Turning the hue or inverting would make labels of hair and eye colour wrong; a quarter turn is far
  from anything a face does, and its filters and noise gained nothing in the paper either.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from tachie.train.chance import Chance
from tachie.train.processes import Processes

MEASURE_EVERY = 8  # steps; the paper's 4 costs twice as much and moves p no better
MOST = 0.85  # p above it leaks into the drawings (the paper's figure 4)
_SMOOTHING = 0.95  # of the scores' differences: a batch of 16 alone is noise
_TURN = math.radians(20)
_MOVE, _SCALE, _BRIGHTNESS, _CONTRAST, _SATURATION, _HOLE = 0.1, 0.2, 0.2, 0.3, 0.4, 0.5


def changed(rgb: Tensor, chance: Chance, p: float) -> Tensor:
    """Return pictures [B, 3, R, R], each of three kinds of change made with probability p; differentiable."""
    if p <= 0:
        return rgb
    b, _, side, _ = rgb.shape
    rolls = chance.uniform(b, 3) < p
    sizes = chance.normal(b, 7).clamp(-3, 3)
    places = chance.uniform(b, 2)
    rolls, sizes, places = (x.to(rgb.device) for x in (rolls, sizes, places))
    geometry, colour, hole = rolls.unbind(1)

    sizes = sizes * torch.cat([geometry[:, None].expand(b, 4), colour[:, None].expand(b, 3)], 1)
    turn, scale, right, down, brightness, contrast, saturation = sizes.unbind(1)
    zoom = torch.exp2(_SCALE * scale)
    cos, sin = torch.cos(_TURN * turn) * zoom, torch.sin(_TURN * turn) * zoom
    # Moves are in the grid's units, where the side is 2.
    matrix = torch.stack([cos, -sin, 2 * _MOVE * right, sin, cos, 2 * _MOVE * down], 1).view(b, 2, 3)
    grid = F.affine_grid(matrix, [b, 3, side, side], align_corners=False)
    rgb = F.grid_sample(rgb, grid, padding_mode="reflection", align_corners=False)

    rgb = rgb * torch.exp2(_CONTRAST * contrast)[:, None, None, None] + _BRIGHTNESS * brightness[:, None, None, None]
    grey = rgb.mean(1, keepdim=True)
    rgb = grey + (rgb - grey) * torch.exp2(_SATURATION * saturation)[:, None, None, None]

    lines = (torch.arange(side, device=rgb.device) + 0.5) / side
    near = (lines - places[:, :, None]).abs() < _HOLE / 2  # [B, 2, R]
    return rgb * ~(hole[:, None, None] & near[:, 0, :, None] & near[:, 1, None, :])[:, None]


class Steering:
    """p and what it follows: smoothed differences of the scores of trained, held-out and drawn pictures."""

    def __init__(self, target: float, kimg: float) -> None:
        self.p = 0.0
        self._target, self._kimg = target, kimg  # kimg: thousand images from p 0 to 1 at the fastest
        self._to_held, self._to_drawn = 0.0, 0.0

    @property
    def overfit(self) -> float:
        """The paper's r_v (equation 1), about 0 to 1; 0 as long as D does not tell drawings from pictures at all."""
        return self._to_held / self._to_drawn if self._to_drawn > 0 else 0.0

    def measure(self, trained: Tensor, held_out: Tensor, drawn: Tensor, images: int, processes: Processes) -> None:
        """Take scores [b] of each kind after `images` more images and move p."""
        means = torch.stack([trained.float().mean(), held_out.float().mean(), drawn.float().mean()])
        real, held, fake = processes.mean(means.detach()).tolist()
        self._to_held = _SMOOTHING * self._to_held + (1 - _SMOOTHING) * (real - held)
        self._to_drawn = _SMOOTHING * self._to_drawn + (1 - _SMOOTHING) * (real - fake)
        step = images / (self._kimg * 1000)
        self.p = min(max(self.p + math.copysign(step, self.overfit - self._target), 0.0), MOST)

    def state(self) -> list[float]:
        """Return what `set_state` needs to go on from here."""
        return [self.p, self._to_held, self._to_drawn]

    def set_state(self, state: list[float]) -> None:
        """Go on from a state."""
        self.p, self._to_held, self._to_drawn = state
