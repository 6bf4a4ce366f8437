"""Hair behind the head: the back, twin tails, drills, ponytails, and the lone strand on top."""

from __future__ import annotations

from math import sin

from tachie.paperdoll.character import HairDesign
from tachie.paperdoll.dice import Dice
from tachie.paperdoll.palette import Ramp, mix
from tachie.paperdoll.svg import Canvas, Path, Point, flip, lerp, limb, tapered


def draw_back(canvas: Canvas, hair: HairDesign, dice: Dice) -> None:
    """Paint the hair that falls behind face and shoulders, to `hair.back_end`."""
    ramp, w, end = hair.ramp, hair.width, hair.back_end
    short = end < 120
    inset = {"straight": -6.0, "wavy": 6.0, "flipped": 13.0, "layered": 2.0}[hair.back] if short else hair.flare
    side: list[Point] = [(w * 0.9, -60), (w + 2, -10), (w + 4, 34)]
    steps = 2 if short else 6
    for k in range(1, steps + 1):
        t = k / steps
        ripple = 6.5 * sin(7.5 * t + hair.part * 3) * t if hair.back == "wavy" else 0.0
        side.append((w + 4 + inset * t + ripple, 34 + (end - 34) * t * 0.94))
    tufts = 7 if short else 9
    path = Path((0, hair.top + 6)).through(*flip(side, -1))
    _add_teeth(path, side[-1], end, tufts, dice)
    shape = path.through(*reversed(side[:-1]), (0, hair.top + 6)).close()
    canvas.fill(shape, mix(ramp.shade, ramp.deep, 0.3), ink=ramp.ink, width=1.9)
    dark: list[str] = []
    pale: list[str] = []
    for _ in range(6 if short else 13):
        x = dice.between(-1, 1)
        bottom: Point = (x * (w + inset * 0.9), end - dice.between(4, 0.45 * (end - 20)))
        root: Point = (x * (w - 12), dice.between(-10, 30) if short else dice.between(0, 120))
        row = pale if dice.chance(0.5) else dark
        row.append(tapered(root, (x * (w + 6), (root[1] + bottom[1]) / 2), bottom, dice.between(0.9, 3.4)))
    canvas.fill("".join(pale), mix(ramp.shade, ramp.base, 0.7))
    canvas.fill("".join(dark), ramp.deep)


def _add_teeth(path: Path, corner: Point, end: float, tufts: int, dice: Dice) -> None:
    """Add the pointed lower edge of the back hair, from the left corner to the right one."""
    reach, y = corner
    depth = max(end - y, 8.0)
    at = -reach
    for k in range(tufts):
        right = -reach + 2 * reach * (k + 1) / tufts
        if k < tufts - 1:
            right += dice.between(-0.25, 0.25) * reach / tufts
        outward = (at + right) / 2 / reach
        tip: Point = ((at + right) / 2 + outward * 7, y + depth * dice.between(0.7, 1.5))
        valley: Point = (right, y) if k == tufts - 1 else (right, y - dice.between(0.1, 0.9) * depth)
        path.quad((at + outward * 3, tip[1] - depth * 0.4), tip).quad(
            (right + outward * 3, tip[1] - depth * 0.6), valley
        )
        at = right


def tail_roots(hair: HairDesign) -> list[Point]:
    """Return where tails are tied, in head units: there bows and bands go."""
    roots: list[Point] = []
    if "twin_tail" in hair.tails or "drill_hair" in hair.tails:
        y = -58.0 if hair.tail_high else 44.0
        x = hair.width - (2 if hair.tail_high else -2)
        roots += [(-x, y), (x, y)]
    if "ponytail" in hair.tails:
        roots.append((hair.tail_side * 38.0, hair.top + 5))
    return roots


def draw_tails(canvas: Canvas, hair: HairDesign, dice: Dice) -> None:
    """Paint twin tails and the ponytail behind the head."""
    w, end = hair.width, hair.tail_end
    if "ponytail" in hair.tails:
        s, y = hair.tail_side, hair.top
        spine = [(s * 26.0, y + 10), (s * 52.0, y - 22), (s * (w + 22), y + 8), (s * (w + 42), y + 90)]
        spine += [(s * (w + 38), 70 + end * 0.22), (s * (w + 12), max(end, 150.0) + 10)]
        _draw_tail(canvas, hair, spine, (9, 18, 23, 24, 20, 0), s, dice)
    if "twin_tail" in hair.tails:
        for s in (-1, 1):
            if hair.tail_high:
                spine = [(s * (w - 10), -62.0), (s * (w + 18), -70.0), (s * (w + 42), -30.0)]
                spine += [(s * (w + 52), end * 0.3), (s * (w + 46), end * 0.65), (s * (w + 26), end)]
                _draw_tail(canvas, hair, spine, (9, 18, 25, 27, 21, 0), s, dice)
            else:
                spine = [(s * (w - 12), 40.0), (s * (w + 8), 56.0), (s * (w + 24), 60 + end * 0.2)]
                spine += [(s * (w + 30), 60 + end * 0.5), (s * (w + 18), end + 20)]
                _draw_tail(canvas, hair, spine, (9, 17, 22, 20, 0), s, dice)


def _draw_tail(
    canvas: Canvas, hair: HairDesign, spine: list[Point], half_widths: tuple[float, ...], side: int, dice: Dice
) -> None:
    ramp = hair.ramp
    last = len(spine) - 1
    if hair.wave:
        spine = [(x + (7 * sin(2.1 * k + hair.part) if 1 < k < last else 0.0), y) for k, (x, y) in enumerate(spine)]
    tip = spine[-1]
    # Two shorter strands to either side break the single point of the tail.
    for shift, share, paint in (
        (side * 17.0, 0.8, ramp.shade),
        (-side * 15.0, 0.72, ramp.shade),
        (0.0, 1.0, ramp.base),
    ):
        end: Point = (tip[0] + shift, spine[-2][1] + (tip[1] - spine[-2][1]) * share)
        body = [(x + shift * 0.3 * k / last, y) for k, (x, y) in enumerate(spine[:-1])]
        canvas.fill(limb([*body, end], half_widths), paint, ink=ramp.ink, width=1.8)
    dark: list[str] = []
    pale: list[str] = []
    for _ in range(7):
        across = dice.between(-0.75, 0.75)
        middle = last // 2 + 1
        a = (spine[1][0] + across * half_widths[1], spine[1][1] + 6)
        b = (spine[middle][0] + across * half_widths[middle] * 1.5, spine[middle][1])
        c = lerp(spine[last - 1], spine[last], dice.between(0.1, 0.7))
        row = pale if dice.chance(0.35) else dark
        row.append(tapered(a, b, (c[0] + across * 12, c[1]), dice.between(0.8, 2.0)))
    canvas.fill("".join(dark), mix(ramp.base, ramp.deep, 0.75))
    canvas.fill("".join(pale), mix(ramp.base, ramp.light, 0.55))


def draw_drills(canvas: Canvas, hair: HairDesign) -> None:
    """Paint the ringlets, which hang before the shoulders: slanted coils that grow narrower."""
    if "drill_hair" not in hair.tails:
        return
    ramp: Ramp = hair.ramp
    for side, (x, y) in zip((-1, 1), tail_roots(hair)[:2], strict=True):
        coils = max(5, int((hair.tail_end * 0.75 - y) / 32))
        pitch = (hair.tail_end * 0.75 - y) / coils
        for k in range(coils - 1, -1, -1):
            t = k / (coils - 1)
            half = 24 * (1 - 0.62 * t) * (0.72 if k == 0 else 1.0)
            cx, cy = x + side * (8 + 16 * min(1.0, 3 * t) - 8 * t), y + pitch * (k + 0.4)
            lean = side * pitch * 0.28
            coil = Path((cx - half, cy - lean)).cubic(
                (cx - half * 0.9, cy - pitch * 0.9 - lean),
                (cx + half * 0.9, cy - pitch * 0.9 + lean),
                (cx + half, cy + lean),
            )
            coil.cubic(
                (cx + half * 0.95, cy + pitch * 0.95 + lean),
                (cx - half * 0.95, cy + pitch * 0.95 - lean),
                (cx - half, cy - lean),
            )
            tone = canvas.linear(
                (cx - half, cy),
                (cx + half, cy),
                (0, ramp.shade),
                (0.38, mix(ramp.base, ramp.light, 0.4)),
                (1, ramp.shade),
            )
            canvas.fill(coil.close(), tone, ink=ramp.ink, width=1.8)
            canvas.fill(
                tapered(
                    (cx - half * 0.85, cy - lean + 3), (cx, cy + pitch * 0.75), (cx + half * 0.85, cy + lean + 3), 2.6
                ),
                ramp.deep,
                0.6,
            )


def draw_ahoge(canvas: Canvas, hair: HairDesign) -> None:
    """Paint the one strand that stands up from the crown."""
    if not hair.ahoge:
        return
    s, x, y = hair.tail_side, hair.part * 6, hair.top
    strand = Path((x - 4, y + 5)).cubic((x - 4, y - 16), (x + s * 10, y - 30), (x + s * 30, y - 20))
    strand.cubic((x + s * 14, y - 20), (x + 5, y - 10), (x + 5, y + 5))
    canvas.fill(strand.close(), hair.ramp.base, ink=hair.ramp.ink, width=1.7)
    canvas.fill(Path((x - 6, y + 7)).quad((x, y - 1), (x + 7, y + 7)).close(), hair.ramp.base)
