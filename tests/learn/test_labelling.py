"""tachie label: a filter learned from decisions, applied to this dataset or another."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.conftest import tachie, untagged
from tests.studio.conftest import write_kinds

from tachie.core.errors import InputError, UsageError
from tachie.dataset.decisions import Decisions
from tachie.dataset.reader import Dataset
from tachie.learn import labelling
from tachie.pipeline import Build, build


def quiet(done: int, total: int) -> None:
    pass


def made(tmp_path: Path, name: str, count: int) -> tuple[Dataset, list[str], list[str]]:
    folder = write_kinds(tmp_path / f"{name}-pictures", count)
    dataset = build(Build([str(folder)], tmp_path / name, untagged("faces-as-they-are"), workers=0)).dataset
    table = dataset.columns(["id", "source_path"])
    kinds = ["reject" if int(Path(p).stem) % 3 == 0 else "keep" for p in table.column("source_path").to_pylist()]
    return dataset, table.column("id").to_pylist(), kinds


def test_a_filter_learned_here_drops_and_marks_here_and_elsewhere(tmp_path: Path) -> None:
    dataset, ids, kinds = made(tmp_path, "faces", 60)
    decisions = Decisions.open(dataset.path)
    for row_id, kind in list(zip(ids, kinds, strict=True))[:30]:
        decisions.record([([row_id], {"review": kind})])
    done = tachie("label", dataset.path, "--learn", "stripes", "--json")
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["examples"] == 30
    assert figures["cross_validated_accuracy"] > 0.9

    marked = labelling.apply(dataset, "stripes", 0.6, drop=False, progress=quiet)
    table = pq.read_table(dataset.path / "labels/stripes.parquet")
    assert len(table) == sum(marked["marked"].values()) > 0
    assert set(table.column("id").to_pylist()) <= set(ids[30:]), "what was decided by hand stands"
    assert table.column("confidence").to_numpy().min() >= 0.6
    truth = dict(zip(ids, kinds, strict=True))
    assert all(dataset.labels()["stripes"][i] == truth[i] for i in table.column("id").to_pylist())

    other, other_ids, other_kinds = made(tmp_path, "other", 45)
    done = tachie(
        "label", other.path, "--apply", dataset.path / "heads/stripes.npz", "--above", ".6", "--drop", "--json"
    )
    assert done.returncode == 0, done.stderr
    rows = Decisions.open(other.path).rows
    assert len(rows) == json.loads(done.stdout)["rejected"] > 0
    truth = dict(zip(other_ids, other_kinds, strict=True))
    assert {truth[i] for i in rows} == {"reject"}
    assert {r.fields["reason"] for r in rows.values()} == {"stripes"}
    assert Decisions.open(other.path).undo() is not None, "it can be undone in the review"


def test_what_cannot_be_done_is_said(tmp_path: Path) -> None:
    dataset, ids, _ = made(tmp_path, "faces", 15)
    with pytest.raises(UsageError, match="12 more decisions"):
        labelling.learn(dataset, "chibi", "review", quiet)
    with pytest.raises(InputError, match="no head"):
        labelling.apply(dataset, "chibi", 0.98, drop=True, progress=quiet)
    for name in ("review", "sidecar", "../x", "Chibi", ""):
        with pytest.raises(UsageError, match="name"):
            labelling.learn(dataset, name, "review", quiet)
    Decisions.open(dataset.path).record([(ids[:8], {"hair_color": "red"}), (ids[8:], {"hair_color": "blue"})])
    labelling.learn(dataset, "hair", "hair_color", quiet)
    with pytest.raises(UsageError, match="rejects nothing"):
        labelling.apply(dataset, "hair", 0.98, drop=True, progress=quiet)
    assert tachie("label", dataset.path).returncode == 2
    assert tachie("label", dataset.path, "--learn", "a", "--apply", "b").returncode == 2
