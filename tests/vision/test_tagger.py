import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from tachie.core.attributes import UNKNOWN
from tachie.core.errors import FormatError, InputError, TachieError, UsageError
from tachie.vision.tagger import OwnTagger, padded_square, tagger

from .. import tiny_taggers as tiny


def plain(red: int, green: int, blue: int, height: int = 40, width: int = 40) -> np.ndarray:
    return np.broadcast_to(np.array([red, green, blue], np.uint8), (height, width, 3)).copy()


def softmax(logits: np.ndarray) -> np.ndarray:
    e = np.exp(logits - logits.max())
    return e / e.sum()


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> OwnTagger:
    return OwnTagger(tiny.own_tagger(tmp_path_factory.mktemp("own")).parent)


def test_each_group_has_calibrated_probabilities_that_sum_to_one(own: OwnTagger) -> None:
    (said,) = own([plain(255, 51, 0)])
    logits = np.array([1.0, 0.2, 0.0]) @ tiny.WEIGHTS + tiny.BIASES
    expected = softmax(logits[:3] / 2.0)
    assert list(said.probabilities) == ["hair_color", "smile", "ribbon"]
    assert np.allclose(list(said.probabilities["hair_color"].values()), expected, atol=1e-5)
    assert list(said.probabilities["hair_color"]) == ["red", "green", "blue"]
    assert said.labels["hair_color"] == "red"
    assert said.known()["hair_color"] == ("red", pytest.approx(expected[0], abs=1e-5))


def test_what_is_less_probable_than_its_threshold_is_unknown(own: OwnTagger) -> None:
    (said,) = own([plain(128, 128, 128)])
    assert said.labels["hair_color"] == UNKNOWN
    assert "hair_color" not in said.known()
    assert max(said.probabilities["hair_color"].values()) == pytest.approx(1 / 3, abs=1e-5)


def test_faces_of_any_size_and_number_are_looked_at(own: OwnTagger) -> None:
    faces = [plain(255 * (i % 2), 0, 255 * (1 - i % 2), 8 + i, 8 + i) for i in range(40)]
    faces[0] = plain(0, 0, 255, 5, 300)
    assert [one.labels["hair_color"] for one in own(faces)] == ["blue", "red"] * 20
    assert own([]) == []
    assert own.run(faces)[1].shape == (40, 3)


def test_a_face_gets_the_same_words_alone_and_among_others(own: OwnTagger) -> None:
    rng = np.random.default_rng(0)
    faces = [rng.integers(0, 256, (30, 30, 3), np.uint8) for _ in range(20)]
    together = own(faces)
    for face, said in zip(faces, together, strict=True):
        alone = own([face])[0]
        assert alone.labels == said.labels
        for name, values in said.probabilities.items():
            assert values == pytest.approx(alone.probabilities[name], abs=1e-5)


def test_the_key_names_the_network_by_its_hash(own: OwnTagger, tmp_path: Path) -> None:
    again = OwnTagger(tiny.own_tagger(tmp_path).parent)
    assert again.key == own.key
    assert own.key == f"tachie-{own.about.network_sha256[:12]}"


def test_what_the_labels_are_worth_is_told(own: OwnTagger) -> None:
    assert [(label.name, label.trusted, label.precision) for label in own.labels] == [
        ("hair_color", True, 0.9),
        ("smile", True, None),
        ("ribbon", False, 0.61),
    ]


def test_a_crop_at_the_border_repeats_it_and_keeps_the_head_in_its_place() -> None:
    picture = np.arange(100, dtype=np.uint8)[None, :, None].repeat(100, 0).repeat(3, 2)
    inside = padded_square(picture, (40, 40, 60, 60), 1.5, 0.0)
    assert inside.shape == (30, 30, 3)
    assert inside[0, 0, 0] == 35
    outside = padded_square(picture, (0, 0, 20, 20), 1.5, 0.0)
    assert outside.shape == (30, 30, 3)
    assert outside[10, :6, 0].tolist() == [0, 0, 0, 0, 0, 0]
    assert outside[10, 6, 0] == 1
    assert padded_square(picture, (90, 90, 100, 100), 1.5, 0.2).shape == (15, 15, 3)
    with pytest.raises(ValueError, match="outside"):
        padded_square(picture, (500, 0, 510, 10), 1.0, 0.0)


def test_two_files_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    tiny.own_tagger(tmp_path / "hash", network_sha256="0" * 64)
    with pytest.raises(FormatError, match="another sha256"):
        OwnTagger(tmp_path / "hash")
    tiny.own_tagger(tmp_path / "shape", groups=tiny.GROUPS[:2])
    with pytest.raises(FormatError, match=r"gives logits \[7\].*speaks of 5 values"):
        OwnTagger(tmp_path / "shape")
    tiny.own_tagger(tmp_path / "side", side_px=24)
    with pytest.raises(FormatError, match="no tagger of tachie"):
        OwnTagger(tmp_path / "side")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"format": "other"}, "format"),
        ({"format_version": 2}, "format_version"),
        ({"groups": []}, "groups"),
        ({"groups": [{"name": "smile", "values": ["no"], "temperature": 1.0, "threshold": 0.5}]}, "values"),
        ({"groups": [{"name": "smile", "values": ["no", "yes"], "temperature": 0, "threshold": 0.5}]}, "temperature"),
        ({"strange": 1}, "strange"),
    ],
)
def test_a_broken_tagger_json_names_the_field(changed: dict[str, object], said: str, tmp_path: Path) -> None:
    tiny.own_tagger(tmp_path, **changed)
    with pytest.raises(FormatError, match=said):
        OwnTagger(tmp_path)


def test_missing_and_broken_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"tagger\.json cannot be read"):
        OwnTagger(tmp_path)
    file = tiny.own_tagger(tmp_path)
    data = file.read_bytes()
    file.unlink()
    with pytest.raises(InputError, match=r"tagger\.onnx cannot be read"):
        OwnTagger(tmp_path)
    file.write_bytes(data[: len(data) // 2])
    about = json.loads((tmp_path / "tagger.json").read_text())
    about["network_sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
    (tmp_path / "tagger.json").write_text(json.dumps(about))
    with pytest.raises(TachieError, match=r"tagger\.onnx"):
        OwnTagger(tmp_path)


def test_a_tagger_is_found_by_name(tmp_path: Path) -> None:
    file = tiny.own_tagger(tmp_path)
    assert tagger(f"onnx:{file}") is tagger(f"onnx:{file}")
    for name in ("wd14", "onnx:", "hub:", "none", ""):
        with pytest.raises(UsageError, match="unknown tagger"):
            tagger(name)
    with pytest.raises(InputError, match="no such file"):
        tagger(f"onnx:{tmp_path / 'gone.onnx'}")
    renamed = file.rename(tmp_path / "other.onnx")
    with pytest.raises(InputError, match=r"no selected_tags\.csv beside it"):
        tagger(f"onnx:{renamed}")
