"""Leave blurred pictures out."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from tachie.core.errors import Drop
from tachie.core.item import Item
from tachie.core.recipe import Stage
from tachie.vision.surface import BLUR_PX, edge_width


class Blur(Stage):
    """Drop pictures whose sharpest edges are soft (out of focus, enlarged several times) as blurred."""

    most_px: float = Field(default=1.25, ge=0.0)
    """Standard deviation of the blur in px, with the picture's longer side at 1,000; a sharp drawing has about 0.9."""

    def __call__(self, item: Item) -> Iterable[Item]:
        """Return the item where it is sharp."""
        width = edge_width(item.pixels())
        if width > self.most_px:
            raise Drop("blurred", f"edges are {width:.2f} px soft at {BLUR_PX} px, at most {self.most_px:.2f}")
        return (item,)
