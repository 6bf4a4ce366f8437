"""The run folder as a person sees it: rows of figures, grids, and a small page that refreshes itself."""

from __future__ import annotations

import html
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tachie.core.errors import disk_full_named
from tachie.core.files import write_atomically

STATS_NAME, PAGE_NAME, GRIDS = "stats.jsonl", "index.html", "grids"
_REFRESH_S = 15
_CURVES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Loss", ("loss_d", "loss_g")),
    ("Score of real pictures and drawings", ("d_real", "d_fake")),
    ("Gradient penalties", ("r1", "r2")),
    ("Diversity (1 = as diverse as the real ones)", ("diversity",)),
    ("Random-feature distance (lower is better)", ("distance",)),
    ("Precision and recall (random features)", ("precision", "recall")),
    ("Changed pictures (p) and overfitting", ("augment_p", "overfit")),
    ("Images a second", ("images_per_s",)),
)
_COLOURS = ("#c2477f", "#3f7fbf")
_STYLE = """
:root { color-scheme: light dark; --line: #8884; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; padding: 1rem; max-width: 60rem; }
h1 { font-size: 1.3rem; margin: 0; } h2 { font-size: 1rem; margin: 0; font-weight: 600; }
.grid { width: 100%; max-width: 40rem; image-rendering: pixelated; border-radius: 6px; display: block; }
.curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); gap: 1rem; }
figure { margin: 0; border: 1px solid var(--line); border-radius: 6px; padding: .6rem; }
svg { width: 100%; height: auto; display: block; } svg text { fill: currentColor; font-size: 11px; }
.past { display: flex; gap: .5rem; overflow-x: auto; padding: .5rem 0; }
.past img { width: 8rem; border-radius: 4px; } .past span { display: block; font-size: .8rem; }
"""


def read_stats(run_dir: Path) -> list[dict[str, Any]]:
    """Return the rows of stats.jsonl in order; a last line cut by a kill is left out."""
    file = run_dir / STATS_NAME
    rows = []
    for line in file.read_text().splitlines() if file.is_file() else []:
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return rows


def append_stats(run_dir: Path, row: Mapping[str, Any]) -> None:
    """Add one row to stats.jsonl."""
    with disk_full_named(run_dir / STATS_NAME), (run_dir / STATS_NAME).open("a") as file:
        file.write(json.dumps(row) + "\n")


def cut_stats(run_dir: Path, cur_nimg: int) -> list[dict[str, Any]]:
    """Drop the rows that lie after a checkpoint a run goes back to; return the ones that stay."""
    rows = [row for row in read_stats(run_dir) if row["cur_nimg"] <= cur_nimg]
    write_atomically(run_dir / STATS_NAME, "".join(json.dumps(row) + "\n" for row in rows))
    return rows


def write_page(run_dir: Path, title: str, state: str, running: bool) -> None:
    """Write index.html from stats.jsonl and the grids; `state` is one line on how the run stands."""
    rows = read_stats(run_dir)
    grids = sorted((run_dir / GRIDS).glob("*.png"))
    shown = [grids[round(i)] for i in _even(len(grids), 12)]
    newest = ""
    if grids:
        # The changing query makes a browser fetch a grid that was written over.
        version = rows[-1]["cur_nimg"] if rows else 0
        newest = f'<img class="grid" src="{GRIDS}/{grids[-1].name}?{version}" alt="64 drawings, not chosen">'
    past = "".join(
        f'<a href="{GRIDS}/{g.name}"><img src="{GRIDS}/{g.name}" alt=""><span>{int(g.stem)} kimg</span></a>'
        for g in shown
    )
    curves = "".join(_figure(name, keys, rows) for name, keys in _CURVES)
    refresh = f'<meta http-equiv="refresh" content="{_REFRESH_S}">' if running else ""
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{refresh}'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{html.escape(title)}</h1><p>{html.escape(state)}</p>{newest}"
        f'<div class="past">{past}</div><div class="curves">{curves}</div></body></html>\n'
    )
    write_atomically(run_dir / PAGE_NAME, page)


def _even(count: int, most: int) -> list[float]:
    if count <= most:
        return list(range(count))
    return [i * (count - 1) / (most - 1) for i in range(most)]


def _figure(name: str, keys: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    width, height, left, low = 300, 150, 44, 16
    lines = {}
    for key in keys:
        points = [(row["cur_nimg"] / 1000, row[key]) for row in rows if row.get(key) is not None]
        points = [(x, y) for x, y in points if math.isfinite(y)]
        lines[key] = [points[round(i)] for i in _even(len(points), 300)]
    every = [point for line in lines.values() for point in line]
    if not every:
        return ""
    x0, x1 = min(x for x, _ in every), max(x for x, _ in every)
    y0, y1 = min(y for _, y in every), max(y for _, y in every)
    across, up = (x1 - x0) or 1.0, (y1 - y0) or 1.0

    def place(x: float, y: float) -> str:
        return f"{left + (x - x0) / across * (width - left - 4):.1f},{(y1 - y) / up * (height - low - 12) + 8:.1f}"

    parts = []
    for colour, (key, line) in zip(_COLOURS, lines.items(), strict=False):
        path = " ".join(place(x, y) for x, y in line)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        if line:
            parts.append(f"<title>{key}: {line[-1][1]:.4g}</title>")
    legend = " ".join(f'<span style="color:{colour}">{key}</span>' for colour, key in zip(_COLOURS, keys, strict=False))
    axis = (
        f'<text x="0" y="14">{y1:.3g}</text><text x="0" y="{height - low - 4}">{y0:.3g}</text>'
        f'<text x="{left}" y="{height - 2}">{x0:.0f}</text>'
        f'<text x="{width - 4}" y="{height - 2}" text-anchor="end">{x1:.0f} kimg</text>'
    )
    return (
        f"<figure><h2>{html.escape(name)}</h2><small>{legend}</small>"
        f'<svg viewBox="0 0 {width} {height}" role="img">{"".join(parts)}{axis}</svg></figure>'
    )
