"""A part of a dataset is kept out of training: the same one each time, whole groups, near the classes of all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tachie.core.errors import UsageError
from tachie.dataset.split import kept_rows, split
from tachie.dataset.split.assign import assign
from tachie.dataset.split.keys import Key, grouped, key_of_pairs
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


@st.composite
def rows(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, tuple[float, ...], int]:
    """Return the group and class of some rows, the parts asked, and a seed."""
    count = draw(st.integers(2, 300))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    groups = rng.integers(0, draw(st.integers(1, count)), count)
    classes = (rng.random(count) ** 3 * draw(st.integers(1, 12))).astype(np.int64)
    parts = draw(st.sampled_from([(0.1,), (0.5,), (0.1, 0.1), (0.05, 0.4)]))
    return np.unique(groups, return_inverse=True)[1], classes, parts, draw(st.integers(0, 5))


@settings(max_examples=40, deadline=None)
@given(rows())
def test_no_group_is_in_two_parts_and_every_row_is_in_one(case: tuple[np.ndarray, np.ndarray, tuple[float, ...], int]):
    group, classes, parts, seed = case
    dealt = assign(group, classes, parts, seed=seed)
    assert dealt.shape == group.shape
    assert set(dealt.tolist()) <= set(range(len(parts) + 1))
    assert all(len(np.unique(dealt[group == g])) == 1 for g in range(group.max() + 1))
    assert np.array_equal(dealt, assign(group, classes, parts, seed=seed))


@settings(max_examples=40, deadline=None)
@given(rows())
def test_parts_are_as_near_to_what_is_asked_as_the_largest_group_allows(
    case: tuple[np.ndarray, np.ndarray, tuple[float, ...], int],
):
    group, classes, parts, seed = case
    dealt = assign(group, classes, parts, seed=seed)
    largest = int(np.bincount(group).max())
    if group.max() >= len(parts):
        assert all((dealt == part + 1).any() for part in range(len(parts)))
        assert all(
            abs((dealt == part + 1).sum() - share * len(group)) <= largest + len(np.unique(classes))
            for part, share in enumerate(parts)
        )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 8))
def test_single_rows_come_within_one_row_of_every_class_s_share(seed: int, kinds: int):
    rng = np.random.default_rng(seed)
    classes = rng.integers(0, kinds, 400)
    dealt = assign(np.arange(400), classes, (0.1, 0.2), seed=seed)
    for kind in range(kinds):
        here = dealt[classes == kind]
        assert abs((here == 1).sum() - 0.1 * len(here)) <= 1
        assert abs((here == 2).sum() - 0.2 * len(here)) <= 1


def test_equal_groups_are_dealt_by_the_seed():
    group, classes = np.repeat(np.arange(60), 5), np.zeros(300, np.int64)
    assert len({assign(group, classes, (0.1,), seed=seed).tobytes() for seed in range(5)}) == 5


def test_groups_that_must_stay_are_trained_on():
    group = np.repeat(np.arange(10), [50, *[10] * 9])
    stay = np.arange(10) < 6
    dealt = assign(group, np.zeros(140, np.int64), (0.2,), stay=stay)
    assert not dealt[np.isin(group, np.flatnonzero(stay))].any()
    assert (dealt == 1).sum() == 30


def test_rows_hang_together_by_all_keys_and_by_parents():
    post = Key.of("post", ["a", "b", None, "c", None], [None, "a", None, None, None])  # b's parent is a
    artist = Key.of("artist", [None, None, "x", "x", None])
    assert grouped([post, artist], 5).tolist() == [0, 0, 1, 1, 2]
    assert grouped([post, artist], 5, np.array([[3, 4], [1, 2]])).tolist() == [0, 0, 0, 0, 0]
    assert post.shared == 1
    assert post.of_all() is None
    assert Key.of("artist", ["x", "x"]).of_all() == "x"
    copies = key_of_pairs("copies", np.array([[0, 2], [2, 4]]), 5)
    assert copies.codes[:, 0].tolist() == [0, -1, 0, -1, 0]
