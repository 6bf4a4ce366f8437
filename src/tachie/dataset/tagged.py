"""labels/tagger.parquet: what a tagger said of each row, with its probabilities and which labels to trust."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from tachie.core.tagged import Tagged, TaggedLabel
from tachie.dataset.format import NOT_TRUSTED, PRECISION, labels_schema
from tachie.dataset.writer import RowFile

SPEAKER = "tagger"


@dataclass
class TaggedFile:
    """The file while it is written; rows of which nothing is known are not in it."""

    _rows: RowFile
    _source: str
    _when: datetime

    @classmethod
    @contextmanager
    def create(cls, dataset: Path, labels: Sequence[TaggedLabel], tagger: str) -> Iterator[TaggedFile]:
        """Open labels/tagger.parquet of a dataset's folder; it appears, whole, when the block ends well.

        `tagger` is the tagger's key; the rows' source is "tagger KEY".
        """
        with RowFile.create(dataset / "labels" / f"{SPEAKER}.parquet", tagged_schema(labels)) as rows:
            yield cls(rows, f"{SPEAKER} {tagger}", datetime.now(UTC))

    def add(self, row_id: str, said: Tagged) -> None:
        """Take what was said of a row."""
        row = tagged_row(row_id, said, self._source, self._when)
        if row is not None:
            self._rows.add(row)


def tagged_row(row_id: str, said: Tagged, source: str, when: datetime) -> dict[str, Any] | None:
    """Return what was said of a row as a row of the file, None where nothing is known."""
    known = said.known()
    if not known and not said.tags:
        return None
    row: dict[str, Any] = {"id": row_id, "source": source, "when": when}
    row |= {name: value for name, (value, _) in known.items()}
    row["confidence"] = min((p for _, p in known.values()), default=None)
    row["probabilities"] = [(name, p) for name, (_, p) in known.items()]
    row["raw_tags"] = list(said.tags)
    return row


def tagged_schema(labels: Sequence[TaggedLabel]) -> pa.Schema:
    """Return the schema: `labels_schema` with `probabilities`, `raw_tags`, and marks on labels not to be trusted."""
    schema = labels_schema([label.name for label in labels])
    for label in labels:
        place = schema.get_field_index(label.name)
        schema = schema.set(place, schema.field(place).with_metadata(_mark(label)))
    schema = schema.append(pa.field("probabilities", pa.map_(pa.string(), pa.float32())))
    return schema.append(pa.field("raw_tags", pa.list_(pa.string())))


def _mark(label: TaggedLabel) -> Mapping[bytes | str, bytes | str]:
    mark: dict[bytes | str, bytes | str] = {} if label.trusted else {NOT_TRUSTED: b"yes"}
    return mark if label.precision is None else mark | {PRECISION: f"{label.precision:.3f}".encode()}
