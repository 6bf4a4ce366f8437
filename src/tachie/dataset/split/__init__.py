"""Keeping a part of a dataset aside: the label `split`, which training and evaluation go by, and what is known of it.

`keys.py` says which rows belong together, `assign.py` deals groups out; the job is `pipeline/split.py`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tachie.core.errors import FormatError, InputError, UsageError
from tachie.dataset.format import labels_schema
from tachie.dataset.reader import Dataset
from tachie.dataset.writer import write_table

LABEL, GROUP = "split", "group"
# Values of the label. What is ADDITIONAL is neither trained on nor judged by.
TRAIN, KEPT, TEST, ADDITIONAL = "train", "validation", "test", "additional"
VALUES = (TRAIN, KEPT, TEST, ADDITIONAL)
JUDGED = (KEPT, TEST)
PART, SEED = 0.1, 20260101  # those that the shipped weights' cards speak of

_ABOUT = b"tachie.split"  # metadata of labels/split.parquet: how the split was made, as JSON


def kept_rows(rows: int, part: float = PART, seed: int = SEED) -> set[int]:
    """Return which of so many rows are kept aside: the first `part` of a permutation that the seed gives."""
    return set(np.random.default_rng(seed).permutation(rows)[: int(rows * part)].tolist())


def split(dataset: Dataset, part: float = PART, seed: int = SEED) -> Path:
    """Write labels/split.parquet, which keeps a part of the rows, each by chance, out of training, and return it.

    The same dataset, part and seed keep the same rows. Raises `UsageError` where nothing or everything would be kept.
    """
    kept = kept_rows(len(dataset), part, seed)
    check_parts(len(dataset), part, 0.0)
    values = [KEPT if i in kept else TRAIN for i in range(len(dataset))]
    return write_split(dataset, values, about={"random": True, "part": part, "seed": seed})


def check_parts(rows: int, part: float, test: float) -> None:
    """Raise `UsageError` where so many rows cannot be cut into these parts."""
    for name, share in (("--part", part), ("--test", test)):
        if (share or name == "--part") and not 0 < int(rows * share) < rows:
            raise UsageError(
                f"a part of {share:g} of {rows} pictures is {int(rows * share)}: nothing to split",
                f"Give a {name} between 0 and 1, or build a larger dataset.",
            )
    if part + test >= 1:
        raise UsageError(f"--part {part:g} and --test {test:g} leave nothing to train on", "Give smaller parts.")


def write_split(
    dataset: Dataset,
    values: Sequence[str],
    *,
    groups: Sequence[str | None] | None = None,
    about: Mapping[str, Any] | None = None,
) -> Path:
    """Write labels/split.parquet from a value for each row in order, and return it.

    `groups` names what each row was kept together with, None for a row alone. `about` is what `about_split` returns.
    """
    ids = dataset.columns(["id"]).column("id").to_pylist()
    names = [GROUP, LABEL] if groups is not None else [LABEL]
    columns: dict[str, Any] = {"id": ids, LABEL: list(values), "source": [LABEL] * len(ids)}
    columns |= {"when": [None] * len(ids), "confidence": [None] * len(ids)}
    if groups is not None:
        columns[GROUP] = list(groups)
    schema = labels_schema(names).with_metadata({_ABOUT: json.dumps(dict(about or {}), sort_keys=True).encode()})
    path = _file(dataset)
    write_table(path, pa.table(columns, schema=schema), group_rows=100_000)
    return path


def about_split(dataset: Dataset) -> dict[str, Any]:
    """Return how the dataset's split was made, as `tachie split --json` printed it; empty where there is none."""
    try:
        said = pq.read_schema(_file(dataset)).metadata or {}
        told = json.loads(said.get(_ABOUT, b"{}"))
    except (OSError, pa.ArrowInvalid, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def attached_test_set(dataset: Dataset) -> Dataset | None:
    """Return the independent test set that was attached to the dataset, None where there is none.

    Raises `InputError` where it is no longer where it was, or another one lies there.
    """
    attached = about_split(dataset).get("test_set")
    if not attached:
        return None
    path = Path(os.path.normpath(dataset.path / attached["path"]))
    mend = f"Attach it again: tachie split {dataset.path} --test-set PATH"
    try:
        found = Dataset.open(path)
    except FormatError as error:
        raise InputError(f"the test set of {dataset.path} is not at {path}", mend) from error
    if found.manifest.build_key != attached["build_key"]:
        raise InputError(f"the test set at {path} is not the one that was attached to {dataset.path}", mend)
    return found


def _file(dataset: Dataset) -> Path:
    return dataset.path / "labels" / f"{LABEL}.parquet"
