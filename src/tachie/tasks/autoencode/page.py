"""The experiment's page: truth and what comes back, figures by size of code, one set or two beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tachie.core.images import encode_webp, grid
from tachie.core.markup import Child, Html, data_uri, document, element, escaped, figure, joined, section
from tachie.dataset.report import curves
from tachie.dataset.report.curves import Axis, Curve, curve_chart, nice_ticks

Images = NDArray[np.uint8]
_COLUMNS = 12
_STYLE = (
    curves.STYLE
    + """
.back img { width: 100%; height: auto; display: block; image-rendering: auto; }
.sets { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 2rem; }
table { border-collapse: collapse; font: .88rem/1.4 system-ui, sans-serif; margin-top: 1rem; }
td { font-variant-numeric: tabular-nums; }
th { text-align: right; font-weight: 600; color: var(--soft); padding: .25rem .9rem .25rem 0; vertical-align: bottom; }
td { text-align: right; padding: .25rem .9rem .25rem 0; border-top: 1px solid var(--rule); }
td.soft { color: var(--soft); }
.wide { overflow-x: auto; }
"""
)


@dataclass(frozen=True, slots=True)
class Shown:
    """Pictures of a set that was kept aside [N, S, S, 3] and, by size of code, what comes back; `main` is shown."""

    name: str
    truth: Images
    back: Mapping[int, Images]
    main: int


def page(result: Mapping[str, Any], shown: Sequence[Shown], oddest: Mapping[str, Images]) -> Html:
    """Return the whole page."""
    first, second = result, result["against"]
    both = [first, second] if second else [first]
    name = first["dataset"]["name"]
    return document(
        f"{name}: an autoencoder",
        _STYLE,
        _header(result, shown),
        section("Truth and what comes back", *(_pictures(one) for one in shown)),
        section("By size of the code", *_sizes(both, shown)),
        _outliers(result, oddest) if oddest else None,
        _footer(result),
    )


def _main_row(found: Mapping[str, Any], size: int) -> Mapping[str, Any]:
    row: Mapping[str, Any] = next(row for row in found["sizes"] if row["code"] == size)
    return row


def _header(result: Mapping[str, Any], shown: Sequence[Shown]) -> Html:
    size, side, data = shown[0].main, result["side_px"], result["dataset"]
    row = _main_row(result, size)
    lead = (
        f"{side} x {side} pixels pressed through {size} numbers, a {row['smaller']:.0f}th of what they were, and drawn "
        f"again: {row['psnr_db']:.1f} dB from the truth on average, structure alike to {row['ssim']:.2f}."
    )
    plain = row["components"]
    told = [
        (f"{row['psnr_db']:.1f} dB", "PSNR of what comes back"),
        (f"{row['ssim']:.2f}", "SSIM, 1 being equal"),
        (f"{plain['psnr_db']:.1f} dB" if plain else "–", "by principal components of the same size"),
        (f"{result['mean_picture']['psnr_db']:.1f} dB", "if the mean picture were all"),
    ]
    second = result["against"]
    if second:
        other = _main_row(second, size)
        told.append((f"{other['psnr_db']:.1f} dB", f"the same on {second['dataset']['name']}"))
    note = (
        f"Judged on {data['judged']:,} pictures that were not trained on ({data['kept_by']}); trained on "
        f"{data['trained_on']:,} for {row['kimg']:.1f} thousand pictures."
    )
    return element(
        "header",
        element("p", "An autoencoder", class_="kicker"),
        element("h1", element("bdi", data["name"])),
        element("p", lead, class_="lead"),
        element("dl", [element("div", element("dt", word), element("dd", n)) for n, word in told], class_="figures"),
        element("p", note, class_="note"),
    )


def strips(shown: Shown, columns: int = _COLUMNS) -> Images:
    """Return truth above what comes back of it, `columns` pictures a row, as one picture."""
    cells: list[Images] = []
    white = np.full_like(shown.truth[0], 255)
    for at in range(0, len(shown.truth), columns):
        for part in (shown.truth, shown.back[shown.main]):
            strip = part[at : at + columns]
            cells += [*strip, *[white] * (columns - len(strip))]
    return grid(cells, columns, gap_px=2)


def _pictures(one: Shown) -> Html:
    said = f"{one.name}: truth, and below each picture what {one.main} numbers keep of it. Kept aside, not chosen."
    return figure(element("div", _image(strips(one), said), class_="back"), said)


def _image(rgb: Images, said: str) -> Html:
    return element("img", src=data_uri(encode_webp(rgb), "image/webp"), alt=escaped(said), loading="lazy")


def _sizes(both: Sequence[Mapping[str, Any]], shown: Sequence[Shown]) -> list[Child]:
    parts: list[Child] = []
    if len(both[0]["sizes"]) > 1:
        parts.append(figure(_chart(both), "Dashed: as many principal components, which take no training."))
        for one in shown:
            some = np.concatenate([one.truth[:_COLUMNS], *(one.back[size][:_COLUMNS] for size in one.back)])
            sizes = ", ".join(map(str, one.back))
            said = f"{one.name}: truth in the first row, then what codes of {sizes} numbers keep."
            parts.append(
                figure(element("div", _image(grid(some, min(_COLUMNS, len(one.truth)), 2), said), class_="back"), said)
            )
    parts.append(element("div", [_table(found) for found in both], class_="sets"))
    parts.append(
        element(
            "p",
            "PSNR is 20 log10(255 / root mean squared error), in dB; SSIM by Wang et al. 2004. The small figures are "
            "those between which nine in ten pictures lie.",
            class_="note",
        )
    )
    return parts


def _chart(both: Sequence[Mapping[str, Any]]) -> Html:
    lines = []
    for i, found in enumerate(both):
        name, rows = found["dataset"]["name"], found["sizes"]
        lines.append(Curve(name, [(row["code"], row["psnr_db"]) for row in rows], 2 * i if i else 0))
        plain = [(row["code"], row["components"]["psnr_db"]) for row in rows if row["components"]]
        if len(plain) > 1:
            lines.append(Curve(f"{name}, principal components", plain, 2 * i if i else 0, kind="dashed"))
    values = [y for line in lines for _, y in line.points]
    sizes = [row["code"] for row in both[0]["sizes"]]
    low, high = min(values) - 0.5, max(values) + 0.5
    x = Axis(sizes[0], sizes[-1], [(n, str(n)) for n in sizes], "numbers in the code", log=True)
    y = Axis(low, high, [(v, f"{v:g}") for v in nice_ticks(low, high)], "PSNR in dB")
    return curve_chart(lines, x, y, "PSNR of what comes back by the size of the code")


def _table(found: Mapping[str, Any]) -> Html:
    heads = ("numbers", "times smaller", "PSNR, dB", "SSIM", "components: PSNR", "SSIM", "thousand pictures")
    rows: list[Child] = [element("tr", [element("th", head) for head in heads])]
    mean = found["mean_picture"]
    cells = ["mean picture", "", f"{mean['psnr_db']:.1f}", f"{mean['ssim']:.3f}", "", "", ""]
    rows.append(element("tr", [element("td", cell, class_="soft") for cell in cells]))
    for row in found["sizes"]:
        plain = row["components"]
        spread = element("small", f" {row['psnr_low_db']:.1f}–{row['psnr_high_db']:.1f}")
        rows.append(
            element(
                "tr",
                element("td", str(row["code"])),
                element("td", f"{row['smaller']:,.0f}"),
                element("td", element("b", f"{row['psnr_db']:.1f}"), spread),
                element("td", f"{row['ssim']:.3f}"),
                element("td", f"{plain['psnr_db']:.1f}" if plain else "–", class_="soft"),
                element("td", f"{plain['ssim']:.3f}" if plain else "–", class_="soft"),
                element("td", f"{row['kimg']:.1f}", class_="soft"),
            )
        )
    title = f"{found['dataset']['name']}, {found['side_px']} px"
    table = element("div", element("table", rows), class_="wide", tabindex="0", role="group", aria_label=title)
    return element("div", element("h3", element("bdi", title)), table)


def _outliers(result: Mapping[str, Any], oddest: Mapping[str, Images]) -> Html:
    told = result["outliers"]
    if told:
        column = told["column"]
        said = (
            f"The label column “{column}” says of every picture how much of its own variation does not come back, in "
            f"percent: of half of them up to {told['median']:.0f}, of nineteen in twenty up to {told['high']:.0f}, of "
            f"the worst {told['most']:.0f}. In the review, “By a number” puts the largest first."
        )
    else:
        said = "Of the pictures that were judged. --setting column=outlier scores every picture, as a label."
    parts = []
    for key, note in (
        ("worst", "These come back worst: odd ones, or wrong ones."),
        ("best", "These come back best: the usual."),
    ):
        parts.append(figure(element("div", _image(grid(list(oddest[key]), _COLUMNS, 2), note), class_="back"), note))
    return section("Odd ones out", element("p", said), joined(parts))


def _footer(result: Mapping[str, Any]) -> Html:
    said = (
        f"Made by tachie {result['program_version']}, seed {result['seed']}. Encoder and decoder of each size stand "
        "beside this page as ONNX, in code-SIZE/. All figures: report.json."
    )
    return element("footer", element("p", said))
