"""The last pass: duplicates over all rows, then parts, labels, drops and the manifest, which comes last."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tachie import __version__
from tachie.core.files import write_atomically
from tachie.core.images import decode, encode_jpeg, fitted
from tachie.core.recipe import Recipe
from tachie.core.tagged import Tagged
from tachie.dataset.card import write_card
from tachie.dataset.dedupe import Duplicate, find_duplicates
from tachie.dataset.format import DROP_SCHEMA, MANIFEST_NAME, ROW_SCHEMA, SAFETY, UNSAFE, Manifest, Part
from tachie.dataset.reader import Dataset
from tachie.dataset.tagged import TaggedFile
from tachie.dataset.writer import THUMBNAIL_PX, PartWriter, RowFile, write_labels
from tachie.pipeline.shard import drops_file
from tachie.stages.tag import Tag
from tachie.vision.phash import hash_bits


@dataclass(slots=True)
class _Known:
    """What the duplicates' pass holds of every row: some 300 bytes each, and no picture."""

    ids: list[str]
    hashes: list[str]
    quality: list[float]
    tags: list[list[str]]
    labels: list[dict[str, str]]


def finish(out: Path, files: list[Path], recipe: Recipe, build_key: str, inputs: list[str]) -> Dataset:
    """Turn the work files, in order, into the finished dataset in `out`."""
    known, pictures, sidecars = _know(files)
    duplicates = find_duplicates(
        known.ids,
        hash_bits(known.hashes),
        known.quality,
        exact=recipe.duplicates.exact,
        distance=recipe.duplicates.near_distance,
    )
    for duplicate in duplicates:
        kept = duplicate.kept
        known.tags[kept] = list(dict.fromkeys([*known.tags[kept], *known.tags[duplicate.row]]))
        known.labels[kept] = known.labels[duplicate.row] | known.labels[kept]
    gone = {d.row: d for d in duplicates}
    shutil.rmtree(out / "data", ignore_errors=True)
    shutil.rmtree(out / "labels", ignore_errors=True)
    (out / "data").mkdir(parents=True)
    with _tagged_file(out, recipe) as tagged:
        parts, left_out = _write_rows(out, files, known, gone, tagged)
    staying = [i for i in range(len(known.ids)) if i not in gone]
    order = [known.ids[i] for i in staying]
    _write_labels(out, {known.ids[i]: known.labels[i] for i in staying}, order)
    manifest = Manifest(
        program_version=__version__,
        build_key=build_key,
        recipe=recipe.as_dict(),
        inputs=inputs,
        pictures=pictures,
        rows=len(order),
        parts=parts,
        drops=left_out.by_stage(),
        unreadable=left_out.unreadable,
        sidecars=dict(sidecars.most_common()),
    )
    write_card(Dataset(out, manifest))
    write_atomically(out / MANIFEST_NAME, manifest.model_dump_json(indent=1) + "\n")
    return Dataset.open(out)


@contextmanager
def _tagged_file(out: Path, recipe: Recipe) -> Iterator[TaggedFile | None]:
    """Open labels/tagger.parquet where the recipe has a tagger."""
    stage = next((stage for stage in recipe.stages if isinstance(stage, Tag)), None)
    if stage is None:
        yield None
        return
    by = stage.load()
    with TaggedFile.create(out, by.labels, by.key) as file:
        yield file


def _write_labels(out: Path, labels: Mapping[str, Mapping[str, str]], order: list[str]) -> None:
    """Write what the sources state, and apart from it what the safety network said."""
    said = {i: {n: v for n, v in stated.items() if n in (SAFETY, UNSAFE)} for i, stated in labels.items()}
    stated = {i: {n: v for n, v in known.items() if n not in (SAFETY, UNSAFE)} for i, known in labels.items()}
    write_labels(out, "sidecar", stated, "sidecar", order)
    write_labels(out, SAFETY, said, SAFETY, order)


def _know(files: Iterable[Path]) -> tuple[_Known, int, Counter[str]]:
    known, pictures, sidecars = _Known([], [], [], [], []), 0, Counter[str]()
    for file in files:
        opened = pq.ParquetFile(file)
        pictures += int(opened.metadata.metadata[b"pictures"])
        sidecars.update(json.loads(opened.metadata.metadata.get(b"sidecars", b"{}")))
        columns = ["id", "phash", "width", "height", "tags", "labels", "byte_count"]
        for row in opened.read(columns=columns).to_pylist():
            known.ids.append(row["id"])
            known.hashes.append(row["phash"])
            # The larger one is the better one; of equal sizes, the less compressed one.
            known.quality.append(row["width"] * row["height"] + row["byte_count"] / 2**40)
            known.tags.append(row["tags"] or [])
            known.labels.append(dict(row["labels"] or ()))
    return known, pictures, sidecars


@dataclass(slots=True)
class _LeftOut:
    """Counts what goes into drops.parquet on its way there."""

    file: RowFile
    counted: Counter[tuple[str, str]] = field(default_factory=Counter)
    unreadable: int = 0

    def add(self, drop: dict[str, Any]) -> None:
        self.file.add(drop)
        self.counted[drop["stage"], drop["reason"]] += 1
        self.unreadable += drop["unreadable"]

    def by_stage(self) -> dict[str, dict[str, int]]:
        stages: dict[str, dict[str, int]] = {}
        for (stage, reason), n in sorted(self.counted.items()):
            stages.setdefault(stage, {})[reason] = n
        return stages


def _write_rows(
    out: Path, files: Iterable[Path], known: _Known, gone: Mapping[int, Duplicate], tagged: TaggedFile | None
) -> tuple[list[Part], _LeftOut]:
    """Copy the work files into parts and drops, a row group in memory at a time."""
    merged = {d.kept for d in gone.values()}
    parts = PartWriter(out / "data")
    start = 0
    with RowFile.create(out / "drops.parquet", DROP_SCHEMA) as drops:
        left_out = _LeftOut(drops)
        for table in _row_groups(files, left_out):
            rows = range(start, start + len(table))
            start += len(table)
            for i, said in zip(rows, table.column("tagged").to_pylist(), strict=True):
                if said and tagged and i not in gone:
                    tagged.add(known.ids[i], Tagged(**json.loads(said)))
            table = table.drop_columns(["tagged"]).cast(ROW_SCHEMA)
            if any(i in merged for i in rows):
                tags = pa.array([known.tags[i] for i in rows], ROW_SCHEMA.field("tags").type)
                table = table.set_column(ROW_SCHEMA.get_field_index("tags"), ROW_SCHEMA.field("tags"), tags)
            leaving = [i for i in rows if i in gone]
            if leaving:
                leave = table.take([i - rows.start for i in leaving]).to_pylist()
                for i, row in zip(leaving, leave, strict=True):
                    left_out.add(_duplicate_drop(row, gone[i], known))
                table = table.filter(pa.array([i not in gone for i in rows], pa.bool_()))
            parts.add(table)
    return parts.close(), left_out


def _row_groups(files: Iterable[Path], left_out: _LeftOut) -> Iterator[pa.Table]:
    """Yield the rows of the work files and what was said of them, a row group at a time; drops are added on the way."""
    for file in files:
        for drop in pq.read_table(drops_file(file)).to_pylist():
            left_out.add(drop)
        opened = pq.ParquetFile(file)
        for group in range(opened.num_row_groups):
            yield opened.read_row_group(group).drop_columns(["labels", "byte_count"])


def _duplicate_drop(row: dict[str, Any], duplicate: Duplicate, known: _Known) -> dict[str, Any]:
    return {
        "stage": "duplicates",
        "reason": "exact_duplicate" if duplicate.exact else "near_duplicate",
        "detail": f"of {known.ids[duplicate.kept]}",
        "source_path": row["source_path"],
        "url": row["url"],
        "box_xyxy": row["box_xyxy"],
        "parent_id": row["parent_id"],
        "unreadable": False,
        "thumbnail": encode_jpeg(fitted(decode(row["image"]["bytes"]).rgb, THUMBNAIL_PX)[0]),
    }
