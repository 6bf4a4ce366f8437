"""Hats: what lies behind the hair is painted first, the rest over it; each by its name in `character.HATS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tachie.paperdoll.character import HairDesign, PropsDesign
from tachie.paperdoll.palette import Ramp, cloth_ramp, mix
from tachie.paperdoll.style import Style
from tachie.paperdoll.svg import Canvas, Path, bezier, limb, oval
from tachie.paperdoll.view import View

_STRAW, _WHITE, _GOLD = cloth_ramp("#e8cf96"), cloth_ramp("#fbfaff"), cloth_ramp("#e8c24a")


@dataclass(frozen=True, slots=True)
class _Fit:
    """The head a hat sits on: half its width of hair, its top's y, the side it leans to, its turn, the line's width."""

    w: float
    top: float
    lean: int
    turn: float
    line: float
    cloth: Ramp


def draw_hat(canvas: Canvas, hair: HairDesign, props: PropsDesign, view: View, style: Style, behind: bool) -> None:
    """Paint the hat: first (`behind`) what lies behind the hair, later what lies over it."""
    if not props.hat:
        return
    fit = _Fit(hair.width, hair.top, hair.tail_side, view.sine, style.line, props.cloth)
    with canvas.group(transform=f"translate({view.skull_x:.2f} 0)"):
        (_BEHIND if behind else _BEFORE)[props.hat](canvas, fit)


def _band(fit: _Fit, half: float, low: float, high: float, bow: float) -> str:
    """Return a band around the head between the heights `low` and `high`, its middle raised by `bow`."""
    w = fit.w * half
    path = Path((-w, low)).cubic((-w * 0.55, low - bow), (w * 0.55, low - bow), (w, low)).line((w * 0.97, high))
    return path.cubic((w * 0.53, high - bow), (-w * 0.53, high - bow), (-w * 0.97, high)).close()


def _dome(fit: _Fit, half: float, low: float, high: float, bow: float, round_: float = 1.0) -> str:
    """Return a crown from the height `low` at both sides to `high`, its lower edge raised by `bow` in the middle."""
    w = fit.w * half
    path = Path((-w, low)).cubic((-w * round_, low - (low - high) * 0.75), (-w * 0.6, high), (0, high))
    path.cubic((w * 0.6, high), (w * round_, low - (low - high) * 0.75), (w, low))
    return path.cubic((w * 0.55, low - bow), (-w * 0.55, low - bow), (-w, low)).close()


def _shaded(canvas: Canvas, fit: _Fit, shape: str, ramp: Ramp, shade: str = "", light: str = "") -> None:
    canvas.inked(shape, ramp.base, ramp.ink, fit.line)
    if shade:
        canvas.fill(shade, ramp.shade)
    if light:
        canvas.fill(light, ramp.light)


def _right_shade(fit: _Fit, half: float, low: float, high: float, bow: float) -> str:
    """Return the part of a dome that lies away from the light."""
    w = fit.w * half
    path = Path((w * 0.97, low - 1)).cubic(
        (w * 0.96, low - (low - high) * 0.7), (w * 0.7, high + 3), (w * 0.25, high + 3)
    )
    return path.cubic((w * 0.62, high + 14), (w * 0.72, low - bow * 0.6 - 8), (w * 0.6, low - bow * 0.5)).close()


def _beret(canvas: Canvas, fit: _Fit) -> None:
    c, w, top, s = fit.cloth, fit.w, fit.top, fit.lean
    shape = Path((-w * 0.9, -64)).cubic((-w * 1.3, -88), (-w * 0.95 + s * 20, top - 30), (s * 14, top - 25))
    shape.cubic((w * 0.95 + s * 20, top - 27), (w * 1.3, -88), (w * 0.9, -64))
    shape.cubic((w * 0.5, -88), (-w * 0.5, -88), (-w * 0.9, -64))
    shade = Path((w * 0.9, -66)).cubic((w * 1.2, -86), (w * 0.92 + s * 14, top - 18), (w * 0.45 + s * 14, top - 20))
    shade.cubic((w * 0.85, top + 4), (w * 0.5, -84), (-w * 0.2, -84)).quad((w * 0.5, -86), (w * 0.9, -66))
    _shaded(canvas, fit, shape.close(), c, shade.close())
    gleam = limb([(-w * 0.7, -88), (-w * 0.55 + s * 8, top - 10), (-w * 0.1 + s * 10, top - 18)], [0.4, 3.2, 0.4])
    canvas.fill(gleam, c.light, 0.7)
    canvas.fill(limb([(s * 12, top - 23), (s * 13, top - 31), (s * 19, top - 35)], [2.4, 2.0, 1.6]), c.ink)
    canvas.inked(_band(fit, 0.9, -61, -69, 21), c.deep, c.ink, fit.line * 0.8)


def _straw_behind(canvas: Canvas, fit: _Fit) -> None:
    canvas.inked(oval((0, -60), fit.w * 1.62, 38), mix(_STRAW.shade, "#8a6a3a", 0.3), _STRAW.ink, fit.line)


def _straw(canvas: Canvas, fit: _Fit) -> None:
    w, top = fit.w, fit.top
    _shaded(canvas, fit, _dome(fit, 0.86, -62, top - 26, 30), _STRAW, _right_shade(fit, 0.86, -62, top - 26, 30))
    weave = [
        limb(
            bezier((-w * 0.8, y), (-w * 0.4, y - 22), (w * 0.4, y - 22), (w * 0.8, y), 5),
            [0.2, 0.5, 0.6, 0.6, 0.5, 0.2],
        )
        for y in (top - 2, top + 9)
    ]
    canvas.fill("".join(weave), _STRAW.deep)
    canvas.inked(_band(fit, 0.87, -64, -81, 32), fit.cloth.base, fit.cloth.ink, fit.line * 0.8)
    brim = Path((-w * 1.62, -60)).cubic((-w * 1.1, -92), (w * 1.1, -92), (w * 1.62, -60))
    brim.cubic((w * 0.95, -76), (-w * 0.95, -76), (-w * 1.62, -60))
    canvas.inked(brim.close(), _STRAW.light, _STRAW.ink, fit.line)


def _cap(canvas: Canvas, fit: _Fit) -> None:
    c, w, top = fit.cloth, fit.w, fit.top
    _shaded(canvas, fit, _dome(fit, 0.97, -54, top - 20, 24, 1.02), c, _right_shade(fit, 0.97, -54, top - 20, 24))
    seams = [
        limb(
            bezier((x * w, -72), (x * w * 1.1, -92), (x * w * 0.7, top - 8), (0, top - 19), 5),
            [0.3, 0.7, 0.8, 0.8, 0.6, 0.2],
        )
        for x in (-0.48, 0.45)
    ]
    canvas.fill("".join(seams), c.deep)
    canvas.fill(oval((0, top - 20), 5, 3), c.deep)
    x = 34 * fit.turn
    visor = Path((-w * 0.84 + x * 0.3, -64)).cubic((-w * 0.5, -88), (w * 0.5, -88), (w * 0.84 + x * 0.3, -64))
    visor.cubic((w * 0.9 + x, -36), (-w * 0.9 + x, -36), (-w * 0.84 + x * 0.3, -64))
    canvas.inked(visor.close(), c.shade, c.ink, fit.line)
    canvas.fill(limb([(-w * 0.6 + x * 0.5, -62), (x * 0.5, -73), (w * 0.5 + x * 0.5, -64)], [0.3, 2.0, 0.3]), c.base)


def _witch_behind(canvas: Canvas, fit: _Fit) -> None:
    canvas.inked(oval((0, -60), fit.w * 1.5, 33), fit.cloth.deep, fit.cloth.ink, fit.line)


def _witch(canvas: Canvas, fit: _Fit) -> None:
    c, w, top, s = fit.cloth, fit.w, fit.top, fit.lean
    tip = (s * 46.0, top - 42)
    left = bezier((-w * 0.86, -62), (-w * 0.62, top + 6), (-w * 0.2 + s * 6, top - 34), (s * 16, top - 56), 6)
    right = bezier((s * 22, top - 36), (w * 0.24 + s * 8, top - 16), (w * 0.62, top + 2), (w * 0.86, -62), 6)
    cone = Path(left[0]).through(*left[1:]).quad((s * 28, top - 62), tip).quad((s * 26, top - 48), right[0])
    cone.through(*right[1:]).cubic((w * 0.5, -90), (-w * 0.5, -90), (-w * 0.86, -62))
    shade = Path(right[1]).through(*right[2:])
    shade.cubic((w * 0.6, -92), (w * 0.3, top + 14), right[1])
    _shaded(canvas, fit, cone.close(), c, shade.close())
    canvas.inked(_band(fit, 0.86, -63, -78, 26), _GOLD.base, _GOLD.ink, fit.line * 0.8)
    brim = (
        Path((-w * 1.5, -60))
        .cubic((-w, -92), (w, -92), (w * 1.5, -60))
        .cubic((w * 0.8, -78), (-w * 0.8, -78), (-w * 1.5, -60))
    )
    canvas.inked(brim.close(), c.base, c.ink, fit.line)


def _sailor_cap(canvas: Canvas, fit: _Fit) -> None:
    w, top = fit.w, fit.top
    crown = Path((-w * 0.88, -76)).cubic((-w * 1.2, -92), (-w * 0.9, top - 22), (0, top - 20))
    crown.cubic((w * 0.9, top - 22), (w * 1.2, -92), (w * 0.88, -76)).cubic(
        (w * 0.5, -100), (-w * 0.5, -100), (-w * 0.88, -76)
    )
    _shaded(canvas, fit, crown.close(), _WHITE, _right_shade(fit, 0.98, -78, top - 18, 18))
    canvas.inked(_band(fit, 0.92, -59, -80, 24), fit.cloth.base, fit.cloth.ink, fit.line * 0.9)
    stripe = bezier((-w * 0.9, -66), (-w * 0.5, -90), (w * 0.5, -90), (w * 0.9, -66), 6)
    canvas.fill(limb(stripe, [0.9] * 7), "#ffffff", 0.85)


def _knit(canvas: Canvas, fit: _Fit) -> None:
    c, w, top, s = fit.cloth, fit.w, fit.top, fit.lean
    canvas.inked(oval((s * 10, top - 26), 15, 14), c.light, c.ink, fit.line)
    _shaded(canvas, fit, _dome(fit, 0.97, -56, top - 18, 22, 1.04), c, _right_shade(fit, 0.97, -56, top - 18, 22))
    ribs = [
        limb(
            [(x * w, -74 - 10 * (1 - x * x)), (x * w * 0.86, top + 8), (x * w * 0.3 + s * 6, top - 14)], [0.3, 1.0, 0.2]
        )
        for x in (-0.7, -0.42, -0.14, 0.14, 0.42, 0.7)
    ]
    canvas.fill("".join(ribs), c.shade)
    canvas.inked(_band(fit, 1.0, -50, -72, 22), c.light, c.ink, fit.line)
    stitches = [
        limb([(x * w, -54 - 17 * (1 - x * x)), (x * w * 0.99, -69 - 17 * (1 - x * x))], [0.6, 0.6])
        for x in (-0.9, -0.72, -0.54, -0.36, -0.18, 0.0, 0.18, 0.36, 0.54, 0.72, 0.9)
    ]
    canvas.fill("".join(stitches), c.base)


def _nothing(canvas: Canvas, fit: _Fit) -> None:
    """A hat without a part on this side of the hair."""


_Part = Callable[[Canvas, _Fit], None]
_BEFORE: dict[str, _Part] = {
    "beret": _beret,
    "straw": _straw,
    "cap": _cap,
    "witch": _witch,
    "sailor_cap": _sailor_cap,
    "knit": _knit,
}
_BEHIND: dict[str, _Part] = {**dict.fromkeys(_BEFORE, _nothing), "straw": _straw_behind, "witch": _witch_behind}
