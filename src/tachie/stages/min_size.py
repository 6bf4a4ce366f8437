"""Leave small pictures out."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from tachie.core.errors import Drop
from tachie.core.item import Item
from tachie.core.recipe import Stage


class MinSize(Stage):
    """Drop what is smaller than `px` on its shorter side as too_small."""

    px: int = Field(default=48, ge=1)
    """Shorter side in pixels."""

    def __call__(self, item: Item) -> Iterable[Item]:
        """Return the item where it is large enough."""
        height, width = item.pixels().shape[:2]
        if min(width, height) < self.px:
            raise Drop("too_small", f"{width} x {height} px, at least {self.px} were asked for")
        return (item,)
