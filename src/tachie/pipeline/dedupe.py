"""Near-duplicates of a finished dataset: found, kept as a label, shown on a sheet, left out of a copy of it.

By `phash`, pictures that were encoded or scaled anew. By `features`, also crops of one drawing that were cut
differently, and faces that differ by an expression alone: the features nominate pairs, the pictures decide.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tachie import __version__
from tachie.core.errors import Unreadable, UsageError
from tachie.core.files import write_atomically
from tachie.core.images import Rgb, decode
from tachie.dataset.card import write_card
from tachie.dataset.decisions import decided
from tachie.dataset.dedupe import Pairs, best_of, clusters, find_duplicates, near_pairs, nearest
from tachie.dataset.format import DROP_SCHEMA, MANIFEST_NAME, Manifest, labels_schema
from tachie.dataset.reader import Dataset
from tachie.dataset.writer import PartWriter, RowFile, write_table
from tachie.learn.features import extractor_of, features_of
from tachie.pipeline.apply_review import by_stage, copy_decisions, copy_labels
from tachie.pipeline.copies_sheet import thumbnail
from tachie.vision.alike import SAME_DRAWING, overlap, small
from tachie.vision.phash import hash_bits

By = Literal["phash", "features"]
Progress = Callable[[str, int, int], None]

LABEL = "cluster"  # of labels/duplicates.parquet
SPEAKER = "duplicates"
BITS = 4
# The least cosine at which features nominate a pair; the pictures then decide (vision/alike.py).
NOMINATED = {"classic": 0.90, "tagger": 0.91}
NOMINATED_BY_OTHERS = 0.75
MOST_NOMINATED = 8  # a row: a cluster of more copies hangs together by its members


@dataclass(frozen=True, slots=True)
class Found:
    """Pairs of rows that show the same, how alike each pair is (0 to 1), and what follows of them.

    By phash, rows of equal hashes are paired with the first of them alone: enough for the groups.
    `groups` are rows in clusters, the best first; `gone` is row -> the better row that it would be left out for.
    """

    by: By
    pairs: Pairs
    alike: list[float]
    groups: list[list[int]]
    gone: dict[int, int]


def find(
    dataset: Dataset,
    by: By = "features",
    bits: int = BITS,
    least: float = SAME_DRAWING,
    progress: Progress | None = None,
) -> Found:
    """Find the rows that show the same: hashes at most `bits` apart, or pictures that overlap by at least `least`."""
    told = progress or (lambda step, done, total: None)
    table = dataset.columns(["width", "height", "phash"])
    size = [w * h for w, h in zip(*(table.column(n).to_pylist() for n in ("width", "height")), strict=True)]
    if by == "phash":
        hashes = hash_bits(table.column("phash").to_pylist())
        pairs, alike = _by_hash(hashes, bits)
        names = [str(row) for row in range(len(size))]
        gone = {d.row: d.kept for d in find_duplicates(names, hashes, size, exact=False, distance=bits)}
    else:
        pairs, alike = _by_features(dataset, least, told)
        gone = best_of(pairs, size)
    groups = [sorted(rows, key=lambda row: (-size[row], row)) for rows in clusters(pairs, len(dataset))]
    return Found(by, pairs, alike, groups, gone)


def _by_hash(hashes: np.ndarray[tuple[int], np.dtype[np.uint64]], bits: int) -> tuple[Pairs, list[float]]:
    unique, first, group = np.unique(hashes, return_index=True, return_inverse=True)
    rows = np.arange(len(hashes))
    same = rows[first[group] != rows]  # each with the first row of its very hash
    pairs = np.concatenate([np.stack([first[group[same]], same], axis=1), first[near_pairs(unique, bits)]])
    pairs.sort(axis=1)
    apart = np.bitwise_count(hashes[pairs[:, 0]] ^ hashes[pairs[:, 1]])
    return pairs, [1 - int(n) / 64 for n in apart]


def _by_features(dataset: Dataset, least: float, told: Progress) -> tuple[Pairs, list[float]]:
    features = features_of(dataset, progress=lambda done, total: told("looking", done, total))
    kind = extractor_of(dataset).key.rpartition("-")[0]
    nominated = nearest(features, NOMINATED.get(kind, NOMINATED_BY_OTHERS), MOST_NOMINATED)
    pictures = _small_pictures(dataset, set(nominated.ravel().tolist()))
    kept, alike = [], []
    for n, (a, b) in enumerate(nominated.tolist()):
        if n % 500 == 0:
            told("comparing", n, len(nominated))
        if a in pictures and b in pictures and (fit := overlap(pictures[a], pictures[b])) >= least:
            kept.append((a, b))
            alike.append(fit)
    return np.array(kept, np.int64).reshape(-1, 2), alike


def _small_pictures(dataset: Dataset, rows: set[int]) -> dict[int, Rgb]:
    found = {}
    for row, (_, data) in enumerate(dataset.images()):
        if row in rows:
            try:
                found[row] = small(decode(data).rgb)
            except Unreadable:
                continue
    return found


def mark(dataset: Dataset, found: Found) -> Path:
    """Write labels/duplicates.parquet: `cluster` names what shows the same, after its best row; returns the file.

    Rows without a copy have no label. `confidence` is how alike a row is to the most alike of its cluster.
    """
    ids = dataset.columns(["id"]).column("id").to_pylist()
    closest: dict[int, float] = {}
    for (a, b), alike in zip(found.pairs.tolist(), found.alike, strict=True):
        closest[a], closest[b] = max(alike, closest.get(a, 0)), max(alike, closest.get(b, 0))
    names = {row: f"copies-{ids[group[0]][:12]}" for group in found.groups for row in group}
    rows, now = sorted(names), datetime.now(UTC)
    columns = {
        "id": [ids[row] for row in rows],
        LABEL: [names[row] for row in rows],
        "source": [SPEAKER] * len(rows),
        "when": [now] * len(rows),
        "confidence": [closest[row] for row in rows],
    }
    path = dataset.path / "labels" / f"{SPEAKER}.parquet"
    write_table(path, pa.table(columns, schema=labels_schema([LABEL])), group_rows=100_000)
    return path


def leave_out(
    dataset: Dataset, found: Found, out: Path, progress: Callable[[int, int], None] = lambda done, total: None
) -> Dataset:
    """Write a copy of the dataset with the best row of each cluster and what nothing is near to; returns it.

    What goes is in its drops.parquet, under the stage `duplicates`. Raises `UsageError` where `out` holds anything.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} holds other things already", "Name a new folder with --apply.")
    ids = dataset.columns(["id"]).column("id").to_pylist()
    going = {ids[row]: ids[kept] for row, kept in found.gone.items()}
    parts, counted, order = PartWriter(out / "data"), Counter[tuple[str, str]](), []
    (out / "data").mkdir(parents=True)
    with RowFile.create(out / "drops.parquet", DROP_SCHEMA) as drops:
        for drop in pq.read_table(dataset.path / "drops.parquet").to_pylist():
            drops.add(drop)
            counted[drop["stage"], drop["reason"]] += 1
        for table in dataset.tables():
            here = table.column("id").to_pylist()
            for i, row_id in enumerate(here):
                if row_id in going:
                    row = table.slice(i, 1).to_pylist()[0]
                    drops.add(
                        {name: row.get(name) for name in ("source_path", "url", "box_xyxy", "parent_id")}
                        | {"stage": "duplicates", "reason": "near_duplicate", "detail": f"of {going[row_id]}"}
                        | {"unreadable": False, "thumbnail": thumbnail(row["image"]["bytes"])}
                    )
                    counted["duplicates", "near_duplicate"] += 1
            parts.add(table.filter(pa.array([row_id not in going for row_id in here], pa.bool_())))
            order += [row_id for row_id in here if row_id not in going]
            progress(len(order), len(dataset) - len(going))
    written, staying = parts.close(), set(order)
    copy_labels(dataset, out, staying, {}, order)
    (out / "labels" / f"{SPEAKER}.parquet").unlink(missing_ok=True)  # of a cluster, one row is left
    copy_decisions(decided(dataset.path), out, staying, {})
    said = f"{dataset.manifest.build_key} without {sorted(going)}"
    made = dataset.manifest.model_copy(
        update={
            "program_version": __version__,
            "build_key": hashlib.sha256(said.encode()).hexdigest(),
            "rows": len(order),
            "parts": written,
            "drops": by_stage(counted),
        }
    )
    write_card(Dataset(out, made))
    write_atomically(out / MANIFEST_NAME, Manifest.model_validate(made.model_dump()).model_dump_json(indent=1) + "\n")
    return Dataset.open(out)


def summary(found: Found, rows: int) -> dict[str, int | str]:
    """Return what the command prints."""
    in_clusters: Iterable[int] = (len(group) for group in found.groups)
    return {
        "by": found.by,
        "rows": rows,
        "clusters": len(found.groups),
        "in_clusters": sum(in_clusters),
        "would_go": len(found.gone),
        "largest": max((len(group) for group in found.groups), default=0),
    }
