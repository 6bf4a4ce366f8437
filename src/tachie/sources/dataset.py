"""The pictures of another tachie dataset, with all that is known of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tachie.core.errors import FormatError, Unreadable
from tachie.core.files import printable
from tachie.core.item import Frame, Item, Ref
from tachie.core.recipe import Recipe
from tachie.dataset.format import MANIFEST_NAME
from tachie.dataset.reader import Dataset as Finished
from tachie.sources import _base

# Columns that an item carries under the same name.
_CARRIED = sorted(
    {f.name for f in fields(Item)}
    - {"data", "rgb", "alpha", "labels", "row_id", "frame", "source", "tagged", "dialects", "faults"}
)


class Dataset(_base.Source):
    """Another dataset: rows keep their ids, boxes, addresses and labels as long as no stage changes the picture."""

    example = "tachie build old_dataset/ more/ --faces-as-they-are --out DATASET"

    @staticmethod
    def accepts(place: str) -> bool:
        """Return whether the place is a folder with a dataset's manifest."""
        return os.path.lexists(Path(place) / MANIFEST_NAME)

    @staticmethod
    def list(place: str, recipe: Recipe) -> Iterator[Ref]:
        """Yield one ref for each row group."""
        try:
            found = Finished.open(place)
        except FormatError as error:
            raise Unreadable("broken_dataset", error.message) from error
        labels = found.labels(without="tagger")  # guesses are made anew, and must not become what a source states
        for path, group in found.groups():
            ids = pq.ParquetFile(path).read_row_group(group, columns=["id"]).column("id").to_pylist()
            known = {i: {n: v[i] for n, v in labels.items() if i in v} for i in ids}
            name = printable(f"{Path(place).name}/{path.name}")
            yield Ref("dataset", str(path), name, str(group), found.manifest.build_key, len(ids), extra=known)

    @staticmethod
    def items(ref: Ref, recipe: Recipe) -> Iterator[Item]:
        """Yield the rows of the group in order."""
        try:
            rows = _file(ref.path, ref.stamp).read_row_group(int(ref.member)).to_pylist()
        except (OSError, pa.ArrowException) as error:
            raise Unreadable("broken_dataset", str(error)) from error
        for row in rows:
            known: dict[str, Any] = {name: row[name] for name in _CARRIED}
            known["tags"] = tuple(row["tags"] or ())
            known["box_xyxy"] = tuple(row["box_xyxy"]) if row["box_xyxy"] else None
            frame = Frame(**row["frame"]) if row["frame"] else None
            yield Item(
                source=row["source"],
                data=row["image"]["bytes"],
                row_id=row["id"],
                frame=frame,
                labels=ref.extra.get(row["id"], {}),
                **known,
            )


@lru_cache(maxsize=2)
def _file(path: str, stamp: str) -> pq.ParquetFile:
    return pq.ParquetFile(path)
