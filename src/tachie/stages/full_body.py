"""Keep the whole figure, padded to a square."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from tachie.core.item import Item, Rgb
from tachie.core.recipe import Stage
from tachie.dataset.format import crop_id


class FullBody(Stage):
    """Pad the picture to a square, never squeezing it: white where it has transparency, else its border's colour.

    A transparent margin is cut off first, so that figures fill their squares alike.
    """

    def __call__(self, item: Item) -> Iterable[Item]:
        """Return the square; its box is what was kept, in pixels of the parent (the padding lies outside it)."""
        rgb = item.pixels()
        x0, y0, x1, y1 = 0, 0, rgb.shape[1], rgb.shape[0]
        if item.alpha is not None and item.alpha.any():
            rows, columns = np.flatnonzero(item.alpha.any(axis=1)), np.flatnonzero(item.alpha.any(axis=0))
            x0, y0, x1, y1 = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
        box = (float(x0), float(y0), float(x1), float(y1))
        colour = np.array([255, 255, 255], np.uint8) if item.alpha is not None else border_colour(rgb)
        square = padded_to_square(rgb[y0:y1, x0:x1], colour)
        parent_id = item.row_id or item.parent_id
        row_id = crop_id(parent_id, box, "full_body")
        return (replace(item, rgb=square, alpha=None, data=None, box_xyxy=box, parent_id=parent_id, row_id=row_id),)


def border_colour(rgb: Rgb) -> Rgb:
    """Return the median colour (3,) of a picture's outermost pixels."""
    border = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]])
    colour: Rgb = np.median(border, axis=0).round().astype(np.uint8)
    return colour


def padded_to_square(rgb: Rgb, colour: Rgb) -> Rgb:
    """Return the picture in the middle of a square of `colour`."""
    height, width = rgb.shape[:2]
    side = max(height, width)
    square = np.broadcast_to(colour, (side, side, 3)).copy()
    y, x = (side - height) // 2, (side - width) // 2
    square[y : y + height, x : x + width] = rgb
    return square
