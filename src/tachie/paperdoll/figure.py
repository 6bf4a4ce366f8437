"""The posed body: a small skeleton, and the map that bends everything drawn on an upright body to the pose.

Clothes are designed on an upright figure (`standard` units: those of the head, chin near y = 78, soles at 1018);
`Figure.at` moves a point of that figure to where it lies in the pose, for the build at hand.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin, sqrt

from tachie.paperdoll.limbs import ARM_WIDTHS, CHIBI_ARM_WIDTHS, CHIBI_LEG_WIDTHS, LEG_WIDTHS, Limb
from tachie.paperdoll.svg import Path, Point

PIT_Y, SHOULDER_Y, ARMPIT_Y, BUST_Y, WAIST_Y, HIP_Y, CROTCH_Y = 116.0, 140.0, 194.0, 240.0, 335.0, 428.0, 458.0
KNEE_Y, ANKLE_Y, SOLE_Y = 722.0, 968.0, 1018.0
# Half width of the upright trunk at each height, without the arms.
_TRUNK = (
    (106.0, 19.0), (118.0, 24.0), (127.0, 44.0), (136.0, 68.0), (150.0, 80.0), (172.0, 76.0), (194.0, 68.0),
    (216.0, 68.0), (240.0, 69.5), (258.0, 66.0), (280.0, 60.0), (310.0, 54.0), (335.0, 52.0), (358.0, 57.0),
    (390.0, 70.0), (428.0, 79.0), (458.0, 80.0),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Build:
    """Proportions: `ys` maps heights of the upright figure to this one's, widths and limbs are times theirs."""

    ys: tuple[tuple[float, float], ...]
    wide: float
    thick: float
    hand: float
    foot: float

    @property
    def small(self) -> bool:
        """Whether this is a chibi's build, which is drawn with fewer marks."""
        return self.thick < 0.8

    def height(self, y: float) -> float:
        """Return this build's y for a y of the upright standard figure."""
        rows = self.ys
        k = min(max(bisect_right(rows, (y, 1e9)) - 1, 0), len(rows) - 2)
        (y0, v0), (y1, v1) = rows[k], rows[k + 1]
        return v0 + (v1 - v0) * (y - y0) / (y1 - y0)


def tall_build(body: float, legs: float) -> Build:
    """Return the build of a standing picture: `body` and `legs` are factors on the lengths of trunk and legs."""
    crotch = PIT_Y - 8 + (CROTCH_Y - PIT_Y) * body
    sole = crotch + (SOLE_Y - CROTCH_Y) * body * legs
    wide = 0.5 + 0.5 * body
    return Build(((0.0, -8.0), (PIT_Y, PIT_Y - 8), (CROTCH_Y, crotch), (SOLE_Y, sole)), wide, wide, wide, wide)


CHIBI_BUILD = Build(
    (
        (0.0, 0.0), (PIT_Y, 79.0), (SHOULDER_Y, 88.0), (BUST_Y, 121.0), (WAIST_Y, 156.0), (HIP_Y, 192.0),
        (CROTCH_Y, 203.0), (KNEE_Y, 250.0), (ANKLE_Y, 292.0), (SOLE_Y, 328.0),
    ), 0.54, 0.62, 0.5, 0.7,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pose:
    """How the figure stands.

    `weight` (-1..1) is the side and strength of the standing leg, `turn` (-1..1) how far the body turns to the
    picture's right, `stance` the legs, `arms` the pose of the picture's left and right arm, `held` what hands hold.
    """

    weight: float
    turn: float
    stance: str
    arms: tuple[str, str]
    held: str


# Elbow, wrist (upright figure, right side), the hand, its angle (degrees, 0 down, turning outward) and the layer.
ARMS: dict[str, tuple[Point, Point, str, float, str]] = {
    "down": ((98, 328), (108, 470), "relaxed", 2, "before"),
    "away": ((112, 318), (138, 448), "relaxed", 14, "before"),
    "behind": ((106, 316), (50, 420), "relaxed", -40, "behind"),
    "hip": ((150, 282), (86, 366), "hip", -60, "before"),
    "chest": ((112, 312), (42, 262), "flat", -112, "before"),
    "clasp": ((104, 320), (26, 424), "clasp", -34, "before"),
    "carry": ((104, 322), (22, 440), "grip", -14, "before"),
    "hug": ((106, 318), (34, 296), "flat", -96, "before"),
    "wave": ((118, 290), (150, 168), "open", 172, "before"),
    "peace": ((120, 292), (134, 172), "peace", 176, "before"),
    "point": ((116, 300), (118, 190), "point", 168, "before"),
    "bag": ((108, 318), (120, 456), "grip", 4, "before"),
    "skirt": ((116, 316), (118, 448), "pinch", 8, "before"),
}  # fmt: skip
# Right leg of each stance: knee and ankle of the standing leg, of the free leg, and both toes' angle outward.
_LEGS: dict[str, tuple[Point, Point, Point, Point, float, float]] = {
    "straight": ((29, KNEE_Y), (25, ANKLE_Y), (29, KNEE_Y), (25, ANKLE_Y), 10, 10),
    "rest": ((27, KNEE_Y), (14, ANKLE_Y), (42, KNEE_Y + 2), (58, ANKLE_Y - 4), 6, 30),
    "inward": ((25, KNEE_Y), (24, ANKLE_Y), (17, KNEE_Y + 4), (40, ANKLE_Y - 2), -4, -16),
    "apart": ((38, KNEE_Y), (42, ANKLE_Y), (42, KNEE_Y), (56, ANKLE_Y), 14, 22),
    "step": ((25, KNEE_Y), (10, ANKLE_Y), (16, KNEE_Y + 8), (6, ANKLE_Y + 8), 10, 14),
}  # fmt: skip


class Figure:
    """A pose of a build, with its four limbs."""

    def __init__(self, pose: Pose, build: Build) -> None:
        self.pose, self.build = pose, build
        c = pose.weight
        # The pelvis moves over the standing leg and rises there; the shoulders answer the other way.
        self._middle = (
            (0.0, 0.0),
            (PIT_Y, 0.0),
            (BUST_Y, -6 * c),
            (WAIST_Y, 6 * c),
            (HIP_Y, 18 * c),
            (ANKLE_Y, 10 * c),
        )
        self._tilt = ((0.0, 4.4 * c), (SHOULDER_Y, 4.4 * c), (BUST_Y, 3.2 * c), (HIP_Y, -6.5 * c), (ANKLE_Y, -4.0 * c))
        self.arms = (self._arm(-1), self._arm(1))
        self.legs = (self._leg(-1), self._leg(1))

    def at(self, x: float, y: float, front: float = 0.0) -> Point:
        """Return where a point of the upright figure lies; `front` (0..1) moves it with the turn of the body."""
        middle, angle = _level(self._middle, y), radians(_level(self._tilt, y))
        x *= self.build.wide
        if front and self.pose.turn:
            wide = _level(_TRUNK, y) * self.build.wide
            x += self.pose.turn * front * 15 * self.build.wide * sqrt(max(0.0, 1 - (x / wide) ** 2))
        middle *= self.build.wide
        return middle + x * cos(angle), self.build.height(y) + x * sin(angle)

    def all(self, points: Sequence[Point], side: float = 1.0, front: float = 0.0) -> list[Point]:
        """Return `points` of the upright figure (x times `side`) where they lie in the pose."""
        return [self.at(x * side, y, front) for x, y in points]

    @staticmethod
    def trunk_half(y: float) -> float:
        """Return the half width of the upright trunk at a height."""
        return _level(_TRUNK, y)

    def trunk_edge(self, y: float, side: float, ease: float = 0.0) -> Point:
        """Return the trunk's edge at a height, cloth `ease` wider."""
        return self.at(side * (_level(_TRUNK, y) + ease), y)

    def trunk(self, top: float, bottom: float, ease: Sequence[float], bow: float = 10.0) -> str:
        """Return the outline of the trunk between two heights, `ease` wider; the lower edge bows down by `bow`."""
        left, right = self.trunk_sides(top, bottom, ease)
        path = Path(left[0]).through(*left[1:])
        self.add_hem(path, left[-1], right[-1], bow)
        return path.through(*right[-2::-1]).close()

    def trunk_sides(self, top: float, bottom: float, ease: Sequence[float]) -> tuple[list[Point], list[Point]]:
        """Return the left and right edge of the trunk from `top` down to `bottom`."""
        ys = [top, *[y for y, _ in _TRUNK if top + 4 < y < bottom - 4], bottom]
        eased = [(y, ease[0] if len(ease) == 1 else _level(_rows(top, bottom, ease), y)) for y in ys]
        return [self.trunk_edge(y, -1, e) for y, e in eased], [self.trunk_edge(y, 1, e) for y, e in eased]

    @staticmethod
    def add_hem(path: Path, start: Point, end: Point, bow: float) -> None:
        """Go on to `end` on the near half of an ellipse that bows down by `bow`."""
        (x0, y0), (x1, y1) = start, end
        path.cubic(
            (x0 + (x1 - x0) * 0.12, y0 + (y1 - y0) * 0.12 + bow * 1.3),
            (x0 + (x1 - x0) * 0.88, y0 + (y1 - y0) * 0.88 + bow * 1.3),
            end,
        )

    def sleeve(self, side: int, end: float, ease: Sequence[float], cap: float = 0.26) -> str:
        """Return the outline of one arm's sleeve from the shoulder to t = `end`, `ease` wider than the arm."""
        shoulder = self.at(side * (71 + ease[0] * 0.4), 138.0 - ease[0] * 0.5)
        return self.arms[0 if side < 0 else 1].sleeve(shoulder, self.at(side * 58, 172), end, ease, cap)

    def _arm(self, side: int) -> Limb:
        elbow, wrist, *_ = ARMS[self.pose.arms[0 if side < 0 else 1]]
        a, b, c = self.all([(77, 158), elbow, wrist], side)
        return Limb(a, b, c, CHIBI_ARM_WIDTHS if self.build.small else ARM_WIDTHS, side, self.build.thick)

    def _leg(self, side: int) -> Limb:
        stand_knee, stand_ankle, free_knee, free_ankle, *_ = _LEGS[self.pose.stance]
        stands = side * self.pose.weight >= 0
        knee, ankle = (stand_knee, stand_ankle) if stands else (free_knee, free_ankle)
        hip = self.at(side * 40, 436)
        # Knees and feet stand on the ground: they follow the pelvis sideways, not its tilt.
        x, wide = self.pose.weight * 9, self.build.wide
        points = [((px * side + x) * wide, self.build.height(py)) for px, py in (knee, ankle)]
        widths = CHIBI_LEG_WIDTHS if self.build.small else LEG_WIDTHS
        return Limb(hip, points[0], points[1], widths, side, self.build.thick)

    def toe_angle(self, side: int) -> float:
        """Return how far a foot's toes point outward, in degrees."""
        *_, stand, free = _LEGS[self.pose.stance]
        return stand if side * self.pose.weight >= 0 else free


def _rows(top: float, bottom: float, values: Sequence[float]) -> tuple[tuple[float, float], ...]:
    last = len(values) - 1
    return tuple((top + (bottom - top) * k / last, v) for k, v in enumerate(values))


def _level(rows: Sequence[tuple[float, float]], y: float) -> float:
    """Return the value at height `y` of rows (y, value), eased between them and held beyond the ends."""
    if y <= rows[0][0]:
        return rows[0][1]
    for (y0, v0), (y1, v1) in itertools.pairwise(rows):
        if y <= y1:
            return v0 + (v1 - v0) * (y - y0) / (y1 - y0)
    return rows[-1][1]
