"""What is worn on the head: bows and bands, hats, glasses."""

from __future__ import annotations

from tachie.paperdoll.character import FaceDesign, HairDesign, PropsDesign
from tachie.paperdoll.eyes import eye_centers
from tachie.paperdoll.hair import tail_roots
from tachie.paperdoll.palette import Ramp, mix
from tachie.paperdoll.style import Style
from tachie.paperdoll.svg import Canvas, Path, Point, flip, num, oval
from tachie.paperdoll.view import View


def draw_bow(canvas: Canvas, ramp: Ramp, center: Point, size: float, angle: float = 0.0) -> None:
    """Paint a bow `size` to either side of its knot, turned by `angle` degrees."""
    with canvas.group(transform=f"translate({num(center[0])} {num(center[1])}) rotate({num(angle)})"):
        for side in (-1, 1):
            tail = flip(
                [
                    (2, 2),
                    (size * 0.35, size * 0.5),
                    (size * 0.5, size * 1.2),
                    (size * 0.28, size * 1.02),
                    (size * 0.1, size * 1.2),
                ],
                side,
            )
            canvas.fill(Path(tail[0]).quad(tail[1], tail[2]).line(tail[3], tail[4]).close(), ramp.shade, ink=ramp.ink)
        for side in (-1, 1):
            loop = flip([(0, -1), (size * 0.4, -size * 0.75), (size, -size * 0.75), (size * 1.05, 0)], side)
            back = flip([(size, size * 0.65), (size * 0.4, size * 0.45), (0, 2)], side)
            shape = Path(loop[0]).cubic(loop[1], loop[2], loop[3]).cubic(back[0], back[1], back[2]).close()
            canvas.fill(shape, ramp.base, ink=ramp.ink)
            fold = flip(
                [(size * 0.08, 0), (size * 0.5, -size * 0.3), (size * 0.72, size * 0.2), (size * 0.5, size * 0.12)],
                side,
            )
            canvas.fill(Path(fold[0]).quad(fold[1], fold[2]).quad(fold[3], fold[0]).close(), ramp.deep, 0.75)
        canvas.ellipse((0, 0), size * 0.2, size * 0.24, ramp.base, ink=ramp.ink)


def draw_ties(canvas: Canvas, hair: HairDesign, view: View, props: PropsDesign) -> None:
    """Paint bands where tails are tied, or bows there if a ribbon is worn."""
    for x, y in tail_roots(hair, view):
        if props.ribbon and not props.hat:
            draw_bow(canvas, props.cloth, (x * 0.99, y), 25, 12 if x > 0 else -12)
        else:
            canvas.ellipse((x * 0.97, y), 6, 10, props.cloth.base, ink=props.cloth.ink)


def draw_back_ribbon(canvas: Canvas, hair: HairDesign, props: PropsDesign) -> None:
    """Paint the big bow behind the head, its loops showing above it."""
    if props.ribbon == "back" and not hair.tails and not props.hat:
        draw_bow(canvas, props.cloth, (0, hair.top + 12), 56)


def draw_ribbon(canvas: Canvas, hair: HairDesign, view: View, props: PropsDesign) -> None:
    """Paint a ribbon on the hair: a bow at the side or a band over the crown."""
    side = hair.tail_side
    if not props.ribbon or (hair.tails and not props.hat):
        return
    if props.hat or props.ribbon == "side":
        draw_bow(canvas, props.cloth, (side * (hair.width - 8), -14 if props.hat else -46), 24, side * 24)
    elif props.ribbon == "band":
        w, top = hair.width, hair.top
        band = Path((-w * 0.99, -30)).cubic((-w * 0.8, top - 10), (w * 0.8, top - 10), (w * 0.99, -30))
        band.line((w * 0.93, -24)).cubic((w * 0.72, top + 7), (-w * 0.72, top + 7), (-w * 0.93, -24))
        canvas.fill(band.close(), props.cloth.base, ink=props.cloth.ink)
        draw_bow(canvas, props.cloth, (side * w * 0.62, -76), 22, side * 30)


def draw_hat(canvas: Canvas, hair: HairDesign, props: PropsDesign, view: View, style: Style, behind: bool) -> None:
    """Paint the hat: first (`behind`) what lies behind the hair, later what lies over it."""
    c, w, top, s = props.cloth, hair.width, hair.top, hair.tail_side
    body = (
        canvas.linear((0, top - 40), (0, -50), (0, mix(c.base, c.light, 0.5)), (0.6, c.base), (1, c.shade))
        if props.hat
        else ""
    )
    if props.hat == "beret" and not behind:
        shape = Path((-w * 0.86, -66)).cubic((-w * 1.32, -84), (-w * 0.9 + s * 16, top - 28), (s * 12, top - 24))
        shape.cubic((w * 0.95 + s * 16, top - 26), (w * 1.32, -86), (w * 0.86, -66)).cubic(
            (w * 0.5, -92), (-w * 0.5, -92), (-w * 0.86, -66)
        )
        canvas.fill(shape.close(), body, ink=c.ink, width=1.9)
        canvas.stroke(Path((s * 12, top - 24)).quad((s * 12, top - 32), (s * 17, top - 34)).open(), c.ink, 3)
        canvas.stroke(
            Path((-w * 0.8, -70)).cubic((-w * 0.5, -95), (w * 0.5, -95), (w * 0.8, -70)).open(), c.deep, 3, 0.7
        )
    elif props.hat == "straw":
        straw = "#ecd39a"
        if behind:
            canvas.ellipse((0, -58), w * 1.62, 40, mix(straw, "#8a6a3a", 0.35), ink="#7a5a30")
            return
        dome = (
            Path((-w * 0.84, -62))
            .cubic((-w * 0.86, top - 34), (w * 0.86, top - 34), (w * 0.84, -62))
            .quad((0, -96), (-w * 0.84, -62))
        )
        canvas.fill(dome.close(), straw, ink="#7a5a30")
        band = (
            Path((-w * 0.86, -66))
            .quad((0, -100), (w * 0.86, -66))
            .line((w * 0.87, -82))
            .quad((0, -118), (-w * 0.87, -82))
        )
        canvas.fill(band.close(), c.base, ink=c.ink, width=1.3)
        brim = Path((-w * 1.62, -58)).cubic((-w * 1.2, -82), (w * 1.2, -82), (w * 1.62, -58))
        brim.cubic((w * 0.9, -82), (-w * 0.9, -82), (-w * 1.62, -58))
        canvas.fill(brim.close(), mix(straw, "#fff6d8", 0.4), ink="#7a5a30")
    elif props.hat == "cap" and not behind:
        dome = (
            Path((-w * 0.95, -54))
            .cubic((-w, top - 26), (w, top - 26), (w * 0.95, -54))
            .quad((0, -84), (-w * 0.95, -54))
        )
        canvas.fill(dome.close(), body, ink=c.ink, width=1.9)
        for x in (-0.45, 0.45):
            canvas.stroke(Path((x * w, -70)).quad((x * w * 1.05, top), (0, top - 10)).open(), c.deep, 1.4)
        visor = (
            Path((-w * 0.82, -62))
            .quad((0, -92), (w * 0.82, -62))
            .cubic((w * 0.86, -36), (-w * 0.86, -36), (-w * 0.82, -62))
        )
        canvas.fill(visor.close(), c.shade, ink=c.ink)
    elif props.hat == "witch":
        if behind:
            canvas.ellipse((0, -58), w * 1.5, 34, c.deep, ink=c.ink)
            return
        cone = Path((-w * 0.86, -62)).cubic((-w * 0.7, top - 10), (-w * 0.2, top - 24), (s * 26, top - 46))
        cone.cubic((w * 0.5, top - 10), (w * 0.75, -100), (w * 0.86, -62)).quad((0, -94), (-w * 0.86, -62))
        canvas.fill(cone.close(), body, ink=c.ink, width=1.9)
        band = (
            Path((-w * 0.86, -63))
            .quad((0, -96), (w * 0.86, -63))
            .line((w * 0.82, -78))
            .quad((0, -112), (-w * 0.82, -78))
        )
        canvas.fill(band.close(), "#e8c24a", ink="#7a5a30", width=1.3)
        brim = (
            Path((-w * 1.5, -60))
            .cubic((-w, -86), (w, -86), (w * 1.5, -60))
            .cubic((w * 0.8, -80), (-w * 0.8, -80), (-w * 1.5, -60))
        )
        canvas.fill(brim.close(), c.base, ink=c.ink)
    elif props.hat == "sailor_cap" and not behind:
        white = "#fbfaff"
        dome = (
            Path((-w * 0.9, -76))
            .cubic((-w * 1.15, top - 22), (w * 1.15, top - 22), (w * 0.9, -76))
            .quad((0, -106), (-w * 0.9, -76))
        )
        canvas.fill(dome.close(), white, ink="#5a5a78", width=1.8)
        band = (
            Path((-w * 0.92, -60)).quad((0, -92), (w * 0.92, -60)).line((w * 0.9, -82)).quad((0, -114), (-w * 0.9, -82))
        )
        canvas.fill(band.close(), c.base, ink=c.ink)


def draw_glasses(canvas: Canvas, face: FaceDesign, view: View, props: PropsDesign) -> None:
    """Paint glasses before the eyes."""
    if not props.glasses:
        return
    rx, ry = face.eye_width + 4.5, face.eye_height + (3.5 if props.glasses == "round" else 0.5)
    left, right = eye_centers(face, view)
    y = left[1] + 2
    for side, (x, _) in zip((-1, 1), (left, right), strict=True):
        canvas.stroke(Path((x + side * rx, y - 4)).line((side * 60, y - 8)).open(), props.frame, 2)
        rim = _rim(props.glasses, x, y, rx, ry)
        canvas.fill(rim, "#ffffff", 0.13)
        glare = Path((x - rx * 0.75, y - ry * 0.1)).line(
            (x - rx * 0.2, y - ry * 0.75), (x + rx * 0.05, y - ry * 0.75), (x - rx * 0.6, y + ry * 0.2)
        )
        canvas.fill(glare.close(), "#ffffff", 0.3)
        canvas.stroke(rim, props.frame, 2.3)
    bridge = Path((left[0] + rx, y - 1)).quad(((left[0] + right[0]) / 2, y - 6), (right[0] - rx, y - 1))
    canvas.stroke(bridge.open(), props.frame, 2.3)


def _rim(kind: str, x: float, y: float, rx: float, ry: float) -> str:
    """Return the outline of one lens."""
    if kind == "half":
        return Path((x - rx, y - 2)).cubic((x - rx, y + ry * 1.3), (x + rx, y + ry * 1.3), (x + rx, y - 2)).open()
    if kind == "round":
        return oval((x, y), rx, ry)
    top = y - ry
    rim = Path((x - rx, top + 5)).quad((x - rx, top), (x - rx + 5, top)).line((x + rx - 5, top))
    rim.quad((x + rx, top), (x + rx, top + 5))
    return rim.cubic((x + rx, y + ry * 1.2), (x - rx, y + ry * 1.2), (x - rx, top + 5)).close()
