"""What people look at after a training: the loss as it fell, and whether probabilities mean what they say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

WIDE, HIGH, EDGE = 420, 320, 42
COLOURS = ("#2563eb", "#dc2626", "#059669", "#7c3aed")
FITS = ("first", "middle", "last", "shapes")


def curves_svg(run: Path, report: dict[str, Any]) -> str:
    """Return the losses of a run's fits beside the reliability of the two colours, as SVG."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * WIDE}" height="{HIGH}" viewBox="0 0 {2 * WIDE} {HIGH}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{2 * WIDE}" height="{HIGH}" fill="#fff"/>',
        *_losses(run),
        f'<g transform="translate({WIDE} 0)">',
        *_reliability(report),
        "</g></svg>",
    ]
    return "\n".join(parts) + "\n"


def _frame(title: str, right: str, low: float, high: float, most: float) -> list[str]:
    parts = [f'<text x="{WIDE / 2}" y="20" text-anchor="middle" font-size="14">{title}</text>']
    for k in range(5):
        y = HIGH - EDGE - k * (HIGH - 2 * EDGE) / 4
        x = EDGE + k * (WIDE - 2 * EDGE) / 4
        parts.append(
            f'<path d="M{EDGE} {y:.0f}H{WIDE - EDGE}" stroke="#ddd"/>'
            f'<text x="{EDGE - 5}" y="{y + 4:.0f}" text-anchor="end">{low + (high - low) * k / 4:.2f}</text>'
            f'<text x="{x:.0f}" y="{HIGH - EDGE + 16}" text-anchor="middle">{most * k / 4:g}</text>'
        )
    return [*parts, f'<text x="{WIDE / 2}" y="{HIGH - 6}" text-anchor="middle">{right}</text>']


def _line(points: list[tuple[float, float]], low: float, high: float, most: float, colour: str) -> str:
    at = " ".join(
        f"{EDGE + x / most * (WIDE - 2 * EDGE):.1f},{HIGH - EDGE - (y - low) / (high - low) * (HIGH - 2 * EDGE):.1f}"
        for x, y in points
    )
    return f'<polyline points="{at}" fill="none" stroke="{colour}" stroke-width="2"/>'


def _losses(run: Path) -> list[str]:
    fits = {name: _curve(run / name / "curve.jsonl") for name in FITS}
    points = [p for rows in fits.values() for p in rows]
    low, high = min((y for _, y in points), default=0.0), max((y for _, y in points), default=1.0)
    most = max((x for x, _ in points), default=1.0)
    told = "steps of 64 faces; each fit weighs groups its own way"
    parts = _frame("Loss on the training batches", told, low, high, most)
    for (name, rows), colour in zip(fits.items(), COLOURS, strict=True):
        if rows:
            parts.append(_line(rows, low, high, most, colour))
            place = 44 + 16 * FITS.index(name)
            parts.append(f'<text x="{WIDE - EDGE - 70}" y="{place}" fill="{colour}">{name} fit</text>')
    return parts


def _curve(path: Path) -> list[tuple[float, float]]:
    if not path.is_file():
        return []
    rows = {row["step"]: row["loss"] for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())}
    return sorted(rows.items())


def _reliability(report: dict[str, Any]) -> list[str]:
    parts = _frame("Share of tags agreed with", "probability of the answer", 0.0, 1.0, 1.0)
    parts.append(_line([(0, 0), (1, 1)], 0, 1, 1, "#bbb"))
    for k, (name, row) in enumerate(report["on_tags"].items()):
        points = [(x, y) for x, y, faces in sorted(row["reliability"]) if faces >= 10]
        parts.append(_line(points, 0, 1, 1, COLOURS[k]))
        parts.append(f'<text x="{EDGE + 12}" y="{44 + 16 * k}" fill="{COLOURS[k]}">{name.replace("_", " ")}</text>')
    return parts
