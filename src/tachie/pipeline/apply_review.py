"""`build --apply-review`: from a dataset and the decisions on it, another dataset. The first one is not changed.

Rows that stay are copied as they are. What was rejected goes into drops.parquet under the stage `review`. What was
brought back is made anew from its original by the dataset's own recipe without the stage that threw it out; where that
cannot be done, the drop stays and says why. Label files are copied for the rows that stay, so that each speaker keeps
its place in the precedence: review > site or sidecar > learned > tagger.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tachie import __version__
from tachie.core.errors import Drop, TachieError, UsageError
from tachie.core.files import write_atomically
from tachie.core.images import decode, encode_jpeg, fitted
from tachie.core.item import Item
from tachie.core.recipe import Stage, stage_name
from tachie.dataset.card import write_card
from tachie.dataset.decisions import Decisions, Row, decided
from tachie.dataset.format import (
    DROP_SCHEMA,
    LABEL_PRECEDENCE,
    MANIFEST_NAME,
    REJECT,
    RESTORE,
    ROW_SCHEMA,
    Manifest,
    drop_ids,
)
from tachie.dataset.reader import Dataset
from tachie.dataset.tagged import SPEAKER, tagged_row
from tachie.dataset.writer import THUMBNAIL_PX, PartWriter, RowFile, row_of_item, write_labels, write_table
from tachie.pipeline.originals import Originals
from tachie.vision.phash import phash

STAGE = "review"


@dataclass(frozen=True, slots=True)
class Applied:
    """The clean dataset, and what could not be brought back: id of the drop -> why."""

    dataset: Dataset
    already_built: bool
    rejected: int = 0
    restored: int = 0
    lost: dict[str, str] = field(default_factory=dict)


def apply_review(
    dataset: Dataset,
    out: Path,
    originals: Originals | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Applied:
    """Write the clean dataset into `out`; the same decisions on the same dataset are not applied twice.

    Raises `UsageError` where nothing was decided or `out` holds something else.
    """
    rows = decided(dataset.path)
    if not rows:
        raise UsageError(f"nothing was decided on {dataset.path} yet", f"Review it: tachie review {dataset.path}")
    key = _key(dataset, rows)
    if (out / MANIFEST_NAME).exists():
        return _standing(out, key)
    if out.exists() and (not out.is_dir() or any(p.name not in _OURS for p in out.iterdir())):
        raise UsageError(f"{out} holds other things already", "Name a new folder with --out.")
    for folder in ("data", "labels"):
        shutil.rmtree(out / folder, ignore_errors=True)
    (out / "data").mkdir(parents=True)
    rejected = {i for i, row in rows.items() if row.fields.get("review") == REJECT}
    wanted = {i for i, row in rows.items() if row.fields.get("review") == RESTORE}
    restored, lost = _restored(dataset, wanted, originals or Originals(dataset))
    parts, left_out, order = PartWriter(out / "data"), Counter[tuple[str, str]](), []
    unreadable = 0
    with RowFile.create(out / "drops.parquet", DROP_SCHEMA) as drops:
        old = pq.read_table(dataset.path / "drops.parquet")
        for name, drop in zip(drop_ids(old), old.to_pylist(), strict=True):
            if name not in restored:
                drops.add(drop)
                left_out[drop["stage"], drop["reason"]] += 1
                unreadable += drop["unreadable"]
        for table in dataset.tables():
            ids = table.column("id").to_pylist()
            for i in (i for i, row_id in enumerate(ids) if row_id in rejected):
                drop = _drop(table.slice(i, 1).to_pylist()[0], rows[ids[i]])
                drops.add(drop)
                left_out[drop["stage"], drop["reason"]] += 1
            staying = [row_id not in rejected for row_id in ids]
            parts.add(table.filter(pa.array(staying, pa.bool_())))
            order += [row_id for row_id, stays in zip(ids, staying, strict=True) if stays]
            progress(len(order), len(dataset))
    new = [row for row, _ in restored.values() if row["id"] not in set(order)]
    if new:
        parts.add(pa.Table.from_pylist(new, schema=ROW_SCHEMA))
    written = parts.close()
    order += [row["id"] for row in new]
    copy_labels(dataset, out, set(order), {row["id"]: item for row, item in restored.values()}, order)
    copy_decisions(rows, out, set(order), {name: row["id"] for name, (row, _) in restored.items()})
    manifest = dataset.manifest
    made = Manifest(
        program_version=__version__,
        build_key=key,
        recipe=manifest.recipe,
        inputs=manifest.inputs,
        pictures=manifest.pictures,
        rows=len(order),
        parts=written,
        drops=by_stage(left_out),
        unreadable=unreadable,
        label_precedence=list(LABEL_PRECEDENCE),
    )
    write_card(Dataset(out, made))
    write_atomically(out / MANIFEST_NAME, made.model_dump_json(indent=1) + "\n")
    return Applied(Dataset.open(out), False, len(rejected), len(restored), lost)


_OURS = frozenset({"data", "labels", "drops.parquet", "README.md", "sheet.jpg", "review"})


def _key(dataset: Dataset, rows: Mapping[str, Row]) -> str:
    said = sorted((row_id, sorted(row.fields.items())) for row_id, row in rows.items())
    return hashlib.sha256(f"review {dataset.manifest.build_key} {json.dumps(said)}".encode()).hexdigest()


def _standing(out: Path, key: str) -> Applied:
    found = Dataset.open(out)
    if found.manifest.build_key != key:
        raise UsageError(
            f"{out} is a finished dataset, made from other files or other decisions", "Name a new folder with --out."
        )
    return Applied(found, True)


def _drop(row: dict[str, Any], decision: Row) -> dict[str, Any]:
    try:
        thumbnail = encode_jpeg(fitted(decode(row["image"]["bytes"]).rgb, THUMBNAIL_PX)[0])
    except Drop:
        thumbnail = None
    return {
        "stage": STAGE,
        "reason": decision.fields.get("reason", "rejected"),
        "detail": f"{decision.why.get('review', '')}, {decision.when[:10]}, {row['id']}",
        "source_path": row["source_path"],
        "url": row["url"],
        "box_xyxy": row["box_xyxy"],
        "parent_id": row["parent_id"],
        "unreadable": False,
        "thumbnail": thumbnail,
    }


def by_stage(counted: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Return counts of (stage, reason) as a manifest has them."""
    stages: dict[str, dict[str, int]] = {}
    for (stage, reason), n in sorted(counted.items()):
        stages.setdefault(stage, {})[reason] = n
    return stages


Restored = dict[str, tuple[dict[str, Any], Item]]  # drop id -> row, and the item that it was made of


def _restored(dataset: Dataset, wanted: set[str], originals: Originals) -> tuple[Restored, dict[str, str]]:
    found: Restored = {}
    lost: dict[str, str] = {}
    if not wanted:
        return found, lost
    table = pq.read_table(dataset.path / "drops.parquet")
    for name, drop in zip(drop_ids(table), table.to_pylist(), strict=True):
        if name in wanted:
            item, why = _again(drop, originals)
            if item is None:
                lost[name] = f"{drop['source_path']}: {why}"
            else:
                found[name] = row_of_item(item, phash(item.pixels())), item
    return found, lost


def _again(drop: dict[str, Any], originals: Originals) -> tuple[Item | None, str]:
    """Return the item that a drop would have been, or None and why it cannot be had."""
    if drop["unreadable"]:
        return None, "it could not be read in the first place"
    why = "its original is not where it was, or has changed (say where it is with --from)"
    box = drop["box_xyxy"]
    for item in originals.items(drop["source_path"]):
        try:
            for made in _through(originals.recipe.stages, item, drop["stage"]):
                same = (
                    made.box_xyxy is None if box is None else made.box_xyxy is not None and _alike(made.box_xyxy, box)
                )
                if same:
                    return made, ""
            why = "its box is not found in the original any more"
        except Drop as refused:
            why = f"without the stage '{drop['stage']}', it is left out as {refused.reason}"
        except TachieError as error:
            why = error.message
    return None, why


def _through(stages: Sequence[Stage], item: Item, without: str) -> Iterator[Item]:
    """Run an item through the stages but the one that threw it out; other items' drops are passed over."""
    if not stages:
        yield item
        return
    stage, rest = stages[0], stages[1:]
    results = [item] if stage_name(stage) == without else list(stage(item))
    refused: Drop | None = None
    for result in results:
        try:
            yield from _through(rest, result, without)
        except Drop as drop:
            refused = drop
    if refused and len(results) == 1:
        raise refused


def _alike(a: Sequence[float], b: Sequence[float]) -> bool:
    return all(abs(x - y) < 0.1 for x, y in zip(a, b, strict=True))


def copy_labels(dataset: Dataset, out: Path, staying: set[str], restored: Mapping[str, Item], order: list[str]) -> None:
    """Copy the label files for the rows that stay, and what is said of restored ones."""
    stated = {row_id: dict(item.labels) for row_id, item in restored.items()}
    for path in dataset.label_files():
        if path.stem == "review":
            continue
        table = pq.read_table(path)
        table = table.filter(pc.is_in(table.column("id"), pa.array(sorted(staying), pa.string())))
        if path.stem == "sidecar" and any(stated.values()):
            labels = {r.pop("id"): {n: v for n, v in r.items() if v is not None} for r in _labels_of(table)}
            write_labels(out, "sidecar", labels | stated, "sidecar", order)
            continue
        if path.stem == SPEAKER:
            table = _with_tagged(table, restored)
        if len(table):
            write_table(out / "labels" / path.name, table, group_rows=100_000)
    if any(stated.values()) and not (dataset.path / "labels/sidecar.parquet").exists():
        write_labels(out, "sidecar", stated, "sidecar", order)


def _with_tagged(table: pa.Table, restored: Mapping[str, Item]) -> pa.Table:
    """Return what a tagger said with what it says of restored rows, as far as the file has columns for it."""
    said = [(i, item.tagged) for i, item in restored.items() if item.tagged]
    rows = [row for i, tagged in said if (row := tagged_row(i, tagged, SPEAKER, datetime.now(UTC)))]
    return pa.concat_tables([table, pa.Table.from_pylist(rows, schema=table.schema)]) if rows else table


def _labels_of(table: pa.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.drop_columns(["source", "when", "confidence"]).to_pylist()
    return rows


def copy_decisions(rows: Mapping[str, Row], out: Path, staying: set[str], restored: dict[str, str]) -> None:
    """Carry over what still says something: keeping and labels of the rows that stay."""
    kept = {}
    for name, row in rows.items():
        row_id = restored.get(name, name)
        fields = {n: v for n, v in row.fields.items() if n not in ("reason",) and v != RESTORE}
        if row_id in staying and fields:
            kept[row_id] = replace(row, fields=fields, why={n: row.why[n] for n in fields if n in row.why})
    if kept:
        clean = Decisions(out, rows=kept, seq=max(row.version for row in kept.values()))
        clean.compact()
