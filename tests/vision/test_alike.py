"""Laying one crop over another."""

import numpy as np
import pytest

from tachie.core.images import Rgb, decode, encode_jpeg, resized
from tachie.vision.alike import SAME_DRAWING, overlap, small

from ..conftest import blobs, known_face


def crop(rgb: Rgb, side: int, x: int, y: int) -> Rgb:
    return small(rgb[y : y + side, x : x + side])


@pytest.mark.parametrize(("side", "x", "y"), [(150, 20, 10), (170, 10, 5), (140, 12, 24), (130, 30, 25)])
def test_two_crops_of_one_drawing_fit(side: int, x: int, y: int) -> None:
    face = known_face(200)
    again = decode(encode_jpeg(face, 70)).rgb
    assert overlap(crop(face, 150, 20, 10), crop(again, side, x, y)) >= SAME_DRAWING


def test_different_pictures_do_not() -> None:
    face = known_face(200)
    for seed in range(5):
        assert overlap(crop(face, 150, 20, 10), small(blobs(seed))) < 0.7


def test_it_is_the_same_both_ways_and_flat_pictures_fit_nothing() -> None:
    a, b, flat = small(known_face(100)), small(blobs(1)), np.full((40, 40, 3), 200, np.uint8)
    assert overlap(a, b) == overlap(b, a)
    assert overlap(flat, a) < SAME_DRAWING
    assert overlap(flat, flat) < SAME_DRAWING
    assert overlap(resized(a, 40, 40), a) > 0.99
