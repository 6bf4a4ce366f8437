"""Leave out faces that the picture's edge cuts."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from tachie.core.errors import Drop
from tachie.core.item import Item
from tachie.core.recipe import Stage
from tachie.vision.shape import cut_share
from tachie.vision.sight import sight


class CutOff(Stage):
    """Drop items of whose head a part lies outside the picture, as cut_off.

    After `faces` it looks at the item's own head, else at the largest; it belongs before `crop`, which moves the edge.
    """

    most_share: float = Field(default=0.12, ge=0.0, le=1.0)
    """Share of the head that may be missing, as far as its box tells."""

    def __call__(self, item: Item) -> Iterable[Item]:
        """Return the item where its head is whole."""
        rgb = item.pixels()
        head = item.box_xyxy
        if head is None:
            main = sight(rgb, item.alpha).main_head
            head = main.head_xyxy if main else None
        if head is not None:
            share = cut_share(head, rgb.shape[1], rgb.shape[0])
            if share > self.most_share:
                raise Drop("cut_off", f"{share:.0%} of the head is missing, at most {self.most_share:.0%}")
        return (item,)
