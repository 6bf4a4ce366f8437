"""Tar shards, read by the webdataset library and by Hugging Face datasets."""

from __future__ import annotations

import tarfile
from pathlib import Path

import datasets
import pytest
import webdataset

from tachie.dataset.reader import Dataset
from tachie.export._request import ExportRequest
from tachie.export.webdataset import Webdataset

from .faces import heads_dataset, split_by_hand


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return heads_dataset(tmp_path_factory.mktemp("shards"))


def test_the_library_reads_pictures_classes_captions_and_facts(dataset: Dataset, tmp_path: Path) -> None:
    Webdataset.export(ExportRequest(dataset, tmp_path / "set", by="hair_color"))
    read = list(webdataset.WebDataset(str(tmp_path / "set" / "train-000000.tar"), shardshuffle=False).decode("pil"))
    assert (tmp_path / "set" / "classes.txt").read_text().split() == ["blue", "pink", "unknown"]
    assert [sample["cls"] for sample in read] == [1, 1, 0, 1, 2]
    assert [sample["json"]["id"] for sample in read] == [row["id"] for row in dataset.rows(["id"])]
    assert [sample["png"].size for sample in read] == [(r["width"], r["height"]) for r in dataset.rows()]
    assert read[2]["txt"] == "Chino the small, blue hair"
    assert read[2]["json"]["labels"]["character"] == "Chino, the small"
    keys = [sample["__key__"] for sample in read]
    assert len(set(keys)) == 5
    assert keys == sorted(keys)


def test_shards_are_cut_at_their_size_and_a_picture_is_never_torn(
    dataset: Dataset, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr("tachie.export.webdataset._MB", 100_000)  # two pictures of 35 kB
    Webdataset.export(ExportRequest(dataset, tmp_path / "set", shard_mb=1))
    shards = sorted((tmp_path / "set").glob("*.tar"))
    assert len(shards) > 1
    assert all(shard.stat().st_size <= 120_000 for shard in shards)
    for shard in shards:
        with tarfile.open(shard) as tar:
            members = tar.getmembers()
        assert all(m.mtime == 0 and m.uid == 0 and m.uname == "" for m in members)
        endings = [m.name.partition(".")[2] for m in members]
        assert endings == ["json", "png", "txt"] * (len(members) // 3)
    urls = [str(shard) for shard in shards]
    assert len(list(webdataset.WebDataset(urls, shardshuffle=False))) == 5


def test_splits_are_shards_of_their_own_which_datasets_reads(dataset: Dataset, tmp_path: Path) -> None:
    split_by_hand(dataset, {"b.jpg": "validation", "c/con.png": "additional"})
    done = Webdataset.export(ExportRequest(dataset, tmp_path / "set"))
    loaded = datasets.load_dataset(str(tmp_path / "set"), cache_dir=str(tmp_path / "cache"))
    assert {name: len(split) for name, split in loaded.items()} == done.by_split
    assert loaded["validation"][0]["png"].size == (202, 202)
    (dataset.path / "labels" / "split.parquet").unlink()
