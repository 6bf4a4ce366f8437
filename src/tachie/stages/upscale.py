"""Make small pictures larger."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from tachie.core.errors import Drop
from tachie.core.images import PIXEL_LIMIT, over_white
from tachie.core.item import Item, Rgb
from tachie.core.recipe import Stage
from tachie.vision.upscale import MOST_DOUBLINGS, Upscaler, doublings_to, reduced_to, require, straight


@dataclass(frozen=True, slots=True)
class Enlarged:
    """A picture after `doublings`: colours that are laid over nothing (uint8 HWC), transparency (uint8 HW) or None."""

    rgb: Rgb
    alpha: NDArray[np.uint8] | None
    doublings: int


class Upscale(Stage):
    """Double pictures by waifu2x until the shorter side is `to_px`, then reduce them to exactly that.

    Larger ones are only reduced, so that all come out alike. What would take more than two doublings, those of
    earlier runs counted, is dropped: as too_small, or as upscaled_too_often where it was doubled before.
    """

    to_px: int | None = Field(default=128, ge=1, le=4096)
    """The shorter side afterwards, in pixels; null doubles `scale` instead, whatever the size."""
    scale: Literal[2, 4] = 2
    """How many times as large, where `to_px` is null."""
    model: Literal["upconv7", "cunet"] = "upconv7"
    """cunet is a little better and takes three times as long."""
    noise: int = Field(default=-1, ge=-1, le=3)
    """How much of JPEG's traces is taken away; -1 leaves them."""
    force: bool = False
    """Double more than twice where it takes that; generators trained on such pictures were seen to collapse."""

    def prepare(self) -> None:
        """Check that the packages are there."""
        require()

    def __call__(self, item: Item) -> Iterable[Item]:
        """Return the enlarged item; it keeps its bytes and its id where nothing is to be done."""
        done = self.enlarge(item)
        if done.rgb.shape == item.pixels().shape:
            return (item,)
        rgb = done.rgb if done.alpha is None else over_white(done.rgb, done.alpha)
        said = f"{item.row_id or item.parent_id} upscale {self.to_px or f'x{self.scale}'} {self.model} {self.noise}"
        return (
            replace(
                item,
                rgb=rgb,
                alpha=done.alpha,
                data=None,
                row_id=hashlib.sha256(said.encode()).hexdigest(),
                upscaled=item.upscaled + done.doublings,
            ),
        )

    def enlarge(self, item: Item, threads: int = 1) -> Enlarged:
        """Return the picture enlarged; raises `Drop` where that would take too many doublings."""
        rgb, alpha = item.pixels(), item.alpha
        height, width = rgb.shape[:2]
        times = {2: 1, 4: 2}[self.scale] if self.to_px is None else doublings_to(width, height, self.to_px)
        self._refuse_too_many(item, times)
        if width * height << 2 * times > PIXEL_LIMIT:
            raise Drop("too_many_pixels", f"{width << times} x {height << times} px, the limit is {PIXEL_LIMIT:,}")
        upscaler = Upscaler(self.model, self.noise, threads)
        if alpha is not None:
            rgb = straight(rgb, alpha)
        for _ in range(times):
            rgb = upscaler.doubled(rgb)
            alpha = alpha if alpha is None else upscaler.doubled_alpha(alpha)
        if self.to_px is not None:
            rgb = reduced_to(rgb, self.to_px)
            alpha = alpha if alpha is None else reduced_to(alpha, self.to_px)
        return Enlarged(rgb, alpha, times)

    def _refuse_too_many(self, item: Item, times: int) -> None:
        if self.force or times == 0 or item.upscaled + times <= MOST_DOUBLINGS:
            return
        height, width = item.pixels().shape[:2]
        if times > MOST_DOUBLINGS:
            raise Drop("too_small", f"{width} x {height} px, less than a quarter of {self.to_px}")
        before = {1: "once", 2: "twice"}.get(item.upscaled, f"{item.upscaled} times")
        raise Drop("upscaled_too_often", f"doubled {before} before, and {times} more would be needed")
