"""Captions and configurations for sd-scripts, read by a TOML reader and held to its documented keys."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from tachie.dataset.reader import Dataset
from tachie.export._captions import caption, fixed_words
from tachie.export._request import CaptionStyle, ExportRequest
from tachie.export.kohya import Kohya

from .faces import heads_dataset, split_by_hand

# sd-scripts' docs/config_README-en.md: key -> type, and where it may stand.
GENERAL = {"shuffle_caption": bool, "keep_tokens": int, "enable_bucket": bool, "caption_extension": str}
OF_DATASET = {"resolution": int, "batch_size": int, "max_bucket_reso": int, "subsets": list}
OF_DREAMBOOTH = {"image_dir": str, "class_tokens": str, "num_repeats": int}
OF_FINETUNE = {"image_dir": str, "metadata_file": str, "num_repeats": int}


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    made = heads_dataset(tmp_path_factory.mktemp("kohya"))
    split_by_hand(made, {"b.jpg": "validation"})
    return made


def read(folder: Path, file: str, subset_keys: dict[str, type]) -> list[dict[str, object]]:
    """Return the subsets of a configuration, having checked every key and type."""
    config = tomllib.loads((folder / file).read_text("utf-8"))
    assert set(config) == {"general", "datasets"}
    for table, known in ((config["general"], GENERAL), *((d, OF_DATASET) for d in config["datasets"])):
        assert {key: type(value) for key, value in table.items()}.items() <= known.items()
    assert config["datasets"][0]["max_bucket_reso"] % 64 == 0
    subsets = [subset for d in config["datasets"] for subset in d["subsets"]]
    for subset in subsets:
        assert {key: type(value) for key, value in subset.items()} == subset_keys
        assert (folder / subset["image_dir"]).is_dir()
    return subsets


def test_both_configurations_name_the_same_pictures_and_captions(dataset: Dataset, tmp_path: Path) -> None:
    style = CaptionStyle(trigger="mychar", class_word="1girl")
    done = Kohya.export(ExportRequest(dataset, tmp_path / "set", captions=style, repeats=10))
    assert done.by_split == {"train": 4, "validation": 1}
    (subset,) = read(tmp_path / "set", "dreambooth.toml", OF_DREAMBOOTH)
    assert subset == {"image_dir": "train/10_mychar 1girl", "class_tokens": "mychar 1girl", "num_repeats": 10}
    (tuned,) = read(tmp_path / "set", "finetune.toml", OF_FINETUNE)
    said = json.loads((tmp_path / "set" / str(tuned["metadata_file"])).read_text("utf-8"))
    folder = tmp_path / "set" / str(subset["image_dir"])
    assert {path.stem for path in folder.glob("*.png")} == set(said)
    assert len(said) == 4
    for name, known in said.items():
        text = (folder / f"{name}.txt").read_text("utf-8").strip()
        assert text == f"{known['caption']}, {known['tags']}"
        assert text.split(", ")[:2] == ["mychar", "1girl"]
        assert len(text.splitlines()) == 1
    assert [p.parent.name for p in (tmp_path / "set" / "validation").rglob("*.txt")] == ["1_mychar 1girl"]
    config = tomllib.loads((tmp_path / "set" / "dreambooth.toml").read_text())
    assert config["general"]["keep_tokens"] == 2
    assert config["datasets"][0]["resolution"] == 512
    assert "smaller than 512 px" in done.notes[0]


def test_each_class_is_a_concept_and_paths_are_whole_where_a_root_is_told(dataset: Dataset, tmp_path: Path) -> None:
    Kohya.export(ExportRequest(dataset, tmp_path / "set", by="character", repeats=3, root="D:/sets/mine/"))
    config = tomllib.loads((tmp_path / "set" / "dreambooth.toml").read_text("utf-8"))
    folders = {subset["image_dir"] for subset in config["datasets"][0]["subsets"]}
    assert folders == {"D:/sets/mine/train/3_Cocoa", "D:/sets/mine/train/3__.._etc"}
    tuned = tomllib.loads((tmp_path / "set" / "finetune.toml").read_text("utf-8"))
    files = [subset["metadata_file"] for subset in tuned["datasets"][0]["subsets"]]
    assert files == ["D:/sets/mine/meta_cap.json", "D:/sets/mine/meta_cap-2.json"]
    assert config["general"]["keep_tokens"] == 0


def test_a_folder_with_captions_beside_its_pictures_never_holds_too_many(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tachie.export.kohya.MOST_IN_FOLDER", 4)
    Kohya.export(ExportRequest(dataset, tmp_path / "set"))
    subsets = read(tmp_path / "set", "dreambooth.toml", OF_DREAMBOOTH)
    assert [subset["image_dir"] for subset in subsets] == ["train/1_character", "train/1_character 2"]
    assert len(read(tmp_path / "set", "finetune.toml", OF_FINETUNE)) == 2


@pytest.mark.parametrize(
    ("tags", "labels", "style", "said"),
    [
        (["pink_hair", "smile"], {"hair_color": "pink"}, {}, "pink hair, smile"),
        (["pink_hair"], {"hair_color": "blue"}, {}, "blue hair"),  # somebody corrected it
        (["hair_bow"], {"ribbon": "yes"}, {}, "hair bow"),  # the finer word
        ([], {"ribbon": "yes", "smile": "no", "twin_tail": "yes", "skin": "fair"}, {}, "twintails, hair ribbon"),
        (["saber_(fate)", "^_^", "highres", "artist_request"], {}, {}, "saber (fate), ^_^"),
        (["long_hair", "blue_sky"], {}, {"underscores": True}, "long_hair, blue_sky"),
        (["a,b", "line\nbreak"], {"character": "Chino, the small"}, {}, "Chino the small, a b, line break"),
        (["sky", "sky", "1girl"], {}, {"class_word": "1girl"}, "1girl, sky"),
        (["sky"], {"eye_color": "red"}, {"from_tags": False, "trigger": "x,y"}, "x y, red eyes"),
    ],
)
def test_captions_say_what_is_known_once_and_shuffle_safely(
    tags: list[str], labels: dict[str, str], style: dict[str, object], said: str
) -> None:
    styled = CaptionStyle(**style)  # type: ignore[arg-type]
    assert caption(tags, labels, styled) == said
    assert all("," not in word for word in fixed_words(styled))
