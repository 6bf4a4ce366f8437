"""Locks of hair: shapes around a spine, their shaded side and the lines along them, collected by tone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tachie.paperdoll.palette import Ramp, mix
from tachie.paperdoll.style import Style
from tachie.paperdoll.svg import Canvas, Path, Point, lerp, limb, sides


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock from its root to its tip; `half_widths` in head units at each point of the spine."""

    spine: tuple[Point, ...]
    half_widths: tuple[float, ...]

    def shape(self) -> str:
        """Return the lock as a closed path."""
        return limb(self.spine, self.half_widths)

    def wedge(self, share: float = 0.42, start: int = 1) -> str:
        """Return the shaded part: `share` of its width on the picture's right, from the spine's point `start` on."""
        left, right = sides(self.spine, self.half_widths)
        if left[start][0] > right[start][0]:
            left, right = right, left
        inner = [
            lerp(r, a, share * min(1.0, max(0.0, (k - start) / 2)))
            for k, (a, r) in enumerate(zip(left, right, strict=True))
        ]
        return Path(right[start]).through(*right[start + 1 :]).through(*inner[-2:start:-1]).line(right[start]).close()

    def edges(self, width: float, start: int = 1) -> list[str]:
        """Return the lines along both edges, swelling towards the tip from nothing at the spine's point `start`."""
        left, right = sides(self.spine, self.half_widths)
        count = len(self.spine) - start
        swell = [width * (0.08 + 0.92 * k / (count - 1)) for k in range(count)]
        return [limb(row[start:], swell) for row in (left, right)]

    def strand(self, across: float, width: float, start: int = 0, end: int | None = None) -> str:
        """Return a fine line along the lock at `across` (-1 to 1 of its width)."""
        left, right = sides(self.spine, self.half_widths)
        row = [lerp(a, b, (across + 1) / 2) for a, b in zip(left, right, strict=True)][start:end]
        last = len(row) - 1
        return limb(row, [width * (0.15 + 0.85 * (1 - abs(2 * k / last - 1))) for k in range(last + 1)])


@dataclass(slots=True)
class Tones:
    """Closed paths on hair by the tone that paints them: the renderer's cost goes with paints, not with shapes."""

    shade: list[str] = field(default_factory=list)
    deep: list[str] = field(default_factory=list)
    light: list[str] = field(default_factory=list)
    ink: list[str] = field(default_factory=list)

    def paint(self, canvas: Canvas, ramp: Ramp, style: Style) -> None:
        """Paint everything, shadows first."""
        depth = {"flat": 0.55, "cel": 0.95, "soft": 0.72}[style.shading]
        rows = (
            (self.shade, mix(ramp.base, ramp.shade, depth)),
            (self.deep, mix(ramp.shade, ramp.deep, depth)),
            (self.light, mix(ramp.base, ramp.light, 0.55)),
            (self.ink, hair_ink(ramp, style)),
        )
        for shapes, tone in rows:
            if shapes:
                canvas.fill("".join(shapes), tone)


def hair_ink(ramp: Ramp, style: Style) -> str:
    """Return the colour of lines in and around hair: nearly black in early styles, a deep tone of it in late ones."""
    return mix(mix(ramp.deep, ramp.ink, 0.62), "#1a1018", 0.1 + 0.62 * style.ink)


def tapering(
    width: float, count: int, root: float = 0.6, fullest: float = 0.4, blunt: float = 2.4
) -> tuple[float, ...]:
    """Return `count` half widths of a pointed lock: `root` of `width` at its root, all of it at `fullest`, 0 last.

    The higher `blunt`, the later it narrows.
    """
    row: list[float] = []
    for k in range(count):
        t = k / (count - 1)
        grow = root + (1 - root) * min(1.0, t / fullest)
        row.append(width * grow * (1 - t**blunt))
    row[-1] = 0.0
    return tuple(row)


def bundle(spine: Sequence[Point], half_widths: Sequence[float], tips: Sequence[tuple[float, float]]) -> list[Lock]:
    """Return a tail of hair as overlapping locks; a tip is (across -1..1, share of the length) where one ends."""
    left, right = sides(spine, half_widths)
    locks: list[Lock] = []
    last = len(spine) - 1
    for across, share in tips:
        # A lock runs inside the tail's body, with about half its width, and leaves it a little towards its tip.
        row: list[Point] = []
        widths: list[float] = []
        for k in range(last + 1):
            at = k * share
            i = min(int(at), last - 1)
            a, b = lerp(left[i], left[i + 1], at - i), lerp(right[i], right[i + 1], at - i)
            t = k / last
            row.append(lerp(a, b, 0.5 + 0.5 * across * (0.55 + 0.5 * t)))
            body = half_widths[i] + (half_widths[i + 1] - half_widths[i]) * (at - i)
            widths.append(max(body, 3.0) * 0.62 * (1 - t**2.2))
        widths[-1] = 0.0
        locks.append(Lock(tuple(row), tuple(widths)))
    return locks
