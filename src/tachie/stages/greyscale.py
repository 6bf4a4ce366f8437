"""Leave pictures without colour out."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from tachie.core.errors import Drop
from tachie.core.item import Item
from tachie.core.recipe import Stage
from tachie.vision.sight import sight
from tachie.vision.surface import colourfulness


class Greyscale(Stage):
    """Drop pictures in grey, sepia or any other single tone as greyscale."""

    least_colour: float = Field(default=6.0, ge=0.0)
    """How far (in Lab units) the most coloured parts must lie off the picture's one tone."""

    def __call__(self, item: Item) -> Iterable[Item]:
        """Return the item where it is in colour."""
        colour = colourfulness(sight(item.pixels(), item.alpha).lab)
        if colour < self.least_colour:
            raise Drop("greyscale", f"colour {colour:.1f}, at least {self.least_colour:.1f}")
        return (item,)
