"""The measures under the whole-picture filters, on pictures whose answer is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tachie.core.images import resized
from tachie.paperdoll import draw_paperdoll
from tachie.vision.figure import even_share, figure_mask, ground_of, lab_of, working_copy
from tachie.vision.last import of_last_picture
from tachie.vision.shape import FEATURES, cut_share, judge
from tachie.vision.surface import colourfulness, edge_width, text_share

from ..conftest import blobs


def test_the_mask_before_a_plain_ground_is_the_drawn_figure() -> None:
    doll = draw_paperdoll(3, {"extent": "full", "background": "plain"})
    small, factor = working_copy(doll.rgb(420))
    ground = ground_of(lab_of(small))
    head = tuple(v * 0.7 * factor for v in doll.head_xyxy)
    found = figure_mask(small, ground, [head])
    true = resized(doll.rgba(420)[:, :, 3].copy(), small.shape[1], small.shape[0]) >= 128
    assert (found & true).sum() / (found | true).sum() > 0.85


def test_the_mask_before_a_scene_holds_the_head_and_leaves_the_corners_out() -> None:
    doll = draw_paperdoll(4, {"extent": "full", "background": "park"})
    small, factor = working_copy(doll.rgb(420))
    x0, y0, x1, y1 = (v * 0.7 * factor for v in doll.head_xyxy)
    found = figure_mask(small, ground_of(lab_of(small)), [(x0, y0, x1, y1)])
    assert found[round((y0 + y1) / 2), round((x0 + x1) / 2)]
    assert not found[0, 0]
    assert not found[0, -1]
    again = figure_mask(small, ground_of(lab_of(small)), [(x0, y0, x1, y1)])
    np.testing.assert_array_equal(found, again)


def test_nothing_is_figure_where_there_is_neither_head_nor_plain_ground() -> None:
    small, _ = working_copy(np.random.default_rng(0).integers(0, 256, (200, 150, 3), dtype=np.uint8))
    assert not figure_mask(small, ground_of(lab_of(small)), []).any()


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_pictures_of_any_size_are_measured(width: int, height: int, seed: int) -> None:
    rgb = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    small, _ = working_copy(rgb)
    ground = ground_of(lab_of(small))
    assert 0 <= even_share(lab_of(small), ground) <= 1
    assert figure_mask(small, ground, [(0.0, 0.0, 4.0, 4.0)]).shape == small.shape[:2]
    assert 0 <= text_share(rgb) <= 1
    assert edge_width(rgb) >= 0


@given(st.tuples(*[st.integers(0, 90)] * 3), st.tuples(*[st.integers(160, 255)] * 3), st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_a_picture_toned_from_any_dark_to_any_light_ink_has_no_colour(dark: tuple, light: tuple, seed: int) -> None:
    light_of = cv2.cvtColor(blobs(seed), cv2.COLOR_RGB2GRAY)[:, :, None] / 255
    toned = np.array(dark) + (np.array(light) - np.array(dark)) * light_of
    assert colourfulness(lab_of(toned.astype(np.uint8))) < 6


def test_a_touch_of_colour_on_grey_is_colour() -> None:
    rgb = np.full((100, 100, 3), 128, np.uint8)
    rgb[:20, :20] = (200, 90, 90)
    assert colourfulness(lab_of(rgb)) > 6


@pytest.mark.parametrize("sigma", [1.5, 2.5, 4.0])
def test_the_width_of_edges_is_the_blur_that_was_applied(sigma: float) -> None:
    rgb = np.full((300, 300, 3), 240, np.uint8)
    cv2.circle(rgb, (150, 150), 90, (20, 30, 40), -1, cv2.LINE_AA)
    soft = edge_width(cv2.GaussianBlur(rgb, (0, 0), sigma))
    assert abs(soft - sigma) < 0.35 * sigma
    assert soft > edge_width(rgb)


def test_writing_is_found_in_rows_and_not_in_scattered_marks() -> None:
    page = np.full((500, 500, 3), 255, np.uint8)
    for line in range(10):
        cv2.putText(page, "letters in a row", (20, 40 + 45 * line), 0, 1.2, (0, 0, 0), 2)
    assert text_share(page) > 0.1
    marks = np.full((500, 500, 3), 255, np.uint8)
    for i, (x, y) in enumerate(np.random.default_rng(1).integers(20, 480, (25, 2)).tolist()):
        cv2.circle(marks, (x, y), 4 + 5 * (i % 5), (0, 0, 0), 2)
    assert text_share(marks) < 0.015


def test_a_head_at_the_edge_is_cut_by_what_its_box_lacks() -> None:
    assert cut_share((50.0, 50.0, 150.0, 154.0), 400, 400) == 0
    assert cut_share((50.0, 50.0, 150.0, 100.0), 400, 400) == 0, "a flat head away from the edge is flat"
    assert cut_share((50.0, 0.0, 150.0, 104.0), 400, 400) == pytest.approx(0)
    assert cut_share((50.0, 0.0, 150.0, 52.0), 400, 400) == pytest.approx(0.5)
    assert cut_share((350.0, 50.0, 400.0, 154.0), 400, 400) == pytest.approx(0.5)


def test_answers_are_probabilities() -> None:
    for name in ("extent", "chibi"):
        for seed in range(5):
            found = judge(name, np.random.default_rng(seed).normal(1, 2, len(FEATURES)).astype(np.float32))
            assert sum(found.values()) == pytest.approx(1)
            assert min(found.values()) >= 0


def test_the_last_picture_alone_is_remembered() -> None:
    asked = []

    @of_last_picture
    def look(rgb: np.ndarray) -> int:
        asked.append(rgb)
        return len(asked)

    one, other = np.zeros(3), np.zeros(3)
    assert [look(one), look(one), look(other), look(other), look(one)] == [1, 1, 2, 2, 3]
