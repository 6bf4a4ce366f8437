"""The w whose drawing comes nearest to a given face, found with onnxruntime alone.

Karras et al. 2020 (arXiv:1912.04958, section 5) go down the gradient in w. Here no gradients are at hand, and a drawing
takes milliseconds: the derivative along each direction of w is measured by drawing a little to that side, and the
damped least-squares step of Levenberg and Marquardt follows, which needs few rounds where a gradient needs thousands.
w is searched in its principal components, in standard deviations, under their normal prior: it stays among faces.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tachie.core.images import centre_square
from tachie.draw import Generator

SEEDS = 384  # faces that the components are found from; the search begins at the likest of them
NUDGE = 0.05  # standard deviations: above the noise of float32, below the bends of the network
ROUNDS = 12
PRIOR = 2e-4  # of the squared distance from the mean, beside the mean squared error of pixels in [-1, 1]
_LEAST_SPREAD = 1e-3  # of the strongest component's: weaker ones draw nothing

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Projected:
    """A face found: its w [w_dim], its drawing, the picture it was to be, and how far apart they are.

    `error` is the root mean squared difference of pixels in levels of 255; `start` that of the likest seed's drawing.
    """

    w: NDArray[np.float32]
    drawing: NDArray[np.uint8]
    wanted: NDArray[np.uint8]
    error: float
    start: float


def project(
    generator: Generator, rgb: NDArray[np.uint8], progress: Callable[[int, int], None] | None = None
) -> Projected:
    """Return the w whose drawing is nearest to a picture's centre square; `progress` gets (round, rounds)."""
    wanted = centre_square(rgb, generator.resolution)
    target = wanted.astype(np.float64).transpose(2, 0, 1) / 127.5 - 1
    layers = int(generator.about.get("w_layers", 1))
    seeds = range(SEEDS)
    codes = np.stack([generator.codes(seed) for seed in seeds])
    each = generator.styles(seeds, codes).astype(np.float64)[:, : int(generator.about["w_dim"]) // layers]
    mean, axes = _components(each)

    def drawn(places: Floats) -> Floats:
        w = np.tile(mean + places @ axes, (1, layers)).astype(np.float32)
        return generator.rgb(w).astype(np.float64)

    def cost(place: Floats, picture: Floats) -> float:
        return float(np.square(picture - target).mean() + PRIOR * np.square(place).sum())

    known = (each - mean) @ np.linalg.pinv(axes)
    pictures = drawn(known)
    costs = [cost(place, picture) for place, picture in zip(known, pictures, strict=True)]
    at = int(np.argmin(costs))
    place, picture, best, damping = known[at], pictures[at], costs[at], 1e-2
    errors = [_levels(picture, target) for picture in pictures]
    nearest, error = known[int(np.argmin(errors))], min(errors)  # the likest yet: the prior may lead away from it
    start = error
    for done in range(ROUNDS):
        if progress is not None:
            progress(done, ROUNDS)
        slopes = (drawn(place + NUDGE * np.eye(len(place))) - picture).reshape(len(place), -1) / NUDGE
        bend = slopes @ slopes.T / target.size + PRIOR * np.eye(len(place))
        slope = slopes @ (target - picture).ravel() / target.size - PRIOR * place
        before = best
        for _ in range(6):
            tried = place + np.linalg.solve(bend + damping * np.diag(np.diag(bend)), slope)
            there = drawn(tried[None])[0]
            if (now := cost(tried, there)) < best:
                place, picture, best, damping = tried, there, now, damping / 4
                if (found := _levels(picture, target)) < error:
                    nearest, error = place, found
                break
            damping *= 4
        if before - best < 1e-4 * before:
            break
    w = np.tile(mean + nearest @ axes, layers).astype(np.float32)
    return Projected(w, generator.pictures(w[None])[0], wanted, error, start)


def _components(w: Floats) -> tuple[Floats, Floats]:
    """Return the mean and the principal axes [K, w_dim] of w [N, w_dim], each one standard deviation long."""
    mean = w.mean(0)
    _, spread, axes = np.linalg.svd((w - mean) / len(w) ** 0.5, full_matrices=False)
    kept = spread > _LEAST_SPREAD * spread[0]
    return mean, axes[kept] * spread[kept, None]


def _levels(picture: Floats, target: Floats) -> float:
    return float(np.sqrt(np.square(picture - target).mean()) * 127.5)
