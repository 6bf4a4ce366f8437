"""Curves as SVG that keep their letters' size at any width: lines, bands around them, and levels to compare with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tachie.core.markup import Child, Html, element, escaped, joined

_AXIS_PX, _TOP_PX = 24, 8
_TALL = 1000  # of the inner drawing's own coordinates, which are stretched to any width

STYLE = """
.curves { margin: 0 0 0 2.6rem; }
.curves svg svg { overflow: hidden; }
.curves polyline { fill: none; stroke-width: 2.2; stroke-linejoin: round; vector-effect: non-scaling-stroke; }
.curves .dashed { stroke-dasharray: 6 4; } .curves .dotted { stroke-dasharray: 1.5 4; stroke-width: 1.6; }
.curves polygon { stroke: none; opacity: .22; }
.curves .grid { stroke: var(--rule); stroke-width: 1; }
.curves .end { text-anchor: end; }
.curves text.axisname { fill: var(--soft); }
.s0 { stroke: var(--p0); fill: var(--p0); } .s1 { stroke: var(--p2); fill: var(--p2); }
.s2 { stroke: var(--p1); fill: var(--p1); } .s3 { stroke: var(--p3); fill: var(--p3); }
.curvekeys { display: flex; flex-wrap: wrap; gap: .2rem 1.3rem; margin-top: .6rem; }
.curvekeys { font: .85rem/1.4 system-ui, sans-serif; }
.curvekeys span { display: inline-flex; align-items: center; gap: .45rem; color: var(--soft); }
.curvekeys svg { flex: none; }
.curvekeys line { stroke-width: 2.2; }
"""


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` to `high`, logarithmic perhaps, with ticks (value, words) and a name."""

    low: float
    high: float
    ticks: Sequence[tuple[float, str]]
    name: str
    log: bool = False

    def part(self, value: float) -> float:
        """Return where a value lies, 0 at `low` and 1 at `high`."""
        if self.log:
            return (math.log(value) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Curve:
    """Points (x, y) in a colour (0 to 3); `band` are (x, low, high) around it; kinds: line, dashed, dotted."""

    name: str
    points: Sequence[tuple[float, float]]
    colour: int = 0
    band: Sequence[tuple[float, float, float]] = ()
    kind: str = "line"


def curve_chart(curves: Sequence[Curve], x: Axis, y: Axis, label: str, height: int = 270) -> Html:
    """Return curves over two axes with a key below; `label` says to a screen reader what is to be seen."""
    low = height - _AXIS_PX
    tall = low - _TOP_PX

    def down(value: float) -> float:
        return _TOP_PX + tall * (1 - min(1.0, max(0.0, y.part(value))))

    marks: list[Child] = []
    for value, words in y.ticks:
        at = down(value)
        marks.append(element("line", x1="0%", x2="100%", y1=at, y2=at, class_="grid"))
        marks.append(element("text", words, x="0%", y=at + 4, dx=-8, class_="tick end"))
    for value, words in x.ticks:
        part = x.part(value)
        anchor = "start" if part < 0.02 else "end" if part > 0.98 else "middle"
        marks.append(element("text", words, x=f"{100 * part:.3f}%", y=height - 3, text_anchor=anchor, class_="tick"))
    inner = [_band(curve, x, y) for curve in curves if curve.band] + [_line(curve, x, y) for curve in curves]
    size = f"0 0 {_TALL} {_TALL}"
    marks.append(
        element("svg", inner, x="0", y=_TOP_PX, width="100%", height=tall, view_box=size, preserveAspectRatio="none")
    )
    marks.append(element("line", x1="0%", x2="100%", y1=low, y2=low, class_="axis"))
    svg = element("svg", marks, width="100%", height=height, role="img", aria_label=label)
    above = element("p", f"{y.name} over {x.name}", class_="note")
    keys = [element("span", _key(curve), element("bdi", curve.name)) for curve in curves if curve.name]
    return joined(above, element("div", svg, class_="curves"), element("div", keys, class_="curvekeys"))


def _place(x: float, y: float) -> str:
    return f"{_TALL * x:.2f},{_TALL * (1 - min(1.0, max(0.0, y))):.2f}"


def _line(curve: Curve, x: Axis, y: Axis) -> Html:
    points = " ".join(_place(x.part(a), y.part(b)) for a, b in curve.points)
    return Html(f'<polyline class="s{curve.colour} {escaped(curve.kind)}" points="{points}"/>')


def _band(curve: Curve, x: Axis, y: Axis) -> Html:
    upper = [_place(x.part(a), y.part(high)) for a, _, high in curve.band]
    lower = [_place(x.part(a), y.part(low)) for a, low, _ in reversed(curve.band)]
    return Html(f'<polygon class="s{curve.colour}" points="{" ".join([*upper, *lower])}"/>')


def _key(curve: Curve) -> Html:
    line = element("line", x1=0, x2=26, y1=5, y2=5, class_=f"s{curve.colour}", stroke_dasharray=_DASHES[curve.kind])
    return element("svg", line, width=26, height=10, aria_hidden="true")


_DASHES = {"line": None, "dashed": "6 4", "dotted": "1.5 4"}


def nice_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round numbers from `low` to `high`, at most about `most` of them."""
    span = high - low
    step = 10 ** math.floor(math.log10(span / most))
    step *= next(times for times in (1, 2, 5, 10) if span / (step * times) <= most)
    first = math.ceil(low / step - 1e-9)
    return [k * step for k in range(first, math.floor(high / step + 1e-9) + 1)]
