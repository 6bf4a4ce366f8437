"""What is worn over the rest: blazers, cardigans, vests, coats, aprons, and the kimono's collar and sash."""

from __future__ import annotations

import itertools

from tachie.paperdoll.outfits.lower import Skirt, apron_hem
from tachie.paperdoll.outfits.tops import shade_trunk
from tachie.paperdoll.outfits.wear import WHITE, Wear, bow
from tachie.paperdoll.palette import Ramp, mix
from tachie.paperdoll.svg import Path, Point

_GOLD = Ramp("#e3bf62", "#b98d3c", "#8a6428", "#fbeebb", "#5e4420")


def jacket(
    wear: Wear, cloth: Ramp, stop: float, bottom: float, ease: float, *, open_by: float = 4.0, flare: float = 6.0
) -> None:
    """Paint both fronts of a jacket: they meet at y = `stop` and part below it, `open_by` wide at the hem."""
    figure = wear.figure
    at = figure.at
    for side in (1, -1):
        ys = (132, 150, 172, 194, 216, 240, 258, 280, 310, 335, 358, 390, 428, 458)
        outer = [figure.trunk_edge(y, side, ease + flare * max(0.0, (y - 335) / 100)) for y in ys if y < bottom - 8]
        outer.append(figure.trunk_edge(bottom, side, ease + flare * max(0.0, (bottom - 335) / 100)))
        lap = -4.0 if side > 0 else 4.0  # the fronts overlap a little, her right over left as women's do
        hem = at(side * open_by, bottom + 8, 1.0)
        path = Path(at(side * 25, 119)).through(*outer)
        path.cubic(at(side * 60, bottom + 7, 0.5), at(side * (open_by + 24), bottom + 12, 0.8), hem)
        middle = at(side + lap * 0.5, stop, 1.0)
        path.quad(at(side * 2, (stop + bottom) / 2, 1.0), middle).quad(
            at(side * 22, stop * 0.55 + 119 * 0.45, 0.9), at(side * 25, 119)
        )
        name = wear.pen.shape(path.close(), cloth, shadow=(-13.0, -4.0))
        with wear.pen.inside(name):
            shade_trunk(wear, cloth, bottom, inner=22.0)


def lapels(wear: Wear, cloth: Ramp, stop: float) -> None:
    """Paint a notched collar and lapels that run down to y = `stop`."""
    tone = mix(cloth.base, cloth.light, 0.28)
    for side in (-1, 1):
        lapel = [(30, 136), (58, 158), (55, 186), (3, stop), (20, 180)]
        p = wear.figure.all(lapel, side, 0.8)
        wear.pen.shape(
            Path(p[0]).line(p[1]).quad(p[2], p[3]).quad(p[4], p[0]).close(),
            cloth,
            tone=tone,
            shadow=(-3.5, -3.0),
            weight=0.85,
        )
        p = wear.figure.all([(19, 106), (36, 118), (52, 148), (44, 153), (28, 160), (26, 132)], side, 0.8)
        wear.pen.shape(
            Path(p[0]).quad(p[1], p[2]).line(p[3], p[4]).quad(p[5], p[0]).close(),
            cloth,
            tone=tone,
            shadow=(-3.0, -2.0),
            weight=0.85,
        )


def blazer(wear: Wear, cloth: Ramp, *, long: bool = False) -> None:
    """Paint a blazer with lapels, buttons, pockets and a crest."""
    bottom = 436.0 if long else 408.0
    jacket(wear, cloth, 262.0, bottom, 5.0, open_by=12.0)
    lapels(wear, cloth, 262.0)
    wear.buttons([(5, 280), (5, 318)], _GOLD, 4.2)
    if wear.small:
        return
    for side in (-1, 1):
        flap = wear.panel((30, 366), (62, 362), (64, 374), (31, 378), side=side)
        wear.pen.shape(flap, cloth, shadow=(0.0, -3.0), weight=0.7)
    crest = wear.panel((30, 204), (48, 202), (47, 218), (39, 227), (31, 219))
    wear.pen.shape(crest, _GOLD, tone=wear.clothes.accent.base, shadow=(0.0, 0.0), edge=_GOLD.shade, weight=0.9)


def cardigan(wear: Wear, cloth: Ramp) -> None:
    """Paint a cardigan with a ribbed edge down the front."""
    jacket(wear, cloth, 250.0, 430.0, 6.0, open_by=5.0, flare=2.0)
    edge = mix(cloth.base, cloth.shade, 0.3)
    for side in (-1, 1):
        p = wear.figure.all(
            [(24, 119), (22, 180), (2, 250), (3, 432), (12, 432), (11, 256), (34, 184), (34, 122)], side, 1.0
        )
        band = Path(p[0]).quad(p[1], p[2]).line(p[3], p[4], p[5]).quad(p[6], p[7]).close()
        wear.pen.shape(band, cloth, tone=edge, shadow=(0.0, 0.0), weight=0.7)
    light = Ramp(mix(cloth.light, "#ffffff", 0.3), cloth.base, cloth.deep, "#ffffff", cloth.ink)
    wear.buttons([(6, y) for y in (266, 306, 346, 386)], light, 3.8)
    if not wear.small:
        for side in (-1, 1):
            pocket = wear.panel((26, 376), (58, 372), (60, 412), (27, 416), side=side)
            wear.pen.shape(pocket, cloth, shadow=(-3.0, 0.0), weight=0.6)


def vest(wear: Wear, cloth: Ramp, trim: str) -> None:
    """Paint the V and hem stripes of a knitted vest over its bodice."""
    at = wear.figure.at
    for k, paint in ((0.0, cloth.shade), (4.0, trim), (8.0, cloth.shade)):
        v = Path(at(-26 - k * 0.4, 122)).quad(at(-20 - k * 0.6, 160, 1.0), at(0, 198 + k * 1.5, 1.0))
        v.quad(at(20 + k * 0.6, 160, 1.0), at(26 + k * 0.4, 122))
        wear.pen.canvas.stroke(v.open(), paint, 3.2 * wear.figure.build.wide)


def coat(wear: Wear, cloth: Ramp, hem: float) -> None:
    """Paint a double-breasted coat to y = `hem`."""
    skirt = Skirt(wear, 318.0, hem, 0.28, 9.0)
    path = Path(skirt.at(-1, 0.0))
    skirt.sides(path, up=False)
    path.cubic(skirt.at(-0.6, 1.0, -4), skirt.at(0.5, 1.0, -6), skirt.at(1, 1.0))
    skirt.sides(path, up=True)
    name = wear.pen.shape(path.close(), cloth, shadow=(-18.0, 0.0))
    with wear.pen.inside(name):
        rows = [
            (skirt.at(s, 0.1), skirt.at(s * 1.1, 0.6), skirt.at(s * 1.08, 1.0), 5.0) for s in (-0.62, -0.2, 0.45, 0.78)
        ]
        wear.pen.folds(rows, cloth)
        wear.pen.line_along(Path(skirt.at(0.1, 0)).line(skirt.at(0.12, 1.05)).open(), cloth, 0.9)
    jacket(wear, cloth, 240.0, 340.0, 7.0, open_by=-2.0, flare=0.0)
    lapels(wear, cloth, 240.0)
    belt = wear.figure.trunk(322, 342, (8.0, 8.0), 6.0)
    wear.pen.shape(belt, cloth, shadow=(-8.0, 0.0))
    wear.buttons([(x, y) for y in (262, 298) for x in (-14, 18)], _GOLD, 4.6)
    wear.buttons([(x, y) for y in (372, 414) for x in (-16, 20)], _GOLD, 4.6)


def apron(wear: Wear, skirt: Skirt, *, frills: bool) -> None:
    """Paint an apron over `skirt`: skirt part, bib, frilled straps, and the ends of the bow behind."""
    pen, at = wear.pen, wear.figure.at
    d = apron_hem(wear, skirt, 0.74, 0.86)
    name = pen.shape(d, WHITE, shadow=(-8.0, -4.0))
    with pen.inside(name):
        rows = [
            (skirt.at(s, 0.04), skirt.at(s * 1.1, 0.4), skirt.at(s * 1.15, 0.8), 3.4) for s in (-0.5, -0.2, 0.15, 0.5)
        ]
        pen.folds(rows, WHITE)
    bib = (
        Path(at(-34, 186, 1.0))
        .quad(at(0, 194, 1.0), at(34, 186, 1.0))
        .cubic(at(40, 240, 1.0), at(38, 290, 1.0), at(46, 336))
    )
    bib.line(at(-46, 336)).cubic(at(-38, 290, 1.0), at(-40, 240, 1.0), at(-34, 186, 1.0))
    name = pen.shape(bib.close(), WHITE, shadow=(-7.0, -3.0))
    with pen.inside(name):
        wear.folds([((-36, 240), (-16, 268), (6, 262), 3.0), ((38, 250), (20, 270), (6, 264), 3.4)], WHITE)
    for side in (-1, 1):
        strap = wear.panel((32, 128), (44, 129), (42, 200), (32, 200), side=side, front=0.8)
        pen.shape(strap, WHITE, shadow=(-2.0, 0.0), weight=0.8)
        if frills:
            _strap_frill(wear, side)
    pen.shape(wear.figure.trunk(326, 346, (4.0, 4.0), 6.0), WHITE, shadow=(-7.0, 0.0), weight=0.85)


def _strap_frill(wear: Wear, side: int) -> None:
    row: list[Point] = [
        (42, 126),
        (64, 118),
        (88, 128),
        (97, 150),
        (86, 172),
        (82, 196),
        (66, 214),
        (58, 236),
        (44, 246),
    ]
    p = wear.figure.all(row, side, 0.4)
    path = Path(p[0])
    for a, b in itertools.pairwise(p):
        mid = ((a[0] + b[0]) / 2 + side * 7, (a[1] + b[1]) / 2 - 3)
        path.quad(mid, b)
    path.cubic(wear.figure.at(side * 40, 210, 0.8), wear.figure.at(side * 44, 160, 0.8), p[0])
    name = wear.pen.shape(path.close(), WHITE, shadow=(-4.0, -4.0), weight=0.85)
    with wear.pen.inside(name):
        wear.seams(
            [((x * side, y), ((x * 0.7 + 13) * side, y), (43 * side, (y + 186) / 2 - 6)) for x, y in row[1:-1]],
            WHITE,
            0.7,
        )


def pinafore(wear: Wear, cloth: Ramp) -> None:
    """Paint the bib and straps of a pinafore dress over a blouse."""
    at = wear.figure.at
    for side in (-1, 1):
        strap = wear.panel((34, 126), (50, 129), (46, 236), (32, 236), side=side, front=0.8)
        wear.pen.shape(strap, cloth, shadow=(-3.0, 0.0), weight=0.85)
    left, right = wear.figure.trunk_sides(262, 345, (3.0, 3.0))
    path = (
        Path(at(-46, 226, 1.0))
        .quad(at(0, 236, 1.0), at(46, 226, 1.0))
        .quad(at(52, 250, 0.8), right[0])
        .through(*right[1:])
    )
    wear.figure.add_hem(path, right[-1], left[-1], 6.0)
    path.through(*left[-2::-1]).quad(at(-52, 250, 0.8), at(-46, 226, 1.0))
    name = wear.pen.shape(path.close(), cloth, shadow=(-13.0, -4.0))
    with wear.pen.inside(name):
        shade_trunk(wear, cloth, 340)
    wear.buttons([(-39, 238), (39, 238)], _GOLD, 4.4)


def corset(wear: Wear, cloth: Ramp, cord: Ramp) -> None:
    """Paint a laced bodice around the waist."""
    d = wear.figure.trunk(262, 346, (3.5, 3.0, 3.5), 8.0)
    name = wear.pen.shape(d, cloth, shadow=(-9.0, 0.0))
    with wear.pen.inside(name):
        wear.seams([((x, 262), (x * 0.84, 305), (x * 0.9, 352)) for x in (-44, -24, 24, 44)], cloth, 0.6)
        lace = "".join(
            Path(wear.figure.at(-12, y, 1.0)).line(wear.figure.at(12, y + 15, 1.0)).open()
            + Path(wear.figure.at(12, y, 1.0)).line(wear.figure.at(-12, y + 15, 1.0)).open()
            for y in (270, 288, 306, 324)
        )
        wear.pen.canvas.stroke(lace, cord.light, 2.4 * wear.figure.build.wide)


def waist_bow(wear: Wear, cloth: Ramp, side: int) -> None:
    """Paint a bow at the side of the waist with long ends."""
    bow(wear, cloth, (side * 40, 346), 30, 2.6)
