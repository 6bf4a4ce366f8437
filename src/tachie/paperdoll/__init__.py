"""Standing pictures drawn by the program: the same seed and attributes are the same SVG on every machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
    extent: str
    chibi: bool
    year: int
    outfit: str
    pose: str
    background: str

    @property
    def body_xyxy(self) -> tuple[int, int, int, int]:
        """The extent of the drawn figure within the picture, in px; it is measured on a drawing, to 2 px."""
        alpha = render.to_rgba(compose.without_scene(self.svg), self.width_px // 2)[:, :, 3] > 0
        xs, ys = np.flatnonzero(alpha.any(0)), np.flatnonzero(alpha.any(1))
        x0, y0, x1, y1 = (2 * int(v) for v in (xs[0], ys[0], xs[-1] + 1, ys[-1] + 1))
        return max(0, x0 - 1), max(0, y0 - 1), min(self.width_px, x1 + 1), min(self.height_px, y1 + 1)

    def truth(self) -> dict[str, Any]:
        """Return all that is known of the picture, ready for JSON."""
        return {
            "attributes": self.attributes,
            "tags": list(self.tags),
            "head_xyxy": list(self.head_xyxy),
            "body_xyxy": list(self.body_xyxy),
            "landmarks": {name: list(point) for name, point in self.landmarks.items()},
            "extent": self.extent,
            "chibi": self.chibi,
            "year": self.year,
            "outfit": self.outfit,
            "pose": self.pose,
            "background": self.background,
            "seed": self.seed,
        }

    def rgb(self, width_px: int | None = None) -> NDArray[np.uint8]:
        """Return the picture as uint8 HWC RGB, `width_px` wide (its own width where None)."""
        return render.to_rgb(self.svg, width_px)

    def rgba(self, width_px: int | None = None) -> NDArray[np.uint8]:
        """Return the figure alone as uint8 HWC RGBA, the ground transparent, `width_px` wide."""
        return render.to_rgba(compose.without_scene(self.svg), width_px)

    def png(self, width_px: int | None = None) -> bytes:
        """Return the picture as PNG bytes, `width_px` wide (its own width where None)."""
        return render.to_png(self.svg, width_px)


def draw_paperdoll(seed: int, attributes: Mapping[str, str] | None = None) -> Paperdoll:
    """Draw the character of a seed; `attributes` given are kept, the rest is drawn from the seed.

    Attributes are those of `tachie.core.attributes.MAKEGIRLS`; beside them `extent` (full, half, bust), `chibi` (yes,
    no), `year` (2000 to 2020), `outfit`, `pose` and `background` may be given, see `tachie.paperdoll.choice.EXTRAS`.
    Raises UsageError for an unknown name or value.
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
        extent=who.extent,
        chibi=who.chibi,
        year=who.style.year,
        outfit=who.outfit.kind,
        pose=who.posture,
        background=who.scene,
    )
