"""The real faces that a generator is judged by, as features: those it was trained on and those kept from it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tachie.core.errors import InputError
from tachie.core.images import Rgb, centre_square, decode
from tachie.dataset.reader import Dataset
from tachie.dataset.split import JUDGED, LABEL, TRAIN
from tachie.learn.features import features_of
from tachie.vision.features import Classic, Extractor, Features
from tachie.vision.tagger import shipped

LEAST_PICTURES = 64  # real ones; below, nearest neighbours and covariances mean nothing

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TaggerFeatures:
    """The penultimate layer of the shipped tagger alone, as it is: what distances of faces are measured in."""

    @property
    def width(self) -> int:
        """How many features the network has."""
        return shipped().features_width

    @property
    def key(self) -> str:
        """The network's name and the first of its hash."""
        return f"{shipped().key}-penultimate"

    def __call__(self, pictures: list[Rgb]) -> Features:
        """Return [N, width] float32."""
        return shipped().run(pictures)[1]


def space_of(dataset: Dataset) -> Extractor:
    """Return the features to judge by: the tagger's for faces; it cannot read whole figures, so `Classic` for those."""
    uses = {stage["use"] for stage in dataset.manifest.recipe.get("stages", ())}
    return Classic() if "full_body" in uses else TaggerFeatures()


@dataclass(frozen=True, slots=True)
class AtSide:
    """An extractor that sees the middle square of each picture at one side, as training at that side does."""

    extractor: Extractor
    px: int

    @property
    def key(self) -> str:
        """The extractor's key and the side."""
        return f"{self.extractor.key}-{self.px}px"

    @property
    def width(self) -> int:
        """The extractor's."""
        return self.extractor.width

    def __call__(self, pictures: list[Rgb]) -> Features:
        """Return [N, width] float32 for N pictures of any size."""
        return self.extractor([centre_square(picture, self.px) for picture in pictures])


@dataclass(frozen=True, slots=True)
class Real:
    """A dataset's features in row order and which rows are for what.

    `trained` are the rows that training reads, `kept` those to compare with, `others` as many real ones to compare
    those with in turn. `kept_aside` tells whether `kept` were kept from training; where the dataset keeps none, `kept`
    and `others` are its two halves.
    """

    dataset: Dataset
    ids: list[str]
    features: NDArray[np.floating[Any]]
    trained: Rows
    kept: Rows
    others: Rows
    kept_aside: bool

    @classmethod
    def read(cls, dataset: Dataset, extractor: AtSide, seed: int, progress: Callable[[int, int], None]) -> Real:
        """Read a dataset; the features are computed the first time and kept in it.

        Raises `InputError` where it has too few pictures, or mostly smaller ones than the extractor's side.
        """
        px = extractor.px
        table = dataset.columns(["id", "width", "height"])
        ids = table.column("id").to_pylist()
        shorter = np.minimum(table.column("width").to_numpy(), table.column("height").to_numpy())
        if len(ids) and np.median(shorter) < px:
            raise InputError(
                f"half of the pictures of {dataset.path} have {np.median(shorter):.0f} px or fewer, "
                f"the generator draws {px} px",
                f"Compare with a dataset of pictures of at least {px} px: enlarged ones look like no drawing.",
            )
        split = dataset.labels().get(LABEL, {})
        chance = np.random.default_rng(seed)
        trained = np.array([i for i, row_id in enumerate(ids) if split.get(row_id, TRAIN) == TRAIN], np.int64)
        kept = np.array([i for i, row_id in enumerate(ids) if split.get(row_id) in JUDGED], np.int64)
        kept_aside = len(kept) > 0
        if kept_aside:
            kept, others = chance.permutation(kept), chance.permutation(trained)
        else:
            halves = chance.permutation(trained)
            kept, others = halves[: len(halves) // 2], halves[len(halves) // 2 :]
        least = min(len(kept), len(others))
        if least < LEAST_PICTURES // 2:
            raise InputError(
                f"{dataset.path} has {len(kept)} pictures to compare with and {len(others)} others; "
                f"figures need at least {LEAST_PICTURES // 2} of each",
                "Build a larger dataset, or keep more aside: tachie split DATASET --part 0.1",
            )
        features = features_of(dataset, extractor, progress)
        return cls(dataset, ids, features, trained, kept, others, kept_aside)

    def pictures(self, rows: Collection[int], px: int) -> dict[int, Rgb]:
        """Return these rows' pictures as training sees them at `px`."""
        wanted = {self.ids[i]: i for i in rows}
        return {
            wanted[row_id]: centre_square(decode(data).rgb, px)
            for row_id, data in self.dataset.images()
            if row_id in wanted
        }
