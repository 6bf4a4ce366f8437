"""The evaluation's page: one file that requests nothing, with every figure beside the real faces' own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tachie.core.images import encode_webp
from tachie.core.markup import Child, Html, data_uri, document, element, figure, joined, section
from tachie.dataset.report.charts import bar, percent, shown, swatch
from tachie.tasks.evaluate.grids import Grid, Pictures

_BINS = 48
_FIGURES = (
    ("frechet", "Fréchet distance", "of the two clouds of pictures, as if they were Gaussian; lower is better"),
    ("kernel", "Kernel distance × 1000", "squared MMD, cubic kernel: no bias by n; lower is better"),
    ("precision", "Precision", "drawings that lie as near a real face as real faces do to each other"),
    ("recall", "Recall", "real faces that have a drawing as near: how much of the variety is drawn"),
    ("diversity", "Diversity", "how far drawings lie apart, real faces being 1"),
)
_STANDARD = (
    ("fid", "FID", "Fréchet distance in Inception's features; lower is better"),
    ("kid", "KID × 1000", "kernel distance in Inception's features; lower is better"),
)


@dataclass(frozen=True, slots=True)
class Pages:
    """The pictures and distances that the page shows beside the figures."""

    random: Pictures
    attributes: Sequence[Grid]
    noise: Grid | None
    interpolation: Grid
    truncation: Grid
    neighbours: Sequence[Grid]
    drawn_distances: NDArray[np.float64]
    real_distances: NDArray[np.float64]


def page(result: Mapping[str, Any], pictures: Pages) -> Html:
    """Return the whole page of an evaluation's JSON and its pictures."""
    style = files("tachie.tasks.evaluate").joinpath("style.css").read_text("utf-8")
    name = result["generator"]["name"]
    return document(
        f"{name}: an evaluation",
        style,
        _header(name, result, pictures),
        _measured(result),
        _inception(result),
        _memorised(result, pictures),
        _attributes(result, pictures),
        section(
            "From one face to another",
            element("p", "Nine steps in a straight line between two faces. Where it is smooth, the space is."),
            table(pictures.interpolation),
        ),
        section(
            "Truncation",
            element(
                "p",
                "The same seeds, pulled towards their labels' mean face: 0 is that, 1 as trained. Less is safer.",
            ),
            table(pictures.truncation),
        ),
        _footer(result),
    )


def _header(name: str, result: Mapping[str, Any], pictures: Pages) -> Html:
    about, measured = result["generator"], result["figures"]
    frechet, recall, copies = measured["frechet"], measured["recall"], result["memorisation"]
    times = frechet["value"] / max(frechet["floor"], 1e-12)
    figures = [
        (f"{times:.1f} ×", "the real faces' distance"),
        (f"{recall['value']:.2f}", f"recall; real {recall['floor']:.2f}"),
        (f"{measured['precision']['value']:.2f}", f"precision; real {measured['precision']['floor']:.2f}"),
        (percent(copies["copies"], 1), f"nearly copies; real {percent(copies['floor_copies'], 1)}"),
    ]
    labels = (result["attributes"] or {}).get("labels", {})
    if labels:
        share = sum(label["share"] for label in labels.values()) / len(labels)
        figures.append((percent(share, 1), "labels drawn as asked"))
    kind = "kept out of training" if result["dataset"]["kept_aside"] else "of the dataset"
    lead = (
        f"{frechet['n']:,} drawings beside {frechet['n']:,} real faces {kind}. They lie {times:.1f} times as far "
        f"from them as other real faces do, and {percent(recall['value'], 1)} of the real faces have a drawing near "
        f"them (other real faces: {percent(recall['floor'], 1)})."
    )
    count = len(pictures.random)
    first, truncation = result["drawings"]["first_seed"], result["drawings"]["truncation"]
    note = (
        f"{count} drawings, seeds {first} to {first + count - 1}, not chosen, at truncation {truncation:g}. "
        f"{about['model'] or 'A model'} at {about['resolution']} px"
        + (f", {about['kimg']:,.0f} thousand images." if about.get("kimg") else ".")
    )
    return element(
        "header",
        element("p", "A generator, judged", class_="kicker"),
        element("h1", element("bdi", name)),
        element("p", lead, class_="lead"),
        element("dl", [element("div", element("dt", word), element("dd", n)) for n, word in figures], class_="figures"),
        figure(element("div", images(pictures.random), class_="sheet random"), note),
    )


def _measured(result: Mapping[str, Any]) -> Html:
    said = element(
        "p",
        "Each figure stands beside the same figure of two sets of real faces of the same size: nothing can be expected "
        "to be better than that. Lines are intervals at 95 %.",
    )
    named = element("p", "In features of ", element("bdi", result["features"]["name"], class_="named"), class_="note")
    notes = (
        element("ul", [element("li", note) for note in result["notes"]], class_="notes") if result["notes"] else None
    )
    return section("Figures", said, measures(result["figures"], _FIGURES), named, notes)


def _inception(result: Mapping[str, Any]) -> Html | None:
    found = result["inception"]
    if found is None:
        return None
    named = element(
        "p",
        "Weights ",
        element("bdi", found["weights"], class_="named"),
        f"; resized {found['resize']}.",
        class_="note",
    )
    return section("FID and KID", measures(found, _STANDARD), named)


def measures(figures: Mapping[str, Mapping[str, Any]], said: Sequence[tuple[str, str, str]]) -> Html:
    """Return rows of figures: what each is, drawn to scale beside the real faces' own, in numbers."""
    head = element("li", *(element("span", word) for word in ("", "", "drawings", "real faces")), class_="head")
    rows = [head]
    for key, name, explained in said:
        times = 1000 if "× 1000" in name else 1
        f = {k: v * times for k, v in figures[key].items() if isinstance(v, float)}
        top = 1.0 if key in ("precision", "recall") else 1.06 * max(f["high"], f["floor_high"], 1e-12)
        value = element(
            "span", element("b", number(f["value"])), element("small", f"{number(f['low'])} to {number(f['high'])}")
        )
        floor = element(
            "span",
            number(f["floor"]),
            element("small", f"{number(f['floor_low'])} to {number(f['floor_high'])}"),
        )
        told = element(
            "span", element("b", name), element("small", f"{explained}; n = {figures[key]['n']:,}"), class_="name"
        )
        rows.append(element("li", told, _scale(f, top), value, floor))
    return element("ul", rows, class_="measures")


def _scale(f: Mapping[str, float], top: float) -> Html:
    def at(value: float) -> str:
        return f"{100 * min(1.0, max(0.0, value / top)):.2f}%"

    def wide(low: float, high: float) -> str:
        return f"{max(0.3, 100 * (min(high, top) - max(low, 0.0)) / top):.2f}%"

    return element(
        "svg",
        element("line", x1="0%", x2="100%", y1=15, y2=15, class_="track"),
        element(
            "rect", x=at(f["floor_low"]), width=wide(f["floor_low"], f["floor_high"]), y=6, height=18, class_="band"
        ),
        element("line", x1=at(f["floor"]), x2=at(f["floor"]), y1=4, y2=26, class_="mark"),
        element("line", x1=at(f["low"]), x2=at(f["high"]), y1=15, y2=15, class_="reach"),
        element("circle", element("title", "drawings"), cx=at(f["value"]), cy=15, r=5, class_="drawn"),
        width="100%",
        height=30,
        role="img",
        aria_label=f"drawings {number(f['value'])}, real faces {number(f['floor'])}",
    )


def _memorised(result: Mapping[str, Any], pictures: Pages) -> Html:
    found = result["memorisation"]
    first, closest = pictures.neighbours
    return section(
        "Drawn from memory?",
        element(
            "p",
            f"{percent(found['copies'], 1)} of the drawings ({percent(found['copies_low'], 1)} to "
            f"{percent(found['copies_high'], 1)}) lie nearer to a face that was trained on than 99 % of the new real "
            f"faces do; of real faces themselves {percent(found['floor_copies'], 1)} would. A drawing is nearer than a "
            f"new real face {percent(found['nearer_than_real'], 1)} of the time: half would be as new as real faces "
            "are, and soft, typical drawings lie nearer than that without being copies. The pictures below tell.",
        ),
        figure(
            _histogram(pictures.drawn_distances, pictures.real_distances),
            joined(
                "Distance to the nearest training face, ",
                element("i", class_="key p0"),
                f"of {found['n']:,} drawings and ",
                element("i", class_="key p2"),
                f"of {found['n_real']:,} real faces. The line: 1 % of the real faces lie left of it.",
            ),
        ),
        element("h3", "The drawings that lie nearest"),
        figure(_pairs(closest), "A drawing, its three nearest training faces, and the distance to the first."),
        element("h3", "The first dozen, not chosen"),
        figure(_pairs(first), "The faces are pictures of the dataset: mind their rights before you pass this page on."),
    )


def _pairs(grid: Grid) -> Html:
    rows = [element("div", images(row), element("span", d)) for row, d in zip(grid.pictures, grid.rows, strict=True)]
    return element("div", rows, class_="pairs")


def _histogram(drawn: NDArray[np.float64], real: NDArray[np.float64]) -> Html:
    top = float(np.quantile(np.concatenate([drawn, real]), 0.995)) or 1.0
    edges = np.linspace(0, top, _BINS + 1)
    height, low = 150, 128
    shares = [np.histogram(d.clip(0, top), edges)[0] / len(d) for d in (real, drawn)]
    most = max(float(s.max()) for s in shares) or 1.0
    marks = []
    for class_, share in zip(("real over", "drawn over"), shares, strict=True):
        for k, part in enumerate(share.tolist()):
            if part:
                tall = (low - 10) * part / most
                title = element("title", f"{edges[k]:.2f} to {edges[k + 1]:.2f}: {part:.1%}")
                x, wide = f"{100 * k / _BINS:.3f}%", f"{100 / _BINS - 0.15:.3f}%"
                marks.append(element("rect", title, x=x, width=wide, y=low - tall, height=tall, class_=class_))
    edge = f"{100 * float(np.quantile(real, 0.01, method='lower')) / top:.2f}%"
    marks.append(element("line", x1=edge, x2=edge, y1=2, y2=low, class_="median"))
    marks.append(element("line", x1="0%", x2="100%", y1=low, y2=low, class_="axis"))
    for part in (0.0, 0.25, 0.5, 0.75, 1.0):
        anchor = {0.0: "start", 1.0: "end"}.get(part, "middle")
        at = f"{100 * part:g}%"
        marks.append(element("text", number(part * top), x=at, y=height - 4, text_anchor=anchor, class_="tick"))
    label = "Histogram of distances to the nearest training face"
    return element("svg", marks, width="100%", height=height, role="img", aria_label=label)


def _attributes(result: Mapping[str, Any], pictures: Pages) -> Html | None:
    if pictures.noise is None:
        return None
    judged = result["attributes"] or {"labels": {}, "not_judged": [], "judge": ""}
    parts: list[Child] = []
    if judged["labels"]:
        parts.append(
            element(
                "p",
                "For each value, drawings were made from the same seeds and shown to a judge that was not told what "
                "was asked for. The bar is the share in which it saw that value. Judge: ",
                element("bdi", judged["judge"], class_="named"),
                ".",
            )
        )
    grids = {grid.name: grid for grid in pictures.attributes}
    for name, grid in grids.items():
        parts.append(element("h3", shown(name).capitalize()))
        if name in judged["labels"]:
            parts.append(_judged(judged["labels"][name]))
        parts.append(figure(table(grid), "Fixed noise, varied attributes: a row is a seed, whose other labels stay."))
    for name, label in judged["labels"].items():
        if name not in grids:
            parts += [element("h3", shown(name).capitalize()), _judged(label)]
    if judged["not_judged"] and judged["labels"]:
        listed = ", ".join(map(shown, judged["not_judged"]))
        parts.append(element("p", f"Not judged, since the judge does not know them: {listed}.", class_="note"))
    parts.append(element("h3", "Fixed attributes, varied noise"))
    parts.append(figure(table(pictures.noise), "Each row has one set of labels, each column a seed."))
    return section("What labels do", *parts)


def _judged(label: Mapping[str, Any]) -> Html:
    floor = (
        f" On {label['floor_n']:,} real faces the judge agrees with what is said of them in "
        f"{percent(label['floor'], 1)}."
        if label["floor"] is not None
        else ""
    )
    rows = [
        element(
            "li",
            element("span", swatch(value), element("bdi", shown(value)), class_="name"),
            bar(found["right"], found["n"]),
            element(
                "span",
                percent(found["right"], found["n"]),
                element("small", f" {percent(found['low'], 1)} to {percent(found['high'], 1)}"),
                class_="count",
            ),
        )
        for value, found in label["values"].items()
    ]
    said = f"As asked: {percent(label['share'], 1)} of {label['n']:,}.{floor}"
    return joined(element("p", said), element("ul", rows, class_="bars"))


def table(grid: Grid, px: int = 64) -> Html:
    """Return a grid of pictures with its column and row names; one that is too wide scrolls by itself."""
    columns = grid.pictures.shape[1]
    captioned = bool(grid.rows) and not grid.columns  # long names stand above their rows
    cells: list[Child] = []
    if grid.columns:
        cells += [element("span"), *(element("span", shown(name), class_="column") for name in grid.columns)]
    for i, row in enumerate(grid.pictures):
        if captioned or grid.columns:
            cells.append(element("span", shown(grid.rows[i]) if grid.rows else "", class_="row"))
        cells.append(images(row))
    named = "auto " if grid.columns else ""
    side = f"--px:{px}px;--px-phone:{max(40, px * 3 // 4)}px"
    return element(
        "div",
        cells,
        class_="pictures captioned" if captioned else "pictures",
        style=f"grid-template-columns:{named}repeat({columns},auto);{side}",
        tabindex="0",
        role="group",
        aria_label=shown(grid.name),
    )


def images(pictures: Pictures) -> Html:
    """Return pictures [N, S, S, 3] one after the other."""
    return joined(element("img", src=data_uri(encode_webp(p), "image/webp"), alt="", loading="lazy") for p in pictures)


def number(value: float) -> str:
    """Return a number with three digits."""
    return f"{value:#.3g}" if abs(value) < 99.5 else f"{value:,.0f}"


def _footer(result: Mapping[str, Any]) -> Html:
    about, data = result["generator"], result["dataset"]
    said = (
        f"Made by tachie {result['program_version']} from ",
        element("bdi", data["name"]),
        f": {data['pictures']:,} pictures, {data['kept_aside']:,} of them kept aside. Generator ",
        element("bdi", about["sha256"][:12], class_="named"),
        ". Drawings are chosen by seed, never by hand. All figures: evaluation.json beside this page.",
    )
    return element("footer", element("p", said))
