"""How a piece of the body or of cloth is inked and shaded, in the hand of the picture's year.

The light comes from the upper left: outlines are heavier to the lower right, and shadow lies along those edges.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tachie.paperdoll.palette import Ramp, luminance, mix
from tachie.paperdoll.style import Style
from tachie.paperdoll.svg import Canvas, Point, num, tapered


class Pen:
    """Paints pieces on a canvas; `line` is the width of outlines in units."""

    def __init__(self, canvas: Canvas, style: Style) -> None:
        self.canvas = canvas
        self.style = style
        self.line = style.line
        self._dark = style.ink

    def ink(self, ramp: Ramp) -> str:
        """Return the line colour around a tone: near black in the early years, a deeper tone of it in the late."""
        line = mix(mix(ramp.deep, ramp.ink, 0.72), mix(ramp.ink, "#1c1218", 0.6), self._dark)
        # White cloth on a white page still needs a line that holds.
        return mix(line, "#3c3448", min(1.0, max(0.0, luminance(line) - 0.3) * 2.2))

    def shape(
        self, d: str, ramp: Ramp, *, tone: str = "", shadow: Point = (-7.0, -3.0), weight: float = 1.0, edge: str = ""
    ) -> str:
        """Paint a closed path with outline and form shadow, and return the name of the clip to it.

        `tone` replaces the ramp's base; `shadow` is how far its lit part is moved toward the light, (0, 0) for none.
        """
        canvas, w = self.canvas, self.line * weight
        ink = edge or self.ink(ramp)
        # The outline is written once and used for ink, paint, clip and shadow: less to build and to read.
        name, outline = canvas.outlined(d)
        canvas.raw(
            f'<use href="#{outline}" transform="translate({num(w * 0.2)} {num(w * 0.3)})" fill="{ink}" stroke="{ink}" '
            f'stroke-width="{num(w * 1.3)}" stroke-linejoin="round"/>'
        )
        base = tone or ramp.base
        if shadow == (0.0, 0.0) or self.style.shading == "flat":
            canvas.raw(f'<use href="#{outline}" fill="{base}"/>')
            return name
        dark = mix(tone, ramp.deep, 0.5) if tone else ramp.shade
        steps: list[tuple[float, str]] = [(1.0, base)]
        if self.style.shading == "soft":
            dark = mix(dark, ramp.deep, 0.25)
            steps = [(0.8, mix(base, dark, 0.45)), (1.7, base)]
        # All in shadow first, then the lit part, moved toward the light.
        canvas.raw(f'<use href="#{outline}" fill="{dark}"/>')
        with canvas.group(clip=name):
            for k, paint in steps:
                move = f"translate({num(shadow[0] * k)} {num(shadow[1] * k)})"
                canvas.raw(f'<use href="#{outline}" transform="{move}" fill="{paint}"/>')
        return name

    def folds(self, rows: Sequence[tuple[Point, Point, Point, float]], ramp: Ramp, *, deep: bool = False) -> None:
        """Paint folds, each a pointed stroke (start, control, end, half width), as one path."""
        if rows:
            paint = mix(ramp.shade, ramp.deep, 1.0 if deep else 0.45)
            self.canvas.fill("".join(tapered(a, control, b, w) for a, control, b, w in rows), paint)

    def seams(self, rows: Sequence[tuple[Point, Point, Point]], ramp: Ramp, weight: float = 0.5) -> None:
        """Draw inner lines, thin at both ends, as one path."""
        if rows:
            w = self.line * weight
            self.canvas.fill("".join(tapered(a, control, b, w) for a, control, b in rows), self.ink(ramp))

    def line_along(self, d: str, ramp: Ramp, weight: float = 0.7) -> None:
        """Draw an open path as a line of even width."""
        self.canvas.stroke(d, self.ink(ramp), self.line * weight)

    @contextmanager
    def inside(self, clip: str) -> Iterator[None]:
        """Paint what follows only inside a shape that `shape` has returned."""
        with self.canvas.group(clip=clip):
            yield

    def cast(self, clip: str, d: str, shift: Point, ramp: Ramp) -> None:
        """Paint the shadow that a shape `d` throws on the piece under it."""
        if self.style.shading == "flat":
            return
        with self.canvas.group(clip=clip):
            self.canvas.raw(
                f'<path d="{d}" transform="translate({num(shift[0])} {num(shift[1])})" fill="{ramp.shade}"/>'
            )
