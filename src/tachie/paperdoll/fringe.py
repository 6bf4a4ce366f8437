"""The cut of the front hair: crown, fringe and side locks; `front.py` paints it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from tachie.paperdoll.character import HairDesign
from tachie.paperdoll.dice import Dice
from tachie.paperdoll.strands import Lock, tapering
from tachie.paperdoll.svg import Path, Point, bezier, flip, lerp
from tachie.paperdoll.view import View

_WAVE = (0.0, 0.0, 0.5, 1.0, 0.2, -1.0, 0.4)  # of a wavy lock, from root to tip
_EDGE = 56.0  # x where the fringe meets the side locks

# A tuft a row, seen from the front: the valley to its right (x, y), the y of its tip, its tip's lean to the right.
_CUTS: dict[str, tuple[tuple[float, float, float, float], ...]] = {
    "blunt": ((-44, -16, 0, -1), (-33, -10, 1, 1), (-21, -24, -1, 0), (-9, -9, 2, 1), (3, -20, 0, -1),
        (16, -10, 2, 1), (30, -26, 0, 0), (43, -11, 1, -1), (56, -18, 0, -2)),
    "swept": ((-38, -26, 4, 9), (-20, -44, -3, 12), (5, -32, 10, 15), (23, -46, -2, 12), (40, -22, 8, 11),
        (56, -18, 15, 6)),
    "parted": ((-38, -12, 17, -7), (-21, -34, 2, -10), (2, -72, -14, -16), (22, -36, -4, 13), (38, -14, 9, 12),
        (56, -14, 19, 7)),
    "spiky": ((-42, -24, 8, 3), (-28, -38, -8, 6), (-9, -28, 13, 6), (7, -50, -5, -3), (25, -28, 11, -6),
        (41, -38, -5, -6), (56, -18, 10, -4)),
    "between": ((-38, -22, 11, -5), (-13, -50, -6, -8), (9, -52, 23, 3), (34, -28, -4, 8), (56, -16, 12, 6)),
    "side": ((-38, -14, 18, -5), (-25, -70, -2, -8), (2, -40, -7, 19), (22, -34, 5, 18), (41, -24, 0, 15),
        (56, -14, 17, 8)),
    "curtain": ((-45, -8, 27, -4), (-24, -36, 7, -14), (0, -70, -22, -19), (23, -36, -20, 17), (45, -8, 8, 14),
        (56, -12, 27, 4)),
    "arc": ((-42, -10, 20, -2), (-22, -36, 4, -6), (-3, -44, 0, -9), (14, -46, 17, -5), (35, -32, 1, 9),
        (56, -12, 18, 5)),
    "wisps": ((-46, -20, 7, 2), (-36, -52, -4, 3), (-22, -24, 9, 2), (-9, -56, -2, 2), (5, -26, 11, 1),
        (19, -54, -3, -1), (32, -24, 8, -2), (45, -46, -1, -2), (56, -18, 8, -3)),
    "veil": ((-42, -12, 17, -4), (-29, -64, -4, -8), (-6, -36, 4, 17), (15, -28, 17, 17), (36, -18, 20, 12),
        (56, -12, 24, 6)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fringe:
    """Tufts from left to right, seen from the front: `valleys` (one more than tips), `tips`, each one's `bend`.

    `over` lie on them as loose locks, `under` show between them.
    """

    valleys: list[Point]
    tips: list[Point]
    bends: list[float]
    over: list[Lock]
    under: list[Lock]


def _skull(hair: HairDesign) -> list[Point]:
    """Return the right half of the hair's outline over the skull, from the temple upwards, seen from the front."""
    w, top, puff = hair.width, hair.top, hair.puff
    half = [(0.985, 20.0), (1.02, -8.0), (0.985 + 0.5 * puff, -38.0)]
    half += [(0.87 + puff, top * 0.63), (0.62 + puff, top * 0.85), (0.33 + 0.5 * puff, top * 0.96)]
    return [(x * w, y) for x, y in half]


def half_width(hair: HairDesign, y: float) -> float:
    """Return half the width of the hair's outline at the height `y`."""
    row = [*_skull(hair), (0.0, hair.top)]
    for (x0, y0), (x1, y1) in pairwise(row):
        if y1 <= y <= y0:
            return x0 + (x1 - x0) * (y0 - y) / (y0 - y1)
    return row[0][0] if y > 0 else 0.0


def crown_points(hair: HairDesign, view: View) -> list[Point]:
    """Return the hair's outline over the skull, from the picture's left temple to the right one."""
    half = _skull(hair)
    left = [(-x + view.skull_x * (1.25 - 0.25 * x / hair.width), y) for x, y in half]
    right = [(x + view.skull_x * (1.25 - 0.25 * x / hair.width), y) for x, y in half]
    return [*left, (hair.part * 5 + view.skull_x, hair.top), *reversed(right)]


def whorl(hair: HairDesign) -> Point:
    """Return where the strands of the crown run together, seen from the front."""
    return hair.part * 13, hair.top + 3


def make_fringe(hair: HairDesign, dice: Dice) -> Fringe:
    """Return the tufts of a hair's fringe, falling to the side of the parting; small turns come from `dice`."""
    valleys: list[Point] = [(-_EDGE, -16.0)]
    tips: list[Point] = []
    bends: list[float] = []
    for x, y, tip_y, lean in _CUTS[hair.fringe]:
        right = (x, y) if x == _EDGE else (x + dice.between(-3.5, 3.5), y + dice.between(-5, 5))
        middle = (valleys[-1][0] + right[0]) / 2
        tips.append((middle + lean + dice.between(-3, 3), tip_y - 3 + hair.fringe_drop + dice.between(-3.5, 3.5)))
        bends.append(-lean * 0.55 + dice.between(-1.5, 1.5))
        valleys.append(right)
    if hair.part < 0:
        valleys, tips = flip(valleys[::-1], -1), flip(tips[::-1], -1)
        bends = [-bend for bend in reversed(bends)]
    over = [_loose(hair, valleys, tips, dice) for _ in range(hair.loose)]
    under = [_hidden(valleys[k], dice) for k in range(1, len(tips)) if -52 < valleys[k][1] < -16 and dice.chance(0.6)]
    return Fringe(valleys, tips, bends, over, under)


def _loose(hair: HairDesign, valleys: list[Point], tips: list[Point], dice: Dice) -> Lock:
    """Return a lock that lies over a cut of the fringe, from the crown to a tip beside the cut."""
    k = 1 + int(dice.roll() * (len(tips) - 1))
    x, y = valleys[k]
    lean = (tips[k][0] - x) * 0.5
    tip: Point = (x + lean + dice.between(-5, 5), min(max(tips[k][1], tips[k - 1][1]) + dice.between(-4, 4), 18.0))
    root = lerp((x, y), whorl(hair), 0.5)
    row = bezier(root, (x * 1.05, root[1] + 16), (x * 1.03 - lean * 0.2, y + 8), tip, 5)
    return Lock(tuple(row), tapering(dice.between(4.5, 8), 6, root=0.25, fullest=0.55))


def _hidden(valley: Point, dice: Dice) -> Lock:
    """Return a short lock under the fringe that shows in one of its cuts."""
    x, y = valley
    tip: Point = (x + dice.between(-7, 7), y + dice.between(16, 27))
    row = bezier((x, y - 14), (x, y - 4), (x + dice.between(-3, 3), y + 8), tip, 4)
    return Lock(tuple(row), tapering(dice.between(5, 8), 5, root=0.8))


def seen(lock: Lock, hair: HairDesign, view: View) -> Lock:
    """Return a lock designed from the front as it is seen."""
    return Lock(tuple(view.on_hair(p, hair.width) for p in lock.spine), lock.half_widths)


def seen_sides(hair: HairDesign, view: View, side: int) -> list[Lock]:
    """Return a side's locks as they are seen: the outermost keeps to the skull's outline, however the face turns."""
    outer, *inner = side_locks(hair, side)
    cover = Lock(tuple((x + view.skull_x, y) for x, y in outer.spine), outer.half_widths)
    return [cover, *(seen(lock, hair, view) for lock in inner)]


def tuft_edges(fringe: Fringe, i: int) -> tuple[list[Point], list[Point]]:
    """Return the points of tuft i's left edge (valley to tip) and right edge (tip to valley), seen from the front."""
    (x0, y0), (x1, y1), (tx, ty) = fringe.valleys[i], fringe.valleys[i + 1], fringe.tips[i]
    bend = fringe.bends[i]
    left = bezier(
        (x0, y0),
        (x0 - 1 + bend, y0 + (ty - y0) * 0.4),
        (x0 + (tx - x0) * 0.62 + bend, y0 + (ty - y0) * 0.8),
        (tx, ty),
        4,
    )
    right = bezier(
        (tx, ty),
        (x1 + (tx - x1) * 0.62 + bend, y1 + (ty - y1) * 0.8),
        (x1 + 1 + bend, y1 + (ty - y1) * 0.4),
        (x1, y1),
        4,
    )
    return left, right


def side_locks(hair: HairDesign, side: int) -> list[Lock]:
    """Return the locks beside the face, seen from the front: from the hair before the ear outwards."""
    end = hair.locks[0 if side < 0 else 1]
    w, sway = hair.width, hair.sway
    long = hair.back_end > 120
    outer_end = min(end * 0.9 + 30, 150.0) if long else hair.back_end - 8

    def lock(points: list[Point], widths: tuple[float, ...]) -> Lock:
        a, b, c, d = flip(points, side)
        row = bezier(a, b, c, d, 6)
        if hair.wave:
            # A wave grows towards the tip, where a lock hangs free.
            row = [
                (x + side * swing * 0.22 * max(0.0, y - a[1]) ** 0.7, y)
                for (x, y), swing in zip(row, _WAVE, strict=True)
            ]
        return Lock(tuple(row), widths)

    cover = lock(
        [(w - 18, -44), (w - 5, -8), (w - 3 + sway * 0.4, outer_end * 0.55), (w - 10 + sway, outer_end)],
        tapering(14.0, 7, root=0.6, fullest=0.3),
    )
    if hair.side == "tucked":
        back = lock([(w - 18, -40), (w - 9, -16), (w - 8, 6), (w - 15, 36)], tapering(12, 7, root=0.8, fullest=0.2))
        thin = lock([(57, -34), (60, -8), (55, end * 0.4), (56 - sway * 0.3, end * 0.8)], tapering(3.6, 7, root=0.2))
        return [back, thin]
    if hair.side == "hime":
        cut = max(46.0, min(end, 66.0))
        blunt = (5.0, 8.5, 10.0, 10.0, 9.5, 9.0, 8.5)
        rows = [
            flip([(x, -44), (x + 4, -6), (x + 4, 26), (x + 2, low)], side)
            for x, low in ((w - 16, cut + 5), (w - 24, cut))
        ]
        return [cover, *(Lock(tuple(bezier(a, b, c, d, 6)), blunt) for a, b, c, d in rows)]
    inner_x = 66.0 if hair.side == "wide" else 62.0
    inner = lock(
        [(inner_x, -44), (inner_x + 6, -8), (inner_x + 3 - sway * 0.5, end * 0.5), (inner_x - 9 - sway * 0.5, end)],
        tapering(13.5 if hair.side == "wide" else 8.5, 7, root=0.4, fullest=0.4),
    )
    wisp = lock([(59, -30), (60, 4), (55 + sway * 0.3, end * 0.4), (60 - sway, end * 0.72)], tapering(3.6, 7, root=0.2))
    middle = lock(
        [(w - 15, -40), (w - 8, 0), (w - 6, end * 0.55), (w - 17 + sway * 0.6, max(end * 0.86, 40.0))],
        tapering(11.0, 7, root=0.4),
    )
    return [cover, middle, inner, wisp] if hair.side == "wide" else [cover, inner, wisp]


def cap(hair: HairDesign, fringe: Fringe, view: View) -> str:
    """Return crown and fringe as one closed path, as they are seen."""
    crown = crown_points(hair, view)
    path = Path(crown[1]).through(*crown[2:-1])
    path.line(view.on_hair(fringe.valleys[-1], hair.width))
    for i in range(len(fringe.tips) - 1, -1, -1):
        left, right = tuft_edges(fringe, i)
        path.through(*(view.on_hair(p, hair.width) for p in right[-2::-1]))
        path.through(*(view.on_hair(p, hair.width) for p in left[-2::-1]))
    return path.close()


def hair_shadow(hair: HairDesign, fringe: Fringe, view: View) -> str:
    """Return the shadow that fringe and side locks throw on the face: their shapes moved down and to the right."""

    def thrown(point: Point) -> Point:
        x, y = view.on_hair(point, hair.width)
        return min(max(x + 2.5, -59.0), 59.0), y + 9.0

    start = view.on_hair((-_EDGE, -30), hair.width)
    path = Path(start)
    for i in range(len(fringe.tips)):
        left, right = tuft_edges(fringe, i)
        path.through(*(thrown(p) for p in left[0 if i == 0 else 1 :])).through(*(thrown(p) for p in right[1:]))
    shadow = path.line(view.on_hair((_EDGE, -30), hair.width)).close()
    if hair.side == "tucked":
        return shadow
    # The lock on the left stands between the light and the cheek.
    edge = [(-57.0, -26.0), (-58.0, 4.0), (-57.0, 24.0), (-50.0, 44.0)]
    inner = [(-48.0, 36.0), (-49.0, 20.0), (-48.0, 0.0), (-44.0, -26.0)]
    seen = [view.on_hair(p, hair.width) for p in (*edge, *inner)]
    return shadow + Path(seen[0]).through(*seen[1:4]).through(*seen[4:]).close()
