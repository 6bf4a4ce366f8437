"""What is reviewed: the rows of a dataset, then what was left out of it, under one numbering."""

from __future__ import annotations

import bisect
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tachie.core.conditions import finite_number
from tachie.dataset.format import ROW_SCHEMA, drop_ids
from tachie.dataset.reader import Dataset

GROUPED_BY = ("source", "episode", "artist", "rating", "released_at", "post_id")  # columns that a view can be about
_COLUMNS = [name for name in ROW_SCHEMA.names if name not in ("image", "content_sha256", "fetched_at")]
_MOST_VALUES = 500
_NUMBERED_BY = ("confidence", "width", "height")  # columns whose numbers faces can be sorted by


@dataclass
class Faces:
    """Faces by number: 0 to `rows` - 1 are the dataset's rows in order, the rest are rows of drops.parquet."""

    dataset: Dataset
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _files: dict[Path, pq.ParquetFile] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many faces the dataset holds."""
        return len(self.dataset)

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def table(self) -> pa.Table:
        """Every column of the rows but the pictures."""
        return self.dataset.columns(_COLUMNS)

    @cached_property
    def drops(self) -> pa.Table:
        """The rows of drops.parquet."""
        return pq.read_table(self.dataset.path / "drops.parquet")

    @cached_property
    def drop_ids(self) -> list[str]:
        """The names by which decisions speak of drops."""
        return drop_ids(self.drops)

    @cached_property
    def ids(self) -> list[str]:
        """Number -> id."""
        return [*self.table.column("id").to_pylist(), *self.drop_ids]

    @cached_property
    def number(self) -> dict[str, int]:
        """Id -> number."""
        return {row_id: i for i, row_id in enumerate(self.ids)}

    @cached_property
    def labels(self) -> dict[str, dict[str, str]]:
        """Label -> {id: value}, as it stood when the review was opened, decisions of earlier sessions included."""
        return self.dataset.labels()

    @cached_property
    def values(self) -> dict[str, dict[str, int]]:
        """What faces can be grouped by, and how many there are of each value: columns, then `label:NAME`."""
        found = {}
        for name in GROUPED_BY:
            counted = Counter(v for v in self.table.column(name).to_pylist() if v is not None)
            if 1 <= len(counted) <= _MOST_VALUES:
                found[name] = dict(counted.most_common())
        for name, values in self.labels.items():
            counted = Counter(values.values())
            if len(counted) <= _MOST_VALUES:
                found[f"label:{name}"] = dict(counted.most_common())
        return found

    @cached_property
    def numbers(self) -> dict[str, NDArray[np.float32]]:
        """What faces can be sorted by, [rows] each and NaN where unknown: columns, `label:sure_of_NAME`, `label:NAME`.

        The second is how sure a classifier or head was of its one label; a label is one of numbers where all its values
        are, and there are more than two.
        """
        found: dict[str, NDArray[np.float32]] = {}
        for name in _NUMBERED_BY:
            column = np.array([np.nan if v is None else v for v in self.table.column(name).to_pylist()], np.float32)
            if len(np.unique(column[np.isfinite(column)])) > 1:
                found[name] = column
        found |= {f"label:sure_of_{name}": self._by_face(sure) for name, sure in self.dataset.sureness().items()}
        for name, values in self.labels.items():
            number = {value: finite_number(value) for value in set(values.values())}
            if len(number) > 2 and all(x is not None for x in number.values()):
                found[f"label:{name}"] = self._by_face({i: number[value] for i, value in values.items()})
        return found

    def _by_face(self, numbers: Mapping[str, float | None]) -> NDArray[np.float32]:
        column = np.full(self.rows, np.nan, np.float32)
        for row_id, number in numbers.items():
            place = self.number.get(row_id, self.rows)
            if place < self.rows and number is not None:
                column[place] = number
        return column

    @cached_property
    def drop_reasons(self) -> dict[str, int]:
        """`stage reason` -> how many were left out for it."""
        pairs = zip(self.drops.column("stage").to_pylist(), self.drops.column("reason").to_pylist(), strict=True)
        return dict(Counter(f"{stage} {reason}" for stage, reason in pairs).most_common())

    @cached_property
    def _groups(self) -> tuple[list[tuple[Path, int]], list[int]]:
        groups = self.dataset.groups()
        sizes = [pq.ParquetFile(path).metadata.row_group(g).num_rows for path, g in groups]
        return groups, [0, *accumulate(sizes)]

    def picture(self, face: int) -> bytes:
        """Return a row's stored bytes, or a drop's thumbnail; empty where there is none."""
        if face >= self.rows:
            return self.drops.column("thumbnail")[face - self.rows].as_py() or b""
        groups, starts = self._groups
        place = bisect.bisect_right(starts, face) - 1
        path, group = groups[place]
        with self._lock:
            if path not in self._files:
                self._files[path] = pq.ParquetFile(path)
            column = self._files[path].read_row_group(group, columns=["image"]).column("image").combine_chunks()
        data: bytes = column.field("bytes")[face - starts[place]].as_py()
        return data

    def known(self, face: int) -> dict[str, Any]:
        """Return what the dataset knows of one face, as plain JSON."""
        if face >= self.rows:
            columns = [n for n in self.drops.column_names if n != "thumbnail"]
            row: dict[str, Any] = self.drops.select(columns).slice(face - self.rows, 1).to_pylist()[0]
            return row
        row = self.table.slice(face, 1).to_pylist()[0]
        row["labels"] = {n: v[row["id"]] for n, v in self.labels.items() if row["id"] in v}
        return row
