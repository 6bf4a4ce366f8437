"""The clean dataset is what was decided, row for row, and the first one is not touched."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from tests.conftest import blobs, scene, tachie

from tachie.core.errors import UsageError
from tachie.core.images import encode_png
from tachie.core.recipe import parse_recipe
from tachie.dataset.decisions import Decisions
from tachie.dataset.format import drop_ids
from tachie.dataset.reader import Dataset
from tachie.dataset.writer import write_labels
from tachie.pipeline import Build, build
from tachie.pipeline.apply_review import apply_review
from tachie.pipeline.originals import Originals
from tachie.pipeline.presets import preset


@pytest.fixture
def faces(tmp_path: Path) -> Dataset:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for i in range(12):
        (folder / f"{i:02d}.png").write_bytes(encode_png(blobs(i, 64, 64)))
    (folder / "labels.csv").write_text("file,hair_color,smile\n00.png,pink,yes\n01.png,blue,yes\n02.png,blue,no\n")
    (folder / "broken.png").write_bytes(b"\x89PNG broken")
    return build(Build([str(folder)], tmp_path / "faces", preset("faces-as-they-are"), workers=0)).dataset


def everything(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.parent.name != "review"
    }


def test_the_clean_dataset_is_what_was_decided_row_for_row(faces: Dataset, tmp_path: Path) -> None:
    rows = list(faces.rows())
    ids = [row["id"] for row in rows]
    write_labels(faces.path, "tagger", {ids[0]: {"eye_color": "red"}, ids[3]: {"eye_color": "blue"}}, "tagger", ids)
    decisions = Decisions.open(faces.path)
    decisions.record([([ids[3], ids[5]], {"review": "reject", "reason": "blurred"})])
    decisions.record([([ids[7]], {"review": "reject"})], why="above 0.98 by a head")
    decisions.record([([ids[0]], {"hair_color": "red", "review": "keep"}), ([ids[1]], {"hair_color": "unknown"})])
    decisions.record([([ids[9]], {"class": "Chino"})])
    before = everything(faces.path)

    applied = apply_review(faces, tmp_path / "clean")
    clean = applied.dataset
    assert (applied.rejected, applied.restored, applied.lost) == (3, 0, {})
    kept = [row for i, row in enumerate(rows) if i not in (3, 5, 7)]
    assert list(clean.rows()) == kept, "every column of every row, in order"
    assert clean.labels() == {
        "class": {ids[9]: "Chino"},
        "eye_color": {ids[0]: "red"},
        "hair_color": {ids[0]: "red", ids[2]: "blue"},
        "smile": {ids[0]: "yes", ids[1]: "yes", ids[2]: "no"},
    }
    assert clean.manifest.label_precedence[0] == "review"
    assert clean.manifest.drops["review"] == {"blurred": 2, "rejected": 1}
    assert sum(clean.manifest.drops["decode"].values()) == 1
    drops = pq.read_table(clean.path / "drops.parquet").to_pylist()
    assert len(drops) == 4
    assert all(drop["thumbnail"] for drop in drops if drop["stage"] == "review")
    assert "above 0.98 by a head" in next(d["detail"] for d in drops if d["reason"] == "rejected")
    assert clean.manifest.pictures == clean.manifest.rows + len(drops), "every picture is accounted for"
    assert clean.damaged_parts() == []
    assert everything(faces.path) == before, "the first dataset is not changed"


def test_applying_again_is_seen_and_other_decisions_want_another_folder(faces: Dataset, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing was decided"):
        apply_review(faces, tmp_path / "clean")
    decisions = Decisions.open(faces.path)
    row = next(faces.rows())["id"]
    decisions.record([([row], {"review": "reject"})])
    assert not apply_review(faces, tmp_path / "clean").already_built
    assert apply_review(faces, tmp_path / "clean").already_built
    decisions.record([([row], {"review": "keep"})])
    with pytest.raises(UsageError, match="other decisions"):
        apply_review(faces, tmp_path / "clean")
    assert len(apply_review(faces, tmp_path / "again").dataset) == len(faces)


def test_the_clean_dataset_can_be_reviewed_and_cleaned_again(faces: Dataset, tmp_path: Path) -> None:
    ids = [row["id"] for row in faces.rows(["id"])]
    Decisions.open(faces.path).record([([ids[0]], {"review": "reject"}), ([ids[1]], {"class": "a", "review": "keep"})])
    clean = apply_review(faces, tmp_path / "clean").dataset
    decisions = Decisions.open(clean.path)
    assert decisions.rows[ids[1]].fields == {"class": "a", "review": "keep"}
    decisions.record([([ids[2]], {"review": "reject"})])
    again = apply_review(clean, tmp_path / "again").dataset
    assert [row["id"] for row in again.rows(["id"])] == [ids[1], *ids[3:]]
    assert again.labels()["class"] == {ids[1]: "a"}


def test_what_a_filter_threw_out_comes_back_as_the_face_it_would_have_been(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "a.png").write_bytes(encode_png(scene(3, faces=2)))
    (folder / "b.png").write_bytes(encode_png(scene(9)))
    plain = {"stages": [{"use": "decode"}, {"use": "faces"}, {"use": "crop"}, {"use": "min_size", "px": 500}]}
    strict = build(Build([str(folder)], tmp_path / "strict", parse_recipe(plain), workers=0)).dataset
    plain["stages"][-1]["px"] = 32  # type: ignore[index]
    plain["duplicates"] = {"near_distance": -1}  # type: ignore[assignment]
    want = {
        r["id"]: r for r in build(Build([str(folder)], tmp_path / "all", parse_recipe(plain), workers=0)).dataset.rows()
    }
    assert len(strict) == 0
    assert len(want) >= 3
    drops = pq.read_table(strict.path / "drops.parquet")
    names = drop_ids(drops)
    Decisions.open(strict.path).record([([names[0], names[-1]], {"review": "restore"})])
    applied = apply_review(strict, tmp_path / "clean")
    assert applied.restored == 2
    assert not applied.lost
    for row in applied.dataset.rows():
        assert row == want[row["id"]]
    assert len(pq.read_table(tmp_path / "clean/drops.parquet")) == len(names) - 2
    (folder / "b.png").unlink()
    applied = apply_review(strict, tmp_path / "less", Originals(strict))
    assert applied.restored == 1
    assert "b.png" in next(iter(applied.lost.values()))
    assert "--from" in next(iter(applied.lost.values()))


def test_what_could_never_be_read_or_has_no_face_cannot_come_back_and_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "none.png").write_bytes(encode_png(np.full((300, 300, 3), 250, np.uint8)))
    (folder / "broken.png").write_bytes(b"\x89PNG broken")
    dataset = build(Build([str(folder)], tmp_path / "faces", preset("faces"), workers=0)).dataset
    names = drop_ids(pq.read_table(dataset.path / "drops.parquet"))
    Decisions.open(dataset.path).record([(names, {"review": "restore"})])
    done = tachie("build", dataset.path, "--apply-review", "--out", tmp_path / "clean")
    assert done.returncode == 3, done.stderr
    assert "2 could not be brought back" in done.stderr
    assert "none.png: without the stage 'faces', it is left out as no_box" in done.stderr
    assert "could not be read in the first place" in done.stderr


def test_the_command_line_applies_a_review_and_refuses_what_does_not_belong(faces: Dataset, tmp_path: Path) -> None:
    row = next(faces.rows())["id"]
    Decisions.open(faces.path).record([([row], {"review": "reject"})])
    done = tachie("build", faces.path, "--apply-review", "--out", tmp_path / "clean", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"] == 11
    for words in (["--faces-as-they-are"], ["--detector", "animeface"], [str(tmp_path / "pictures")]):
        done = tachie("build", faces.path, "--apply-review", "--out", tmp_path / "x", *words)
        assert done.returncode == 2, words
        assert "--apply-review takes" in done.stderr
    assert tachie("build", faces.path, "--from", "x", "--out", tmp_path / "y").returncode == 2
