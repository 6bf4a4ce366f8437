"""The experiment's page: how right the judge is through the training, and what is drawn of each class at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tachie.core.images import encode_webp
from tachie.core.markup import Child, Html, data_uri, document, element, escaped, figure, joined, section
from tachie.dataset.report import curves
from tachie.dataset.report.charts import percent, shown, swatch
from tachie.dataset.report.curves import Axis, Curve, curve_chart, nice_ticks

Images = NDArray[np.uint8]
GRID_COLUMNS = 10
_STYLE = (
    curves.STYLE
    + """
.classes { display: grid; grid-template-columns: max-content 1fr max-content; gap: 3px .8rem; align-items: center; }
.classes { margin-top: 1rem; }
.classes .strip img { display: block; width: 100%; height: auto; }
.classes span { font: .85rem/1.25 system-ui, sans-serif; }
.classes .count { color: var(--soft); font-variant-numeric: tabular-nums; }
.classes .head { color: var(--soft); font-size: .78rem; }
"""
)


def page(result: Mapping[str, Any], drawn: Sequence[Images]) -> Html:
    """Return the whole page; `drawn` are the drawings of each set, [classes, columns, R, R, 3]."""
    both = [result, *([result["against"]] if result["against"] else [])]
    name = result["dataset"]["name"]
    return document(
        f"{name}: conditioning",
        _STYLE,
        _header(result, both),
        section("Through the training", figure(_chart(both), _note(result))),
        *(_drawings(found, pictures) for found, pictures in zip(both, drawn, strict=True)),
        _footer(result, both),
    )


def _header(result: Mapping[str, Any], both: Sequence[Mapping[str, Any]]) -> Html:
    end = result["band"][-1]
    runs = len(result["runs"])
    told = []
    for found in both:
        last, label = found["band"][-1], _named(found)
        told.append((percent(last["mean"], 1), f"right at the end, {label}"))
        half = f"{found['half_kimg']:.1f} k" if found["half_kimg"] is not None else "not reached"
        told.append((half, f"pictures until half-way there, {label}"))
    told.append((percent(result["ceiling"]["accuracy"], 1), "right on real faces"))
    told.append((percent(result["chance"], 1), "right by chance"))
    lead = (
        f"A generator is asked for one of {len(result['classes'])} classes, and a classifier that it never met says "
        f"what it sees: after {end['kimg']:.1f} thousand pictures it is right on {percent(end['mean'], 1)} of the "
        f"drawings ({percent(end['least'], 1)} to {percent(end['most'], 1)} in {runs} training{'s' * (runs != 1)}), "
        f"and on {percent(result['ceiling']['accuracy'], 1)} of real faces that were kept aside."
    )
    return element(
        "header",
        element("p", "Conditional generation", class_="kicker"),
        element("h1", element("bdi", _named(result))),
        element("p", lead, class_="lead"),
        element("dl", [element("div", element("dt", word), element("dd", n)) for n, word in told], class_="figures"),
    )


def _named(found: Mapping[str, Any]) -> str:
    return f"{found['dataset']['name']}, {shown(found['dataset']['label'])}"


def _chart(both: Sequence[Mapping[str, Any]]) -> Html:
    lines = []
    for i, found in enumerate(both):
        rows, name = found["band"], _named(found)
        end = rows[-1]["kimg"]
        points = [(row["kimg"], row["mean"]) for row in rows]
        lines.append(Curve(name, points, i, [(row["kimg"], row["least"], row["most"]) for row in rows]))
        top, chance = found["ceiling"]["accuracy"], found["chance"]
        lines.append(Curve(f"{name}: real faces", [(0.0, top), (end, top)], i, kind="dashed"))
        lines.append(Curve(f"{name}: chance", [(0.0, chance), (end, chance)], i, kind="dotted"))
    end = max(found["band"][-1]["kimg"] for found in both)
    x = Axis(0.0, end, [(v, f"{v:g}") for v in nice_ticks(0.0, end, 8)], "thousand pictures seen")
    y = Axis(0.0, 1.0, [(k / 5, f"{20 * k} %") for k in range(6)], "drawings that the judge takes for what was asked")
    return curve_chart(lines, x, y, "Accuracy of the judge on drawings through the training", 320)


def _note(result: Mapping[str, Any]) -> str:
    runs, each = len(result["runs"]), result["settings"]["each"]
    return (
        f"Mean of {runs} training{'s' * (runs != 1)} with seeds of their own; the band is from the least to the most. "
        f"{each} drawings of each class at each look, of the same latents always, by the running average of "
        "the weights. Classes count alike."
    )


def _drawings(found: Mapping[str, Any], pictures: Images) -> Html:
    last = found["runs"][0]["curve"][-1]["classes"]
    cells: list[Child] = [
        element("span"),
        element("span", "drawings of one training; a column is one latent", class_="head"),
        element("span", "right: drawn, real", class_="head"),
    ]
    for name, row in zip(found["classes"], pictures, strict=True):
        strip = np.concatenate(list(row), axis=1)
        said = f"{name}: {len(row)} drawings"
        image = element("img", src=data_uri(encode_webp(strip, 92), "image/webp"), alt=escaped(said), loading="lazy")
        real = found["ceiling"]["classes"].get(name)
        right = f"{percent(last[name], 1)}, {percent(real, 1) if real is not None else '–'}"
        cells += [
            element("span", swatch(name), element("bdi", shown(name))),
            element("span", image, class_="strip"),
            element("span", right, class_="count"),
        ]
    return section(_named(found), element("div", cells, class_="classes"))


def _footer(result: Mapping[str, Any], both: Sequence[Mapping[str, Any]]) -> Html:
    judges = []
    for found in both:
        judge, data = found["judge"], found["dataset"]
        kind = "trained here on the same part as the generator" if judge["own"] else "brought along"
        judges.append(
            f"Judge of {data['name']}: {judge['model']} {judge['network']}, {kind}; its own accuracy is of "
            f"{data['kept']:,} faces kept aside. The generator learned from {data['trained_on']:,}. "
        )
    said = (
        f"{result['model']} at {result['side_px']} px, {result['kimg']:.1f} thousand pictures a training. "
        f"Made by tachie {result['program_version']}. All figures: report.json."
    )
    return element("footer", element("p", joined(*judges), said))
