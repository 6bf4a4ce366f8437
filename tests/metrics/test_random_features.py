"""Figures that need no trained network."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tachie.metrics.diversity import diversity, mean_pair_distance
from tachie.metrics.random_features import FEATURES, random_features


def noise(count: int, seed: int = 0, px: int = 32, top: int = 256) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, top, (count, px, px, 3), np.uint8)


def test_features_are_the_same_each_time_and_leave_torchs_chance_alone():
    before = torch.get_rng_state()
    a, b = random_features(noise(3)), random_features(noise(3))
    assert a.shape == (3, FEATURES)
    assert np.array_equal(a, b)
    assert torch.equal(before, torch.get_rng_state())
    assert random_features(noise(0)).shape == (0, FEATURES)


def test_features_of_a_picture_do_not_depend_on_its_batch_or_much_on_its_size():
    pictures = noise(70, px=16).repeat(2, 1).repeat(2, 2)  # 32 px
    large = pictures.repeat(2, 1).repeat(2, 2)
    assert np.allclose(random_features(pictures)[69], random_features(pictures[69:])[0], atol=1e-5)
    assert np.allclose(random_features(pictures), random_features(large), atol=1e-4)


def test_diversity_is_one_for_real_pictures_and_zero_for_copies_of_one():
    real = noise(64)
    assert diversity(real, real) == pytest.approx(1)
    assert diversity(noise(64, seed=1), real) == pytest.approx(1, abs=0.05)
    assert diversity(real[:1].repeat(64, 0), real) == pytest.approx(0, abs=1e-3)
    assert mean_pair_distance(np.zeros((1, 4))) == 0
