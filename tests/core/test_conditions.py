"""Label schemas: codes, one-hot vectors, what a dataset's labels can train."""

from __future__ import annotations

import numpy as np
import pytest

from tachie.core.conditions import Group, LabelSchema, distinct_rows
from tachie.core.errors import FormatError, UsageError

SCHEMA = LabelSchema((Group("hair_color", ("blue", "pink")), Group("smile", ("no", "yes"))))


def test_a_schema_survives_json_and_anything_else_is_refused():
    assert LabelSchema.from_json(SCHEMA.to_json()) == SCHEMA
    for wrong in (3, [3], [{"name": "a"}], {"groups": []} | {"x": 1}):
        with pytest.raises(FormatError):
            LabelSchema.from_json(wrong)


def test_codes_become_one_hot_with_zeros_for_unknown():
    codes = np.array([[1, -1], [0, 1], [-1, -1]], np.int16)
    assert SCHEMA.one_hot(codes).tolist() == [[0, 1, 0, 0], [1, 0, 0, 1], [0, 0, 0, 0]]
    assert SCHEMA.labels(codes[1]) == {"hair_color": "blue", "smile": "yes"}
    assert SCHEMA.codes({"smile": "yes", "hair_color": "unknown"}).tolist() == [-1, 1]


def test_unknown_names_and_values_are_refused_with_the_nearest():
    with pytest.raises(UsageError, match="smyle") as error:
        SCHEMA.codes({"smyle": "yes"})
    assert "Did you mean 'smile'" in error.value.hint
    with pytest.raises(UsageError, match="purple"):
        SCHEMA.codes({"hair_color": "purple"})


def test_the_default_labels_are_attributes_year_and_a_small_class():
    ids = [str(i) for i in range(100)]
    labels = {
        "year": {i: "2005" if int(i) % 2 else "2004" for i in ids},
        "hair_color": {i: ("pink", "brown", "unknown")[int(i) % 3] for i in ids},
        "smile": dict.fromkeys(ids, "yes"),
        "class": {i: i for i in ids},
        "artist": {i: i for i in ids[:5]},
        "split": dict.fromkeys(ids, "train"),
    }
    schema = LabelSchema.of_labels(labels)
    assert schema.to_json() == [
        {"name": "hair_color", "values": ["brown", "pink"]},
        {"name": "year", "values": ["2004", "2005"]},
    ]
    few = {**labels, "class": {i: str(int(i) % 64) for i in ids}}
    assert LabelSchema.of_labels(few).names == ("hair_color", "year", "class")
    table = schema.table(labels, ["0", "1", "2", "nobody"])
    assert table.tolist() == [[1, 0], [0, 1], [-1, 0], [-1, -1]]


def test_without_groups_c_is_one_zero():
    none = LabelSchema()
    assert (none.c_dim, none.sizes) == (1, [])
    assert none.one_hot(np.zeros((3, 0), np.int16)).tolist() == [[0], [0], [0]]
    rows, counts = distinct_rows(np.zeros((3, 0), np.int16))
    assert (rows.shape, counts.tolist()) == ((1, 0), [3])


def test_distinct_rows_come_with_their_counts_the_most_common_first():
    codes = np.array([[0, 1], [1, 1], [0, 1], [-1, 0], [0, 1], [1, 1]], np.int16)
    rows, counts = distinct_rows(codes, most=2)
    assert rows.tolist() == [[0, 1], [1, 1]]
    assert counts.tolist() == [3, 2]
