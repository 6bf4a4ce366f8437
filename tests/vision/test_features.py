"""Classic features: the same picture always gives the same numbers, and like pictures give like numbers."""

import numpy as np
import pytest
from tests.conftest import blobs, known_face

from tachie.core.images import resized
from tachie.vision.features import Classic, WithTagger


def test_the_numbers_are_the_same_everywhere() -> None:
    extract = Classic()
    assert extract.key == "classic-7e207a9d65e3", "whoever changes the numbers changes the key"
    row = extract([blobs(1)])[0]
    assert row.shape == (extract.width,)
    known = [0.10254, -0.03809, 0.49326, -0.00735, -0.04133, -0.00683]
    np.testing.assert_allclose(row[[0, 100, 250, 500, 600, 717]], known, atol=0.01)
    assert np.isfinite(row).all()


def test_any_size_and_a_batch_give_the_same_as_one_alone() -> None:
    extract = Classic()
    together = extract([blobs(1), blobs(2, 90, 40), known_face(300)])
    np.testing.assert_allclose(together[1], extract([blobs(2, 90, 40)])[0], atol=1e-5)
    assert len(extract([])) == 0


def test_a_face_is_nearer_to_itself_changed_a_little_than_to_anything_else() -> None:
    face = known_face(200)
    moved = np.roll(resized(face[4:, 4:], face.shape[1], face.shape[0]), 3, axis=1)
    darker = (face * 0.85).astype(np.uint8)
    x = Classic()([face, moved, darker, *(blobs(i, 200, 200) for i in range(5))])
    away = np.linalg.norm(x - x[0], axis=1)
    assert max(away[1], away[2]) < away[3:].min()


def test_hair_of_another_colour_is_farther_than_the_same_in_another_light() -> None:
    face = known_face(200)
    other = face[:, :, [2, 0, 1]]
    x = Classic()([face, (face * 0.9).astype(np.uint8), other])
    assert np.linalg.norm(x[1] - x[0]) < np.linalg.norm(x[2] - x[0])


def test_the_tagger_s_features_stand_beside_the_classic_ones() -> None:
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 256, (side, side, 3), np.uint8) for side in (24, 80, 96, 130)]
    both = WithTagger()
    rows = both(pictures)
    assert rows.shape == (4, both.width)
    assert rows.dtype == np.float32
    width = Classic().width
    np.testing.assert_array_equal(rows[:, :width], Classic()(pictures))
    assert np.linalg.norm(rows[:, width:], axis=1) == pytest.approx([2.0] * 4, rel=1e-3)
    np.testing.assert_allclose(both(pictures[1:2])[0], rows[1], atol=1e-4)
    assert both.key.startswith("tagger-")
    assert both.key != Classic().key
    assert both([]).shape == (0, both.width)
