"""The report's charts as SVG and HTML that keep their letters' size at any width."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tachie.core.markup import Html, element, escaped, joined
from tachie.dataset.hue import HUE_BINS

# Positions across are percentages and those down are pixels, so that no text is scaled.
_AXIS_PX = 22

_SWATCHES = {
    "blonde": "#e8c95c", "brown": "#8a5a38", "black": "#2b2b30", "blue": "#4a78c8", "pink": "#f09cba",
    "purple": "#8f62b8", "green": "#5aa35e", "red": "#c9413f", "silver": "#c3c8d0", "white": "#f7f7f5",
    "orange": "#ea9140", "aqua": "#5cc4cf", "grey": "#8d9097", "yellow": "#ecd23c",
}  # fmt: skip


def swatch(value: str) -> Html | None:
    """Return a dot in the colour that a value names, or None."""
    colour = _SWATCHES.get(value)
    return element("i", class_="dot", style=f"background:{colour}") if colour else None


def percent(part: float, whole: float) -> str:
    """Return a share as people write it: 12 %, 0.4 %, under 0.1 %."""
    share = 100 * part / whole if whole else 0.0
    if share and share < 0.1:
        return "under 0.1 %"
    return f"{share:.0f} %" if share >= 10 or share == 0 else f"{share:.1f} %"


def bar(count: int, most: int, parts: Mapping[str, int] | None = None, order: Sequence[str] = ()) -> Html:
    """Return one bar of an HTML row of bars, `most` being the full width, cut up by `parts` where there are some."""
    width = 100 * count / most if most else 0
    inner = [
        element("b", class_=f"part p{i}", style=f"flex:{parts[name]}", title=f"{name}: {parts[name]:,}")
        for i, name in enumerate(order)
        if parts and parts.get(name)
    ]
    return element("span", element("span", inner, class_="fill", style=f"width:{width:.2f}%"), class_="bar")


def bars(counts: Mapping[str, int], most: int | None = None, whole: int | None = None) -> Html:
    """Return rows of name, bar and count, with the share of `whole` where it is given."""
    top = most or max(counts.values(), default=0)
    rows = []
    for name, count in counts.items():
        share = element("small", f" {percent(count, whole)}") if whole else None
        rows.append(
            element(
                "li",
                element("span", swatch(name), element("bdi", shown(name)), class_="name"),
                bar(count, top),
                element("span", f"{count:,}", share, class_="count"),
            )
        )
    return element("ul", rows, class_="bars")


def shown(name: str) -> str:
    """Return a name as it is shown: never empty, underscores as spaces, cut where it is very long."""
    text = " ".join(name.replace("_", " ").split()) or "(empty)"
    return text if len(text) <= 80 else f"{text[:79]}…"


def resolution_chart(sides: Mapping[str, int], median: float) -> Html:
    """Return the histogram of shorter sides: a logarithmic axis, bins from 2^(i-.5) to 2^(i+.5) px."""
    powers = {round(math.log2(int(px))): n for px, n in sides.items()}
    first, last = min(powers) - 1, max(powers) + 1
    while last - first < 6:  # one lone bin would fill the page
        first, last = max(0, first - 1), last + 1
    places, height = last - first + 1, 210
    most, step = max(powers.values()), 100 / (last - first + 1)
    low = height - _AXIS_PX
    marks = [element("line", x1="0%", x2="100%", y1=low, y2=low, class_="axis")]
    values = []
    for place in range(places):
        power, count = first + place, powers.get(first + place, 0)
        middle = step * (place + 0.5)
        if count:
            tall = max(1.5, (low - 40) * count / most)
            title = element("title", f"{2 ** (power - 0.5):.0f} to {2 ** (power + 0.5):.0f} px: {count:,}")
            marks.append(
                element(
                    "rect",
                    title,
                    x=f"{step * place + 0.25:.3f}%",
                    width=f"{step - 0.5:.3f}%",
                    y=low - tall,
                    height=tall,
                    class_="column",
                )
            )
            values.append(element("text", f"{count:,}", x=f"{middle:.3f}%", y=low - tall - 6, class_="value mid"))
        if place:
            edge = f"{step * place:.3f}%"
            marks.append(element("line", x1=edge, x2=edge, y1=low, y2=low + 5, class_="axis"))
            marks.append(element("text", f"{2 ** (power - 0.5):.0f}", x=edge, y=height - 3, class_="tick mid"))
    at = step * (math.log2(median) - first + 0.5)
    marks.append(element("line", x1=f"{at:.3f}%", x2=f"{at:.3f}%", y1=2, y2=low, class_="median"))
    side, shift = ("end", -5) if at > 60 else ("start", 5)
    marks.append(
        element("text", f"median {median:.0f} px", x=f"{at:.3f}%", y=11, dx=shift, text_anchor=side, class_="note")
    )
    return _svg([*marks, *values], height, "Pictures by their shorter side in pixels, on a logarithmic axis")


def hue_chart(shares: NDArray[np.float64]) -> Html:
    """Return the mean histogram of hue; each column has the colour of its hue."""
    height = 180
    low, most = height - _AXIS_PX, float(shares.max()) or 1.0
    talls = (low - 20) * shares / most
    marks = [_hue_column(k, low - tall, tall, f"{shares[k]:.1%}") for k, tall in enumerate(talls.tolist())]
    marks.append(element("line", x1="0%", x2="100%", y1=low, y2=low, class_="axis"))
    for degrees in range(0, 361, 60):
        anchor = {0: "start", 360: "end"}.get(degrees, "middle")
        at = f"{degrees / 3.6:.3f}%"
        marks.append(element("text", f"{degrees}°", x=at, y=height - 4, text_anchor=anchor, class_="tick"))
    peak = int(shares.argmax())
    anchor = "end" if peak > HUE_BINS * 0.6 else "start"
    at = f"{100 * (peak + (anchor == 'end')) / HUE_BINS:.3f}%"
    marks.append(element("text", f"{shares[peak]:.0%} of all colour", x=at, y=11, text_anchor=anchor, class_="note"))
    return _svg(marks, height, "Mean histogram of hue over all pictures")


def hue_difference(shares: NDArray[np.float64], mean: NDArray[np.float64], most: float) -> Html:
    """Return a class's difference from the mean, `most` being the largest difference of any class."""
    height = 84
    middle = height / 2
    marks = []
    for k, difference in enumerate(shares - mean):
        tall = abs(difference) / most * (middle - 2) if most else 0.0
        marks.append(
            _hue_column(k, middle - tall if difference > 0 else middle, tall, f"{100 * difference:+.1f} points")
        )
    marks.append(element("line", x1="0%", x2="100%", y1=middle, y2=middle, class_="axis"))
    return _svg(marks, height, "Difference of hue from the mean")


def _hue_column(k: int, y: float, tall: float, says: str) -> Html:
    middle = 360 * (k + 0.5) / HUE_BINS
    return element(
        "rect",
        element("title", f"{360 * k / HUE_BINS:.0f}° to {360 * (k + 1) / HUE_BINS:.0f}°: {says}"),
        x=f"{100 * k / HUE_BINS + 0.2:.3f}%",
        width=f"{100 / HUE_BINS - 0.4:.3f}%",
        y=y,
        height=max(0.0, tall),
        fill=f"hsl({middle:.0f} 62% 56%)",
    )


def _svg(marks: Sequence[Html], height: int, label: str) -> Html:
    return Html(f'<svg width="100%" height="{height}" role="img" aria-label="{escaped(label)}">{joined(marks)}</svg>')
