"""Paint that all plates share: the plate's size, rectangles, polygons, gradients down its whole width."""

from __future__ import annotations

from tachie.paperdoll.svg import Canvas, Path, Point

PLATE_WIDE, PLATE_HIGH = 1920, 1080
WIDE, HIGH = float(PLATE_WIDE), float(PLATE_HIGH)


def rect(x0: float, y0: float, x1: float, y1: float) -> str:
    """Return a rectangle as a closed path."""
    return Path((x0, y0)).line((x1, y0), (x1, y1), (x0, y1)).close()


def poly(*points: Point) -> str:
    """Return a polygon as a closed path."""
    return Path(points[0]).line(*points[1:]).close()


def sweep(canvas: Canvas, top: float, bottom: float, *stops: tuple[float, str]) -> None:
    """Fill the plate's whole width from `top` to `bottom` with a gradient downwards."""
    canvas.fill(rect(0, top, WIDE, bottom), canvas.linear((0, top), (0, bottom), *stops))
