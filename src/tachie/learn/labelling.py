"""`tachie label`: heads fitted on a review, kept beside the dataset, and applied to it or to another one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from tachie.core.errors import UsageError
from tachie.dataset.decisions import Decisions, Fields
from tachie.dataset.format import REJECT, REVIEW_FRAME, labels_schema
from tachie.dataset.reader import Dataset
from tachie.dataset.writer import write_table
from tachie.learn.examples import REVIEW, examples_of
from tachie.learn.features import extractor_of, features_of
from tachie.learn.heads import Basis, Head, enough, fit

Progress = Callable[[int, int], None]
_TAKEN = ("review", "sidecar", "site", "tagger")  # other speakers' label files


def learn(dataset: Dataset, name: str, label: str, progress: Progress) -> dict[str, Any]:
    """Fit a head on what was decided by hand of `label` and keep it as heads/NAME.npz; returns its figures.

    Raises `UsageError` where too little was decided.
    """
    file = _file(dataset, name)
    ids = dataset.columns(["id"]).column("id").to_pylist()
    number = {row_id: i for i, row_id in enumerate(ids)}
    decisions = Decisions.open(dataset.path)
    rows, values = examples_of(decisions, number, len(ids), label)
    if lacking := enough(values):  # before the features, which take a while
        hint = "Decide on some more faces first."
        if any(name in row.fields for row in decisions.rows.values()):
            hint += f" Or learn what was decided of the label: --learn {name} --of {name}"
        raise UsageError(f"'{label}' cannot be learned yet: it needs {lacking}", hint)
    features = features_of(dataset, progress=progress)
    basis = Basis.of(features)
    head = fit(label, basis, basis.project(features[rows]), values, extractor_of(dataset).key)
    head.save(file)
    validated = head.validated
    return {
        "head": str(file),
        "label": label,
        "classes": list(head.classes),
        "examples": validated.n,
        "cross_validated_accuracy": round(validated.accuracy, 4),
        "above_98": validated.sure,
        "above_98_right": validated.sure_right,
    }


def apply(dataset: Dataset, name: str, above: float, *, drop: bool, progress: Progress) -> dict[str, Any]:
    """Let a head speak of every face that nobody decided on; returns how many it was sure of.

    Marks are labels/NAME.parquet (source `learned`, with the probability). With `drop`, faces that the head would
    reject are decisions of the review instead: they can be seen there and undone, and `--apply-review` honours them.
    Raises `UsageError` where the head is about other features, or has nothing to drop.
    """
    other = Path(name)
    head = Head.load(other if other.suffix == ".npz" else _file(dataset, name))
    word = other.stem if other.suffix == ".npz" else name
    _check_name(word)
    key = extractor_of(dataset).key
    if head.features_key != key:
        raise UsageError(
            f"the head '{word}' was learned on {head.features_key}, this program describes these pictures by {key}",
            "Learn it anew: tachie label DATASET --learn NAME",
        )
    if drop and (head.label != REVIEW or REJECT not in head.classes):
        raise UsageError(
            f"the head '{word}' is about {head.label}: it rejects nothing", "Leave --drop out to mark faces."
        )
    ids = dataset.columns(["id"]).column("id").to_pylist()
    says = head.probabilities(head.basis.project(features_of(dataset, progress=progress)))
    decisions = Decisions.open(dataset.path)
    free = np.array([head.label not in decisions.rows[i].fields if i in decisions.rows else True for i in ids], bool)
    if drop:
        rejects = free & (says[:, head.classes.index(REJECT)] >= above)
        chosen = [ids[i] for i in np.flatnonzero(rejects)]
        if chosen:
            fields: Fields = {"review": REJECT, "reason": word}
            decisions.record([(chosen, fields)], why=f"above {above:g} by the head '{word}'")
            decisions.compact()
        return {"rejected": len(chosen), "above": above, "of": len(ids)}
    best = says.max(1)
    rows = np.flatnonzero(free & (best >= above))
    column = word if head.label in REVIEW_FRAME else head.label
    values = [head.classes[c] for c in says[rows].argmax(1)]
    now = datetime.now(UTC)
    table = pa.table(
        {
            "id": [ids[i] for i in rows],
            column: values,
            "source": ["learned"] * len(rows),
            "when": [now] * len(rows),
            "confidence": best[rows],
        },
        schema=labels_schema([column]),
    )
    path = dataset.path / "labels" / f"{word}.parquet"
    write_table(path, table, group_rows=100_000)
    counts = {c: values.count(c) for c in head.classes}
    return {"labels": str(path), "label": column, "marked": counts, "above": above, "of": len(ids)}


def _file(dataset: Dataset, name: str) -> Path:
    _check_name(name)
    return dataset.path / "heads" / f"{name}.npz"


def _check_name(name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name) or name in _TAKEN:
        raise UsageError(f"'{name}' cannot be a head's name", "Use small letters, digits and _, such as: chibi")
