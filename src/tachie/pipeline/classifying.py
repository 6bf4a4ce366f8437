"""`tachie classify` on datasets: what a classifier says of the rows, line by line or as a label column for review."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow.parquet as pq

from tachie.core.errors import Unreadable, UsageError
from tachie.core.images import decode
from tachie.core.tagged import Tagged
from tachie.dataset.format import LABEL_FRAME, REVIEW_FRAME, labels_schema
from tachie.dataset.reader import Dataset
from tachie.dataset.writer import RowFile
from tachie.pipeline.tagging import said_as_dict
from tachie.vision.classifier import Classifier

LEARNED = "learned"
_BATCH = 32
_TAKEN = {*LABEL_FRAME, *REVIEW_FRAME, "sidecar", "site", "tagger", "split", "group"}


@dataclass(frozen=True, slots=True)
class ClassifiedRow:
    """One row of a dataset: its id, where its picture came from, and what was said of it, or why it is unreadable."""

    row_id: str
    source_path: str
    said: Tagged | None = None
    error: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the line of `tachie classify --json`."""
        about = {"file": self.source_path, "id": self.row_id}
        return about | ({"error": self.error} if self.said is None else said_as_dict(self.said))


def classified_rows(dataset: Dataset, by: Classifier) -> Iterator[ClassifiedRow]:
    """Yield what is said of each stored picture in order; a row's picture is a face as it is."""
    held: list[tuple[str, str, bytes]] = []
    for table in dataset.tables(["id", "source_path", "image"]):
        data = table.column("image").combine_chunks().field("bytes").to_pylist()
        held += zip(table.column("id").to_pylist(), table.column("source_path").to_pylist(), data, strict=True)
        while len(held) >= _BATCH:
            yield from _classified(held[:_BATCH], by)
            del held[:_BATCH]
    yield from _classified(held, by)


def _classified(rows: list[tuple[str, str, bytes]], by: Classifier) -> Iterator[ClassifiedRow]:
    pictures, problems = [], {}
    for row_id, _, data in rows:
        try:
            pictures.append(decode(data).rgb)
        except Unreadable as error:
            problems[row_id] = f"{error.reason}: {error.detail}" if error.detail else error.reason
    said = iter(by(pictures))
    for row_id, path, _ in rows:
        if row_id in problems:
            yield ClassifiedRow(row_id, path, error=problems[row_id])
        else:
            yield ClassifiedRow(row_id, path, next(said))


def write_column(dataset: Dataset, by: Classifier, column: str, above: float, rows: Iterator[ClassifiedRow]) -> Any:
    """Write labels/COLUMN.parquet, source "learned", of rows as `classified_rows` gives them, and return counts.

    Rows that the classifier is less than `above` sure of are not in it. What people, sites and sidecars say of the same
    label goes before it. Raises `UsageError` where the name is taken by labels that were not learned.
    """
    file = checked_column(dataset, column)
    source, now = f"{LEARNED} {by.key}", datetime.now(UTC)
    marked: Counter[str] = Counter()
    unsure, unreadable = 0, []
    with RowFile.create(file, labels_schema([column])) as out:
        for row in rows:
            if row.said is None:
                unreadable.append(f"{row.source_path}: {row.error}")
                continue
            value = row.said.labels[by.about.label]
            sure = row.said.probabilities[by.about.label][value]
            if sure < above:
                unsure += 1
                continue
            out.add({"id": row.row_id, column: value, "source": source, "when": now, "confidence": sure})
            marked[value] += 1
    return {
        "labels": str(file),
        "label": column,
        "by": by.key,
        "marked": {value: marked[value] for value in by.classes if marked[value]},
        "unsure": unsure,
        "unreadable": unreadable,
    }


def checked_column(dataset: Dataset, column: str) -> Any:
    """Return the file of a label column that may be written; raises `UsageError` where it is not to be touched."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", column) or column in _TAKEN:
        raise UsageError(f"'{column}' cannot be a column of labels", "Use small letters, digits and _: hair_by_network")
    file = dataset.path / "labels" / f"{column}.parquet"
    if file.is_file():
        speakers = set(pq.read_table(file, columns=["source"]).column("source").to_pylist())
        others = sorted(s for s in speakers if s.partition(" ")[0] != LEARNED)
        if others:
            raise UsageError(f"{file} holds labels by '{others[0]}'", "Choose another --column.")
    return file
