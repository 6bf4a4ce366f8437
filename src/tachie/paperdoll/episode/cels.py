"""Cels: characters drawn once for each expression and pose, with alpha, at the size that the shot needs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import ceil, floor
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tachie.paperdoll import compose, render
from tachie.paperdoll.acting import Look, Stand, act
from tachie.paperdoll.cast import Member
from tachie.paperdoll.character import HEIGHT_PX, WIDTH_PX, Character

Pixels = NDArray[np.uint8]
Box = tuple[float, float, float, float]
Tint = tuple[float, float, float]

# Where the head's middle lies in the drawing (px of SVG), and px a head unit: the upper body large, or the whole body.
_FRAMINGS = {"upper": (300.0, 190.0, 1.0), "whole": (300.0, 122.0, 0.62), "small": (300.0, 250.0, 1.35)}
# Around the head's box, in head units: what eyes, brows and mouths may reach.
_MARGIN = 6.0


@dataclass(frozen=True, slots=True)
class Cel:
    """A drawing with alpha: premultiplied RGBA, px a head unit, the head's middle in px, the head's box about it."""

    rgba: Pixels
    px: float
    origin: tuple[float, float]
    head: Box


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a shot asks of all cels of one actor: outfit, framing, px a head unit, how far down, and the light."""

    member: Member = field(hash=False)
    outfit: int
    framing: str
    px: float
    below: float
    tint: Tint
    stand: Stand
    small: bool


def premultiplied(rgba: Pixels, tint: Tint = (1.0, 1.0, 1.0)) -> Pixels:
    """Return RGBA with colour times alpha and times `tint` (0..1 for red, green, blue)."""
    rgba = np.ascontiguousarray(rgba)
    alpha = rgba[..., 3]
    rgb = cv2.multiply(cv2.cvtColor(rgba, cv2.COLOR_RGBA2RGB), cv2.merge([alpha, alpha, alpha]), scale=1 / 255)
    if tint != (1.0, 1.0, 1.0):
        rgb = cv2.transform(rgb, np.diag(tint))
    return np.asarray(cv2.merge([*cv2.split(rgb), alpha]), np.uint8)


class CelBox:
    """Draws cels and keeps the last drawings, up to `limit_mb` of pixels.

    The body is drawn once for an actor, the hair behind it once for each pose of the head, the head once for each
    pose, and eyes and mouths over the head's box alone: most of the work is never done twice.
    """

    def __init__(self, limit_mb: int = 256) -> None:
        self._kept: OrderedDict[tuple[object, ...], Any] = OrderedDict()
        self._bytes = 0
        self._limit = limit_mb * 2**20

    def cel(self, wanted: Wanted, look: Look) -> Cel:
        """Return the cel of an expression, drawn if it is not kept."""
        found: Cel = self._keep((wanted, look), lambda: self._make(wanted, look))
        return found

    def _keep(self, key: tuple[object, ...], make: Callable[[], Any]) -> Any:
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        made = make()
        self._kept[key] = made
        self._bytes += _size(made)
        while self._bytes > self._limit and len(self._kept) > 1:
            self._bytes -= _size(self._kept.popitem(last=False)[1])
        return made

    def _make(self, wanted: Wanted, look: Look) -> Cel:
        pose = replace(look, mood="calm", eyes=0.0, mouth=0, gaze=(0.0, 0.0))
        upright = replace(pose, tilt=0.0, turn=0.0, nod=0.0)
        plain = replace(look, eyes=0.0, mouth=0)
        if look != plain:
            return _patched(self.cel(wanted, plain), self._under(wanted, pose, upright), wanted, look)
        under = self._under(wanted, pose, upright)
        rgba = under.copy()
        lay(rgba, _raster(wanted, look, _area(wanted), "before"), 0, 0)
        return _trimmed(rgba, wanted, look)

    def _under(self, wanted: Wanted, pose: Look, upright: Look) -> Pixels:
        """Return all that lies behind a head in a pose."""

        def drawn() -> Pixels:
            rgba = _raster(wanted, pose, _area(wanted), "behind")
            body = self._keep(("body", wanted), lambda: _raster(wanted, upright, _area(wanted), "body"))
            lay(rgba, body, 0, 0)
            return rgba

        under: Pixels = self._keep(("under", wanted, pose), drawn)
        return under


def _size(kept: Cel | Pixels) -> int:
    return kept.rgba.nbytes if isinstance(kept, Cel) else kept.nbytes


def lay(under: Pixels, over: Pixels, x: int, y: int) -> None:
    """Lay premultiplied RGBA over the part of `under` (RGBA, or RGB that is opaque) that begins at (x, y)."""
    high, wide = over.shape[:2]
    part = under[y : y + high, x : x + wide]
    hole = 255 - over[..., 3]
    count = part.shape[2]
    seen = cv2.multiply(part, cv2.merge([hole] * count), scale=1 / 255)
    part[...] = cv2.add(seen, over if count == 4 else cv2.cvtColor(over, cv2.COLOR_RGBA2RGB))


def _area(wanted: Wanted) -> tuple[int, int, int, int]:
    """Return the pixels of the whole drawing at the wanted size, down to where the shot ends."""
    _, y, scale = _FRAMINGS[wanted.framing]
    k = wanted.px / scale
    return 0, 0, ceil(WIDTH_PX * k), ceil(min(HEIGHT_PX, y + wanted.below * scale) * k)


def _trimmed(rgba: Pixels, wanted: Wanted, look: Look) -> Cel:
    """Return the cel of a whole drawing, without the empty rows and columns around it."""
    x, y, scale = _FRAMINGS[wanted.framing]
    k = wanted.px / scale
    rows, columns = (np.flatnonzero(rgba[..., 3].any(axis)) for axis in (1, 0))
    x0, y0 = int(columns[0]), int(rows[0])
    cut = np.ascontiguousarray(rgba[y0 : rows[-1] + 1, x0 : columns[-1] + 1])
    left, top, right, bottom = compose.locate(_acted(wanted, look)).head_xyxy
    head = ((left - x) / scale, (top - y) / scale, (right - x) / scale, (bottom - y) / scale)
    return Cel(cut, wanted.px, (x * k - x0, y * k - y0), head)


def _patched(base: Cel, under: Pixels, wanted: Wanted, look: Look) -> Cel:
    """Return a cel with other eyes and another mouth: only the head's box is drawn again."""
    x, y, scale = _FRAMINGS[wanted.framing]
    k = wanted.px / scale
    left, top, right, bottom = (edge * wanted.px for edge in base.head)
    shift_x, shift_y = round(x * k - base.origin[0]), round(y * k - base.origin[1])
    high, wide = base.rgba.shape[:2]
    margin = _MARGIN * wanted.px
    x0, y0 = max(floor(base.origin[0] + left - margin), 0), max(floor(base.origin[1] + top - margin), 0)
    x1, y1 = min(ceil(base.origin[0] + right + margin), wide), min(ceil(base.origin[1] + bottom + margin), high)
    part = (x0 + shift_x, y0 + shift_y, x1 + shift_x, y1 + shift_y)
    patch = under[part[1] : part[3], part[0] : part[2]].copy()
    lay(patch, _raster(wanted, look, part, "before"), 0, 0)
    rgba = base.rgba.copy()
    rgba[y0:y1, x0:x1] = patch
    return replace(base, rgba=rgba)


def _acted(wanted: Wanted, look: Look) -> Character:
    who = wanted.member.small(wanted.outfit) if wanted.small else wanted.member.wearing(wanted.outfit)
    return act(who, look, *_FRAMINGS[wanted.framing], wanted.stand)


def _raster(wanted: Wanted, look: Look, part: tuple[int, int, int, int], layer: compose.Layer) -> Pixels:
    """Return the pixels x0, y0, x1, y1 of one layer of the drawing at the wanted size."""
    svg = compose.draw(_acted(wanted, look), scene="none", layers=(layer,))
    k = wanted.px / _FRAMINGS[wanted.framing][2]
    return premultiplied(render.to_rgba(cropped(svg, k, part)), wanted.tint)


def cropped(svg: str, k: float, part: tuple[int, int, int, int]) -> str:
    """Return an SVG that shows the pixels `part` (x0, y0, x1, y1) of one drawn at `k` px a unit."""
    x0, y0, x1, y1 = part
    start, end = svg.index(' width="'), svg.index(">")
    view = f'viewBox="{x0 / k:.6f} {y0 / k:.6f} {(x1 - x0) / k:.6f} {(y1 - y0) / k:.6f}"'
    return f'{svg[:start]} width="{x1 - x0}" height="{y1 - y0}" {view}{svg[end:]}'
