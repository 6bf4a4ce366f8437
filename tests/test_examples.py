"""The examples run as their first lines say."""

import importlib
import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tachie.core.images import decode

from .conftest import tachie

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


def test_average_face_writes_one_picture_for_each_value(tmp_path: Path) -> None:
    words = ["build", "paperdoll:6", "--full-body", "--near-duplicates", "-1", "--out", tmp_path / "dolls"]
    assert tachie(*words).returncode == 0
    example = [sys.executable, EXAMPLES / "average_face.py", tmp_path / "dolls", "long_hair", tmp_path / "out.png"]
    done = subprocess.run(example, capture_output=True, text=True, check=True)
    values = done.stdout.strip().split(", ")
    assert decode((tmp_path / "out.png").read_bytes()).rgb.shape == (96, 100 * len(values) - 4, 3)


def test_the_replica_shop_prints_commands_that_work(tmp_path: Path) -> None:
    words = [sys.executable, EXAMPLES / "replica_shop.py", "12"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as shop:
        try:
            assert shop.stdout is not None
            for line in (shop.stdout.readline(), shop.stdout.readline()):
                done = tachie(*shlex.split(line)[1:], cwd=tmp_path)
                assert done.returncode == 0, done.stderr
        finally:
            shop.kill()
    assert (tmp_path / "games" / "games.csv").read_text("utf-8-sig").startswith("id,name,")
    built = tachie("build", tmp_path / "standing", "--full-body", "--out", tmp_path / "bodies", "--json")
    assert built.returncode == 0, built.stderr
    assert '"character"' in built.stdout


def test_the_replica_boards_print_commands_that_work(tmp_path: Path) -> None:
    words = [sys.executable, EXAMPLES / "replica_boards.py", "20"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as boards:
        try:
            assert boards.stdout is not None
            for line in (boards.stdout.readline() for _ in range(5)):
                done = tachie(*shlex.split(line)[1:], cwd=tmp_path)
                assert done.returncode == 0, done.stderr
        finally:
            boards.kill()
    alone, both = ((tmp_path / name / "items.jsonl").read_text("utf-8") for name in ("danbooru", "both"))
    assert alone.count("\n") == both.count("\n") > 3
    assert both.count('"also"') == both.count("\n")


def test_the_sheet_of_heads_shows_what_was_asked_for(tmp_path: Path) -> None:
    words = [sys.executable, EXAMPLES / "paperdoll_heads.py", "9", "3", tmp_path / "heads.png", "hair_color=pink"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("9 heads")
    sheet = decode((tmp_path / "heads.png").read_bytes()).rgb
    assert sheet.shape == (300, 1200, 3)
    red, _, blue = sheet[40:60, 60:90].mean((0, 1))
    assert red > blue > 60


def test_the_sheet_of_paperdolls_is_a_picture(tmp_path: Path) -> None:
    words = [sys.executable, EXAMPLES / "paperdoll_sheet.py", "2", "5", tmp_path / "sheet.png", "chibi=yes"]
    assert "2 pictures" in subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert decode((tmp_path / "sheet.png").read_bytes()).rgb.shape == (220, 8 * 165, 3)


def test_the_sheet_of_filters_shows_what_each_left_out(tmp_path: Path) -> None:
    words = [sys.executable, EXAMPLES / "filter_sheet.py", "1", tmp_path / "sheet.png"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[0]) >= 9
    sheet = decode((tmp_path / "sheet.png").read_bytes()).rgb
    for row in range(9):
        assert sheet[112 * row : 112 * row + 112, 150:].std() > 10, f"row {row} shows what was dropped"


def test_the_sheet_of_tags_has_a_cell_a_face(tmp_path: Path) -> None:
    assert tachie("paperdoll", "--count", "2", "--out", tmp_path / "dolls").returncode == 0
    for file in (tmp_path / "dolls").glob("*.json"):
        file.unlink()
    words = [sys.executable, EXAMPLES / "tag_sheet.py", "2", tmp_path / "tags.png", tmp_path / "dolls"]
    assert "2 faces" in subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert decode((tmp_path / "tags.png").read_bytes()).rgb.shape == (222, 1264, 3)


@pytest.mark.timeout(900)
def test_the_experiments_on_a_drawn_show_report_the_papers_findings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [sys.executable, EXAMPLES / "gochiusa.py", "--out", tmp_path / "show", "--scale", "0.003", "--part", "0.4"]
    words += ["--episodes", "2", "--seconds", "14", "--height", "180", "--drawings", "9", "--one-process"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "show" / "index.html").read_text("utf-8")
    found = json.loads((tmp_path / "show" / "findings.json").read_text("utf-8"))
    for network in ("hue-histogram", "cnn"):
        for faces in ("other frames", "other episodes", "drawings"):
            assert f"{100 * found[network][faces]:.0f} %" in page, "hue and network, on frames, episodes and drawings"
    monkeypatch.syspath_prepend(EXAMPLES)
    monkeypatch.chdir(tmp_path / "show")
    steps = importlib.import_module("gochiusa").Steps()
    before = sorted(Path("drawings").iterdir())
    steps.run("drawings", "paperdoll drawings --count 9 --out drawings", new=["drawings"])
    assert sorted(Path("drawings").iterdir()) == before, "what stands is not done again"
    with pytest.raises(SystemExit, match="other settings"):
        steps.run("drawings", "paperdoll drawings --count 8 --out drawings")
