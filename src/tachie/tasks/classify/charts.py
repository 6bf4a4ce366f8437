"""The classifier's charts: who is taken for whom, sureness beside being right, curves, shares with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tachie.core.markup import Html, element, joined
from tachie.dataset.report.charts import shown, swatch

_NUMBERED = 20  # classes above which cells hold no numbers


def confusion_table(table: Sequence[Sequence[int]], classes: Sequence[str]) -> Html:
    """Return counts [K, K] as a picture: a row is what faces are, a column what they were taken for.

    A cell's strength is its share of the row; what is right has another colour than what is wrong.
    """
    cells = [element("span", "is ↓  taken for →", class_="corner")]
    cells += [element("span", element("bdi", shown(name)), class_="column") for name in classes]
    for i, (name, row) in enumerate(zip(classes, table, strict=True)):
        whole = sum(row)
        cells.append(element("span", swatch(name), element("bdi", shown(name)), class_="row"))
        for j, count in enumerate(row):
            share = count / whole if whole else 0.0
            kind = "right" if i == j else "wrong"
            strength = f"--s:{100 * (share if i == j else share**0.6):.1f}%"  # a few of many are to be seen, too
            title = f"{count:,} of {whole:,} {name}, taken for {classes[j]}"
            text = f"{count:,}" if count and len(classes) <= _NUMBERED else ""
            strong = " strong" if share > 0.55 else ""
            cells.append(element("span", text, class_=f"cell {kind}{strong}", style=strength, title=title))
    columns = f"grid-template-columns:max-content repeat({len(classes)}, minmax(1.1rem, 1fr))"
    label = "Confusion matrix"
    return element("div", cells, class_="confusion", style=columns, role="img", aria_label=label, tabindex="0")


def reliability(bins: Sequence[Mapping[str, float]]) -> Html:
    """Return accuracy over confidence: a dot a bin, as large as it holds faces; on the line, both agree."""
    height, low, top = 260, 234, 8
    most = max((b["n"] for b in bins), default=1)

    def y(share: float) -> float:
        return low - (low - top) * share

    marks = [element("line", x1="0%", x2="100%", y1=low, y2=top, class_="even")]
    for part in (0.0, 0.25, 0.5, 0.75, 1.0):
        anchor = {0.0: "start", 1.0: "end"}.get(part, "middle")
        marks.append(element("line", x1="0%", x2="100%", y1=y(part), y2=y(part), class_="track"))
        said = f"{100 * part:.0f} %"
        marks.append(element("text", said, x=f"{100 * part:g}%", y=height - 6, text_anchor=anchor, class_="tick"))
        if part:
            marks.append(element("text", said, x="0%", y=y(part) + 13, class_="tick"))
    for b in bins:
        at = f"{100 * b['confidence']:.2f}%"
        title = element("title", f"{b['n']:,} faces: {b['confidence']:.1%} sure, {b['accuracy']:.1%} right")
        marks.append(element("line", x1=at, x2=at, y1=y(b["confidence"]), y2=y(b["accuracy"]), class_="gap"))
        radius = 2.5 + 6.5 * (b["n"] / most) ** 0.5
        marks.append(element("circle", title, cx=at, cy=y(b["accuracy"]), r=radius, class_="dotted"))
    label = "Share of right answers over confidence"
    return element("svg", marks, width="100%", height=height, role="img", aria_label=label)


def curves(rows: Sequence[Mapping[str, float]], lines: Mapping[str, tuple[str, str]], percent: bool) -> Html:
    """Return one chart over faces seen: `lines` is key of a row -> (name, class of its colour)."""
    every = [row[key] for row in rows for key in lines]
    if not every:
        return Html("")
    least, most = min(every), max(every)
    last = max(row["faces"] for row in rows)
    span, height = (most - least) or 1.0, 170
    paths = []
    for key, (name, colour) in lines.items():
        points = " ".join(f"{100 * row['faces'] / last:.2f},{94 - 88 * (row[key] - least) / span:.2f}" for row in rows)
        drawn = {"points": points, "fill": "none", "class_": f"curve {colour}", "vector_effect": "non-scaling-stroke"}
        paths.append(element("polyline", element("title", name), **drawn))
    inner = element("svg", paths, view_box="0 0 100 100", preserveAspectRatio="none", width="100%", height=height - 24)

    def text(value: float) -> str:
        return f"{100 * value:.1f} %" if percent else f"{value:.2f}"

    marks = [
        inner,
        element("text", text(most), x="0%", y=8, class_="tick"),
        element("text", text(least), x="0%", y=height - 28, class_="tick"),
        element("text", "0", x="0%", y=height - 6, class_="tick"),
        element("text", f"{last:,.0f} faces seen", x="100%", y=height - 6, text_anchor="end", class_="tick"),
    ]
    names = [element("span", element("i", class_=f"key {colour}"), name) for name, colour in lines.values()]
    chart = element("svg", marks, width="100%", height=height, role="img", aria_label=", ".join(lines))
    return joined(chart, element("p", names, class_="legend"))


def share_scale(share: Mapping[str, Any], least: float = 0.0, mark: float | None = None) -> Html:
    """Return a share with its interval on a scale from `least` to 1; `mark` is another share to compare it with."""
    if share["value"] is None:
        return element("span")

    def at(value: float) -> str:
        return f"{100 * max(0.0, min(1.0, (value - least) / (1 - least))):.2f}%"

    wide = f"{max(0.4, 100 * (share['high'] - max(share['low'], least)) / (1 - least)):.2f}%"
    parts = [
        element("line", x1="0%", x2="100%", y1=10, y2=10, class_="track"),
        element("rect", x=at(share["low"]), width=wide, y=4, height=12, class_="band"),
        element("circle", cx=at(share["value"]), cy=10, r=4.5, class_="drawn"),
    ]
    if mark is not None:
        parts.insert(1, element("line", x1=at(mark), x2=at(mark), y1=2, y2=18, class_="mark"))
    return element("svg", parts, width="100%", height=20, role="img", aria_label=f"{share['value']:.3f}")


def percents(share: Mapping[str, Any]) -> Html:
    """Return a share and its interval in words."""
    if share["value"] is None:
        return element("span", "-", class_="count")
    between = element("small", f" {100 * share['low']:.0f} to {100 * share['high']:.0f}")
    return element("span", f"{100 * share['value']:.1f} %", between, class_="count")
