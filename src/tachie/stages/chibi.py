"""Leave chibis out."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from tachie.core.errors import Drop
from tachie.core.item import Item
from tachie.core.recipe import Stage
from tachie.vision.shape import chibi_chance
from tachie.vision.sight import sight


class Chibi(Stage):
    """Drop super-deformed figures (two or three heads high) as chibi.

    Sure where the whole figure stands before a plain ground, a guess where it is cut or before a scene.
    """

    most: float = Field(default=0.7, ge=0.0, le=1.0)
    """The probability up to which a figure stays."""

    def __call__(self, item: Item) -> Iterable[Item]:
        """Return the item where its largest figure is no chibi, or has no head to measure."""
        chance = chibi_chance(sight(item.pixels(), item.alpha))
        if chance > self.most:
            raise Drop("chibi", f"{chance:.2f} sure, at most {self.most:.2f}")
        return (item,)
