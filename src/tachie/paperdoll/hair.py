"""Hair behind the head: the back, twin tails, drills, ponytails, braids and buns, and the strands on top."""

from __future__ import annotations

from math import pi, sin

from tachie.paperdoll.character import HairDesign
from tachie.paperdoll.dice import Dice
from tachie.paperdoll.palette import mix
from tachie.paperdoll.strands import Lock, Tones, bundle, hair_ink, tapering
from tachie.paperdoll.style import Style
from tachie.paperdoll.svg import Canvas, Path, Point, bezier, limb, oval
from tachie.paperdoll.view import View


def _back_locks(hair: HairDesign, view: View, dice: Dice) -> list[Lock]:
    """Return the locks of the back hair, from both sides inwards, as they are seen."""
    w, end = hair.width, hair.back_end
    short = end < 120
    count = 7 if short else 8
    steps = 6 if short else 9
    shift = view.skull_x * 1.6
    blunt = {"bob": 6.0, "straight": 4.0}.get(hair.back, 3.0)
    locks: list[Lock] = []
    for k in range(count):
        a = -1 + 2 * k / (count - 1)
        spread = {"straight": 0.0, "wavy": 4.0, "flipped": 6.0, "layered": 2.0, "bob": 1.0}[hair.back]
        length = end * (1 - (0.1 if short else 0.16) * abs(a) * dice.roll()) - (0.0 if short else 12 * abs(a))
        if hair.back == "layered" and not short:
            length = end * dice.between(0.62, 1.0)
        x0, x1 = a * w * 0.84, a * (w + spread + (hair.flare if not short else hair.flare * 0.3))
        x2 = (
            x1
            + {"flipped": 12.0, "bob": -17.0 if short else -6.0, "straight": -8.0}.get(hair.back, -3.0) * a
            + dice.between(-5, 5)
        )
        row = bezier((x0, -30), (x1 * 1.02, 6), (x1, length * 0.62), (x2, length), steps)
        if hair.back == "wavy" or hair.wave:
            swing = (7.0 if hair.back == "wavy" else 4.0) * (0.5 if short else 1.0)
            turns = max(1.0, length / 120)
            row = [
                (x + swing * (i / steps) * sin(2 * pi * turns * i / steps + hair.part * 3 + 0.5 * k), y)
                for i, (x, y) in enumerate(row)
            ]
        half = (w + spread) * 1.55 / count * (1.25 if abs(a) < 0.95 else 0.95)
        row = [(x + shift, y) for x, y in row]
        locks.append(
            Lock(tuple(row), tapering(half * dice.between(0.85, 1.15), steps + 1, root=0.45, fullest=0.35, blunt=blunt))
        )
    order = sorted(range(count), key=lambda k: -abs(2 * k - count + 1))
    return [locks[k] for k in order]


def draw_back(canvas: Canvas, hair: HairDesign, view: View, style: Style, dice: Dice) -> None:
    """Paint the hair that falls behind face and shoulders, to `hair.back_end`."""
    ramp, w, end = hair.ramp, hair.width, hair.back_end
    ink = hair_ink(ramp, style)
    short = end < 120
    locks = _back_locks(hair, view, dice)
    shift = view.skull_x
    low = 40.0 if short else min(end * 0.7, 200.0)
    reach = w if short else w + hair.flare * 0.4
    skull = Path((-w * 0.9 + shift, -40)).cubic(
        (-w * 0.7 + shift, hair.top), (w * 0.7 + shift, hair.top), (w * 0.9 + shift, -40)
    )
    skull.cubic((w + shift, 0), (reach * 0.9 + shift, low * 0.7), (reach * 0.75 + shift, low))
    skull.line((-reach * 0.75 + shift, low)).cubic(
        (-reach * 0.9 + shift, low * 0.7), (-w + shift, 0), (-w * 0.9 + shift, -40)
    )
    dim = mix(ramp.base, ramp.shade, 0.8)
    paint = dim
    if style.shading != "flat":
        paint = canvas.linear(
            (0, 20),
            (0, max(end, 160.0)),
            (0, mix(ramp.shade, ramp.deep, 0.5)),
            (0.35, dim),
            (1, mix(ramp.base, ramp.shade, 0.45)),
        )
    canvas.inked(skull.close() + "".join(lock.shape() for lock in locks), paint, ink, style.line)
    tones = Tones()
    for lock in locks:
        tones.ink += lock.edges(0.3 * style.line, 2)
        tones.deep.append(lock.wedge(0.34, 2))
        tones.ink.append(lock.strand(dice.between(-0.4, 0.1), 0.2 * style.line, 1))
        if dice.chance(0.6):
            tones.shade.append(lock.strand(dice.between(-0.7, -0.3), dice.between(1.0, 2.4), 2))
    # Behind the neck no light falls.
    hollow = Path((-34 + shift, 30)).line((34 + shift, 30)).quad((30, 84), (18, 100)).quad((6, 92), (0, 112))
    tones.deep.append(hollow.quad((-8, 92), (-20, 98)).quad((-30, 80), (-34 + shift, 30)).close())
    tones.paint(canvas, ramp, style)


def tail_roots(hair: HairDesign, view: View) -> list[Point]:
    """Return where tails are tied, in head units: there bows and bands go."""
    roots: list[Point] = []
    shift = view.skull_x * 1.4
    if "twin_tail" in hair.tails or "drill_hair" in hair.tails:
        y = -60.0 if hair.tail_high else 46.0
        x = hair.width - (7 if hair.tail_high else 0)
        roots += [(-x + shift, y), (x + shift, y)]
    if "ponytail" in hair.tails:
        roots.append((hair.tail_side * 40.0 + shift, hair.top + 8))
    return roots


def draw_tails(canvas: Canvas, hair: HairDesign, view: View, style: Style, dice: Dice) -> None:
    """Paint twin tails (plain or braided), the ponytail and buns behind the head."""
    w, end = hair.width, hair.tail_end
    shift = view.skull_x * 1.4
    if "ponytail" in hair.tails:
        s, y = hair.tail_side, hair.top
        drop = max(end, 150.0)
        spine = [(s * 30.0, y + 12), (s * 54.0, y - 16), (s * (w + 16), y + 14), (s * (w + 34), y + 84)]
        spine += [(s * (w + 30), 60 + drop * 0.2), (s * (w + 20), 40 + drop * 0.6), (s * (w + 2), drop + 10)]
        _draw_tail(canvas, hair, [(x + shift, py) for x, py in spine], (9, 17, 23, 26, 25, 19, 0), style, dice)
    if "twin_tail" in hair.tails:
        for s in (-1, 1):
            if hair.tail_high:
                spine = [
                    (s * (w - 14), -60.0),
                    (s * (w + 12), -74.0),
                    (s * (w + 36), -44.0),
                    (s * (w + 46), end * 0.12),
                ]
                spine += [(s * (w + 48), end * 0.4), (s * (w + 42), end * 0.7), (s * (w + 22), end)]
                widths = (8.0, 15.0, 22.0, 25.0, 25.0, 19.0, 0.0)
            else:
                spine = [
                    (s * (w - 12), 40.0),
                    (s * (w + 3), 52.0),
                    (s * (w + 15), 66 + end * 0.1),
                    (s * (w + 20), 60 + end * 0.3),
                ]
                spine += [(s * (w + 20), 60 + end * 0.5), (s * (w + 16), 40 + end * 0.75), (s * (w + 2), end + 24)]
                widths = (8.0, 13.0, 18.0, 20.0, 19.0, 14.0, 0.0)
            spine = [(x + shift, y) for x, y in spine]
            if hair.braided:
                _draw_braid(canvas, hair, spine, style)
            else:
                _draw_tail(canvas, hair, spine, widths, style, dice)


def _draw_tail(
    canvas: Canvas, hair: HairDesign, spine: list[Point], half_widths: tuple[float, ...], style: Style, dice: Dice
) -> None:
    ramp = hair.ramp
    last = len(spine) - 1
    if hair.wave or hair.back == "wavy":
        spine = [(x + (8 * sin(2.3 * k + hair.part) if 1 < k < last else 0.0), y) for k, (x, y) in enumerate(spine)]
    tips = (
        (-0.9, dice.between(0.76, 0.86)),
        (0.9, dice.between(0.7, 0.84)),
        (-0.45, 0.93),
        (0.4, dice.between(0.86, 0.96)),
        (0.0, 1.0),
    )
    locks = bundle(spine, half_widths, tips)
    body = limb(spine[:-1], half_widths[:-1])
    body = "".join(lock.shape() for lock in locks) + limb(spine[:4], (*half_widths[:3], half_widths[3] * 0.8))
    paint = ramp.base
    if style.shading == "soft":
        top, low = spine[1][1], spine[-1][1]
        paint = canvas.linear(
            (0, top),
            (0, low),
            (0, mix(ramp.base, ramp.light, 0.1)),
            (0.5, ramp.base),
            (1, mix(ramp.base, ramp.shade, 0.6)),
        )
    canvas.inked(body, paint, hair_ink(ramp, style), style.line)
    tones = Tones()
    for k, lock in enumerate(locks):
        tones.shade.append(lock.wedge(0.4, 1))
        tones.ink += lock.edges(0.3 * style.line, 2)
        tones.ink.append(lock.strand(dice.between(-0.4, 0.3), 0.2 * style.line, 0))
        if k % 2 == 0:
            tones.light.append(lock.strand(-0.45, dice.between(1.0, 2.2), 1, 5))
        tones.deep.append(lock.wedge(0.14, 3))
    tones.paint(canvas, ramp, style)


def _draw_braid(canvas: Canvas, hair: HairDesign, spine: list[Point], style: Style) -> None:
    """Paint a plait along a spine: pairs of leaves that overlap downwards, a tuft at the end."""
    ramp = hair.ramp
    path = bezier(spine[1], spine[3], spine[4], (spine[-1][0], spine[-1][1] - 20), 14)
    shade: list[str] = []
    for k in range(len(path) - 1):
        (x0, y0), (_, y1) = path[k], path[k + 1]
        size = 12.5 * (1 - 0.35 * k / len(path)) + 2.0
        pitch = max(abs(y1 - y0), 12.0)
        leaves: list[str] = []
        for s in (-1, 1):
            leaf = Path((x0, y0 + pitch * 0.9)).cubic(
                (x0 + s * size * 0.5, y0 + pitch * 0.9),
                (x0 + s * size * 1.25, y0 + pitch * 0.3),
                (x0 + s * size, y0 - pitch * 0.3),
            )
            leaves.append(
                leaf.cubic(
                    (x0 + s * size * 0.5, y0 - pitch * 0.6), (x0, y0 - pitch * 0.1), (x0, y0 + pitch * 0.9)
                ).close()
            )
            cut = Path((x0, y0 + pitch * 0.8)).quad(
                (x0 + s * size * 0.9, y0 + pitch * 0.4), (x0 + s * size * 0.96, y0 - pitch * 0.1)
            )
            shade.append(cut.quad((x0 + s * size * 0.5, y0 + pitch * 0.3), (x0, y0 + pitch * 0.8)).close())
        for leaf_d in leaves:
            canvas.inked(leaf_d, ramp.base, hair_ink(ramp, style), style.line * 0.85)
    canvas.fill("".join(shade), mix(ramp.base, ramp.shade, 0.9))
    x, y = path[-1]
    tuft = [Lock(((x, y - 2), (x + d * 0.7, y + 14), (x + d, y + 32)), (4, 7, 0)).shape() for d in (-7, 0, 7)]
    canvas.inked("".join(tuft), ramp.base, hair_ink(ramp, style), style.line * 0.85)
    canvas.ellipse((x, y), 6.5, 4.5, mix(ramp.deep, "#d8485a", 0.6), ink=ramp.ink, width=1.2)


def draw_drills(canvas: Canvas, hair: HairDesign, view: View, style: Style) -> None:
    """Paint the ringlets, which hang before the shoulders: slanted turns that grow narrower."""
    if "drill_hair" not in hair.tails:
        return
    ramp = hair.ramp
    ink = hair_ink(ramp, style)
    for side, (x, y) in zip((-1, 1), tail_roots(hair, view)[:2], strict=True):
        low = max(hair.tail_end * 0.72, y + 150)
        turns = max(5, round((low - y) / 27))
        pitch = (low - y) / turns
        shapes: list[str] = []
        shade: list[str] = []
        light: list[str] = []
        lines: list[str] = []
        for k in range(turns):
            t = k / (turns - 1)
            half = (13 + 13 * min(1.0, 4 * t)) * (1 - 0.68 * max(0.0, t - 0.2))
            cx, cy = x + side * (6 + 14 * min(1.0, 3 * t) - 10 * t), y + pitch * (k + 0.5)
            lean = pitch * 0.34 * side
            a, b = (cx - half, cy - lean), (cx + half, cy + lean)
            turn = Path(a).cubic((a[0] - 2, a[1] - pitch * 0.75), (b[0] - 4, b[1] - pitch * 1.0), b)
            turn.cubic((b[0] + 3, b[1] + pitch * 0.7), (a[0] + half * 0.6, a[1] + pitch * 1.25), a)
            shapes.append(turn.close())
            lower = bezier(b, (b[0] + 3, b[1] + pitch * 0.7), (a[0] + half * 0.6, a[1] + pitch * 1.25), a, 5)
            lines.append(limb(lower, [0.2, *(0.5 * style.line * w for w in (1.0, 1.2, 1.1, 0.7)), 0.1]))
            dark = [(px, py - 0.5) for px, py in lower]
            inner = bezier(
                a, (cx - half * 0.2, cy + pitch * 0.42), (cx + half * 0.4, cy + pitch * 0.1), (b[0], b[1] - 2), 4
            )
            shade.append(Path(dark[0]).through(*dark[1:]).through(*inner[1:]).close())
            glow = [
                (cx - half * 0.62, cy - lean * 0.6 - pitch * 0.2),
                (cx - half * 0.2, cy - pitch * 0.26),
                (cx + half * 0.3, cy + lean * 0.2 - pitch * 0.3),
            ]
            light.append(limb(glow, [0.2, pitch * 0.1, 0.2]))
        tip = Path((cx - half * 0.7, cy)).quad((cx, cy + pitch * 1.4), (cx + side * half, cy + pitch * 1.5))
        shapes.append(tip.quad((cx + half, cy + pitch * 0.7), (cx + half * 0.8, cy)).close())
        canvas.inked("".join(shapes), ramp.base, ink, style.line)
        canvas.fill("".join(shade), mix(ramp.base, ramp.shade, 0.95))
        canvas.fill("".join(light), mix(ramp.base, ramp.light, 0.7))
        canvas.fill("".join(lines), ink)


def draw_buns(canvas: Canvas, hair: HairDesign, view: View, style: Style) -> None:
    """Paint the two buns on top, each with its strands wound around."""
    if not hair.buns:
        return
    ramp = hair.ramp
    for s in (-1, 1):
        x, y = s * 66 + view.skull_x * 1.2, hair.top + 24
        canvas.inked(oval((x, y), 24, 22), ramp.base, hair_ink(ramp, style), style.line)
        shade = Path((x + 23, y - 4)).cubic((x + 24, y + 20), (x - 10, y + 28), (x - 20, y + 10))
        canvas.fill(
            shade.cubic((x - 4, y + 16), (x + 14, y + 12), (x + 23, y - 4)).close(), mix(ramp.base, ramp.shade, 0.9)
        )
        lines = [
            limb(
                bezier(
                    (x - 20 + 6 * k, y + 10 - 2 * k),
                    (x - 16 + 6 * k, y - 18),
                    (x + 8, y - 16 + 4 * k),
                    (x + 17, y - 2 + 3 * k),
                    5,
                ),
                (0.1, 0.7, 0.9, 0.8, 0.5, 0.1),
            )
            for k in range(3)
        ]
        canvas.fill("".join(lines), hair_ink(ramp, style))
        canvas.fill(
            limb([(x - 12, y - 10), (x - 4, y - 16), (x + 5, y - 16)], [0.3, 2.0, 0.3]), mix(ramp.base, ramp.light, 0.7)
        )


def draw_ahoge(canvas: Canvas, hair: HairDesign, view: View, style: Style) -> None:
    """Paint the strand that stands up from the crown, or two of them."""
    if not hair.ahoge:
        return
    s, x, y = hair.tail_side, hair.part * 6 + view.skull_x, hair.top
    kinds = {
        "curl": [((x, y + 8), (x - s * 8, y - 22), (x + s * 20, y - 34), (x + s * 30, y - 12))],
        "spike": [((x, y + 8), (x - s * 2, y - 10), (x + s * 4, y - 20), (x + s * 14, y - 26))],
        "pair": [
            ((x - 2, y + 8), (x - 8, y - 14), (x - 18, y - 22), (x - 30, y - 16)),
            ((x + 2, y + 8), (x + 4, y - 18), (x + 16, y - 26), (x + 26, y - 16)),
        ],
    }
    locks = [Lock(tuple(bezier(a, b, c, d, 6)), tapering(4.6, 7, root=0.9)) for a, b, c, d in kinds[hair.ahoge]]
    canvas.inked("".join(lock.shape() for lock in locks), hair.ramp.base, hair_ink(hair.ramp, style), style.line * 0.9)
    canvas.fill("".join(lock.wedge(0.4, 2) for lock in locks), hair.ramp.shade)
