"""The cast is always the same people, unequally often on screen; drawings and sheets show them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tachie.core.attributes import MAKEGIRLS
from tachie.core.errors import UsageError
from tachie.core.images import decode
from tachie.paperdoll import compose
from tachie.paperdoll.acting import MOODS, Look, act
from tachie.paperdoll.cast import find_member, make_cast
from tachie.paperdoll.drawings import HANDS, draw_drawing
from tachie.paperdoll.sheets import cast_sheet, model_sheet

from ..conftest import tachie


def test_a_cast_is_the_same_for_its_seed_and_another_for_another() -> None:
    make_cast.cache_clear()
    first = make_cast(5, 9)
    make_cast.cache_clear()
    assert make_cast(5, 9) == first
    assert {m.name for m in make_cast(6, 9)} != {m.name for m in first}


def test_nine_share_the_screen_as_the_gochiusa_set_does() -> None:
    shares = [member.share for member in make_cast()]
    assert len(shares) == 9
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1)
    assert shares[0] / shares[-1] == pytest.approx(8571 / 1067)
    assert max(shares[-2:]) < shares[-3] / 2


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_the_first_and_the_last_but_one_are_sisters_who_look_alike(seed: int) -> None:
    cast = make_cast(seed)
    one, other = cast[0].who, cast[-2].who
    for name in ("hair_color", "eye_color"):
        assert one.attributes[name] == other.attributes[name]
    assert one.hair.fringe == other.hair.fringe
    assert compose.draw(one) != compose.draw(other)
    strangers = [m.who.attributes["hair_color"] for m in cast[1:-2]]
    assert one.attributes["hair_color"] not in strangers
    assert len(set(strangers)) == len(strangers)


@pytest.mark.parametrize("size", [1, 2, 3, 9, 24])
def test_every_size_has_distinct_names_whole_attributes_and_clothes(size: int) -> None:
    cast = make_cast(0, size)
    assert len({member.name for member in cast}) == size
    assert sum(member.share for member in cast) == pytest.approx(1)
    for member in cast:
        assert list(member.who.attributes) == list(MAKEGIRLS)
        assert len(member.wardrobe) >= 2
        assert member.wearing(len(member.wardrobe)) == member.wearing(0)


def test_a_cast_out_of_range_and_an_unknown_name_are_refused() -> None:
    with pytest.raises(UsageError, match="cast of 25"):
        make_cast(0, 25)
    with pytest.raises(UsageError) as caught:
        find_member(make_cast(), "Nobody")
    assert "Koharu" in caught.value.hint


def test_every_mood_mouth_and_lid_is_a_drawing_of_its_own() -> None:
    who = make_cast()[0].who
    looks = [Look(mood, eyes, mouth) for mood in list(MOODS)[::2] for eyes in (0.0, 0.5, 1.0) for mouth in range(3)]
    drawn = {compose.draw(act(who, look, 300, 200, 1.0), scene="none") for look in looks}
    assert len(drawn) == len(looks)


def test_drawings_of_a_seed_are_equal_and_go_through_the_cast_in_every_hand() -> None:
    cast = make_cast()
    assert np.array_equal(draw_drawing(cast, 3).rgb, draw_drawing(cast, 3).rgb)
    hands = set()
    for seed in range(27):
        drawing = draw_drawing(cast, seed)
        hands.add(drawing.hand)
        assert drawing.name == cast[seed % 9].name
        high, wide = drawing.rgb.shape[:2]
        x0, y0, x1, y1 = drawing.head_xyxy
        assert 0 <= x0 < x1 <= wide
        assert 0 <= y0 < y1 <= high
        assert drawing.rgb.std() > 8
    assert len(hands) > len(HANDS) / 2


def test_drawings_on_disk_carry_names_as_labels(tmp_path: Path) -> None:
    out = tmp_path / "drawings"
    assert tachie("paperdoll", "drawings", "--count", "3", "--seed", "9", "--out", out).returncode == 0
    table = (out / "labels.csv").read_text().splitlines()
    assert table[0] == "file,character,hand"
    assert [row.split(",")[1] for row in table[1:]] == [member.name for member in make_cast()[:3]]
    truth = json.loads((out / "drawing-000009.json").read_text())
    assert truth["labels"]["character"] == "Koharu"
    built = tachie("build", out, "--full-body", "--near-duplicates", "-1", "--out", tmp_path / "ds", "--json")
    assert json.loads(built.stdout)["labels"]["character"]["values"] == {"Koharu": 1, "Yuki": 1, "Ran": 1}


def test_the_cast_command_lists_and_draws_the_cast(tmp_path: Path) -> None:
    listed = tachie("paperdoll", "cast", "--json", "--out", tmp_path / "cast.png")
    rows = json.loads(listed.stdout)
    assert [row["name"] for row in rows] == [member.name for member in make_cast()]
    assert decode((tmp_path / "cast.png").read_bytes()).rgb.shape == cast_sheet(make_cast()).shape


@pytest.mark.parametrize("who", ["koharu", "77"])
def test_a_model_sheet_of_a_member_or_a_seed_is_a_picture(who: str, tmp_path: Path) -> None:
    result = tachie("paperdoll", "--sheet", who, "--out", tmp_path)
    assert result.returncode == 0, result.stderr
    picture = decode(Path(result.stdout.strip()).read_bytes()).rgb
    assert picture.shape == model_sheet(make_cast()[0]).shape
    assert picture.std() > 10
