"""SVG to pixels, by librsvg in libvips; no fonts are needed, since dolls have no text."""

from __future__ import annotations

import os
import re
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

_OWN_WIDTH = re.compile(r'<svg [^>]*?width="([\d.]+)"')


@cache
def _vips() -> ModuleType:
    # A doll is a millisecond's work: threads and a cache of pictures would only cost the processes beside this one.
    os.environ.setdefault("VIPS_CONCURRENCY", "1")
    import pyvips

    pyvips.cache_set_max(0)
    return pyvips  # type: ignore[no-any-return]


def _image(svg: str, width_px: int | None) -> Any:
    own = _OWN_WIDTH.match(svg)
    scale = width_px / float(own[1]) if own and width_px else 1.0
    return _vips().Image.svgload_buffer(svg.encode(), scale=scale)


def to_png(svg: str, width_px: int | None = None) -> bytes:
    """Return an SVG as PNG bytes, `width_px` wide (its own width where None), the height in proportion."""
    return bytes(_image(svg, width_px).pngsave_buffer(compression=4, keep="none"))


def to_rgba(svg: str, width_px: int | None = None) -> NDArray[np.uint8]:
    """Return an SVG as uint8 HWC RGBA (alpha straight, not multiplied in), `width_px` wide (its own where None)."""
    return np.asarray(_image(svg, width_px).numpy())


def to_rgb(svg: str, width_px: int | None = None) -> NDArray[np.uint8]:
    """Return an SVG as uint8 HWC RGB on white, `width_px` wide (its own width where None)."""
    return np.asarray(_image(svg, width_px).flatten(background=255).numpy())
