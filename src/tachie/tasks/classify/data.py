"""What a classifier learns from and is judged on: faces with one label, apart by the dataset's split."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tachie.core.attributes import ATTRIBUTES
from tachie.core.errors import InputError, UsageError
from tachie.core.registry import unknown
from tachie.dataset.reader import Dataset
from tachie.train.data import Images, empty_pictures, readable_pictures

SPLIT, TRAIN, VALIDATION, TEST = "split", "train", "validation", "test"
LEAST_FACES = 8  # of the training set and of the validation set
MOST_CLASSES = 1_000

_WHO = ("class", "character")  # who it is, as people say in a review and as boards do


@dataclass(frozen=True, slots=True)
class Faces:
    """Pictures [N, S, S, 3] uint8, their class codes [N] int64, ids, and their sides in px before."""

    pictures: Images
    codes: NDArray[np.int64]
    ids: tuple[str, ...]
    sides: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ids)

    def of(self, rows: NDArray[np.int64]) -> Faces:
        """Return these rows alone."""
        return Faces(self.pictures[rows], self.codes[rows], tuple(self.ids[i] for i in rows), self.sides[rows])

    def fingerprint(self) -> str:
        """Return a sha256 of ids, codes and side: is it still the same set?"""
        digest = hashlib.sha256(f"{self.pictures.shape[1]} {' '.join(self.ids)}".encode())
        digest.update(self.codes.astype("<i8").tobytes())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Sets:
    """The faces of a dataset that one label speaks of: set by set under the split's names."""

    classes: tuple[str, ...]
    faces: Mapping[str, Faces]
    unreadable: tuple[str, ...]
    foreign: int  # faces outside the training set whose class it does not have


def read_sets(dataset: Dataset, label: str | None, side_px: int, store: Path | None = None) -> Sets:
    """Decode the labelled faces of the parts `train`, `validation` and `test`, to `side_px`.

    Classes are the values that the training part has. Raises `UsageError` where there is no such label or no split,
    `InputError` where too little is left.
    """
    labels = dataset.labels()
    values = labels.get(_label(label, labels), {})
    parts = labels.get(SPLIT, {})
    present = Counter(parts.get(row_id, "") for row_id in values)
    if not present[TRAIN] or not present[VALIDATION]:
        missing = "has no split" if not parts else f"keeps no faces with a {label} for {TRAIN} or {VALIDATION}"
        raise UsageError(
            f"{dataset.path} {missing}: a classifier is judged on faces that it was not trained on",
            f"Make one first: tachie split {dataset.path}",
        )
    classes = ordered_classes(str(label), {v for i, v in values.items() if parts.get(i) == TRAIN})
    code = {value: k for k, value in enumerate(classes)}
    wanted = {i: parts[i] for i, v in values.items() if parts.get(i) in (TRAIN, VALIDATION, TEST) and v in code}
    foreign = sum(parts.get(i) in (VALIDATION, TEST) and v not in code for i, v in values.items())
    unreadable: list[str] = []
    every = _read(dataset, side_px, wanted, values, code, unreadable, store)
    of_part = np.array([wanted[i] for i in every.ids])
    faces = {
        part: every.of(np.flatnonzero(of_part == part)) for part in (TRAIN, VALIDATION, TEST) if (of_part == part).any()
    }
    for part in (TRAIN, VALIDATION):
        if part not in faces or len(faces[part]) < LEAST_FACES:
            raise InputError(
                f"{dataset.path} has {len(faces[part]) if part in faces else 0} readable faces with a {label} in "
                f"{part}; {LEAST_FACES} are the least",
                "Build a larger dataset, or label more of it.",
            )
    return Sets(classes, faces, tuple(unreadable), foreign)


def read_against(dataset: Dataset, label: str, classes: Sequence[str], side_px: int) -> tuple[Faces, list[str], int]:
    """Return all faces of another dataset that `label` speaks of, what was unreadable, and how many had other classes.

    A review's `class` and a board's `character` stand for each other. Raises `UsageError` where it has no such label,
    `InputError` where none of its faces has a class of the run.
    """
    labels = dataset.labels()
    if label in _WHO and label not in labels:
        label = next((name for name in _WHO if name in labels), label)
    values = labels.get(_label(label, labels), {})
    code = {value: k for k, value in enumerate(classes)}
    wanted = {i: TEST for i, v in values.items() if v in code}
    unreadable: list[str] = []
    faces = _read(dataset, side_px, wanted, values, code, unreadable, None)
    if not len(faces):
        raise InputError(f"no face of {dataset.path} has a {label} that the classifier knows: {', '.join(classes)}")
    return faces, unreadable, len(values) - len(wanted)


def ordered_classes(label: str, values: set[str]) -> tuple[str, ...]:
    """Return a label's values in the order that they have everywhere: an attribute's own, else by name."""
    if not 2 <= len(values) <= MOST_CLASSES:
        raise UsageError(
            f"'{label}' has {len(values)} value{'s' * (len(values) != 1)} in the training set",
            f"A classifier needs 2 to {MOST_CLASSES:,}. Choose another --label.",
        )
    known = [value for value in ATTRIBUTES.get(label, ()) if value in values]
    return (*known, *sorted(values.difference(known)))


def _label(label: str | None, labels: Mapping[str, Mapping[str, str]]) -> str:
    names = tuple(name for name in labels if name != SPLIT)
    if label is None:
        raise UsageError("say which label to learn: --label COLUMN", f"It has: {', '.join(names) or 'no labels'}.")
    if label not in names:
        raise unknown("label", label, names or ("none",))
    return label


def _read(
    dataset: Dataset,
    side_px: int,
    wanted: Mapping[str, str],
    values: Mapping[str, str],
    code: Mapping[str, int],
    unreadable: list[str],
    store: Path | None,
) -> Faces:
    pictures = empty_pictures(len(wanted), side_px, store)
    ids: list[str] = []
    sides: list[int] = []
    for row_id, picture, side in readable_pictures(dataset, side_px, unreadable, wanted.__contains__):
        pictures[len(ids)] = picture
        ids.append(row_id)
        sides.append(side)
    codes = np.array([code[values[i]] for i in ids], np.int64)
    return Faces(pictures[: len(ids)], codes, tuple(ids), np.array(sides, np.int64))
