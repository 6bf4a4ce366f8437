"""A comparison: equal time, equal images, and going on where it was stopped."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner

from tachie.cli import cli
from tachie.core.errors import RecipeError, TrainingStopped, UsageError
from tachie.dataset.reader import Dataset
from tachie.dataset.split import split
from tachie.tasks import compare as task
from tachie.tasks.compare import Compare, compare, read_compare
from tachie.train.config import TrainConfig
from tachie.train.loop import RunResult, train

from .conftest import blob_dataset
from .test_evaluate import assert_requests_nothing

RECIPES = Path(__file__).resolve().parent.parent.parent / "recipes"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return blob_dataset(120, tmp_path_factory).path


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    file = tmp_path / "compare.toml"
    file.write_text(
        'resolution = 32\nminutes = 1.0\nthreads = 1\ncount = 64\nmodels = ["r3", "dcgan"]\n'
        '[settings.r3]\nbatch = 4\nprecision = "fp32"\n[settings.dcgan]\nbatch = 6\nprecision = "fp32"\n'
    )
    return file


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, TrainConfig]]:
    """Time goes twelve seconds a look at the clock, and every training is noted."""
    looks = count()
    monkeypatch.setitem(task._CLOCKS, "wall", lambda: 12.0 * next(looks))
    noted: list[tuple[str, TrainConfig]] = []

    def noting(faces: object, config: TrainConfig, run: Path, **options: object) -> RunResult:
        noted.append((str(run.relative_to(run.parent.parent)), config))
        return train(faces, config, run, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(task, "train", noting)
    return noted


def test_models_are_compared_at_equal_time_and_at_equal_images_and_finished_ones_are_not_trained_again(
    dataset: Path, recipe: Path, trained: list[tuple[str, TrainConfig]], tmp_path: Path
):
    split(Dataset.open(dataset), 0.4)
    job = Compare(read_compare(recipe), dataset, tmp_path / "out")
    result = compare(job)
    rows = {(row["model"], row["at"]): row for row in result["rows"]}
    slow, quick = rows["r3", "time"], rows["dcgan", "time"]
    assert slow["kimg"] < quick["kimg"]  # smaller batches, as many steps
    assert [name for name, _ in trained] == ["r3/time", "dcgan/time", "dcgan/images"]
    assert result["equal_kimg"] == slow["kimg"] == rows["dcgan", "images"]["kimg"] == trained[2][1].kimg
    assert {**rows["r3", "images"], "at": "time"} == slow
    assert quick["params_g"] > 1_000_000 > slow["params_g"] > 100_000
    assert quick["onnx_mb"] == pytest.approx(quick["params_g"] * 4e-6, rel=0.05)
    for row in rows.values():
        assert row["ms_a_drawing"] > 0
        assert row["figures"]["recall"]["n"] == 48
    out = tmp_path / "out"
    assert json.loads((out / "comparison.json").read_text()) == result
    assert_requests_nothing((out / "comparison.html").read_text("utf-8"))
    text = (out / "comparison.md").read_text("utf-8")
    assert "not a ranking of papers" in text
    assert all(line.count("|") == 13 for line in text.splitlines() if line.startswith("|"))

    trained.clear()
    (out / "dcgan" / "images" / "result.json").unlink()  # as if stopped before its end
    compare(job)
    assert [name for name, _ in trained] == ["dcgan/images"]
    with pytest.raises(UsageError, match="another recipe or dataset"):
        compare(replace(job, recipe=read_compare(recipe, minutes=2.0)))


def test_a_model_whose_training_stops_itself_is_a_row_that_says_so(
    dataset: Path, recipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    split(Dataset.open(dataset), 0.4)

    def stops(*_: object, **__: object) -> RunResult:
        raise TrainingStopped("training stopped: a loss is no longer a finite number")

    monkeypatch.setattr(task, "train", stops)
    result = compare(Compare(read_compare(recipe), dataset, tmp_path / "out"))
    assert [row["stopped"] for row in result["rows"]] == ["training stopped: a loss is no longer a finite number"] * 2
    assert "| stopped |" in (tmp_path / "out" / "comparison.md").read_text()


def test_a_dataset_that_keeps_nothing_aside_and_a_wrong_recipe_are_refused(dataset: Path, recipe: Path, tmp_path: Path):
    (dataset / "labels" / "split.parquet").unlink(missing_ok=True)
    words = ["compare", str(recipe), "--dataset", str(dataset), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(cli, words, standalone_mode=False)
    assert isinstance(done.exception, UsageError)
    assert "tachie split" in done.exception.hint
    assert not (tmp_path / "out").exists()
    for wrong, said in (
        ("minuts = 1", "Did you mean 'minutes'"),
        ('models = ["r4"]', "unknown model 'r4'"),
        ("resolution = 48", "no 48 px"),
        ("minutes = -1", "greater than 0"),
        ("[settings.r3]\nlearning = 1", "unknown training setting"),
        ("[settings.vae]\nbatch = 1", "unknown model in"),
    ):
        lines = {line.split("=")[0].strip(): line for line in ('models = ["r3"]', *wrong.splitlines()) if "=" in line}
        table = [line for line in wrong.splitlines() if line.startswith("[")]
        own = [line for line in wrong.splitlines() if "=" in line] if table else []
        recipe.write_text("\n".join([*(v for v in lines.values() if v not in own), *table, *own]))
        with pytest.raises((RecipeError, UsageError)) as caught:
            read_compare(recipe)
        assert said in str(caught.value)
    with pytest.raises(RecipeError, match="no such file"):
        read_compare(tmp_path / "none.toml")


def test_the_recipe_that_comes_with_the_program_is_a_good_one():
    read = read_compare(RECIPES / "compare.toml")
    assert read.models == ("dcgan", "makegirls", "stylegan2", "r3")
    assert read.minutes == 20
    assert read_compare(RECIPES / "compare.toml", minutes=3.0, threads=1, clock="cpu").threads == 1
