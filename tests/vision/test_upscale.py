"""waifu2x as pure functions on pixels."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tachie.core.errors import UsageError
from tachie.core.images import over_white
from tachie.vision.upscale import MODELS, Upscaler, doublings_to, reduced_to, straight

from ..conftest import blobs, known_face


def pattern(width: int, height: int) -> np.ndarray:
    """A picture with lines in every direction, so that a seam would show."""
    rgb = blobs(1, width, height)
    for i in range(0, width + height, 9):
        cv2.line(rgb, (i, 0), (i - height, height), (20, 20, 20), 1)
    cv2.circle(rgb, (width // 2, height // 2), min(width, height) // 3, (250, 240, 230), 2)
    return rgb


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(("width", "height", "tile"), [(96, 80, 40), (61, 75, 32)])
def test_tiles_join_without_seams(model: str, width: int, height: int, tile: int) -> None:
    picture = pattern(width, height)
    whole = Upscaler(model, tile_px=1000).doubled(picture).astype(int)
    tiled = Upscaler(model, tile_px=tile).doubled(picture)
    assert tiled.shape == (2 * height, 2 * width, 3)
    assert np.abs(whole - tiled).max() <= 1


@pytest.mark.parametrize("model", MODELS)
def test_a_face_comes_out_nearer_to_the_true_one_than_by_bicubic_interpolation(model: str) -> None:
    face = known_face(128)
    true = face[: face.shape[0] // 2 * 2, :128]
    small = cv2.resize(true, (64, true.shape[0] // 2), interpolation=cv2.INTER_AREA)
    ours = Upscaler(model).doubled(small)
    bicubic = cv2.resize(small, (128, true.shape[0]), interpolation=cv2.INTER_CUBIC)
    errors = [np.square(made.astype(float) - true).mean() for made in (ours, bicubic)]
    assert errors[0] < 0.8 * errors[1]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(("width", "height"), [(1, 1), (2, 3), (7, 1)])
def test_tiny_pictures_keep_their_colour(model: str, width: int, height: int) -> None:
    picture = np.full((height, width, 3), (200, 120, 40), np.uint8)
    larger = Upscaler(model).doubled(picture)
    assert larger.shape == (2 * height, 2 * width, 3)
    assert np.abs(larger.astype(int) - picture[0, 0]).max() <= 6


def test_a_grey_picture_stays_grey() -> None:
    grey = np.repeat(blobs(2, 24, 24)[:, :, :1], 3, axis=2)
    larger = Upscaler().doubled(grey)
    assert (larger == larger[:, :, :1]).all()
    assert larger.std() > 10


def test_noise_levels_take_away_the_traces_of_jpeg() -> None:
    face = known_face(140)[:128, :128]
    small = cv2.resize(face, (64, 64), interpolation=cv2.INTER_AREA)
    spoilt = cv2.imdecode(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 30])[1], cv2.IMREAD_COLOR)
    errors = [np.square(Upscaler(noise=n).doubled(spoilt).astype(float) - face).mean() for n in (-1, 1)]
    assert errors[1] < errors[0]


def test_what_is_hidden_does_not_bleed_into_the_edge() -> None:
    alpha = np.zeros((40, 40), np.uint8)
    alpha[10:30, 10:30] = 255
    green_around = np.zeros((40, 40, 3), np.uint8)
    green_around[:, :, 1] = 255
    green_around[10:30, 10:30] = (200, 30, 30)
    colours = straight(over_white(green_around, alpha), alpha)
    assert (colours == (200, 30, 30)).all()
    larger, opacity = Upscaler().doubled(colours), Upscaler().doubled_alpha(alpha)
    seen = larger[opacity > 20].astype(int)
    assert np.abs(seen - (200, 30, 30)).max() <= 8
    assert opacity[:16].max() <= 3
    assert opacity[24:56, 24:56].min() >= 252


@given(st.integers(0, 255), st.integers(16, 255))
def test_colours_before_they_were_laid_over_white_are_found_again(value: int, opacity: int) -> None:
    rgb, alpha = np.full((1, 1, 3), value, np.uint8), np.full((1, 1), opacity, np.uint8)
    back = straight(over_white(rgb, alpha), alpha)
    assert abs(int(back[0, 0, 0]) - value) <= 255 / opacity / 2 + 1


@settings(max_examples=200)
@given(st.integers(1, 5000), st.integers(1, 5000), st.integers(1, 4096))
def test_a_picture_is_doubled_as_often_as_needed_and_no_more(width: int, height: int, px: int) -> None:
    times = doublings_to(width, height, px)
    assert min(width, height) << times >= px
    assert times == 0 or min(width, height) << (times - 1) < px


@pytest.mark.parametrize(("width", "height"), [(130, 128), (256, 199), (500, 129)])
def test_reducing_makes_the_shorter_side_exact_and_keeps_the_shape(width: int, height: int) -> None:
    made = reduced_to(blobs(1, width, height), 128)
    assert min(made.shape[:2]) == 128
    assert abs(made.shape[1] / made.shape[0] - width / height) < 0.02


def test_an_unknown_model_or_level_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="noise level"):
        Upscaler(noise=7)
    with pytest.raises(UsageError, match="unknown upscaler"):
        Upscaler("srcnn")  # type: ignore[arg-type]
