"""An evaluation: figures with known answers, a page that requests nothing, and what cannot be judged."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tachie.cli import cli
from tachie.core.conditions import Group, LabelSchema
from tachie.core.errors import FormatError, InputError
from tachie.core.images import encode_png
from tachie.dataset.reader import Dataset
from tachie.dataset.split import split
from tachie.dataset.writer import write_labels
from tachie.draw import Generator
from tachie.export.onnx import export_generator
from tachie.pipeline import Build, build
from tachie.pipeline.presets import preset
from tachie.tasks.evaluate import JSON_NAME, PAGE_NAME, Evaluate, evaluate
from tachie.tasks.evaluate.figures import Nearest, attributes, compared
from tachie.tasks.evaluate.real import Real
from tachie.train.config import TrainConfig
from tachie.train.data import FaceSet
from tachie.train.loop import train

from ..conftest import blobs
from .conftest import blob_dataset

SCHEMA = LabelSchema(
    (Group("hair_color", ("blue", "pink")), Group("smile", ("no", "yes")), Group("year", ("2001", "2002", "2003")))
)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    made = blob_dataset(160, tmp_path_factory)
    ids = made.columns(["id"]).column("id").to_pylist()
    hair = {row: {"hair_color": "green" if i == 0 else "pink", "mood": "odd<b>"} for i, row in enumerate(ids)}
    write_labels(made.path, "sidecar", hair, "sidecar", ids)
    split(made, 0.4)
    return Dataset.open(made.path)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chance = np.random.default_rng(0)
    codes = np.stack([chance.integers(0, size, 64) for size in SCHEMA.sizes], 1).astype(np.int16)
    faces = FaceSet(np.stack([blobs(i, 32, 32) for i in range(64)]), codes, SCHEMA, "blobs", "none: made by a test")
    config = TrainConfig.preset("r3", 32, kimg=0.064, batch=8, threads=1, precision="fp32")
    return train(faces, config, tmp_path_factory.mktemp("runs") / "blob-run").run_dir


@pytest.fixture(scope="module")
def generator(run: Path) -> Path:
    return export_generator(run, run / "onnx", "last")


def gaussian(count: int, seed: int, at: float = 0.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(at, 1, (count, 6))


def test_figures_of_one_distribution_are_those_of_its_floor_and_of_another_are_not():
    same = compared(gaussian(400, 0), gaussian(400, 1), gaussian(400, 2), "gauss-0")
    assert {f.name for f in same.values()} >= {"frechet-gauss-0", "kernel-gauss-0"}
    assert not any("fid" in f.name.lower() for f in same.values())
    for figure in same.values():
        assert figure.n == 400
        assert figure.low < figure.value < figure.high
        assert figure.floor_low - 0.02 < figure.value < figure.floor_high + 0.02 or figure.name.startswith("frechet")
    assert same["frechet"].value == pytest.approx(0, abs=0.15)
    far = compared(gaussian(400, 0, at=9), gaussian(400, 1), gaussian(400, 2), "gauss-0")
    assert far["frechet"].value == pytest.approx(6 * 81, rel=0.05)
    assert (far["precision"].value, far["recall"].value) == (0, 0)
    one = compared(np.repeat(gaussian(1, 5), 400, 0), gaussian(400, 1), gaussian(400, 2), "gauss-0")
    assert one["diversity"].value == pytest.approx(0, abs=1e-6)
    assert one["recall"].value == 0


def real_of(dataset: Dataset, features: np.ndarray, kept: int) -> Real:
    rows = np.arange(len(features))
    return Real(dataset, [""] * len(rows), features, rows[kept:], rows[:kept], rows[kept:], kept > 0)


def test_drawings_that_are_training_faces_are_found_to_be_copies(dataset: Dataset):
    features = gaussian(900, 3).astype(np.float16)
    near = Nearest.find(features[500:800], real_of(dataset, features, 300))
    assert near.rows[:, 0].tolist() == list(range(500, 800))
    found = near.as_json()
    assert (found["copies"], found["nearer_than_real"], found["median_drawn"]) == (1, 1, 0)
    assert found["floor_nearer_than_real"] == pytest.approx(0.5, abs=0.1)
    new = Nearest.find(gaussian(300, 4).astype(np.float16), real_of(dataset, features, 300)).as_json()
    assert new["copies"] < 0.06
    assert new["nearer_than_real"] == pytest.approx(0.5, abs=0.1)


class ColourJudge:
    """Knows hair colour alone, and sees it in the mean colour of a picture."""

    key = "colour-1"
    labels = ("hair_color",)

    def __call__(self, pictures: Sequence[np.ndarray]) -> list[Mapping[str, str]]:
        found = []
        for picture in pictures:
            red, _, blue = picture.reshape(-1, 3).mean(0)
            found.append({"hair_color": "unknown" if abs(red - blue) < 5 else "pink" if red > blue else "blue"})
        return found


def coloured(generator: Generator) -> Generator:
    """Return the generator with a synthesis that paints what c says: blue, pink, or grey."""

    class Mapping_:
        def run(self, _: None, given: dict[str, np.ndarray]) -> list[np.ndarray]:
            return [given["c"][:, :2]]

    class Synthesis:
        def run(self, _: None, given: dict[str, np.ndarray]) -> list[np.ndarray]:
            rgb = np.zeros((len(given["w"]), 3, 32, 32), np.float32)
            rgb[:, 2], rgb[:, 0] = given["w"][:, 0, None, None], given["w"][:, 1, None, None]
            return [rgb]

    return replace(generator, _mapping=Mapping_(), _synthesis=Synthesis())


def test_labels_that_are_drawn_as_asked_are_judged_right_and_what_the_judge_does_not_know_is_named(
    dataset: Dataset, generator: Path
):
    real = real_of(dataset, gaussian(160, 0), 60)
    real = replace(real, ids=dataset.columns(["id"]).column("id").to_pylist())
    found = attributes(coloured(Generator.open(generator)), ColourJudge(), real, 20, 0)
    assert found["judge"] == "colour-1"
    assert found["not_judged"] == ["smile", "year"]
    hair = found["labels"]["hair_color"]
    assert (hair["share"], hair["n"], hair["floor_n"]) == (1.0, 40, 60)
    assert {value: v["right"] for value, v in hair["values"].items()} == {"blue": 20, "pink": 20}
    assert hair["low"] > 0.9


def assert_requests_nothing(text: str) -> None:
    assert "default-src &#x27;none&#x27;" in text
    for source in re.findall(r'\b(?:src|href|action|srcset)="([^"]*)"', text):
        assert source.startswith("data:image/webp;base64,")
    assert not re.search(r"url\(|@import|<script|<link|<iframe|https?:", text)


def test_an_evaluation_leaves_a_json_and_a_page_that_requests_nothing(
    dataset: Dataset, generator: Path, tmp_path: Path
):
    said: list[str] = []
    job = Evaluate(generator, dataset.path, tmp_path / "out", "a <b>run</b>", 96, per_value=8, say=said.append)
    result = evaluate(replace(job, judge=ColourJudge()))
    assert json.loads((tmp_path / "out" / JSON_NAME).read_text()) == result
    assert result["dataset"] == {"name": "blobs", "pictures": 160, "trained_on": 96, "kept_aside": 64}
    assert all(figure["n"] == 64 for figure in result["figures"].values())
    assert result["figures"]["frechet"]["name"].startswith("frechet-tachie-")
    assert result["inception"] is None
    unknown = " ".join(note for note in result["notes"] if "does not know" in note)
    assert "mood" in unknown
    assert "Values of hair_color that the generator does not know" in unknown
    assert "green" in unknown
    text = (tmp_path / "out" / PAGE_NAME).read_text("utf-8")
    assert_requests_nothing(text)
    for heading in ("Figures", "Drawn from memory?", "What labels do", "Fixed attributes, varied noise", "Truncation"):
        assert f">{heading}<" in text, heading
    assert "<b>run</b>" not in text
    # random, three grids of labels, noise, interpolation, truncation, two dozen of four
    assert text.count("<img ") == 60 + 4 * (2 + 2 + 3) + 4 * 9 + 4 * 9 + 4 * 6 + 2 * 12 * 4
    again = evaluate(replace(job, judge=ColourJudge(), out=tmp_path / "again"))
    assert again == result


def test_what_cannot_be_judged_is_refused_with_a_line(dataset: Dataset, run: Path, generator: Path, tmp_path: Path):
    small = tmp_path / "small"
    small.mkdir()
    for i in range(40):
        (small / f"{i}.png").write_bytes(encode_png(blobs(i, 16, 16)))
    few = tmp_path / "few"
    few.mkdir()
    for i in range(20):
        (few / f"{i}.png").write_bytes(encode_png(blobs(i, 32, 32)))
    for name in ("small", "few"):
        build(Build([str(tmp_path / name)], tmp_path / f"{name}-set", preset("faces-as-they-are"), workers=0))
    job = Evaluate(generator, dataset.path, tmp_path / "out", "x")
    with pytest.raises(InputError, match="16 px or fewer, the generator draws 32 px"):
        evaluate(replace(job, dataset=tmp_path / "small-set"))
    with pytest.raises(InputError, match="10 pictures to compare with and 10 others; figures need at least 32"):
        evaluate(replace(job, dataset=tmp_path / "few-set"))
    with pytest.raises(InputError, match="no file"):
        evaluate(replace(job, inception=tmp_path / "none.pth"))
    with pytest.raises(FormatError, match="holds no generator"):
        evaluate(replace(job, generator=tmp_path))
    assert not (tmp_path / "out").exists()


def test_the_command_judges_a_run_that_was_not_exported_and_says_what_else_it_needs(
    dataset: Dataset, run: Path, tmp_path: Path
):
    done = CliRunner().invoke(
        cli, ["evaluate", str(run), "--dataset", str(dataset.path), "--count", "64", "--out", str(tmp_path), "--json"]
    )
    assert done.exit_code == 0, done.output
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["generator"]["name"] == "blob-run"
    assert result["attributes"]["judge"].startswith("tachie-")
    assert result["attributes"]["labels"]["hair_color"]["n"] == 2 * 48
    assert "year" in result["attributes"]["not_judged"]
    none = CliRunner().invoke(cli, ["evaluate", "--dataset", str(dataset.path)], standalone_mode=False)
    assert "--run, --model and --weights" in str(none.exception)
    empty = CliRunner().invoke(cli, ["evaluate", str(tmp_path), "--dataset", str(dataset.path)], standalone_mode=False)
    assert isinstance(empty.exception, FormatError)
