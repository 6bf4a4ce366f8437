import os
import sys
from pathlib import Path

import numpy as np
import pytest

from tachie.core.errors import FormatError, InputError, TachieError
from tachie.vision.tagger import tagger
from tachie.vision.wd14 import Wd14Tagger

from .. import tiny_taggers as tiny
from ..conftest import tachie
from .test_tagger import plain


@pytest.fixture(scope="module", params=["nhwc", "nchw"])
def wd14(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Wd14Tagger:
    folder = tmp_path_factory.mktemp(request.param)
    return Wd14Tagger(tiny.wd14_tagger(folder, channels_first=request.param == "nchw"))


def test_its_tags_become_attributes_by_the_one_table(wd14: Wd14Tagger) -> None:
    (said,) = wd14([plain(255, 0, 0)])
    assert said.labels["hair_color"] == "red"
    assert said.probabilities["hair_color"]["red"] == pytest.approx(1 / (1 + np.exp(-6)), abs=1e-4)
    assert said.probabilities["hair_color"]["blue"] == pytest.approx(1 / (1 + np.exp(6)), abs=1e-4)
    assert said.labels["open_mouth"] == "no"  # closed_mouth is said
    assert said.labels["hat"] == "no"  # hardly anything speaks for a hat
    assert said.labels["twin_tail"] == "no"
    (blue,) = wd14([plain(0, 0, 255)])
    assert (blue.labels["hair_color"], blue.labels["twin_tail"]) == ("blue", "yes")
    (dim,) = wd14([plain(60, 60, 60)])
    assert (dim.labels["hair_color"], dim.labels["twin_tail"]) == ("unknown", "unknown")


def test_ratings_and_characters_have_their_own_thresholds(wd14: Wd14Tagger) -> None:
    red, green = wd14([plain(255, 0, 0), plain(0, 255, 0)])
    assert red.labels["rating"] == "g"
    assert set(red.probabilities["rating"]) == {"g", "s", "q", "e"}
    assert red.labels["character"] == "unknown"
    assert green.labels["character"] == "hatsune_miku"
    assert list(green.tags) == ["solo", "closed_mouth", "hatsune_miku"]
    assert list(red.tags) == ["red_hair", "solo", "closed_mouth"]  # the surest first
    assert [label.name for label in wd14.labels] == [
        "hair_color",
        "twin_tail",
        "open_mouth",
        "hat",
        "rating",
        "character",
    ]


def test_pictures_are_padded_with_white_to_a_square(wd14: Wd14Tagger) -> None:
    (narrow,) = wd14([plain(255, 0, 0, 40, 20)])  # half of the square is white: blue .5
    assert narrow.probabilities["twin_tail"]["yes"] == pytest.approx(0.5, abs=0.02)


def test_it_sees_two_heads_of_the_picture_and_stays_inside(wd14: Wd14Tagger) -> None:
    picture = np.zeros((300, 200, 3), np.uint8)
    assert wd14.crop(picture, (80, 100, 120, 140)).shape == (80, 80, 3)
    assert wd14.crop(picture, (0, 0, 40, 40)).shape == (70, 60, 3)
    assert min(wd14.crop(picture, (190, 290, 200, 300)).shape) == 3


def test_broken_networks_and_lists_are_named(tmp_path: Path) -> None:
    file = tiny.wd14_tagger(tmp_path)
    tags = file.with_name("selected_tags.csv")
    text = tags.read_text()
    for wrong, said in (
        (text.replace("name,category", "word,kind"), "no columns name and category"),
        (text.replace("straw_hat,0", "straw_hat,hat"), "line 9: category is no number"),
        (text.splitlines()[0] + "\n", "has no tags"),
        ("\n".join(text.splitlines()[:-1]), r"gives \[12\] numbers a picture, selected_tags.csv has 11 rows"),
    ):
        tags.write_text(wrong)
        with pytest.raises(FormatError, match=said):
            Wd14Tagger(file)
    tags.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FormatError, match="UTF-8"):
        Wd14Tagger(file)
    tags.unlink()
    with pytest.raises(InputError, match=r"selected_tags\.csv"):
        tagger(f"onnx:{file}")
    tags.write_text(text)
    file.write_bytes(b"no network at all")
    with pytest.raises(InputError, match="cannot be opened as an ONNX network"):
        Wd14Tagger(file)


def test_networks_of_another_kind_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no probabilities"):
        Wd14Tagger(tiny.wd14_tagger(tmp_path / "raw", sigmoid=False))
    other = tiny.own_tagger(tmp_path / "own")
    tiny.wd14_tagger(tmp_path / "own")
    with pytest.raises(
        FormatError, match=r"does not look at pictures as the WD14 family does: pictures tensor\(uint8\)"
    ):
        Wd14Tagger(other)
    small = Wd14Tagger(tiny.wd14_tagger(tmp_path / "small", side=32))
    assert small([plain(255, 0, 0)])[0].labels["hair_color"] == "red"


def test_the_hub_offline_says_what_to_do(tmp_path: Path) -> None:
    offline = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path), "HF_HUB_CACHE": str(tmp_path / "hub")}
    told = tachie("tag", tmp_path, "--tagger", "hub:someone/tagger", env=offline)
    assert told.returncode == 1
    assert "the hub cannot be reached, and 'someone/tagger' is not in its cache" in told.stderr
    assert "--tagger onnx:FILE" in told.stderr
    told = tachie("tag", tmp_path, "--tagger", "hub:a/b/c", env=offline)
    assert told.returncode == 1
    assert "OWNER/NAME" in told.stderr


def test_a_tagger_in_the_hub_s_cache_works_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    huggingface_hub = pytest.importorskip("huggingface_hub")
    from tachie.vision import hub

    repository = tmp_path / "hub" / "models--someone--tagger"
    tiny.wd14_tagger(repository / "snapshots" / "abc")
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("abc")
    real = huggingface_hub.hf_hub_download
    monkeypatch.setattr(
        huggingface_hub,
        "hf_hub_download",
        lambda name, file: real(name, file, cache_dir=tmp_path / "hub", local_files_only=True),
    )
    found = hub.fetched_tagger("someone/tagger")
    assert found.key.startswith("tagger-")
    assert found([plain(0, 0, 255)])[0].labels["hair_color"] == "blue"


def test_without_the_hub_s_package_the_way_to_install_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from tachie.vision import hub

    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(TachieError) as caught:
        hub.fetched_tagger(f"someone/else-{os.getpid()}")
    assert "[hub]" in caught.value.hint
