"""Distances whose answers are known beforehand."""

from __future__ import annotations

import numpy as np
import pytest

from tachie.metrics.distances import between, frechet, kernel_distance, nearest, precision_recall
from tachie.metrics.intervals import half_jackknife, share_interval
from tachie.metrics.memorisation import memorisation


def gaussian(count: int, seed: int, at: float = 0.0, width: int = 8) -> np.ndarray:
    return np.random.default_rng(seed).normal(at, 1, (count, width))


def test_the_frechet_distance_is_zero_for_one_set_and_known_for_gaussians():
    x = np.random.default_rng(0).standard_normal((5000, 8))
    assert frechet(x, x) == pytest.approx(0, abs=1e-6)
    assert frechet(x, x + 2) == pytest.approx(4 * 8, rel=1e-6)
    assert frechet(x, 3 * x) == pytest.approx(4 * 8, rel=0.05)
    turn = np.linalg.qr(np.random.default_rng(1).standard_normal((8, 8)))[0]
    scaled = x * np.arange(1, 9)
    assert frechet(scaled @ turn, (scaled + 1) @ turn) == pytest.approx(8, rel=1e-6)  # whatever the axes are


def test_the_kernel_distance_is_about_zero_for_one_distribution_and_agrees_with_its_formula():
    assert abs(kernel_distance(gaussian(800, 0), gaussian(600, 1))) < 0.02
    assert kernel_distance(gaussian(800, 0), gaussian(600, 1, at=1.0)) > 1
    x, y = gaussian(5, 2, width=3), gaussian(4, 3, width=3)

    def k(a: np.ndarray, b: np.ndarray) -> float:
        return float((a @ b / 3 + 1) ** 3)

    among_x = np.mean([k(a, b) for i, a in enumerate(x) for j, b in enumerate(x) if i != j])
    among_y = np.mean([k(a, b) for i, a in enumerate(y) for j, b in enumerate(y) if i != j])
    across = np.mean([k(a, b) for a in x for b in y])
    assert kernel_distance(x, y) == pytest.approx(among_x + among_y - 2 * across)


def test_the_kernel_distance_has_no_bias_towards_small_sets():
    small = np.mean([kernel_distance(gaussian(40, 2 * i), gaussian(40, 2 * i + 1)) for i in range(60)])
    assert abs(small) < 0.02


def test_recall_sees_what_is_missing_and_precision_what_does_not_belong():
    rng = np.random.default_rng(0)
    left, right = rng.normal(-20, 1, (100, 4)), rng.normal(20, 1, (100, 4))
    both = np.concatenate([left, right])
    precision, recall = precision_recall(both, np.concatenate([left, left + rng.normal(0, 0.1, left.shape)]))
    assert precision > 0.95
    assert 0.4 < recall < 0.6
    precision, recall = precision_recall(left, both)
    assert 0.4 < precision < 0.6
    assert recall > 0.95
    assert precision_recall(left, right) == (0, 0)
    assert precision_recall(both, both) == (1, 1)


def test_nearest_finds_what_a_full_matrix_finds_and_puts_copies_at_zero():
    a, b = gaussian(30, 0).astype(np.float32), gaussian(700, 1).astype(np.float32)
    a[3] = b[650]
    indices, distances = nearest(a, b, 4)
    full = between(a, b)
    assert np.array_equal(indices, np.argsort(full, axis=1)[:, :4])
    assert np.allclose(distances, np.sort(full, axis=1)[:, :4], atol=1e-5)
    assert (indices[3, 0], distances[3, 0]) == (650, 0.0)
    assert nearest(a, b[:2], 2)[0].shape == (30, 2)


def test_the_interval_of_a_mean_is_that_of_the_textbook():
    a, b = gaussian(400, 0, width=1), gaussian(400, 1, width=1)
    ((value, low, high),) = half_jackknife(lambda x, y: (float(x.mean() - y.mean()),), a, b, rounds=200)
    assert value == pytest.approx(a.mean() - b.mean())
    assert (high - low) / 2 == pytest.approx(1.96 * (2 / 400) ** 0.5, rel=0.2)


def test_the_interval_of_a_share_is_wilson_s():
    assert share_interval(0, 0) == (0, 1)
    assert share_interval(0, 10) == pytest.approx((0, 0.2775), abs=1e-3)
    assert share_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-3)  # Newcombe 1998, table I
    assert share_interval(10, 10)[1] == 1


def test_copies_of_training_faces_are_memorised_and_new_faces_are_not():
    train, held_out = gaussian(3000, 0), gaussian(1000, 1)
    to_real = nearest(held_out, train)[1][:, 0]
    copied = memorisation(nearest(train[:500], train)[1][:, 0], to_real)
    assert (copied.nearer_than_real, copied.copies, copied.median_drawn) == (1.0, 1.0, 0.0)
    new = memorisation(nearest(gaussian(1000, 2), train)[1][:, 0], to_real)
    assert new.nearer_than_real == pytest.approx(0.5, abs=0.04)
    assert new.copies == pytest.approx(0.01, abs=0.01)
    half = np.concatenate([train[:500], gaussian(500, 3)])
    assert memorisation(nearest(half, train)[1][:, 0], to_real).copies == pytest.approx(0.5, abs=0.02)
    assert memorisation(to_real, to_real).nearer_than_real == pytest.approx(0.5)
    far = memorisation(nearest(gaussian(500, 4, at=9.0), train)[1][:, 0], to_real)
    assert (far.nearer_than_real, far.copies) == (0, 0)
