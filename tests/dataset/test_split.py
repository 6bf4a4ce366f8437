"""A part of a dataset is kept out of training, the same one each time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tachie.core.errors import UsageError
from tachie.dataset.split import kept_rows, split
from tachie.pipeline import Build, build
from tachie.pipeline.presets import preset
from tachie.train.data import FaceSet


def test_the_split_is_the_one_that_the_shipped_weights_were_trained_on():
    kept = kept_rows(21_969)
    assert len(kept) == 2_196
    assert kept == set(np.random.default_rng(20260101).permutation(21_969)[:2_196].tolist())


def test_what_is_kept_aside_is_not_trained_on(write_pictures: Callable[..., Path], tmp_path: Path):
    recipe = preset("faces-as-they-are")
    dataset = build(Build([str(write_pictures(40))], tmp_path / "faces", recipe, workers=0)).dataset
    split(dataset, 0.25)
    assert sorted(dataset.labels()["split"].values()) == ["train"] * 30 + ["validation"] * 10
    assert len(FaceSet.load(dataset, 32)) == 30
    first = dataset.labels()["split"]
    split(dataset, 0.25)
    assert dataset.labels()["split"] == first
    with pytest.raises(UsageError, match="nothing to split"):
        split(dataset, 0.001)
