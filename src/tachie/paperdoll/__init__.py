"""Standing pictures drawn by the program: the same seed and attributes are the same SVG on every machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tachie.paperdoll import compose, render
from tachie.paperdoll.character import HEIGHT_PX, WIDTH_PX, design
from tachie.paperdoll.choice import choose_attributes

__all__ = ["Paperdoll", "draw_paperdoll"]


@dataclass(frozen=True, slots=True)
class Paperdoll:
    """One drawn character: its SVG, where its head and its features are (SVG units), and what is true of it.

    `landmarks` are the points that `tachie.paperdoll.landmarks` names; left and right are the picture's.
    """

    seed: int
    svg: str
    width_px: int
    height_px: int
    head_xyxy: tuple[float, float, float, float]
    landmarks: dict[str, tuple[float, float]]
    attributes: dict[str, str]
    tags: tuple[str, ...]

    def rgb(self, width_px: int | None = None) -> NDArray[np.uint8]:
        """Return the picture as uint8 HWC RGB, `width_px` wide (its own width where None)."""
        return render.to_rgb(self.svg, width_px)

    def png(self, width_px: int | None = None) -> bytes:
        """Return the picture as PNG bytes, `width_px` wide (its own width where None)."""
        return render.to_png(self.svg, width_px)


def draw_paperdoll(seed: int, attributes: Mapping[str, str] | None = None) -> Paperdoll:
    """Draw the character of a seed; `attributes` given are kept, the rest is drawn from the seed.

    Attributes are those of `tachie.core.attributes.ATTRIBUTES`. Raises UsageError for an unknown name or value.
    """
    who = design(seed, choose_attributes(seed, attributes or {}))
    where = compose.locate(who)
    return Paperdoll(
        seed=seed,
        svg=compose.draw(who),
        width_px=WIDTH_PX,
        height_px=HEIGHT_PX,
        head_xyxy=where.head_xyxy,
        landmarks=where.landmarks,
        attributes=who.attributes,
        tags=compose.tags(who),
    )
