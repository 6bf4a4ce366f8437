"""Arms and legs as a bent line with a width to either side; sleeves, socks and shadows are cut from the same line."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from math import hypot

from tachie.paperdoll.svg import Path, Point, lerp

# Rows of (t, outer, inner): t runs 0..1 to the elbow or knee and on to 2; half widths in units.
ARM_WIDTHS: tuple[tuple[float, float, float], ...] = (
    (0.0, 15.0, 15.0), (0.2, 17.0, 15.5), (0.5, 15.5, 14.5), (0.85, 13.0, 12.5), (1.0, 12.5, 12.5),
    (1.25, 14.0, 13.0), (1.55, 12.0, 11.5), (1.9, 8.6, 8.4), (2.0, 8.2, 8.2),
)  # fmt: skip
LEG_WIDTHS: tuple[tuple[float, float, float], ...] = (
    (0.0, 43.0, 37.0), (0.25, 43.0, 37.5), (0.6, 34.0, 31.5), (0.88, 23.5, 24.0), (1.0, 21.0, 23.0),
    (1.14, 21.5, 23.0), (1.36, 29.0, 23.5), (1.62, 22.0, 17.5), (1.86, 12.0, 11.6), (2.0, 11.0, 11.2),
)  # fmt: skip
CHIBI_ARM_WIDTHS = ((0.0, 15.5, 15.0), (1.0, 14.0, 13.5), (1.8, 10.5, 10.5), (2.0, 9.5, 9.5))
CHIBI_LEG_WIDTHS = ((0.0, 41.0, 36.0), (0.6, 33.0, 31.0), (1.3, 25.0, 24.0), (1.8, 19.0, 18.5), (2.0, 16.0, 16.0))
_ROUND = 0.2  # share of either bone that the bend of elbow or knee takes up


class Limb:
    """A limb from `a` over the joint `b` to `c`; `side` (-1, 1) says which edge is the outer one."""

    def __init__(
        self, a: Point, b: Point, c: Point, widths: Sequence[tuple[float, float, float]], side: int, thick: float = 1.0
    ) -> None:
        self.a, self.b, self.c = a, b, c
        self.side = side
        self.thick = thick
        self._widths = widths

    def center(self, t: float) -> Point:
        """Return the point of the middle line at t (0..2; beyond 2 it goes on straight)."""
        if t <= 1 - _ROUND:
            return lerp(self.a, self.b, t)
        if t >= 1 + _ROUND:
            return lerp(self.b, self.c, t - 1)
        u = (t - 1 + _ROUND) / (2 * _ROUND)
        first, last = lerp(self.a, self.b, 1 - _ROUND), lerp(self.b, self.c, _ROUND)
        return lerp(lerp(first, self.b, u), lerp(self.b, last, u), u)

    def along(self, t: float) -> Point:
        """Return the unit vector along the limb at t."""
        (x0, y0), (x1, y1) = self.center(t - 0.04), self.center(t + 0.04)
        length = hypot(x1 - x0, y1 - y0) or 1.0
        return (x1 - x0) / length, (y1 - y0) / length

    def width(self, t: float, outer: bool) -> float:
        """Return the half width at t on the outer or the inner side."""
        k = 1 if outer else 2
        rows = self._widths
        for low, high in itertools.pairwise(rows):
            if t <= high[0]:
                share = max(0.0, (t - low[0]) / (high[0] - low[0]))
                return (low[k] + (high[k] - low[k]) * share) * self.thick
        return rows[-1][k] * self.thick

    def edge(self, t: float, s: float, ease: float = 0.0) -> Point:
        """Return the point at t, at share s of the way to the outer (1) or inner (-1) edge, cloth `ease` beyond it."""
        (x, y), (dx, dy) = self.center(t), self.along(t)
        reach = s * (self.width(t, s > 0) + ease * self.thick) * self.side
        return x + dy * reach, y - dx * reach

    def outline(
        self,
        start: float,
        end: float,
        ease: Sequence[float] = (0.0,),
        cap: float = 0.3,
        step: float = 0.2,
        head: float = 0.0,
    ) -> str:
        """Return the closed shape between two t, `ease` wider (spread evenly where several).

        Its lower end bows down by the share `cap` of its width, its upper one up by `head`.
        """
        count = max(2, round((end - start) / step))
        ts = [start + (end - start) * k / count for k in range(count + 1)]
        outer = [self.edge(t, 1, _spread(ease, k / count)) for k, t in enumerate(ts)]
        inner = [self.edge(t, -1, _spread(ease, k / count)) for k, t in enumerate(ts)]
        dx, dy = self.along(end)
        reach = hypot(outer[-1][0] - inner[-1][0], outer[-1][1] - inner[-1][1]) * cap
        (x0, y0), (x1, y1) = outer[-1], inner[-1]
        path = Path(inner[0])
        if head:
            (ax, ay), (bx, by), (ux, uy) = inner[0], outer[0], self.along(start)
            top = hypot(bx - ax, by - ay) * head
            path.cubic((ax - ux * top, ay - uy * top), (bx - ux * top, by - uy * top), outer[0])
        else:
            path.line(outer[0])
        path.through(*outer[1:])
        path.cubic((x0 + dx * reach, y0 + dy * reach), (x1 + dx * reach, y1 + dy * reach), (x1, y1))
        return path.through(*inner[-2::-1]).close()

    def sleeve(self, shoulder: Point, armhole: Point, end: float, ease: Sequence[float], cap: float = 0.26) -> str:
        """Return the outline from the tip of the `shoulder` to t = `end`, set in at the `armhole` (a control point)."""
        count = max(3, round(end / 0.2))
        ts = [0.24 + (end - 0.24) * k / count for k in range(count + 1)]
        outer = [self.edge(t, 1, _spread(ease, t / end)) for t in (0.1, *ts)]
        inner = [self.edge(t, -1, _spread(ease, t / end)) for t in ts]
        (x0, y0), (x1, y1) = outer[-1], inner[-1]
        dx, dy = self.along(end)
        reach = hypot(x0 - x1, y0 - y1) * cap
        path = Path(shoulder).through(*outer)
        path.cubic((x0 + dx * reach, y0 + dy * reach), (x1 + dx * reach, y1 + dy * reach), (x1, y1))
        return path.through(*inner[-2::-1]).quad(armhole, shoulder).close()

    def ring(self, t: float, depth: float, ease: float = 0.0, cap: float = 0.3) -> str:
        """Return a band around the limb at t, `depth` (t) long: a cuff, a hem, the top of a sock."""
        return self.outline(t, t + depth, (ease,), cap, step=depth / 2)


def _spread(values: Sequence[float], share: float) -> float:
    """Return the value at `share` (0..1) of an evenly spread row."""
    at = share * (len(values) - 1)
    k = min(int(at), max(len(values) - 2, 0))
    return values[k] + (values[min(k + 1, len(values) - 1)] - values[k]) * (at - k)
