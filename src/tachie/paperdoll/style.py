"""How a year drew: line, eye size, shading and colour, from the game pictures of 2000 to those of 2020."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tachie.paperdoll.dice import Dice

YEARS = range(2000, 2021)
Shading = Literal["flat", "cel", "soft"]


@dataclass(frozen=True, slots=True)
class Style:
    """The hand of one picture.

    `line` is the width of outlines in head units, `eye` a factor on the eyes' size (1 about 2010), `ink` how dark
    lines are (1: nearly black, 0: a deeper tone of what they enclose), `saturation` a factor on colours.
    """

    year: int
    line: float
    eye: float
    shading: Shading
    ink: float
    saturation: float


def make_style(seed: int, year: int | None = None) -> Style:
    """Return a seed's style, of `year` where given: thick dark lines and big eyes early, thin coloured ones late."""
    dice = Dice(seed, "style")
    drawn = dice.pick(YEARS)
    when = drawn if year is None else year
    late = min(max((when - YEARS[0]) / (YEARS[-1] - YEARS[0]), 0.0), 1.0)
    shadings: tuple[Shading, ...] = ("flat", "cel", "soft")
    return Style(
        year=when,
        line=2.0 - 0.95 * late + dice.between(-0.2, 0.2),
        eye=1.13 - 0.16 * late + dice.between(-0.07, 0.07),
        shading=dice.pick(shadings, (0.12, 1.3 - 0.7 * late, 0.15 + 0.9 * late)),
        ink=min(1.0, max(0.0, 0.85 - 0.65 * late + dice.between(-0.15, 0.15))),
        saturation=1.0 - 0.2 * late + dice.between(-0.12, 0.1),
    )
