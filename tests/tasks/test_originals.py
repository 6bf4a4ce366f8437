"""The five originals, each from end to end by one command, on invented sites on this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from tachie.cli import cli
from tachie.core.images import decode
from tachie.dataset.decisions import Decisions
from tachie.dataset.reader import Dataset
from tachie.tasks.steps import STATE_NAME
from tachie.tasks.steps.recipe import originals, read_steps

SMALL = ("--set", "faces.workers=0")
QUICK = ("--set", "train.minutes=false", "--set", "train.kimg=0.064", "--set", "train.batch=8")


@pytest.fixture(autouse=True)
def _no_address_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DANBOORU_API_KEY", "DANBOORU_USER", "TACHIE_CONTACT"):
        monkeypatch.delenv(name, raising=False)


def run(name: str, out: Path, *words: object) -> tuple[dict[str, str], Result]:
    """Run an original and return what became of each step, and the result."""
    result = CliRunner().invoke(cli, ["run", name, "--out", str(out), "--json", *map(str, words)])
    assert result.exit_code == 0, result.stderr or result.exception
    return {step["name"]: step["how"] for step in json.loads(result.stdout)["steps"]}, result


def items(out: Path) -> dict[str, dict[str, Any]]:
    """What was collected, by the picture's address."""
    return {item["url"]: item for line in (out / "items.jsonl").open(encoding="utf-8") if (item := json.loads(line))}


def test_each_of_the_five_is_there_by_name() -> None:
    assert set(originals()) >= {"dcgan"}
    for name in originals():
        assert read_steps(name).steps


def test_dcgan_goes_from_the_shop_to_drawn_faces_and_again_after_a_review(tmp_path: Path) -> None:
    words = ("--replica", 26, *SMALL, *QUICK, "--set", 'train.setting=["width=0.125"]', "--set", "drawn.count=6")
    how, result = run("dcgan", tmp_path, *words)
    assert how == {**dict.fromkeys(how, "done"), "clean": "waits"}
    assert "tachie review" in result.stderr

    collected, faces = items(tmp_path / "standing"), Dataset.open(tmp_path / "faces")
    rows = list(faces.rows(["id", "url", "page_url", "released_at", "box_xyxy"]))
    assert len(rows) >= 5
    for row in rows:
        assert row["page_url"] == collected[row["url"]]["page_url"]
        assert row["released_at"] is None or row["released_at"] >= "2010-01-01"
    assert set(faces.labels()["split"].values()) == {"train", "validation"}
    config = json.loads((tmp_path / "train" / "config.json").read_text("utf-8"))["config"]
    assert (config["model"], config["resolution"], config["labels"]) == ("dcgan", 64, [])
    drawn = decode((tmp_path / "drawn.png").read_bytes()).rgb
    assert drawn.shape == (2 * 64, 3 * 64, 3)
    assert np.std(drawn) > 0
    page = (tmp_path / "index.html").read_text("utf-8")
    assert page.count("data:image/") >= 2
    assert "nobody has looked" in page

    assert set(run("dcgan", tmp_path, *words)[0].values()) == {"stands", "waits"}

    decisions = Decisions.open(tmp_path / "faces")
    decisions.record([([rows[0]["id"]], {"review": "reject"})])
    how, _ = run("dcgan", tmp_path, *words)
    assert [name for name, state in how.items() if state == "stands"] == ["games", "standing", "faces"]
    clean = Dataset.open(tmp_path / "clean")
    assert len(clean) == len(rows) - 1
    assert rows[0]["id"] not in clean.columns(["id"]).column("id").to_pylist()
    assert (tmp_path / "train-1" / "config.json").exists()
    state = json.loads((tmp_path / STATE_NAME).read_text("utf-8"))["steps"]
    assert str(tmp_path / "clean") in state["train"]["command"]
    assert set(run("dcgan", tmp_path, *words)[0].values()) == {"stands"}
