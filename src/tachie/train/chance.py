"""`Chance`: the random numbers of a run, from one generator that a checkpoint keeps."""

from __future__ import annotations

import torch
from torch import Tensor


class Chance:
    """Random numbers for a batch.

    Where several processes share a batch, each draws the numbers of the whole batch and takes its own part: they stay
    in step, a checkpoint needs one state, and a run may go on with another number of processes.
    """

    def __init__(self, seed: int, rank: int = 0, world: int = 1) -> None:
        self._generator = torch.Generator().manual_seed(seed)
        self._rank, self._world = rank, world

    def normal(self, b: int, *shape: int) -> Tensor:
        """Return standard normal numbers [b, *shape] on the CPU."""
        return self._mine(torch.randn(b * self._world, *shape, generator=self._generator), b)

    def uniform(self, b: int, *shape: int) -> Tensor:
        """Return numbers [b, *shape] from 0 to below 1, on the CPU."""
        return self._mine(torch.rand(b * self._world, *shape, generator=self._generator), b)

    def below(self, n: int, b: int, *shape: int) -> Tensor:
        """Return whole numbers [b, *shape] from 0 to n - 1, on the CPU."""
        return self._mine(torch.randint(0, n, (b * self._world, *shape), generator=self._generator), b)

    def state(self) -> Tensor:
        """Return what `set_state` needs to go on from here."""
        return self._generator.get_state()

    def set_state(self, state: Tensor) -> None:
        """Go on from a state."""
        self._generator.set_state(state)

    def _mine(self, numbers: Tensor, b: int) -> Tensor:
        return numbers[self._rank * b : (self._rank + 1) * b]
