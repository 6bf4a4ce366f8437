"""The dataset's card: README.md with front-matter for a hub, and a contact sheet.

The card says what a stranger must know before using the set: where it is from, whose it is, what was filtered and left
out, how it is split, and what is wrong with it. What a person knows beyond the figures goes into DATASET/notes.md:
every card takes it over.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from tachie.core.errors import Unreadable
from tachie.core.files import write_atomically
from tachie.core.images import decode, encode_jpeg, grid, resized
from tachie.dataset.decisions import decided
from tachie.dataset.format import PRECISION
from tachie.dataset.reader import Dataset
from tachie.dataset.split import GROUP, about_split
from tachie.dataset.split import LABEL as SPLIT
from tachie.dataset.stats import describe
from tachie.dataset.tagged import SPEAKER

SHEET_NAME, NOTES_NAME = "sheet.jpg", "notes.md"
_SHEET_COLUMNS, _SHEET_ROWS, _SHEET_PX = 12, 6, 80
_SHOWN_VALUES = 24
_UNSURE = 0.5  # a detector's confidence

# What people write of rights -> the licence's name on hubs; others are "other", and what was not stated "unknown".
_LICENCES = {
    "mit": "mit", "cc0": "cc0-1.0", "cc0-1.0": "cc0-1.0", "public domain": "cc0-1.0", "cc-by-4.0": "cc-by-4.0",
    "cc by 4.0": "cc-by-4.0", "cc-by-sa-4.0": "cc-by-sa-4.0", "cc by-sa 4.0": "cc-by-sa-4.0",
    "cc-by-nc-4.0": "cc-by-nc-4.0", "cc by-nc 4.0": "cc-by-nc-4.0", "apache-2.0": "apache-2.0",
}  # fmt: skip
_SIZES = ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"), (10**7, "1M<n<10M"))
_LARGEST = "10M<n<100M"


@dataclass(frozen=True, slots=True)
class Layout:
    """How the files that a card stands beside are read: the loader's splits (name -> pattern), tasks, and in words.

    `holds` says what they hold where that is not the dataset's rows, `count` how many pictures that is. Without `sheet`
    no contact sheet lies beside them: where it would be taken for one of them.
    """

    text: str
    files: Mapping[str, str] = field(default_factory=dict)
    tasks: Sequence[str] = ("unconditional-image-generation",)
    holds: str = ""
    count: int | None = None
    sheet: bool = True


def write_card(dataset: Dataset) -> None:
    """Write README.md and sheet.jpg into the dataset's folder."""
    name = dataset.path.resolve().name
    layout = Layout(
        f"Rows are in `data/*.parquet`, labels in `labels/*.parquet`, joined by `id`; what was left out is in "
        "`drops.parquet`.\n\n```python\nfrom datasets import load_dataset\n\n"
        f'faces = load_dataset({json.dumps(name)}, split="train")\nfaces[0]["image"]  # a PIL image\n```\n\n'
        "```sql\nSELECT id, width, year FROM 'data/*.parquet' JOIN 'labels/sidecar.parquet' USING (id)  -- DuckDB\n```",
        {"": "data/*.parquet"},
    )
    write_card_into(dataset.path, dataset, name, layout)


def write_card_into(folder: Path, dataset: Dataset, name: str, layout: Layout) -> None:
    """Write README.md and sheet.jpg, about the dataset, beside other files that were made of it."""
    sheet = contact_sheet(dataset) if layout.sheet else None
    if sheet is not None:
        write_atomically(folder / SHEET_NAME, encode_jpeg(sheet, 88))
    write_atomically(folder / "README.md", card_text(dataset, name, layout, with_sheet=sheet is not None))


def contact_sheet(dataset: Dataset) -> np.ndarray[Any, np.dtype[np.uint8]] | None:
    """Return pictures spread evenly over the dataset, letter-boxed on white, as one picture; None for an empty one."""
    groups = dataset.groups()
    wanted = _SHEET_COLUMNS * _SHEET_ROWS
    chosen = groups[:: max(1, len(groups) // wanted)]
    each = -(-wanted // max(1, len(chosen)))
    cells = []
    for path, group in chosen:
        column = pq.ParquetFile(path).read_row_group(group, columns=["image"]).column("image").combine_chunks()
        data = column.field("bytes")
        for i in np.linspace(0, len(data) - 1, min(each, len(data))).astype(int):
            try:
                cells.append(_cell(decode(data[int(i)].as_py()).rgb))
            except Unreadable:
                continue
    return grid(cells[:wanted], _SHEET_COLUMNS, gap_px=2) if cells else None


def _cell(rgb: np.ndarray[Any, np.dtype[np.uint8]]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    height, width = rgb.shape[:2]
    factor = _SHEET_PX / max(height, width)
    small = resized(rgb, max(1, round(width * factor)), max(1, round(height * factor)))
    cell = np.full((_SHEET_PX, _SHEET_PX, 3), 255, np.uint8)
    y, x = (_SHEET_PX - small.shape[0]) // 2, (_SHEET_PX - small.shape[1]) // 2
    cell[y : y + small.shape[0], x : x + small.shape[1]] = small
    return cell


def card_text(dataset: Dataset, name: str, layout: Layout, *, with_sheet: bool = False) -> str:
    """Return the text of README.md."""
    info = describe(dataset)
    sections = [
        _front(info, name, layout),
        f"# {_line(name)}",
        layout.holds,
        _origin(info, "The faces: " if layout.holds else ""),
        f"![pictures spread evenly over the set]({SHEET_NAME})" if with_sheet else "",
        f"## Reading it\n\n{layout.text}",
        "## Rights\n\nThe pictures belong to their makers; each row says what its source stated. Unknown means that "
        f"nothing was stated: do not redistribute.\n\n{_table(('rights', 'pictures'), info['rights'].items())}",
        f"## Sources\n\n{_table(('source', 'pictures'), info['sources'].items())}",
        f"## Ratings\n\n{_table(('rating', 'pictures'), info['ratings'].items())}",
        _sizes(info),
        _splits(dataset),
        _labels(info),
        _filters(dataset),
        _left_out(info),
        _faults(dataset, info),
    ]
    return "\n\n".join(filter(None, sections)) + "\n"


def _origin(info: Mapping[str, Any], what: str) -> str:
    inputs = ", ".join(f"`{_line(name)}`" for name in info["inputs"])
    version = info["program_version"]
    return f"{what}{info['rows']:,} pictures, made by tachie {version} from {info['pictures']:,} ({inputs})."


def _front(info: Mapping[str, Any], name: str, layout: Layout) -> str:
    """Return the front-matter: YAML, written as JSON where it holds other people's words."""
    count = info["rows"] if layout.count is None else layout.count
    size = next((word for most, word in _SIZES if count < most), _LARGEST)
    lines = [f"pretty_name: {json.dumps(name)}", f"license: {_licence(info['rights'])}", "task_categories:"]
    lines += [f"- {task}" for task in layout.tasks]
    lines += ["size_categories:", f"- {size}", "tags:", "- anime", "- tachie"]
    if layout.files:
        lines += ["configs:", "- config_name: default", "  data_files:"]
        for split, pattern in layout.files.items():
            lines += [f"  - split: {split}", f"    path: {json.dumps(pattern)}"] if split else []
        if "" in layout.files:
            lines[-1] += f" {layout.files['']}"
    return "\n".join(["---", *lines, "---"])


def _licence(rights: Mapping[str, int]) -> str:
    found = {_LICENCES.get(stated.strip().lower(), "other") if stated != "unknown" else "unknown" for stated in rights}
    return found.pop() if len(found) == 1 else "unknown" if "unknown" in found or not found else "other"


def _sizes(info: Mapping[str, Any]) -> str:
    size = info["resolution_px"]
    if size["median"] is None:
        return ""
    return (
        f"## Size\n\nShorter side {size['least']} to {size['most']} px, median {size['median']:.0f}.\n\n"
        f"{_table(('about, px', 'pictures'), size['bins'].items())}"
    )


def _splits(dataset: Dataset) -> str:
    labels = dataset.labels()
    known, groups = labels.get(SPLIT), labels.get(GROUP, {})
    if not known:
        return "## Splits\n\nNone was made."
    kept = f"\n\nNo group is torn apart: {len(set(groups.values())):,} of what belongs together." if groups else ""
    return f"## Splits\n\n{_table(('split', 'pictures'), sorted(Counter(known.values()).items()))}{kept}"


def _labels(info: Mapping[str, Any]) -> str:
    rows = [
        (name + ("¹" if _guessed(label["by"]) else ""), f"{label['known']:,}", _values(label["values"]))
        for name, label in info["labels"].items()
        if name not in (SPLIT, GROUP)
    ]
    if not rows:
        return ""
    note = "\n\n¹ mostly a tagger's guesses, too often wrong to be trained on"
    body = _table(("label", "known for", "values"), rows)
    return f"## Labels\n\n{body}{note if '¹' in body else ''}"


def _guessed(by: Mapping[str, int]) -> bool:
    return max(by, key=lambda speaker: by[speaker]).endswith("not trusted")


def _said_most(by: Mapping[str, int]) -> str:
    return max(by, key=lambda speaker: by[speaker]).partition(",")[0]


def _values(values: Mapping[str, int]) -> str:
    shown = ", ".join(f"{value} {n:,}" for value, n in list(values.items())[:_SHOWN_VALUES])
    return shown + (f", and {len(values) - _SHOWN_VALUES:,} more" if len(values) > _SHOWN_VALUES else "")


def _filters(dataset: Dataset) -> str:
    """Return the recipe's stages in order, each with what it was told."""
    recipe = dataset.manifest.recipe
    rows = []
    for stage in recipe.get("stages", ()):
        told = ", ".join(f"{k} {_said(v)}" for k, v in stage.items() if k != "use" and v not in (None, [], {}))
        rows.append((stage["use"], told))
    copies = ", ".join(f"{k} {_said(v)}" for k, v in recipe.get("duplicates", {}).items())
    return f"## Stages and filters\n\n{_table(('stage', 'settings'), [*rows, ('duplicates', copies)])}"


def _said(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _left_out(info: Mapping[str, Any]) -> str:
    rows = [(stage, reason, f"{n:,}") for stage, reasons in info["drops"].items() for reason, n in reasons.items()]
    return f"## Left out\n\n{_table(('stage', 'reason', 'count'), rows or [('', 'nothing', '0')])}"


def _faults(dataset: Dataset, info: Mapping[str, Any]) -> str:
    """Return what is wrong with the set as far as figures show it, and what people wrote into notes.md."""
    recipe, rows = dataset.manifest.recipe, info["rows"]
    table = dataset.columns(["confidence", "upscaled"])
    sure = np.array([c for c in table.column("confidence").to_pylist() if c is not None], np.float64)
    enlarged = sum(bool(n) for n in table.column("upscaled").to_pylist())
    faults = []
    if len(sure):
        faults.append(
            "The heads were found by a detector: some are missed, some are none. Of "
            f"{int((sure < _UNSURE).sum()):,} it was less than {_UNSURE:g} sure."
        )
    if not decided(dataset.path):
        faults.append("No person has looked through it.")
    measured = _precisions(dataset)
    guessed = [n for n, label in info["labels"].items() if n in measured and _said_most(label["by"]) == SPEAKER]
    if guessed:
        faults.append(
            "A tagger said these labels; of its words on other faces, labelled by eye, so many were right: "
            f"{', '.join(f'{name} {measured[name]:.0%}' for name in guessed)}."
        )
    for what, key in (("Rights", "rights"), ("A rating", "ratings")):
        unknown = info[key].get("unknown", 0)
        if unknown:
            faults.append(f"{what} {'are' if what == 'Rights' else 'is'} unknown for {unknown:,} of {rows:,}.")
    if not recipe.get("duplicates", {}).get("exact", True) or recipe.get("duplicates", {}).get("near_distance", 0) < 0:
        faults.append("Near-copies were not looked for.")
    if SPLIT not in info["labels"]:
        faults.append("It is not split: parts taken at random may hold copies of each other.")
    elif about_split(dataset).get("random"):
        faults.append("It was split at random: what is much alike may be on both sides, and figures on it flatter.")
    if enlarged:
        faults.append(f"{enlarged:,} were enlarged by a network, which invents detail.")
    if info["unreadable"]:
        faults.append(f"{info['unreadable']:,} inputs could not be read and are missing.")
    notes = dataset.path / NOTES_NAME
    said = notes.read_text("utf-8", "replace").strip() if notes.is_file() else ""
    return "\n\n".join(filter(None, ["## Known faults", "\n".join(f"- {fault}" for fault in faults), said]))


def _precisions(dataset: Dataset) -> dict[str, float]:
    """Return label -> the share of the tagger's words that was right where it was measured."""
    found: dict[str, float] = {}
    for file in dataset.label_files():
        for column in pq.read_schema(file):
            if PRECISION in (column.metadata or {}):
                found[column.name] = float(column.metadata[PRECISION])
    return found


def _table(head: Sequence[str], rows: Any) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell_text(v) for v in line)} |" for line in lines)


def _cell_text(value: object) -> str:
    text = f"{value:,}" if isinstance(value, int) else str(value)
    return _line(text).replace("|", "\\|")


def _line(text: str) -> str:
    return " ".join(text.split())
