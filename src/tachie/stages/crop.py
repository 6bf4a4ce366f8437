"""Cut the face out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pydantic import Field

from tachie.core.boxes import head_square
from tachie.core.errors import Drop
from tachie.core.item import Item
from tachie.core.recipe import Stage
from tachie.dataset.format import crop_id
from tachie.vision.faces import CLASSIC_SCALE as CLASSIC_SCALE
from tachie.vision.faces import CLASSIC_SHIFT as CLASSIC_SHIFT


class Crop(Stage):
    """Cut a square around the head, wholly inside the picture."""

    scale: float = Field(default=CLASSIC_SCALE, ge=0.5, le=4.0)
    """Side of the square in units of the head box's longer side."""
    shift: float = Field(default=CLASSIC_SHIFT, ge=-1.0, le=1.0)
    """How far below the head's centre the square's centre lies, in the same units."""

    def __call__(self, item: Item) -> Iterable[Item]:
        """Return the crop; its box stays the head's, in pixels of the parent."""
        if item.box_xyxy is None:
            raise Drop("no_box", "crop needs a stage before it that finds boxes")
        rgb, head = item.pixels(), item.box_xyxy
        x0, y0, x1, y1 = head_square(head, self.scale, self.shift, rgb.shape[1], rgb.shape[0])
        cut = rgb[y0:y1, x0:x1].copy()  # a view would keep the whole parent in memory
        row_id = crop_id(item.parent_id, head, f"crop {self.scale:.3f} {self.shift:.3f}")
        return (replace(item, rgb=cut, alpha=None, data=None, row_id=row_id),)
