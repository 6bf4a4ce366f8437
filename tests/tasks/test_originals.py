"""The five originals, each from end to end by one command, on invented sites on this machine."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from tachie.cli import cli
from tachie.core.attributes import MAKEGIRLS
from tachie.core.images import decode
from tachie.dataset.decisions import Decisions
from tachie.dataset.reader import Dataset
from tachie.export.site import export_site
from tachie.paperdoll.cast import make_cast
from tachie.replica.standing import wishes
from tachie.tasks.steps import STATE_NAME
from tachie.tasks.steps.recipe import originals, read_steps

pytestmark = pytest.mark.timeout(1200)  # a minute of computing together: a machine that others use may take ten
DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
SMALL = ("--set", "faces.workers=0")
QUICK = ("--set", "train.minutes=false", "--set", "train.kimg=0.064", "--set", "train.batch=8")


@pytest.fixture(autouse=True)
def _no_address_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DANBOORU_API_KEY", "DANBOORU_USER", "TACHIE_CONTACT"):
        monkeypatch.delenv(name, raising=False)


def run(name: str, out: Path, *words: object) -> tuple[dict[str, str], Result]:
    """Run an original and return what became of each step, and the result."""
    result = CliRunner().invoke(cli, ["run", name, "--out", str(out), "--json", *map(str, words)])
    assert result.exit_code == 0, f"{result.exception!r}\n{result.stderr}"
    return {step["name"]: step["how"] for step in json.loads(result.stdout)["steps"]}, result


def items(out: Path) -> dict[str, dict[str, Any]]:
    """What was collected, by the picture's address, or its file where it has none."""
    return {
        item.get("url", item["file"]): item
        for line in (out / "items.jsonl").open(encoding="utf-8")
        if (item := json.loads(line))
    }


def test_each_of_the_five_is_there_by_name() -> None:
    assert set(originals()) == {"anime-wifu", "dcgan", "ganime", "gochiusa", "makegirls"}
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


def test_anime_wifu_makes_a_folder_of_faces_of_128_px_and_says_how_often_each_was_doubled(tmp_path: Path) -> None:
    how, _ = run("anime-wifu", tmp_path, "--replica", 14, *SMALL)
    assert set(how.values()) == {"done"}
    games = (tmp_path / "games" / "games.jsonl").read_text("utf-8").splitlines()
    assert len(games) >= 4
    assert all(json.loads(game)["released_at"] >= "2013-01-01" for game in games)
    collected, faces = items(tmp_path / "standing"), Dataset.open(tmp_path / "faces")
    rows = list(faces.rows(["id", "url", "page_url", "released_at", "box_xyxy", "width", "height", "upscaled"]))
    assert len(rows) >= 5
    for row in rows:
        assert row["page_url"] == collected[row["url"]]["page_url"]
        assert (row["width"], row["height"]) == (128, 128)
        x0, _, x1, _ = row["box_xyxy"]
        assert row["upscaled"] == int(1.27 * (x1 - x0) < 127) or abs(1.27 * (x1 - x0) - 128) < 3
    assert {row["upscaled"] for row in rows} == {0, 1}
    files = sorted((tmp_path / "folder").glob("*.png"))
    assert len(files) == len(rows)
    lines = [json.loads(line) for line in (tmp_path / "folder" / "metadata.jsonl").open(encoding="utf-8")]
    assert {line["file_name"] for line in lines} == {file.name for file in files}
    assert all(line["url"] in collected for line in lines)
    assert "report.html" in (tmp_path / "index.html").read_text("utf-8")


def test_ganime_keeps_whole_figures_alone_and_says_why_others_went(tmp_path: Path) -> None:
    words = ("--set", "figures.workers=0", *QUICK, "--set", "train.resolution=32", "--set", "drawn.count=2")
    how, _ = run("ganime", tmp_path, "--replica", 44, *words, "--set", 'train.setting=["width=0.25"]')
    assert how == {**dict.fromkeys(how, "done"), "clean": "waits"}
    collected, figures = items(tmp_path / "standing"), Dataset.open(tmp_path / "figures")
    assert all("white_background" in item["tags"]["general"] and item["rating"] == "g" for item in collected.values())
    numbers = {url: int(item["post_id"]) for url, item in collected.items()}
    kept = {numbers[row["url"]] for row in figures.rows(["url"])}
    right = {number for number in numbers.values() if wishes(number) == wishes(1)}
    assert len(kept & right) >= 0.8 * len(right)
    assert len(kept - right) <= 0.1 * len(kept)
    drops = figures.manifest.drops
    assert drops["chibi"]["chibi"] >= 1
    assert drops["body_extent"]["half_body"] >= 1
    assert drops["clear_background"]["busy_background"] >= 1
    extents = list(figures.labels()["extent"].values())
    assert extents.count("full") >= 0.8 * len(kept)
    assert "half body" in (tmp_path / "report.html").read_text("utf-8")
    assert decode((tmp_path / "drawn.png").read_bytes()).rgb.shape == (32, 64, 3)


def test_makegirls_trains_on_34_attributes_and_ends_in_the_page_that_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = tmp_path / "pages"  # built in small: they need Node
    (pages / "assets").mkdir(parents=True)
    for name in ("studio.html", "review.html", "assets/studio-1.js"):
        (pages / name).write_text(f"<title>{name}</title>")
    (pages / "manifest.json").write_text('{"studio.html": {"file": "assets/studio-1.js"}}')
    monkeypatch.setattr(export_site, "__defaults__", (pages,))
    small = ("--set", "train.resolution=32", "--set", 'train.setting=["width=0.125"]', "--without", "judged")
    out = tmp_path / "out"
    how, _ = run("makegirls", out, "--replica", 28, *SMALL, *QUICK, *small, "--set", "drawn.count=2")
    assert how == {**dict.fromkeys(how, "done"), "clean": "waits"}
    groups = {group["name"]: group for group in json.loads((out / "model/generator.json").read_text("utf-8"))["labels"]}
    assert groups.keys() <= set(MAKEGIRLS)
    assert {"hair_color", "open_mouth"} <= groups.keys()
    drawn = decode((out / "noise.png").read_bytes()).rgb
    assert drawn.shape == (4 * 32, 8 * 32, 3)
    assert np.std(drawn) > 0
    assert (out / "site" / "models" / "train" / "generator.json").is_file()


def test_gochiusa_goes_from_video_and_a_board_to_characters_told_apart_and_drawn(tmp_path: Path) -> None:
    small = ("faces.workers=0", "test.workers=0", "split.main_classes_min=3", "train.resolution=32")
    quick = ("hue.minutes=0.02", "network.minutes=0.02", "network.resolution=64", "codes.minutes=0.02")
    tiny = ("codes.resolution=32", 'codes.setting=["codes=8", "filters=8"]', "drawn.count=18")
    words = [word for change in (*small, *quick, *tiny) for word in ("--set", change)]
    how, _ = run("gochiusa", tmp_path, "--replica", 24, *QUICK, *words)
    assert set(how.values()) == {"done"}

    frames = items(tmp_path / "frames")
    assert {item["frame"]["type"] for item in frames.values()} == {"k", "p"}
    assert any("repeated" in item for item in frames.values())
    clean, test = Dataset.open(tmp_path / "clean"), Dataset.open(tmp_path / "test")
    assert {row["episode"] for row in clean.rows(["episode"])} == {"ep01", "ep02"}
    assert len(clean.labels()["class"]) == len(clean) > 20
    assert "not_one_character" in how_of(tmp_path, "drawings")
    assert set(test.labels()["character"].values()) <= {member.name for member in make_cast()}
    assert len(test.labels()["character"]) == len(test) > 10
    parts = clean.labels()["split"]
    repeated = clean.labels()["repeated"]
    judged = {row for row, part in parts.items() if part == "validation"}
    assert not {repeated.get(row) for row in judged} & {repeated[r] for r in repeated if parts.get(r) == "train"}

    for name in ("hue", "network"):
        report = json.loads((tmp_path / name / "report.json").read_text("utf-8"))
        assert any("test" in part for part in report["sets"])
        assert (tmp_path / name / "classifier.onnx").is_file()
    assert (tmp_path / "codes" / "report.json").is_file()
    about = json.loads((tmp_path / "model" / "generator.json").read_text("utf-8"))
    assert [group["name"] for group in about["labels"]] == ["class"]
    assert decode((tmp_path / "drawn.png").read_bytes()).rgb.shape == (3 * 32, 6 * 32, 3)

    again, _ = run("gochiusa", tmp_path, "--replica", 24, *QUICK, *words)
    assert set(again.values()) == {"stands"}


def how_of(out: Path, step: str) -> str:
    """What a step said."""
    said: str = json.loads((out / STATE_NAME).read_text("utf-8"))["steps"][step]["said"]
    return said


@pytest.mark.parametrize("name", sorted(originals()))
def test_each_original_has_a_page_whose_commands_are_right(name: str, tmp_path: Path) -> None:
    page = (DOCS / f"original-{name}.md").read_text("utf-8")
    assert f"(original-{name}.md)" in (DOCS / "originals.md").read_text("utf-8")
    lines = re.findall(r"^tachie (run [^#\n]*)", page, re.MULTILINE)
    assert len(lines) >= 2
    for line in lines:
        result = CliRunner().invoke(cli, [*shlex.split(line), "--dry-run"])
        assert result.exit_code == 0, result.exception
        assert result.stdout.startswith("tachie collect ")
    for picture in re.findall(r"!\[[^]]*\]\(([^)]+)\)", page):
        assert (DOCS / picture).stat().st_size < 150_000
