import hashlib
import http.server
import threading
from pathlib import Path

import numpy as np
import pytest

from tachie.core.boxes import iou
from tachie.core.errors import InputError, TachieError, UsageError
from tachie.core.images import resized
from tachie.vision import faces, heads

from ..conftest import scene


def test_a_detector_that_finds_nothing_is_found_out_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    faces._prove_animeface.cache_clear()
    monkeypatch.setattr("animeface.detect", lambda image: [])
    with pytest.raises(TachieError, match="does not find a known face"):
        faces.detector("animeface")
    faces._prove_animeface.cache_clear()


def test_an_unknown_detector_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="heads, animeface, lbpcascade"):
        faces.detector("anime_face")


def test_tiny_and_empty_pictures_have_no_faces() -> None:
    for shape in ((1, 1, 3), (10, 400, 3), (23, 23, 3)):
        assert faces.animeface_heads(np.zeros(shape, np.uint8)) == []


def test_a_missing_or_foreign_cascade_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such cascade"):
        faces.detector("lbpcascade", tmp_path / "none.xml")
    (tmp_path / "wrong.xml").write_text("<opencv_storage></opencv_storage>")
    with pytest.raises(InputError, match="cannot read this as a cascade"):
        faces.detector("lbpcascade", tmp_path / "wrong.xml")


def test_the_cascade_finds_heads_like_animeface_s(shared: Path) -> None:
    rgb = scene(1)
    (a,) = faces.detector("animeface")(rgb)
    found = faces.detector("lbpcascade", shared / "lbpcascade_animeface.xml")(rgb)
    assert found
    assert max(iou(a.head_xyxy, b.head_xyxy) for b in found) > 0.5
    assert all(0 <= f.confidence <= 1 for f in found)


def test_heads_of_a_large_picture_are_in_its_own_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    rgb = scene(0)
    monkeypatch.setattr(faces, "DETECT_PX", rgb.shape[0])  # so that the large one is shrunk to the small one
    large = resized(rgb, rgb.shape[1] * 3, rgb.shape[0] * 3)
    (small_face,), (large_face,) = faces.animeface_heads(rgb), faces.animeface_heads(large)
    np.testing.assert_allclose(np.array(large_face.head_xyxy) / 3, small_face.head_xyxy, atol=10)


@pytest.fixture
def served(tmp_path: Path) -> str:
    """A server on loopback whose /good.xml is a cascade and whose /bad.xml is not."""
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "good.xml").write_bytes(b"<cascade/>")
    (folder / "bad.xml").write_bytes(b"<html>not what was asked for</html>")

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *words: object, **named: object) -> None:
            super().__init__(*words, directory=str(folder), **named)  # type: ignore[arg-type]

        def log_message(self, *words: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_cascade_is_fetched_once_and_its_checksum_checked(
    served: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faces, "CASCADE_SHA256", hashlib.sha256(b"<cascade/>").hexdigest())
    cache = tmp_path / "cache"
    with pytest.raises(InputError, match="another sha256"):
        faces.fetched_cascade(f"{served}/bad.xml", cache)
    with pytest.raises(InputError, match="could not be fetched"):
        faces.fetched_cascade(f"{served}/missing.xml", cache)
    assert not list(cache.glob("*")) if cache.exists() else True
    path = faces.fetched_cascade(f"{served}/good.xml", cache)
    assert path.read_bytes() == b"<cascade/>"
    assert faces.fetched_cascade("http://127.0.0.1:9/closed", cache) == path


def test_our_own_detector_finds_the_head_where_it_was_drawn_and_nothing_on_plain_ground() -> None:
    rgb = scene(1)
    found = faces.detector("heads")(rgb)
    (known,) = faces.detector("animeface")(rgb)
    assert max(iou(known.head_xyxy, f.head_xyxy) for f in found) > 0.5
    assert all(faces.LEAST_CONFIDENCE["heads"] <= f.confidence <= 1 for f in found)
    for shape in ((1, 1, 3), (10, 400, 3), (300, 200, 3)):
        assert faces.detector("heads")(np.full(shape, 255, np.uint8)) == []


class _Said:
    """A network that says what it was told to: scores and boxes in parts of the picture's width and height."""

    def __init__(self, *answers: list[tuple[float, tuple[float, ...]]]) -> None:
        self.answers = list(answers)
        self.widths: list[int] = []

    def run(self, names: list[str], given: dict[str, np.ndarray]) -> list[np.ndarray]:
        height, width = given["rgb"].shape[2:]
        self.widths.append(width)
        rows = self.answers.pop(0)
        boxes = np.array([box for _, box in rows], np.float32).reshape(-1, 4) * np.array([width, height] * 2)
        return [np.array([[share for share, _ in rows]], np.float32), boxes[None].astype(np.float32)]


def test_a_sure_network_looks_once_and_one_in_doubt_again_mirrored_and_larger() -> None:
    rgb = np.zeros((900, 900, 3), np.uint8)
    sure = _Said([(0.97, (0.1, 0.1, 0.3, 0.3)), (0.01, (0.5, 0.5, 0.7, 0.7))])
    boxes, shares = heads.find_heads(rgb, sure)  # type: ignore[arg-type]
    assert sure.widths == [heads.INPUT_PX]
    np.testing.assert_allclose(boxes, [(90, 90, 270, 270)], atol=0.1)
    assert shares == pytest.approx([0.97])
    # In doubt of the second; the mirrored look is sure of it and sees a third.
    first = [(0.97, (0.1, 0.1, 0.3, 0.3)), (0.4, (0.5, 0.5, 0.7, 0.7))]
    second = [(0.97, (0.7, 0.1, 0.9, 0.3)), (0.9, (0.3, 0.5, 0.5, 0.7)), (0.6, (0.0, 0.0, 0.1, 0.1))]
    unsure = _Said(first, second)
    boxes, shares = heads.find_heads(rgb, unsure)  # type: ignore[arg-type]
    assert unsure.widths == [heads.INPUT_PX, heads.SECOND_PX]
    np.testing.assert_allclose(boxes, [(90, 90, 270, 270), (450, 450, 630, 630), (810, 0, 900, 90)], atol=0.1)
    odds = np.array(
        [0.97 / 0.03, np.sqrt(0.4 / 0.6 * 0.9 / 0.1), np.sqrt(0.6 / 0.4 * heads.ABSENT / (1 - heads.ABSENT))]
    )
    np.testing.assert_allclose(shares, odds / (1 + odds), rtol=1e-3)


def test_small_heads_of_a_huge_picture_are_found_in_tiles() -> None:
    figure = resized(scene(1), *(side // 3 for side in scene(1).shape[1::-1]))
    huge = np.full((2600, 3400, 3), 255, np.uint8)
    corners = [(40, 60), (2100, 3000), (1200, 1500), (620, 660)]
    for y, x in corners:
        huge[y : y + figure.shape[0], x : x + figure.shape[1]] = figure
    (alone,) = faces.detector("heads")(figure)
    found = [f.head_xyxy for f in faces.detector("heads")(huge)]
    x0, y0, x1, y1 = alone.head_xyxy
    for y, x in corners:
        there = (x0 + x, y0 + y, x1 + x, y1 + y)
        assert max((iou(there, box) for box in found), default=0.0) > 0.6
    assert len(found) == len(corners)
