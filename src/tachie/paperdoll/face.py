"""The head without its hair: ears, skin with its shadows, brows, nose, blush; eyes and mouth have their own files."""

from __future__ import annotations

from tachie.paperdoll.character import FaceDesign
from tachie.paperdoll.eyes import Eye, draw_eye
from tachie.paperdoll.mouth import draw_mouth, mouth_y
from tachie.paperdoll.palette import mix
from tachie.paperdoll.style import Style
from tachie.paperdoll.svg import Canvas, Path, Point, bezier, limb, oval
from tachie.paperdoll.view import View


def contour(face: FaceDesign, view: View) -> list[Point]:
    """Return 17 points of the face's edge from the left temple over the chin (the ninth) to the right temple."""
    w, j, c, p = face.cheek, face.jaw, face.chin, face.point
    # x, y of the right half seen from the front, and how far (units a unit of turn) each goes on the far and near side.
    half = (
        (w - 1.0, -30.0, 4.0, 2.0),
        (w - 0.8, -4.0, 0.0, 3.0),
        (w, 14.0, -3.0, 5.0),
        (w - 1.4, 29.0, 9.0, 7.0),
        (w - 6.5, 41.0, 15.0, 9.0),
        ((w - 6.5 + j) / 2 - 0.5, (41 + c - 22) / 2 + 1.6, 20.0, 14.0),
        (j - 8.0, c - 18.0, 26.0, 22.0),
        (p + (j - p) * 0.28, c - 6.0, 36.0, 34.0),
        (p * 0.42, c - 0.5, 44.0, 43.0),
    )
    m = view.away
    far = [(view.far * (x + m * k), y + view.nod * 0.5) for x, y, k, _ in half]
    near = [(-view.far * (x - m * k), y + view.nod * 0.5) for x, y, _, k in half]
    left, right = (near, far) if view.far > 0 else (far, near)
    (x0, y0), (x1, y1) = left[-1], right[-1]
    return [*left[:-1], ((x0 + x1) / 2, (y0 + y1) / 2 + 0.4), *right[-2::-1]]


def face_outline(face: FaceDesign, view: View) -> str:
    """Return the closed path of the face from the skull to the chin, in head units."""
    points = contour(face, view)
    (x0, y0), (x1, _) = points[0], points[-1]
    return Path(points[0]).through(*points[1:]).cubic((x1 * 0.9, y0 - 62), (x0 * 0.9, y0 - 62), points[0]).close()


def draw_skin(canvas: Canvas, face: FaceDesign, view: View, style: Style, shadow: str) -> None:
    """Paint ears and face, with the `shadow` that the hair throws on it (closed paths)."""
    skin = face.skin
    ink = mix(skin.ink, "#20121a", 0.55 * style.ink)
    for side in (-1, 1):
        if side == view.far and view.away > 0.16:
            continue
        x = side * (face.cheek - 3.0) - view.sine * 6
        ear = Path((x, 0)).cubic((x + side * 10, -13), (x + side * 17, 2), (x + side * 9, 20))
        ear.cubic((x + side * 6, 29), (x + side * 1, 31), (x - side * 3, 27))
        canvas.inked(ear.close(), skin.base, ink, style.line * 0.8)
        fold = limb([(x + side * 2, 3), (x + side * 9, 3), (x + side * 6, 14)], [0.2, 1.2, 0.3])
        canvas.fill(fold, skin.deep)
    canvas.inked(face_outline(face, view), skin.base, ink, style.line * 0.95)
    if style.shading == "soft":
        low = view.on_face((14.0, face.chin - 12))
        canvas.fill(face_outline(face, view), canvas.glow(low, 46, skin.shade, 0.5))
    tone = mix(skin.base, skin.shade, {"flat": 0.55, "cel": 0.95, "soft": 0.75}[style.shading])
    canvas.fill(shadow + _jaw_shade(face, view), tone)


def _jaw_shade(face: FaceDesign, view: View) -> str:
    """Return the sliver of shade along the jaw on the right, away from the light."""
    edge = [(x + 0.4, y) for x, y in contour(face, view)[9 if view.sine > -0.1 else 8 : 15]]
    chin, far = edge[0], edge[-1]
    inner = bezier(far, (far[0] - 6, far[1] + 14), (far[0] * 0.66 + chin[0] * 0.3, chin[1] - 13), chin, 5)
    return Path(edge[0]).through(*edge[1:]).through(*inner[1:]).close()


def draw_features(canvas: Canvas, face: FaceDesign, view: View, style: Style) -> None:
    """Paint blush, nose, mouth and eyes."""
    if face.blush:
        _draw_blush(canvas, face, view, style)
    _draw_nose(canvas, face, view, style)
    draw_mouth(canvas, face, view, style)
    for side in (-1, 1):
        draw_eye(canvas, face, view, style, side)


def nose_at(face: FaceDesign, view: View) -> Point:
    """Return the tip of the nose as it is seen, in head units."""
    low_eye = face.eye_y + face.eye_height * 0.9
    x, y = view.on_face((0.0, low_eye + (mouth_y(face) - low_eye) * 0.42))
    return x + 7.0 * view.sine, y + 0.12 * view.nod


def _draw_nose(canvas: Canvas, face: FaceDesign, view: View, style: Style) -> None:
    x, y = nose_at(face, view)
    skin = face.skin
    ink = mix(skin.ink, skin.deep, 0.25 + 0.4 * (1 - style.ink))
    f = view.far if view.away > 0.08 else 1
    if face.nose == "hook":
        canvas.fill(
            limb(
                [(x - f * 0.2, y - 8), (x + f * 2.2, y - 2), (x + f * 2.6, y), (x - f * 1.6, y + 1.6)],
                [0.15, 0.6, 0.8, 0.2],
            ),
            ink,
        )
        side = (
            Path((x + f * 1.0, y - 9))
            .quad((x + f * 6.5, y), (x + f * 1.5, y + 2))
            .quad((x + f * 3.2, y - 2), (x + f, y - 9))
        )
        canvas.fill(side.close(), skin.shade)
    elif face.nose == "tick":
        canvas.fill(
            limb([(x + f * 0.6, y - 3.6), (x + f * 1.6, y - 0.4), (x - f * 1.4, y + 0.8)], [0.15, 0.75, 0.2]), ink
        )
    elif face.nose == "dot":
        canvas.fill(oval((x + f * 0.5, y), 1.0, 0.75), ink)
    else:
        tip = (
            Path((x - 2.6, y + 0.4))
            .quad((x + f, y + 3.0), (x + 3.2, y + 0.2))
            .quad((x + f * 0.5, y + 1.2), (x - 2.6, y + 0.4))
        )
        canvas.fill(tip.close(), mix(skin.deep, ink, 0.35))
    if style.shading != "flat":
        canvas.fill(oval((x - 0.8, y - 3.4), 0.9, 1.5), skin.light)


def _draw_blush(canvas: Canvas, face: FaceDesign, view: View, style: Style) -> None:
    kind = face.blush_kind
    y = face.eye_y + face.eye_height + 5.0
    if kind == "bridge":
        x, low = view.on_face((0, y - 2))
        canvas.ellipse((x, low), 32, 6, canvas.glow((x, low), 26, "#ff6a6a", 0.32))
    strokes: list[str] = []
    for side in (-1, 1):
        spot = view.on_face((side * (face.eye_x + 6), y))
        wide = 14.5 * (view.cosine - 0.3 * view.away * (side == view.far))
        if kind == "oval":
            canvas.ellipse(spot, wide * 0.78, 5.2, "#ff8a86", 0.42)
        elif kind != "lines":
            canvas.ellipse(spot, wide, 8.6, canvas.glow(spot, 14, "#ff5f68", 0.62))
        else:
            canvas.ellipse(spot, wide, 7.4, canvas.glow(spot, 13, "#ff6a6e", 0.46))
        if kind in ("lines", "bridge"):
            for k in (-1, 0, 1):
                x, low = spot[0] + k * wide * 0.38, spot[1]
                strokes.append(limb([(x + 1.9, low - 3.2), (x, low), (x - 1.9, low + 3)], [0.2, 0.75, 0.2]))
    if strokes:
        canvas.fill("".join(strokes), mix("#e8525e", face.skin.ink, 0.15))


def brow_points(face: FaceDesign, view: View, side: int) -> list[Point]:
    """Return five points of a brow from its inner to its outer end, as they are seen, in head units."""
    eye = Eye(face, view, side)
    top = eye.open_upper(0.0) - 9.0 - 0.12 * face.eye_height - face.brow_lift
    arch = {"arch": 3.4, "straight": 0.8, "thick": 2.0, "fine": 4.2}[face.brow]
    reach = 1.16 if face.brow != "thick" else 0.9
    row: list[Point] = []
    for k in range(5):
        t = k / 4
        y = top + face.brow_slant * (1 - 2 * t) + 2.4 * t - arch * (1 - (2 * t - 1.1) ** 2)
        row.append(eye.at(-0.86 + (reach + 0.86) * t, y))
    return row


def draw_brows(canvas: Canvas, face: FaceDesign, view: View, color: str, opacity: float) -> None:
    """Paint the brows; painted once more over the fringe they show through it, as the style wants."""
    thick = {"arch": 1.25, "straight": 1.35, "thick": 2.4, "fine": 0.85}[face.brow]
    profile = (0.55, 1.0, 0.9, 0.6, 0.1)
    shapes = [limb(brow_points(face, view, side), [thick * w for w in profile]) for side in (-1, 1)]
    canvas.fill("".join(shapes), color, opacity)
