"""Faces for training: decoding, labels, packing."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from tachie.core.errors import FormatError, InputError, UsageError
from tachie.core.images import decode, resized
from tachie.train import data as data_module
from tachie.train.data import FaceSet

from .conftest import png


def test_pictures_are_decoded_in_order_at_the_resolution_by_area(write_dataset):
    images = [png(i) for i in range(25)]
    faces = FaceSet.load(write_dataset(images), 32)
    assert faces.images.shape == (25, 32, 32, 3)
    for i in (0, 9, 10, 24):
        assert np.array_equal(faces.images[i], resized(decode(images[i]).rgb, 32, 32))


def test_a_picture_that_is_not_square_is_cut_to_its_centre(write_dataset):
    wide = png(0, 80, 40)
    faces = FaceSet.load(write_dataset([wide] * 20), 32)
    assert np.array_equal(faces.images[0], resized(decode(wide).rgb[:, 20:60], 32, 32))


def test_a_broken_picture_is_left_out_and_named_with_the_reason(write_dataset):
    images = [png(i) for i in range(20)]
    images[3] = images[3][: len(images[3]) // 2]
    images[7] = b"no picture"
    dataset = write_dataset(images, {"year": [str(2000 + i % 2) for i in range(20)]})
    faces = FaceSet.load(dataset, 32)
    assert len(faces) == 18
    assert len(faces.unreadable) == 2
    assert "not_a_picture" in faces.unreadable[1]
    # Labels stay with their pictures.
    assert faces.codes[:, 0].tolist() == [i % 2 for i in range(20) if i not in (3, 7)]


def test_too_few_pictures_are_refused_with_the_number_needed(write_dataset):
    with pytest.raises(InputError, match="needs at least 16"):
        FaceSet.load(write_dataset([png(i) for i in range(15)]), 32)


def test_labels_that_half_of_the_pictures_lack_are_unknown_there(write_dataset):
    hair = [("blue" if i % 4 else "pink") if i < 10 else None for i in range(20)]
    faces = FaceSet.load(write_dataset([png(i) for i in range(20)], {"hair_color": hair, "smile": ["yes"] * 20}), 32)
    assert faces.schema.names == ("hair_color",), "a label of one value says nothing"
    assert faces.schema.groups[0].values == ("blue", "pink")
    assert (faces.codes[:10, 0] >= 0).all()
    assert (faces.codes[10:, 0] == -1).all()
    assert faces.schema.columns(faces.codes)[10:].sum() == 0


def test_without_labels_training_is_unconditional(write_dataset):
    faces = FaceSet.load(write_dataset([png(i) for i in range(20)]), 32)
    assert faces.schema.groups == ()
    assert faces.schema.columns(faces.codes).shape == (20, 1)


def test_only_the_labels_asked_for_are_taken_and_unknown_ones_refused(write_dataset):
    labels = {"smile": ["yes", "no"] * 10, "artist": ["a", "b"] * 10}
    dataset = write_dataset([png(i) for i in range(20)], labels)
    assert FaceSet.load(dataset, 32).schema.names == ("smile",)
    assert FaceSet.load(dataset, 32, labels=["artist"]).schema.names == ("artist",)
    with pytest.raises(UsageError, match="artits"):
        FaceSet.load(dataset, 32, labels=["artits"])


def test_rows_that_a_split_keeps_apart_are_not_trained_on(write_dataset):
    split = ["test" if i < 3 else "train" for i in range(20)]
    faces = FaceSet.load(write_dataset([png(i) for i in range(20)], {"split": split}), 32)
    assert len(faces) == 17


def test_a_set_above_the_memory_limit_lies_in_a_mapped_file_with_the_same_pictures(
    write_dataset, tmp_path, monkeypatch
):
    dataset = write_dataset([png(i) for i in range(20)])
    held = FaceSet.load(dataset, 32)
    monkeypatch.setattr(data_module, "HELD_IN_MEMORY_MB", 0)
    mapped = FaceSet.load(dataset, 32, store=tmp_path / "run")
    assert isinstance(mapped.images.base, np.memmap) or isinstance(mapped.images, np.memmap)
    assert np.array_equal(mapped.images, held.images)
    assert mapped.fingerprint() == held.fingerprint()


def test_a_packed_set_is_the_same_set(faces, tmp_path):
    faces.pack(tmp_path / "faces.npz")
    again = FaceSet.unpack(tmp_path / "faces.npz")
    assert np.array_equal(again.images, faces.images)
    assert np.array_equal(again.codes, faces.codes)
    assert (again.schema, again.name, again.rights) == (faces.schema, faces.name, faces.rights)
    assert again.fingerprint() == faces.fingerprint()


def test_a_file_that_is_no_packed_set_is_refused(tmp_path):
    (tmp_path / "a.npz").write_bytes(b"nothing of the kind")
    with pytest.raises(FormatError):
        FaceSet.unpack(tmp_path / "a.npz")
    np.savez(tmp_path / "b.npz", images=np.array([{"a": 1}], dtype=object))
    with pytest.raises(FormatError):
        FaceSet.unpack(tmp_path / "b.npz")


def test_training_from_a_packed_set_needs_only_torch_numpy_and_safetensors(faces, tmp_path):
    faces.pack(tmp_path / "faces.npz")
    code = """
import sys
for name in ("pyarrow", "PIL", "cv2", "pydantic", "onnx", "onnxruntime"):
    sys.modules[name] = None  # importing it raises ImportError
from pathlib import Path
from tachie.train.config import TrainConfig
from tachie.train.data import FaceSet
from tachie.train.loop import train
folder = Path(sys.argv[1])
config = TrainConfig.preset("r3", 32, kimg=0.008, batch=4, threads=1)
print(train(FaceSet.unpack(folder / "faces.npz"), config, folder / "run").kimg)
"""
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "0.008", done.stderr
