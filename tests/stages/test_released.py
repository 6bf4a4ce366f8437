"""The stage that keeps what was released within a time."""

from pathlib import Path

import pytest

from tachie.core.errors import Drop, RecipeError
from tachie.core.item import Item
from tachie.core.recipe import parse_recipe, read_recipe
from tachie.stages.released import Released

ROOT = Path(__file__).resolve().parent.parent.parent


def kept(released_at: str | None, **settings: object) -> bool | str:
    item = Item(source="getchu", source_path="a.jpg", released_at=released_at)
    try:
        return list(Released(**settings)(item)) == [item]
    except Drop as drop:
        return drop.reason


@pytest.mark.parametrize(
    ("released_at", "settings", "expected"),
    [
        ("2013-01-01", {"since": "2013-01-01"}, True),
        ("2012-12-31", {"since": "2013-01-01"}, "not_released_then"),
        ("2013-04-26", {"until": "2013-04-26"}, True),
        ("2013-04-27", {"until": "2013-04-26"}, "not_released_then"),
        ("2013-12-31", {"since": 2013, "until": 2013}, True),
        ("2014-01-01", {"since": 2013, "until": 2013}, "not_released_then"),
        ("2013", {"since": "2013-06-01"}, True),  # it may have been in July
        ("2012", {"since": "2013-06-01"}, "not_released_then"),
        ("2013-05", {"since": "2013-06-01"}, "not_released_then"),
        ("2013/06/02", {"since": "2013-06-01", "until": "2013-06"}, True),
        ("2013-06-02T10:00:00Z", {"since": "2013-06-02", "until": "2013-06-02"}, True),
        (None, {"since": "2013"}, "release_unknown"),
        ("soon", {"since": "2013"}, "release_unknown"),
        (None, {"since": "2013", "keep_unknown": True}, True),
        (None, {}, True),
    ],
)
def test_released_keeps_what_may_have_come_out_within(
    released_at: str | None, settings: dict[str, object], expected: bool | str
) -> None:
    assert kept(released_at, **settings) == expected


def test_a_date_that_is_none_is_refused_when_the_recipe_is_read() -> None:
    with pytest.raises(RecipeError, match=r"since: Input should be a date such as 2013-04-26.*not 'spring'"):
        parse_recipe({"stages": [{"use": "released", "since": "spring"}]})


def test_the_example_recipe_is_one() -> None:
    assert read_recipe(ROOT / "examples" / "released.toml").stages[0] == Released(since="2013-01-01")
