"""Leave pages full of writing out."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from tachie.core.errors import Drop
from tachie.core.item import Item
from tachie.core.recipe import Stage
from tachie.vision.surface import text_share


class TextHeavy(Stage):
    """Drop pictures in which writing on plain ground (balloons, captions, credits) takes much room, as text_heavy."""

    most_share: float = Field(default=0.015, ge=0.0, le=1.0)
    """Share of the picture that letters may take."""

    def __call__(self, item: Item) -> Iterable[Item]:
        """Return the item where little is written."""
        share = text_share(item.pixels())
        if share > self.most_share:
            raise Drop("text_heavy", f"{share:.1%} of it is writing, at most {self.most_share:.1%}")
        return (item,)
