"""Big drawn eyes: white, iris with gradient, pupil, highlights, lashes."""

from __future__ import annotations

from tachie.paperdoll.character import FaceDesign, Placement
from tachie.paperdoll.palette import mix, times
from tachie.paperdoll.svg import Canvas, Path, Point, flip

_LASH = "#33202a"


def eye_centers(face: FaceDesign, placement: Placement) -> tuple[Point, Point]:
    """Return the middle of the picture's left and right eye, in head units."""
    y = face.eye_y + placement.nod
    return (-face.eye_x + placement.turn, y), (face.eye_x + placement.turn, y)


def draw_eye(canvas: Canvas, face: FaceDesign, center: Point, side: int, turn: float) -> None:
    """Paint one eye about `center` (head units); `side` is 1 where the outer corner is to the right."""
    a, slant = face.eye_width, face.eye_slant
    top = face.eye_height * (1 - face.lid)
    low = face.eye_height * (0.78 if face.mouth in ("laugh", "grin") else 0.9)
    with canvas.group(transform=f"translate({center[0]:.2f} {center[1]:.2f})"):
        lid = flip([(-a, 4 + slant * 0.4), (-a * 0.72, -top * 1.12), (a * 0.5, -top * 1.34), (a, -2 - slant)], side)
        under = flip([(a * 0.92, low * 0.7), (a * 0.5, low * 1.12), (-a * 0.72, low * 1.1)], side)
        hole = Path(lid[0]).cubic(lid[1], lid[2], lid[3]).cubic(under[0], under[1], (0, low)).quad(under[2], lid[0])
        opening = hole.close()
        canvas.fill(opening, "#fffdfd")
        with canvas.group(clip=canvas.clip(opening)):
            _draw_iris(canvas, face, (-side * 0.8 + turn * 0.25, -0.5))
            shadow = Path(lid[0]).cubic(lid[1], lid[2], lid[3])
            shadow.cubic((lid[2][0], lid[2][1] + 9), (lid[1][0], lid[1][1] + 9), lid[0])
            canvas.fill(shadow.close(), "#4a3a66", 0.38)
        _draw_lashes(canvas, face, side, [*lid], low)


def _draw_iris(canvas: Canvas, face: FaceDesign, center: Point) -> None:
    x, y = center
    rx, ry = face.eye_width * 0.63, face.eye_height * 0.98
    color = face.eye
    dark = times(color, "#5a4a6e")
    paint = canvas.linear(
        (x, y - ry), (x, y + ry), (0, mix(dark, "#1c1428", 0.4)), (0.45, color), (1, mix(color, "#ffffff", 0.5))
    )
    canvas.ellipse((x, y), rx, ry, paint, ink=mix(dark, "#1c1428", 0.45), width=2.2)
    canvas.ellipse((x, y + ry * 0.6), rx * 0.66, ry * 0.28, mix(color, "#ffffff", 0.62), 0.75)
    canvas.ellipse((x, y + 0.5), rx * 0.44, ry * 0.46, mix(dark, "#120c1c", 0.65))
    # Both eyes catch the same light, so the highlights are not mirrored.
    canvas.ellipse((x - rx * 0.38, y - ry * 0.42), rx * 0.4, ry * 0.27, "#ffffff")
    canvas.ellipse((x + rx * 0.45, y + ry * 0.42), rx * 0.2, ry * 0.14, "#ffffff", 0.95)


def _draw_lashes(canvas: Canvas, face: FaceDesign, side: int, lid: list[Point], low: float) -> None:
    a, slant = face.eye_width, face.eye_slant
    thick = 4.2 + face.eye_height * 0.09
    start, first, second, end = flip(lid, side)
    outer = [
        (start[0] - 1.5, start[1] + 1),
        (first[0], first[1] - thick * 0.8),
        (second[0], second[1] - thick * 1.25),
        (a + 4.5, -5 - slant),
    ]
    lash = Path(flip(outer, side)[0]).cubic(*flip(outer[1:], side))
    wing = flip([(a + 3, -1 - slant), (a + 1.5, 4 - slant * 0.5), (a - 1.5, 6)], side)
    lash.quad(wing[0], wing[1]).quad(wing[2], (side * (end[0] - 1.5), end[1] + 1))
    lash.cubic((side * (second[0] - 1), second[1] + 1.2), (side * first[0], first[1] + 0.6), lid[0])
    color = mix(_LASH, face.skin.ink, 0.12)
    canvas.fill(lash.close(), color)
    flick = flip([(a * 0.9, -6 - slant), (a + 4, -9 - slant), (a + 7.5, -9.5 - slant), (a + 3, -4.5 - slant)], side)
    canvas.fill(Path(flick[0]).quad(flick[1], flick[2]).quad(flick[1], flick[3]).close(), color)
    crease = flip(
        [
            (-a * 0.55, -face.eye_height * 1.12 - 5.5),
            (a * 0.35, -face.eye_height * 1.28 - 6),
            (a * 0.95, -face.eye_height * 0.78 - 5),
        ],
        side,
    )
    canvas.stroke(Path(crease[0]).quad(crease[1], crease[2]).open(), face.skin.ink, 1.1, 0.7)
    under = flip([(a * 0.86, low * 0.55), (a * 0.45, low * 1.14), (-a * 0.35, low * 1.0)], side)
    canvas.stroke(Path(under[0]).quad(under[1], under[2]).open(), color, 1.4, 0.85)
