"""Legs from the skirt down: skin, socks or tights, and shoes with soles."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, radians, sin

from tachie.paperdoll import body
from tachie.paperdoll.outfits.wear import WHITE, Wear
from tachie.paperdoll.palette import Ramp, cloth_ramp, mix
from tachie.paperdoll.svg import Path, Point, oval

# Where each kind of sock begins (t of the leg); tights begin at the hip.
SOCKS = {"ankle_socks": 1.72, "loose_socks": 1.5, "kneehighs": 1.16, "thighhighs": 0.42, "tights": 0.0}
_BLACK, _BROWN, _WOOD = cloth_ramp("#2f2c36"), cloth_ramp("#6a4030"), cloth_ramp("#b98a5a")
_SOLE = "#3a3038"


def draw_legs(wear: Wear) -> None:
    """Paint both legs, the free one first, down to the shoes."""
    first = -1 if wear.figure.pose.weight > 0 else 1
    for side in (first, -first):
        _leg(wear, side)


def _leg(wear: Wear, side: int) -> None:
    clothes, pen = wear.clothes, wear.pen
    leg = wear.figure.legs[0 if side < 0 else 1]
    sock = cloth_ramp(clothes.sock) if clothes.sock else WHITE
    if clothes.legwear != "tights":
        body.draw_leg(pen, wear.figure, wear.skin, side)
    if clothes.legwear in SOCKS and not (clothes.shoes == "boots" and SOCKS[clothes.legwear] > clothes.boot_top):
        start = SOCKS[clothes.legwear]
        loose = (2.0, 7.0, 7.0, 8.0) if clothes.legwear == "loose_socks" else (1.3, 0.8, 1.0)
        name = pen.shape(leg.outline(start, 2.03, loose), sock, shadow=(-6.0, 0.0))
        with pen.inside(name):
            folds = [(leg.edge(1.9, -1), leg.edge(1.93, 0), leg.edge(1.89, 0.8), 1.2)]
            if clothes.legwear == "loose_socks":
                folds += [
                    (leg.edge(t, -1.2), leg.edge(t + 0.06, 0), leg.edge(t - 0.02, 1.1), 2.0) for t in (1.62, 1.73, 1.84)
                ]
            elif clothes.legwear == "tights":
                folds += [(leg.edge(1.0, -1), leg.edge(1.05, 0), leg.edge(1.02, 0.8), 1.3)]
            pen.folds(folds, sock)
        if clothes.legwear in ("kneehighs", "thighhighs"):
            # The elastic presses a little into the leg.
            pen.shape(leg.ring(start, 0.05, 2.0, 0.12), sock, shadow=(-6.0, 0.0), weight=0.8)
    _shoe(wear, side)


def _shoe(wear: Wear, side: int) -> None:
    figure, pen, clothes = wear.figure, wear.pen, wear.clothes
    leg = figure.legs[0 if side < 0 else 1]
    ankle = leg.center(1.98)
    k = figure.build.foot
    angle = radians(figure.toe_angle(side) * side)
    ramp = cloth_ramp(clothes.shoe) if clothes.shoe else _BROWN

    def at(x: float, y: float) -> Point:
        px, py = x * k * side, y * k
        return ankle[0] + px * cos(angle) + py * sin(angle), ankle[1] + py * cos(angle) - px * sin(angle) * 0.6

    if clothes.shoes == "boots":
        shaft = leg.outline(clothes.boot_top, 2.02, (3.0, 2.5, 3.0, 4.5), 0.2)
        name = pen.shape(shaft, ramp, shadow=(-7.0, 0.0))
        with pen.inside(name):
            pen.folds([(leg.edge(t, -1.2), leg.edge(t + 0.07, 0), leg.edge(t, 1.1), 2.0) for t in (1.8, 1.9)], ramp)
        pen.shape(leg.ring(clothes.boot_top, 0.05, 4.0, 0.15), ramp, tone=ramp.light, shadow=(-6.0, 0.0), weight=0.8)
    # The foot from before: heel hidden, toes toward the viewer.
    foot = Path(at(-12, -4)).cubic(at(-15, 10), at(-20, 24), at(-18, 38)).cubic(at(-16, 52), at(14, 53), at(17, 39))
    foot.cubic(at(20, 26), at(15, 10), at(12, -4)).quad(at(0, 3), at(-12, -4))
    outline = foot.close()
    if clothes.shoes in ("zori", "sandals"):
        _sandal(wear, at, outline, ramp)
        return
    sole = Path(at(-18.5, 34)).cubic(at(-19, 58), at(18, 59), at(18, 35)).cubic(at(15, 55), at(-15, 54), at(-18.5, 34))
    name = pen.shape(outline, ramp, shadow=(-4.0, -2.0))
    canvas = pen.canvas
    ink = pen.ink(ramp)
    with pen.inside(name):
        shine = Path(at(-10, 38)).quad(at(-4, 32), at(3, 36)).quad(at(-3, 38), at(-9, 43)).close()
        canvas.fill(shine, mix(ramp.base, "#ffffff", 0.4))
        if clothes.shoes in ("loafers", "pumps", "mary_janes"):
            # The opening, with sock or skin in it.
            inner = (
                wear.skin if clothes.legwear in ("", "bare") else cloth_ramp(clothes.sock) if clothes.sock else WHITE
            )
            depth = {"loafers": 13.0, "pumps": 25.0, "mary_janes": 23.0}[clothes.shoes]
            hole = (
                Path(at(-11, -8))
                .cubic(at(-12, 4), at(-11, depth), at(0, depth))
                .cubic(at(11, depth), at(12, 4), at(11, -8))
            )
            canvas.fill(hole.close(), inner.base, ink=ink, width=pen.line * 0.7)
            if clothes.shoes == "loafers":
                canvas.stroke(Path(at(-13, 27)).quad(at(0, 21), at(13, 27)).open(), ink, pen.line * 1.1)
            elif clothes.shoes == "mary_janes":
                canvas.stroke(Path(at(-15, 10)).quad(at(0, 15), at(15, 10)).open(), ramp.base, 4.5 * k)
                canvas.stroke(Path(at(-15, 12.4)).quad(at(0, 17.4), at(15, 12.4)).open(), ink, pen.line * 0.5)
        elif clothes.shoes == "sneakers":
            canvas.fill(
                Path(at(-19, 32)).cubic(at(-8, 27), at(8, 27), at(19, 32)).line(at(19, 60), at(-19, 60)).close(),
                "#f7f5f6",
            )
            canvas.stroke(Path(at(-18, 33)).cubic(at(-8, 28), at(8, 28), at(18, 33)).open(), ink, pen.line * 0.6)
            for y in (8, 14, 20):
                canvas.stroke(Path(at(-6, y)).line(at(6, y + 2)).open(), "#ffffff", 2.2 * k)
    canvas.fill(sole.close(), "#f2eff0" if clothes.shoes == "sneakers" else _SOLE, ink=ink, width=pen.line * 0.5)


def _sandal(wear: Wear, at: Callable[[float, float], Point], outline: str, ramp: Ramp) -> None:
    pen = wear.pen
    bare = wear.clothes.legwear in ("", "bare")
    board = Path(at(-19, 20)).cubic(at(-22, 60), at(22, 60), at(19, 20)).close()
    pen.shape(board, _WOOD, shadow=(0.0, -3.0))
    skin = wear.skin if bare else WHITE
    name = pen.shape(outline, skin, shadow=(-4.0, -2.0), weight=0.8)
    with pen.inside(name):
        toes = "".join(oval(at(x, 50), 0.5, 3.0) for x in (-8, -2, 4, 10)) if bare else oval(at(-6, 48), 0.6, 5.0)
        pen.canvas.fill(toes, skin.deep)
    strap = ramp if wear.clothes.shoe else _BLACK
    for s in (-1, 1):
        pen.canvas.stroke(
            Path(at(-5, 42)).quad(at(8 * s, 30), at(17 * s, 24)).open(), strap.base, 5 * wear.figure.build.foot
        )
