"""Picture folders, read by Hugging Face datasets."""

from __future__ import annotations

import json
from pathlib import Path

import datasets
import pytest

from tachie.dataset.reader import Dataset
from tachie.export._request import CaptionStyle, ExportRequest
from tachie.export.imagefolder import Imagefolder

from .faces import heads_dataset, split_by_hand


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return heads_dataset(tmp_path_factory.mktemp("folder"))


def test_splits_become_folders_that_datasets_loads_as_splits(dataset: Dataset, tmp_path: Path) -> None:
    split_by_hand(dataset, {"b.jpg": "validation", "c/con.png": "additional"}, groups=True)
    done = Imagefolder.export(ExportRequest(dataset, tmp_path / "set", captions=CaptionStyle(trigger="tachie")))
    assert done.by_split == {"train": 3, "validation": 1, "additional": 1}
    loaded = datasets.load_dataset(str(tmp_path / "set"), cache_dir=str(tmp_path / "cache"))
    assert {name: len(split) for name, split in loaded.items()} == done.by_split
    row = loaded["validation"][0]
    assert row["text"] == "tachie, Chino the small, blue hair"
    assert row["image"].size == (202, 202)
    assert row["labels"]["hair_color"] == "blue"
    assert "group" not in row["labels"]
    (dataset.path / "labels" / "split.parquet").unlink()


def test_classes_become_folders_and_stored_bytes_stay(dataset: Dataset, tmp_path: Path) -> None:
    Imagefolder.export(ExportRequest(dataset, tmp_path / "set", by="character"))
    assert {p.name for p in (tmp_path / "set").iterdir() if p.is_dir()} == {"Cocoa", "Chino, the small", "_.._etc"}
    lines = [json.loads(line) for line in (tmp_path / "set" / "metadata.jsonl").read_text("utf-8").splitlines()]
    stored = dict(dataset.images())
    assert len(lines) == len([p for p in (tmp_path / "set").rglob("*") if p.suffix in (".png", ".jpg")]) == 5
    assert all((tmp_path / "set" / line["file_name"]).read_bytes() == stored[line["id"]] for line in lines)
    loaded = datasets.load_dataset(str(tmp_path / "set"), cache_dir=str(tmp_path / "cache"), split="train")
    assert {row["labels"]["character"] for row in loaded} == {"Cocoa", "Chino, the small", "../../etc"}
