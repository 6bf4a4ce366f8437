"""Label schemas: codes, one-hot vectors, what a dataset's labels can train."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tachie.core.conditions import Flag, Group, LabelSchema, Number, distinct_rows
from tachie.core.errors import FormatError, UsageError

SCHEMA = LabelSchema((Group("hair_color", ("blue", "pink")), Group("smile", ("no", "yes"))))


KINDS = LabelSchema((Group("hair_color", ("blue", "pink")), Flag("smile"), Number("year", 2000, 2010, 0.1)))


def test_a_schema_survives_json_and_anything_else_is_refused():
    for schema in (SCHEMA, KINDS, LabelSchema()):
        assert LabelSchema.from_json(schema.to_json()) == schema
    assert (SCHEMA.plain, KINDS.plain) == (True, False)
    assert SCHEMA.to_json()[0] == {"name": "hair_color", "values": ["blue", "pink"]}, "the first version's form"
    endless = {"name": "a", "kind": "number", "least": 0, "most": 1, "step": 0}
    for wrong in (3, [3], [{"name": "a"}], {"groups": []} | {"x": 1}, [{"name": "a", "kind": "mood"}], [endless]):
        with pytest.raises(FormatError):
            LabelSchema.from_json(wrong)


def test_codes_become_one_hot_with_zeros_for_unknown():
    codes = np.array([[1, -1], [0, 1], [-1, -1]], np.int16)
    assert SCHEMA.columns(codes).tolist() == [[0, 1, 0, 0], [1, 0, 0, 1], [0, 0, 0, 0]]
    assert SCHEMA.labels(codes[1]) == {"hair_color": "blue", "smile": "yes"}
    assert SCHEMA.codes({"smile": "yes", "hair_color": "unknown"}).tolist() == [-1, 1]


def test_flags_are_one_column_and_numbers_a_scale_and_whether_they_are_known():
    codes = np.array([[1, 0, 0], [-1, 1, 100], [0, -1, 25], [-1, -1, -1]], np.int16)
    assert (KINDS.c_dim, KINDS.widths, KINDS.sizes) == (5, [2, 1, 2], [2, 2, 101])
    assert KINDS.columns(codes).tolist() == [[0, 1, -1, -1, 1], [0, 0, 1, 1, 1], [1, 0, 0, -0.5, 1], [0, 0, 0, 0, 0]]
    assert KINDS.columns(codes).dtype == np.float32
    assert KINDS.labels(codes[2]) == {"hair_color": "blue", "year": "2002.5"}
    assert KINDS.codes({"year": "2002.5", "smile": "no"}).tolist() == [-1, 0, 25]


@given(st.floats(2000, 2010))
def test_a_number_is_kept_to_half_a_step(x):
    year = KINDS.groups[2]
    assert abs(float(year.value(year.find(str(x)))) - x) <= 0.05 + 1e-9


@pytest.mark.parametrize("wrong", ["1999", "2011", "soon", "nan", ""])
def test_a_number_outside_its_scale_is_refused_with_the_scale_and_unknown_in_data(wrong):
    with pytest.raises(UsageError) as error:
        KINDS.codes({"year": wrong})
    assert "2000 to 2010" in error.value.hint
    assert KINDS.table({"year": {"a": wrong, "b": "2010"}}, ["a", "b"])[:, 2].tolist() == [-1, 100]


def test_agreement_counts_known_labels_and_numbers_agree_where_they_are_near():
    rows = np.array([[1, 1, 50], [1, 0, 54], [0, 1, 57], [-1, -1, -1]], np.int16)
    assert KINDS.agreement(rows, np.array([1, -1, -1], np.int16)).tolist() == [1, 1, 0, 0]
    assert KINDS.agreement(rows, np.array([1, 1, 52], np.int16)).tolist() == [3, 2, 2, 0]
    assert KINDS.agreement(rows, np.array([-1, -1, -1], np.int16)).tolist() == [0, 0, 0, 0]


def test_unknown_names_and_values_are_refused_with_the_nearest():
    with pytest.raises(UsageError, match="smyle") as error:
        SCHEMA.codes({"smyle": "yes"})
    assert "Did you mean 'smile'" in error.value.hint
    with pytest.raises(UsageError, match="purple"):
        SCHEMA.codes({"hair_color": "purple"})


def test_the_default_labels_are_attributes_year_and_a_small_class():
    ids = [str(i) for i in range(100)]
    labels = {
        "year": {i: ("2004", "2005", "2012")[int(i) % 2] for i in ids} | {"7": "2012"},
        "hair_color": {i: ("pink", "brown", "unknown")[int(i) % 3] for i in ids},
        "smile": dict.fromkeys(ids, "yes"),
        "class": {i: i for i in ids},
        "artist": {i: i for i in ids[:5]},
        "split": dict.fromkeys(ids, "train"),
    }
    schema = LabelSchema.of_labels(labels)
    assert schema.to_json() == [
        {"name": "hair_color", "values": ["brown", "pink"]},
        {"name": "year", "kind": "number", "least": 2004.0, "most": 2012.0, "step": 0.1},
    ]
    few = {**labels, "class": {i: str(int(i) % 64) for i in ids}}
    assert LabelSchema.of_labels(few).names == ("hair_color", "year", "class")
    table = schema.table(labels, ["0", "1", "2", "nobody"])
    assert table.tolist() == [[1, 0], [0, 10], [-1, 0], [-1, -1]]


def test_any_label_can_be_asked_for_and_its_kind_be_said():
    ids = [str(i) for i in range(90)]
    labels = {
        "year": {i: str(2004 + int(i) % 3) for i in ids},
        "smile": {i: ("yes", "no")[int(i) % 2] for i in ids},
        "class": {i: i for i in ids},
        "mood": {i: ("calm", "unknown", "cross")[int(i) % 3] for i in ids},
        "height": {i: str(150.5 + int(i)) for i in ids},
        "same": dict.fromkeys(ids, "yes"),
    }
    asked = LabelSchema.of_labels(labels, ["mood", "height", "smile", "class", "same"])
    assert [(g.name, g.KIND, g.size) for g in asked.groups] == [
        ("mood", "choice", 2), ("height", "number", 1001), ("smile", "flag", 2), ("class", "choice", 90),
    ]  # fmt: skip
    said = LabelSchema.of_labels(labels, ["year:choice", "smile:choice", "class:number"])
    assert [(g.KIND, g.size) for g in said.groups] == [("choice", 3), ("choice", 2), ("number", 891)]
    assert LabelSchema.of_labels(labels, []) == LabelSchema()
    for wrong in ("mood:number", "year:flag", "smile:colour"):
        with pytest.raises(UsageError, match="cannot be a"):
            LabelSchema.of_labels(labels, [wrong])
    with pytest.raises(UsageError, match="unknown label"):
        LabelSchema.of_labels(labels, ["moods"])


def test_without_groups_c_is_one_zero():
    none = LabelSchema()
    assert (none.c_dim, none.sizes) == (1, [])
    assert none.columns(np.zeros((3, 0), np.int16)).tolist() == [[0], [0], [0]]
    rows, counts = distinct_rows(np.zeros((3, 0), np.int16))
    assert (rows.shape, counts.tolist()) == ((1, 0), [3])


def test_distinct_rows_come_with_their_counts_the_most_common_first():
    codes = np.array([[0, 1], [1, 1], [0, 1], [-1, 0], [0, 1], [1, 1]], np.int16)
    rows, counts = distinct_rows(codes, most=2)
    assert rows.tolist() == [[0, 1], [1, 1]]
    assert counts.tolist() == [3, 2]
