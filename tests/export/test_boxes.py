"""COCO's and YOLO's boxes on whole pictures, read by pycocotools and labelformat."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import datasets
import numpy as np
import pyarrow.parquet as pq
import pytest
from labelformat.formats import YOLOv8ObjectDetectionInput
from PIL import Image
from pycocotools.coco import COCO

from tachie.core.errors import InputError, UsageError
from tachie.core.images import decode, encode_jpeg
from tachie.core.item import Item
from tachie.dataset.reader import Dataset
from tachie.export._request import ExportRequest
from tachie.export._whole import picture_bytes
from tachie.export.coco import Coco
from tachie.export.yolo import Yolo
from tachie.pipeline import Build, build
from tachie.pipeline.originals import Originals

from ..conftest import scene, tachie, untagged
from .faces import heads_dataset, split_by_hand


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return heads_dataset(tmp_path_factory.mktemp("boxes"))


def asked(dataset: Dataset, out: Path, **told: object) -> ExportRequest:
    return ExportRequest(dataset, out, find_originals=Originals(dataset).pictures, **told)  # type: ignore[arg-type]


def crops_agree(picture: Path, box: np.ndarray, dataset: Dataset, row_id: str) -> bool:
    """Return whether the middle of the row's crop is somewhere inside the box, pixel for pixel."""
    row = next(row for row in dataset.rows() if row["id"] == row_id)
    whole, crop = decode(picture.read_bytes()).rgb, decode(row["image"]["bytes"]).rgb
    strip = crop[crop.shape[0] // 2 - 8 : crop.shape[0] // 2 + 8, crop.shape[1] // 2 - 8 : crop.shape[1] // 2 + 8]
    x, y, width, height = box
    region = whole[int(y) : int(y + height), int(x) : int(x + width)]
    windows = np.lib.stride_tricks.sliding_window_view(region, strip.shape)
    return bool((windows == strip).all(axis=(-1, -2, -3)).any())


def test_pycocotools_reads_every_head_where_it_is(dataset: Dataset, tmp_path: Path) -> None:
    done = Coco.export(asked(dataset, tmp_path / "set"))
    assert (done.pictures, dict(done.left_out)) == (4, {})
    assert "4 whole pictures with 5 boxes." in (tmp_path / "set" / "README.md").read_text("utf-8")
    coco = COCO(str(tmp_path / "set" / "annotations" / "instances_train.json"))
    assert [c["name"] for c in coco.loadCats(coco.getCatIds())] == ["head"]
    per_picture = {image["file_name"]: coco.imgToAnns[image["id"]] for image in coco.loadImgs(coco.getImgIds())}
    counts = {name: len(found) for name, found in per_picture.items()}
    assert counts == {"a.jpg": 2, "b.jpg": 1, "_con.png": 1, "ö 漢字.jpg": 1}  # both faces of a.jpg; con is a device
    boxes = {row["id"]: row["box_xyxy"] for row in dataset.rows(["id", "box_xyxy"])}
    for name, found in per_picture.items():
        for said in found:
            x, y, width, height = said["bbox"]
            assert [x, y, x + width, y + height] == pytest.approx(boxes[said["row_id"]], abs=0.02)
            assert crops_agree(tmp_path / "set" / "train" / name, np.array(said["bbox"]), dataset, said["row_id"])
    loaded = datasets.load_dataset(str(tmp_path / "set"), cache_dir=str(tmp_path / "cache"), split="train")
    assert sorted(len(row["objects"]["bbox"]) for row in loaded) == [1, 1, 1, 2]


def test_labelformat_reads_yolo_s_boxes_by_its_data_yaml(dataset: Dataset, tmp_path: Path) -> None:
    split_by_hand(dataset, {"b.jpg": "validation", "c/con.png": "test"})
    done = Yolo.export(asked(dataset, tmp_path / "set", by="hair_color"))
    assert done.by_split == {"train": 2, "validation": 1, "test": 1}
    boxes = {(row["source_path"], row["face_index"]): row["box_xyxy"] for row in dataset.rows()}
    found = {}
    for key in ("train", "val", "test"):
        read = YOLOv8ObjectDetectionInput(tmp_path / "set" / "data.yaml", key)
        assert [c.name for c in read.get_categories()] == ["blue", "pink", "unknown"]
        for picture in read.get_labels():
            found[picture.image.filename] = [(o.category.name, o.box) for o in picture.objects]
    assert sum(map(len, found.values())) == 5
    assert [name for name, _ in found["a.jpg"]] == ["pink", "pink"]
    for i, (_, box) in enumerate(found["a.jpg"]):
        assert [box.xmin, box.ymin, box.xmax, box.ymax] == pytest.approx(boxes["a.jpg", i], abs=0.01)
    (dataset.path / "labels" / "split.parquet").unlink()


def test_a_picture_with_a_face_held_back_is_held_back(dataset: Dataset, tmp_path: Path) -> None:
    from tachie.dataset.writer import write_labels

    ids = [row["id"] for row in dataset.rows(["id"])]
    write_labels(dataset.path, "split", {i: {"split": "test" if i == ids[1] else "train"} for i in ids}, "split", ids)
    assert Yolo.export(asked(dataset, tmp_path / "set")).by_split == {"train": 3, "test": 1}
    assert (tmp_path / "set" / "images" / "test" / "a.jpg").exists()
    text = (tmp_path / "set" / "data.yaml").read_text()
    assert "val: images/train" in text  # trainers ask for one, and the file says what it is worth
    (dataset.path / "labels" / "split.parquet").unlink()


def test_pictures_that_are_gone_or_changed_are_named_and_the_rest_is_written(tmp_path: Path) -> None:
    made = heads_dataset(tmp_path)
    (tmp_path / "pictures" / "b.jpg").write_bytes(encode_jpeg(scene(99)))
    (tmp_path / "pictures" / "c" / "con.png").unlink()
    result = tachie("export", made.path, "--format", "coco", "--out", tmp_path / "out", "--json")
    assert result.returncode == 3, result.stderr
    assert json.loads(result.stdout) == {"folder": str(tmp_path / "out"), "pictures": 2, "left_out": 2}
    assert "b.jpg" in result.stderr
    assert "con.png" in result.stderr
    shutil.move(tmp_path / "pictures", tmp_path / "elsewhere")
    with pytest.raises(InputError, match="none of the whole pictures") as error:
        Yolo.export(asked(made, tmp_path / "again"))
    assert "--from" in error.value.hint
    assert not (tmp_path / "again").exists()
    found = Originals(made, [str(tmp_path / "elsewhere")]).pictures
    assert Yolo.export(ExportRequest(made, tmp_path / "again", find_originals=found)).pictures == 2


def test_heads_that_a_filter_left_out_are_still_heads(tmp_path: Path) -> None:
    made = heads_dataset(tmp_path)
    recipe = untagged("faces")
    recipe = recipe.model_copy(
        update={"duplicates": recipe.duplicates.model_copy(update={"exact": True, "near_distance": 16})}
    )
    again = build(Build([str(tmp_path / "pictures")], tmp_path / "fewer", recipe, workers=0)).dataset
    dropped = pq.read_table(again.path / "drops.parquet", columns=["source_path", "reason"]).to_pylist()
    assert any(row["source_path"] in {r["source_path"] for r in again.rows(["source_path"])} for row in dropped)
    done = Coco.export(asked(again, tmp_path / "out"))
    assert done.pictures < 4  # whole pictures all of whose heads are copies are not in the set
    said = json.loads((tmp_path / "out" / "annotations" / "instances_train.json").read_text("utf-8"))
    assert len(said["annotations"]) > len(again)
    assert len(said["annotations"]) <= len(made)
    assert sum("row_id" in annotation for annotation in said["annotations"]) == len(again)


def test_pictures_kept_as_they_were_have_no_boxes_to_export(write_pictures, tmp_path: Path) -> None:
    folder = write_pictures(2)
    made = build(Build([str(folder)], tmp_path / "set", untagged("faces-as-they-are"), workers=0)).dataset
    for exporter in (Coco, Yolo):
        with pytest.raises(UsageError, match="no row of this dataset has a box"):
            exporter.export(asked(made, tmp_path / "out"))


def test_a_picture_turned_by_exif_is_written_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (30, 20), (200, 10, 10)).save(tmp_path / "turned.jpg", exif=exif)
    data = (tmp_path / "turned.jpg").read_bytes()
    item = Item(source="folder", source_path="turned.jpg", data=data, rgb=decode(data).rgb, parent_id="x")
    with Image.open(tmp_path / "turned.jpg") as raw:
        assert raw.size == (30, 20)
    assert decode(picture_bytes(item)).rgb.shape[:2] == (30, 20)
    assert picture_bytes(item)[:4] == b"\x89PNG"


def test_frames_of_one_video_keep_the_heads_that_were_copies_of_other_frames(shared: Path, tmp_path: Path) -> None:
    made = build(Build([str(shared / "video" / "clip.mp4")], tmp_path / "set", untagged("faces"), workers=0)).dataset
    drops = pq.read_table(made.path / "drops.parquet", columns=["parent_id", "box_xyxy"]).to_pylist()
    there = {row["parent_id"] for row in made.rows(["parent_id"])}
    left_out = sum(drop["box_xyxy"] is not None and drop["parent_id"] in there for drop in drops)
    assert left_out > 0
    found = Originals(made, [str(shared / "video" / "clip.mp4")]).pictures
    done = Coco.export(ExportRequest(made, tmp_path / "out", find_originals=found))
    assert done.pictures == len(there)
    said = json.loads((tmp_path / "out" / "annotations" / "instances_train.json").read_text("utf-8"))
    assert len(said["annotations"]) == len(made) + left_out
