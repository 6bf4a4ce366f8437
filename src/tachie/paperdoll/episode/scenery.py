"""The places an episode plays in, each a wide plate, and what stands before the characters there.

A plate is `PLATE_WIDE` by `PLATE_HIGH` stage units; the stage (1280 by 720) is its middle, the rest is room for pans.
"""

from __future__ import annotations

from collections.abc import Callable

from tachie.paperdoll.dice import Dice
from tachie.paperdoll.episode import indoors, outdoors
from tachie.paperdoll.episode.paint import PLATE_HIGH, PLATE_WIDE
from tachie.paperdoll.svg import Canvas

PLACES: dict[str, Callable[[Canvas, Dice], None]] = {
    "cafe": indoors.cafe,
    "classroom": indoors.classroom,
    "street": outdoors.street,
    "park": outdoors.park,
    "bedroom": indoors.bedroom,
    "seaside": outdoors.seaside,
    "night": outdoors.night,
}
BEFORE: dict[str, Callable[[Canvas], None]] = {
    "cafe": indoors.counter,
    "classroom": indoors.desks,
    "park": outdoors.hedge,
    "seaside": outdoors.railing,
}


def draw_place(name: str) -> str:
    """Return the SVG of a place's plate."""
    canvas = Canvas()
    PLACES[name](canvas, Dice(list(PLACES).index(name), "scene"))
    return canvas.document(PLATE_WIDE, PLATE_HIGH)


def draw_before(name: str) -> str:
    """Return the SVG, on nothing, of what stands before the characters in a place of `BEFORE`."""
    canvas = Canvas()
    BEFORE[name](canvas)
    return canvas.document(PLATE_WIDE, PLATE_HIGH)
