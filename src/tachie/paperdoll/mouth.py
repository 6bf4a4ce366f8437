"""Mouths by name: closed ones are tapered lines, open ones have a dark inside, teeth, tongue or a fang."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tachie.paperdoll.character import FaceDesign
from tachie.paperdoll.palette import mix
from tachie.paperdoll.style import Style
from tachie.paperdoll.svg import Canvas, Path, Point, limb
from tachie.paperdoll.view import View

_INSIDE, _DEEP, _TONGUE, _TEETH = "#a8404a", "#6e2430", "#f09a96", "#fffaf8"


@dataclass(frozen=True, slots=True)
class _Open:
    """An open mouth: half width, y of corners, of the upper lip's and of the lower lip's middle, squareness, teeth."""

    half: float
    corner: float
    top: float
    low: float
    square: float
    teeth: float
    tongue: float


_OPEN = {
    "laugh": _Open(14.0, -3.4, 0.2, 15.5, 2.2, 3.6, 0.46),
    "cheer": _Open(12.0, -2.6, -0.2, 18.5, 2.6, 3.4, 0.5),
    "talk": _Open(8.6, -1.6, -0.6, 8.6, 2.0, 0.0, 0.5),
    "fang": _Open(11.5, -3.0, -0.4, 11.5, 2.0, 0.0, 0.5),
    "o": _Open(4.4, 1.6, -3.0, 6.4, 2.0, 0.0, 0.4),
    "ah": _Open(6.4, 1.0, -3.2, 8.6, 2.2, 0.0, 0.5),
    "gasp": _Open(5.6, 2.6, -4.0, 9.5, 2.4, 0.0, 0.36),
    "shout": _Open(9.6, 2.4, -4.0, 12.5, 3.2, 3.0, 0.42),
}
# A closed mouth is a line through three heights: left corner, middle, right corner; and its half width.
_CLOSED = {
    "smile": (11.5, -1.4, 3.4, -1.4),
    "grin": (15.0, -3.2, 4.2, -3.2),
    "soft": (8.5, -0.4, 2.4, -0.4),
    "smirk": (9.5, 0.6, 2.2, -2.6),
    "tongue": (10.5, -1.2, 2.6, -1.2),
    "line": (6.8, 0.0, 0.3, 0.0),
    "small": (4.2, 0.4, -0.2, 0.4),
    "wry": (7.6, 1.4, 0.0, -1.0),
    "frown": (7.8, 2.4, -1.6, 2.4),
    "pout": (5.0, 1.6, -1.4, 1.6),
}


def _half_width(face: FaceDesign) -> float:
    kind = face.mouth
    half = _OPEN[kind].half if kind in _OPEN else _CLOSED[kind][0] if kind in _CLOSED else 9.5
    return half * face.mouth_width


def mouth_y(face: FaceDesign) -> float:
    """Return the y of the mouth's line, seen from the front, in head units."""
    low_eye = face.eye_y + face.eye_height * 0.9
    return low_eye + (face.chin - low_eye) * (0.53 if face.mouth in _OPEN else 0.57)


def _squeeze(face: FaceDesign) -> float:
    """Return the factor on heights that keeps an open mouth off the chin."""
    if face.mouth not in _OPEN:
        return 1.0
    return min(1.0, 0.72 * (face.chin - mouth_y(face)) / _OPEN[face.mouth].low)


def mouth_points(face: FaceDesign, view: View) -> dict[str, Point]:
    """Return the mouth's corners, top and bottom as they are seen, in head units."""
    y, half = mouth_y(face), _half_width(face)
    if face.mouth in _OPEN:
        form = _OPEN[face.mouth]
        corner, top, low = form.corner, form.top, form.low
    else:
        _, left, middle, right = _CLOSED.get(face.mouth, (0.0, -0.5, 0.5, -0.5))
        corner, top, low = (left + right) / 2, min(left, middle, right) - 0.5, max(left, middle, right) + 0.5
    ends = {
        "mouth_left": (-half, corner),
        "mouth_right": (half, corner),
        "mouth_top": (0.0, top),
        "mouth_bottom": (0.0, low),
    }
    squeeze = _squeeze(face)
    return {name: view.on_face((u, y + v * squeeze)) for name, (u, v) in ends.items()}


def draw_mouth(canvas: Canvas, face: FaceDesign, view: View, style: Style) -> None:
    """Paint the mouth that `face.mouth` names."""
    middle, squeeze = mouth_y(face), _squeeze(face)

    def at(u: float, v: float) -> Point:
        return view.on_face((u, middle + v * squeeze))

    line = mix(mix(face.skin.ink, "#5a1c26", 0.5), "#241018", 0.45 * style.ink)
    width = 0.5 + 0.3 * style.line
    if face.mouth in _OPEN:
        _draw_open(canvas, face, at, line, width)
        return
    half = _half_width(face)
    if face.mouth in ("cat", "wave"):
        _draw_bows(canvas, face, at, line, width)
        return
    _, left, low, right = _CLOSED[face.mouth]
    row: list[Point] = []
    for k in range(7):
        t = -1 + k / 3
        ends = left + (right - left) * (t + 1) / 2
        row.append(at(half * t, ends + (low - ends) * (1 - t * t)))
    if face.mouth == "tongue":
        tip = Path(at(half * 0.1, low - 0.4)).cubic(
            at(half * 0.15, 9.5), at(half * 0.7, 8.5), at(half * 0.68, low - 1.8)
        )
        canvas.inked(tip.close(), _TONGUE, line, width)
    full = (0.35, 0.8, 1.0, 1.05, 1.0, 0.8, 0.35)
    shapes = [limb(row, [width * w for w in full])]
    if face.mouth in ("smile", "grin", "smirk"):
        for t, end in ((-1.0, left), (1.0, right)):
            corner = [
                at(half * t - 1.0 * t, end - 1.0),
                at(half * t + 0.3 * t, end - 0.2),
                at(half * t + 0.2 * t, end + 1.4),
            ]
            shapes.append(limb(corner, [0.2, width * 0.7, 0.1]))
    canvas.fill("".join(shapes), line)
    shade = [at(-3.4, 6.4 + max(low, 0) * 0.5), at(0.2, 7.4 + max(low, 0) * 0.5), at(3.8, 6.4 + max(low, 0) * 0.5)]
    canvas.fill(limb(shade, [0.1, 0.85, 0.1]), face.skin.deep)


def _draw_open(canvas: Canvas, face: FaceDesign, at: Callable[[float, float], Point], line: str, width: float) -> None:
    form, half = _OPEN[face.mouth], _half_width(face)

    def top(t: float) -> float:
        return form.corner + (form.top - form.corner) * float(1 - abs(t) ** 2.2)

    def low(t: float) -> float:
        return form.corner + (form.low - form.corner) * float((1 - abs(t) ** form.square) ** 0.62)

    row = [-1 + k / 6 for k in range(13)]

    def region(upper: Callable[[float], float], lower: Callable[[float], float]) -> str:
        ts = [t for t in row if lower(t) - upper(t) > 0.05]
        if len(ts) < 2:
            return ""
        a, b = [at(half * t, upper(t)) for t in ts], [at(half * t, lower(t)) for t in ts]
        return Path(a[0]).through(*a[1:]).line(b[-1]).through(*b[-2::-1]).close()

    whole = region(lambda t: top(t) - 0.02, lambda t: low(t) + 0.02)
    canvas.inked(whole, _INSIDE, line, width * 1.15)
    canvas.fill(region(top, lambda t: min(low(t), top(t) + (form.low - form.top) * 0.3)), _DEEP, 0.55)
    rise = form.low - (form.low - form.top) * form.tongue
    tongue = region(lambda t: max(top(t), rise + 3.2 * t * t + 1.2 * (1 - abs(t) * 4 if abs(t) < 0.25 else 0)), low)
    canvas.fill(tongue, _TONGUE)
    white = ""
    if form.teeth:
        white = region(top, lambda t: min(low(t), top(t) + form.teeth * (1 - 0.5 * t * t)))
    elif face.mouth == "fang":
        u = half * 0.5
        white = Path(at(u - 2.4, top(0.35))).line(at(u + 2.2, top(0.6)), at(u + 0.2, top(0.5) + 5.2)).close()
    if white:
        canvas.fill(white, _TEETH)
    # The upper lip's line is the heavier one; below, a touch of shade under the lower lip.
    lip = [at(half * t * 1.05, top(max(-1.0, min(1.0, t)))) for t in (-1, -0.6, -0.2, 0.2, 0.6, 1)]
    canvas.fill(limb(lip, [width * w for w in (0.5, 0.9, 1.0, 1.0, 0.9, 0.5)]), line)
    if _squeeze(face) < 1:
        return  # no room under the lip
    under = [at(-3.2, form.low + 3.2), at(0, form.low + 4.2), at(3.4, form.low + 3.2)]
    canvas.fill(limb(under, [0.1, 0.8, 0.1]), face.skin.deep)


def _draw_bows(canvas: Canvas, face: FaceDesign, at: Callable[[float, float], Point], line: str, width: float) -> None:
    """Paint the mouth of a cat, or a wavy one."""
    w = face.mouth_width
    if face.mouth == "cat":
        row = [
            (-10, -1.5),
            (-8, 1.8),
            (-4.6, 2.8),
            (-1.4, 1.2),
            (0, -0.8),
            (1.4, 1.2),
            (4.6, 2.8),
            (8, 1.8),
            (10, -1.5),
        ]
    else:
        row = [(-9, 0.8), (-6.4, -1), (-3.4, 0.9), (-0.4, -0.9), (2.6, 0.9), (5.6, -0.9), (8.6, 0.6)]
    ends = len(row) - 1
    widths = [width * (0.3 if k in (0, ends) else 0.95) for k in range(len(row))]
    canvas.fill(limb([at(u * w, v) for u, v in row], widths), line)
