"""Diversity: how much drawings differ from one another, relative to how much real pictures do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tachie.metrics.distances import Float, between
from tachie.metrics.random_features import random_features


def mean_pair_distance(features: Float) -> float:
    """Return the mean Euclidean distance over all pairs of rows of features [N, F]; 0 for fewer than two rows."""
    n = len(features)
    if n < 2:
        return 0.0
    distances = between(features, features)
    np.fill_diagonal(distances, 0.0)
    return float(distances.sum() / (n * (n - 1)))


def diversity(drawn: NDArray[np.uint8], real: NDArray[np.uint8]) -> float:
    """Return the mean pair distance of drawings over that of real pictures: 1.0 = as diverse as real, 0.0 = all alike.

    Both [N, R, R, 3] uint8, compared in random features. It sees drawings that all look alike; it does not see two
    dozen faces in many colours as the collapse that it partly is: recall does (`precision_recall`).
    """
    return mean_pair_distance(random_features(drawn)) / max(mean_pair_distance(random_features(real)), 1e-12)
