"""`tachie dedupe`: clusters of copies in a finished dataset."""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from tachie.cli import cli
from tachie.core.errors import UsageError
from tachie.core.images import encode_jpeg, encode_png, resized
from tachie.dataset.reader import Dataset
from tachie.pipeline.build import Build, build
from tachie.pipeline.presets import Choices, chosen_recipe

from ..conftest import blobs, known_face


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three crops of one face, a picture and two copies of it, and six others."""
    home = tmp_path_factory.mktemp("dedupe")
    pictures = home / "in"
    pictures.mkdir()
    face = known_face(240)
    for i, (side, x, y, px) in enumerate([(180, 30, 20, 96), (200, 20, 10, 128), (170, 40, 25, 64)]):
        (pictures / f"face{i}.png").write_bytes(encode_png(resized(face[y : y + side, x : x + side], px, px)))
    for i, quality in enumerate((95, 80, 60)):
        (pictures / f"copy{i}.jpg").write_bytes(encode_jpeg(blobs(50, 64 + 8 * i, 64 + 8 * i), quality))
    for i in range(6):
        (pictures / f"other{i}.png").write_bytes(encode_png(blobs(i, 64, 64)))
    recipe = chosen_recipe(Choices(preset="faces-as-they-are"))
    build(Build([str(pictures)], home / "faces", recipe, workers=0))
    return home / "faces"


def run(*words: object) -> dict[str, object]:
    result = CliRunner().invoke(cli, ["dedupe", *map(str, words), "--json"])
    assert result.exit_code == 0, result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


def clusters_of(dataset: Path) -> set[frozenset[str]]:
    stated = Dataset.open(dataset).labels()["cluster"]
    names = {row["id"]: row["source_path"] for row in Dataset.open(dataset).rows(["id", "source_path"])}
    return {frozenset(names[i] for i, c in stated.items() if c == cluster) for cluster in set(stated.values())}


FACES, COPIES = frozenset({"face0.png", "face1.png", "face2.png"}), frozenset({"copy0.jpg", "copy1.jpg", "copy2.jpg"})


def test_features_find_crops_and_copies_and_name_clusters_after_the_best(faces: Path) -> None:
    said = run(faces)
    assert (said["clusters"], said["in_clusters"], said["would_go"]) == (2, 6, 4)
    assert clusters_of(faces) == {FACES, COPIES}
    best = next(r["id"] for r in Dataset.open(faces).rows(["id", "source_path"]) if r["source_path"] == "face1.png")
    table = pq.read_table(faces / "labels" / "duplicates.parquet").to_pylist()
    assert {row["cluster"] for row in table} >= {f"copies-{best[:12]}"}
    assert all(0.89 <= row["confidence"] <= 1 for row in table)


def test_hashes_find_what_was_encoded_anew_alone(faces: Path) -> None:
    run(faces, "--by", "phash")
    assert clusters_of(faces) == {COPIES}


def test_a_dataset_without_the_copies_keeps_the_largest_and_accounts_for_the_rest(faces: Path, tmp_path: Path) -> None:
    said = run(faces, "--apply", tmp_path / "clean", "--sheet", tmp_path / "copies.html")
    assert said["left"] == 8
    clean = Dataset.open(tmp_path / "clean")
    assert clean.damaged_parts() == []
    paths = {row["source_path"] for row in clean.rows(["source_path"])}
    assert {"face1.png", "copy2.jpg"} | {f"other{i}.png" for i in range(6)} == paths
    assert clean.manifest.drops == {"duplicates": {"near_duplicate": 4}}
    drops = pq.read_table(tmp_path / "clean" / "drops.parquet").to_pylist()
    assert all(drop["thumbnail"] and drop["detail"].startswith("of ") for drop in drops)
    assert "cluster" not in clean.labels()
    page = (tmp_path / "copies.html").read_text("utf-8")
    assert page.count("<figure") == 6
    assert page.count("class=stays") == 2
    with pytest.raises(UsageError, match="holds other things"):
        CliRunner().invoke(cli, ["dedupe", str(faces), "--apply", str(tmp_path / "clean")], catch_exceptions=False)


def test_a_dataset_without_copies_says_so(tmp_path: Path, write_pictures: object) -> None:
    pictures = tmp_path / "p"
    pictures.mkdir()
    for i in range(3):
        (pictures / f"{i}.png").write_bytes(encode_png(blobs(i)))
    build(Build([str(pictures)], tmp_path / "d", chosen_recipe(Choices(preset="faces-as-they-are")), workers=0))
    assert run(tmp_path / "d", "--sheet", tmp_path / "s.html")["clusters"] == 0
    assert "0 of 3 pictures in 0 clusters" in (tmp_path / "s.html").read_text("utf-8")
    assert np.array_equal(list(Dataset.open(tmp_path / "d").labels().get("cluster", {})), [])


@pytest.mark.parametrize("words", [["--bits", "3"], ["--by", "phash", "--least", "0.9"]])
def test_options_of_the_other_way_are_refused(faces: Path, words: list[str]) -> None:
    with pytest.raises(UsageError, match="belongs to"):
        CliRunner().invoke(cli, ["dedupe", str(faces), *words], catch_exceptions=False)
