"""How sure a figure is: intervals without assumptions on how the figure is made."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from tachie.metrics.distances import Float

ROUNDS = 8
_Z = 1.96  # of a normal distribution: 95 %


def half_jackknife(
    figure: Callable[[Float, Float], tuple[float, ...]], a: Float, b: Float, rounds: int = ROUNDS, seed: int = 0
) -> list[tuple[float, float, float]]:
    """Return (value, low, high) of each number that `figure` makes of two sets of rows, at 95 %.

    The value is that of the whole sets; its spread is that over halves drawn from both without replacement, which for
    halves needs no factor (the delete-d jackknife, Shao and Wu 1989). Resampling with replacement would not do: a row
    that is there twice is its own nearest neighbour, and pulls a Frechet distance up.
    """
    chance = np.random.default_rng(seed)
    whole = figure(a, b)
    parts = []
    for _ in range(rounds):
        halves = (rows[chance.permutation(len(rows))[: len(rows) // 2]] for rows in (a, b))
        parts.append(figure(*halves))
    spread = np.std(np.array(parts), axis=0, ddof=1)
    return [(v, v - _Z * s, v + _Z * s) for v, s in zip(whole, spread.tolist(), strict=True)]


def share_interval(hits: int, n: int) -> tuple[float, float]:
    """Return the interval of a share at 95 % by Wilson 1927, which also holds near 0 and 1; (0, 1) where n is 0."""
    if n == 0:
        return 0.0, 1.0
    share, z2 = hits / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = _Z / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, middle - reach), min(1.0, middle + reach)
