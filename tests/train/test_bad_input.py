"""Datasets, run folders and machines that training cannot use as they are: one clear line, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch

from tachie.core.conditions import Group, LabelSchema
from tachie.core.errors import FormatError, InputError, TrainingStopped
from tachie.dataset.format import NOT_TRUSTED, labels_schema
from tachie.dataset.reader import Dataset
from tachie.train import memory
from tachie.train.config import TrainConfig
from tachie.train.data import FaceSet
from tachie.train.loop import train
from tachie.train.remarks import remarks

from ..conftest import tachie
from .conftest import pictures, png


def test_a_dataset_of_one_picture_is_refused_with_the_number_needed(write_dataset, tmp_path):
    dataset = write_dataset([png(0)])
    with pytest.raises(InputError, match="1 readable pictures, training needs at least 16"):
        train(dataset, TrainConfig.preset("r3", 32, kimg=1), tmp_path / "run")
    assert not (tmp_path / "run").exists(), "no half-made run is left"


def test_labels_missing_for_half_are_said_and_trained_as_unknown(write_dataset, tiny, tmp_path):
    hair = [("blue" if i % 4 else "pink") if i < 20 else None for i in range(40)]
    dataset = write_dataset([png(i) for i in range(40)], {"hair_color": hair})
    result = train(dataset, tiny(kimg=0.004), tmp_path / "run")
    assert any("others train as unknown: hair_color (50%)" in note for note in result.notes)


def test_a_run_resumes_after_its_dataset_was_given_guessed_labels(write_dataset, tiny, tmp_path):
    dataset = write_dataset([png(i) for i in range(20)], {"smile": [("yes", None)[i % 2] for i in range(20)]})
    hair = {"hair_color": ["blue", "pink"] * 10}
    add_labels(dataset, "sure", hair, {})
    train(dataset, tiny(kimg=0.004), tmp_path / "run")
    add_labels(dataset, "guesses", {"hair_color": ["green"] * 20, "smile": ["no"] * 20}, {NOT_TRUSTED: b"yes"})
    assert train(dataset, tiny(kimg=0.008), tmp_path / "run", resume=True).kimg == 0.008


def add_labels(dataset: Dataset, name: str, labels: dict[str, list[str]], mark: dict[bytes, bytes]) -> None:
    ids = [row["id"] for row in dataset.rows(["id"])]
    schema = labels_schema(list(labels))
    for column in labels:
        schema = schema.set(schema.get_field_index(column), schema.field(column).with_metadata(mark))
    rows = [{"id": ids[i], "source": name, **{n: v[i] for n, v in labels.items()}} for i in range(len(ids))]
    table = pa.Table.from_pylist([{n: row.get(n) for n in schema.names} for row in rows], schema=schema)
    pq.write_table(table, dataset.path / "labels" / f"{name}.parquet")


def test_a_class_of_three_pictures_is_named_with_what_helps():
    codes = np.array([[0]] * 37 + [[1]] * 3, np.int16)
    lines = remarks(FaceSet(pictures(40), codes, LabelSchema((Group("class", ("many", "three")),))))
    assert any("class three (3)" in line and "balance" in line for line in lines)
    assert not any("many" in line for line in lines)


def test_a_class_of_three_trains(tiny, tmp_path):
    codes = np.array([[0]] * 37 + [[1]] * 3, np.int16)
    faces = FaceSet(pictures(40), codes, LabelSchema((Group("class", ("many", "three")),)))
    assert train(faces, tiny(balance=1.0, kimg=0.008), tmp_path / "run").kimg == 0.008


def test_pictures_smaller_than_the_resolution_are_enlarged_and_counted(write_dataset):
    faces = FaceSet.load(write_dataset([png(i, 24, 48) if i < 5 else png(i) for i in range(20)]), 32)
    assert faces.enlarged == 5
    assert any("5 of 20 pictures are smaller than 32 px" in line for line in remarks(faces))


def test_a_good_set_needs_no_remark():
    images = np.zeros((1_000, 8, 8, 3), np.uint8)
    codes = (np.arange(1_000) % 2).astype(np.int16)[:, None]
    assert remarks(FaceSet(images, codes, LabelSchema((Group("class", ("a", "b")),)))) == []


def two_parts(write_dataset) -> Dataset:
    """A dataset whose second part holds the rows of the first again."""
    dataset = write_dataset([png(i) for i in range(20)], {"year": [str(2000 + i % 3) for i in range(20)]})
    first = dataset.part_paths()[0]
    second = first.with_name("part-00001.parquet")
    second.write_bytes(first.read_bytes())
    manifest = dataset.manifest
    part = manifest.parts[0].model_copy(update={"file": second.name})
    manifest = manifest.model_copy(update={"parts": [*manifest.parts, part], "rows": 40})
    (dataset.path / "tachie.json").write_text(manifest.model_dump_json())
    return Dataset.open(dataset.path)


def damage(path: Path, where: float) -> None:
    data = bytearray(path.read_bytes())
    at = int(len(data) * where) if where < 1 else len(data) - 40
    data[at : at + 30] = b"\xff" * 30
    path.write_bytes(bytes(data))


def test_one_broken_shard_is_named_and_the_others_train(write_dataset, tiny, tmp_path):
    dataset = two_parts(write_dataset)
    damage(dataset.part_paths()[1], 1)  # the footer
    faces = FaceSet.load(dataset, 32)
    assert len(faces) == 20
    assert len(faces.unreadable) == 1
    assert "part-00001.parquet: 20 of its 20 pictures" in faces.unreadable[0]
    result = train(dataset, tiny(kimg=0.004), tmp_path / "run")
    assert result.unreadable == 1
    assert "could not be read" in result.notes[0]


def test_the_command_ends_with_3_and_names_a_broken_shard(write_dataset, tmp_path):
    dataset = two_parts(write_dataset)
    damage(dataset.part_paths()[1], 1)
    words = ["--resolution", "32", "--kimg", "0.008", "--batch", "4", "--out", tmp_path / "run"]
    done = tachie("train", dataset.path, *words)
    assert done.returncode == 3, done.stderr
    assert "part-00001.parquet" in done.stderr
    assert "Traceback" not in done.stderr
    # The settings of the run need not be told again.
    again = tachie("train", dataset.path, "--resume", "--kimg", "0.012", "--out", tmp_path / "run", "--json")
    assert again.returncode == 3, again.stderr
    assert '"kimg": 0.012' in again.stdout


def test_a_shard_cut_short_is_refused_before_anything_is_read(write_dataset):
    dataset = two_parts(write_dataset)
    path = dataset.part_paths()[1]
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(FormatError, match=r"part-00001\.parquet is missing or has another size"):
        Dataset.open(dataset.path)


def test_a_run_folder_of_a_newer_version_is_left_as_it_is(faces, tiny, tmp_path):
    train(faces, tiny(kimg=0.004), tmp_path / "run")
    file = tmp_path / "run" / "config.json"
    file.write_text(file.read_text().replace('"balance"', '"a_setting_of_the_future"'))
    before = file.read_bytes()
    with pytest.raises(FormatError, match="a_setting_of_the_future") as error:
        train(faces, tiny(kimg=0.008), tmp_path / "run", resume=True)
    assert "newer tachie" in error.value.hint
    assert file.read_bytes() == before


def test_a_run_of_an_older_version_resumes_with_what_that_version_did(faces, tiny, tmp_path):
    import json

    train(faces, tiny(kimg=0.004), tmp_path / "run")
    file = tmp_path / "run" / "config.json"
    text = json.loads(file.read_text())
    for name in ("balance", "augment", "schedule", "best_by", "penalty", "width", "labels"):
        del text["config"][name]
    file.write_text(json.dumps(text))
    assert train(faces, tiny(kimg=0.008), tmp_path / "run", resume=True).kimg == 0.008


def test_out_of_memory_says_which_batch_fits_and_keeps_what_was_saved(faces, tiny, tmp_path, monkeypatch):
    train(faces, tiny(kimg=0.008), tmp_path / "run")
    from tachie.models import r3

    forward = r3.Synthesis.forward

    def short(self: r3.Synthesis, w: torch.Tensor) -> torch.Tensor:
        if len(w) > 3 and self.training:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")
        return forward(self, w)

    monkeypatch.setattr(r3.Synthesis, "forward", short)
    with pytest.raises(TrainingStopped, match="out of memory on cpu with a batch of 4") as error:
        train(faces, tiny(kimg=0.024), tmp_path / "run", resume=True)
    assert "A batch of 2 fits; what was saved is kept" in error.value.hint
    assert "--resume --batch 2" in error.value.hint
    assert train(faces, tiny(kimg=0.024, batch=2), tmp_path / "run", resume=True).kimg == 0.024


def test_where_no_batch_fits_it_is_said(faces, tiny, tmp_path, monkeypatch):
    def none(*_: object) -> None:
        raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes")

    monkeypatch.setattr(memory, "find", none)
    monkeypatch.setattr("tachie.train.loop.Feed.real", none)
    with pytest.raises(TrainingStopped) as error:
        train(faces, tiny(), tmp_path / "run")
    assert "Not even one picture fits" in error.value.hint


def test_other_errors_are_no_lack_of_memory(faces, tiny, tmp_path, monkeypatch):
    def wrong(*_: object) -> None:
        raise RuntimeError("shapes do not match")

    monkeypatch.setattr("tachie.train.loop.Feed.real", wrong)
    with pytest.raises(RuntimeError, match="shapes do not match"):
        train(faces, tiny(), tmp_path / "run")


def test_a_process_that_really_runs_out_of_memory_says_which_batch_fits(faces, tmp_path):
    faces.pack(tmp_path / "faces.npz")
    code = """
import resource, sys
from pathlib import Path
from tachie.core.errors import TachieError
from tachie.train.config import TrainConfig
from tachie.train.data import FaceSet
from tachie.train.loop import train
folder = Path(sys.argv[1])
config = TrainConfig.preset("r3", 32, kimg=100, batch=2**14, width=0.25, threads=1, precision="fp32")
faces = FaceSet.unpack(folder / "faces.npz")
now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (now + 3 * 2**29, -1))
try:
    train(faces, config, folder / "run")
except TachieError as error:
    print(error)
"""
    if not sys.platform.startswith("linux"):
        pytest.skip("limits and /proc are Linux's")
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    assert "out of memory on cpu with a batch of 16384" in done.stdout, done.stderr
    assert "A batch of" in done.stdout
    assert (tmp_path / "run" / "config.json").is_file()
