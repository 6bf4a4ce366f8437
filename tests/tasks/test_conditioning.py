"""Conditioning: a judge, several trainings, what is written, and that nothing finished is done again."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tachie.core.conditions import Group, LabelSchema
from tachie.core.errors import UsageError
from tachie.core.images import encode_png
from tachie.core.registry import find
from tachie.dataset.split import split
from tachie.pipeline import Build, build
from tachie.tasks.conditioning import experiment
from tachie.tasks.conditioning.config import looks
from tachie.tasks.conditioning.judge import Drawings, band, reached
from tachie.tasks.request import TaskRequest, run_task

from ..conftest import untagged

COLOURS = {"blue": (60, 90, 220), "red": (220, 60, 70)}
SMALL = {"runs": "2", "kimg": "0.064", "each": "3", "batch": "16", "width": "0.25"}
SMALL |= {"judge_model": "hue-histogram", "judge_epochs": "60"}


@pytest.fixture(scope="module")
def coloured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Plain pictures in two colours, the folder's name being the class."""
    root = tmp_path_factory.mktemp("coloured")
    rng = np.random.default_rng(0)
    for name, rgb in COLOURS.items():
        (root / "in" / name).mkdir(parents=True)
        for i in range(30):
            picture = (np.array(rgb) + rng.integers(-30, 30, (32, 32, 3))).clip(0, 255).astype(np.uint8)
            (root / "in" / name / f"{i:02d}.png").write_bytes(encode_png(picture))
    recipe = untagged("faces-as-they-are")
    dataset = build(Build([str(root / "in")], root / "coloured", recipe, workers=0)).dataset
    split(dataset, 0.3)
    return dataset.path


def asked(dataset: Path, out: Path, **changes: Any) -> TaskRequest:
    settings = {**SMALL, **changes.pop("settings", {})}
    return TaskRequest(dataset=dataset, out=out, resolution=32, settings=settings, **changes)


@pytest.fixture(autouse=True)
def little_to_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    """A training's own figures are of fewer drawings, and its looks few."""
    monkeypatch.setattr("tachie.train.judge.JUDGED_PICTURES", 16)
    monkeypatch.setattr("tachie.train.judge.TICK_PICTURES", 16)
    monkeypatch.setattr("tachie.train.loop.TICK_PICTURES", 16)
    monkeypatch.setattr(experiment, "looks", lambda kimg: (0, 16, 48))


class Killed(Exception):
    pass


def test_a_generator_is_judged_through_several_trainings_however_often_it_is_stopped(
    coloured: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "run"
    result = run_task("conditioning", asked(coloured, out, label="class", seed=5))
    assert result["classes"] == ["blue", "red"]
    assert (result["chance"], result["ceiling"]["accuracy"]) == (0.5, 1.0), "plain colours are told by hue"
    assert [run["seed"] for run in result["runs"]] == [5, 6]
    assert [row["kimg"] for row in result["band"]] == [0.0, 0.016, 0.048, 0.064]
    for row in result["band"]:
        assert 0 <= row["least"] <= row["mean"] <= row["most"] <= 1
    assert json.loads((out / "report.json").read_text()) == result
    page = (out / "index.html").read_text()
    assert "polygon" in page, "the band is drawn"
    assert "coloured, class" in page

    # Stopped at the third look of the first training: the same curve in the end.
    draw = Drawings.draw
    drawn: list[int] = []

    def draw_and_die(self: Drawings, G: Any) -> np.ndarray:
        drawn.append(1)
        if len(drawn) == 3:
            raise Killed
        return draw(self, G)

    monkeypatch.setattr(Drawings, "draw", draw_and_die)
    settings = {"checkpoint_s": "0.0", "runs": "1", "judge": str(out / "judge")}
    request = asked(coloured, tmp_path / "cut", settings=settings, seed=5)
    with pytest.raises(Killed):
        run_task("conditioning", request)
    again = run_task("conditioning", replace(request, settings={}, resume=True))
    assert again["runs"][0]["curve"] == result["runs"][0]["curve"]
    assert again["judge"] == {**result["judge"], "own": False}
    assert not (tmp_path / "cut" / "judge").exists()

    # A finished training is not done twice, and a second set may come later.
    monkeypatch.setattr(experiment, "train", None)
    again = run_task("conditioning", replace(asked(coloured, out), settings={}, resume=True))
    assert again == result
    with pytest.raises(UsageError, match="holds a run already"):
        run_task("conditioning", asked(coloured, out, label="class"))
    with pytest.raises(UsageError, match="another each"):
        run_task("conditioning", replace(asked(coloured, out), settings={"each": "7"}, resume=True))
    monkeypatch.undo()
    both = run_task("conditioning", replace(request, settings={}, resume=True, against=coloured))
    assert both["runs"] == again["runs"][:1]
    assert both["against"]["dataset"]["label"] == "class"
    assert both["kimg"] == both["against"]["band"][-1]["kimg"] == 0.064
    assert (tmp_path / "cut" / "against" / "judge" / "classifier.onnx").is_file()


def test_drawings_are_of_every_class_from_latents_that_never_change() -> None:
    schema = LabelSchema((Group("class", ("a", "b", "c")),))
    torch.manual_seed(0)
    G = find("models", "r3")(32, schema.c_dim, 0.25).generator().eval()
    drawings = Drawings(schema, G.z_dim, 2)
    assert drawings.codes.tolist() == [0, 0, 1, 1, 2, 2]
    state = torch.random.get_rng_state()
    first = drawings.draw(G)
    assert (first.shape, first.dtype) == ((6, 32, 32, 3), np.uint8)
    assert (first == drawings.draw(G)).all()
    assert torch.equal(state, torch.random.get_rng_state())


def test_the_band_is_over_the_looks_that_all_runs_had() -> None:
    curves = [
        [{"nimg": 0, "accuracy": 0.1}, {"nimg": 500, "accuracy": 0.5}, {"nimg": 900, "accuracy": 0.9}],
        [{"nimg": 0, "accuracy": 0.3}, {"nimg": 500, "accuracy": 0.6}],
    ]
    assert band(curves) == [
        {"kimg": 0.0, "mean": 0.2, "least": 0.1, "most": 0.3},
        {"kimg": 0.5, "mean": 0.55, "least": 0.5, "most": 0.6},
    ]


def test_a_level_is_reached_between_two_looks() -> None:
    rows = [{"kimg": 0.0, "mean": 0.1}, {"kimg": 1.0, "mean": 0.5}, {"kimg": 2.0, "mean": 0.4}]
    assert reached(rows, 0.3) == 0.5
    assert reached(rows, 0.05) == 0.0
    assert reached(rows, 0.6) is None


def test_looks_are_the_same_whatever_the_length_of_a_run() -> None:
    assert looks(10)[: len(looks(2))] == looks(2)
    assert looks(2)[:4] == (0, 250, 500, 750)
    assert looks(100)[-1] < 100_000
    assert len(looks(100)) < 40


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"settings": {"runs": "0"}}, "runs must be above 0"),
        ({"settings": {"rums": "3"}}, "Did you mean 'runs'"),
        ({"model": "r4"}, "unknown model 'r4'"),
        ({"label": "shoe"}, "unknown label 'shoe'|unknown label: 'shoe'"),
        ({"init": "weights"}, "takes no --init"),
    ],
)
def test_what_cannot_be_is_said(coloured: Path, tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        run_task("conditioning", asked(coloured, tmp_path / "run", **changes))
