"""Leave pictures of several characters out."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from tachie.core.errors import Drop
from tachie.core.item import Item
from tachie.core.recipe import Stage
from tachie.vision.shape import alike_heads
from tachie.vision.sight import sight


class Several(Stage):
    """Drop pictures with more heads than allowed as several."""

    most: int = Field(default=1, ge=1)
    """Heads that a picture may have."""
    least_share: float = Field(default=0.5, ge=0.0, le=1.0)
    """Heads below this share of the largest one's side are not counted: dolls, posters, people far behind."""

    def __call__(self, item: Item) -> Iterable[Item]:
        """Return the item where few enough heads are found."""
        count = alike_heads(sight(item.pixels(), item.alpha), self.least_share)
        if count > self.most:
            raise Drop("several", f"{count} heads")
        return (item,)
