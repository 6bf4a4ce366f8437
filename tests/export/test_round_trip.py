"""What an export writes, a build reads: tags, labels, split and the rest of a row, and the very bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tachie.core import registry
from tachie.dataset.reader import Dataset
from tachie.export._request import CaptionStyle, ExportRequest
from tachie.pipeline import Build, build

from ..conftest import untagged
from .faces import heads_dataset, split_by_hand

KEPT = ("url", "page_url", "post_id", "released_at", "rating", "tags", "artist", "rights", "frame", "episode", "source")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    found = heads_dataset(tmp_path_factory.mktemp("trip"))
    split_by_hand(found, {"b.jpg": "validation", "c/con.png": "additional"})
    return found


def known(dataset: Dataset) -> dict[str, dict[str, Any]]:
    """Return what is known of each picture, by the sha256 of its bytes."""
    labels = dataset.labels()
    return {
        row["content_sha256"]: {
            **{name: row[name] for name in KEPT},
            "labels": {name: said[row["id"]] for name, said in labels.items() if row["id"] in said},
        }
        for row in dataset.rows()
    }


@pytest.mark.parametrize(("name", "by"), [("imagefolder", None), ("imagefolder", "character"), ("webdataset", "class")])
def test_an_export_is_read_as_what_it_was(name: str, by: str | None, dataset: Dataset, tmp_path: Path) -> None:
    style = CaptionStyle(trigger="sks", class_word="girl")
    registry.find("export", name).export(ExportRequest(dataset, tmp_path / "set", by=by, captions=style))
    recipe = untagged("faces-as-they-are")
    read = build(Build([str(tmp_path / "set")], tmp_path / "again", recipe, workers=0)).dataset
    assert read.manifest.drops == {}
    assert known(read) == known(dataset)


def test_kohya_s_folders_give_back_splits_classes_and_attributes(dataset: Dataset, tmp_path: Path) -> None:
    request = ExportRequest(dataset, tmp_path / "set", by="hair_color", repeats=7)
    registry.find("export", "kohya").export(request)
    read = build(Build([str(tmp_path / "set")], tmp_path / "again", untagged("faces-as-they-are"), workers=0)).dataset
    assert read.manifest.drops == {}
    before, after = known(dataset), known(read)
    assert before.keys() == after.keys()
    for sha256, said in after.items():
        was, now = before[sha256]["labels"], said["labels"]
        assert now.get("hair_color") == was.get("hair_color")
        assert now["split"] == was["split"]
        assert now.get("class") == was.get("hair_color")  # a folder "unknown" says nothing
        assert now["repeats"] == ("7" if now["split"] == "train" else "1")
        assert was["character"].replace(",", "").replace(" ", "_") in said["tags"]


def test_a_split_made_here_overrules_one_that_came_along(dataset: Dataset, tmp_path: Path) -> None:
    registry.find("export", "imagefolder").export(ExportRequest(dataset, tmp_path / "set"))
    recipe = untagged("faces-as-they-are")
    read = build(Build([str(tmp_path / "set")], tmp_path / "again", recipe, workers=0)).dataset
    assert sorted(set(read.labels()["split"].values())) == ["additional", "train", "validation"]
    split_by_hand(read, {})
    assert set(read.labels()["split"].values()) == {"train"}
