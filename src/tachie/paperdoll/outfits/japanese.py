"""Kimono and yukata: crossed collars, obi and the flowers on them."""

from __future__ import annotations

from math import cos, radians, sin

from tachie.paperdoll.outfits.wear import WHITE, Wear, bow
from tachie.paperdoll.palette import Ramp, mix
from tachie.paperdoll.svg import Path, Point, oval


def collars(wear: Wear, outer: Ramp) -> None:
    """Paint the crossed collars, her left over her right: first the white under-collar, then the cloth's own."""
    at = wear.figure.at
    for side in (-1, 1):
        for cloth, shift in ((WHITE, 0.0), (outer, 8.0)):
            p = [
                at(x * side, y, 0.9)
                for x, y in ((19 + shift * 0.6, 108), (26 + shift, 146), (10, 196), (-28, 262 + shift))
            ]
            q = [at(x * side, y, 0.9) for x, y in ((-14, 276 + shift), (24, 206), (40 + shift, 152), (28 + shift, 112))]
            band = Path(p[0]).cubic(p[1], p[2], p[3]).line(q[0]).cubic(q[1], q[2], q[3]).close()
            wear.pen.shape(band, cloth, shadow=(-3.0, -2.0), weight=0.85)


def obi(wear: Wear, cloth: Ramp, cord: Ramp, *, tied: str) -> None:
    """Paint the broad sash with its cord; `tied` "bow" lets the ends of the bow behind show."""
    if tied == "bow":
        bow(wear, cloth, (0, 318), 44, 1.3)
    name = wear.pen.shape(wear.figure.trunk(272, 366, (7.0, 10.0, 7.0), 9.0), cloth, shadow=(-10.0, 0.0))
    with wear.pen.inside(name):
        wear.folds([((-66, 290), (-20, 300), (40, 292), 1.8), ((66, 350), (20, 360), (-40, 352), 2.0)], cloth)
        for k in range(-2, 3):
            x, y = wear.figure.at(k * 27, 296 + 6 * (k % 2), 1.0)
            wear.pen.canvas.fill(oval((x, y), 5, 5) + oval((x + 3, y + 44), 4, 4), mix(cloth.base, cloth.light, 0.6))
    wear.pen.shape(wear.figure.trunk(314, 325, (10.0, 10.0), 9.0), cord, shadow=(-5.0, 0.0), weight=0.8)
    wear.pen.shape(oval(wear.figure.at(0, 326, 1.0), 7, 6), cord, tone=cord.light, shadow=(-2.0, -2.0), weight=0.8)


def flower(wear: Wear, center: Point, radius: float) -> None:
    """Paint a five-petalled blossom in px of the body's space."""
    x, y = center
    petals = []
    for k in range(5):
        a = radians(72 * k - 90)
        petals.append(oval((x + cos(a) * radius * 0.55, y + sin(a) * radius * 0.55), radius * 0.5, radius * 0.5))
    accent = wear.clothes.accent
    wear.pen.canvas.fill("".join(petals), mix(accent.light, "#ffffff", 0.35))
    wear.pen.canvas.fill(oval(center, radius * 0.28, radius * 0.28), accent.base)


def blossoms(wear: Wear, clip: str, points: tuple[tuple[float, float, float], ...]) -> None:
    """Strew blossoms (x, y on the upright figure, radius) over a piece."""
    with wear.pen.inside(clip):
        for x, y, r in points:
            flower(wear, wear.figure.at(x, y, 0.6), r * wear.figure.build.wide)
