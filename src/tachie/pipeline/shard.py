"""The unit of work: some refs through all stages into one work file. The same function runs in line and on workers."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import pyarrow as pa

from tachie.core import registry
from tachie.core.errors import Drop, TachieError, Unreadable
from tachie.core.item import Fault, Item, Ref
from tachie.core.recipe import Recipe, Stage, stage_name
from tachie.dataset.format import DROP_SCHEMA, FORMAT_VERSION, ROW_SCHEMA, SIDECAR
from tachie.dataset.writer import RowFile, drop_row, row_of_item
from tachie.vision.phash import phash

# A work file is a row of the dataset plus what the last pass needs of it.
WORK_SCHEMA = pa.schema(
    [
        *ROW_SCHEMA,
        pa.field("labels", pa.map_(pa.string(), pa.string())),
        pa.field("tagged", pa.string()),  # JSON of core.tagged.Tagged
        pa.field("byte_count", pa.int64(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class Shard:
    """Some refs in listing order; `key` changes when the recipe, the refs or their files change."""

    index: int
    key: str
    refs: tuple[Ref, ...]

    @property
    def name(self) -> str:
        """The stem of its two work files."""
        return f"{self.index:06d}-{self.key[:16]}"

    @property
    def pictures(self) -> int:
        """How many items it holds, or an estimate."""
        return sum(ref.pictures for ref in self.refs)


def shards(refs: Iterator[Ref], recipe: Recipe) -> Iterator[Shard]:
    """Cut the listing into shards of about `recipe.shard_pictures` items."""
    held: list[Ref] = []
    index = weight = 0
    for ref in refs:
        held.append(ref)
        weight += ref.pictures
        if weight >= recipe.shard_pictures:
            yield Shard(index, _key(held, recipe), tuple(held))
            held, weight, index = [], 0, index + 1
    if held:
        yield Shard(index, _key(held, recipe), tuple(held))


def _key(refs: Sequence[Ref], recipe: Recipe) -> str:
    digest = hashlib.sha256(f"{FORMAT_VERSION} {recipe.text()}".encode())
    for ref in refs:
        said = [
            ref.source,
            ref.name,
            ref.member,
            ref.stamp,
            ref.problem,
            ref.fault and asdict(ref.fault),
            _plain(ref.labels),
            _plain(ref.extra),
        ]
        digest.update(json.dumps(said, sort_keys=True).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()


def _plain(mapping: Any) -> Any:
    return {str(k): v for k, v in mapping.items()}


def rows_file(work: Path, shard: Shard) -> Path:
    """Return the file whose presence says that the shard is done."""
    return work / f"{shard.name}.rows.parquet"


def drops_file(rows: Path) -> Path:
    """Return the file of what was left out, written before the rows."""
    return rows.with_name(rows.name.replace(".rows.", ".drops."))


def run_shard(shard: Shard, recipe: Recipe, work: Path) -> int:
    """Run all refs of a shard through the stages and write its work files; returns the number of items seen."""
    cv2.setNumThreads(1)  # one process a core: threads below would only fight
    seen, told = 0, Counter[str]()
    target = rows_file(work, shard)
    # The inner file takes its name first: where the rows are, the drops are.
    with RowFile.create(target, WORK_SCHEMA) as rows, RowFile.create(drops_file(target), DROP_SCHEMA) as drops:
        for ref in shard.refs:
            for result in _of_ref(ref, recipe):
                if isinstance(result, _Left):
                    drops.add(drop_row(result.stage, result.drop, result.item))
                elif isinstance(result, _Seen):
                    seen += 1
                    told.update(result.dialects)
                else:
                    row = row_of_item(result, phash(result.pixels()))
                    size = len(row["image"]["bytes"])
                    tagged = json.dumps(asdict(result.tagged)) if result.tagged else None
                    rows.add(row | {"labels": list(result.labels.items()), "tagged": tagged, "byte_count": size}, size)
        rows.writer.add_key_value_metadata({"pictures": str(seen), "sidecars": json.dumps(told)})
    return seen


@dataclass(frozen=True, slots=True)
class _Left:
    """An item that was left out, and at which stage."""

    stage: str
    drop: Drop
    item: Item


@dataclass(frozen=True, slots=True)
class _Seen:
    """A picture that a source gave, or should have given, and which kinds of files beside it spoke."""

    dialects: tuple[str, ...] = ()


def _of_ref(ref: Ref, recipe: Recipe) -> Iterator[Item | _Left | _Seen]:
    """Yield that the source gave an item, what was wrong beside it, then what becomes of it."""
    bare = Item(source=ref.source, source_path=ref.name)
    if ref.fault:
        yield _beside(ref.fault, ref.source)
        return
    try:
        if ref.problem:
            raise Unreadable(*ref.problem)
        for item in registry.find("sources", ref.source).items(ref, recipe):
            yield _Seen(item.dialects)
            yield from (_beside(fault, ref.source) for fault in item.faults)
            yield from _through(recipe.stages, item)
    except Drop as drop:
        yield _Seen()
        yield _Left("read", drop, bare)
    except TachieError:
        raise
    except Exception as error:  # noqa: BLE001 - the one place where a broken source is recorded
        yield _Seen()
        yield _Left("read", Unreadable("read_failed", f"{type(error).__name__}: {error}"), bare)


def _beside(fault: Fault, source: str) -> _Left:
    """Return a fault of a sidecar as a row of drops.parquet."""
    kind = Unreadable if fault.unreadable else Drop
    return _Left(SIDECAR, kind(fault.reason, fault.detail), Item(source=source, source_path=fault.name))


def _through(stages: Sequence[Stage], item: Item) -> Iterator[Item | _Left]:
    if not stages:
        yield item
        return
    stage, rest = stages[0], stages[1:]
    try:
        results = list(stage(item))
    except Drop as drop:
        yield _Left(stage_name(stage), drop, item)
        return
    except TachieError:
        raise
    except Exception as error:  # noqa: BLE001 - the one place where a broken item is recorded
        yield _Left(stage_name(stage), Unreadable("stage_failed", f"{type(error).__name__}: {error}"), item)
        return
    for result in results:
        yield from _through(rest, result)


def without(shard: Shard, killers: Sequence[int]) -> Shard:
    """Return the shard with some refs marked as killers of their worker process, so that they are left out."""
    problem = ("killed_the_worker", "the process that read it died, from want of memory perhaps")
    refs = tuple(replace(ref, problem=problem) if i in killers else ref for i, ref in enumerate(shard.refs))
    return replace(shard, refs=refs)
