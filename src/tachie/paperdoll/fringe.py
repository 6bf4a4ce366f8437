"""Front hair: crown, fringe and side locks as one outline, with strands, tuft shadows and a shine band."""

from __future__ import annotations

from dataclasses import dataclass

from tachie.paperdoll.character import HairDesign
from tachie.paperdoll.dice import Dice
from tachie.paperdoll.palette import mix
from tachie.paperdoll.svg import Canvas, Path, Point, flip, lerp, tapered

_EDGE = 54.0  # x where the fringe meets the side locks

# A tuft a row: the valley to its right (x, y), the y of its tip, and how far the tip leans to the right.
_CUTS: dict[str, tuple[tuple[float, float, float, float], ...]] = {
    "blunt": ((-34, -15, -5, 0), (-16, -16, -4, 1), (2, -15, -3, -1), (19, -16, -4, 1),
        (36, -15, -4, 0), (54, -16, -3, 0)),
    "swept": ((-32, -22, 4, 9), (-12, -32, 3, 12), (9, -29, 8, 12), (29, -24, 2, 11), (54, -16, 9, 7)),
    "parted": ((-28, -16, 13, -7), (4, -74, -7, -12), (30, -16, -5, 11), (54, -16, 14, 7)),
    "spiky": ((-36, -22, 6, 5), (-20, -30, -6, 4), (-3, -27, 11, 5),
        (14, -33, -2, -2), (31, -26, 9, -4), (54, -18, -2, -5)),
    "between": ((-30, -24, 9, -6), (-8, -46, -8, -8), (9, -46, 24, 3), (30, -24, -8, 8), (54, -16, 9, 6)),
    "side": ((-26, -78, 6, -9), (4, -30, -9, 17), (28, -24, 2, 16), (54, -14, 13, 10)),
    "curtain": ((-40, -10, 22, -3), (0, -64, -6, -17), (40, -10, -6, 17), (54, -12, 22, 3)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fringe:
    """Tufts from left to right: `valleys` (one more than tips) between them, `tips`, and each one's `bend`."""

    valleys: list[Point]
    tips: list[Point]
    bends: list[float]


def crown_points(hair: HairDesign) -> list[Point]:
    """Return the hair's outline over the skull, from the picture's left temple to the right one."""
    w, top = hair.width, hair.top
    half = [(1.0, 14.0), (1.035, -14.0), (0.985, -44.0), (0.82, top * 0.72), (0.49, top * 0.925)]
    left = [(-w * x, y) for x, y in half]
    return [*left, (hair.part * 6, top), *[(-x, y) for x, y in reversed(left)]]


def make_fringe(hair: HairDesign, dice: Dice) -> Fringe:
    """Return the tufts of a hair's fringe, falling to the side of the parting; small turns come from `dice`."""
    valleys: list[Point] = [(-_EDGE, -16.0)]
    tips: list[Point] = []
    bends: list[float] = []
    for x, y, tip_y, lean in _CUTS[hair.fringe]:
        right = (x, y) if x == _EDGE else (x + dice.between(-3, 3), y + dice.between(-4, 3))
        middle = (valleys[-1][0] + right[0]) / 2
        tips.append((middle + lean + dice.between(-2.5, 2.5), tip_y - 4 + dice.between(-4, 4)))
        bends.append(-lean * 0.5 + dice.between(-1, 1))
        valleys.append(right)
    if hair.part < 0:
        return Fringe(flip(valleys[::-1], -1), flip(tips[::-1], -1), [-bend for bend in reversed(bends)])
    return Fringe(valleys, tips, bends)


def _tuft_edges(fringe: Fringe, i: int) -> tuple[Point, Point]:
    """Return the controls of tuft i's left and right edge."""
    (x0, y0), (x1, y1), (tx, ty) = fringe.valleys[i], fringe.valleys[i + 1], fringe.tips[i]
    bend = fringe.bends[i]
    left = (x0 + (tx - x0) * 0.16 + bend, y0 + (ty - y0) * 0.62)
    right = (x1 + (tx - x1) * 0.16 + bend, y1 + (ty - y1) * 0.62)
    return left, right


def _lock(hair: HairDesign, side: int) -> tuple[Point, Point, Point]:
    """Return a side lock's tip, its shorter outer tip and the valley between them."""
    end = hair.locks[0 if side < 0 else 1]
    w = hair.width
    tip = (side * (w - 19 + (end - 50) * 0.06), end)
    outer = (side * (w - 3), end * 0.62 + 8)
    return tip, outer, (side * (w - 10), end * 0.62 - 8)


def front_outline(hair: HairDesign, fringe: Fringe) -> str:
    """Return the closed outline of crown, fringe and both side locks, in head units."""
    path = Path(_lock(hair, -1)[0])
    corner = fringe.valleys[0]
    path.cubic((-_EDGE - 6, hair.locks[0] * 0.7), (-_EDGE + 1, 22), corner)
    for i, tip in enumerate(fringe.tips):
        left, right = _tuft_edges(fringe, i)
        path.quad(left, tip).quad(right, fringe.valleys[i + 1])
    tip, outer, valley = _lock(hair, 1)
    path.cubic((_EDGE - 1, 22), (_EDGE + 6, hair.locks[1] * 0.7), tip)
    crown = crown_points(hair)
    path.quad((valley[0] - 1, (tip[1] + valley[1]) / 2), valley).quad((outer[0] - 2, outer[1] - 8), outer)
    path.quad((hair.width + 2, 26), crown[-1]).through(*crown[-2::-1])
    tip, outer, valley = _lock(hair, -1)
    path.quad((-hair.width - 2, 26), outer).quad((outer[0] + 2, outer[1] - 8), valley)
    return path.quad((valley[0] + 1, (tip[1] + valley[1]) / 2), tip).close()


def fringe_shadow(fringe: Fringe) -> str:
    """Return the shadow that fringe and locks throw on the face: their edge moved down and to the right."""
    path = Path((-_EDGE - 5, -30)).line((-_EDGE - 5, 26)).quad((-_EDGE + 6, 18), _thrown(fringe.valleys[0]))
    for i, tip in enumerate(fringe.tips):
        left, right = _tuft_edges(fringe, i)
        path.quad(_thrown(left), _thrown(tip)).quad(_thrown(right), _thrown(fringe.valleys[i + 1]))
    return path.line((_EDGE + 5, -10), (_EDGE + 5, -30)).close()


def _thrown(point: Point) -> Point:
    return point[0] + 2.5, point[1] + 9


def draw_front(canvas: Canvas, hair: HairDesign, fringe: Fringe, dice: Dice) -> None:
    """Paint the front hair with its shadows, strands and shine."""
    ramp = hair.ramp
    dim = mix(ramp.base, ramp.shade, 0.35)
    stops = (
        (0, dim),
        (0.22, mix(ramp.base, ramp.light, 0.22)),
        (0.52, ramp.base),
        (1, mix(ramp.base, ramp.shade, 0.75)),
    )
    paint = canvas.linear((0, hair.top), (0, 90), *stops)
    if hair.fluff:
        canvas.fill(_fluff(hair, dice), ramp.base, ink=ramp.ink, width=1.9)
    canvas.fill(front_outline(hair, fringe), paint, ink=ramp.ink, width=1.9)
    # Strands of one tone are one path: the renderer's cost goes with paths and rows, not with their number.
    strands = _Strands([], [], [], [])
    whorl = (hair.part * 14, hair.top + 12)
    _add_lock_strands(strands, hair, dice)
    for i, valley in enumerate(fringe.valleys):
        root = lerp(valley, whorl, 0.62)
        bow = _bulge(valley, root)
        if 0 < i < len(fringe.tips):
            strands.shade.append(tapered((valley[0], valley[1] + 1), bow, root, dice.between(2.4, 4.2)))
        strands.ink.append(tapered(valley, bow, lerp(valley, whorl, dice.between(0.4, 0.75)), 0.8))
    for i in range(len(fringe.tips)):
        _add_tuft(strands, fringe, i, whorl, dice)
    for _ in range(7):
        x = dice.between(-0.9, 0.9)
        low: Point = (x * (hair.width - 4), -26 - 30 * (1 - abs(x)) * dice.roll())
        high = lerp(low, whorl, dice.between(0.35, 0.7))
        row = strands.light if dice.chance(0.45) else strands.deep
        row.append(tapered(low, _bulge(low, high), high, dice.between(0.6, 1.3)))
    canvas.fill("".join(strands.shade), mix(ramp.base, ramp.shade, 0.8))
    canvas.fill("".join(strands.deep), mix(ramp.base, ramp.deep, 0.65))
    canvas.fill("".join(strands.light), mix(ramp.base, ramp.light, 0.5))
    canvas.fill("".join(strands.ink), mix(ramp.base, ramp.ink, 0.85))
    _draw_shine(canvas, hair, dice)


def _fluff(hair: HairDesign, dice: Dice) -> str:
    """Return small strands that stand off the outline at both sides, so that it is no helmet."""
    w = hair.width
    shapes: list[str] = []
    for side in (-1, 1):
        for k in range(hair.fluff):
            y = -38 + 27 * k + dice.between(-8, 8)
            reach = dice.between(5, 11)
            root, tip = (side * w * 0.86, y - 16), (side * (w * 1.0 + reach), y + 20 + reach)
            shape = Path(root).quad((side * (w * 1.04 + reach * 0.3), y - 4), tip)
            shapes.append(shape.quad((side * (w + 2), y + 16), (side * w * 0.86, y + 18)).close())
    return "".join(shapes)


@dataclass(frozen=True, slots=True)
class _Strands:
    """Shapes on the front hair, by the tone that paints them."""

    shade: list[str]
    deep: list[str]
    light: list[str]
    ink: list[str]


def _bulge(a: Point, b: Point) -> Point:
    """Return the control that bends a strand from `a` to `b` around the skull."""
    x, y = lerp(a, b, 0.5)
    return x * 1.22, y - 2


def _add_tuft(strands: _Strands, fringe: Fringe, i: int, whorl: Point, dice: Dice) -> None:
    """Add the shadowed edge of one tuft and a fine strand in it."""
    left, right = _tuft_edges(fringe, i)
    tip, valley = fringe.tips[i], fringe.valleys[i + 1]
    inner = lerp(right, left, 0.36)
    strands.shade.append(Path(tip).quad(right, valley).quad((inner[0], inner[1] - 6), tip).close())
    root = lerp(tip, whorl, 0.5)
    control = lerp(left, right, dice.between(0.3, 0.6))
    strands.deep.append(tapered(lerp(tip, root, 0.12), (control[0], control[1] - 4), root, 0.7))


def _add_lock_strands(strands: _Strands, hair: HairDesign, dice: Dice) -> None:
    for side in (-1, 1):
        tip, outer, valley = _lock(hair, side)
        x = side * (hair.width - 14)
        fold = Path((side * _EDGE, -14)).cubic((side * (_EDGE - 1), 22), (side * (_EDGE + 6), tip[1] * 0.7), tip)
        fold.cubic((side * (_EDGE + 11), tip[1] * 0.6), (side * (_EDGE + 5), 16), (side * _EDGE, -14))
        strands.shade.append(fold.close())
        strands.ink.append(tapered(valley, (x + side * 6, valley[1] * 0.4), (x, -52), 0.8))
        for k in (0.35, 0.7):
            end = lerp(tip, outer, k * dice.between(0.5, 1.0))
            start: Point = (side * (_EDGE + 4 + 20 * k), -34 - 20 * dice.roll())
            row = strands.light if k < 0.5 and dice.chance(0.6) else strands.deep
            row.append(tapered((end[0], end[1] - 10), (side * (_EDGE + 8 + 20 * k), 20), start, 1.0))


def _draw_shine(canvas: Canvas, hair: HairDesign, dice: Dice) -> None:
    """Paint the ring of light around the crown as two feathered bands that leave the parting dark."""
    gap = hair.part * 20
    bands: list[str] = []
    for start, end in ((-0.84 * hair.width, gap - 9), (gap + 9, 0.84 * hair.width)):
        steps = max(3, int((end - start) / 8))
        upper: list[Point] = []
        lower: list[Point] = []
        for k in range(steps + 1):
            x = start + (end - start) * k / steps
            y = -70 + 30 * (x / hair.width) ** 2
            reach = (1 - abs(2 * k / steps - 1)) * 0.7 + 0.3
            upper.append((x * 0.97, y - (dice.between(2, 8) if k % 2 else 1) * reach))
            lower.append((x, y + (dice.between(6, 14) if k % 2 == 0 else 2) * reach))
        bands.append(Path(upper[0]).line(*upper[1:], *reversed(lower)).close())
    canvas.fill("".join(bands), mix(hair.ramp.base, hair.ramp.light, 0.62))
