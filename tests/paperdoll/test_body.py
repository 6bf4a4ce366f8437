"""What a drawn body promises: every pose, outfit, framing and scene renders, and the truth says where the figure is."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tachie.core.attributes import MAKEGIRLS
from tachie.core.errors import UsageError
from tachie.paperdoll import compose, draw_paperdoll, render
from tachie.paperdoll.character import EXTENTS, POSES, SCENES, design
from tachie.paperdoll.choice import EXTRAS, choose_attributes
from tachie.paperdoll.wardrobe import OUTFITS

seeds = st.integers(min_value=0, max_value=2**64 - 1)
wishes = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in {**MAKEGIRLS, **EXTRAS}.items()}
)


@settings(max_examples=40, deadline=None)
@given(seed=seeds, wish=wishes)
def test_body_box_holds_every_pixel_of_the_figure_and_nothing_much_more(seed: int, wish: dict[str, str]) -> None:
    doll = draw_paperdoll(seed, wish)
    ElementTree.fromstring(doll.svg)
    alpha = doll.rgba()[:, :, 3]
    x0, y0, x1, y1 = doll.body_xyxy
    inside = alpha[y0:y1, x0:x1]
    # The lightest touch of a line's soft edge may lie outside, of the two it is measured with.
    assert alpha[alpha > 8].size == inside[inside > 8].size
    ys, xs = np.nonzero(alpha > 8)
    assert abs(xs.min() - x0) <= 4
    assert abs(xs.max() + 1 - x1) <= 4
    assert abs(ys.min() - y0) <= 4
    assert abs(ys.max() + 1 - y1) <= 4


@settings(max_examples=40, deadline=None)
@given(seed=seeds, wish=wishes)
def test_head_lies_in_the_picture_and_in_the_figure_at_any_framing(seed: int, wish: dict[str, str]) -> None:
    doll = draw_paperdoll(seed, wish)
    x0, y0, x1, y1 = doll.head_xyxy
    bx0, by0, bx1, by1 = doll.body_xyxy
    assert 0 <= x0 < x1 <= doll.width_px
    assert 0 <= y0 < y1 <= doll.height_px
    assert bx0 - 1 <= x0
    assert by0 - 1 <= y0
    assert x1 <= bx1 + 1
    assert y1 <= by1 + 1


@settings(max_examples=40, deadline=None)
@given(seed=seeds, chibi=st.sampled_from(("yes", "no")))
def test_a_full_figure_stands_in_the_picture_with_its_shoes(seed: int, chibi: str) -> None:
    doll = draw_paperdoll(seed, {"extent": "full", "chibi": chibi})
    assert doll.body_xyxy[3] < doll.height_px
    heads = (doll.body_xyxy[3] - doll.head_xyxy[1]) / (doll.head_xyxy[3] - doll.head_xyxy[1])
    assert 1.9 < heads < 3.2 if chibi == "yes" else 5.0 < heads < 7.5


@settings(max_examples=30, deadline=None)
@given(seed=seeds, wish=wishes)
def test_what_is_asked_for_is_drawn_and_stated(seed: int, wish: dict[str, str]) -> None:
    doll = draw_paperdoll(seed, wish)
    truth = doll.truth()
    stated = {"chibi": "yes" if doll.chibi else "no", "year": str(doll.year)} | {
        name: truth[name] for name in ("extent", "outfit", "pose", "background")
    }
    assert {name: wish[name] for name in EXTRAS if name in wish}.items() <= stated.items()
    assert ("chibi" in doll.tags) == doll.chibi
    assert {"full": "full_body", "half": "cowboy_shot", "bust": "upper_body"}[doll.extent] in doll.tags
    assert len(set(doll.tags)) == len(doll.tags)
    assert draw_paperdoll(seed, wish).svg == doll.svg


@pytest.mark.parametrize(("name", "values"), [("outfit", OUTFITS), ("pose", POSES), ("background", SCENES)])
def test_every_choice_draws_a_picture_of_its_own(name: str, values: dict[str, object]) -> None:
    fixed = {"extent": "full", "background": "plain"}
    drawn = {value: draw_paperdoll(3, fixed | {name: value}) for value in values}
    assert len({doll.svg for doll in drawn.values()}) == len(values)
    if name == "background":
        assert len({doll.rgba(60).tobytes() for doll in drawn.values()}) == 1
        means = [tuple(doll.rgb(60).reshape(-1, 3).mean(0).round()) for doll in drawn.values()]
        assert len(set(means)) > len(values) // 2


def test_a_scene_can_be_left_out_so_that_the_ground_is_transparent() -> None:
    who = design(5, choose_attributes(5, {"extent": "full", "background": "park"}))
    alone = compose.draw(who, scene="none")
    assert alone == compose.without_scene(alone)
    picture = render.to_rgba(alone, 300)
    assert picture.shape == (400, 300, 4)
    assert picture[0, 0, 3] == picture[-1, -1, 3] == 0
    assert picture[:, :, 3].max() == 255
    assert np.array_equal(picture, render.to_rgba(compose.without_scene(compose.draw(who)), 300))
    assert np.array_equal(render.to_rgb(alone, 300)[0, 0], (255, 255, 255))


def test_the_nearer_the_framing_the_larger_the_head() -> None:
    for chibi in ("no", "yes"):
        for seed in range(8):
            tall = [
                box[3] - box[1]
                for extent in EXTENTS
                for box in [draw_paperdoll(seed, {"extent": extent, "chibi": chibi}).head_xyxy]
            ]
            assert tall[0] < tall[1]
            assert tall[0] < tall[2]


@pytest.mark.parametrize(
    ("wish", "named"),
    [
        ({"extent": "knees"}, "bust"),
        ({"outfit": "toga"}, "kimono"),
        ({"pose": "lying"}, "waving"),
        ({"year": "1999"}, "2000"),
    ],
)
def test_unknown_framings_outfits_and_poses_are_refused_with_the_known_ones(wish: dict[str, str], named: str) -> None:
    with pytest.raises(UsageError) as caught:
        draw_paperdoll(0, wish)
    assert named in caught.value.hint
