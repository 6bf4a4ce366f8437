"""Collars and what is tied at them."""

from __future__ import annotations

from tachie.paperdoll.outfits.wear import WHITE, Wear, bow
from tachie.paperdoll.palette import Ramp, mix
from tachie.paperdoll.svg import Path, Point, oval


def sailor(wear: Wear, cloth: Ramp, stripe: str, low: float = 212.0) -> None:
    """Paint a sailor collar with its stripes."""
    at = wear.figure.at
    for side in (-1, 1):
        p = [
            at(x * side, y, 0.6)
            for x, y in ((20, 116), (44, 122), (72, 136), (86, 150), (80, 198), (42, 196), (1, low), (12, 160))
        ]
        path = Path(p[0]).cubic(p[1], p[2], p[3]).line(p[4]).quad(p[5], p[6]).quad(p[7], p[0])
        wear.pen.shape(path.close(), cloth, shadow=(-4.0, -4.0))
        for k in (0.0, 6.0):
            s = [
                at(x * side, y, 0.6)
                for x, y in ((79 - k, 148 + k), (74 - k, 191 - k), (42, 189 - k), (8, low - 13 - k))
            ]
            wear.pen.canvas.stroke(Path(s[0]).line(s[1]).quad(s[2], s[3]).open(), stripe, 2.2 * wear.figure.build.wide)


def shirt(wear: Wear, cloth: Ramp = WHITE, spread: float = 27.0) -> None:
    """Paint the two wings of a shirt collar."""
    at = wear.figure.at
    stand = [at(-19, 106), at(0, 126, 1.0), at(19, 106), at(24, 122), at(0, 142, 1.0), at(-24, 122)]
    band = Path(stand[0]).quad(stand[1], stand[2]).line(stand[3]).quad(stand[4], stand[5]).close()
    wear.pen.shape(band, cloth, tone=cloth.shade, shadow=(0.0, 0.0), weight=0.7)
    for side in (-1, 1):
        p = wear.figure.all([(20, 105), (31, 121), (spread, 153), (2, 134)], side, 0.8)
        wing = Path(p[0]).quad(p[1], p[2]).line(p[3]).quad(at(side * 13, 124, 0.8), p[0])
        wear.pen.shape(wing.close(), cloth, shadow=(-2.5, -2.5), weight=0.8)


def round_collar(wear: Wear, cloth: Ramp = WHITE, edge: Ramp | None = None) -> None:
    """Paint a collar with round ends."""
    at = wear.figure.at
    for side in (-1, 1):
        p = wear.figure.all([(21, 113), (52, 120), (62, 150), (34, 166), (12, 168), (1, 140), (12, 132)], side, 0.8)
        half = Path(p[0]).cubic(p[1], p[2], p[3]).quad(p[4], p[5]).quad(p[6], p[0])
        wear.pen.shape(half.close(), cloth, shadow=(-3.5, -3.5), weight=0.85)
        if edge:
            inner = Path(at(side * 50, 134, 0.8)).cubic(
                at(side * 52, 150, 0.8), at(side * 30, 160, 0.8), at(side * 10, 152, 0.8)
            )
            wear.pen.canvas.stroke(inner.open(), edge.base, 2.0)


def turtleneck(wear: Wear, cloth: Ramp) -> None:
    """Paint a rolled collar around the neck."""
    at = wear.figure.at
    path = Path(at(-22, 95)).quad(at(0, 106, 1.0), at(22, 95)).cubic(at(27, 108), at(29, 116), at(32, 127))
    name = wear.pen.shape(
        path.quad(at(0, 147, 1.0), at(-32, 127)).cubic(at(-29, 116), at(-27, 108), at(-22, 95)).close(),
        cloth,
        shadow=(-5.0, -3.0),
    )
    if not wear.small:
        with wear.pen.inside(name):
            wear.seams([((x * 0.8, 96), (x * 0.9, 112), (x, 146)) for x in range(-28, 29, 7)], cloth, 0.45)


def hood(wear: Wear, cloth: Ramp, cord: Ramp) -> None:
    """Paint a hood lying on the shoulders, with its cords."""
    at = wear.figure.at
    for side in (-1, 1):
        p = wear.figure.all(
            [(17, 104), (54, 98), (80, 128), (50, 158), (26, 176), (0, 178), (-1, 154), (24, 142)], side, 0.5
        )
        half = Path(p[0]).cubic(p[1], p[2], p[3]).quad(p[4], p[5]).line(p[6]).cubic(at(side * 18, 144, 0.6), p[7], p[0])
        wear.pen.shape(half.close(), cloth, shadow=(-5.0, -4.0))
        wear.folds([((side * 30, 118), (side * 54, 122), (side * 44, 150), 2.2)], cloth)
        string = wear.path((side * 13, 162), (side * 17, 186), (side * 13, 214)).open()
        wear.pen.canvas.stroke(string, cord.base, 2.6 * wear.figure.build.wide)
        wear.pen.canvas.fill(oval(at(side * 13, 216, 1.0), 2.6, 4.0), cord.shade)


def tie(wear: Wear, cloth: Ramp, top: float = 138.0, length: float = 120.0, stripe: str = "") -> None:
    """Paint a necktie."""
    at = wear.figure.at
    p = [
        at(x, y, 1.0)
        for x, y in (
            (-5, top + 14),
            (5, top + 14),
            (12, top + length - 16),
            (0, top + length),
            (-12, top + length - 16),
        )
    ]
    name = wear.pen.shape(
        Path(p[0])
        .line(p[1])
        .quad(at(6, top + length * 0.5, 1.0), p[2])
        .line(p[3], p[4])
        .quad(at(-6, top + length * 0.5, 1.0), p[0])
        .close(),
        cloth,
        shadow=(-4.0, 0.0),
        weight=0.8,
    )
    if stripe:
        with wear.pen.inside(name):
            wear.pen.canvas.fill(
                "".join(
                    wear.panel((-14, y), (14, y - 14), (14, y - 9), (-14, y + 5))
                    for y in range(int(top) + 28, int(top + length) + 20, 20)
                ),
                stripe,
            )
    knot = wear.panel((-9, top - 2), (9, top - 2), (6, top + 15), (-6, top + 15))
    wear.pen.shape(knot, cloth, shadow=(-3.0, 0.0), weight=0.8)


def kerchief(wear: Wear, cloth: Ramp, y: float = 206.0) -> None:
    """Paint a sailor's neckerchief: a knot with two pointed ends."""
    at = wear.figure.at
    for side, drop in ((-1, 82.0), (1, 92.0)):
        tail = Path(at(-3 * side, y, 1.0)).quad(at(12 * side, y + 26, 1.0), at(34 * side, y + drop * 0.86, 1.0))
        tail.line(at(16 * side, y + drop, 1.0)).quad(at(6 * side, y + drop * 0.55, 1.0), at(3 * side, y, 1.0))
        wear.pen.shape(tail.close(), cloth, shadow=(-4.0, -2.0), weight=0.85)
        wear.folds([((2 * side, y + 8), (10 * side, y + 36), (18 * side, y + 62), 1.6)], cloth, deep=True)
    for side in (-1, 1):
        loop = Path(at(4 * side, y - 6, 1.0)).cubic(
            at(14 * side, y - 16, 1.0), at(26 * side, y - 16, 1.0), at(30 * side, y - 6, 1.0)
        )
        loop.cubic(at(26 * side, y + 6, 1.0), at(14 * side, y + 10, 1.0), at(4 * side, y + 6, 1.0))
        wear.pen.shape(loop.close(), cloth, shadow=(-2.0, -2.0), weight=0.8)
    wear.pen.shape(
        oval(at(0, y, 1.0), 7.5 * wear.figure.build.wide, 9 * wear.figure.build.wide),
        cloth,
        shadow=(-2.0, -2.0),
        weight=0.8,
    )


def string_ribbon(wear: Wear, cloth: Ramp, y: float = 142.0) -> None:
    """Paint a thin ribbon tied in a bow, its ends hanging down the front."""
    at = wear.figure.at
    w = 4.2 * wear.figure.build.wide
    d = ""
    for side in (-1, 1):
        d += (
            Path(at(0, y, 1.0))
            .cubic(at(10 * side, y - 16, 1.0), at(34 * side, y - 8, 1.0), at(20 * side, y + 8, 1.0))
            .quad(at(10 * side, y + 8, 1.0), at(0, y, 1.0))
            .open()
        )
        d += (
            Path(at(0, y, 1.0))
            .cubic(at(4 * side, y + 24, 1.0), at(14 * side, y + 40, 1.0), at(11 * side, y + 66, 1.0))
            .open()
        )
    wear.pen.canvas.stroke(d, wear.pen.ink(cloth), w + wear.pen.line)
    wear.pen.canvas.stroke(d, cloth.base, w)


def scarf(wear: Wear, cloth: Ramp, stripe: str) -> None:
    """Paint a winter scarf wound around the neck, one end hanging down."""
    at = wear.figure.at
    tail = (
        Path(at(14, 150, 1.0))
        .cubic(at(22, 200, 1.0), at(20, 250, 1.0), at(26, 300, 1.0))
        .line(at(58, 296, 1.0))
        .cubic(at(56, 240, 1.0), at(54, 200, 1.0), at(44, 150, 1.0))
    )
    name = wear.pen.shape(tail.close(), cloth, shadow=(-6.0, 0.0))
    with wear.pen.inside(name):
        wear.pen.canvas.fill(
            "".join(wear.panel((10, y), (64, y - 4), (64, y + 8), (10, y + 12)) for y in (250, 274)), stripe
        )
        wear.folds([((30, 160), (34, 210), (40, 296), 2.2)], cloth)
    wear.seams([((x, 298), (x, 306), (x + 1, 314)) for x in range(28, 58, 5)], cloth, 1.2)
    for low, wide, top in ((160.0, 58.0, 112.0), (142.0, 46.0, 92.0)):
        p: list[Point] = [
            at(-wide * 0.72, top),
            at(-wide * 1.1, top + 18),
            at(-wide * 0.9, low - 6),
            at(0, low + 10, 1.0),
        ]
        q: list[Point] = [at(wide * 0.9, low - 6), at(wide * 1.1, top + 18), at(wide * 0.72, top)]
        roll = Path(p[0]).cubic(p[1], p[2], p[3]).cubic(q[0], q[1], q[2]).quad(at(0, top + 26, 1.0), p[0])
        clip = wear.pen.shape(roll.close(), cloth, shadow=(-5.0, -5.0))
        with wear.pen.inside(clip):
            wear.folds(
                [
                    ((-wide * 0.7, top + 14), (-10, low - 6), (wide * 0.5, low - 10), 2.4),
                    ((-wide * 0.3, top + 20), (8, top + 30), (wide * 0.6, top + 14), 1.8),
                ],
                cloth,
            )


def neckwear(wear: Wear, kind: str, y: float = 140.0) -> None:
    """Paint the neckwear `kind` (bow, tie, ribbon, kerchief, brooch or none) with its knot at `y`."""
    cloth = wear.clothes.accent
    if kind == "bow":
        bow(wear, cloth, (0, y + 6), 27, 1.5)
    elif kind == "tie":
        tie(wear, cloth, y, stripe=mix(cloth.base, "#ffffff", 0.55) if wear.clothes.pattern == "stripes" else "")
    elif kind == "ribbon":
        string_ribbon(wear, cloth, y + 4)
    elif kind == "brooch":
        r = wear.figure.build.wide
        wear.pen.shape(oval(wear.figure.at(0, y + 4, 1.0), 6.5 * r, 7.5 * r), cloth, shadow=(-2.0, -2.0), weight=0.8)
