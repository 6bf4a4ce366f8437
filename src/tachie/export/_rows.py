"""Rows as exporters write them: a name each, and what is known of them as plain JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tachie.core.files import safe_name
from tachie.dataset.reader import Dataset

LEFT_OUT = ("image", "content_sha256", "phash", "parent_id")
_NAMED_BY = ("id", "face_index", "frame", "source_path", "post_id")


def stems(dataset: Dataset) -> Iterator[tuple[str, str]]:
    """Yield (id, file name without ending) of every row in order, without reading pictures."""
    for row in dataset.rows(_NAMED_BY):
        yield row["id"], gochiusa_name(row)


def gochiusa_name(row: Mapping[str, Any]) -> str:
    """Return a row's file name without its ending, as in the GochiUsa set where it is a frame or a board's post."""
    face = row["face_index"] or 0
    if row["frame"]:
        video = safe_name(Path(row["source_path"]).stem)
        return f"{video}-{row['frame']['type']}-{row['frame']['number']}-{face}"
    if row["post_id"]:
        return f"{safe_name(str(row['post_id']))}_{face}_face"
    return str(row["id"])[:16]


def own_labels(labels: Mapping[str, Mapping[str, str]], row_id: str) -> dict[str, str]:
    """Return what is known of one row."""
    return {name: values[row_id] for name, values in labels.items() if row_id in values}


def facts(row: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    """Return what is known of a row, its labels under `labels`; what is unknown is not in it."""
    known = {k: v for k, v in row.items() if k not in LEFT_OUT and v is not None and v != []}
    return {**known, **({"labels": dict(labels)} if labels else {})}
