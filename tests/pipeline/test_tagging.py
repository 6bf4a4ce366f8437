"""Taggers in builds, on finished datasets and over pictures; the tagger is a small network that sees mean colours."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from tachie.core.conditions import LabelSchema
from tachie.core.errors import InputError, UsageError
from tachie.core.images import encode_png, resized
from tachie.dataset.decisions import Decisions
from tachie.dataset.format import drop_ids
from tachie.dataset.reader import Dataset
from tachie.dataset.stats import as_text, describe
from tachie.export._request import ExportRequest
from tachie.export.imagefolder import Imagefolder
from tachie.pipeline import Build, build
from tachie.pipeline.apply_review import apply_review
from tachie.pipeline.originals import Originals
from tachie.pipeline.presets import Choices, Preset, chosen_recipe
from tachie.pipeline.tagging import tag_dataset
from tachie.train.data import FaceSet
from tachie.vision.tagger import tagger

from .. import tiny_taggers as tiny
from ..conftest import blobs, scene, tachie

COLOURS = {"red": (250, 20, 20), "green": (20, 240, 20), "blue": (20, 20, 250), "grey": (128, 128, 128)}


@pytest.fixture(scope="module")
def tiny_tagger(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"onnx:{tiny.own_tagger(tmp_path_factory.mktemp('tagger'))}"


def coloured(folder: Path, each: int = 6) -> Path:
    """Write faces of four colours, no two alike."""
    folder.mkdir()
    for k, (name, colour) in enumerate(COLOURS.items()):
        for i in range(each):
            rough = blobs(k * each + i).astype(int) // 16 + np.array(colour) - 8
            (folder / f"{name}-{i}.png").write_bytes(encode_png(rough.clip(0, 255).astype(np.uint8)))
    return folder


def built(
    place: Path, out: Path, tagger_name: str | None, preset: Preset = "faces-as-they-are", **more: Any
) -> Dataset:
    return build(
        Build([str(place)], out, chosen_recipe(Choices(preset, tagger=tagger_name, **more)), workers=0)
    ).dataset


def speakers(dataset: Dataset, label: str) -> dict[str, int]:
    """Return who says a label of how many rows."""
    by: dict[str, int] = describe(dataset)["labels"][label]["by"]
    return by


def named(dataset: Dataset) -> dict[str, str]:
    """Return file -> id."""
    return {row["source_path"].rpartition("/")[2]: row["id"] for row in dataset.rows(["id", "source_path"])}


def test_a_build_writes_what_the_tagger_says(tmp_path: Path, tiny_tagger: str) -> None:
    dataset = built(coloured(tmp_path / "faces"), tmp_path / "out", tiny_tagger)
    labels, ids = dataset.labels(), named(dataset)
    for name in ("red", "green", "blue"):
        assert labels["hair_color"][ids[f"{name}-3.png"]] == name
    assert ids["grey-3.png"] not in labels["hair_color"]  # unknown
    table = pq.read_table(tmp_path / "out/labels/tagger.parquet")
    assert table.column_names == [
        "id", "hair_color", "smile", "ribbon", "source", "when", "confidence", "probabilities", "raw_tags",
    ]  # fmt: skip
    assert table.column("id").to_pylist() == dataset.columns(["id"]).column("id").to_pylist()
    assert set(table.column("source").to_pylist()) == {f"tagger {tagger(tiny_tagger).key}"}
    row = table.to_pylist()[0]
    assert row["confidence"] == pytest.approx(min(p for _, p in row["probabilities"]))
    assert [name for name, _ in row["probabilities"]] == [n for n in ("hair_color", "smile", "ribbon") if row[n]]


def test_rows_and_pictures_are_the_same_with_and_without_a_tagger(tmp_path: Path, tiny_tagger: str) -> None:
    faces = coloured(tmp_path / "faces")
    with_one, without = built(faces, tmp_path / "a", tiny_tagger), built(faces, tmp_path / "b", "none")
    assert list(with_one.rows()) == list(without.rows())
    assert without.labels() == {}
    assert not (tmp_path / "b/labels/tagger.parquet").exists()


def test_people_and_sources_overrule_the_tagger(tmp_path: Path, tiny_tagger: str) -> None:
    faces = coloured(tmp_path / "faces")
    (faces / "labels.csv").write_text("file,hair\nred-0.png,green\nred-1.png,\n")
    dataset = built(faces, tmp_path / "out", tiny_tagger)
    ids = named(dataset)
    assert dataset.labels()["hair_color"][ids["red-0.png"]] == "green"
    assert dataset.labels()["hair_color"][ids["red-1.png"]] == "red"
    Decisions.open(dataset.path).record([([ids["red-0.png"]], {"hair_color": "pink"})])
    Decisions.open(dataset.path).record([([ids["blue-0.png"]], {"hair_color": "unknown"})])
    labels = dataset.labels()["hair_color"]
    assert labels[ids["red-0.png"]] == "pink"
    assert ids["blue-0.png"] not in labels  # somebody says that it cannot be known
    assert speakers(dataset, "hair_color") == {"tagger": 16, "review": 1}
    assert dataset.labels(without="tagger")["hair_color"] == {ids["red-0.png"]: "pink"}


def test_what_is_not_to_be_trusted_is_shown_but_not_trained_on(tmp_path: Path, tiny_tagger: str) -> None:
    dataset = built(coloured(tmp_path / "faces"), tmp_path / "out", tiny_tagger)
    assert set(dataset.labels()) == {"hair_color", "smile", "ribbon"}
    assert set(dataset.labels(trusted=True)) == {"hair_color", "smile"}
    info = describe(dataset)
    assert info["labels"]["ribbon"]["by"] == {"tagger, not trusted": 24}
    assert "(tagger, not trusted 24)" in as_text(info)
    assert FaceSet.load(dataset, 16).schema.names == ("hair_color", "smile")
    assert FaceSet.load(dataset, 16, labels=["ribbon"]).schema.names == ("ribbon",)
    assert Imagefolder.export(ExportRequest(dataset, tmp_path / "files", by="hair_color")).pictures == 24
    line = json.loads((tmp_path / "files/metadata.jsonl").read_text().splitlines()[0])
    assert "ribbon" not in line["labels"]
    Imagefolder.export(ExportRequest(dataset, tmp_path / "by", by="ribbon"))
    assert {path.name for path in (tmp_path / "by").iterdir()} == {
        "no",
        "yes",
        "metadata.jsonl",
        "README.md",
    }
    only_by_hand = named(dataset)["red-0.png"]
    Decisions.open(dataset.path).record([([only_by_hand], {"ribbon": "yes"})])
    assert dataset.labels(trusted=True)["ribbon"] == {only_by_hand: "yes"}


def test_a_dataset_built_from_a_dataset_does_not_take_guesses_for_facts(tmp_path: Path, tiny_tagger: str) -> None:
    first = built(coloured(tmp_path / "faces"), tmp_path / "one", tiny_tagger)
    again = built(first.path, tmp_path / "two", "none")
    assert again.labels() == {}
    tagged = built(first.path, tmp_path / "three", tiny_tagger)
    assert speakers(tagged, "hair_color") == {"tagger": 18}
    assert tagged.labels() == first.labels()


def test_a_finished_dataset_gets_the_labels_without_being_rebuilt(tmp_path: Path, tiny_tagger: str) -> None:
    faces = coloured(tmp_path / "faces")
    in_build, later = built(faces, tmp_path / "a", tiny_tagger), built(faces, tmp_path / "b", "none")
    before = {path: path.read_bytes() for path in later.path.rglob("*") if path.is_file()}
    seen: list[tuple[int, int]] = []
    told = tag_dataset(later, tagger(tiny_tagger), progress=lambda done, total: seen.append((done, total)))
    assert later.labels() == in_build.labels()
    assert told["known"] == {"hair_color": 18, "smile": 24, "ribbon": 24}
    assert told["not_trusted"] == ["ribbon"]
    assert seen[-1] == (24, 24)
    assert all(path.read_bytes() == data for path, data in before.items())
    tag_dataset(later, tagger(tiny_tagger))
    assert later.labels() == in_build.labels()


@pytest.mark.parametrize("preset", ["faces", "full-body"])
def test_heads_in_pictures_are_tagged_by_their_own_crop(preset: Preset, tmp_path: Path, tiny_tagger: str) -> None:
    (tmp_path / "in").mkdir()
    for i, faces in enumerate((1, 2, 1)):
        (tmp_path / f"in/{i}.png").write_bytes(encode_png(scene(i, faces)))
    (tmp_path / "in/none.png").write_bytes(encode_png(np.full((300, 300, 3), (250, 10, 10), np.uint8)))
    dataset = built(tmp_path / "in", tmp_path / "out", tiny_tagger, preset)
    table = pq.read_table(dataset.path / "labels/tagger.parquet")
    rows = {"faces": 4, "full-body": 4}[preset]
    assert len(dataset) == rows
    assert len(table) == (rows if preset == "faces" else 3)  # the red ground has no head, so nothing is said of it
    later = built(tmp_path / "in", tmp_path / "later", "none", preset)
    tag_dataset(later, tagger(tiny_tagger))
    again = {row["id"]: dict(row["probabilities"]) for row in table.to_pylist()}
    for row in pq.read_table(later.path / "labels/tagger.parquet").to_pylist():
        said = dict(row["probabilities"])
        for name in said.keys() & again[row["id"]].keys():
            assert said[name] == pytest.approx(again[row["id"]][name], abs=0.03)


def test_stored_crops_are_tagged_in_the_frame_that_the_tagger_knows(tmp_path: Path, tiny_tagger: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/0.png").write_bytes(encode_png(scene(0)))
    dataset = built(tmp_path / "in", tmp_path / "out", "none", "faces", crop_scale=2.0)
    seen: list[tuple[int, ...]] = []
    by = tagger(tiny_tagger)

    class Watching:
        key, labels, crop = by.key, by.labels, staticmethod(by.crop)

        def __call__(self, faces: list[np.ndarray]) -> list[Any]:
            seen.extend(face.shape for face in faces)
            return by(faces)

    tag_dataset(dataset, Watching())
    (row,) = dataset.rows(["width"])
    assert seen[0][0] == pytest.approx(0.95 / 2.0 * row["width"], abs=2)


def test_a_review_carries_the_labels_and_their_marks_over(tmp_path: Path, tiny_tagger: str) -> None:
    faces = coloured(tmp_path / "faces")
    dataset = built(faces, tmp_path / "out", tiny_tagger)
    ids = named(dataset)
    Decisions.open(dataset.path).record([([ids["red-0.png"]], {"review": "reject"})])
    clean = apply_review(dataset, tmp_path / "clean").dataset
    assert ids["red-0.png"] not in clean.labels()["hair_color"]
    assert clean.labels()["hair_color"].keys() == dataset.labels()["hair_color"].keys() - {ids["red-0.png"]}
    assert set(clean.labels(trusted=True)) == {"hair_color", "smile"}  # the marks are carried over


def test_a_picture_brought_back_by_a_review_is_tagged_too(tmp_path: Path, tiny_tagger: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/0.png").write_bytes(encode_png(scene(0)))
    (tmp_path / "in/1.png").write_bytes(encode_png(resized(scene(1), 150, 240)))
    whole = built(tmp_path / "in", tmp_path / "whole", tiny_tagger, "faces")
    dataset = built(tmp_path / "in", tmp_path / "out", tiny_tagger, "faces", min_size_px=140)
    assert (len(whole), len(dataset)) == (2, 1)
    (name,) = drop_ids(pq.read_table(dataset.path / "drops.parquet"))
    Decisions.open(dataset.path).record([([name], {"review": "restore"})])
    clean = apply_review(dataset, tmp_path / "clean", Originals(dataset, [str(tmp_path / "in")])).dataset
    assert clean.labels() == whole.labels() != dataset.labels()


def test_a_wd14_tagger_s_words_and_rating_are_kept(tmp_path: Path) -> None:
    file = tiny.wd14_tagger(tmp_path / "wd14", side=32)
    dataset = built(coloured(tmp_path / "faces", 2), tmp_path / "out", f"onnx:{file}")
    labels, ids = dataset.labels(), named(dataset)
    assert labels["hair_color"][ids["blue-0.png"]] == "blue"
    assert labels["character"] == {ids[f"green-{i}.png"]: "hatsune_miku" for i in range(2)}
    assert set(labels["rating"].values()) == {"g"}
    (row,) = (
        r for r in pq.read_table(dataset.path / "labels/tagger.parquet").to_pylist() if r["id"] == ids["red-0.png"]
    )
    assert row["raw_tags"] == ["red_hair", "solo", "closed_mouth"]
    assert "rating" not in LabelSchema.of_labels(labels).names


def test_options_put_the_tagger_where_faces_are_still_in_their_pictures(tiny_tagger: str) -> None:
    places = {"faces": ("faces", "box"), "full-body": ("decode", "find"), "faces-as-they-are": ("decode", "picture")}
    for preset, (after, face) in places.items():
        stages = chosen_recipe(Choices(preset, tagger=tiny_tagger)).as_dict()["stages"]  # type: ignore[arg-type]
        uses = [stage["use"] for stage in stages]
        assert uses[uses.index("tag") - 1] == after
        assert stages[uses.index("tag")] == {"use": "tag", "tagger": tiny_tagger, "face": face}
        assert "tag" not in [s["use"] for s in chosen_recipe(Choices(preset, tagger="none")).as_dict()["stages"]]  # type: ignore[arg-type]


def test_a_tagger_that_cannot_work_is_found_out_before_the_first_picture(tmp_path: Path) -> None:
    faces = coloured(tmp_path / "faces", 1)
    with pytest.raises(InputError, match="no such file"):
        built(faces, tmp_path / "out", f"onnx:{tmp_path / 'gone.onnx'}")
    with pytest.raises(UsageError, match="unknown tagger 'wd'"):
        built(faces, tmp_path / "out", "wd")
    assert not (tmp_path / "out").exists()


def test_the_command_prints_a_line_a_picture(tmp_path: Path, tiny_tagger: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.png").write_bytes(encode_png(scene(1, faces=2)))
    (tmp_path / "in/b.png").write_bytes(b"no picture")
    (tmp_path / "in/c.png").write_bytes(encode_png(np.full((64, 64, 3), (250, 10, 10), np.uint8)))
    told = tachie("tag", tmp_path / "in", "--tagger", tiny_tagger, "--json")
    assert told.returncode == 3, told.stderr
    two, broken, none = map(json.loads, told.stdout.splitlines())
    assert broken.keys() == {"file", "error"}
    assert (none["attributes"], none["faces"]) == ({}, [])
    assert set(two["attributes"]) == {"hair_color", "smile", "ribbon"}
    assert sum(two["attributes"]["smile"].values()) == pytest.approx(1, abs=1e-3)
    assert len(two["faces"]) == 2
    areas = [(f["xyxy"][2] - f["xyxy"][0]) * (f["xyxy"][3] - f["xyxy"][1]) for f in two["faces"]]
    assert areas == sorted(areas, reverse=True)
    assert two["attributes"] == two["faces"][0]["attributes"]
    whole = tachie("tag", tmp_path / "in/c.png", "--tagger", tiny_tagger, "--faces-as-they-are")
    assert whole.returncode == 0
    assert whole.stdout.startswith("c.png: red hair ")
    told = tachie("tag", tmp_path / "gone", "--tagger", tiny_tagger)
    assert told.returncode == 2
    assert "there is no such file" in told.stderr


def test_the_command_adds_labels_to_a_dataset(tmp_path: Path, tiny_tagger: str) -> None:
    dataset = built(coloured(tmp_path / "faces"), tmp_path / "out", "none")
    told = tachie("tag", dataset.path, "--tagger", tiny_tagger, "--json")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["known"]["hair_color"] == 18
    assert len(dataset.labels()["hair_color"]) == 18
    told = tachie("tag", dataset.path, "--tagger", tiny_tagger)
    assert "hair_color 18" in told.stdout
    assert "ribbon 24 (not trusted)" in told.stdout
