"""Other people's splits: a label column, or a CSV or JSON file of ids, in the words that people use for the parts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tachie.core.errors import InputError, UsageError
from tachie.dataset.reader import Dataset
from tachie.dataset.split import ADDITIONAL, KEPT, LABEL, TEST, TRAIN

_WORDS = {
    **dict.fromkeys((TRAIN, "training", "trainset", "fit"), TRAIN),
    **dict.fromkeys((KEPT, "val", "valid", "dev", "development", "eval", "holdout"), KEPT),
    **dict.fromkeys((TEST, "testing", "testset"), TEST),
    **dict.fromkeys((ADDITIONAL, "extra", "unused", "none", "ignore", ""), ADDITIONAL),
}
_MEND = "Write lines of id,split under that header, or JSON: {id: part}, or {part: [ids]}."


def split_of(dataset: Dataset) -> list[str] | None:
    """Return the value of each row in order by the dataset's `split` label, None where it has none.

    Rows of which the label says nothing are trained on, as training itself takes them.
    """
    known = dataset.labels().get(LABEL)
    if not known:
        return None
    return [_word(known.get(i, TRAIN), LABEL) for i in _ids(dataset)]


def read_split(dataset: Dataset, file: Path) -> list[str]:
    """Return the value of each row in order by a file of ids and parts; rows that it does not name are additional.

    A .csv has the columns id and split, JSON is {id: part}, {part: [ids]} or a list of objects. Raises `InputError`
    where it cannot be read or names no row of the dataset, `UsageError` for a part of another name.
    """
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read: {error}", _MEND) from error
    stated = _from_json(file, text) if text.lstrip()[:1] in ("{", "[") else _from_csv(file, text)
    named = {row_id: _word(value, file.name) for row_id, value in stated}
    ids = _ids(dataset)
    if not named.keys() & set(ids):
        raise InputError(f"none of the {len(named):,} ids in {file} is one of {dataset.path}", _MEND)
    return [named.get(row_id, ADDITIONAL) for row_id in ids]


def _ids(dataset: Dataset) -> list[str]:
    ids: list[str] = dataset.columns(["id"]).column("id").to_pylist()
    return ids


def _word(value: str, where: str) -> str:
    known = _WORDS.get(value.strip().lower())
    if known is None:
        raise UsageError(f"{where}: '{value}' is no part of a split", f"Parts: {TRAIN}, {KEPT}, {TEST}, {ADDITIONAL}.")
    return known


def _from_csv(file: Path, text: str) -> Iterator[tuple[str, str]]:
    table = csv.DictReader(io.StringIO(text))
    if not {"id", LABEL} <= set(table.fieldnames or ()):
        raise InputError(f"{file} has no columns id and {LABEL}", _MEND)
    for row in table:
        if row["id"]:
            yield row["id"], row[LABEL] or ""


def _from_json(file: Path, text: str) -> Iterator[tuple[str, str]]:
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file} is broken JSON: {error}", _MEND) from error
    for entry in data.items() if isinstance(data, Mapping) else data:
        match entry:
            case (str(part), list(ids)):
                yield from ((str(row_id), part) for row_id in ids)
            case (str(row_id), str(part)) | {"id": str(row_id), "split": str(part)}:
                yield row_id, part
            case _:
                raise InputError(f"{file}: {str(entry)[:80]} says no id and part", _MEND)
