"""What a dataset holds, in figures: for `tachie info`, the card and the report."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from tachie.core.attributes import ATTRIBUTES
from tachie.dataset.format import SIDECAR
from tachie.dataset.reader import Dataset

_LONGEST_VALUE = 30  # letters; a label with a longer value holds sentences


def describe(dataset: Dataset) -> dict[str, Any]:
    """Return counts, drops, resolutions, sources, rights, ratings, frames and labels as plain data for JSON."""
    columns = ["width", "height", "source", "rights", "rating", "frame"]
    table = dataset.columns(columns)
    sides = np.minimum(table.column("width").to_numpy(), table.column("height").to_numpy())
    labels = dataset.said()
    frames = Counter(f["type"] for f in table.column("frame").to_pylist() if f)
    return {
        "path": str(dataset.path),
        "format_version": dataset.manifest.format_version,
        "program_version": dataset.manifest.program_version,
        "inputs": dataset.manifest.inputs,
        "pictures": dataset.manifest.pictures,
        "rows": dataset.manifest.rows,
        "parts": len(dataset.manifest.parts),
        "bytes": sum(part.bytes for part in dataset.manifest.parts),
        "drops": {stage: n for stage, n in dataset.manifest.drops.items() if stage != SIDECAR},
        "sidecars": {"read": dataset.manifest.sidecars, "faults": dataset.manifest.drops.get(SIDECAR, {})},
        "unreadable": dataset.manifest.unreadable,
        "resolution_px": _resolutions(sides),
        "sources": _counts(table.column("source").to_pylist()),
        "rights": _counts(table.column("rights").to_pylist()),
        "ratings": _counts(table.column("rating").to_pylist()),
        "frames": dict(sorted(frames.items())),
        "labels": {
            name: {
                "known": len(said),
                "values": _counts([value for value, _ in said.values()], order=ATTRIBUTES.get(name, ())),
                "by": dict(Counter(speaker for _, speaker in said.values()).most_common()),
            }
            for name, said in labels.items()
        },
    }


def _counts(values: list[Any], order: tuple[str, ...] = ()) -> dict[str, int]:
    counted = Counter("unknown" if v is None else str(v) for v in values)
    rank = {name: i for i, name in enumerate(order)}
    return dict(sorted(counted.items(), key=lambda kv: (rank.get(kv[0], len(rank)), kv[0])))


def _resolutions(sides: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Return median and counts in bins of shorter sides around powers of two: 2^(i-.5) to 2^(i+.5)."""
    if not len(sides):
        return {"median": None, "least": None, "most": None, "bins": {}}
    powers = np.round(np.log2(np.maximum(sides, 1))).astype(int)
    bins = {str(2 ** int(p)): int((powers == p).sum()) for p in np.unique(powers)}
    return {
        "median": float(np.median(sides)),
        "least": int(sides.min()),
        "most": int(sides.max()),
        "bins": bins,
    }


def as_text(info: dict[str, Any]) -> str:
    """Return the description as text for a terminal."""
    lines = [
        f"{info['path']}: {info['rows']:,} pictures of {info['pictures']:,} looked at, "
        f"{info['bytes'] / 1e6:,.1f} MB in {info['parts']} part{'s' * (info['parts'] != 1)}",
        f"  from      {', '.join(info['inputs'])}",
    ]
    size = info["resolution_px"]
    if size["median"] is not None:
        lines.append(
            f"  size      {size['least']} to {size['most']} px on the shorter side, median {size['median']:.0f}"
        )
        lines += [_bar(f"~{px} px", n, info["rows"]) for px, n in size["bins"].items()]
    for name, heading in (("sources", "source"), ("rights", "rights"), ("ratings", "rating")):
        if info[name]:
            lines.append(f"  {heading:9} {_listed(info[name])}")
    if info["frames"]:
        lines.append(f"  frames    {_listed(info['frames'])}")
    for name, label in info["labels"].items():
        said = "" if label["by"].keys() <= {"sidecar", "site"} else f" ({_listed(label['by'])})"
        lines.append(f"  {name:13} known for {label['known']:,}{said}: {_values(label['values'])}")
    if said := sidecars_text(info["sidecars"]):
        lines.append(f"  beside    {said}")
    if info["drops"]:
        lines.append("  left out")
        for stage, reasons in info["drops"].items():
            lines.append(f"    {stage:11} {_listed(reasons)}")
    else:
        lines.append("  left out  nothing")
    return "\n".join(lines)


def sidecars_text(sidecars: dict[str, dict[str, int]]) -> str:
    """Return what was read beside the pictures, and what could not be used, in a line; empty where nothing was."""
    read = f"{_listed(sidecars['read'])} of the pictures" if sidecars["read"] else ""
    faults = f"with faults: {_listed(sidecars['faults'])}" if sidecars["faults"] else ""
    return "; ".join(filter(None, (read, faults)))


def _bar(name: str, count: int, total: int) -> str:
    return f"    {name:>9} {'█' * round(32 * count / max(1, total)):32} {count:,}"


def _values(counts: dict[str, int]) -> str:
    """Return the values with their counts; sentences are only counted."""
    if max(map(len, counts), default=0) > _LONGEST_VALUE:
        return f"{len(counts):,} different texts"
    return _listed(counts)


def _listed(counts: dict[str, int], most: int = 16) -> str:
    shown = [f"{name} {count:,}" for name, count in list(counts.items())[:most]]
    return ", ".join(shown) + (f", and {len(counts) - most} more" if len(counts) > most else "")
