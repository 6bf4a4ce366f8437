"""What scenes are painted with: polygons, gradients, clouds and foliage, in px of the picture."""

from __future__ import annotations

from collections.abc import Sequence

from tachie.paperdoll.dice import Dice
from tachie.paperdoll.palette import mix
from tachie.paperdoll.svg import Canvas, Path, Point, oval

WIDTH, HEIGHT = 600.0, 800.0
# Scenes stay behind their figure: every tone is a little toward this air.
_AIR, _HAZE = "#f4f6fb", 0.16


class Brush:
    """Paints on a canvas in a scene's tones."""

    def __init__(self, canvas: Canvas, dice: Dice) -> None:
        self.canvas, self.dice = canvas, dice

    def tone(self, color: str, far: float = 0.0) -> str:
        """Return a colour as the air between makes it; `far` (0..1) adds distance."""
        return mix(color, _AIR, _HAZE + (1 - _HAZE) * far)

    def poly(self, points: Sequence[Point], color: str, far: float = 0.0) -> None:
        """Paint a polygon."""
        self.canvas.fill(Path(points[0]).line(*points[1:]).close(), self.tone(color, far))

    def many(self, polygons: Sequence[Sequence[Point]], color: str, far: float = 0.0) -> None:
        """Paint polygons of one colour as one path."""
        self.canvas.fill("".join(Path(p[0]).line(*p[1:]).close() for p in polygons), self.tone(color, far))

    def box(self, x0: float, y0: float, x1: float, y1: float, color: str, far: float = 0.0) -> None:
        """Paint a rectangle."""
        self.poly([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], color, far)

    def fade(self, y0: float, y1: float, top: str, bottom: str) -> None:
        """Paint a gradient across the page, from `y0` down to `y1`."""
        paint = self.canvas.linear((0, y0), (0, y1), (0, self.tone(top)), (1, self.tone(bottom)))
        self.canvas.fill(Path((0, y0)).line((WIDTH, y0), (WIDTH, y1), (0, y1)).close(), paint)

    def clouds(self, count: int, low: float, high: float, light: str = "#ffffff", dark: str = "#d4e2f2") -> None:
        """Paint heaps of cloud between two heights, flat below and shaded."""
        lit: list[str] = []
        shade: list[str] = []
        for _ in range(count):
            x, y, r = self.dice.between(-20, WIDTH + 20), self.dice.between(low, high), self.dice.between(20, 48)
            for dx, dy, k in (
                (-2.1, 0.3, 0.55),
                (-1.2, -0.1, 0.85),
                (-0.2, -0.5, 1.1),
                (0.9, -0.2, 0.95),
                (1.9, 0.25, 0.6),
            ):
                cx, cy = x + dx * r, y + dy * r
                lit.append(oval((cx, cy), r * k * 1.1, r * k * 0.85))
                shade.append(oval((cx + r * 0.14, cy + r * 0.26), r * k, r * k * 0.62))
        self.canvas.fill("".join(lit), self.tone(dark))
        self.canvas.fill("".join(shade), self.tone(mix(dark, light, 0.25)))
        lifted = "".join(lit)
        self.canvas.raw(f'<path d="{lifted}" transform="translate(-3 -7)" fill="{self.tone(light)}"/>')

    def foliage(self, x: float, y: float, wide: float, high: float, color: str, far: float = 0.0) -> None:
        """Paint a crown of leaves in three tones, lit from the upper left."""
        dark, light = mix(color, "#24384a", 0.32), mix(color, "#fdf6c0", 0.35)
        clumps = []
        for n in range(13):
            dx = self.dice.between(-0.92, 0.92)
            dy = self.dice.between(-0.85, 0.85) * (1 - abs(dx) * 0.6)
            clumps.append((x + dx * wide, y + dy * high, (0.26 + 0.12 * (n % 3)) * wide))
        for paint, sx, sy, k in ((dark, 0.0, 0.0, 1.0), (color, -0.06, -0.08, 0.84), (light, -0.13, -0.17, 0.46)):
            d = "".join(oval((cx + sx * wide, cy + sy * high), r * k, r * k * 0.85) for cx, cy, r in clumps)
            self.canvas.fill(d, self.tone(paint, far))

    def hills(self, y: float, lift: float, color: str, far: float = 0.0) -> None:
        """Paint a ridge across the page down to its foot."""
        row: list[Point] = [(k * 75.0, y - self.dice.between(0, lift)) for k in range(9)]
        path = Path((0, HEIGHT)).line(row[0]).through(*row[1:]).line((WIDTH, HEIGHT))
        self.canvas.fill(path.close(), self.tone(color, far))
