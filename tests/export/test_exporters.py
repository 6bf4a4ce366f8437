"""What every exporter of datasets promises, found through the registry."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from huggingface_hub import DatasetCard

from tachie.core.errors import DiskFullError, UsageError
from tachie.core.registry import find, names
from tachie.dataset.reader import Dataset
from tachie.export._folder import class_folders, new_folder, spread
from tachie.export._request import ExportRequest
from tachie.pipeline.originals import Originals

from .faces import heads_dataset, split_by_hand

FORMATS = [name for name in names("export") if name not in ("onnx", "site")]
OF_PICTURES = [name for name in FORMATS if name != "recipe"]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    made = heads_dataset(tmp_path_factory.mktemp("exported"))
    split_by_hand(made, {"b.jpg": "validation", "c/con.png": "test"})
    return made


def asked(dataset: Dataset, out: Path, **told: object) -> ExportRequest:
    return ExportRequest(dataset, out, find_originals=Originals(dataset).pictures, **told)  # type: ignore[arg-type]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_dataset_gives_the_same_bytes_and_safe_names(name: str, dataset: Dataset, tmp_path: Path) -> None:
    exporter = find("export", name)
    assert exporter.export.__doc__
    assert exporter.__doc__
    both = [exporter.export(asked(dataset, tmp_path / n / "set")) for n in ("one", "two")]
    files = contents(tmp_path / "one" / "set")
    assert files == contents(tmp_path / "two" / "set")
    assert both[0].pictures > 0
    assert not both[0].left_out
    assert sorted(p.name for p in tmp_path.rglob("*.partial")) == []
    for path in files:
        assert not set(path) & set('<>:"|?*\\'), path
        assert all(part.split(".")[0].lower() not in ("con", "nul", "..") for part in Path(path).parts), path
    everything = b"".join(files.values())
    assert str(tmp_path).encode() not in everything  # where it was made is nobody's business
    assert str(dataset.path.parent).encode() not in everything


@pytest.mark.parametrize("name", FORMATS)
def test_a_folder_that_holds_something_is_left_alone(name: str, dataset: Dataset, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        find("export", name).export(asked(dataset, tmp_path / "out"))
    assert contents(tmp_path) == {"out/mine.txt": b"mine"}


@pytest.mark.parametrize("name", OF_PICTURES)
def test_a_full_disk_leaves_nothing_that_could_be_taken_for_whole(name: str, dataset: Dataset, tmp_path: Path) -> None:
    def full(done: int, total: int) -> None:
        if done == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(DiskFullError, match="no space left"):
        find("export", name).export(replace(asked(dataset, tmp_path / "out"), progress=full))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", OF_PICTURES)
def test_the_card_is_one_that_hubs_read(name: str, dataset: Dataset, tmp_path: Path) -> None:
    find("export", name).export(asked(dataset, tmp_path / "set"))
    card = DatasetCard.load(tmp_path / "set" / "README.md")
    assert card.data.license == "unknown"  # nothing was stated of these pictures
    assert card.data.size_categories == ["n<1K"]
    assert card.data.task_categories
    assert "## Rights" in card.text
    assert "## Known faults" in card.text
    for split in (card.data.to_dict().get("configs") or [{}])[0].get("data_files", ()):
        assert list((tmp_path / "set").glob(split["path"])), split


@pytest.mark.parametrize("name", [n for n in FORMATS if "by" in find("export", n).TAKES])
def test_an_unknown_label_is_named_with_those_that_there_are(name: str, dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no label 'hair'") as error:
        find("export", name).export(asked(dataset, tmp_path / "out", by="hair"))
    assert "hair_color" in error.value.hint
    assert not (tmp_path / "out").exists()


def test_a_folder_never_holds_too_many_and_names_do_not_meet() -> None:
    wanted = [("a", f"x{i}", f"{i:064d}") for i in range(5)] + [("", "Same", "1" * 64), ("", "sAME", "2" * 64)]
    paths = spread(wanted, most=2)
    assert paths[:5] == ["a/0000/x0", "a/0000/x1", "a/0001/x2", "a/0001/x3", "a/0002/x4"]
    assert paths[5:] == ["Same", f"sAME-{'2' * 16}"]


def test_different_classes_have_different_folders() -> None:
    folders = class_folders(["a/b", "a_b", "A_b", "unknown", "..", "con"])
    assert len({name.lower() for name in folders.values()}) == 6
    assert "unknown" not in folders.values()  # those that have no class
    assert folders == class_folders(["con", "..", "unknown", "A_b", "a_b", "a/b"])


def test_an_error_while_writing_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), new_folder(tmp_path / "out") as folder:
        (folder / "half").write_text(json.dumps(1 / 0))
    assert list(tmp_path.iterdir()) == []
