"""From where the head is seen: points of a face seen from the front, moved as it turns and nods."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from tachie.paperdoll.character import Placement
from tachie.paperdoll.svg import Point

# Depth of the face before the axis it turns about, and of the hair over the brow (head units).
_FACE_DEPTH, _HAIR_DEPTH = 52.0, 64.0
_MOST_TURN = 0.5  # sine of the widest turn: beyond 30 degrees the far eye would leave the face


@dataclass(frozen=True, slots=True)
class View:
    """A turn about the neck's axis (`sine` above 0: to the picture's right) and a nod (units the nose sinks)."""

    sine: float
    cosine: float
    nod: float

    @property
    def away(self) -> float:
        """Return how far the head is turned, 0 to 0.5."""
        return abs(self.sine)

    @property
    def far(self) -> int:
        """Return the side (-1 left, 1 right) that is turned away from the viewer."""
        return 1 if self.sine >= 0 else -1

    @property
    def skull_x(self) -> float:
        """Return the x of the skull's middle: its mass lies behind the axis, so it swings the other way."""
        return -9.0 * self.sine

    def on_face(self, point: Point) -> Point:
        """Return where a point of the face (units, seen from the front) is seen."""
        x, y = point
        bulge = sqrt(max(0.0, 1 - (x / 74) ** 2)) * (1 - 0.1 * ((y - 15) / 60) ** 2)
        return x * self.cosine + _FACE_DEPTH * bulge * self.sine, y + self.nod * bulge

    def on_hair(self, point: Point, width: float) -> Point:
        """Return where a point of the front hair is seen, on a head of hair `width` wide to either side."""
        x, y = point
        bulge = sqrt(max(0.0, 1 - (x / width) ** 2)) * sqrt(max(0.0, 1 - (min(y + 10, 0.0) / 100) ** 2))
        return x * self.cosine + _HAIR_DEPTH * bulge * self.sine + self.skull_x * (1 - bulge), y + self.nod * bulge


def view_of(placement: Placement) -> View:
    """Return the view of a placement: its `turn` and `nod` are how far the face's middle moves, in head units."""
    sine = min(_MOST_TURN, max(-_MOST_TURN, placement.turn / _FACE_DEPTH))
    return View(sine, sqrt(1 - sine * sine), placement.nod)
