"""What is worn on the head beside hats: bows, bands and pins, glasses."""

from __future__ import annotations

from tachie.paperdoll.character import FaceDesign, HairDesign, PropsDesign
from tachie.paperdoll.hair import tail_roots
from tachie.paperdoll.palette import Ramp, cloth_ramp, mix
from tachie.paperdoll.svg import Canvas, Path, Point, bezier, flip, limb, num, oval
from tachie.paperdoll.view import View


def draw_bow(canvas: Canvas, ramp: Ramp, center: Point, size: float, angle: float = 0.0) -> None:
    """Paint a bow `size` to either side of its knot, turned by `angle` degrees."""
    z = size
    line = 0.9 + 0.02 * z
    with canvas.group(transform=f"translate({num(center[0])} {num(center[1])}) rotate({num(angle)})"):
        tails: list[str] = []
        loops: list[str] = []
        shade: list[str] = []
        light: list[str] = []
        for side, long in ((-1, 1.25), (1, 1.12)):
            tail = flip([(z * 0.04, 0), (z * 0.42, z * 0.45), (z * 0.34, z * 0.9), (z * 0.56, z * long)], side)
            tip = flip(
                [(z * 0.36, z * (long - 0.16)), (z * 0.2, z * (long - 0.02)), (z * 0.16, z * 0.6), (-z * 0.06, 2)], side
            )
            tails.append(
                Path(tail[0]).cubic(tail[1], tail[2], tail[3]).line(tip[0], tip[1]).quad(tip[2], tip[3]).close()
            )
            loop = flip([(0, -z * 0.1), (z * 0.3, -z * 0.62), (z * 0.82, -z * 0.86), (z * 1.02, -z * 0.5)], side)
            back = flip(
                [
                    (z * 1.12, -z * 0.1),
                    (z * 1.02, z * 0.42),
                    (z * 0.86, z * 0.44),
                    (z * 0.5, z * 0.46),
                    (z * 0.3, z * 0.2),
                    (0, z * 0.14),
                ],
                side,
            )
            shape = Path(loop[0]).cubic(loop[1], loop[2], loop[3]).cubic(back[0], back[1], back[2])
            loops.append(shape.cubic(back[3], back[4], back[5]).close())
            low = flip(
                [
                    (z * 0.1, z * 0.12),
                    (z * 0.5, z * 0.1),
                    (z * 0.7, z * 0.26),
                    (z * 0.98, z * 0.1),
                    (z * 0.9, z * 0.42),
                ],
                side,
            )
            shade.append(
                Path(low[0])
                .cubic(low[1], low[2], low[3])
                .quad(low[4], (side * z * 0.8, z * 0.42))
                .quad((side * z * 0.4, z * 0.4), low[0])
                .close()
            )
            for rise, reach in ((-0.34, 0.62), (0.0, 0.5)):
                crease = flip(
                    [(z * 0.12, rise * z * 0.3), (z * reach * 0.6, rise * z * 0.7), (z * reach, rise * z)], side
                )
                shade.append(limb(crease, [z * 0.05, z * 0.03, 0.1]))
            light.append(
                limb(
                    flip([(z * 0.5, -z * 0.56), (z * 0.74, -z * 0.66), (z * 0.9, -z * 0.52)], side),
                    [0.2, z * 0.045, 0.2],
                )
            )
        canvas.inked("".join(tails), ramp.shade, ramp.ink, line)
        canvas.inked("".join(loops), ramp.base, ramp.ink, line)
        canvas.fill("".join(shade), mix(ramp.shade, ramp.deep, 0.5))
        canvas.fill("".join(light), ramp.light)
        knot = (
            Path((-z * 0.17, -z * 0.17))
            .quad((0, -z * 0.25), (z * 0.17, -z * 0.17))
            .quad((z * 0.23, z * 0.04), (z * 0.15, z * 0.22))
        )
        canvas.inked(
            knot.quad((0, z * 0.28), (-z * 0.15, z * 0.22)).quad((-z * 0.23, z * 0.04), (-z * 0.17, -z * 0.17)).close(),
            ramp.base,
            ramp.ink,
            line,
        )


def draw_ties(canvas: Canvas, hair: HairDesign, view: View, props: PropsDesign) -> None:
    """Paint bands where tails are tied, or bows there if a ribbon is worn."""
    for x, y in tail_roots(hair, view):
        if props.ribbon and not props.hat:
            draw_bow(canvas, props.cloth, (x * 0.99, y), 25, 12 if x > 0 else -12)
        else:
            canvas.inked(oval((x * 0.97, y), 5.5, 9), props.cloth.base, props.cloth.ink, 1.2)
            canvas.fill(
                limb([(x * 0.97 - 2, y - 5), (x * 0.97 - 2.6, y), (x * 0.97 - 2, y + 4)], [0.2, 1.0, 0.2]),
                props.cloth.light,
            )


def draw_back_ribbon(canvas: Canvas, hair: HairDesign, view: View, props: PropsDesign) -> None:
    """Paint the big bow behind the head, its loops showing above it."""
    if props.ribbon == "back" and not hair.tails and not props.hat:
        draw_bow(canvas, props.cloth, (1.6 * view.skull_x, hair.top + 14), 58)


def draw_ribbon(canvas: Canvas, hair: HairDesign, view: View, props: PropsDesign) -> None:
    """Paint a ribbon on the hair: a bow at the side or a band over the crown; and a hairpin."""
    side, w, top, cloth = hair.tail_side, hair.width, hair.top, props.cloth
    if props.pin:
        _draw_pin(canvas, props, view.on_hair((-side * 47, -32), w), -side)
    if not props.ribbon or (hair.tails and not props.hat):
        return
    if props.hat or props.ribbon == "side":
        spot: Point = (side * (w - 10), -14 if props.hat else -52)
        draw_bow(canvas, cloth, view.on_hair(spot, w), 25, side * 24)
    elif props.ribbon == "band":
        shift = view.skull_x
        outer = bezier((-w * 1.0, -26), (-w * 0.92, top - 2), (w * 0.92, top - 2), (w * 1.0, -26), 8)
        inner = bezier((-w * 0.93, -18), (-w * 0.8, top + 17), (w * 0.8, top + 17), (w * 0.93, -18), 8)
        x = 14 * view.sine + shift
        row = [(px + x, py) for px, py in outer], [(px + x, py) for px, py in reversed(inner)]
        canvas.inked(
            Path(row[0][0]).through(*row[0][1:]).line(row[1][0]).through(*row[1][1:]).close(),
            cloth.base,
            cloth.ink,
            1.4,
        )
        canvas.fill(limb([(px * 0.97 + x, py + 3) for px, py in outer[1:5]], [0.3, 1.6, 1.6, 0.3]), cloth.light)
        draw_bow(canvas, cloth, (side * w * 0.66 + x, -74), 23, side * 32)


def _draw_pin(canvas: Canvas, props: PropsDesign, spot: Point, side: int) -> None:
    """Paint a small hairpin: two bars crossed, a flower or a star."""
    x, y = spot
    if props.pin == "bars":
        for a, b in (((-9, -4), (9, 3)), ((-9, 4), (9, -2))):
            bar = limb([(x + side * a[0], y + a[1]), (x + side * b[0], y + b[1])], [1.9, 1.9])
            canvas.inked(bar, props.cloth.base, props.cloth.ink, 1.0)
        return
    petals, rose = [], cloth_ramp("#f7a8c0") if props.pin == "flower" else cloth_ramp("#f4cf4c")
    # Fixed corners of a pentagon: no sines, so that bytes agree on every machine.
    corners = ((0.0, -1.0), (0.951, -0.309), (0.588, 0.809), (-0.588, 0.809), (-0.951, -0.309))
    if props.pin == "flower":
        petals = [oval((x + 5.2 * a, y + 5.2 * b), 4.6, 4.6) for a, b in corners]
    else:
        points = [(x + 9 * a, y + 9 * b) for a, b in corners]
        star = [points[k] for k in (0, 2, 4, 1, 3)]
        petals = [Path(star[0]).line(*star[1:]).close()]
    canvas.inked("".join(petals), rose.base, rose.ink, 1.0)
    if props.pin == "flower":
        canvas.fill(oval((x, y), 2.6, 2.6), "#f6d860")


def draw_temples(canvas: Canvas, face: FaceDesign, view: View, props: PropsDesign) -> None:
    """Paint the side pieces of glasses, which the hair covers."""
    if not props.glasses:
        return
    shapes: list[str] = []
    for side in (-1, 1):
        if side == view.far and view.away > 0.15:
            continue
        hinge = view.on_face((side * (face.eye_x + face.eye_width + 3.5), face.eye_y - 4))
        shapes.append(limb([hinge, (side * (face.cheek - 2) - view.sine * 4, face.eye_y - 9)], [1.1, 1.1]))
    canvas.fill("".join(shapes), props.frame)


def draw_glasses(canvas: Canvas, face: FaceDesign, view: View, props: PropsDesign) -> None:
    """Paint glasses before the eyes: rims in the face's perspective, a glint on each lens."""
    if not props.glasses:
        return
    rx = face.eye_width + 3.5
    ry = (face.eye_height + 2.0) * {"round": 1.0, "square": 0.82, "half": 0.8, "oval": 0.78}[props.glasses]
    y = face.eye_y + 2.5
    rims: list[str] = []
    glare: list[str] = []
    for side in (-1, 1):
        x = side * face.eye_x
        rims.append(_rim(props.glasses, x, y, rx, ry).mapped(view.on_face).open())
        corners = ((-0.7, -0.05), (-0.15, -0.72), (0.12, -0.72), (-0.52, 0.28))
        shine = [view.on_face((x + a * rx, y + b * ry)) for a, b in corners]
        glare.append(Path(shine[0]).line(*shine[1:]).close())
        thin = [
            view.on_face((x + a * rx, y + b * ry))
            for a, b in ((0.24, -0.72), (0.34, -0.72), (-0.32, 0.34), (-0.4, 0.32))
        ]
        glare.append(Path(thin[0]).line(*thin[1:]).close())
    canvas.fill("".join(glare), "#ffffff", 0.34)
    gap = face.eye_x - rx
    bridge = [view.on_face((u * gap, y - 2 - 3.4 * (1 - u * u))) for u in (-1, -0.5, 0, 0.5, 1)]
    canvas.stroke("".join(rims) + Path(bridge[0]).through(*bridge[1:]).open(), props.frame, 1.9)


def _rim(kind: str, x: float, y: float, rx: float, ry: float) -> Path:
    """Return the outline of one lens, seen from the front."""
    if kind == "half":
        path = Path((x - rx, y - ry * 0.2)).cubic((x - rx * 0.96, y + ry * 0.9), (x - rx * 0.6, y + ry), (x, y + ry))
        return path.cubic((x + rx * 0.6, y + ry), (x + rx * 0.96, y + ry * 0.9), (x + rx, y - ry * 0.2))
    bulge = 0.84 if kind == "square" else 0.56
    path = Path((x - rx, y)).cubic((x - rx, y - ry * bulge), (x - rx * bulge, y - ry), (x, y - ry))
    path.cubic((x + rx * bulge, y - ry), (x + rx, y - ry * bulge), (x + rx, y))
    path.cubic((x + rx, y + ry * bulge), (x + rx * bulge, y + ry), (x, y + ry))
    return path.cubic((x - rx * bulge, y + ry), (x - rx, y + ry * bulge), (x - rx, y))
