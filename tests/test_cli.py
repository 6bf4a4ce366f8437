"""The command line as people and programs meet it."""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tachie import __version__
from tachie.cli.app import _MODULES
from tachie.core.images import encode_png

from .conftest import SHARED, scene, tachie

SOURCE = Path(__file__).resolve().parent.parent / "src" / "tachie"
COMMANDS = sorted(_MODULES)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    result = tachie(command, "--help")
    assert result.returncode == 0
    assert f"Example:  tachie {command}" in result.stdout


def test_help_lists_every_command_and_imports_nothing_heavy() -> None:
    code = "import sys, tachie.cli as c; c.cli.main(['--help'], standalone_mode=False); print(sorted(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for command in COMMANDS:
        assert re.search(rf"^  {command}  ", result.stdout, re.MULTILINE)
    for heavy in ("numpy", "torch", "pyarrow", "distributed", "cv2", "PIL", "pydantic", "onnxruntime"):
        assert f"'{heavy}'" not in result.stdout


def test_the_version_is_the_package_s() -> None:
    assert tachie("--version").stdout.split()[-1] == __version__


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["bild"], 2, "Did you mean 'build'?"),
        (["build", "nothing-here", "--out", "x"], 2, "no such file"),
        (["build"], 2, "Missing"),
        (["info", "."], 1, "is not a tachie dataset"),
        (["build", ".", "--out", "x", "--recipe", "none.toml"], 2, "no such file"),
        (["build", ".", "--out", "x", "--recipe", "a.toml", "--full-body"], 2, "exclude each other"),
        (["build", ".", "--out", "x", "--detector", "eyes"], 2, "'heads', 'animeface' or 'lbpcascade'"),
        (["build", ".", "--out", "x", "--rating", "nice"], 2, "'g', 's', 'q' or 'e'"),
        (["build", ".", "--out", "x", "--crop-scale", "99"], 2, "less than or equal to 4"),
        (["train", ".", "--out", "x"], 2, "--kimg K or --minutes M"),
        (["train", ".", "--out", "x", "--minutes", "1"], 1, "is not a tachie dataset"),
        (["generate", "--count", "1"], 2, "--out DIR or --grid FILE"),
        (["generate", "--out", "x"], 2, "name one of --run, --model and --weights"),
        (["generate", "--out", "x", "--interpolate", "1:2", "--mix", "3"], 2, "exclude each other"),
        (["generate", "--out", "x", "--weights", "tachie-64", "--interpolate", "a:b"], 2, "3:8"),
        (["generate", "--out", "x", "--weights", "none"], 2, "unknown weights"),
        (["generate", "--out", "x", "--model", "none"], 1, "none"),
        (["export", "--format", "imagefolder", "--out", "x"], 2, "needs a DATASET"),
        (["export", "--format", "pdf", "--out", "x"], 2, "imagefolder"),
        (["detect", "nothing-here"], 2, "no such file"),
        (["paperdoll", "--set", "hair_color=rainbow", "--out", "x"], 2, "blonde"),
        (["paperdoll", "--set", "hair", "--out", "x"], 2, "NAME=VALUE"),
    ],
)
def test_a_wrong_command_says_what_to_type_next(words: list[str], code: int, said: str, tmp_path: Path) -> None:
    result = tachie(*words, cwd=tmp_path)
    assert said in result.stderr
    assert result.returncode == code
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_the_shipped_weights_draw_and_carry_their_card(tmp_path: Path) -> None:
    names = tachie("list", "weights").stdout.split()
    assert "tachie-64" in names
    for name in names:
        folder = SOURCE / "weights" / name
        card = (folder / "card.md").read_text("utf-8")
        for file in folder.glob("*.onnx"):
            assert hashlib.sha256(file.read_bytes()).hexdigest() in card
        drawn = tachie("generate", "--weights", name, "--count", "3", "--seed", "5", "--out", tmp_path / name)
        assert drawn.returncode == 0, drawn.stderr
        assert len({p.read_bytes() for p in (tmp_path / name).iterdir()}) == 3


def test_build_info_and_detect_answer_in_json(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.png").write_bytes(encode_png(scene(0, faces=2)))
    (folder / "b.png").write_text("no picture")
    built = tachie("build", folder, "--out", tmp_path / "faces", "--json", "--near-duplicates", "-1")
    assert built.returncode == 3
    assert "1 input could not be read" in built.stderr
    report = json.loads(built.stdout)
    assert report["rows"] == 2
    assert report["drops"] == {"decode": {"not_a_picture": 1}}
    info = tachie("info", tmp_path / "faces", "--json")
    assert {**json.loads(info.stdout), "path": ""} == {**report, "path": ""}
    assert "2 pictures of 2 looked at" in tachie("info", tmp_path / "faces").stdout
    found = tachie("detect", folder, "--json")
    assert found.returncode == 3
    good, bad = map(json.loads, found.stdout.splitlines())
    assert (good["file"], good["width"], good["height"], len(good["faces"])) == ("a.png", 600, 480, 2)
    assert set(good["faces"][0]) == {"xyxy", "confidence"}
    assert bad == {"file": "b.png", "error": "not_a_picture: no known picture format"}


def test_the_json_sidecars_of_paperdolls_become_labels(tmp_path: Path) -> None:
    dolls = tmp_path / "dolls"
    assert tachie("paperdoll", "--count", "3", "--set", "hair_color=pink", "--svg", "--out", dolls).returncode == 0
    assert sorted(p.suffix for p in dolls.iterdir()) == [".json"] * 3 + [".png"] * 3 + [".svg"] * 3
    result = tachie("build", dolls, "--full-body", "--near-duplicates", "-1", "--out", tmp_path / "bodies", "--json")
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["labels"]["hair_color"]["values"] == {"pink": 3}
    assert report["ratings"] == {"g": 3}
    assert report["resolution_px"]["least"] == report["resolution_px"]["most"] == 800


def test_imagefolder_names_frames_as_the_gochiusa_set_does(tmp_path: Path) -> None:
    clip = SHARED / "data" / "video" / "clip.mp4"
    if not clip.exists():
        pytest.skip("the real clip of ../shared/data is not here")
    assert tachie("build", clip, "--out", tmp_path / "vid").returncode == 0
    assert tachie("export", tmp_path / "vid", "--format", "imagefolder", "--out", tmp_path / "out").returncode == 0
    names = [p.name for p in (tmp_path / "out").iterdir() if p.suffix == ".png"]
    assert all(re.fullmatch(r"clip-[kp]-\d+-\d+\.png", name) for name in names)
    seconds = {int(n.split("-")[2]) for n in names if n.split("-")[1] == "p"}
    assert not seconds & {6, 7}  # frames 144 to 192 of 24 a second show nobody
    lines = [json.loads(line) for line in (tmp_path / "out" / "metadata.jsonl").read_text().splitlines()]
    assert {line["file_name"] for line in lines} == set(names)
    assert all(line["frame"]["type"] in "kp" for line in lines)


def test_imagefolder_puts_classes_into_folders(write_pictures: Callable[..., Path], tmp_path: Path) -> None:
    write_pictures(3, "in/Cocoa")
    write_pictures(2, "in/con")
    write_pictures(1, "in")
    words = ["--faces-as-they-are", "--out", tmp_path / "set"]
    for i, path in enumerate(sorted((tmp_path / "in").rglob("*.png"))):
        path.write_bytes(encode_png(scene(i)[i : i + 200]))  # no two alike
    assert tachie("build", tmp_path / "in", *words).returncode == 0
    result = tachie("export", tmp_path / "set", "--format", "imagefolder", "--by", "class", "--out", tmp_path / "out")
    assert result.returncode == 0, result.stderr
    counts = {p.name: len(list(p.iterdir())) for p in (tmp_path / "out").iterdir() if p.is_dir()}
    assert counts == {"Cocoa": 3, "_con": 2, "unknown": 1}  # con is a device's name on Windows
    again = tachie("export", tmp_path / "set", "--format", "imagefolder", "--out", tmp_path / "out")
    assert again.returncode == 2
    assert "not empty" in again.stderr
