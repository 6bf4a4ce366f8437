"""Choices drawn from the counter-based generator: every part of a doll rolls on a stream of its own.

One stream a part means that a later change to, say, the scene leaves every face as it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

from tachie.core.noise import uniforms

T = TypeVar("T")

# The streams of a seed that paperdoll owns; stream 0 is a generator's latent (tachie.core.noise.latent).
_FIRST_STREAM = 0x70610000
PARTS = (
    "attributes",
    "colors",
    "placement",
    "face",
    "hair",
    "strands",
    "outfit",
    "scene",
    "props",
    "style",
    "locks",
    "effects",
    "pose",
    "build",
)
_ROLLS = 512


def derived_seed(*words: object) -> int:
    """Return a seed of its own for a row of words and numbers, the same on every machine."""
    return int.from_bytes(hashlib.sha256("/".join(map(str, words)).encode()).digest()[:8], "little")


class Dice:
    """A row of uniform numbers for one part of one seed, consumed in order."""

    def __init__(self, seed: int, part: str) -> None:
        self._rolls: list[float] = uniforms(seed, _FIRST_STREAM + PARTS.index(part), _ROLLS).tolist()
        self._next = 0

    def roll(self) -> float:
        """Return the next number in (0, 1); after 512 rolls the row starts again."""
        value = self._rolls[self._next % _ROLLS]
        self._next += 1
        return value

    def between(self, low: float, high: float) -> float:
        """Return a number in (low, high)."""
        return low + (high - low) * self.roll()

    def chance(self, probability: float) -> bool:
        """Return True with the given probability."""
        return self.roll() < probability

    def sign(self) -> int:
        """Return -1 or 1."""
        return 1 if self.roll() < 0.5 else -1

    def pick(self, values: Sequence[T], weights: Sequence[float] | None = None) -> T:
        """Return one of `values`, by `weights` where given (any positive numbers)."""
        if weights is None:
            return values[int(self.roll() * len(values))]
        left = self.roll() * sum(weights)
        for value, weight in zip(values, weights, strict=True):
            left -= weight
            if left < 0:
                return value
        return values[-1]
