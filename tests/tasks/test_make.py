"""The main job from one end to the other, small."""

import json
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import save_file

from tachie.core.images import decode
from tachie.dataset.reader import Dataset
from tachie.tasks import make as make_task
from tachie.tasks.make import Make, demo_px, how_to_train
from tachie.train import transfer
from tachie.train.config import FINE_TUNE, write_config

from ..conftest import tachie


def test_the_demo_goes_the_whole_way_and_make_goes_on_with_it(tmp_path: Path) -> None:
    out = tmp_path / "out"
    made = tachie("demo", "--out", out, "--pictures", "40", "--minutes", "0.1", "--no-serve", "--json")
    assert made.returncode == 0, made.stderr
    result = json.loads(made.stdout)
    dataset = Dataset.open(result["dataset"])
    assert len(dataset) >= 30
    assert set(dataset.columns(["source"]).column("source").to_pylist()) == {"getchu"}
    assert set(dataset.labels()) >= {"game", "brand", "character", "voice"}
    assert set(dataset.labels()) >= {"hair_color", "eye_color", "smile"}
    px = demo_px()
    assert decode(Path(result["grid"]).read_bytes()).rgb.shape == (6 * px, 12 * px, 3)
    assert {p.name for p in Path(result["model"]).iterdir()} == {"mapping.onnx", "synthesis.onnx", "generator.json"}
    page = Path(result["page"]).read_text("utf-8")
    for linked in ("grid.png", "run/index.html", "report.html", "faces/sheet.jpg", "faces/README.md"):
        assert linked in page
        assert (out / linked).is_file()
    for step in ("0/4", "1/4", "2/4", "3/4", "4/4"):
        assert step in made.stderr
    assert "Traceback" not in made.stderr

    before = Path(result["grid"]).read_bytes()
    words = ["--minutes", "0.1", "--resolution", px, *(["--crop-scale", "1.0"] if px == 32 else []), "--json"]
    again = tachie("make", out / "collected", "--out", out, *words)
    assert again.returncode == 0, again.stderr
    assert Path(result["grid"]).read_bytes() == before  # nothing was left to do, and seeds draw the same faces

    generator = json.loads((Path(result["model"]) / "generator.json").read_text("utf-8"))
    hair = next(group for group in generator["labels"] if group["name"] == "hair_color")["values"][0]
    drawn = tachie(
        *("generate", "--model", result["model"], "--count", "3", "--seed", "7"),
        *("--set", f"hair_color={hair}", "--truncation", "0.8", "--out", out / "drawn", "--grid", out / "three.png"),
    )
    assert drawn.returncode == 0, drawn.stderr
    assert len(list((out / "drawn").glob("*.png"))) == 3
    wrong = tachie("generate", "--model", result["model"], "--set", "hair_color=rainbow", "--out", out / "drawn")
    assert wrong.returncode == 2
    assert f"Known: {hair}" in wrong.stderr


def test_drawing_and_the_data_half_need_no_torch(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("raise ImportError('torch must not be needed')\n")
    env = {"PYTHONPATH": str(tmp_path)}
    assert tachie("build", "paperdoll:2", "--out", tmp_path / "faces", env=env).returncode == 0
    assert tachie("info", tmp_path / "faces", env=env).returncode == 0
    words = ["export", tmp_path / "faces", "--format", "imagefolder", "--out", tmp_path / "files"]
    assert tachie(*words, env=env).returncode == 0
    assert tachie("detect", tmp_path / "files", env=env).returncode == 0


def test_make_without_a_single_face_says_what_to_do(tmp_path: Path, write_pictures: object) -> None:
    folder = write_pictures(3)  # type: ignore[operator]
    result = tachie("make", folder, "--out", tmp_path / "out", "--minutes", "0.1")
    assert result.returncode == 1
    assert "no face was found in 3 pictures" in result.stderr
    assert "--faces-as-they-are" in result.stderr


def test_make_begins_from_shipped_weights_where_they_fit_and_goes_on_with_what_it_began_with(
    tmp_path: Path, monkeypatch: object
) -> None:
    folder = tmp_path / "weights" / "drawn-64"
    folder.mkdir(parents=True)
    about = {"format": "tachie-start", "format_version": "1", "model": "r3", "resolution": "64"}
    save_file({"D.x": torch.zeros(1)}, folder / "start.safetensors", about)
    monkeypatch.setattr(transfer, "SHIPPED", tmp_path / "weights")  # type: ignore[attr-defined]
    job, run = Make(["pictures"], tmp_path, minutes=3.0), tmp_path / "run"
    assert make_task.demo_px() == 64
    config, start = how_to_train(job, run)
    assert start == folder / "start.safetensors"
    assert config.lr == FINE_TUNE["lr"]
    assert how_to_train(replace(job, resolution_px=32), run)[1] is None

    run.mkdir()
    write_config(run, config, {})
    (folder / "start.safetensors").unlink()
    assert make_task.demo_px() == 32
    assert how_to_train(job, run) == (config, None)
    assert how_to_train(replace(job, minutes=9.0), run)[0].minutes == 9.0
