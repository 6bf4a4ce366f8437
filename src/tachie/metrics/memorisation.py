"""Whether a generator draws what it has seen: how near its drawings lie to the faces that it was trained on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Distances = NDArray[np.float64]

COPY_QUANTILE = 0.01


@dataclass(frozen=True, slots=True)
class Memorisation:
    """What distances to the nearest training face say.

    `nearer_than_real` is the chance that a drawing lies nearer to its nearest training face than a real face that was
    not trained on lies to its own: .5 = as near as new faces do, 1 = all drawings are copies. `copies` is the share of
    drawings nearer than all but 1 % of those real faces are (`copy_distance`): .01 where nothing was memorised.
    Ties count for half.
    """

    nearer_than_real: float
    copies: float
    copy_distance: float
    median_drawn: float
    median_real: float


def memorisation(drawn: Distances, real: Distances) -> Memorisation:
    """Judge distances to the nearest training face: [N] of drawings, [M] of real faces that were not trained on."""
    order = np.sort(real)
    below, up_to = np.searchsorted(order, drawn, "left"), np.searchsorted(order, drawn, "right")
    farther = (len(order) - up_to) + (up_to - below) / 2
    edge = float(np.quantile(order, COPY_QUANTILE, method="lower"))
    copies = float((drawn < edge).mean() + (drawn == edge).mean() / 2)
    return Memorisation(
        float(farther.mean() / len(order)), copies, edge, float(np.median(drawn)), float(np.median(real))
    )
