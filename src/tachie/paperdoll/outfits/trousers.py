"""Trousers and shorts, cut from both legs and the hips as one outline."""

from __future__ import annotations

from tachie.paperdoll.outfits.wear import Wear
from tachie.paperdoll.palette import Ramp
from tachie.paperdoll.svg import Path, Point


def trousers(wear: Wear, ramp: Ramp, end: float, ease: tuple[float, ...]) -> str:
    """Paint trousers or shorts that end at t = `end` of each leg."""
    left, right = wear.figure.legs
    ts = [end * k / 6 for k in range(1, 7)]
    wide = [ease[min(round(k * (len(ease) - 1) / 6), len(ease) - 1)] for k in range(1, 7)]
    waist = [wear.figure.trunk_edge(y, -1, 3.0) for y in (346, 370, 400, 430)]
    path = Path(waist[0]).through(*waist[1:])
    path.through(*[left.edge(t, 1, e) for t, e in zip(ts, wide, strict=True)])
    _hem(path, left.edge(end, 1, wide[-1]), left.edge(end, -1, wide[-1]), left.along(end))
    crotch = wear.figure.at(0, 474)
    path.through(*[left.edge(t, -1, e * 0.5) for t, e in list(zip(ts, wide, strict=True))[-2:1:-1]], crotch)
    inner = [right.edge(t, -1, e * 0.5) for t, e in zip(ts, wide, strict=True)][2:]
    path.through(*inner)
    _hem(path, right.edge(end, -1, wide[-1] * 0.5), right.edge(end, 1, wide[-1]), right.along(end))
    path.through(*[right.edge(t, 1, e) for t, e in list(zip(ts, wide, strict=True))[-2::-1]])
    path.through(*[wear.figure.trunk_edge(y, 1, 3.0) for y in (430, 400, 370, 346)])
    name = wear.pen.shape(path.close(), ramp, shadow=(-10.0, 0.0))
    with wear.pen.inside(name):
        rows = []
        for leg in (left, right):
            rows.append((leg.edge(0.08, -1.0), leg.edge(0.14, -0.3), leg.edge(0.1, 0.4), 1.8))
            if end > 1.2:
                rows.append((leg.edge(0.96, -1.0), leg.edge(1.02, 0.0), leg.edge(0.98, 0.7), 1.6))
                rows.append((leg.edge(1.06, 1.0), leg.edge(1.1, 0.2), leg.edge(1.06, -0.5), 1.4))
            if end > 1.7:
                rows.append((leg.edge(end - 0.12, -1.0), leg.edge(end - 0.06, 0.0), leg.edge(end - 0.1, 0.8), 1.8))
        wear.pen.folds(rows, ramp)
        at = wear.figure.at
        wear.pen.seams([(at(0, 350), at(3, 420), crotch)], ramp, 0.8)
        if end > 1.2 and not wear.small:
            for leg in (left, right):
                wear.pen.line_along(
                    Path(leg.edge(0.15, 0.1))
                    .through(leg.edge(0.7, 0.05), leg.edge(1.3, 0.05), leg.edge(end, 0.05))
                    .open(),
                    ramp,
                    0.35,
                )
    return name


def _hem(path: Path, start: Point, end: Point, along: Point) -> None:
    """Go on over a trouser's hem to `end`, bowed along the leg."""
    k = 9.0
    path.line(start).cubic(
        (start[0] + along[0] * k, start[1] + along[1] * k), (end[0] + along[0] * k, end[1] + along[1] * k), end
    )
