"""Words on the screen: the logo, episode titles and the credits, drawn with OpenCV's own stroke letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

SERIES = ("TACHIE", "TERRACE")
CREDITS_WIDE = 520.0
_FINER = 2  # letters are drawn larger, then reduced: their edges come out smooth
_ROUND, _BOOK = cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX


@dataclass(frozen=True, slots=True)
class Line:
    """A line of letters: words, height of a capital and middle (stage units), colour, colour of the rim or None."""

    words: str
    high: float
    at: tuple[float, float]
    color: tuple[int, int, int]
    rim: tuple[int, int, int] | None = None
    heavy: float = 0.1
    book: bool = False


def lettering(lines: Sequence[Line], wide: float, high: float, k: float) -> NDArray[np.uint8]:
    """Return premultiplied RGBA of `wide` by `high` stage units at `k` px a unit, with the lines on nothing."""
    fine = k * _FINER
    size = (max(round(high * fine), 1), max(round(wide * fine), 1))
    canvas = np.zeros((*size, 4), np.uint8)
    for line in lines:
        font = _BOOK if line.book else _ROUND
        height = cv2.getTextSize("H", font, 10, 1)[0][1] / 10
        scale = line.high * fine / height
        pen = max(round(line.high * line.heavy * fine), 1)
        broad = cv2.getTextSize(line.words, font, scale, pen)[0][0]
        spot = (round(line.at[0] * fine - broad / 2), round((line.at[1] + line.high / 2) * fine))
        layers = [(line.rim, pen + max(round(line.high * 0.2 * fine), 2))] if line.rim else []
        for color, width in [*layers, (line.color, pen)]:
            cv2.putText(canvas, line.words, spot, font, scale, (*color, 255), width, cv2.LINE_AA)
    # The letters' edges are blended with black by the drawing: as colour times alpha that is what is wanted.
    return np.asarray(cv2.resize(canvas, None, fx=1 / _FINER, fy=1 / _FINER, interpolation=cv2.INTER_AREA), np.uint8)


def logo(y: float = 330.0) -> list[Line]:
    """Return the series' name for the middle of the stage."""
    white, rose, teal = (255, 255, 255), (226, 84, 120), (44, 128, 150)
    return [
        Line(SERIES[0], 118, (640, y - 72), rose, white, 0.2),
        Line(SERIES[1], 84, (640, y + 66), teal, white, 0.19),
        Line("a paperdoll comedy", 24, (640, y + 148), (90, 62, 74), (255, 255, 255), 0.05, book=True),
    ]


def title_card(number: int, title: str) -> list[Line]:
    """Return an episode's number and title."""
    ink = (92, 58, 50)
    return [
        Line(f"Episode {number}", 40, (640, 250), (178, 106, 84), (255, 255, 255), 0.05, book=True),
        Line("~  *  ~", 30, (640, 318), (226, 84, 120), (255, 255, 255), 0.08),
        Line(title, min(54.0, 1000 / len(title)), (640, 400), ink, (255, 255, 255), 0.07, book=True),
    ]


def credits(names: Sequence[str], wide: float) -> tuple[list[Line], float]:
    """Return the rolling credits for a column `wide` stage units broad, and the column's height."""
    white, gold = (255, 255, 255), (255, 232, 180)
    roll: list[tuple[str, float]] = [("CAST", 22)]
    roll += [(name, 34) for name in names]
    roll += [("", 30), ("DRAWN WITH", 22), ("Scalable vectors", 34), ("", 30), ("COLOURS", 22), ("Hex triplets", 34)]
    roll += [("", 30), ("IN-BETWEENS", 22), ("Affine maps", 34), ("", 30), ("PRODUCED BY", 22), ("tachie", 44)]
    lines, y = [], 40.0
    for words, high in roll:
        y += high * 0.9 + 14
        if words:
            small = high < 30
            lines.append(Line(words, high, (wide / 2, y), gold if small else white, (58, 40, 84), 0.05, book=not small))
        y += high * 0.9 + 12
    return lines, y + 40
