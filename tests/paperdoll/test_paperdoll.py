"""What a drawn character promises: valid pictures, true labels, a head where it says, equal bytes for equal seeds."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tachie.core.attributes import HAIR_COLORS, HAIR_STYLES, MAKEGIRLS, YES, attributes_of_tags
from tachie.core.errors import UsageError
from tachie.paperdoll import draw_paperdoll
from tachie.paperdoll.character import TAILS, design
from tachie.paperdoll.choice import choose_attributes
from tachie.paperdoll.compose import locate
from tachie.paperdoll.palette import HAIR_BASES

GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text())

seeds = st.integers(min_value=0, max_value=2**64 - 1)
attribute_sets = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in MAKEGIRLS.items()}
)


@settings(max_examples=40, deadline=None)
@given(seed=seeds, attributes=attribute_sets)
def test_any_seed_and_attributes_render(seed: int, attributes: dict[str, str]) -> None:
    doll = draw_paperdoll(seed, attributes)
    ElementTree.fromstring(doll.svg)
    picture = doll.rgb(150)
    assert picture.shape == (200, 150, 3)
    assert picture.dtype == np.uint8
    assert picture.std() > 10


@settings(max_examples=150, deadline=None)
@given(seed=seeds, attributes=attribute_sets)
def test_attributes_given_are_kept_and_every_other_is_stated(seed: int, attributes: dict[str, str]) -> None:
    doll = draw_paperdoll(seed, attributes)
    assert list(doll.attributes) == list(MAKEGIRLS)
    assert attributes.items() <= doll.attributes.items()
    stated = {name: value for name, value in attributes_of_tags(doll.tags).items() if name in MAKEGIRLS}
    assert stated.items() <= doll.attributes.items()
    assert {"1girl", "solo", f"{doll.attributes['hair_color']}_hair"} <= set(doll.tags)


@settings(max_examples=200, deadline=None)
@given(seed=seeds, attributes=attribute_sets)
def test_head_lies_in_the_picture_and_holds_the_face(seed: int, attributes: dict[str, str]) -> None:
    where = locate(design(seed, choose_attributes(seed, attributes)))
    x0, y0, x1, y1 = where.head_xyxy
    assert 0 <= x0 < x1 <= 600
    assert 0 <= y0 < y1 <= 800
    assert 100 <= y1 - y0 <= 400
    marks = where.landmarks
    for name, (x, y) in marks.items():
        assert x0 <= x <= x1, name
        assert y0 <= y <= y1, name
    assert marks["left_pupil"][0] < marks["nose"][0] < marks["right_pupil"][0]
    assert marks["nose"][1] < marks["mouth_top"][1] <= marks["mouth_bottom"][1] < marks["chin"][1]
    for side in ("left", "right"):
        assert marks[f"{side}_brow_inner"][1] < marks[f"{side}_pupil"][1] < marks["nose"][1] + 12
        assert marks[f"{side}_eye_top"][1] < marks[f"{side}_eye_bottom"][1]


@settings(max_examples=30, deadline=None)
@given(seed=seeds)
def test_random_dolls_have_one_hair_length_and_at_most_one_tail(seed: int) -> None:
    drawn = choose_attributes(seed, {})
    assert (drawn["long_hair"] == YES) != (drawn["short_hair"] == YES)
    assert sum(drawn[name] == YES for name in TAILS) <= 1


def test_equal_seeds_give_equal_bytes_and_others_differ() -> None:
    assert draw_paperdoll(7).svg == draw_paperdoll(7).svg
    assert draw_paperdoll(7).png(90) == draw_paperdoll(7).png(90)
    assert len({draw_paperdoll(seed).svg for seed in range(30)}) == 30


def test_the_svg_of_golden_seeds_has_not_changed() -> None:
    drawn = {seed: hashlib.sha256(draw_paperdoll(int(seed)).svg.encode()).hexdigest() for seed in GOLDEN}
    assert drawn == GOLDEN, "if the drawing was meant to change, run tests/paperdoll/make_golden.py"


@pytest.mark.parametrize(
    ("attributes", "named"),
    [({"hair_colour": "pink"}, "hair_color"), ({"eye_color": "octarine"}, "aqua"), ({"hat": "maybe"}, "yes")],
)
def test_unknown_names_and_values_are_refused_with_the_known_ones(attributes: dict[str, str], named: str) -> None:
    with pytest.raises(UsageError) as caught:
        draw_paperdoll(0, attributes)
    assert named in caught.value.hint


@pytest.mark.parametrize("color", HAIR_COLORS)
def test_hair_colour_given_shows_on_the_crown(color: str) -> None:
    doll = draw_paperdoll(11, {"hair_color": color, "hat": "no", "ribbon": "no"})
    x0, y0, x1, y1 = doll.head_xyxy
    picture = doll.rgb().astype(float)
    middle, high, wide = (x0 + x1) / 2, y1 - y0, (x1 - x0) * 0.22
    crown = picture[int(y0 + high * 0.08) : int(y0 + high * 0.28), int(middle - wide) : int(middle + wide)].mean((0, 1))
    bases = {name: _mean_base(name) for name in HAIR_COLORS}
    nearest = sorted(HAIR_COLORS, key=lambda name: float(np.linalg.norm(bases[name] - crown)))
    assert color in nearest[:3]


def _mean_base(name: str) -> np.ndarray:
    return np.array([[int(tone[i : i + 2], 16) for i in (1, 3, 5)] for tone in HAIR_BASES[name]]).mean(0)


@pytest.mark.parametrize("flag", [*HAIR_STYLES, "blush", "smile", "open_mouth", "hat", "ribbon", "glasses"])
def test_every_yes_or_no_changes_the_picture(flag: str) -> None:
    assert draw_paperdoll(5, {flag: "yes"}).svg != draw_paperdoll(5, {flag: "no"}).svg


def test_a_classic_detector_finds_the_faces() -> None:
    animeface = pytest.importorskip("animeface")
    image = pytest.importorskip("PIL.Image")
    found = 0
    for seed in range(300, 320):
        doll = draw_paperdoll(seed)
        x0, y0, x1, y1 = doll.head_xyxy
        boxes = [face.face.pos for face in animeface.detect(image.fromarray(doll.rgb()))]
        found += any(x0 < b.x + b.width / 2 < x1 and y0 < b.y + b.height / 2 < y1 for b in boxes)
    assert found >= 16
