"""Hands with fingers: drawn once each in a frame of their own, then turned and scaled to the wrist.

In that frame the wrist is (0, 0), fingers point to +y, the thumb lies to -x; lengths are units of a tall figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians, sin

from tachie.paperdoll.palette import Ramp
from tachie.paperdoll.pen import Pen
from tachie.paperdoll.svg import Path, Point, limb, tapered

# Fingers as (points from root to tip, half width); painted in order, the palm last.
_Finger = tuple[tuple[Point, ...], float]
_PALM: tuple[Point, ...] = ((-8, -4), (-11, 8), (-11.5, 20), (-9, 30), (0, 32.5), (9, 30), (11, 20), (10, 8), (8, -4))
_FINGERS: dict[str, tuple[_Finger, ...]] = {
    "relaxed": (
        (((9, 27), (10, 38), (7, 46)), 3.9),
        (((4.5, 30), (5.5, 43), (2.5, 52)), 4.2),
        (((-1, 30), (-1, 45), (-3.5, 55)), 4.4),
        (((-6.5, 28), (-7.5, 42), (-8.5, 51)), 4.4),
        (((-9, 8), (-16, 20), (-15, 34)), 4.4),
    ),
    "flat": (
        (((8.5, 27), (10.5, 38), (11, 47)), 3.8),
        (((3.5, 30), (4.5, 44), (4.5, 54)), 4.2),
        (((-1.5, 30), (-2, 46), (-2, 57)), 4.4),
        (((-6.8, 28), (-8.5, 43), (-9, 53)), 4.4),
        (((-9, 8), (-18, 18), (-20, 30)), 4.4),
    ),
    "open": (
        (((9, 26), (16, 36), (21, 44)), 3.8),
        (((4, 30), (8, 45), (10, 55)), 4.2),
        (((-1.5, 31), (-2, 47), (-2, 59)), 4.4),
        (((-7, 28), (-11, 43), (-13, 54)), 4.4),
        (((-9, 8), (-20, 17), (-26, 27)), 4.6),
    ),
    "peace": (
        (((9, 25), (10, 33), (5, 34)), 4.2),
        (((4.5, 28), (5, 36), (0, 36)), 4.5),
        (((-0.5, 29), (3, 46), (6, 59)), 4.4),
        (((-6.8, 28), (-11, 44), (-14, 56)), 4.4),
        (((-9, 10), (-12, 21), (0, 28)), 4.6),
    ),
    "point": (
        (((9, 25), (10, 33), (5, 33)), 4.2),
        (((4.5, 28), (5, 36), (0, 35)), 4.4),
        (((-0.5, 29), (0, 37), (-4, 35)), 4.5),
        (((-6.8, 28), (-8, 45), (-8.5, 58)), 4.4),
        (((-9, 10), (-13, 21), (-2, 27)), 4.6),
    ),
    "grip": (
        (((9, 24), (9, 34), (2, 36)), 4.2),
        (((4.5, 27), (4, 38), (-3, 39)), 4.5),
        (((-1, 28), (-2, 40), (-8, 39)), 4.6),
        (((-6.5, 26), (-9, 38), (-14, 36)), 4.5),
        (((-9, 8), (-15, 19), (-8, 29)), 4.5),
    ),
    "hip": (
        (((7, 26), (10, 35), (8, 42)), 3.8),
        (((3, 28), (4, 41), (0, 48)), 4.2),
        (((-2, 28), (-4, 43), (-8, 50)), 4.4),
        (((-7, 26), (-12, 38), (-17, 43)), 4.4),
    ),
    "clasp": (
        (((9, 26), (12, 36), (9, 44)), 3.8),
        (((4.5, 29), (6, 41), (2, 49)), 4.2),
        (((-1, 30), (-1, 43), (-5, 51)), 4.4),
        (((-6.5, 28), (-8, 41), (-12, 47)), 4.4),
    ),
    "pinch": (
        (((9, 27), (13, 37), (12, 45)), 3.8),
        (((4.5, 29), (6, 41), (5, 49)), 4.2),
        (((-1, 30), (-2, 42), (-6, 48)), 4.4),
        (((-6.5, 28), (-9, 38), (-13, 41)), 4.4),
        (((-9, 8), (-16, 19), (-15, 33)), 4.4),
    ),
}  # fmt: skip


def draw_hand(pen: Pen, skin: Ramp, kind: str, wrist: Point, angle: float, side: int, scale: float) -> None:
    """Paint the hand `kind` at a wrist; `angle` turns it outward from pointing down (degrees), `side` mirrors it."""
    turned = radians(-angle * side)

    def place(points: Sequence[Point]) -> list[Point]:
        row = [(x * side * scale, y * scale) for x, y in points]
        return [
            (wrist[0] + x * cos(turned) - y * sin(turned), wrist[1] + x * sin(turned) + y * cos(turned)) for x, y in row
        ]

    fingers = [
        limb(place(points), [w * scale * k for k in (1.0, 0.97, 0.62)]) + _tip(place(points), w * scale * 0.66)
        for points, w in _FINGERS[kind]
    ]
    palm_points = place(_PALM)
    palm = Path(palm_points[0]).through(*palm_points[1:]).close()
    ink = pen.ink(skin)
    canvas = pen.canvas
    thin = pen.line * 0.72
    canvas.fill(palm, skin.base, ink=ink, width=thin * 1.5)
    thumb_over = kind in ("peace", "point", "grip")
    for finger in fingers[: 4 if thumb_over else None]:
        canvas.inked(finger, skin.base, ink, thin)
    canvas.fill(palm, skin.base)
    if thumb_over:
        canvas.inked(fingers[4], skin.base, ink, thin)
    if pen.style.shading != "flat":
        row = place([(9.5, 2), (11, 18), (8, 29), (4.5, 16)])
        canvas.fill(Path(row[0]).quad(row[1], row[2]).quad(row[3], row[0]).close(), skin.shade)
    knuckles = [place([(x - 0.4, 28.5), (x, 26), (x + 0.4, 22.5)]) for x in (-4, 1.5, 6.5)]
    canvas.fill("".join(tapered(a, b, c, 0.5) for a, b, c in knuckles), skin.deep)


def _tip(points: Sequence[Point], radius: float) -> str:
    """Return the round end of a finger, wound as `limb` winds, so that both are one shape."""
    x, y = points[-1]
    k = radius * 0.5523
    path = Path((x - radius, y)).cubic((x - radius, y - k), (x - k, y - radius), (x, y - radius))
    path.cubic((x + k, y - radius), (x + radius, y - k), (x + radius, y)).cubic(
        (x + radius, y + k), (x + k, y + radius), (x, y + radius)
    )
    return path.cubic((x - k, y + radius), (x - radius, y + k), (x - radius, y)).close()
