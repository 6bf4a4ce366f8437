"""A tiny SVG builder: numbers of two decimals, paths, tapered shapes, gradients and groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import hypot

Point = tuple[float, float]


def num(value: float) -> str:
    """Return a number as SVG writes it here: at most two decimals, so that bytes agree on every machine.

    >>> num(1.5), num(2.0), num(-0.001)
    ('1.5', '2', '0')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _pair(point: Point) -> str:
    # Points are most of a picture's text: written without `num`, which would take twice as long.
    return "%.2f %.2f" % point  # noqa: UP031 - the quickest of Python's ways


def lerp(a: Point, b: Point, t: float) -> Point:
    """Return the point at share `t` of the way from `a` to `b`."""
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)


def flip(points: Sequence[Point], side: float) -> list[Point]:
    """Return points with x multiplied by `side` (-1 mirrors)."""
    return [(x * side, y) for x, y in points]


class Path:
    """The `d` of a path, built by chained calls; points are absolute."""

    def __init__(self, start: Point) -> None:
        # A segment is the points after the one it starts from: one for a line, two for a quadratic, three for a cubic.
        self._start = start
        self._segments: list[tuple[Point, ...]] = []

    @property
    def _at(self) -> Point:
        return self._segments[-1][-1] if self._segments else self._start

    def line(self, *points: Point) -> Path:
        """Add straight lines through `points`."""
        self._segments += [(p,) for p in points]
        return self

    def quad(self, control: Point, end: Point) -> Path:
        """Add a quadratic curve."""
        self._segments.append((control, end))
        return self

    def cubic(self, first: Point, second: Point, end: Point) -> Path:
        """Add a cubic curve."""
        self._segments.append((first, second, end))
        return self

    def through(self, *points: Point) -> Path:
        """Add a smooth curve from where the path stands through all `points` (Catmull-Rom)."""
        row = [self._at, *points]
        for i in range(len(row) - 1):
            before, a, b, after = row[max(i - 1, 0)], row[i], row[i + 1], row[min(i + 2, len(row) - 1)]
            first = (a[0] + (b[0] - before[0]) / 6, a[1] + (b[1] - before[1]) / 6)
            second = (b[0] - (after[0] - a[0]) / 6, b[1] - (after[1] - a[1]) / 6)
            self.cubic(first, second, b)
        return self

    def mapped(self, move: Callable[[Point], Point]) -> Path:
        """Return the path with every point, controls too, moved by `move`."""
        path = Path(move(self._start))
        path._segments = [tuple(move(p) for p in segment) for segment in self._segments]
        return path

    def close(self) -> str:
        """Return the closed path, always clockwise on the page: closed paths set together paint their union."""
        x, y = self._start
        twice_area = 0.0
        for segment in (*self._segments, (self._start,)):
            for next_x, next_y in segment:
                twice_area += x * next_y - next_x * y
                x, y = next_x, next_y
        return (self if twice_area >= 0 else self._reversed()).open() + "Z"

    def _reversed(self) -> Path:
        path = Path(self._at)
        anchors = [self._start, *(segment[-1] for segment in self._segments)]
        for segment, end in zip(reversed(self._segments), anchors[-2::-1], strict=True):
            path._segments.append((*segment[-2::-1], end))
        return path

    def open(self) -> str:
        """Return the path as it is, unclosed."""
        words = [f"M{_pair(self._start)}"]
        words += [" LQC"[len(segment)] + " ".join(map(_pair, segment)) for segment in self._segments]
        return "".join(words)


def bezier(a: Point, first: Point, second: Point, b: Point, steps: int) -> list[Point]:
    """Return `steps` + 1 points on the cubic curve from `a` to `b`."""
    row: list[Point] = []
    for k in range(steps + 1):
        t = k / steps
        u = 1 - t
        weights = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
        corners = (a, first, second, b)
        x = sum(w * p[0] for w, p in zip(weights, corners, strict=True))
        row.append((x, sum(w * p[1] for w, p in zip(weights, corners, strict=True))))
    return row


def tapered(a: Point, control: Point, b: Point, width: float) -> str:
    """Return a line from `a` to `b` that is `width` wide at its middle and pointed at both ends."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = hypot(dx, dy) or 1.0
    nx, ny = -dy / length * width, dx / length * width
    return Path(a).quad((control[0] + nx, control[1] + ny), b).quad((control[0] - nx, control[1] - ny), a).close()


def sides(spine: Sequence[Point], half_widths: Sequence[float]) -> tuple[list[Point], list[Point]]:
    """Return the points `half_widths` to the one and to the other side of each point of `spine`."""
    left: list[Point] = []
    right: list[Point] = []
    last = len(spine) - 1
    for i, ((x, y), w) in enumerate(zip(spine, half_widths, strict=True)):
        (x0, y0), (x1, y1) = spine[max(i - 1, 0)], spine[min(i + 1, last)]
        length = hypot(x1 - x0, y1 - y0) or 1.0
        nx, ny = -(y1 - y0) / length, (x1 - x0) / length
        left.append((x + nx * w, y + ny * w))
        right.append((x - nx * w, y - ny * w))
    return left, right


def limb(spine: Sequence[Point], half_widths: Sequence[float]) -> str:
    """Return the closed shape around `spine`, `half_widths` to either side of each of its points."""
    left, right = sides(spine, half_widths)
    path = Path(left[0]).through(*left[1:])
    if half_widths[-1] > 0:
        path.line(right[-1])
    return path.through(*right[-2::-1]).close()


def oval(center: Point, rx: float, ry: float) -> str:
    """Return an ellipse as a closed path, so that many can be painted as one."""
    (x, y), kx, ky = center, rx * 0.5523, ry * 0.5523
    path = Path((x - rx, y)).cubic((x - rx, y - ky), (x - kx, y - ry), (x, y - ry))
    path.cubic((x + kx, y - ry), (x + rx, y - ky), (x + rx, y)).cubic((x + rx, y + ky), (x + kx, y + ry), (x, y + ry))
    return path.cubic((x - kx, y + ry), (x - rx, y + ky), (x - rx, y)).close()


class Canvas:
    """Collects elements in painting order, with the gradients and clips they need."""

    def __init__(self) -> None:
        self._defs: list[str] = []
        self._body: list[str] = []

    def _define(self, tag: str, place: str, body: str) -> str:
        name = f"d{len(self._defs)}"
        self._defs.append(f'<{tag} id="{name}"{place}>{body}</{tag}>')
        return name

    def linear(self, a: Point, b: Point, *stops: tuple[float, str]) -> str:
        """Return the paint of a linear gradient from `a` to `b`; stops are (0..1, colour)."""
        body = "".join(f'<stop offset="{num(at)}" stop-color="{color}"/>' for at, color in stops)
        ends = f' gradientUnits="userSpaceOnUse" x1="{num(a[0])}" y1="{num(a[1])}" x2="{num(b[0])}" y2="{num(b[1])}"'
        return f"url(#{self._define('linearGradient', ends, body)})"

    def glow(self, center: Point, radius: float, color: str, opacity: float) -> str:
        """Return the paint of a round spot of `color` that fades to nothing at `radius`."""
        body = (
            f'<stop offset="0" stop-color="{color}" stop-opacity="{num(opacity)}"/>'
            f'<stop offset="1" stop-color="{color}" stop-opacity="0"/>'
        )
        place = f' gradientUnits="userSpaceOnUse" cx="{num(center[0])}" cy="{num(center[1])}" r="{num(radius)}"'
        return f"url(#{self._define('radialGradient', place, body)})"

    def clip(self, d: str) -> str:
        """Return the name of a clip to the path `d`, for `group`."""
        return self._define("clipPath", "", f'<path d="{d}"/>')

    def outlined(self, d: str) -> tuple[str, str]:
        """Return the names of a clip to the path `d` and of the path itself, for `<use>`."""
        outline = f"p{len(self._defs)}"
        self._defs.append(f'<path id="{outline}" d="{d}"/>')
        return self._define("clipPath", "", f'<use href="#{outline}"/>'), outline

    def raw(self, element: str) -> None:
        """Add an element that is written out already."""
        self._body.append(element)

    def fill(self, d: str, paint: str, opacity: float = 1.0, ink: str = "", width: float = 1.6) -> None:
        """Paint a closed path; with `ink` it is outlined in that colour, `width` wide."""
        line = f' stroke="{ink}" stroke-width="{num(width)}" stroke-linejoin="round"' if ink else ""
        self._body.append(f'<path d="{d}" fill="{paint}"{_opacity(opacity)}{line}/>')

    def inked(self, d: str, paint: str, ink: str, width: float) -> None:
        """Paint a closed path with an outline that is thin where the light falls, upper left, and thick away from it.

        The paint covers the outline's inner half, so shapes set together in one path are outlined as their union.
        """
        style = f'fill="none" stroke="{ink}" stroke-width="{num(width * 1.25)}" stroke-linejoin="round"'
        self._body.append(f'<path d="{d}" transform="translate({num(width * 0.26)} {num(width * 0.34)})" {style}/>')
        self._body.append(f'<path d="{d}" fill="{paint}"/>')

    def stroke(self, d: str, ink: str, width: float, opacity: float = 1.0) -> None:
        """Draw a path as a line with round ends."""
        style = f'fill="none" stroke="{ink}" stroke-width="{num(width)}" stroke-linecap="round"'
        self._body.append(f'<path d="{d}" {style} stroke-linejoin="round"{_opacity(opacity, "stroke")}/>')

    def ellipse(
        self, center: Point, rx: float, ry: float, paint: str, opacity: float = 1.0, ink: str = "", width: float = 1.6
    ) -> None:
        """Paint an ellipse, outlined where `ink` is given."""
        line = f' stroke="{ink}" stroke-width="{num(width)}"' if ink else ""
        self._body.append(
            f'<ellipse cx="{num(center[0])}" cy="{num(center[1])}" rx="{num(rx)}" ry="{num(ry)}" '
            f'fill="{paint}"{_opacity(opacity)}{line}/>'
        )

    @contextmanager
    def group(self, transform: str = "", clip: str = "") -> Iterator[None]:
        """Paint what follows under a transform or inside a clip."""
        move = f' transform="{transform}"' if transform else ""
        inside = f' clip-path="url(#{clip})"' if clip else ""
        self._body.append(f"<g{move}{inside}>")
        yield
        self._body.append("</g>")

    def document(self, width_px: int, height_px: int) -> str:
        """Return the whole SVG."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_px}" height="{height_px}" '
            f'viewBox="0 0 {width_px} {height_px}"><defs>{"".join(self._defs)}</defs>{"".join(self._body)}</svg>\n'
        )


def _opacity(value: float, of: str = "fill") -> str:
    # On a shape the paint's own opacity: a whole element's opacity costs the renderer a layer of its own.
    return "" if value >= 1 else f' {of}-opacity="{num(value)}"'
