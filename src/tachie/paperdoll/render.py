"""SVG to pixels, by resvg; no fonts are loaded, since dolls have no text."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import resvg_py
from numpy.typing import NDArray
from PIL import Image


def to_png(svg: str, width_px: int | None = None) -> bytes:
    """Return an SVG as PNG bytes, `width_px` wide (its own width where None), the height in proportion."""
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width_px, skip_system_fonts=True))


def to_rgb(svg: str, width_px: int | None = None) -> NDArray[np.uint8]:
    """Return an SVG as uint8 HWC RGB, `width_px` wide (its own width where None)."""
    with Image.open(BytesIO(to_png(svg, width_px))) as picture:
        return np.asarray(picture.convert("RGB"))
