"""The dataset's card: README.md with front-matter for a hub's loader, and a contact sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from tachie.core.errors import Unreadable
from tachie.core.files import write_atomically
from tachie.core.images import decode, encode_jpeg, grid, resized
from tachie.dataset.reader import Dataset
from tachie.dataset.stats import describe

SHEET_NAME = "sheet.jpg"
_SHEET_COLUMNS, _SHEET_ROWS, _SHEET_PX = 12, 6, 80


def write_card(dataset: Dataset) -> None:
    """Write README.md and sheet.jpg into the dataset's folder."""
    sheet = contact_sheet(dataset)
    if sheet is not None:
        write_atomically(dataset.path / SHEET_NAME, encode_jpeg(sheet, 88))
    write_atomically(dataset.path / "README.md", card_text(describe(dataset), with_sheet=sheet is not None))


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


def card_text(info: dict[str, Any], *, with_sheet: bool) -> str:
    """Return the text of README.md."""
    name = Path(info["path"]).resolve().name
    drops = [(stage, reason, n) for stage, reasons in info["drops"].items() for reason, n in reasons.items()]
    sections = [
        "---\nconfigs:\n- config_name: default\n  data_files: data/*.parquet\ntags:\n- anime\n- tachie\n---",
        f"# {name}",
        f"{info['rows']:,} pictures, made by tachie {info['program_version']} from {info['pictures']:,} "
        f"({', '.join(f'`{i}`' for i in info['inputs'])}).",
    ]
    if with_sheet:
        sections.append(f"![pictures spread evenly over the set]({SHEET_NAME})")
    rights = "\n".join(f"| {_cell_text(r)} | {n:,} |" for r, n in info["rights"].items())
    sections.append(
        "## Rights\n\nThe pictures belong to their makers; each row says what its source stated. Unknown means that "
        f"nothing was stated: do not redistribute.\n\n| rights | pictures |\n|---|---|\n{rights}"
    )
    size = info["resolution_px"]
    if size["median"] is not None:
        bins = "\n".join(f"| {px} | {n:,} |" for px, n in size["bins"].items())
        sections.append(
            f"## Size\n\nShorter side {size['least']} to {size['most']} px, median {size['median']:.0f}.\n\n"
            f"| about, px | pictures |\n|---|---|\n{bins}"
        )
    for heading, key in (("Sources", "sources"), ("Ratings", "ratings")):
        body = "\n".join(f"| {_cell_text(k)} | {n:,} |" for k, n in info[key].items())
        sections.append(f"## {heading}\n\n| {heading.lower()[:-1]} | pictures |\n|---|---|\n{body}")
    if info["labels"]:
        body = "\n".join(
            f"| {_cell_text(name)}{_mark(label['by'])} | {label['known']:,} | "
            f"{', '.join(f'{_cell_text(v)} {n:,}' for v, n in list(label['values'].items())[:24])} |"
            for name, label in info["labels"].items()
        )
        sections.append(
            "## Labels\n\nIn `labels/*.parquet`, joined by `id`.\n\n| label | known for | values |\n|---|---|---|\n"
            + body
            + ("\n\n¹ mostly a tagger's guesses, too often wrong to be trained on" if "¹" in body else "")
        )
    left_out = "\n".join(f"| {s} | {r} | {n:,} |" for s, r, n in drops) or "| | nothing | 0 |"
    sections.append(
        f"## Left out\n\nEach one is in `drops.parquet`.\n\n| stage | reason | count |\n|---|---|---|\n{left_out}"
    )
    sections.append(
        "## Reading it\n\n```python\nfrom datasets import load_dataset\n\n"
        f'faces = load_dataset("{name}", split="train")\nfaces[0]["image"]  # a PIL image\n```\n\n'
        "```sql\nSELECT id, width, year FROM 'data/*.parquet' JOIN 'labels/sidecar.parquet' USING (id)  -- DuckDB\n```"
    )
    return "\n\n".join(sections) + "\n"


def _mark(by: dict[str, int]) -> str:
    return "¹" if max(by, key=lambda speaker: by[speaker]).endswith("not trusted") else ""


def _cell_text(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
