"""Keep pictures of the stated ratings alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from tachie.core.errors import Drop
from tachie.core.item import Item
from tachie.core.recipe import Stage


class Rating(Stage):
    """Drop pictures whose rating (g s q e) is not among the allowed, or is unknown: unknown is not g."""

    allow: tuple[Literal["g", "s", "q", "e"], ...] = ("g",)
    """The ratings that stay."""

    def __call__(self, item: Item) -> Iterable[Item]:
        """Return the item where its rating is allowed."""
        if item.rating is None:
            raise Drop("rating_unknown", f"allowed: {' '.join(self.allow)}")
        if item.rating not in self.allow:
            raise Drop("other_rating", f"rated {item.rating}, allowed: {' '.join(self.allow)}")
        return (item,)
