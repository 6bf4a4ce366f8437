"""The comparison as a table in Markdown and as a page with each model's grids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from tachie.core.images import encode_png, grid
from tachie.core.markup import Child, Html, document, element, figure, section
from tachie.draw import Generator
from tachie.tasks.evaluate.grids import interpolation_grid
from tachie.tasks.evaluate.page import images, number, table

SHOWN, COLUMNS = 60, 12
SHEET, SHEET_COLUMNS = 48, 8

_HEADS = (
    ("", "model"),
    ("", "G, D: million parameters"),
    ("", "ONNX MB"),
    ("", "CPU ms a drawing"),
    ("", "images a second"),
    ("equal time", "thousand images"),
    ("equal time", "distance"),
    ("equal time", "recall"),
    ("equal time", "precision"),
    ("equal images", "distance"),
    ("equal images", "recall"),
    ("equal images", "precision"),
)


def sheet(generator: Generator, seed: int) -> bytes:
    """Return 48 drawings, not chosen, as one PNG of eight columns."""
    return encode_png(grid(generator.draw(range(seed, seed + SHEET)), SHEET_COLUMNS))


def cells(result: Mapping[str, Any]) -> list[list[str]]:
    """Return the table's rows as text, the best distance at equal time first, models that were stopped last."""
    rows: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in result["rows"]:
        rows.setdefault(row["model"], {})[row["at"]] = row
    order = sorted(rows, key=lambda model: _distance(rows[model].get("time", {})))
    return [_line(model, rows[model]) for model in order]


def _distance(row: Mapping[str, Any]) -> float:
    return float(row["figures"]["frechet"]["value"]) if "figures" in row else float("inf")


def _line(model: str, runs: Mapping[str, Mapping[str, Any]]) -> list[str]:
    row = runs["time"]
    if "stopped" in row:
        return [model, *["–"] * 4, "stopped", *["–"] * 6]
    first = [
        model,
        f"{row['params_g'] / 1e6:.2f}, {row['params_d'] / 1e6:.2f}",
        f"{row['onnx_mb']:.1f}",
        f"{row['ms_a_drawing']:.1f}",
        f"{row['images_per_s']:.0f}" if row["images_per_s"] >= 10 else f"{row['images_per_s']:.1f}",
        f"{row['kimg']:.1f}",
    ]
    return [*first, *_figures(row), *_figures(runs.get("images", {}))]


def _figures(row: Mapping[str, Any]) -> list[str]:
    if "figures" not in row:
        return ["–", "–", "–"]
    found = row["figures"]
    return [f"{number(found['frechet']['value'])}", *(f"{found[key]['value']:.2f}" for key in ("recall", "precision"))]


def said(result: Mapping[str, Any]) -> list[str]:
    """Return in sentences what was compared, and by which figures."""
    recipe, data = result["recipe"], result["dataset"]
    row = next((row for row in result["rows"] if "figures" in row), None)
    clock = "of computing" if recipe["clock"] == "cpu" else "by the clock"
    threads = f" on {recipe['threads']} thread{'s' * (recipe['threads'] != 1)}" if recipe["threads"] else ""
    lines = [
        f"Each model was trained for {recipe['minutes']:g} minutes {clock}{threads}, on the same "
        f"{data['trained_on']:,} faces of {data['name']} at {recipe['resolution']} px, and once more on as many "
        f"pictures as the slowest one had seen in that time: {result['equal_kimg']:.1f} thousand. This is a budget on "
        "a CPU, not a ranking of papers: their authors trained for days on accelerators.",
    ]
    if row is not None:
        f = row["figures"]
        lines.append(
            f"{f['frechet']['n']:,} drawings of the last weights against as many faces that were kept out of training, "
            f"in features of {row['features']}, which is not FID. Two sets of real faces: distance "
            f"{number(f['frechet']['floor'])}, recall {f['recall']['floor']:.2f}, precision "
            f"{f['precision']['floor']:.2f}. Drawing is timed one at a time, in CPU milliseconds."
        )
    return lines


def as_markdown(result: Mapping[str, Any]) -> str:
    """Return what was compared and the table."""
    heads = [f"{group}: {name}" if group else name for group, name in _HEADS]
    lines = ["| " + " | ".join(heads) + " |", "|---" + "|---:" * (len(heads) - 1) + "|"]
    lines += ["| " + " | ".join(line) + " |" for line in cells(result)]
    return "\n\n".join(said(result)) + "\n\n" + "\n".join(lines) + "\n"


def page(result: Mapping[str, Any], drawn: Mapping[tuple[str, str], Generator]) -> Html:
    """Return the page: the table, then each model's drawings, of the same seeds."""
    style = "".join(
        files(f"tachie.tasks.{n}").joinpath("style.css").read_text("utf-8") for n in ("evaluate", "compare")
    )
    seed = result["recipe"]["seed"]
    models = [line[0] for line in cells(result)]
    first, *rest = said(result)
    return document(
        "Generators compared",
        style,
        element(
            "header",
            element("p", "Models, one budget", class_="kicker"),
            element("h1", "Generators compared"),
            element("p", first, class_="lead"),
        ),
        section("The table", _table(result), *(element("p", line, class_="note") for line in rest)),
        *(_model(model, result["rows"], drawn, seed) for model in models),
        element("footer", element("p", f"Made by tachie {result['program_version']}. All figures: comparison.json.")),
    )


def _table(result: Mapping[str, Any]) -> Html:
    groups = [
        element("th", name, colspan=span, class_="group" if name else None)
        for name, span in (("", 5), ("equal time", 4), ("equal images", 3))
    ]
    rows = [element("tr", [element("td", text) for text in line]) for line in cells(result)]
    heads = element("tr", [element("th", name) for _, name in _HEADS])
    body = element("table", element("tr", groups), heads, rows)
    return element("div", body, class_="wide", tabindex="0", role="group", aria_label="The table")


def _model(
    model: str, rows: Sequence[Mapping[str, Any]], drawn: Mapping[tuple[str, str], Generator], seed: int
) -> Html:
    parts: list[Child] = []
    for row in rows:
        if row["model"] != model:
            continue
        generator = drawn.get((model, row["at"]))
        if generator is None:
            parts.append(element("p", f"Equal {row['at']}: {row.get('stopped', 'nothing was drawn')}."))
            continue
        drawings = element("div", images(generator.draw(range(seed, seed + SHOWN))), class_="sheet random")
        note = f"Equal {row['at']}: after {row['kimg']:.1f} thousand images. Seeds {seed} to {seed + SHOWN - 1}."
        parts.append(figure(drawings, note))
        if row["at"] == "time":
            parts.append(figure(table(interpolation_grid(generator, seed, 1.0)), "From one face to another."))
    return section(model, *parts)
