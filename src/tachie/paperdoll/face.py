"""The head without its hair: neck shadow, skin, eyes, brows, nose, mouth, blush."""

from __future__ import annotations

from tachie.paperdoll.character import FaceDesign, Placement
from tachie.paperdoll.eyes import draw_eye, eye_centers
from tachie.paperdoll.palette import mix
from tachie.paperdoll.svg import Canvas, Path, Point, tapered

MOUTH_Y = 56.0
_INSIDE, _TONGUE, _LINE = "#8a2f3c", "#ee8f92", "#7a3038"


def face_outline(face: FaceDesign) -> str:
    """Return the path of the face from the skull to the chin, in head units."""
    w, j, c, p = face.cheek, face.jaw, face.chin, face.point
    return (
        Path((-w, -42))
        .cubic((-w - 1, -10), (-w - 1, 16), (-w + 4, 32))
        .cubic((-w + 7, 44), (-j - 4, c - 30), (-j + 7, c - 20))
        .cubic((-j + 17, c - 11), (-p - 7, c - 1), (0, c))
        .cubic((p + 7, c - 1), (j - 17, c - 11), (j - 7, c - 20))
        .cubic((j + 4, c - 30), (w - 7, 44), (w - 4, 32))
        .cubic((w + 1, 16), (w + 1, -10), (w, -42))
        .cubic((w * 0.8, -104), (-w * 0.8, -104), (-w, -42))
        .close()
    )


def mouth_center(face: FaceDesign, placement: Placement) -> Point:
    """Return where the mouth's middle is, in head units."""
    return placement.turn * 0.9, MOUTH_Y + (face.chin - 78) * 0.55 + placement.nod


def draw_skin(canvas: Canvas, face: FaceDesign, shadow: str) -> None:
    """Paint ears and face, with the `shadow` that the fringe throws on the forehead (a closed path)."""
    skin = face.skin
    for side in (-1, 1):
        ear = Path((side * 55, 2)).cubic((side * 68, -12), (side * 76, 4), (side * 67, 22))
        ear.cubic((side * 64, 32), (side * 58, 34), (side * 54, 30))
        canvas.fill(ear.close(), skin.base, ink=skin.ink, width=1.4)
        canvas.stroke(Path((side * 60, 6)).quad((side * 69, 4), (side * 63, 20)).open(), skin.deep, 1.6)
    canvas.fill(face_outline(face), skin.base, ink=skin.ink, width=1.7)
    # The side away from the light, a sliver along the jaw.
    w, j, c, p = face.cheek, face.jaw, face.chin, face.point
    edge = Path((0, c - 1)).cubic((p + 7, c - 2), (j - 18, c - 12), (j - 8, c - 21))
    edge.cubic((j + 3, c - 31), (w - 8, 43), (w - 5, 31)).cubic((w - 10, 38), (w - 16, 58), (0, c - 1))
    canvas.fill(shadow + edge.close(), mix(skin.base, skin.shade, 0.85))


def draw_features(canvas: Canvas, face: FaceDesign, placement: Placement) -> None:
    """Paint eyes, nose, mouth and blush, shifted by the placement's turn and nod."""
    turn, nod = placement.turn, placement.nod
    for side in (-1, 1):
        if face.blush:
            spot = (side * (face.eye_x + 8) + turn, 38 + nod)
            canvas.ellipse(spot, 15, 8.5, canvas.glow(spot, 15, "#ff6a72", 0.62))
            for step in (-1, 0, 1):
                x, y = spot[0] + step * 6, spot[1]
                canvas.stroke(Path((x + 1.8, y - 3.4)).line((x - 1.8, y + 3)).open(), "#e8606a", 1.3, 0.65)
    for side, center in zip((-1, 1), eye_centers(face, placement), strict=True):
        draw_eye(canvas, face, center, side, turn)
    nose: Point = (turn * 1.3, 37 + nod)
    canvas.fill(
        tapered((nose[0] + 1, nose[1] - 6), (nose[0] + 4, nose[1] + 1), (nose[0] - 1, nose[1] + 2), 1.2), face.skin.deep
    )
    canvas.ellipse((nose[0] - 1.6, nose[1] - 4), 1.1, 2.2, face.skin.light, 0.9)
    _draw_mouth(canvas, face, mouth_center(face, placement))


def draw_brows(canvas: Canvas, face: FaceDesign, placement: Placement, color: str, opacity: float) -> None:
    """Paint the brows; painted once more over the fringe they show through it, as the style wants."""
    for side, (x, y) in zip((-1, 1), eye_centers(face, placement), strict=True):
        top = y - face.eye_height - 10 - face.brow_lift
        inner = (x - side * 12, top + face.brow_slant)
        outer = (x + side * 16, top + 2.5 - face.brow_slant)
        canvas.fill(tapered(inner, (x + side * 4, top - 5.5), outer, 1.5), color, opacity)


def _draw_mouth(canvas: Canvas, face: FaceDesign, center: Point) -> None:
    x, y = center
    w = face.mouth_width
    line = mix(_LINE, face.skin.ink, 0.35)
    kind = face.mouth
    if kind in ("laugh", "talk", "fang", "ah", "shout"):
        half, drop, corner = {
            "laugh": (14.5, 19.0, -4.5),
            "talk": (10.5, 13.0, -2.5),
            "fang": (12.5, 15.0, -3.5),
            "ah": (8.0, 12.0, 1.0),
            "shout": (10.5, 16.0, 2.5),
        }[kind]
        half *= w
        top = -1.0 if kind not in ("ah", "shout") else -5.0
        shape = Path((x - half, y + corner)).quad((x, y + top * 1.8 + 2), (x + half, y + corner))
        shape.cubic((x + half * 0.9, y + drop * 0.75), (x + half * 0.45, y + drop), (x, y + drop))
        shape.cubic((x - half * 0.45, y + drop), (x - half * 0.9, y + drop * 0.75), (x - half, y + corner))
        mouth = shape.close()
        canvas.fill(mouth, _INSIDE)
        with canvas.group(clip=canvas.clip(mouth)):
            canvas.ellipse((x, y + drop + 1), half * 0.72, drop * 0.5, _TONGUE)
            if kind in ("laugh", "shout"):
                canvas.ellipse((x, y - 1), half * 0.86, 4.2, "#ffffff")
            if kind == "fang":
                canvas.fill(
                    Path((x + half * 0.3, y - 4)).line((x + half * 0.75, y - 4), (x + half * 0.5, y + 5)).close(),
                    "#ffffff",
                )
        canvas.fill(mouth, "none", ink=line, width=1.5)
    elif kind == "o":
        canvas.ellipse((x, y + 2), 4.6 * w, 6, _INSIDE, ink=line, width=1.4)
        canvas.ellipse((x, y + 5), 3 * w, 2.4, _TONGUE)
    elif kind == "cat":
        cat = Path((x - 10 * w, y - 2)).quad((x - 6 * w, y + 6), (x, y)).quad((x + 6 * w, y + 6), (x + 10 * w, y - 2))
        canvas.stroke(cat.open(), line, 1.7)
    else:
        half, bend = {
            "smile": (13.5, 10.5),
            "grin": (17.0, 13.5),
            "soft": (11.0, 9.0),
            "line": (8.0, 0.8),
            "small": (5.0, -0.5),
            "pout": (7.5, -7.5),
            "wry": (9.0, 2.0),
        }[kind]
        lift = -2.0 if kind == "wry" else 0.0
        canvas.fill(tapered((x - half * w, y), (x, y + bend), (x + half * w, y + lift), 1.2), line, ink=line, width=1.0)
        canvas.fill(tapered((x - 4, y + 8), (x, y + 10), (x + 4, y + 8), 0.9), face.skin.deep, 0.8)
