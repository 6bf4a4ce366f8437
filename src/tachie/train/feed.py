"""`Feed`: real pictures and labels, batch after batch, on the device of the run."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tachie.core.conditions import Codes, LabelSchema, Number
from tachie.core.errors import UsageError
from tachie.train.chance import Chance
from tachie.train.config import TrainConfig
from tachie.train.data import FaceSet
from tachie.train.processes import Processes

HELD_OUT_PART, HELD_OUT_MOST, HELD_OUT_LEAST = 0.05, 512, 4
NUMBER_PARTS = 10
MOST_OFTEN = 20.0  # times as often as without balance: beyond it a handful of pictures is learned by heart
DEVICE_PART = 0.5  # of a GPU's free memory that the pictures may fill


class Feed:
    """Batches of a set of faces.

    An epoch is a permutation (with `balance`: a drawing of lots) of its own, known from seed and epoch alone, so that
    nothing of it is saved. The pictures stay uint8; they lie on the device as a whole where they fit.
    """

    def __init__(self, faces: FaceSet, config: TrainConfig, processes: Processes) -> None:
        if config.batch % processes.world:
            raise UsageError(
                f"a batch of {config.batch} cannot be shared by {processes.world} processes",
                f"Choose a batch that is a multiple of {processes.world}.",
            )
        self._faces, self._seed, self._batch, self._device = faces, config.seed, config.batch, processes.device
        self._here = config.batch // processes.world
        self._from = processes.rank * self._here
        self._rows, self._held = _parted(len(faces), config)
        self._weights = balanced(faces.codes[self._rows], faces.schema, config.balance) if config.balance else None
        self._epoch, self._order = -1, np.empty(0, np.int64)
        self._images = torch.from_numpy(np.ascontiguousarray(faces.images)).to(self._device) if self._fits() else None

    def _fits(self) -> bool:
        if self._device.type != "cuda":
            return False  # the array is where it is wanted, or in a mapped file
        free, _ = torch.cuda.mem_get_info(self._device)
        return self._faces.images.nbytes < DEVICE_PART * free

    def real(self, cur_nimg: int) -> tuple[Tensor, Tensor]:
        """Return this process's part of the batch after `cur_nimg` images: rgb [b, 3, R, R] in [-1, 1] and c."""
        picked = np.empty(self._here, np.int64)
        for i in range(self._here):
            epoch, place = divmod(cur_nimg + self._from + i, len(self._rows))
            if epoch != self._epoch:
                lots = np.random.Generator(np.random.Philox(key=[self._seed, epoch]))
                n = len(self._rows)
                self._order = lots.permutation(n) if self._weights is None else lots.choice(n, n, p=self._weights)
                self._epoch = epoch
            picked[i] = self._order[place]
        return self._pictures(self._rows[picked])

    def held_out(self, chance: Chance) -> tuple[Tensor, Tensor]:
        """Return as many pictures that training never shows, with their labels."""
        return self._pictures(self._held[chance.below(len(self._held), self._here).numpy()])

    def labels(self, chance: Chance) -> Tensor:
        """Return c [b, c_dim] of rows drawn as often as training shows them, whole rows: no combination is made up."""
        lots = chance.uniform(self._here).double().numpy()
        if self._weights is None:
            picked = (lots * len(self._rows)).astype(np.int64)
        else:
            picked = np.searchsorted(np.cumsum(self._weights), lots).clip(max=len(self._rows) - 1)
        return self._columns(self._rows[picked])

    def _pictures(self, rows: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        if self._images is None:
            images = torch.from_numpy(self._faces.images[rows]).to(self._device)
        else:
            images = self._images[torch.from_numpy(rows).to(self._device)]
        return images.permute(0, 3, 1, 2).float().div(127.5).sub(1), self._columns(rows)

    def _columns(self, rows: NDArray[np.int64]) -> Tensor:
        return torch.from_numpy(self._faces.schema.columns(self._faces.codes[rows])).to(self._device)


def balanced(codes: Codes, schema: LabelSchema, power: float) -> NDArray[np.float64]:
    """Return how often to draw each row of codes [N, G], summing to 1, so that rare values come oftener.

    A row weighs as much as its rarest value: (most common count of the label / its count) ** power. 1 evens one label
    out as far as `MOST_OFTEN` allows, 0.5 goes half the way; unknown values weigh 1. A number counts by tenths of its
    scale.
    """
    weights = np.ones(len(codes))
    for label, column in zip(schema.groups, codes.T, strict=True):
        known = column >= 0
        if known.any():
            values = column[known].astype(np.int64)
            values = values * NUMBER_PARTS // label.size if isinstance(label, Number) else values
            counts = np.bincount(values)
            weights[known] = np.maximum(weights[known], (counts.max() / counts[values]) ** power)
    weights = weights.clip(max=MOST_OFTEN)
    return np.asarray(weights / weights.sum())


def _parted(n: int, config: TrainConfig) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows to train on and those held out, which only adaptive augmentation needs."""
    if config.augment != "adaptive":
        return np.arange(n), np.empty(0, np.int64)
    kept = min(max(round(n * HELD_OUT_PART), HELD_OUT_LEAST), HELD_OUT_MOST)
    mixed = np.random.Generator(np.random.Philox(key=[config.seed, 2**62])).permutation(n)
    return np.sort(mixed[kept:]), np.sort(mixed[:kept])
