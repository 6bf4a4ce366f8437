"""The front hair painted: its outline, shadows, strands, streaks and the ring of light around the crown."""

from __future__ import annotations

from itertools import pairwise

from tachie.paperdoll.character import HairDesign
from tachie.paperdoll.dice import Dice
from tachie.paperdoll.fringe import Fringe, cap, crown_points, half_width, seen, seen_sides, tuft_edges, whorl
from tachie.paperdoll.palette import mix
from tachie.paperdoll.strands import Lock, Tones, hair_ink
from tachie.paperdoll.style import Style
from tachie.paperdoll.svg import Canvas, Path, Point, bezier, lerp, limb
from tachie.paperdoll.view import View


def draw_front(canvas: Canvas, hair: HairDesign, fringe: Fringe, view: View, style: Style, dice: Dice) -> None:
    """Paint the front hair with its shadows, strands and shine."""
    ramp = hair.ramp
    ink = hair_ink(ramp, style)
    panels = {side: seen_sides(hair, view, side) for side in (-1, 1)}
    paint = _paint(canvas, hair, style)
    under = "".join(seen(lock, hair, view).shape() for lock in fringe.under)
    if under:
        canvas.inked(under, ramp.shade, ink, style.line * 0.7)
    mass = [cap(hair, fringe, view), *(lock.shape() for row in panels.values() for lock in row)]
    mass += _fluff(hair, view, dice)
    canvas.inked("".join(mass), paint, ink, style.line)
    if style.shading == "soft":
        body = "".join(mass)
        canvas.fill(body, canvas.glow((0.5 * hair.width, 0.0), 90, ramp.shade, 0.85))
        canvas.fill(body, canvas.glow((-0.34 * hair.width, -56.0), 62, ramp.light, 0.6))
    tones = Tones()
    _shade_side(tones, hair, view, dice)
    for row in panels.values():
        for lock in row:
            tones.shade.append(lock.wedge(0.4, 2))
            tones.deep.append(lock.wedge(0.16, 4))
            tones.ink.append(lock.strand(dice.between(-0.3, 0.2), 0.2 * style.line, 1, 6))
            if dice.chance(0.5):
                tones.light.append(lock.strand(-0.5, dice.between(0.5, 1.2), 2, 6))
        for lock in row[1:3]:
            tones.ink += lock.edges(0.34 * style.line, 1)
    _cut_lines(tones, hair, fringe, view, style, dice)
    if style.shading != "flat":
        _streaks(tones, hair, fringe, view, dice)
    tones.paint(canvas, ramp, style)
    _draw_shine(canvas, hair, view, style, dice)
    _draw_loose(canvas, hair, fringe, view, style, paint)


def _paint(canvas: Canvas, hair: HairDesign, style: Style) -> str:
    ramp = hair.ramp
    if style.shading == "flat":
        return ramp.base
    soft = 1.0 if style.shading == "soft" else 0.45
    stops = (
        (0, mix(ramp.base, ramp.shade, 0.5 * soft)),
        (0.16, mix(ramp.base, ramp.light, 0.16 * soft)),
        (0.5, ramp.base),
        (0.78, mix(ramp.base, ramp.shade, 0.55 * soft)),
        (1, mix(ramp.base, ramp.light, 0.12 * soft)),
    )
    return canvas.linear((0, hair.top), (0, 110), *stops)


def _flow(hair: HairDesign, point: Point, view: View, reach: float, steps: int = 5) -> list[Point]:
    """Return points along the strand from `point` up towards the whorl, over `reach` (0..1) of the way, as seen."""
    x, y = point
    wx, wy = whorl(hair)
    rise = y - wy
    row = bezier(
        point, (x * 1.07, y - rise * 0.42), (x * 0.82 + wx * 0.18, wy + rise * 0.16), (wx + (x - wx) * 0.12, wy), 10
    )
    count = max(2, round(10 * reach))
    picked = [row[round(count * k / steps)] for k in range(steps + 1)]
    inside: list[Point] = []
    for x, y in picked:
        most = 0.96 * half_width(hair, y)
        inside.append((max(-most, min(most, x)), y))
    return [view.on_hair(p, hair.width * 1.02) for p in inside]


def _cut_lines(tones: Tones, hair: HairDesign, fringe: Fringe, view: View, style: Style, dice: Dice) -> None:
    """Add the lines that run up from the fringe's cuts, and each tuft's shaded edge and fine strands."""
    width = 0.4 * style.line
    for valley in fringe.valleys:
        row = _flow(hair, valley, view, dice.between(0.35, 0.85))
        tones.ink.append(limb(row, [width * w for w in (0.9, 0.75, 0.6, 0.45, 0.3, 0.05)]))
        if dice.chance(0.7):
            dark = _flow(hair, (valley[0] + 1.5, valley[1] + 2), view, dice.between(0.3, 0.6))
            tones.shade.append(limb(dark, [1.0, 2.6, 2.8, 2.2, 1.2, 0.0]))
    for i, tip in enumerate(fringe.tips):
        left, right = tuft_edges(fringe, i)
        size = abs(fringe.valleys[i + 1][0] - fringe.valleys[i][0])
        inner = [lerp(b, a, 0.38) for a, b in zip(left, right[::-1], strict=True)]
        wedge = [view.on_hair(p, hair.width) for p in [*right, *inner[1:]]]
        tones.shade.append(Path(wedge[0]).through(*wedge[1:5]).through(*wedge[5:]).close())
        tops = [lerp(tip, lerp(left[0], right[-1], share), 0.25) for share in (0.35, 0.65)]
        for top in tops[: 1 + (size > 22)]:
            row = _flow(hair, top, view, dice.between(0.25, 0.55))
            tones.ink.append(limb(row, [0.2 * style.line * w for w in (0.2, 0.8, 0.9, 0.7, 0.4, 0.05)]))
        if dice.chance(0.4):
            row = _flow(hair, (tip[0] - size * 0.2, tip[1] - 12), view, 0.4)
            tones.light.append(limb(row, [0.1, 0.7, 0.9, 0.8, 0.5, 0.05]))
    for _ in range(6):
        x = dice.between(-0.95, 0.95) * hair.width
        row = _flow(hair, (x, -30 - 34 * (1 - abs(x) / hair.width) * dice.roll()), view, dice.between(0.4, 0.8))
        tones.ink.append(limb(row, [0.2 * style.line * w for w in (0.05, 0.6, 0.9, 0.8, 0.5, 0.05)]))


def _streaks(tones: Tones, hair: HairDesign, fringe: Fringe, view: View, dice: Dice) -> None:
    """Add long bands of shade and light along the strands, from the tufts nearly to the crown."""
    for left, right in pairwise(fringe.valleys):
        for share in (dice.between(0.1, 0.4), dice.between(0.6, 0.9)):
            x, y = lerp(left, right, share)
            dark = _flow(hair, (x, y + dice.between(-6, 8)), view, dice.between(0.5, 0.95))
            wide = dice.between(0.6, 1.7)
            row = tones.shade if dice.chance(0.62) else tones.light
            row.append(limb(dark, [wide * w for w in (0.05, 0.8, 1.0, 0.8, 0.4, 0.02)]))
    for side in (-1, 1):
        for k in range(3):
            x = side * hair.width * (0.7 + 0.09 * k)
            band = _flow(hair, (x, 16 - 10 * k + dice.between(-6, 6)), view, dice.between(0.5, 0.9))
            row = tones.deep if side > 0 and k == 2 else tones.shade if dice.chance(0.6) else tones.light
            row.append(limb(band, [dice.between(0.8, 2.0) * w for w in (0.05, 0.8, 1.0, 0.8, 0.4, 0.02)]))


def _shade_side(tones: Tones, hair: HairDesign, view: View, dice: Dice) -> None:
    """Add the shade of the skull's right side, away from the light, its edge cut along the strands."""
    crown = crown_points(hair, view)
    rim = crown[7:-1]
    path = Path(rim[0]).through(*rim[1:])
    teeth = 5
    for k in range(teeth):
        y = -4 - 76 * k / teeth + (dice.between(-5, 5) if k else 0.0)
        x = hair.width * ((0.84 - 0.26 * (k / teeth) ** 1.5) * dice.between(0.9, 1.04) if k else 0.94)
        tip = view.on_hair((x * 0.93, y + 17), hair.width) if k else (rim[-1][0] - 5, 34.0)
        notch = view.on_hair((x * 1.04, y - 4), hair.width)
        path.quad((tip[0] + 3, tip[1] - 9), tip).quad((tip[0] + 2, tip[1] - 8), notch)
    tones.shade.append(path.close())


def _fluff(hair: HairDesign, view: View, dice: Dice) -> list[str]:
    """Return small strands that stand off the outline at both sides, so that it is no helmet."""
    shapes: list[str] = []
    w = hair.width
    for side in (-1, 1):
        for k in range(hair.fluff):
            y = -30 + 22 * k + dice.between(-7, 7)
            reach = dice.between(3, 8) + 1.5 * hair.fluff
            x = side * w
            row = bezier(
                (x * 0.8, y - 30), (x * 0.98, y - 12), (x * 0.97, y + 6), (x + side * reach, y + 20 + reach), 4
            )
            row = [(px + view.skull_x, py) for px, py in row]
            shapes.append(Lock(tuple(row), (1, 4.5, 5, 3.5, 0)).shape())
    return shapes


def _draw_loose(canvas: Canvas, hair: HairDesign, fringe: Fringe, view: View, style: Style, paint: str) -> None:
    """Paint the locks over the fringe: their shadow, themselves in the same paint, lines that fade to their roots."""
    if not fringe.over:
        return
    ramp = hair.ramp
    locks = [seen(lock, hair, view) for lock in fringe.over]
    moved = [Lock(tuple((x + 2.2, y + 1.5) for x, y in lock.spine), lock.half_widths) for lock in locks]
    canvas.fill("".join(lock.shape() for lock in moved), mix(ramp.base, ramp.shade, 0.9))
    canvas.fill("".join(lock.shape() for lock in locks), paint)
    canvas.fill("".join(lock.wedge(0.4, 2) for lock in locks), mix(ramp.base, ramp.shade, 0.7))
    lines = [edge for lock in locks for edge in lock.edges(0.4 * style.line, 1)]
    canvas.fill("".join(lines), hair_ink(ramp, style))


def _draw_shine(canvas: Canvas, hair: HairDesign, view: View, style: Style, dice: Dice) -> None:
    """Paint the ring of light around the crown: jagged bands that leave partings dark, or streaks along strands."""
    if hair.shine == "none":
        return
    w = hair.width
    shapes: list[str] = []
    gap = hair.part * 16

    def at(x: float, y: float) -> Point:
        return view.on_hair((x, y), w)

    def level(x: float) -> float:
        return -64 + 34 * (x / w) ** 2

    if hair.shine == "streaks":
        for k in range(13):
            x = (-0.84 + 1.56 * (k + dice.between(-0.4, 0.4)) / 12) * w
            y = level(x) + dice.between(-4, 5)
            long = dice.between(11, 22)
            shapes.append(
                limb([at(x * 0.95, y - long), at(x * 0.985, y), at(x, y + long)], [0.1, dice.between(0.7, 1.7), 0.1])
            )
    else:
        pieces = ((-0.84 * w, -0.5 * w), (-0.46 * w, gap - 7), (gap + 6, 0.42 * w), (0.47 * w, 0.72 * w))
        for start, end in pieces:
            if end - start < 8:
                continue
            steps = max(2, int((end - start) / 5))
            row: list[Point] = []
            back: list[Point] = []
            for k in range(steps + 1):
                x = start + (end - start) * k / steps
                full = 0.35 + 0.65 * (1 - abs(2 * k / steps - 1))
                row.append(at(x * 0.97, level(x) - (dice.between(5, 11) if k % 2 else 2.2) * full))
                back.append(at(x, level(x) + (dice.between(7, 16) if k % 2 == 0 else 3.0) * full))
            shapes.append(Path(row[0]).line(*row[1:], *reversed(back)).close())
        if hair.shine == "double":
            for start, end in ((-0.6 * w, gap - 14), (gap + 12, 0.4 * w)):
                mid = (start + end) / 2
                high = [
                    at(start * 0.9, level(start) - 14),
                    at(mid * 0.9, level(mid) - 16),
                    at(end * 0.9, level(end) - 13),
                ]
                shapes.append(limb(high, [0.1, 1.5, 0.1]))
    share = {"flat": 0.5, "cel": 0.85, "soft": 0.7}[style.shading]
    canvas.fill("".join(shapes), mix(hair.ramp.base, hair.ramp.light, share))
