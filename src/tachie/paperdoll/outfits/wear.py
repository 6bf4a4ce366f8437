"""What every garment is drawn with, and marks that many garments share: buttons, bows, patterns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tachie.paperdoll.figure import Figure
from tachie.paperdoll.palette import PALE_CLOTH, Ramp, cloth_ramp
from tachie.paperdoll.pen import Pen
from tachie.paperdoll.svg import Path, Point, oval
from tachie.paperdoll.wardrobe import OutfitDesign

WHITE = cloth_ramp(PALE_CLOTH[0])


@dataclass(frozen=True, slots=True)
class Wear:
    """A pen, the figure under the clothes, what is worn, and the skin between."""

    pen: Pen
    figure: Figure
    clothes: OutfitDesign
    skin: Ramp

    @property
    def small(self) -> bool:
        """Whether the figure is a chibi, which has fewer marks on it."""
        return self.figure.build.small

    def path(self, *points: Point, front: float = 1.0, side: float = 1.0) -> Path:
        """Return a smooth path through points of the upright figure."""
        row = self.figure.all(points, side, front)
        return Path(row[0]).through(*row[1:])

    def panel(self, *points: Point, front: float = 1.0, side: float = 1.0) -> str:
        """Return a closed shape with straight edges through points of the upright figure."""
        row = self.figure.all(points, side, front)
        return Path(row[0]).line(*row[1:]).close()

    def folds(self, rows: Sequence[tuple[Point, Point, Point, float]], ramp: Ramp, *, deep: bool = False) -> None:
        """Paint folds given on the upright figure (start, control, end, half width)."""
        at = self.figure.at
        wide = self.figure.build.wide
        placed = [(at(*a, 1.0), at(*b, 1.0), at(*c, 1.0), w * wide) for a, b, c, w in rows]
        self.pen.folds(placed, ramp, deep=deep)

    def seams(self, rows: Sequence[tuple[Point, Point, Point]], ramp: Ramp, weight: float = 0.5) -> None:
        """Draw thin lines given on the upright figure."""
        at = self.figure.at
        self.pen.seams([(at(*a, 1.0), at(*b, 1.0), at(*c, 1.0)) for a, b, c in rows], ramp, weight)

    def buttons(self, points: Sequence[Point], ramp: Ramp, radius: float = 3.6) -> None:
        """Paint round buttons."""
        r = radius * self.figure.build.wide
        row = [self.figure.at(*p, 1.0) for p in points]
        ink = self.pen.ink(ramp)
        self.pen.canvas.fill("".join(oval(p, r, r) for p in row), ramp.base, ink=ink, width=self.pen.line * 0.6)
        marks = "".join(oval((x - r * 0.25, y - r * 0.3), r * 0.35, r * 0.3) for x, y in row)
        self.pen.canvas.fill(marks, ramp.light)


def bow(wear: Wear, ramp: Ramp, center: Point, size: float, tails: float = 1.2) -> None:
    """Paint a ribbon tied in a bow at a point of the upright figure, its loops `size` long."""
    x, y = wear.figure.at(*center, 1.0)
    k = size * wear.figure.build.wide
    pen = wear.pen

    def at(px: float, py: float, side: float) -> Point:
        return x + px * k * side, y + py * k

    for side in (-1, 1):
        if tails:
            tail = Path(at(0, 0.1, side)).quad(at(0.4, 0.5, side), at(0.52 + 0.06 * side, tails, side))
            tail.line(at(0.36, tails - 0.12, side), at(0.18, tails + 0.02, side)).quad(
                at(0.12, 0.5, side), at(-0.08, 0.1, side)
            )
            pen.shape(tail.close(), ramp, tone=ramp.shade, shadow=(0.0, 0.0), weight=0.8)
    for side in (-1, 1):
        loop = Path(at(0.08, -0.08, side)).cubic(at(0.4, -0.6, side), at(0.95, -0.62, side), at(1.02, -0.3, side))
        loop.cubic(at(1.08, 0.1, side), at(1.0, 0.5, side), at(0.8, 0.46, side)).cubic(
            at(0.5, 0.42, side), at(0.3, 0.2, side), at(0.08, 0.12, side)
        )
        pen.shape(loop.close(), ramp, shadow=(-2.2, -2.2), weight=0.8)
        fold = [
            (at(0.12, -0.02, side), at(0.4, -0.22, side), at(0.66, -0.26, side), 0.035 * k),
            (at(0.12, 0.04, side), at(0.4, 0.08, side), at(0.6, 0.22, side), 0.05 * k),
        ]
        pen.folds(fold, ramp, deep=True)
    knot = oval((x, y), 0.17 * k, 0.21 * k)
    pen.shape(knot, ramp, shadow=(-1.2, -1.2), weight=0.8)
