"""Writing: items to rows, rows to parts of at most 1,000 or 128 MB, each file whole or not there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tachie.core.errors import Drop, Unreadable
from tachie.core.files import replacing
from tachie.core.images import encode_jpeg, encode_png, extension, fitted
from tachie.core.item import Item
from tachie.dataset.format import (
    DATA_SCHEMA,
    DROP_SCHEMA,
    PART_MAX_MB,
    PART_MAX_ROWS,
    ROW_GROUP_ROWS,
    Part,
    labels_schema,
)

THUMBNAIL_PX = 96
GROUP_MB = 64  # pictures are written as they come, so that a shard of large ones does not fill the memory

# Pictures are compressed already.
_COMPRESSION = {
    name: "NONE" if name in ("image", "thumbnail") else "ZSTD" for name in (*DATA_SCHEMA.names, *DROP_SCHEMA.names)
}


def row_of_item(item: Item, phash: str) -> dict[str, Any]:
    """Return an item as a row of the dataset: bytes kept unchanged where no stage changed the picture, else PNG."""
    rgb = item.pixels()
    data = item.data if item.data is not None else encode_png(rgb)
    sha256 = hashlib.sha256(data).hexdigest()
    row_id = item.row_id or sha256
    return {
        "id": row_id,
        "image": {"bytes": data, "path": f"{row_id[:16]}{extension(data)}"},
        "content_sha256": sha256,
        "width": rgb.shape[1],
        "height": rgb.shape[0],
        "source": item.source,
        "url": item.url,
        "page_url": item.page_url,
        "post_id": item.post_id,
        "released_at": item.released_at,
        "rating": item.rating,
        "tags": list(item.tags),
        "artist": item.artist,
        "rights": item.rights,
        "fetched_at": item.fetched_at,
        "parent_id": item.parent_id or row_id,
        "source_path": item.source_path,
        "face_index": item.face_index,
        "box_xyxy": item.box_xyxy,
        "confidence": item.confidence,
        "phash": phash,
        "frame": item.frame and {"number": item.frame.number, "pts_s": item.frame.pts_s, "type": item.frame.type},
        "episode": item.episode,
        "upscaled": item.upscaled,
    }


def drop_row(stage: str, drop: Drop, item: Item) -> dict[str, Any]:
    """Return what drops.parquet keeps of an item that was left out."""
    thumbnail = None
    if item.rgb is not None:
        thumbnail = encode_jpeg(fitted(item.rgb, THUMBNAIL_PX)[0])
    return {
        "stage": stage,
        "reason": drop.reason,
        "detail": drop.detail or None,
        "source_path": item.source_path,
        "url": item.url,
        "box_xyxy": item.box_xyxy,
        "unreadable": isinstance(drop, Unreadable),
        "thumbnail": thumbnail,
        "parent_id": item.parent_id or None,
    }


def write_table(path: Path, table: pa.Table, group_rows: int = ROW_GROUP_ROWS) -> None:
    """Write one Parquet file under a temporary name, then give it its own."""
    compression = {n: _COMPRESSION.get(n.split(".")[0], "ZSTD") for n in _leaves(table.schema)}
    with replacing(path) as file:
        pq.write_table(table, file, row_group_size=group_rows, compression=compression)


def _leaves(schema: pa.Schema) -> list[str]:
    """Return column paths as Parquet names them: `image.bytes`, `tags.list.element`."""
    paths = []
    for column in schema:
        if pa.types.is_struct(column.type):
            paths += [f"{column.name}.{column.type.field(i).name}" for i in range(column.type.num_fields)]
        elif pa.types.is_list(column.type):
            paths.append(f"{column.name}.list.element")
        elif pa.types.is_map(column.type):
            paths += [f"{column.name}.key_value.key", f"{column.name}.key_value.value"]
        else:
            paths.append(column.name)
    return paths


@dataclass
class RowFile:
    """A Parquet file that takes rows one by one and holds at most a row group of them."""

    writer: pq.ParquetWriter
    _rows: list[dict[str, Any]] = field(default_factory=list)
    _bytes: int = 0

    @classmethod
    @contextmanager
    def create(cls, path: Path, schema: pa.Schema) -> Iterator[RowFile]:
        """Open a new file that appears, whole, when the block ends well."""
        compression = {n: _COMPRESSION.get(n.split(".")[0], "ZSTD") for n in _leaves(schema)}
        with replacing(path) as file, pq.ParquetWriter(file, schema, compression=compression) as writer:
            rows = cls(writer)
            yield rows
            rows.flush()

    def add(self, row: dict[str, Any], byte_count: int = 1000) -> None:
        """Take a row of about so many bytes."""
        self._rows.append(row)
        self._bytes += byte_count
        if self._bytes > GROUP_MB * 1024**2:
            self.flush()

    def flush(self) -> None:
        """Write what is held as a row group."""
        if self._rows:
            self.writer.write_table(pa.Table.from_pylist(self._rows, schema=self.writer.schema))
        self._rows, self._bytes = [], 0


@dataclass
class PartWriter:
    """Cuts a stream of tables into the parts of data/; memory holds one part at most."""

    folder: Path
    parts: list[Part] = field(default_factory=list)
    _held: list[pa.Table] = field(default_factory=list)
    _rows: int = 0
    _bytes: int = 0

    def add(self, table: pa.Table) -> None:
        """Take rows in order; parts are written as they fill."""
        sizes = pc.binary_length(table.column("image").combine_chunks().field("bytes")).to_pylist()
        start = 0
        for i, size in enumerate(sizes):
            if self._rows and (self._rows == PART_MAX_ROWS or self._bytes + size > PART_MAX_MB * 1024**2):
                self._held.append(table.slice(start, i - start))
                self._write()
                start = i
            self._rows, self._bytes = self._rows + 1, self._bytes + size
        self._held.append(table.slice(start))

    def close(self) -> list[Part]:
        """Write what is left and return all parts."""
        if self._rows:
            self._write()
        return self.parts

    def _write(self) -> None:
        table = pa.concat_tables(self._held).combine_chunks().replace_schema_metadata(DATA_SCHEMA.metadata)
        path = self.folder / f"part-{len(self.parts):05d}.parquet"
        write_table(path, table)
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        self.parts.append(Part(file=path.name, rows=len(table), bytes=path.stat().st_size, sha256=sha256))
        self._held, self._rows, self._bytes = [], 0, 0


def write_labels(
    dataset: Path, name: str, labels: Mapping[str, Mapping[str, str]], source: str, order: Sequence[str]
) -> Path | None:
    """Write labels/NAME.parquet from id -> label -> value, in the order of the ids given; None where there are none."""
    names = sorted({label for values in labels.values() for label in values})
    if not names:
        return None
    ids = [i for i in order if labels.get(i)]
    columns: dict[str, list[Any]] = {"id": ids, **{n: [labels[i].get(n) for i in ids] for n in names}}
    columns |= {"source": [source] * len(ids), "when": [None] * len(ids), "confidence": [None] * len(ids)}
    path = dataset / "labels" / f"{name}.parquet"
    write_table(path, pa.table(columns, schema=labels_schema(names)), group_rows=100_000)
    return path
