"""Keep figures of which enough is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from pydantic import Field

from tachie.core.errors import Drop
from tachie.core.item import Item
from tachie.core.recipe import Stage
from tachie.vision.shape import extent_of
from tachie.vision.sight import sight


class BodyExtent(Stage):
    """Drop figures shown to another extent than asked for as full_body, half_body or bust, without a head as no_head.

    Full is head to feet, half reaches below the waist, bust does not. The extent becomes a label of what stays, where
    none is stated.
    """

    keep: tuple[Literal["full", "half", "bust"], ...] = ("full",)
    """The extents that stay."""
    least: float = Field(default=0.4, ge=0.0, le=1.0)
    """How probable the kept extents must be, together."""

    def __call__(self, item: Item) -> Iterable[Item]:
        """Return the item, labelled with its extent, where it is one of those asked for."""
        found = extent_of(sight(item.pixels(), item.alpha))
        if not found:
            raise Drop("no_head", "the extent is measured from the head, and none was found")
        best = max(found, key=lambda extent: found[extent])
        if sum(found[extent] for extent in self.keep) < self.least:
            raise Drop({"full": "full_body", "half": "half_body"}.get(best, best), f"{best}, {found[best]:.2f} sure")
        return (replace(item, labels={"extent": best, **item.labels}),)
