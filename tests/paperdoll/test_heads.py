"""What a drawn head promises: every face, mouth, year and build draws; its landmarks are where the pixels are."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tachie.core.attributes import HAIR_STYLES, MAKEGIRLS, YES
from tachie.paperdoll import compose, draw_paperdoll, render
from tachie.paperdoll.character import (
    BACKS,
    CLOSED_MOUTHS,
    FRINGES,
    HATS,
    MOUTHS,
    OPEN_MOUTHS,
    OPEN_SMILES,
    SMILES,
    Character,
    design,
)
from tachie.paperdoll.choice import EXTRAS, choose_attributes
from tachie.paperdoll.face import contour
from tachie.paperdoll.palette import luminance, turned
from tachie.paperdoll.style import YEARS, make_style
from tachie.paperdoll.svg import Path, bezier
from tachie.paperdoll.view import view_of

seeds = st.integers(min_value=0, max_value=2**64 - 1)
everything = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in {**MAKEGIRLS, **EXTRAS}.items()}
)
units = st.floats(min_value=-1, max_value=1)


def _who(seed: int, fixed: dict[str, str] | None = None) -> Character:
    return design(seed, choose_attributes(seed, fixed or {}))


@settings(max_examples=60, deadline=None)
@given(
    seed=seeds,
    fixed=everything,
    mouth=st.sampled_from(MOUTHS),
    closed=st.floats(min_value=0, max_value=1),
    gaze=st.tuples(units, units),
    turn=st.floats(min_value=-40, max_value=40),
)
def test_any_head_draws_and_its_box_holds_it(
    seed: int, fixed: dict[str, str], mouth: str, closed: float, gaze: tuple[float, float], turn: float
) -> None:
    who = _who(seed, fixed)
    face = replace(who.face, mouth=mouth, closed=closed, gaze=gaze)
    who = replace(who, face=face, placement=replace(who.placement, turn=turn))
    svg = compose.draw(who)
    ElementTree.fromstring(svg)
    assert "nan" not in svg
    where = compose.locate(who)
    x0, y0, x1, y1 = where.head_xyxy
    for name, (x, y) in where.landmarks.items():
        assert x0 <= x <= x1, name
        assert y0 <= y <= y1, name


@settings(max_examples=100, deadline=None)
@given(seed=seeds, fixed=everything, turn=st.floats(min_value=-30, max_value=30))
def test_features_stay_inside_the_face_however_it_turns(seed: int, fixed: dict[str, str], turn: float) -> None:
    who = _who(seed, fixed)
    who = replace(who, placement=replace(who.placement, turn=turn, tilt=0.0))
    edge = contour(who.face, view_of(who.placement))
    marks = compose.locate(who).landmarks
    scale = who.placement.scale
    left = who.placement.x + min(x for x, _ in edge) * scale
    right = who.placement.x + max(x for x, _ in edge) * scale
    for name in ("left_eye_outer", "right_eye_outer", "mouth_left", "mouth_right", "nose"):
        assert left - 6 * scale <= marks[name][0] <= right + 6 * scale, name
    assert marks["left_cheek"][0] < marks["mouth_left"][0] < marks["mouth_right"][0] < marks["right_cheek"][0]


def test_the_far_eye_is_the_narrower_one() -> None:
    who = _who(3)

    def widths(turn: float) -> tuple[float, float]:
        marks = compose.locate(replace(who, placement=replace(who.placement, turn=turn, tilt=0.0))).landmarks
        return tuple(abs(marks[f"{side}_eye_outer"][0] - marks[f"{side}_eye_inner"][0]) for side in ("left", "right"))

    left, right = widths(20.0)
    assert right < 0.85 * left
    left, right = widths(-20.0)
    assert left < 0.85 * right


@pytest.mark.parametrize("color", MAKEGIRLS["eye_color"])
def test_the_pupils_are_where_the_landmarks_say(color: str) -> None:
    who = _who(12, {"eye_color": color, "glasses": "no", "hat": "no"})
    who = replace(who, face=replace(who.face, eye_shape="round", glint="classic"))
    picture = render.to_rgb(compose.draw(who), 1200).astype(float)
    marks = compose.locate(who).landmarks
    for side in ("left", "right"):
        x, y = (round(v * 2) for v in marks[f"{side}_pupil"])
        nose_x, nose_y = (round(v * 2) for v in marks["nose"])
        # A pupil is darker by far than the skin under it, midway to the nose.
        cheek = picture[nose_y, (x + nose_x) // 2].mean()
        assert picture[y - 2 : y + 3, x - 2 : x + 3].mean() < 0.6 * cheek


@settings(max_examples=8, deadline=None)
@given(seed=seeds, fixed=everything)
def test_the_box_holds_every_pixel_of_eyes_mouth_and_blush(seed: int, fixed: dict[str, str]) -> None:
    who = _who(seed, fixed)
    other = "#00ff00" if who.face.eye < "#800000" else "#2040ff"
    face = replace(who.face, eye=other, lash_ink="#ff00ff", mouth="shout", blush=not who.face.blush)
    before, after = (render.to_rgb(compose.draw(one)) for one in (who, replace(who, face=face)))
    rows, columns = np.nonzero(np.abs(before.astype(int) - after).sum(-1) > 24)
    x0, y0, x1, y1 = compose.locate(who).head_xyxy
    edge = 1 + who.placement.scale  # px, a line's half width and its soft edge
    assert rows.size > 0
    assert x0 - edge <= columns.min()
    assert columns.max() <= x1 + edge
    assert y0 - edge <= rows.min()
    assert rows.max() <= y1 + edge


@settings(max_examples=40, deadline=None)
@given(seed=seeds, fixed=everything)
def test_expression_agrees_with_the_flags(seed: int, fixed: dict[str, str]) -> None:
    doll, who = draw_paperdoll(seed, fixed), _who(seed, fixed)
    smiles, opens = doll.attributes["smile"] == YES, doll.attributes["open_mouth"] == YES
    assert (who.face.mouth in (*OPEN_SMILES, *OPEN_MOUTHS)) == opens
    assert (who.face.mouth in (*OPEN_SMILES, *SMILES)) == smiles
    assert who.face.blush == (doll.attributes["blush"] == YES)
    assert bool(who.props.glasses) == (doll.attributes["glasses"] == YES)
    assert bool(who.props.hat) == (doll.attributes["hat"] == YES)
    assert bool(who.props.ribbon) == (doll.attributes["ribbon"] == YES)
    assert who.face.closed == 0  # a shut eye would make a lie of its colour


@pytest.mark.parametrize(("shown", "hidden"), [("smile", "frown"), ("talk", "line"), ("fang", "talk"), ("cat", "soft")])
def test_mouths_of_different_names_differ(shown: str, hidden: str) -> None:
    who = _who(8)
    assert compose.draw(replace(who, face=replace(who.face, mouth=shown))) != compose.draw(
        replace(who, face=replace(who.face, mouth=hidden))
    )


def test_every_mouth_and_hat_and_cut_draws() -> None:
    who = _who(21, {"hat": "yes", "long_hair": "yes"})
    assert {*SMILES, *CLOSED_MOUTHS, *OPEN_SMILES, *OPEN_MOUTHS} == set(MOUTHS)
    drawn = [compose.draw(replace(who, face=replace(who.face, mouth=mouth))) for mouth in MOUTHS]
    drawn += [compose.draw(replace(who, props=replace(who.props, hat=hat))) for hat in HATS if hat != who.props.hat]
    drawn += [
        compose.draw(replace(who, hair=replace(who.hair, fringe=cut))) for cut in FRINGES if cut != who.hair.fringe
    ]
    drawn += [compose.draw(replace(who, hair=replace(who.hair, back=back))) for back in BACKS if back != who.hair.back]
    assert len(set(drawn)) == len(drawn)


def test_shut_eyes_show_no_iris() -> None:
    who = _who(9, {"eye_color": "red", "glasses": "no", "hair_color": "black"})
    x, y = (round(v * 2) for v in compose.locate(who).landmarks["left_pupil"])

    def patch(closed: float) -> np.ndarray:
        picture = render.to_rgb(compose.draw(replace(who, face=replace(who.face, closed=closed))), 1200)
        return picture[y - 6 : y + 7, x - 6 : x + 7].astype(float)

    assert patch(1.0).mean() > patch(0.0).mean() + 30


def test_early_years_draw_thicker_darker_lines_and_bigger_eyes_than_late_ones() -> None:
    early = [make_style(seed, 2000) for seed in range(50)]
    late = [make_style(seed, 2020) for seed in range(50)]
    assert min(s.line for s in early) > max(s.line for s in late)
    assert min(s.ink for s in early) > max(s.ink for s in late)
    assert sum(s.eye for s in early) > 1.08 * sum(s.eye for s in late)
    assert {s.year for s in (make_style(seed) for seed in range(300))} == set(YEARS)


def test_chibi_heads_have_bigger_lower_eyes_on_a_rounder_face() -> None:
    for seed in range(20):
        tall, small = _who(seed, {"chibi": "no", "year": "2010"}), _who(seed, {"chibi": "yes", "year": "2010"})
        assert small.face.eye_y > tall.face.eye_y
        assert small.face.chin - 2 * small.face.cheek < tall.face.chin - 2 * tall.face.cheek
    assert small.chibi


def test_tags_say_what_the_head_shows() -> None:
    who = _who(4, {"hat": "yes", "blush": "no"})
    face = replace(who.face, mouth="cat", eye_shape="half")
    seen = replace(who, face=face, props=replace(who.props, hat="straw"), hair=replace(who.hair, fringe="blunt"))
    said = compose.tags(seen)
    assert {"straw_hat", ":3", "jitome", "blunt_bangs", "looking_at_viewer"} <= set(said)
    assert not {"closed_eyes", "blush_stickers", "beret"} & set(said)
    asleep = compose.tags(replace(seen, face=replace(face, closed=1.0)))
    assert "closed_eyes" in asleep
    assert "looking_at_viewer" not in asleep


@pytest.mark.parametrize("style", HAIR_STYLES)
def test_hair_styles_reach_where_they_should(style: str) -> None:
    others = {name: "no" for name in HAIR_STYLES if name != style}
    hair = _who(17, {**others, style: "yes"}).hair
    assert (style in hair.tails) == (style in ("twin_tail", "drill_hair", "ponytail"))
    if style == "long_hair":
        assert hair.back_end > 200
    if style == "short_hair":
        assert hair.back_end < 120


def test_hue_turns_towards_violet_by_the_shorter_way() -> None:
    assert turned("#ffcc00", 0) == "#ffcc00"
    red, green, blue = (int(turned("#ffcc00", 20)[i : i + 2], 16) for i in (1, 3, 5))
    assert red == 255
    assert green < 0xCC
    assert blue == 0
    assert turned("#0000ff", 40)[1:3] < "60"
    assert luminance(turned("#88aa44", 0, value=0.5)) < luminance("#88aa44")


@given(
    row=st.lists(
        st.tuples(st.floats(min_value=-99, max_value=99), st.floats(min_value=-99, max_value=99)),
        min_size=3,
        max_size=8,
    )
)
def test_closed_paths_turn_one_way_whichever_way_they_were_built(row: list[tuple[float, float]]) -> None:
    def area(text: str) -> float:
        points = [tuple(map(float, pair.split())) for pair in text[1:-1].split("L")]
        return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, [*points[1:], points[0]], strict=True))

    for points in (row, row[::-1]):
        assert area(Path(points[0]).line(*points[1:]).close()) >= -1.0


def test_a_bezier_starts_and_ends_at_its_ends() -> None:
    row = bezier((0, 0), (1, 5), (4, 5), (9, 1), 7)
    assert len(row) == 8
    assert row[0] == (0, 0)
    assert row[-1] == (9, 1)
