"""How a setting goes from its start to its end over a run."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import MappingProxyType

# name -> of the part done, 0 to 1: how much of the way is left, 1 to 0
SHAPES: MappingProxyType[str, Callable[[float], float]] = MappingProxyType(
    {
        "constant": lambda done: 1.0,
        "linear": lambda done: 1 - done,
        "cosine": lambda done: 0.5 * (1 + math.cos(math.pi * done)),
        "exponential": lambda done: 1 - done,  # in the logarithm
    }
)


def scheduled(start: float, end: float, done: float, shape: str = "cosine", hold: float = 0.0) -> float:
    """Return a setting after a part `done` of the run: `start` for the part `hold`, then by `shape` to `end`."""
    after = min(max((done - hold) / max(1 - hold, 1e-9), 0.0), 1.0)
    left = SHAPES[shape](after)
    if shape == "exponential":
        return float(end * (start / end) ** left)
    return end + (start - end) * left
