"""A contract over every stage, then what is particular to each."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tachie.core import registry
from tachie.core.boxes import iou
from tachie.core.errors import Drop, RecipeError
from tachie.core.images import encode_png
from tachie.core.item import Item
from tachie.core.recipe import Stage, parse_recipe
from tachie.paperdoll import draw_paperdoll
from tachie.stages.crop import Crop
from tachie.stages.decode import Decode
from tachie.stages.faces import Faces
from tachie.stages.full_body import FullBody, padded_to_square
from tachie.stages.min_size import MinSize
from tachie.stages.rating import Rating

from ..conftest import blobs, known_face, scene


def item(rgb: np.ndarray | None = None, **known: object) -> Item:
    picture = scene(0) if rgb is None else rgb
    data = encode_png(picture)
    (decoded,) = Decode()(Item(source="folder", source_path="a.png", data=data))
    return replace(decoded, **known)


@pytest.mark.parametrize("name", registry.names("stages"))
def test_every_stage_can_be_named_in_a_recipe_without_settings(name: str) -> None:
    recipe = parse_recipe({"stages": [{"use": name}]})
    assert isinstance(recipe.stages[0], Stage)
    assert recipe.as_dict()["stages"][0]["use"] == name
    assert parse_recipe(recipe.as_dict()) == recipe


@pytest.mark.parametrize("name", registry.names("stages"))
def test_every_stage_gives_items_or_a_drop_and_changes_none(name: str) -> None:
    stage = registry.find("stages", name)()
    doll = draw_paperdoll(40, {"extent": "full", "background": "plain"})  # what every filter keeps by default
    head = tuple(v * 0.7 for v in doll.head_xyxy)
    given_item = item(doll.rgb(420), rating="g", box_xyxy=head, confidence=0.9)
    before = given_item.pixels().copy()
    try:
        results = list(stage(given_item))
    except Drop as drop:
        pytest.fail(f"dropped: {drop.reason}")
    assert results
    np.testing.assert_array_equal(given_item.pixels(), before)
    assert all(r.source_path == "a.png" for r in results)


@pytest.mark.parametrize("name", registry.names("stages"))
def test_every_stage_names_its_settings_when_one_is_unknown(name: str) -> None:
    with pytest.raises(RecipeError, match="unknown key 'colour'"):
        parse_recipe({"stages": [{"use": name, "colour": 3}]})


def test_animeface_finds_the_head_where_it_was_drawn() -> None:
    (found,) = Faces()(item(scene(0)))
    assert found.box_xyxy is not None
    assert found.confidence is not None
    assert found.confidence > 0.5
    # the known face is drawn at (40, 60), 200 px wide; its head in it was measured once
    face = known_face()
    head = (40 + 20, 60 + 8, 40 + 170, 60 + 0.87 * face.shape[0])
    assert iou(found.box_xyxy, head) > 0.6


def test_several_faces_become_several_items_from_left_to_right() -> None:
    found = list(Faces()(item(scene(0, faces=2))))
    assert [f.face_index for f in found] == [0, 1]
    assert found[0].box_xyxy < found[1].box_xyxy
    assert found[0].parent_id == found[1].parent_id


def test_a_picture_without_a_face_is_dropped_with_its_reason() -> None:
    with pytest.raises(Drop) as caught:
        Faces()(item(blobs(3, 200, 200)))
    assert caught.value.reason == "no_face"


def test_crops_have_ids_of_their_own_and_the_head_s_box() -> None:
    face = next(iter(Faces()(item(scene(0)))))
    (wide,), (narrow,) = Crop()(face), Crop(scale=1.0)(face)
    assert wide.row_id != narrow.row_id
    assert wide.box_xyxy == narrow.box_xyxy == face.box_xyxy
    assert wide.pixels().shape[0] == wide.pixels().shape[1] > narrow.pixels().shape[0]
    assert wide.data is None


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 60), st.integers(1, 60))
def test_padding_to_a_square_keeps_every_pixel_and_invents_none(width: int, height: int) -> None:
    rgb = blobs(width * 100 + height, width, height)
    square = padded_to_square(rgb, np.array([1, 2, 3], np.uint8))
    side = max(width, height)
    assert square.shape == (side, side, 3)
    y, x = (side - height) // 2, (side - width) // 2
    np.testing.assert_array_equal(square[y : y + height, x : x + width], rgb)
    mask = np.ones((side, side), bool)
    mask[y : y + height, x : x + width] = False
    assert (square[mask] == [1, 2, 3]).all()


def test_a_transparent_figure_is_cut_free_of_its_margin_and_padded_with_white() -> None:
    rgba = np.zeros((100, 60), np.uint8)
    rgba[20:80, 25:35] = 255
    figure = item(np.full((100, 60, 3), 9, np.uint8), alpha=rgba)
    (whole,) = FullBody()(figure)
    assert whole.box_xyxy == (25, 20, 35, 80)
    assert whole.pixels().shape == (60, 60, 3)
    assert whole.pixels()[0, 0].tolist() == [255, 255, 255]


def test_an_opaque_figure_is_padded_with_its_border_s_colour() -> None:
    rgb = np.full((100, 60, 3), 40, np.uint8)
    rgb[10:90, 10:50] = 200
    (whole,) = FullBody()(item(rgb))
    assert whole.pixels().shape == (100, 100, 3)
    assert whole.pixels()[50, 0].tolist() == [40, 40, 40]


def test_small_pictures_are_dropped_by_their_shorter_side() -> None:
    assert list(MinSize(px=32)(item(blobs(1, 90, 32))))
    with pytest.raises(Drop, match="too_small"):
        MinSize(px=33)(item(blobs(1, 90, 32)))


@pytest.mark.parametrize(("rating", "stays"), [("g", True), ("s", False), (None, False), ("e", False)])
def test_an_unknown_rating_is_not_general(rating: str | None, stays: bool) -> None:
    pictures = item(rating=rating)
    if stays:
        assert list(Rating()(pictures))
    else:
        with pytest.raises(Drop, match="rating"):
            Rating()(pictures)
