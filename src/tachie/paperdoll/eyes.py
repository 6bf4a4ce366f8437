"""Big drawn eyes: white, iris with gradient and highlights, tapered lashes; shut they are a curve of lashes."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sqrt

from tachie.paperdoll.character import FaceDesign
from tachie.paperdoll.palette import mix, turned
from tachie.paperdoll.style import Style
from tachie.paperdoll.svg import Canvas, Path, Point, limb, oval, sides
from tachie.paperdoll.view import View

SHUT = 0.72  # from here on an eye is drawn as shut


@dataclass(frozen=True, slots=True)
class _Shape:
    """Lids in halves of the eye's width and height: heights of both lids, their corners, how square, where highest."""

    top: float
    low: float
    inner_y: float
    outer_y: float
    square: float
    apex: float
    wide: float = 1.0


_SHAPES = {
    "round": _Shape(1.0, 0.92, 0.34, 0.16, 2.8, 0.04),
    "tall": _Shape(1.1, 1.0, 0.4, 0.2, 3.2, 0.02, 0.93),
    "tsurime": _Shape(0.94, 0.88, 0.48, -0.2, 2.6, 0.16),
    "tareme": _Shape(0.96, 0.9, 0.08, 0.44, 2.9, -0.1),
    "half": _Shape(0.64, 0.94, 0.08, 0.04, 5.0, 0.05, 1.03),
    "narrow": _Shape(0.8, 0.74, 0.34, -0.02, 2.5, 0.1, 1.08),
}


@dataclass(frozen=True, slots=True)
class Eye:
    """One eye's lids as functions of u (-1 inner to 1 outer corner), in head units from the eye's middle."""

    face: FaceDesign
    view: View
    side: int

    @property
    def half_width(self) -> float:
        """Return half the distance of the corners, seen from the front."""
        return self.face.eye_width * _SHAPES[self.face.eye_shape].wide

    def corner_y(self, u: float) -> float:
        """Return the y of the line between the corners."""
        shape, h = _SHAPES[self.face.eye_shape], self.face.eye_height
        tilt = (shape.inner_y, shape.outer_y)
        return h * (tilt[0] + (tilt[1] - tilt[0]) * (u + 1) / 2) - self.face.eye_slant * u

    def open_upper(self, u: float) -> float:
        """Return the y of the upper lid of the open eye."""
        shape, h = _SHAPES[self.face.eye_shape], self.face.eye_height
        rise = h * shape.top * (1 - 0.5 * self.face.lid) + self.corner_y(shape.apex)
        return self.corner_y(u) - rise * _arch(u, shape.apex, shape.square)

    def lower(self, u: float) -> float:
        """Return the y of the lower lid, which rises a little under a broad smile."""
        shape, h = _SHAPES[self.face.eye_shape], self.face.eye_height
        lift = 0.86 if self.face.mouth in ("laugh", "grin", "cheer") else 1.0
        drop = h * shape.low * lift - self.corner_y(-0.1)
        return self.corner_y(u) + drop * _arch(u, -shape.apex * 0.6, 3.0)

    def upper(self, u: float) -> float:
        """Return the y of the upper lid as it stands, sunk by `face.closed`."""
        top, shut = self.open_upper(u), self.lower(u) * 0.72 + 1.0
        return top + (shut - top) * min(1.0, self.face.closed)

    def at(self, u: float, y: float) -> Point:
        """Return where a point of this eye is seen, in head units."""
        middle = self.side * self.face.eye_x
        return self.view.on_face((middle + self.side * u * self.half_width, self.face.eye_y + y))

    @property
    def pupil(self) -> Point:
        """Return the iris's middle as (x in head units to the right, y) from the eye's middle."""
        gaze = self.face.gaze
        x = 3.4 * gaze[0] + 2.2 * self.view.sine - 0.4 * self.side
        return x, 2.4 * gaze[1] + self.face.eye_height * 0.02

    @property
    def pupil_at(self) -> Point:
        """Return where the pupil is seen, in head units."""
        x, y = self.pupil
        return self.at(x * self.side / self.half_width, y)


def _arch(u: float, apex: float, power: float) -> float:
    v = (u - apex) / ((1 - apex) if u > apex else (1 + apex))
    return 1.0 - float(min(1.0, abs(v)) ** power)


def draw_eye(canvas: Canvas, face: FaceDesign, view: View, style: Style, side: int) -> None:
    """Paint one eye; `side` is -1 for the picture's left one."""
    eye = Eye(face, view, side)
    if face.closed >= SHUT:
        _draw_shut(canvas, eye, style)
        return
    row = [-1 + k / 6 for k in range(13)]
    upper = [eye.at(u, eye.upper(u)) for u in row]
    lower = [eye.at(u, eye.lower(u)) for u in row]
    white = mix("#ffffff", face.skin.base, 0.12 if style.shading == "flat" else 0.06)
    canvas.fill(Path(upper[0]).through(*upper[1:]).through(*reversed(lower[:-1])).close(), white)
    _draw_iris(canvas, eye, style)
    thick = face.eye_height * 0.26
    shadow = [eye.at(u, min(eye.upper(u) + thick * _arch(u, 0.1, 2.0), eye.lower(u))) for u in row]
    canvas.fill(Path(upper[0]).through(*upper[1:]).through(*reversed(shadow[:-1])).close(), "#453058", 0.34)
    _draw_glints(canvas, eye)
    _draw_lashes(canvas, eye, style)


def _disc(eye: Eye, center: Point, rx: float, ry: float) -> str:
    """Return an upright ellipse (units from the eye's middle), cut by both lids; "" where the lids hide it."""
    cx, cy = center
    half = eye.half_width
    tops: list[Point] = []
    lows: list[Point] = []
    for k in range(13):
        t = -cos(pi * k / 12)
        u = (cx + t * rx) * eye.side / half
        if abs(u) > 1:
            continue
        reach = ry * sqrt(max(0.0, 1 - t * t))
        top, low = max(eye.upper(u), cy - reach), min(eye.lower(u), cy + reach)
        if top <= low:
            tops.append(eye.at(u, top))
            lows.append(eye.at(u, low))
    if len(tops) < 2:
        return ""
    return Path(tops[0]).through(*tops[1:]).line(lows[-1]).through(*lows[-2::-1]).close()


def _draw_iris(canvas: Canvas, eye: Eye, style: Style) -> None:
    face, color = eye.face, eye.face.eye
    center = eye.pupil
    rx, ry = face.eye_width * 0.75, face.eye_height * 0.98
    dark = mix(turned(color, 14, 1.15, 0.45), "#140c20", 0.25)
    bright = mix(turned(color, -14, 0.85, 1.25), "#ffffff", 0.32)

    def disc(dy: float, sx: float, sy: float, paint: str, opacity: float = 1.0) -> None:
        shape = _disc(eye, (center[0], center[1] + dy * ry), rx * sx, ry * sy)
        if shape:
            canvas.fill(shape, paint, opacity)

    high, low = eye.at(0, center[1] - ry)[1], eye.at(0, center[1] + ry)[1]
    disc(0, 1, 1, mix(dark, "#100818", 0.35))
    if style.shading == "soft":
        stops: tuple[tuple[float, str], ...] = (
            (0.0, dark),
            (0.36, mix(color, dark, 0.35)),
            (0.62, color),
            (1.0, bright),
        )
    else:
        stops = ((0.0, dark), (0.46, dark), (0.5, color), (0.72, color), (1.0, bright))
    paint = canvas.linear((0, high), (0, low), *stops)
    disc(0, 0.87, 0.91, paint)
    if style.year >= 2008 and style.shading == "soft":
        disc(-0.52, 0.66, 0.26, mix(color, "#a8c4ff", 0.6), 0.4)  # the sky in it
    disc(0.5, 0.64, 0.38, bright, 0.55 if style.shading == "soft" else 0.8)
    disc(0.02, 0.42, 0.46, mix(dark, "#0c0612", 0.6))
    if face.glint in ("gloss", "triple"):
        disc(0.66, 0.4, 0.16, mix(bright, "#ffffff", 0.5), 0.8)


# Highlights: x and y in halves of the iris, radii; both eyes catch the same light, so they are not mirrored.
_GLINTS: dict[str, tuple[tuple[float, float, float, float], ...]] = {
    "classic": ((-0.36, -0.4, 0.36, 0.25), (0.44, 0.42, 0.18, 0.13)),
    "tall": ((-0.34, -0.3, 0.25, 0.36), (0.4, 0.46, 0.14, 0.18)),
    "triple": ((-0.34, -0.44, 0.34, 0.23), (0.42, 0.2, 0.15, 0.11), (-0.36, 0.52, 0.13, 0.1)),
    "gloss": ((-0.28, -0.5, 0.46, 0.19), (0.5, 0.1, 0.12, 0.17), (-0.42, 0.4, 0.1, 0.08)),
}


def _draw_glints(canvas: Canvas, eye: Eye) -> None:
    x, y = eye.pupil
    rx, ry = eye.face.eye_width * 0.75, eye.face.eye_height * 0.98
    shapes: list[str] = []
    for dx, dy, w, h in _GLINTS[eye.face.glint]:
        u, v = (x + dx * rx) * eye.side / eye.half_width, y + dy * ry
        if eye.upper(u) + 1 < v < eye.lower(u):
            shapes.append(oval(eye.at(u, v), w * rx * eye.view.cosine, h * ry))
    if shapes:
        canvas.fill("".join(shapes), "#ffffff")


def _lash_shape(eye: Eye, thick: float, wing: Point) -> str:
    """Return the tapered shape of the upper lashes: thin at the inner corner, thickest before the wing (u, y)."""
    row = [-1.0 + k / 5 for k in range(11)]
    lid = [eye.at(u, eye.upper(u) + 0.4) for u in row]
    above, below = sides(lid, [thick * (0.14 + 0.86 * min(1.0, (u + 1) / 1.5) ** 0.7) for u in row])
    high = above if above[5][1] < below[5][1] else below
    tip = eye.at(*wing)
    (x0, y0), (x1, y1) = high[-1], lid[-1]
    path = Path(lid[0]).through(*high[1:]).quad(((x0 + tip[0]) / 2, (y0 + tip[1]) / 2 + 1.2), tip)
    return path.quad((x1, y1 + 2.2), (x1 - 0.5 * (tip[0] - x1), y1 + 1.6)).through(*reversed(lid[:-1])).close()


def draw_lashes_over(canvas: Canvas, face: FaceDesign, view: View, style: Style, opacity: float) -> None:
    """Paint the upper lashes once more, over the fringe: they show through it, as the style wants."""
    if face.closed < SHUT:
        shapes = [_upper_lashes(Eye(face, view, side), style)[0] for side in (-1, 1)]
        canvas.fill("".join(shapes), face.lash_ink, opacity)


def _upper_lashes(eye: Eye, style: Style) -> tuple[str, float]:
    """Return the upper lashes with their wing and spikes, and how thick they are."""
    face = eye.face
    kind, h = face.lash, face.eye_height
    thick = (
        {"plain": 3.6, "wing": 3.8, "spikes": 3.6, "heavy": 4.7}[kind] * (0.72 + 0.18 * style.line) * (h / 17) ** 0.5
    )
    droop = {"tareme": 2.6, "tsurime": -2.4}.get(face.eye_shape, 0.0)
    end = eye.upper(1.0)
    reach = {"plain": 1.2, "wing": 1.36, "spikes": 1.28, "heavy": 1.3}[kind]
    shapes = [_lash_shape(eye, thick, (reach, end - 1.0 + droop))]
    if kind in ("spikes", "heavy"):
        for u, out, up in ((0.55, 0.95, 3.0), (0.8, 1.2, 1.6)):
            root, tip = eye.upper(u) - thick * 0.6, eye.upper(min(u, 1.0)) - thick - up + droop * 0.3
            spike = Path(eye.at(u - 0.2, root - 0.4)).quad(eye.at((u + out) / 2, root - up * 0.4), eye.at(out, tip))
            shapes.append(spike.quad(eye.at((u + out) / 2 + 0.1, root + 0.8), eye.at(u + 0.12, root + 1.4)).close())
    return "".join(shapes), thick


def _draw_lashes(canvas: Canvas, eye: Eye, style: Style) -> None:
    face = eye.face
    upper, thick = _upper_lashes(eye, style)
    shapes = [upper]
    # The lower lash: a hairline that swells towards the outer corner.
    start = -0.35 if style.year < 2008 else 0.05
    under = [eye.at(u, eye.lower(u) + 0.3) for u in (start + (0.97 - start) * k / 5 for k in range(6))]
    swell = 0.3 + 0.3 * style.line
    shapes.append(limb(under, [swell * w for w in (0.15, 0.5, 0.8, 1.1, 1.25, 0.5)]))
    if face.lash == "heavy":
        for u in (0.5, 0.78):
            spot = eye.lower(u)
            spike = Path(eye.at(u - 0.06, spot)).line(eye.at(u + 0.16, spot + 3.4), eye.at(u + 0.08, spot))
            shapes.append(spike.close())
    canvas.fill("".join(shapes), face.lash_ink)
    row = [(-0.62 + 1.5 * k / 5) for k in range(6)]
    gap = thick + 2.6 + 0.06 * face.eye_height
    crease = [eye.at(u, eye.upper(max(-1.0, min(u, 1.0))) - gap * (0.82 + 0.18 * u)) for u in row]
    canvas.fill(limb(crease, [0.1, 0.45, 0.6, 0.6, 0.45, 0.1]), mix(face.skin.ink, face.lash_ink, 0.25))


def _draw_shut(canvas: Canvas, eye: Eye, style: Style) -> None:
    """Paint the shut eye: a thick curve of lashes, arched upwards in a laugh."""
    face = eye.face
    joy = face.mouth in ("laugh", "cheer") and face.closed >= 1
    bend = -0.55 if joy else 0.42
    y0 = face.eye_height * (0.42 if joy else 0.3)

    def lid(u: float) -> float:
        return y0 + face.eye_height * bend * _arch(u, 0.0, 2.0)

    thick = 3.0 * (0.75 + 0.16 * style.line)
    row = [-1 + k / 5 for k in range(11)]
    widths = [thick * 0.55 * (0.25 + 0.75 * (1 - abs((u - 0.25) / 1.25) ** 2)) for u in row]
    shapes = [limb([eye.at(u, lid(u)) for u in row], widths)]
    for u, out in ((0.72, 1.1), (0.94, 1.3)):
        down = 3.2 if not joy else -1.2
        tip = eye.at(out, lid(min(u, 1.0)) + down)
        shapes.append(Path(eye.at(u - 0.12, lid(u - 0.12))).line(tip, eye.at(min(1.0, u + 0.08), lid(u))).close())
    canvas.fill("".join(shapes), face.lash_ink)
    if not joy:
        crease = [eye.at(u, -face.eye_height * 0.25 + 3 * u * u) for u in (-0.5, 0.0, 0.5, 0.85)]
        canvas.fill(limb(crease, [0.1, 0.5, 0.5, 0.1]), mix(face.skin.ink, face.skin.deep, 0.4))
