"""Decode the item's bytes safely."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from pydantic import Field

from tachie.core import images
from tachie.core.errors import Unreadable
from tachie.core.item import Item
from tachie.core.recipe import Stage


class Decode(Stage):
    """Turn bytes into uint8 HWC RGB (`core.images.decode`) and name the picture by the sha256 of its bytes."""

    pixel_limit: int = Field(default=images.PIXEL_LIMIT, ge=1)
    """Pictures with more pixels are left out before they are decoded."""

    def __call__(self, item: Item) -> Iterable[Item]:
        """Return the item with its pixels; frames and drawings come with theirs."""
        if item.rgb is None:
            if item.data is None:
                raise Unreadable("empty_file", "the item has neither bytes nor pixels")
            decoded = images.decode(item.data, self.pixel_limit)
            parent_id = item.parent_id or hashlib.sha256(item.data).hexdigest()
            upscaled = max(item.upscaled, decoded.upscaled)
            item = replace(item, rgb=decoded.rgb, alpha=decoded.alpha, parent_id=parent_id, upscaled=upscaled)
        return (item,)
