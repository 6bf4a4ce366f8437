"""MNIST's IDX files and CIFAR-10's binary batches: what is in them comes out, and what lies is named."""

import gzip
import struct
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from tachie.core import registry
from tachie.core.errors import Unreadable
from tachie.core.images import decode
from tachie.core.item import Item
from tachie.core.recipe import Recipe
from tachie.dataset.reader import Dataset
from tachie.pipeline import Build, build
from tachie.pipeline.build import refs_of, source_of
from tachie.stages.decode import Decode

from ..conftest import untagged

RECIPE = Recipe(stages=(Decode(),))
NAMES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


def digits(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 5, 4), dtype=np.uint8)


def write_idx(folder: Path, part: str, pictures: np.ndarray, classes: list[int], packed: bool = False) -> Path:
    """Write pictures [N, H, W] uint8 and their classes as MNIST's two files, and return the pictures'."""
    folder.mkdir(exist_ok=True)
    images = struct.pack(">4I", 0x803, *pictures.shape) + pictures.tobytes()
    labels = struct.pack(">2I", 0x801, len(classes)) + bytes(classes)
    ending = ".gz" if packed else ""
    for kind, data in (("images-idx3", images), ("labels-idx1", labels)):
        path = folder / f"{part}-{kind}-ubyte{ending}"
        path.write_bytes(gzip.compress(data, mtime=0) if packed else data)
    return folder / f"{part}-images-idx3-ubyte{ending}"


def cifar_batch(count: int, seed: int = 0) -> tuple[bytes, np.ndarray]:
    """Return a batch of CIFAR-10 as its bytes, and its pictures [N, 32, 32, 3]."""
    rgb = np.random.default_rng(seed).integers(0, 256, (count, 32, 32, 3), dtype=np.uint8)
    records = [bytes([i % 10]) + picture.transpose(2, 0, 1).tobytes() for i, picture in enumerate(rgb)]
    return b"".join(records), rgb


def write_cifar_tar(path: Path, batches: dict[str, bytes]) -> Path:
    """Write an archive as CIFAR-10 is distributed."""
    with tarfile.open(path, "w:gz") as archive:
        folder = tarfile.TarInfo("cifar-10-batches-bin/")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, data in {"batches.meta.txt": "\n".join([*NAMES, "", ""]).encode(), **batches}.items():
            info = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            info.size = len(data)
            archive.addfile(info, BytesIO(data))
    return path


def items(place: Path) -> list[Item]:
    return [
        item for ref in refs_of(str(place), RECIPE) for item in registry.find("sources", ref.source).items(ref, RECIPE)
    ]


def problem(place: Path) -> tuple[str, str]:
    """Return the first thing that is wrong with a place, seen while listing or while reading."""
    for ref in refs_of(str(place), RECIPE):
        if ref.problem:
            return ref.problem
        try:
            list(registry.find("sources", ref.source).items(ref, RECIPE))
        except Unreadable as error:
            return error.reason, error.detail
    raise AssertionError("nothing is wrong")


def built(place: Path, out: Path) -> Dataset:
    return build(Build([str(place)], out, untagged("faces-as-they-are"), workers=0)).dataset


@pytest.mark.parametrize("packed", [False, True])
def test_idx_gives_its_pictures_with_class_and_part(
    tmp_path: Path, packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tachie.sources._records.BATCH", 3)
    pictures = digits(7)
    place = write_idx(tmp_path / "mnist", "train", pictures, [3, 1, 4, 1, 5, 9, 2], packed)
    assert source_of(str(place)) == "idx"
    found = items(place)
    assert [item.labels for item in found] == [{"class": str(c), "split": "train"} for c in (3, 1, 4, 1, 5, 9, 2)]
    for item, picture in zip(found, pictures, strict=True):
        assert item.pixels().shape == (5, 4, 3)
        assert (item.pixels() == picture[:, :, None]).all()
    name = place.name
    assert [item.source_path for item in found][:2] == [f"{name}/00000", f"{name}/00001"]
    assert len({item.row_id for item in found}) == 7


def test_a_folder_of_mnist_becomes_a_dataset_with_its_own_split(tmp_path: Path) -> None:
    folder = tmp_path / "mnist"
    write_idx(folder, "train", digits(20), [i % 10 for i in range(20)], packed=True)
    write_idx(folder, "t10k", digits(10, seed=1), list(range(10)))
    dataset = built(folder, tmp_path / "out")
    assert (len(dataset), dataset.manifest.unreadable, dataset.manifest.drops) == (30, 0, {})
    labels = dataset.labels()
    assert sorted(labels["split"].values()) == ["test"] * 10 + ["train"] * 20
    assert set(labels["class"].values()) == {str(c) for c in range(10)}
    assert {decode(data).rgb.shape for _, data in dataset.images()} == {(5, 4, 3)}


def test_idx_without_labels_beside_it_has_none(tmp_path: Path) -> None:
    place = write_idx(tmp_path, "digits", digits(3), [1, 2, 3])
    (tmp_path / "digits-labels-idx1-ubyte").unlink()
    assert [dict(item.labels) for item in items(place)] == [{}, {}, {}]


def bytes_of_idx(count: int, height: int, width: int, held: int, magic: int = 0x803) -> bytes:
    return struct.pack(">4I", magic, count, height, width) + bytes(held)


@pytest.mark.parametrize(
    ("data", "reason", "detail"),
    [
        (b"", "truncated", "within its header"),
        (b"\0\0\x08\x03\0\0", "truncated", "within its header"),
        (bytes_of_idx(2, 5, 4, 40, magic=0xD03), "broken_idx", "begins with 0x00000d03"),
        (bytes_of_idx(0, 5, 4, 40), "broken_idx", "no pictures"),
        (bytes_of_idx(2, 0, 4, 40), "broken_idx", "pictures of 4 x 0 pixels"),
        (bytes_of_idx(2, 2**31, 2**31, 40), "broken_idx", "pictures of 2,147,483,648 x"),
        (bytes_of_idx(2**32 - 1, 5, 4, 40), "truncated", "speaks of 4,294,967,295 pictures, the file holds 2"),
        (gzip.compress(bytes_of_idx(60_000, 28, 28, 100), mtime=0)[:-6], "truncated", "the file holds 0"),
        (b"\x1f\x8b\x08 no gzip at all, but it begins like one", "broken_idx", ""),
    ],
)
def test_an_idx_whose_header_lies_is_named(tmp_path: Path, data: bytes, reason: str, detail: str) -> None:
    (tmp_path / "x-images-idx3-ubyte").write_bytes(data)
    found = [ref.problem for ref in refs_of(str(tmp_path / "x-images-idx3-ubyte"), RECIPE) if ref.problem]
    assert len(found) == 1
    assert found[0][0] == reason
    assert detail in found[0][1]


def test_labels_of_other_pictures_are_refused(tmp_path: Path) -> None:
    place = write_idx(tmp_path, "train", digits(4), [1, 2, 3])
    assert problem(place) == ("broken_idx", "4 pictures, but train-labels-idx1-ubyte has 3 labels")
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(struct.pack(">2I", 0x801, 4) + b"\1")
    assert problem(place)[0] == "truncated"


def test_a_cut_idx_gives_what_it_still_holds(tmp_path: Path) -> None:
    place = write_idx(tmp_path, "train", digits(20), [1] * 20)
    place.write_bytes(place.read_bytes()[:-25])
    dataset = built(place, tmp_path / "out")
    assert len(dataset) == 18
    assert dataset.manifest.drops == {"read": {"truncated": 1}}
    assert dataset.manifest.unreadable == 1


def as_tar(folder: Path, batches: dict[str, bytes]) -> Path:
    return write_cifar_tar(folder / "cifar-10-binary.tar.gz", batches)


def as_folder(folder: Path, batches: dict[str, bytes]) -> Path:
    inside = folder / "cifar-10-batches-bin"
    inside.mkdir()
    (inside / "batches.meta.txt").write_text("\n".join(NAMES))
    for name, data in batches.items():
        (inside / name).write_bytes(data)
    return inside


@pytest.mark.parametrize("write", [as_tar, as_folder])
def test_cifar_gives_its_pictures_with_class_and_part(
    tmp_path: Path, write: Callable[[Path, dict[str, bytes]], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tachie.sources._records.BATCH", 5)
    first, pictures = cifar_batch(12)
    test, _ = cifar_batch(4, seed=1)
    place = write(tmp_path, {"data_batch_1.bin": first, "test_batch.bin": test})
    found = items(place)
    assert [item.labels["class"] for item in found] == [NAMES[i % 10] for i in range(12)] + NAMES[:4]
    assert [item.labels["split"] for item in found] == ["train"] * 12 + ["test"] * 4
    assert all((item.pixels() == picture).all() for item, picture in zip(found[:12], pictures, strict=True))
    assert found[11].source_path.endswith("data_batch_1.bin/00011")
    dataset = built(place, tmp_path / "out")
    assert (len(dataset), dataset.manifest.unreadable) == (16, 0)


def test_a_tar_of_pictures_is_no_cifar(tmp_path: Path, write_pictures: Callable[..., Path]) -> None:
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        archive.add(write_pictures(2), "pictures")
    assert source_of(str(tmp_path / "a.tar.gz")) == "tar"


@pytest.mark.parametrize("write", [as_tar, as_folder])
def test_cifar_that_lies_is_named_and_the_rest_is_kept(
    tmp_path: Path, write: Callable[[Path, dict[str, bytes]], Path]
) -> None:
    whole, _ = cifar_batch(6)
    wrong = bytearray(cifar_batch(6, seed=1)[0])
    wrong[2 * 3073] = 77
    place = write(tmp_path, {"data_batch_1.bin": whole[:-100], "data_batch_2.bin": bytes(wrong), "test_batch.bin": b""})
    dataset = built(place, tmp_path / "out")
    assert len(dataset) == 10
    assert dataset.manifest.drops == {"read": {"truncated": 2, "broken_cifar": 1}}
    details = [row["detail"] for row in pq.read_table(dataset.path / "drops.parquet").to_pylist()]
    assert "record 2 has class 77, of 0 to 9" in details


def test_a_cut_archive_of_cifar_is_one_problem(tmp_path: Path) -> None:
    place = as_tar(tmp_path, {"data_batch_1.bin": cifar_batch(40)[0]})
    place.write_bytes(place.read_bytes()[:60_000])
    assert source_of(str(place)) == "cifar"
    assert problem(place)[0] == "broken_archive"
