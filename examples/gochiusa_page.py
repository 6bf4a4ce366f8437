"""The page of `gochiusa.py`: what the paper found, what was found here, and the pictures to judge by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from gochiusa_sheets import Cast, cast_sheet, frames_sheet, look, write_sheet

from tachie.core.files import write_atomically
from tachie.core.images import decode, grid
from tachie.core.markup import Child, Html, data_uri, document, element, figure, section
from tachie.dataset.reader import Dataset
from tachie.dataset.report import curves
from tachie.dataset.report.charts import bars, hue_difference, percent, resolution_chart
from tachie.dataset.stats import describe

# Of section 3.1; which split the frames had is not said.
PAPER = {"hue-histogram": "70 % of validation, 44 % of drawings", "cnn": "95 % of training, 88 % of drawings"}
NAMES = {"hue-histogram": "hue alone", "cnn": "network"}
AGAINST = "against drawn"  # a classifier's name for the set of --against
STYLE = """
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1.4rem; }
.shot { width: 100%; height: auto; display: block; border-radius: 3px; }
.confusion { font-size: .68rem; width: 100%; table-layout: fixed; }
.confusion th, .confusion td { padding: .2rem .1rem; min-width: 0; text-align: center; border: 1px solid var(--rule); }
.confusion td:first-child { font-weight: 400; padding-left: .1rem; text-align: center; }
.confusion tr th:first-child { width: 3.6rem; text-align: left; overflow: hidden; }
.commands { width: 100%; }
.commands td:first-child { font: 400 .78rem/1.4 ui-monospace, Menlo, Consolas, monospace; white-space: normal; }
.wide td { white-space: normal; }
@media (max-width: 40rem) { .pair { grid-template-columns: 1fr; } }
"""


def findings(done: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Return for each network how many of the faces it names rightly: of other frames, of other episodes, of drawings.

    Other frames are those of a random split, other episodes those of a split that keeps episodes whole.
    """
    found = {}
    for model in ("hue-histogram", "cnn"):
        random, grouped = (_judged(f"{model}-{split}") for split in ("random", "grouped"))
        found[model] = {
            "parameters": done[f"{model}-grouped"]["result"]["parameters"],
            "other frames": random["validation"]["accuracy"]["value"],
            "other episodes": grouped["validation"]["accuracy"]["value"],
            "drawings": grouped[AGAINST]["accuracy"]["value"],
        }
    return found


def _judged(run: str) -> dict[str, Any]:
    """Return what a classifier's run says of each set of faces."""
    return dict(json.loads(Path("runs", run, "report.json").read_text("utf-8"))["sets"])


def write_page(done: Mapping[str, Mapping[str, Any]]) -> Path:
    """Write index.html and pictures/ into the present folder, of the steps' results; return the page."""
    faces, drawn = Dataset.open("faces"), Dataset.open("drawn")
    frames = look(faces)
    drawings = look(drawn, tuple(frames.counts))
    found = findings(done)
    write_atomically(Path("findings.json"), json.dumps(found, indent=1) + "\n")
    parts = (
        _header(done, frames, drawings, found),
        _frames(done, describe(faces)),
        _faces(frames, drawings),
        _who(found, frames),
        _pressed(),
        _asked_for(),
        _commands(done),
    )
    style = "".join(
        files(f"tachie.{name}").joinpath("style.css").read_text("utf-8")
        for name in ("dataset.report", "tasks.evaluate", "tasks.compare")
    )
    page = Path("index.html")
    write_atomically(page, document("Faces of a drawn show", style + curves.STYLE + STYLE, *parts))
    return page


def _header(
    done: Mapping[str, Mapping[str, Any]], frames: Cast, drawings: Cast, found: Mapping[str, Mapping[str, float]]
) -> Html:
    total, cpu_s = sum(frames.counts.values()), sum(step["cpu_s"] for step in done.values())
    figures = [
        (f"{done['frames']['result']['frames']:,}", "frames"),
        (f"{total:,}", "faces with a name"),
        (f"{sum(drawings.counts.values()):,}", "faces in drawings"),
        (f"{cpu_s / 60:.1f}", "minutes of CPU"),
    ]
    return element(
        "header",
        element("p", "GochiUsa_Faces (Rignak, 2020), repeated on a drawn show", class_="kicker"),
        element("h1", "Nine characters, frame by frame"),
        element("p", _lead(found), class_="lead"),
        element("dl", [element("div", element("dt", word), element("dd", n)) for n, word in figures], class_="figures"),
    )


def _picture(name: str, rgb: Any, note: Child) -> Html:
    return figure(element("img", src=data_uri(write_sheet(name, rgb), "image/webp"), alt=name, class_="shot"), note)


def _frames(done: Mapping[str, Mapping[str, Any]], info: Mapping[str, Any]) -> Html:
    found = done["frames"]["result"]
    kinds, size = found["by_type"], info["resolution_px"]
    keys = percent(kinds.get("k", 0), found["frames"])
    said = (
        f"{found['videos']} episodes gave {kinds.get('k', 0):,} key frames ({keys}; in the paper 15 %) and "
        f"{kinds.get('p', 0):,} P-frames, one a second. {found['repeated_frames']:,} of them lie in sequences that "
        f"come more than once: opening, ending, previews."
    )
    chart = resolution_chart(size["bins"], size["median"])
    note = (
        "Faces by the shorter side in px, in the bins of the paper's figure 1; its median is 356 px, of frames of 1080."
    )
    return section(
        "The frames",
        element("p", said),
        _picture("frames", frames_sheet(Path("frames/files")), "Frames, not chosen."),
        figure(chart, note),
    )


def _faces(frames: Cast, drawings: Cast) -> Html:
    total = sum(frames.counts.values())
    said = (
        f"The detector found {total:,} faces of the cast and {frames.others} things that are none, which the truth of "
        f"the episodes left without a name, as the paper's author took them out by hand. Shares follow the paper's."
    )
    panels = [
        element("div", element("h4", head), bars(cast.counts, whole=sum(cast.counts.values())))
        for head, cast in (("From frames", frames), ("From drawings", drawings))
    ]
    return section(
        "The faces",
        element("p", said),
        _picture("faces", cast_sheet(frames, drawings), "Each character in the show, and as other hands draw her."),
        figure(element("div", panels, class_="pair"), "Faces of each character."),
    )


def _lead(found: Mapping[str, Mapping[str, float]]) -> str:
    hue, network = found["hue-histogram"], found["cnn"]
    return (
        f"Hue alone names {_share(hue['other episodes'])} of the faces in episodes that it has not seen and "
        f"{_share(hue['drawings'])} of those that other hands drew; a network names "
        f"{_share(network['other episodes'])} and {_share(network['drawings'])}. A random split of the frames would "
        f"have promised {_share(hue['other frames'])} and {_share(network['other frames'])}."
    )


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"


def _who(found: Mapping[str, Mapping[str, float]], frames: Cast) -> Html:
    said = (
        "One layer that sees 32 bins of hue and nothing else, and a network that sees the face, each trained twice: "
        "with a random fifth of the faces kept aside, whose neighbours in time were trained on, and with whole "
        "episodes kept aside. The drawings were never trained on."
    )
    heads = (
        "",
        "parameters",
        "other frames (a random split)",
        "other episodes",
        "drawings",
        "the paper",
    )
    rows = [
        element("tr", (element("td", text) for text in (
            name, f"{found[model]['parameters']:,}",
            *(_share(found[model][of]) for of in ("other frames", "other episodes", "drawings")),
            PAPER[model])))
        for model, name in NAMES.items()
    ]  # fmt: skip
    table = element("div", element("table", element("tr", (element("th", h) for h in heads)), rows), class_="wide")
    matrices = [
        element("div", element("h4", f"{name}: {what}"), _confusion(f"{model}-grouped", of))
        for model, name in NAMES.items()
        for of, what in (("validation", "other episodes"), (AGAINST, "drawings"))
    ]
    note = "Rows are who it is, columns whom she was taken for, in percent of the row: the paper's figure 5."
    return section(
        "Who is it?",
        element("p", said),
        table,
        figure(element("div", matrices, class_="pair"), note),
        element("h3", "What hue tells"),
        _hues(frames),
    )


def _pressed() -> Html:
    rows, sheets = [], []
    for name, run in (("faces of the show", "autoencode-faces"), ("handwritten digits", "autoencode-numbers")):
        found = json.loads(Path("runs", run, "report.json").read_text("utf-8"))
        row, side = found["sizes"][0], found["side_px"]
        told = [f"{side} x {side}", f"{row['smaller']:.0f}", f"{found['mean_picture']['psnr_db']:.1f}",
                f"{row['components']['psnr_db']:.1f}" if row["components"] else "–",
                f"{row['psnr_db']:.1f}", f"{row['ssim']:.2f}"]  # fmt: skip
        rows.append(element("tr", element("td", name), (element("td", text) for text in told)))
        sheet = decode(Path("runs", run, "reconstructions.png").read_bytes()).rgb
        sheets.append(_picture(f"back-{run}", sheet, f"The {name}, and below each what comes back of it."))
    heads = ("", "px", "times fewer numbers", "the mean picture: PSNR", "32 components: PSNR", "PSNR, dB", "SSIM")
    said = (
        "As in the paper's section 3.2: convolutions of 128 filters and max-pooling down to one of 32 filters, the "
        "decoder its mirror. Faces kept aside stand above what comes back of them. Digits, known by their shape alone, "
        "take the place of MNIST."
    )
    return section(
        "64 px in 32 numbers",
        element("p", said),
        element("div", element("table", element("tr", (element("th", h) for h in heads)), rows), class_="wide"),
        *sheets,
    )


def _asked_for() -> Html:
    """Return the curves of both sets' generators, and what one generator of each draws at the end."""
    lines, sheets, reached = [], [], []
    end = 0.0
    for colour, (name, run) in enumerate((("characters", "conditioning-faces"), ("digits", "conditioning-numbers"))):
        report = json.loads(Path("runs", run, "report.json").read_text("utf-8"))
        rows = report["band"]
        end = max(end, rows[-1]["kimg"])
        band = [(row["kimg"], row["least"], row["most"]) for row in rows]
        lines.append(curves.Curve(name, [(row["kimg"], row["mean"]) for row in rows], colour, band))
        for level, kind in ((report["ceiling"]["accuracy"], "dashed"), (report["chance"], "dotted")):
            lines.append(curves.Curve("", [(0.0, level), (rows[-1]["kimg"], level)], colour, kind=kind))
        half = report["half_kimg"]
        reached.append(f"{name} {'not yet' if half is None else f'after {1000 * half:,.0f} pictures'}")
        drawn = np.load(Path("runs", run, "runs", "seed-0", "drawn.npy"), allow_pickle=False)
        columns = min(drawn.shape[1], 8)
        sheet = grid(drawn[:, :columns].reshape(-1, *drawn.shape[2:]), columns, 2)
        note = f"A row is one of the {name}, in the order {', '.join(report['classes'])}."
        sheets.append(_picture(f"drawn-{name}", sheet, note))
    x = curves.Axis(0.0, end, [(v, f"{v:g}") for v in curves.nice_ticks(0.0, end, 8)], "thousand pictures seen")
    y = curves.Axis(0.0, 1.0, [(k / 5, f"{20 * k} %") for k in range(6)], "drawings taken for what was asked for")
    said = (
        "A generator is trained on faces and names, another on digits, and a classifier that they never meet says what "
        "they draw when they are asked for one. The paper found that who it is, which lies in the colours, is learned "
        f"very soon, and digits, which lie in shapes, later. Half-way from chance to real pictures: "
        f"{'; '.join(reached)}."
    )
    note = (
        "Three trainings of each, their mean and the band between the least and the most; dashed what the classifier "
        "makes of real pictures, dotted chance. The paper's figure 8."
    )
    return section(
        "Whom one asks for",
        element("p", said),
        figure(curves.curve_chart(lines, x, y, "Drawings taken for what was asked for, through the training"), note),
        element("div", sheets, class_="pair"),
    )


def _confusion(run: str, of: str) -> Html:
    """Return a confusion matrix as a table, darker where there is more of a row."""
    report = json.loads(Path("runs", run, "report.json").read_text("utf-8"))
    counts = np.array(report["sets"][of]["confusion"], float)
    shares = counts / counts.sum(1, keepdims=True).clip(1)
    head = element("tr", element("th"), (element("th", name[:3]) for name in report["classes"]))
    rows = [
        element("tr", element("th", name), (
            element("td", f"{100 * v:.0f}" if v >= 0.005 else "", style=f"background:rgba(59,122,140,{v:.3f})")
            for v in row))
        for name, row in zip(report["classes"], shares.tolist(), strict=True)
    ]  # fmt: skip
    return element("table", head, rows, class_="confusion")


def _hues(frames: Cast) -> Html:
    known = {name: hue for name, hue in frames.hues.items() if hue.any()}
    mean = np.mean(list(known.values()), axis=0)
    most = max(float(np.abs(hue - mean).max()) for hue in known.values())
    panels = [element("div", element("h4", name), hue_difference(hue, mean, most)) for name, hue in known.items()]
    note = (
        "Each character's mean histogram of hue less the mean of all, as in the paper's figure 4. "
        f"Full height is {100 * most:.0f} percentage points."
    )
    return figure(element("div", panels, class_="panels"), note)


def _commands(done: Mapping[str, Mapping[str, Any]]) -> Html:
    rows = [
        element("tr", element("td", *(element("div", f"tachie {words}") for words in step["commands"])),
                element("td", f"{step['cpu_s']:.0f}"), element("td", f"{step['wall_s']:.0f}"))
        for step in done.values()
    ]  # fmt: skip
    head = element("tr", element("th", "command"), element("th", "s of CPU"), element("th", "s by the clock"))
    return section("What was run", element("table", head, rows, class_="commands"))
