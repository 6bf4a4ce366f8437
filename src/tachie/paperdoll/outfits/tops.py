"""What covers the trunk: shirts, sweaters, bodices, each cut from the trunk's outline with a neckline of its own."""

from __future__ import annotations

from collections.abc import Sequence

from tachie.paperdoll.outfits.wear import Wear
from tachie.paperdoll.palette import Ramp, mix
from tachie.paperdoll.svg import Path, Point

# Half width and height of the neck's opening at the shoulder, and how deep it goes in front.
NECKLINES: dict[str, tuple[float, float, float, str]] = {
    "crew": (24.0, 120.0, 143.0, "round"),
    "scoop": (36.0, 124.5, 178.0, "round"),
    "boat": (46.0, 127.5, 150.0, "round"),
    "v": (25.0, 120.5, 196.0, "v"),
    "deep": (24.0, 120.0, 226.0, "v"),
    "square": (42.0, 126.5, 184.0, "square"),
    "high": (23.0, 118.0, 128.0, "round"),
}


def bodice(
    wear: Wear,
    ramp: Ramp,
    neckline: str,
    bottom: float,
    ease: Sequence[float] = (2.5,),
    *,
    loose: bool = False,
    bow: float = 8.0,
) -> str:
    """Paint a top from the shoulders to `bottom`, and return its clip."""
    figure = wear.figure
    nx, ny, depth, cut = NECKLINES[neckline]
    left, right = figure.trunk_sides(132, bottom, ease)
    path = Path(figure.at(-nx, ny)).through(*left)
    figure.add_hem(path, left[-1], right[-1], bow * figure.build.wide)
    path.through(*right[-2::-1], figure.at(nx, ny))
    low = figure.at(0, depth, 1.0)
    if cut == "round":
        path.cubic(figure.at(nx * 0.92, depth - 6, 0.8), figure.at(nx * 0.5, depth, 1.0), low)
        path.cubic(figure.at(-nx * 0.5, depth, 1.0), figure.at(-nx * 0.92, depth - 6, 0.8), figure.at(-nx, ny))
    elif cut == "v":
        path.quad(figure.at(nx * 0.8, depth * 0.4 + ny * 0.6, 0.6), low).quad(
            figure.at(-nx * 0.8, depth * 0.4 + ny * 0.6, 0.6), figure.at(-nx, ny)
        )
    else:
        path.quad(figure.at(nx * 0.98, depth - 20, 0.7), figure.at(nx * 0.86, depth, 0.9)).quad(
            figure.at(0, depth + 5, 1.0), figure.at(-nx * 0.86, depth, 0.9)
        ).quad(figure.at(-nx * 0.98, depth - 20, 0.7), figure.at(-nx, ny))
    name = wear.pen.shape(path.close(), ramp, shadow=(-14.0, -4.0))
    with wear.pen.inside(name):
        shade_trunk(wear, ramp, bottom, loose=loose)
    return name


def strapped(wear: Wear, ramp: Ramp, bottom: float, ease: float = 2.0) -> str:
    """Paint a bodice on straps, its upper edge across the chest, and return its clip."""
    figure = wear.figure
    for side in (-1, 1):
        strap = wear.panel((40, 130), (49, 131), (48, 200), (38, 200), side=side)
        wear.pen.shape(strap, ramp, shadow=(-2.0, 0.0), weight=0.8)
    left, right = figure.trunk_sides(196, bottom, (ease, ease))
    path = Path(left[0]).through(*left[1:])
    figure.add_hem(path, left[-1], right[-1], 8.0)
    path.through(*right[-2::-1])
    path.cubic(figure.at(58, 176, 0.5), figure.at(30, 184, 1.0), figure.at(0, 192, 1.0))
    path.cubic(figure.at(-30, 184, 1.0), figure.at(-58, 176, 0.5), left[0])
    name = wear.pen.shape(path.close(), ramp, shadow=(-14.0, -4.0))
    with wear.pen.inside(name):
        shade_trunk(wear, ramp, bottom)
    return name


def shade_trunk(wear: Wear, ramp: Ramp, bottom: float, *, loose: bool = False, inner: float = 8.0) -> None:
    """Paint the folds of cloth over the trunk, none nearer the middle than `inner` (inside a clip)."""
    weight = wear.figure.pose.weight
    rows: list[tuple[Point, Point, Point, float]] = []
    for side in (-1, 1):
        k = 1.0 if side > 0 else 0.7  # less where the light falls
        rows.append(((side * 70, 224), (side * 48, 268), (side * (inner + 8), 263), 4.6 * k))
        rows.append(((side * 74, 190), (side * 56, 208), (side * 40, 203), 2.2 * k))
        rows.append(((side * 72, 204), (side * 58, 226), (side * 46, 230), 1.6 * k))
        if wear.small:
            continue
        # Cloth is pressed together at the waist on the side of the standing leg.
        press = 1.0 + max(0.0, weight * side)
        rows.append(((side * 58, 312), (side * 40, 322), (side * (inner + 10), 316), 2.3 * press))
        if bottom > 350:
            rows.append(((side * 60, 336), (side * 42, 342), (side * (inner + 16), 334), 1.8 * press))
            rows.append(((side * 64, 352), (side * 50, 366), (side * (inner + 22), 372), 1.8))
        if loose:
            rows.append(((side * 66, 290), (side * 52, 330), (side * 34, bottom - 8), 3.2))
            rows.append(((side * 40, 276), (side * 30, 320), (side * 20, bottom - 20), 1.8))
    wear.folds(rows, ramp)


def rib(wear: Wear, ramp: Ramp, y: float, depth: float, ease: float) -> None:
    """Paint a ribbed band around the trunk: the hem of a sweater."""
    d = wear.figure.trunk(y, y + depth, (ease, ease - 2), 8.0)
    name = wear.pen.shape(d, ramp, tone=mix(ramp.base, ramp.shade, 0.35), shadow=(-8.0, 0.0), weight=0.8)
    if wear.small:
        return
    with wear.pen.inside(name):
        wear.seams([((x, y), (x, y + depth / 2), (x * 0.98, y + depth + 10)) for x in range(-84, 85, 8)], ramp, 0.4)


def cable(wear: Wear, ramp: Ramp, top: float, bottom: float) -> None:
    """Paint the plaits of a cable-knit sweater (inside a clip)."""
    if wear.small:
        return
    rows: list[tuple[Point, Point, Point]] = []
    for x in (-34, 0, 34):
        y = top + abs(x) * 0.3
        while y < bottom:
            rows.append(((x - 6, y), (x + 8, y + 6), (x + 5, y + 19)))
            rows.append(((x + 6, y + 8), (x - 8, y + 14), (x - 5, y + 26)))
            y += 19
        for edge in (-11, 11):
            rows.append(((x + edge, top + abs(x) * 0.3), (x + edge * 1.05, (top + bottom) / 2), (x + edge, bottom)))
    wear.seams(rows, ramp, 0.5)


def front_seam(wear: Wear, ramp: Ramp, top: float, bottom: float, x: float = 0.0) -> None:
    """Draw the line of a button placket or zip down the front."""
    d = wear.path((x, top), (x, (top * 2 + bottom) / 3), (x, (top + bottom * 2) / 3), (x, bottom)).open()
    wear.pen.line_along(d, ramp, 0.6)


def stripes(wear: Wear, clip: str, color: str, top: float, bottom: float, step: float) -> None:
    """Paint stripes around the trunk (inside its clip)."""
    figure = wear.figure
    bands: list[str] = []
    y = top
    while y < bottom:
        bands.append(figure.trunk(y, y + step * 0.45, (8.0, 8.0), 7.0))
        y += step
    with wear.pen.inside(clip):
        wear.pen.canvas.fill("".join(bands), color)
