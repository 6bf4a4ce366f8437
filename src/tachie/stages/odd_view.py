"""Leave out figures that do not face the viewer upright."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from tachie.core.errors import Drop
from tachie.core.item import Item
from tachie.core.recipe import Stage
from tachie.vision.shape import lean_of
from tachie.vision.sight import sight


class OddView(Stage):
    """Drop figures without a frontal head (from behind, in profile) as no_front_head, those lying as leaning."""

    least_confidence: float = Field(default=0.5, ge=0.0, le=1.0)
    """How sure the detector, which knows heads from the front, must be of the best head."""
    most_degrees: float = Field(default=65.0, ge=0.0, le=180.0)
    """How far to the side of its head a figure before a plain ground may lie: 0 is straight below, 90 beside it."""

    def __call__(self, item: Item) -> Iterable[Item]:
        """Return the item where a frontal head stands above its figure."""
        seen = sight(item.pixels(), item.alpha)
        best = max((face.confidence for face in seen.heads), default=0.0)
        if best < self.least_confidence:
            raise Drop("no_front_head", f"the best head is {best:.2f} sure, at least {self.least_confidence:.2f}")
        lean = lean_of(seen)
        if lean > self.most_degrees:
            raise Drop("leaning", f"the figure lies {lean:.0f} degrees off its head, at most {self.most_degrees:.0f}")
        return (item,)
