"""All pictures of a dataset at one side, with those that are kept out of training known by number."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tachie.core.errors import InputError
from tachie.dataset.reader import Dataset
from tachie.dataset.split import KEPT, LABEL, TEST, TRAIN, kept_rows
from tachie.train.data import LEAST_PICTURES, Images, empty_pictures, readable_pictures

LEAST_KEPT = 4


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures [N, S, S, 3] uint8 by id; `trained` and `kept` are row numbers, `kept_by` says how they were told."""

    images: Images
    ids: tuple[str, ...]
    trained: NDArray[np.int64]
    kept: NDArray[np.int64]
    kept_by: str
    name: str
    unreadable: tuple[str, ...]

    @classmethod
    def read(cls, dataset: Dataset, side_px: int, store: Path | None = None) -> Pictures:
        """Decode a dataset. Kept are the rows that its split calls validation, or else test, or else a seeded tenth.

        Raises `InputError` where too few pictures can be read.
        """
        images = empty_pictures(len(dataset), side_px, store)
        unreadable: list[str] = []
        ids: list[str] = []
        for row_id, picture, _ in readable_pictures(dataset, side_px, unreadable):
            images[len(ids)] = picture
            ids.append(row_id)
        name = dataset.path.resolve().name
        split = dataset.labels().get(LABEL, {})
        parts = np.array([split.get(row_id, TRAIN) for row_id in ids])
        kept_by = next((part for part in (KEPT, TEST) if (parts == part).sum() >= LEAST_KEPT), "")
        if kept_by:
            trained, kept = np.flatnonzero(parts == TRAIN), np.flatnonzero(parts == kept_by)
        else:
            aside = kept_rows(len(ids))
            held = np.array([i in aside for i in range(len(ids))], bool)
            trained, kept = np.flatnonzero(~held & (parts == TRAIN)), np.flatnonzero(held)
        if len(trained) < LEAST_PICTURES or len(kept) < LEAST_KEPT:
            raise InputError(
                f"{name} has {len(trained)} readable pictures to train on and {len(kept)} to judge by",
                f"{LEAST_PICTURES} and {LEAST_KEPT} are the least: build a larger dataset.",
            )
        return cls(images[: len(ids)], tuple(ids), trained, kept, kept_by, name, tuple(unreadable))

    def fingerprint(self) -> str:
        """Return a sha256 of ids, side and what is trained on: is it still the same set?"""
        digest = hashlib.sha256(f"{self.images.shape[1]} {' '.join(self.ids)}".encode())
        digest.update(self.trained.astype("<i8").tobytes())
        return digest.hexdigest()

    def judged(self, most: int) -> NDArray[np.int64]:
        """Return up to `most` rows that were kept aside, at even distances."""
        rows: NDArray[np.int64] = self.kept[np.linspace(0, len(self.kept) - 1, min(len(self.kept), most)).astype(int)]
        return rows
