"""The whole-picture filters, each on paperdolls whose truth is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tachie.core.errors import Drop
from tachie.core.item import Item
from tachie.core.recipe import Stage
from tachie.paperdoll import Paperdoll, draw_paperdoll
from tachie.paperdoll.effects import effect
from tachie.stages.blur import Blur
from tachie.stages.body_extent import BodyExtent
from tachie.stages.chibi import Chibi
from tachie.stages.clear_background import ClearBackground
from tachie.stages.cut_off import CutOff
from tachie.stages.greyscale import Greyscale
from tachie.stages.odd_view import OddView
from tachie.stages.several import Several
from tachie.stages.text_heavy import TextHeavy
from tachie.vision import heads

from ..conftest import blobs

PX = 420  # width of the dolls
WHOLE = (0.0, 0.0, 1.0, 1.0)


def drawn(seed: int, **wishes: str) -> Paperdoll:
    return draw_paperdoll(seed, {"extent": "full", "background": "plain", **wishes})


def doll(seed: int, **wishes: str) -> np.ndarray:
    return drawn(seed, **wishes).rgb(PX)


def verdict(stage: Stage, rgb: np.ndarray, alpha: np.ndarray | None = None, **known: object) -> str:
    """Return the reason for which a picture is dropped, "" where it stays."""
    item = Item(source="a", source_path="a.png", rgb=np.ascontiguousarray(rgb), alpha=alpha, **known)
    try:
        (kept,) = stage(item)
    except Drop as drop:
        return drop.reason if drop.detail else "a drop must say what was measured"
    assert kept.rgb is item.rgb
    return ""


@pytest.fixture(scope="module")
def tall() -> np.ndarray:
    return doll(40)


def test_an_ordinary_full_figure_passes_every_filter(tall: np.ndarray) -> None:
    every = (BodyExtent(), ClearBackground(), Chibi(), Several(), OddView(), Greyscale(), TextHeavy(), CutOff(), Blur())
    assert [verdict(stage, tall) for stage in every] == [""] * len(every)


@pytest.mark.parametrize(("extent", "reason"), [("full", ""), ("half", "half_body"), ("bust", "bust")])
@pytest.mark.parametrize("seed", [41, 52])
def test_figures_are_told_apart_by_how_much_of_them_is_shown(extent: str, reason: str, seed: int) -> None:
    assert verdict(BodyExtent(), doll(seed, extent=extent)) == reason


def test_a_full_figure_is_left_out_where_busts_are_asked_for_and_its_extent_is_a_label(tall: np.ndarray) -> None:
    assert verdict(BodyExtent(keep=("bust", "half")), tall) == "full_body"
    (kept,) = BodyExtent()(Item(source="a", source_path="", rgb=tall, labels={"hair_color": "pink"}))
    assert kept.labels == {"hair_color": "pink", "extent": "full"}


def test_an_extent_needs_a_head() -> None:
    assert verdict(BodyExtent(), blobs(1, 200, 300)) == "no_head"


def test_a_figure_is_measured_by_its_transparency_where_it_has_some() -> None:
    who = drawn(43)
    rgba = who.rgba(PX)
    busy = np.where(rgba[:, :, 3:] > 0, rgba[:, :, :3], blobs(2, PX, rgba.shape[0]))
    assert verdict(ClearBackground(), busy) == "busy_background"
    assert verdict(ClearBackground(), busy, rgba[:, :, 3]) == ""
    assert verdict(BodyExtent(), busy, rgba[:, :, 3]) == ""


@pytest.mark.parametrize("background", ["park", "classroom", "street", "night"])
def test_scenes_are_no_clear_background(background: str) -> None:
    assert verdict(ClearBackground(), doll(44, background=background)) == "busy_background"


def test_an_even_gradient_is_a_clear_background() -> None:
    rgba = drawn(45).rgba(PX)
    down = np.linspace((250, 244, 230), (205, 222, 244), rgba.shape[0])[:, None, :]
    alpha = rgba[:, :, 3:] / 255
    assert verdict(ClearBackground(), (rgba[:, :, :3] * alpha + down * (1 - alpha)).astype(np.uint8)) == ""


@pytest.mark.parametrize("extent", ["full", "half"])
@pytest.mark.parametrize("seed", [46, 47])
def test_chibis_are_left_out_and_tall_figures_stay(seed: int, extent: str) -> None:
    assert verdict(Chibi(), doll(seed, chibi="yes", extent=extent)) == "chibi"
    assert verdict(Chibi(), doll(seed, extent=extent)) == ""


def test_two_characters_are_several_and_a_small_one_behind_is_not(tall: np.ndarray) -> None:
    two = np.concatenate((tall[:, 70:350], doll(48)[:, 70:350]), axis=1)
    assert verdict(Several(), two) == "several"
    assert verdict(Several(most=2), two) == ""
    small = cv2.resize(doll(49), None, fx=0.36, fy=0.36, interpolation=cv2.INTER_AREA)
    behind = np.concatenate((tall, np.full_like(tall[:, : small.shape[1]], 255)), axis=1)
    behind[-small.shape[0] :, -small.shape[1] :] = small
    assert verdict(Several(), behind) == ""
    assert verdict(Several(least_share=0.1), behind) == "several"


def test_figures_that_lie_or_show_no_face_are_odd_views(tall: np.ndarray) -> None:
    assert verdict(OddView(), np.rot90(tall)) in ("leaning", "no_front_head")
    assert verdict(OddView(), blobs(3, 200, 300)) == "no_front_head"
    assert verdict(OddView(), tall[280:]) == "no_front_head"


@pytest.mark.parametrize("tone", ["greyscale", "sepia", "screentone"])
def test_pictures_of_one_tone_are_greyscale(tall: np.ndarray, tone: str) -> None:
    assert verdict(Greyscale(), effect(tone).draw(tall, 1, WHOLE)) == "greyscale"


def test_a_page_of_letters_is_text_heavy_and_hair_and_pleats_are_not(tall: np.ndarray) -> None:
    page = np.concatenate((tall, np.full_like(tall, 255)), axis=1)
    for line in range(15):
        cv2.putText(page, "full of letters and more", (432, 40 + 34 * line), 0, 0.85, (30, 30, 30), 2)
    assert verdict(TextHeavy(), page) == "text_heavy"
    assert verdict(TextHeavy(), 255 - page) == "text_heavy", "white on black too"


def test_a_head_that_the_edge_cuts_is_cut_off(tall: np.ndarray) -> None:
    x0, y0, x1, y1 = (v * PX / 600 for v in drawn(40).head_xyxy)
    assert verdict(CutOff(), tall[round(y0 + 0.35 * (y1 - y0)) :]) == "cut_off"
    assert verdict(CutOff(), tall, box_xyxy=(0.0, y0, (x1 - x0) / 2, y1)) == "cut_off", "the item's own head counts"
    assert verdict(CutOff(), blobs(4, 200, 300)) == ""


def test_what_is_enlarged_or_out_of_focus_is_blurred(tall: np.ndarray) -> None:
    small = cv2.resize(tall, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    assert verdict(Blur(), cv2.resize(small, tall.shape[1::-1], interpolation=cv2.INTER_CUBIC)) == "blurred"
    assert verdict(Blur(), cv2.GaussianBlur(tall, (0, 0), 2.5)) == "blurred"
    assert verdict(Blur(), np.full((64, 64, 3), 9, np.uint8)) == "blurred", "nothing in it is sharp"


def test_all_filters_look_for_heads_once(tall: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []
    real = heads.find_heads
    monkeypatch.setattr(heads, "find_heads", lambda rgb: looked.append(1) or real(rgb))
    picture = tall.copy()
    for stage in (Several(), OddView(), Chibi(), CutOff(), BodyExtent()):
        verdict(stage, picture)
    assert len(looked) == 1
