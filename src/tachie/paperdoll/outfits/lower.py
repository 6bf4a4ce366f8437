"""Skirts and bands: they hang from the hips and follow their tilt; hems lie on ellipses around the body."""

from __future__ import annotations

from itertools import pairwise
from math import cos, radians, sin

from tachie.paperdoll.outfits.wear import Wear
from tachie.paperdoll.palette import Ramp, mix
from tachie.paperdoll.svg import Path, Point

_PLEATS = 11
_WAVES = 7


class Skirt:
    """The geometry of one skirt: from a waist at `top` to a hem at `hem`, `flare` units wider a unit of length."""

    def __init__(self, wear: Wear, top: float, hem: float, flare: float, ease: float = 4.0) -> None:
        self.wear, self.top, self.hem = wear, top, hem
        weight = wear.figure.pose.weight
        length = hem - 428
        self.left = 80 + ease + length * flare * (1 - 0.16 * weight)
        self.right = 80 + ease + length * flare * (1 + 0.16 * weight)
        self.bow = 8 + (self.left + self.right) * 0.075
        self.ease = ease

    def x(self, share: float, down: float) -> float:
        """Return x on the upright figure at `share` (-1..1) across and `down` (0 waist, 1 hem).

        It follows the hips, then runs straight to the hem.
        """
        y = self.top + (self.hem - self.top) * down
        wide = self.left if share < 0 else self.right
        if y <= 428:
            return share * (self.wear.figure.trunk_half(y) + self.ease * (0.5 + 0.5 * down))
        below = max(0.0, (y - 428) / max(1.0, self.hem - 428))
        start = 79 + self.ease * (0.5 + 0.5 * (428 - self.top) / (self.hem - self.top))
        return share * (start + (wide - start) * below)

    def at(self, share: float, down: float, lift: float = 0.0) -> Point:
        """Return the point of the skirt's front at share and down; `lift` (units) raises it."""
        y = self.top + (self.hem - self.top) * down
        round_ = self.bow * down * (1 - share * share) ** 0.5 if abs(share) < 1 else 0.0
        return self.wear.figure.at(self.x(share, down), y + round_ - lift)

    def sides(self, path: Path, *, up: bool) -> None:
        """Go on along the right edge up to the waist, or along the left one down from it."""
        downs = (0.82, 0.55, 0.36, 0.2, 0.0) if up else (0.2, 0.36, 0.55, 0.82, 1.0)
        path.through(*[self.at(1 if up else -1, d) for d in downs])

    def back(self, ramp: Ramp) -> None:
        """Paint the inside of the far half of the hem, which shows behind the legs."""
        left, right = self.at(-0.97, 1.0), self.at(0.97, 1.0)
        k = self.bow * self.wear.figure.build.wide
        path = Path(left).cubic((left[0] + 20, left[1] - k * 1.1), (right[0] - 20, right[1] - k * 1.1), right)
        path.cubic((right[0] - 30, right[1] + k), (left[0] + 30, left[1] + k), left)
        self.wear.pen.shape(path.close(), ramp, tone=mix(ramp.deep, ramp.ink, 0.25), shadow=(0.0, 0.0))


def pleated(wear: Wear, skirt: Skirt, ramp: Ramp) -> str:
    """Paint a knife-pleated skirt and return its clip."""
    count = 7 if wear.small else _PLEATS
    shares = [sin(radians(-90 + 180 * k / count)) for k in range(count + 1)]
    path = Path(skirt.at(-1, 0.0))
    skirt.sides(path, up=False)
    for a, b in pairwise(shares):
        middle = skirt.at((a + b) / 2, 1.0, -3.0)
        path.quad(middle, skirt.at(b, 1.0, -4.5))
        if b < 1:
            path.line(skirt.at(b, 1.0, 3.5))
    skirt.sides(path, up=True)
    top = skirt.at(0, 0.0)
    name = wear.pen.shape(path.quad((top[0], top[1] + 6), skirt.at(-1, 0.0)).close(), ramp, shadow=(-15.0, 0.0))
    shadows: list[str] = []
    lines: list[tuple[Point, Point, Point]] = []
    for k, (a, b) in enumerate(pairwise(shares)):
        start = 0.12 + 0.05 * (k % 2)
        root = skirt.at(a * 0.98, start)
        tip, side = skirt.at(a, 1.0, 3.5), skirt.at(a + (b - a) * 0.42, 1.0, -3.0)
        shadows.append(
            Path(root).quad(skirt.at(a, 0.5), tip).line(side).quad(skirt.at(a + (b - a) * 0.1, 0.5), root).close()
        )
        lines.append((skirt.at(a * 0.98, start * 0.4), skirt.at(a, 0.5), tip))
    with wear.pen.inside(name):
        wear.pen.canvas.fill("".join(shadows), mix(ramp.shade, ramp.deep, 0.25))
        wear.pen.seams(lines, ramp, 0.55)
    return name


def flared(wear: Wear, skirt: Skirt, ramp: Ramp, frill: Ramp | None = None) -> str:
    """Paint a skirt that falls in waves, edged with a frill where given, and return its clip."""
    count = 5 if wear.small else _WAVES
    shares = [sin(radians(-90 + 180 * k / count)) for k in range(count + 1)]
    depth = 5.0 + skirt.bow * 0.12
    if frill:
        _frill(wear, skirt, frill, 0.93, 1.07)
    path = Path(skirt.at(-1, 0.0))
    skirt.sides(path, up=False)
    valleys: list[float] = []
    for a, b in pairwise(shares):
        third = (b - a) / 3
        lift = depth if b < 1 else 0.0
        path.cubic(
            skirt.at(a + third * 0.6, 1.0, -depth * 1.5), skirt.at(b - third * 0.9, 1.0, -depth * 1.5),
            skirt.at(b, 1.0, lift),
        )  # fmt: skip
        if b < 1:
            valleys.append(b)
    skirt.sides(path, up=True)
    top = skirt.at(0, 0.0)
    name = wear.pen.shape(path.quad((top[0], top[1] + 6), skirt.at(-1, 0.0)).close(), ramp, shadow=(-18.0, 0.0))
    shadows: list[str] = []
    lines: list[tuple[Point, Point, Point]] = []
    for k, v in enumerate(valleys):
        start = (0.3, 0.5, 0.22, 0.42)[k % 4]
        root = skirt.at(v * 0.92, start)
        wide = 0.11 + 0.05 * (k % 3)
        left, right = skirt.at(v - wide * 0.35, 1.0, -depth), skirt.at(v + wide, 1.0, -depth * 1.5)
        shadows.append(
            Path(root)
            .quad(skirt.at(v * 0.98, 0.7), left)
            .line(right)
            .quad(skirt.at(v + wide * 0.2, 0.65), root)
            .close()
        )
        lines.append((root, skirt.at(v * 0.99, 0.7), skirt.at(v, 1.0, depth)))
        gather = skirt.at(v * 0.9, 0.02)
        lines.append((gather, skirt.at(v * 0.9, 0.1), skirt.at(v * 0.96, 0.14 + 0.04 * (k % 3))))
    with wear.pen.inside(name):
        wear.pen.canvas.fill("".join(shadows), mix(ramp.shade, ramp.deep, 0.15))
        wear.pen.seams(lines, ramp, 0.6)
    return name


def _frill(wear: Wear, skirt: Skirt, ramp: Ramp, start: float, end: float) -> None:
    """Paint a gathered band along the hem, under the skirt's edge."""
    count = 11 if wear.small else 19
    shares = [sin(radians(-90 + 180 * k / count)) for k in range(count + 1)]
    path = Path(skirt.at(-1, start)).line(skirt.at(-1.01, end))
    for a, b in pairwise(shares):
        path.quad(skirt.at((a + b) / 2, end, -9.0), skirt.at(b * 1.01 if b == 1 else b, end))
    path.line(skirt.at(1, start))
    name = wear.pen.shape(path.close(), ramp, shadow=(-6.0, 0.0), weight=0.8)
    with wear.pen.inside(name):
        wear.pen.seams(
            [(skirt.at(s, end), skirt.at(s, (start + end) / 2), skirt.at(s * 0.99, start)) for s in shares], ramp, 0.5
        )


def tube(wear: Wear, skirt: Skirt, ramp: Ramp, slit: float = 0.0) -> str:
    """Paint a straight skirt (a pencil skirt, a kimono's lower half); `slit` is where its front overlaps, or 0."""
    path = Path(skirt.at(-1, 0.0))
    skirt.sides(path, up=False)
    path.cubic(skirt.at(-0.6, 1.0, -3), skirt.at(0.6, 1.0, -3), skirt.at(1, 1.0))
    skirt.sides(path, up=True)
    name = wear.pen.shape(path.close(), ramp, shadow=(-14.0, 0.0))
    with wear.pen.inside(name):
        rows = []
        for s, d in ((-0.5, 0.32), (0.42, 0.3), (0.1, 0.26)):
            rows.append((skirt.at(s, 0.12), skirt.at(s * 0.7, d * 0.8), skirt.at(s * 0.2, d), 2.2))
        for s in (-0.3, 0.35):
            rows.append((skirt.at(s, 0.55), skirt.at(s * 1.1, 0.8), skirt.at(s * 0.9, 1.0), 3.2))
        wear.pen.folds(rows, ramp)
        if slit:
            edge = Path(skirt.at(slit * 0.3, 0.0)).cubic(
                skirt.at(slit * 0.5, 0.3), skirt.at(slit * 0.7, 0.7), skirt.at(slit, 1.0)
            )
            wear.pen.line_along(edge.open(), ramp, 0.9)
            wear.pen.folds(
                [(skirt.at(slit * 0.4, 0.1), skirt.at(slit * 0.75, 0.6), skirt.at(slit * 1.25, 1.0), 5.0)], ramp
            )
    return name


def waistband(wear: Wear, ramp: Ramp, y: float, depth: float, ease: float = 2.0) -> None:
    """Paint a band around the waist at `y`, `depth` high."""
    d = wear.figure.trunk(y, y + depth, (ease, ease), 6.0)
    wear.pen.shape(d, ramp, shadow=(-8.0, 0.0), weight=0.8)


def apron_hem(wear: Wear, skirt: Skirt, share: float, down: float) -> str:
    """Return the outline of an apron's skirt over `skirt`: `share` of its width, `down` to this part of its length."""
    path = Path(skirt.at(-share * 0.9, 0.0)).through(skirt.at(-share, 0.4), skirt.at(-share, down * 0.8))
    for k in range(9):
        angle = radians(-80 + 20 * k)
        nxt = radians(-80 + 20 * (k + 1)) if k < 8 else radians(80)
        if k == 8:
            break
        s0, s1 = share * sin(angle), share * sin(nxt)
        end = skirt.at(s1, down * (0.8 + 0.2 * cos(nxt)))
        path.quad(skirt.at((s0 + s1) / 2, down * (0.84 + 0.2 * cos((angle + nxt) / 2)), -10.0), end)
    path.through(skirt.at(share, 0.4), skirt.at(share * 0.9, 0.0))
    return path.close()
