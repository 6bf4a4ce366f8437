"""Reading a dataset: the manifest, columns, pictures in order or by row group, and labels with their precedence."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from tachie.core.attributes import UNKNOWN
from tachie.core.errors import FormatError
from tachie.dataset.decisions import decided
from tachie.dataset.format import (
    FORMAT_VERSION,
    LABEL_FRAME,
    MANIFEST_NAME,
    NOT_TRUSTED,
    REVIEW_FRAME,
    ROW_SCHEMA,
    Manifest,
)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A finished dataset on disk. Nothing is held in memory but the manifest."""

    path: Path
    manifest: Manifest

    @classmethod
    def open(cls, path: str | Path) -> Dataset:
        """Open the dataset in a folder; raises `FormatError` where there is none, or one of another version."""
        folder = Path(path)
        file = folder / MANIFEST_NAME
        if not file.is_file():
            raise FormatError(
                f"{folder} is not a tachie dataset (it has no {MANIFEST_NAME})",
                "An interrupted build is finished by the same 'tachie build' command that began it."
                if (folder / "work").is_dir()
                else "Build one with: tachie build PATH --out DATASET",
            )
        try:
            manifest = Manifest.model_validate_json(file.read_bytes())
        except ValidationError as error:
            raise FormatError(f"{file} cannot be read as a manifest: {error.errors()[0]['msg']}") from error
        if manifest.format_version > FORMAT_VERSION:
            raise FormatError(
                f"{folder} has format version {manifest.format_version}, this program reads up to {FORMAT_VERSION}",
                "Update tachie.",
            )
        for part in manifest.parts:
            file = folder / "data" / part.file
            if not file.is_file() or file.stat().st_size != part.bytes:
                raise FormatError(
                    f"{file} is missing or has another size than the manifest says",
                    "Copy the dataset again, or build it again into a new folder.",
                )
        return cls(folder, manifest)

    def __len__(self) -> int:
        return self.manifest.rows

    def part_paths(self) -> list[Path]:
        """Return the files of data/ in order."""
        return [self.path / "data" / part.file for part in self.manifest.parts]

    def columns(self, names: Sequence[str]) -> pa.Table:
        """Return these columns of all rows as one Arrow table; leave `image` out of it where memory matters."""
        tables = [pq.ParquetFile(p).read(columns=list(names)) for p in self.part_paths()]
        return pa.concat_tables(tables) if tables else _empty(names)

    def groups(self) -> list[tuple[Path, int]]:
        """Return every row group as (file, index): the unit of shuffled or partial reading."""
        return [(p, g) for p in self.part_paths() for g in range(pq.ParquetFile(p).num_row_groups)]

    def tables(self, names: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Yield the rows in order, one row group at a time."""
        for path in self.part_paths():
            file = pq.ParquetFile(path)
            for group in range(file.num_row_groups):
                yield file.read_row_group(group, columns=None if names is None else list(names))

    def rows(self, names: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
        """Yield the rows in order as dicts."""
        for table in self.tables(names):
            yield from table.to_pylist()

    def images(self) -> Iterator[tuple[str, bytes]]:
        """Yield (id, stored bytes of the picture) in order."""
        for table in self.tables(["id", "image"]):
            data = table.column("image").combine_chunks().field("bytes")
            yield from zip(table.column("id").to_pylist(), data.to_pylist(), strict=True)

    def images_of(self, rows: Collection[int]) -> Iterator[tuple[int, bytes]]:
        """Yield (number, stored bytes of the picture) of these rows in order; row groups without any are not read."""
        wanted = sorted(set(rows))
        first = 0
        for path in self.part_paths():
            file = pq.ParquetFile(path)
            for group in range(file.num_row_groups):
                end = first + file.metadata.row_group(group).num_rows
                if here := wanted[bisect_left(wanted, first) : bisect_left(wanted, end)]:
                    data = file.read_row_group(group, columns=["image"]).column("image").combine_chunks().field("bytes")
                    yield from ((row, data[row - first].as_py()) for row in here)
                first = end

    def label_files(self) -> list[Path]:
        """Return the files of labels/, sorted by name."""
        return sorted((self.path / "labels").glob("*.parquet"))

    def labels(self, *, trusted: bool = False, without: str = "") -> dict[str, dict[str, str]]:
        """Return label -> {id: value}, the speakers of higher precedence having overruled the others.

        With `trusted`, columns that are marked as guesses do not speak; nor does the speaker named in `without`.
        """
        said = self.said(trusted=trusted, without=without)
        return {name: {i: value for i, (value, _) in known.items()} for name, known in said.items()}

    def said(self, *, trusted: bool = False, without: str = "") -> dict[str, dict[str, tuple[str, str]]]:
        """Return label -> {id: (value, speaker)}; who only guesses is named as "tagger, not trusted"."""
        rank = {name: i for i, name in enumerate(self.manifest.label_precedence)}
        merged: dict[str, dict[str, tuple[int, str, str]]] = {}
        for row_id, row in decided(self.path).items() if without != "review" else ():
            for name, value in row.fields.items():
                if name not in REVIEW_FRAME:
                    merged.setdefault(name, {})[row_id] = rank.get("review", len(rank)), value, "review"
        for path in self.label_files():
            if path.stem == "review":  # the journal beside it is as new or newer
                continue
            table = pq.read_table(path)
            ids = table.column("id").to_pylist()
            sources = [source.partition(" ")[0] for source in table.column("source").to_pylist()]
            for column in table.schema:
                guessed = NOT_TRUSTED in (column.metadata or {})
                if column.name in LABEL_FRAME or (guessed and trusted):
                    continue
                known = merged.setdefault(column.name, {})
                for row_id, source, value in zip(ids, sources, table.column(column.name).to_pylist(), strict=True):
                    if value is None or source == without:
                        continue
                    place = rank.get(source, len(rank))
                    if row_id not in known or place < known[row_id][0]:
                        known[row_id] = place, value, f"{source}, not trusted" if guessed else source
        plain = {n: {i: (v, by) for i, (_, v, by) in all_.items() if v != UNKNOWN} for n, all_ in merged.items()}
        return {name: known for name, known in sorted(plain.items()) if known}

    def sureness(self) -> dict[str, dict[str, float]]:
        """Return label -> {id: confidence} of the label files that were learned and speak of one label alone."""
        found = {}
        for path in self.label_files():
            schema = pq.read_schema(path)
            names = [name for name in schema.names if name not in LABEL_FRAME]
            if len(names) != 1 or "confidence" not in schema.names:
                continue
            table = pq.read_table(path, columns=["id", "source", "confidence"])
            rows = zip(*(table.column(name).to_pylist() for name in table.column_names), strict=True)
            sure = {i: c for i, source, c in rows if c is not None and source.partition(" ")[0] == "learned"}
            if sure:
                found[names[0]] = sure
        return found

    def damaged_parts(self) -> list[str]:
        """Return the names of parts whose checksum is not the manifest's."""
        damaged = []
        for part, path in zip(self.manifest.parts, self.part_paths(), strict=True):
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != part.sha256:
                    damaged.append(part.file)
        return damaged


def _empty(names: Sequence[str]) -> pa.Table:
    return pa.schema([ROW_SCHEMA.field(n) for n in names]).empty_table()
