"""Keep figures before a plain ground."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from tachie.core.errors import Drop
from tachie.core.item import Item
from tachie.core.recipe import Stage
from tachie.vision.figure import even_share
from tachie.vision.sight import sight


class ClearBackground(Stage):
    """Drop pictures whose border is not of one colour, or one that changes evenly, as busy_background.

    Pictures with transparency have a clear ground.
    """

    least_share: float = Field(default=0.6, ge=0.0, le=1.0)
    """Share of the upper, left and right border that lies on the colour; the figure may cover the rest."""

    def __call__(self, item: Item) -> Iterable[Item]:
        """Return the item where its ground is clear."""
        if item.alpha is None:
            seen = sight(item.pixels(), item.alpha)
            share = even_share(seen.lab, seen.ground)
            if share < self.least_share:
                raise Drop("busy_background", f"{share:.0%} of the border is even, at least {self.least_share:.0%}")
        return (item,)
