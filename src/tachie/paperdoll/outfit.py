"""Clothes over the trunk: skirt, top, collars, ties and aprons."""

from __future__ import annotations

from tachie.paperdoll.body import TRUNK, WAIST_X, WAIST_Y, trunk_outline
from tachie.paperdoll.character import OutfitDesign
from tachie.paperdoll.palette import PALE_CLOTH, Ramp, cloth_ramp, mix
from tachie.paperdoll.props import draw_bow
from tachie.paperdoll.svg import Canvas, Path, Point, flip, tapered

_WHITE = cloth_ramp(PALE_CLOTH[0])


def draw_skirt(canvas: Canvas, outfit: OutfitDesign) -> None:
    """Paint the skirt from the waist to the outfit's hem, pleated."""
    cloth = outfit.main if outfit.kind in ("dress", "kimono", "apron") else outfit.second
    if outfit.kind == "blazer":
        cloth = outfit.accent
    hem = outfit.skirt_end if outfit.kind != "kimono" else 900.0
    hip, wide = 82.0, 82 + (hem - 420) * (0.17 if outfit.kind != "kimono" else 0.0)
    shape = Path((-WAIST_X - 2, WAIST_Y - 6)).cubic((-60, 336), (-78, 372), (-hip, 420)).line((-wide, hem))
    shape.quad((0, hem + 26), (wide, hem)).line((hip, 420)).cubic((78, 372), (60, 336), (WAIST_X + 2, WAIST_Y - 6))
    canvas.fill(shape.close(), cloth.base, ink=cloth.ink, width=1.8)
    if outfit.kind == "kimono":
        canvas.fill(tapered((14, 340), (30, 500), (20, 890), 5), cloth.shade)
        return
    folds: list[str] = []
    for k in range(-3, 4):
        x = k / 3.5
        top: Point = (x * WAIST_X, WAIST_Y + 8)
        end: Point = (x * wide, hem + 13 * (1 - x * x))
        folds.append(
            Path(top).quad((x * hip, 390), end).line((end[0] + 13, end[1] - 2)).quad((x * hip + 4, 400), top).close()
        )
    canvas.fill("".join(folds), mix(cloth.shade, cloth.deep, 0.5))


def draw_top(canvas: Canvas, outfit: OutfitDesign) -> None:
    """Paint the cloth over the trunk with its shading, then what is particular to the kind."""
    open_front = outfit.kind in ("blazer", "cardigan")
    cloth = _WHITE if open_front else outfit.main
    neck = {"sweater": 118.0, "hoodie": 146.0, "kimono": 176.0, "sailor": 186.0}.get(outfit.kind, 136.0)
    canvas.fill(trunk_outline(neck), cloth.base, ink=outfit.second.ink if open_front else cloth.ink, width=1.8)
    if open_front:
        cloth = outfit.second
        for side in (-1, 1):
            edge = flip(TRUNK[::-1], side)
            panel = Path((side * 34, 120)).quad((side * 30, 180), (side * 13, 250)).line((side * 18, 360), edge[0])
            canvas.fill(panel.through(*edge[1:]).close(), cloth.base, ink=cloth.ink)
    _shade_trunk(canvas, cloth, inner=18.0 if open_front else 0.0)
    _DETAILS[outfit.kind](canvas, outfit)


def _shade_trunk(canvas: Canvas, cloth: Ramp, inner: float) -> None:
    """Paint the shadow under the bust, along one side and in a few folds; none nearer the middle than `inner`."""
    away = Path(TRUNK[2]).through(*TRUNK[3:])
    away.line((46, 360)).cubic((40, 330), (38, 300), (52, 262)).cubic((84, 240), (58, 190), TRUNK[2])
    shade, deep = [away.close()], []
    for side in (-1, 1):
        shade.append(tapered((side * (inner + 8), 252), (side * 42, 276), (side * 70, 232), 4.5))
        deep.append(tapered((side * 76, 196), (side * 56, 206), (side * 40, 196), 1.6))
        deep.append(tapered((side * 52, 312), (side * 40, 300), (side * 24, 304), 1.8))
    canvas.fill("".join(shade), cloth.shade)
    canvas.fill("".join(deep), cloth.deep)


def _draw_neckwear(canvas: Canvas, outfit: OutfitDesign, y: float, bow_size: float = 26) -> None:
    accent = outfit.accent
    if outfit.bow:
        draw_bow(canvas, accent, (0, y), bow_size)
        return
    knot = Path((-8, y - 6)).line((8, y - 6), (5, y + 9), (-5, y + 9)).close()
    tie = Path((-5, y + 9)).line((5, y + 9), (11, y + 84), (0, y + 96), (-11, y + 84)).close()
    canvas.fill(tie, accent.base, ink=accent.ink)
    canvas.fill(Path((1, y + 9)).line((5, y + 9), (11, y + 84), (0, y + 96)).close(), accent.shade)
    canvas.fill(knot, accent.base, ink=accent.ink)


def _sailor(canvas: Canvas, outfit: OutfitDesign) -> None:
    collar, accent = outfit.second, outfit.accent
    for side in (-1, 1):
        flap = flip([(22, 112), (60, 128), (84, 142), (78, 196), (40, 196), (2, 214), (16, 160)], side)
        shape = Path(flap[0]).quad(flap[1], flap[2]).line(flap[3]).quad(flap[4], flap[5]).quad(flap[6], flap[0]).close()
        canvas.fill(shape, collar.base, ink=collar.ink, width=1.8)
        stripe = flip([(76, 146), (71, 188), (38, 189), (8, 202)], side)
        canvas.stroke(Path(stripe[0]).line(stripe[1]).quad(stripe[2], stripe[3]).open(), _WHITE.base, 2.6)
    if outfit.bow:
        draw_bow(canvas, accent, (0, 214), 34)
        return
    for side in (-1, 1):
        tail = flip([(0, 210), (8, 250), (30, 292), (14, 288), (4, 270)], side)
        canvas.fill(
            Path(tail[0]).quad(tail[1], tail[2]).line(tail[3]).quad(tail[4], tail[0]).close(),
            accent.base,
            ink=accent.ink,
        )
    canvas.fill(Path((-10, 204)).line((10, 204), (7, 222), (-7, 222)).close(), accent.shade, ink=accent.ink)


def _shirt_collar(canvas: Canvas, cloth: Ramp, reach: float = 30) -> None:
    for side in (-1, 1):
        wing = flip([(24, 108), (34, 120), (reach, 152), (2, 140), (16, 130)], side)
        canvas.fill(
            Path(wing[0]).line(wing[1], wing[2], wing[3]).quad(wing[4], wing[0]).close(), cloth.base, ink=cloth.ink
        )


def _blazer(canvas: Canvas, outfit: OutfitDesign) -> None:
    jacket = outfit.second
    _draw_neckwear(canvas, outfit, 144)
    _shirt_collar(canvas, _WHITE)
    for side in (-1, 1):
        lapel = flip([(34, 118), (56, 148), (48, 160), (52, 172), (13, 252), (24, 180)], side)
        shape = Path(lapel[0]).line(lapel[1], lapel[2], lapel[3], lapel[4]).quad(lapel[5], lapel[0]).close()
        canvas.fill(shape, mix(jacket.base, jacket.light, 0.35), ink=jacket.ink)
    for y in (276, 302):
        canvas.ellipse((18, y), 4, 4, "#e8c86a", ink="#7a5a30", width=1.2)


def _cardigan(canvas: Canvas, outfit: OutfitDesign) -> None:
    _draw_neckwear(canvas, outfit, 146, 22)
    _shirt_collar(canvas, _WHITE, 36)
    for y in (262, 290):
        canvas.ellipse((20, y), 3.6, 3.6, outfit.second.light, ink=outfit.second.ink, width=1.2)


def _dress(canvas: Canvas, outfit: OutfitDesign) -> None:
    for side in (-1, 1):
        half = flip([(26, 114), (58, 126), (54, 162), (8, 168), (2, 138), (18, 136)], side)
        shape = Path(half[0]).cubic(half[1], half[2], half[3]).line(half[4]).quad(half[5], half[0]).close()
        canvas.fill(shape, _WHITE.base, ink=_WHITE.ink)
    for y in (190, 216, 242):
        canvas.ellipse((0, y), 3.4, 3.4, _WHITE.base, ink=outfit.main.ink, width=1.2)
    _belt(canvas, outfit.accent, 12)
    if outfit.bow:
        draw_bow(canvas, outfit.accent, (0, 150), 22)


def _belt(canvas: Canvas, cloth: Ramp, half: float) -> None:
    y = WAIST_Y - 6
    belt = (
        Path((-WAIST_X - 4, y - half)).quad((0, y - half + 10), (WAIST_X + 4, y - half)).line((WAIST_X + 4, y + half))
    )
    canvas.fill(belt.quad((0, y + half + 10), (-WAIST_X - 4, y + half)).close(), cloth.base, ink=cloth.ink)
    canvas.fill(tapered((-WAIST_X, y + half - 3), (0, y + half + 7), (WAIST_X, y + half - 3), 1.6), cloth.shade)


def _sweater(canvas: Canvas, outfit: OutfitDesign) -> None:
    main = outfit.main
    roll = Path((-25, 96)).quad((0, 108), (25, 96)).cubic((27, 110), (28, 118), (33, 126)).quad((0, 146), (-33, 126))
    canvas.fill(roll.cubic((-28, 118), (-27, 110), (-25, 96)).close(), mix(main.base, main.light, 0.3), ink=main.ink)
    for k in range(-4, 5):
        canvas.stroke(Path((k * 5.4, 103 - abs(k))).line((k * 6.6, 132 - abs(k) * 1.3)).open(), main.shade, 1.4)
    for x in (-24, 0, 24):
        cable = Path((x, 160)).through((x + 4, 185), (x - 4, 210), (x + 4, 235), (x - 4, 260), (x, 290))
        canvas.stroke(cable.open(), main.shade, 2.4)


def _kimono(canvas: Canvas, outfit: OutfitDesign) -> None:
    main, accent = outfit.main, outfit.accent
    for side in (1, -1):
        for cloth, shift in ((_WHITE, 0.0), (accent, 9.0)):
            x = side * 1.0
            edge = Path((x * (24 + shift), 108 - shift * 0.2)).cubic(
                (x * (30 + shift), 150), (x * 8, 196), (-x * 22, 240 + shift)
            )
            edge.line((-x * 12, 256 + shift)).cubic(
                (x * (24 + shift), 206), (x * (42 + shift), 156), (x * (35 + shift), 114)
            )
            canvas.fill(edge.close(), cloth.base, ink=cloth.ink)
    obi = (
        Path((-66, 258))
        .quad((0, 272), (66, 258))
        .line((WAIST_X + 10, 338))
        .quad((0, 352), (-WAIST_X - 10, 338))
        .close()
    )
    canvas.fill(obi, outfit.second.base, ink=outfit.second.ink, width=1.8)
    canvas.stroke(Path((-61, 298)).quad((0, 312), (61, 298)).open(), accent.base, 7)
    canvas.ellipse((0, 305), 7, 7, main.light, ink=accent.ink)


def _apron(canvas: Canvas, outfit: OutfitDesign) -> None:
    bib = Path((-40, 176)).quad((0, 186), (40, 176)).line((46, 300), (-46, 300)).close()
    canvas.fill(bib, _WHITE.base, ink=_WHITE.ink)
    for side in (-1, 1):
        frill: list[Point] = [(58, 126), (76, 150), (66, 168), (74, 188), (60, 204), (64, 226), (50, 240)]
        row = flip(frill, side)
        strap = Path(flip([(42, 126)], side)[0]).line(*row).line(*flip([(38, 240), (38, 176)], side))
        canvas.fill(strap.close(), _WHITE.base, ink=_WHITE.ink)
        canvas.stroke(
            Path(flip([(44, 132)], side)[0]).line(*flip([(50, 180), (42, 238)], side)).open(), _WHITE.deep, 1.2
        )
    skirt = (
        Path((-46, 316))
        .cubic((-76, 380), (-84, 470), (-70, outfit.skirt_end - 60))
        .quad((0, outfit.skirt_end - 16), (70, outfit.skirt_end - 60))
    )
    canvas.fill(skirt.cubic((84, 470), (76, 380), (46, 316)).close(), _WHITE.base, ink=_WHITE.ink)
    canvas.fill(tapered((-30, 330), (-44, 420), (-38, outfit.skirt_end - 60), 4), _WHITE.shade)
    canvas.fill(tapered((26, 330), (44, 420), (40, outfit.skirt_end - 60), 5), _WHITE.shade)
    _belt(canvas, _WHITE, 9)
    _shirt_collar(canvas, _WHITE)
    if outfit.bow:
        draw_bow(canvas, outfit.accent, (0, 146), 22)
    else:
        canvas.ellipse((0, 146), 6, 7, outfit.accent.base, ink=outfit.accent.ink)


def _hoodie(canvas: Canvas, outfit: OutfitDesign) -> None:
    main = outfit.main
    for side in (-1, 1):
        hood = flip([(22, 104), (58, 104), (76, 134), (46, 160), (0, 172), (0, 150), (22, 138)], side)
        shape = (
            Path(hood[0])
            .cubic(hood[1], hood[2], hood[3])
            .quad((hood[4][0] + side * 16, 174), hood[4])
            .line(hood[5])
            .quad(hood[6], hood[0])
        )
        canvas.fill(shape.close(), mix(main.base, main.light, 0.35), ink=main.ink, width=1.8)
        canvas.stroke(Path((side * 14, 160)).quad((side * 18, 190), (side * 15, 222)).open(), outfit.accent.base, 3.2)
    pocket = Path((-34, 296)).line((34, 296), (50, 350), (-50, 350)).close()
    canvas.fill(pocket, main.base, ink=main.ink)
    canvas.stroke(Path((0, 172)).line((0, 296)).open(), main.ink, 1.4, 0.6)


_DETAILS = {
    "sailor": _sailor, "blazer": _blazer, "cardigan": _cardigan, "dress": _dress,
    "sweater": _sweater, "kimono": _kimono, "apron": _apron, "hoodie": _hoodie,
}  # fmt: skip
