"""Keeping a part of a dataset aside: the label `split`, which training and evaluation go by."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tachie.core.errors import UsageError
from tachie.dataset.reader import Dataset
from tachie.dataset.writer import write_labels

LABEL, TRAIN, KEPT = "split", "train", "validation"
PART, SEED = 0.1, 20260101  # those that the shipped weights' cards speak of


def kept_rows(rows: int, part: float = PART, seed: int = SEED) -> set[int]:
    """Return which of so many rows are kept aside: the first `part` of a permutation that the seed gives."""
    return set(np.random.default_rng(seed).permutation(rows)[: int(rows * part)].tolist())


def split(dataset: Dataset, part: float = PART, seed: int = SEED) -> Path:
    """Write labels/split.parquet, which keeps a part of the rows out of training, and return it.

    The same dataset, part and seed keep the same rows. Raises `UsageError` where nothing or everything would be kept.
    """
    ids = dataset.columns(["id"]).column("id").to_pylist()
    kept = kept_rows(len(ids), part, seed)
    if not 0 < len(kept) < len(ids):
        raise UsageError(
            f"a part of {part:g} of {len(ids)} pictures is {len(kept)}: nothing to split",
            "Give a --part between 0 and 1, or build a larger dataset.",
        )
    labels = {row_id: {LABEL: KEPT if i in kept else TRAIN} for i, row_id in enumerate(ids)}
    path = write_labels(dataset.path, LABEL, labels, LABEL, ids)
    assert path is not None
    return path
