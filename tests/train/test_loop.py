"""The trainer: what a run leaves behind, exact resumption, stopping."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load

from tachie.core.errors import FormatError, InputError, TrainingStopped, UsageError
from tachie.core.images import decode
from tachie.core.registry import names
from tachie.models._weights import read_checkpoint
from tachie.train import loop
from tachie.train.config import TrainConfig
from tachie.train.data import FaceSet
from tachie.train.loop import train


def tensors(run_dir: Path, name: str = "last") -> dict[str, torch.Tensor]:
    # Read, not mapped: some tests write over the file.
    return load((run_dir / "checkpoints" / f"{name}.safetensors").read_bytes())


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[key], b[key]) for key in a)


class Killed(Exception):
    pass


def killed_at(steps: int, faces: FaceSet, config: TrainConfig, run_dir: Path) -> None:
    """Train and break off after so many checkpoints, one of which is written after each step."""
    seen = []

    def note(progress: loop.TrainProgress) -> None:
        seen.append(progress)
        if len(seen) > steps:
            raise Killed

    clock = iter(range(0, 10**9, 2))  # every look at the clock is two seconds later, so each step is told of
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop.time, "monotonic", lambda: float(next(clock)))
        with pytest.raises(Killed):
            train(faces, config, run_dir, progress=note)


def test_a_run_leaves_figures_grids_a_page_checkpoints_and_what_it_is(faces, tiny, tmp_path):
    told = []
    result = train(faces, tiny(tick_s=1e-9, checkpoint_s=1e-9), tmp_path / "run", progress=told.append)
    run = tmp_path / "run"
    assert result.kimg == 0.024
    rows = [json.loads(line) for line in (run / "stats.jsonl").read_text().splitlines()]
    assert [row["cur_nimg"] for row in rows] == [4, 8, 12, 16, 20, 24]
    assert {"loss_d", "loss_g", "d_real", "d_fake", "gap", "images_per_s", "diversity", "elapsed_s", "lr"} <= rows[
        0
    ].keys()
    assert {"r1", "r2"} <= rows[0].keys()
    assert rows[-1]["lr"] < rows[0]["lr"]
    grid = decode(next((run / "grids").glob("*.png")).read_bytes()).rgb
    assert grid.shape == (256, 256, 3)
    page = (run / "index.html").read_text()
    assert "<svg" in page
    assert "finished" in page
    assert "refresh" not in page, "a finished page need not refresh"
    assert "http" not in page.replace("http-equiv", ""), "the page must fetch nothing"
    assert {p.name for p in (run / "checkpoints").iterdir()} == {
        f"{name}.{ending}" for name in ("last", "previous", "best") for ending in ("safetensors", "json")
    }
    about = json.loads((run / "generator.json").read_text())
    assert about["trained_on"] == {"name": "blobs", "rows": 40, "rights": "none: made by a test"}
    assert sum(about["label_row_counts"]) == 40


def test_the_grid_shows_the_first_drawing_at_its_place(faces, tiny, tmp_path):
    from tachie.train.judge import png, write_grid

    pictures = np.random.default_rng(0).integers(0, 256, (64, 8, 8, 3), np.uint8)
    write_grid(tmp_path / "g.png", pictures)
    sheet = decode((tmp_path / "g.png").read_bytes()).rgb
    assert np.array_equal(sheet[8:16, 16:24], pictures[10])
    assert np.array_equal(decode(png(sheet)).rgb, sheet)


@pytest.mark.parametrize("model", names("models"))
def test_a_resumed_run_is_bit_for_bit_the_unbroken_one(model, faces, tmp_path):
    settings = {"kimg": 0.048, "batch": 4, "penalty_every": 2, "threads": 1, "r1_gamma": 0.3, "precision": "fp32"}
    config = TrainConfig.preset(model, 32, **settings, width=0.125, checkpoint_s=1e9, tick_s=1e9)
    # More pictures than an epoch has, so that the order of the data is resumed too.
    train(faces, config, tmp_path / "unbroken")
    config = replace(config, checkpoint_s=1e-9)
    killed_at(5, faces, config, tmp_path / "broken")
    part = read_checkpoint(tmp_path / "broken", "last").facts["cur_nimg"]
    assert 0 < part < 48
    train(faces, config, tmp_path / "broken", resume=True)
    assert same(tensors(tmp_path / "unbroken"), tensors(tmp_path / "broken"))


def test_looking_at_a_run_does_not_change_it(faces, tiny, tmp_path):
    train(faces, tiny(tick_s=1e-9, checkpoint_s=1e-9), tmp_path / "watched", progress=lambda _: None)
    train(faces, tiny(tick_s=1e9, checkpoint_s=1e9), tmp_path / "alone")
    assert same(tensors(tmp_path / "watched"), tensors(tmp_path / "alone"))


def test_training_leaves_torchs_own_chance_alone(faces, tiny, tmp_path):
    torch.manual_seed(11)
    before = torch.get_rng_state()
    train(faces, tiny(), tmp_path / "run")
    assert torch.equal(before, torch.get_rng_state())


def test_another_seed_gives_another_run(faces, tiny, tmp_path):
    train(faces, tiny(), tmp_path / "a")
    train(faces, tiny(seed=4), tmp_path / "b")
    assert not same(tensors(tmp_path / "a"), tensors(tmp_path / "b"))


@pytest.mark.parametrize("damage", ["cut in half", "another checksum", "json cut", "json gone"])
def test_a_damaged_last_checkpoint_is_said_and_the_one_before_is_used(damage, faces, tiny, tmp_path):
    config = tiny(checkpoint_s=1e-9)
    run = tmp_path / "run"
    train(faces, config, run)
    unbroken = tensors(run)
    last = run / "checkpoints" / "last.safetensors"
    head = last.with_suffix(".json")
    if damage == "cut in half":
        last.write_bytes(last.read_bytes()[: last.stat().st_size // 2])
    elif damage == "another checksum":
        data = bytearray(last.read_bytes())
        data[-1] ^= 1
        last.write_bytes(bytes(data))
    elif damage == "json cut":
        head.write_text(head.read_text()[:20])
    else:
        head.unlink()
    told = []
    result = train(faces, config, run, resume=True, progress=told.append)
    assert any("last" in note and "went back" in note for note in result.notes)
    assert "went back" in told[0].note
    assert same(unbroken, tensors(run)), "going on from the one before leads to the same end"


def test_a_kill_between_two_renames_still_finds_a_good_checkpoint(faces, tiny, tmp_path):
    config = tiny(checkpoint_s=1e-9)
    train(faces, config, tmp_path / "run")
    unbroken = tensors(tmp_path / "run")
    folder = tmp_path / "run" / "checkpoints"
    # As if the process died after last.safetensors became previous.safetensors.
    (folder / "last.safetensors").replace(folder / "previous.safetensors")
    train(faces, config, tmp_path / "run", resume=True)
    assert same(unbroken, tensors(tmp_path / "run"))


def test_a_run_without_any_good_checkpoint_is_refused(faces, tiny, tmp_path):
    train(faces, tiny(), tmp_path / "run")
    for file in (tmp_path / "run" / "checkpoints").glob("*.safetensors"):
        file.write_bytes(b"")
    with pytest.raises(FormatError, match="no usable checkpoint"):
        train(faces, tiny(), tmp_path / "run", resume=True)


def test_numbers_that_are_not_finite_stop_the_run_and_the_last_good_checkpoint_stays(faces, tiny, tmp_path):
    config = tiny(lr=1e18, checkpoint_s=1e-9, kimg=1)
    with pytest.raises(TrainingStopped, match="finite"):
        train(faces, config, tmp_path / "run")
    assert all(t.isfinite().all() for t in tensors(tmp_path / "run").values() if t.is_floating_point())
    assert "no longer finite" in (tmp_path / "run" / "index.html").read_text()


def test_a_generator_that_stays_flat_past_half_time_stops_the_run(faces, tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(loop.Judge, "diversity", lambda *_: 0.0)
    with pytest.raises(TrainingStopped, match="collapsed"):
        train(faces, tiny(kimg=0.16, tick_s=1e-9), tmp_path / "run")
    rows = (tmp_path / "run" / "stats.jsonl").read_text().splitlines()
    assert json.loads(rows[-1])["cur_nimg"] > 80, "early on, drawings that look alike are no reason to stop"


def test_a_folder_that_holds_a_run_is_not_written_over(faces, tiny, tmp_path):
    train(faces, tiny(), tmp_path / "run")
    with pytest.raises(UsageError, match="holds a run"):
        train(faces, tiny(), tmp_path / "run")


def test_resuming_with_other_settings_names_them(faces, tiny, tmp_path):
    train(faces, tiny(), tmp_path / "run")
    with pytest.raises(UsageError, match=r"lr was 0\.001, now 0\.1"):
        train(faces, tiny(lr=0.1), tmp_path / "run", resume=True)


def test_resuming_with_more_kimg_goes_on(faces, tiny, tmp_path):
    train(faces, tiny(), tmp_path / "run")
    assert train(faces, tiny(kimg=0.032), tmp_path / "run", resume=True).kimg == 0.032


def test_resuming_on_other_faces_is_refused(faces, tiny, tmp_path):
    train(faces, tiny(), tmp_path / "run")
    fewer = FaceSet(faces.images[:30], faces.codes[:30], faces.schema)
    with pytest.raises(InputError, match="other faces"):
        train(fewer, tiny(), tmp_path / "run", resume=True)


def test_resuming_where_there_is_no_run_is_refused_with_what_to_type(faces, tiny, tmp_path):
    with pytest.raises(FormatError, match="not a run folder") as error:
        train(faces, tiny(), tmp_path / "none", resume=True)
    assert "tachie train" in error.value.hint


def test_a_run_folder_of_another_version_is_refused(faces, tiny, tmp_path):
    train(faces, tiny(), tmp_path / "run")
    file = tmp_path / "run" / "config.json"
    file.write_text(file.read_text().replace('"format_version": 1', '"format_version": 99'))
    with pytest.raises(FormatError, match="version 99"):
        train(faces, tiny(), tmp_path / "run", resume=True)


def test_init_starts_from_the_weights_of_another_run_even_with_other_labels(faces, tiny, tmp_path):
    train(faces, tiny(), tmp_path / "a")
    plain = FaceSet(faces.images, np.zeros((40, 0), np.int16), type(faces.schema)())
    result = train(plain, tiny(kimg=0.004, lr=1e-12), tmp_path / "b", init=tmp_path / "a")
    assert "tensors fit" in result.notes[-1]
    key = "G.synthesis.blocks.0.first.weight"
    assert torch.allclose(tensors(tmp_path / "b")[key], tensors(tmp_path / "a")[f"G_ema{key[1:]}"], atol=1e-6)


def test_minutes_end_a_run_and_the_rate_falls_with_the_clock_that_is_given(faces, tiny, tmp_path):
    looks = count()
    config = tiny(kimg=None, minutes=1.0, tick_s=1e-9)
    result = train(faces, config, tmp_path / "run", clock=lambda: 10.0 * next(looks))
    assert 60 <= result.elapsed_s <= 80  # a few looks at a clock that goes ten seconds a look
    assert result.kimg < 0.1
    rows = [json.loads(line) for line in (tmp_path / "run" / "stats.jsonl").read_text().splitlines()]
    assert rows[-1]["lr"] < 0.5 * rows[0]["lr"]
    # A finished run has nothing left to do.
    again = train(faces, config, tmp_path / "run", resume=True)
    assert again.kimg == result.kimg


def test_faces_of_another_size_than_the_run_are_refused(faces, tmp_path):
    with pytest.raises(UsageError, match="32 px"):
        train(faces, TrainConfig.preset("r3", 64, kimg=1), tmp_path / "run")


def test_a_run_killed_with_sigkill_resumes_to_the_same_end(faces, tmp_path):
    faces.pack(tmp_path / "faces.npz")
    code = """
import sys
from pathlib import Path
from tachie.train.config import TrainConfig
from tachie.train.data import FaceSet
from tachie.train import judge
from tachie.train.loop import train
judge.JUDGED_PICTURES = 64  # judging takes most of the time of runs this short
folder, run, resume, seconds = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "resume", float(sys.argv[4])
config = TrainConfig.preset("r3", 32, kimg=0.04, batch=4, threads=1, checkpoint_s=seconds, precision="fp32")
train(FaceSet.unpack(folder / "faces.npz"), config, folder / run, resume=resume)
"""
    command = [sys.executable, "-c", code, str(tmp_path)]
    process = subprocess.Popen([*command, "broken", "new", "0"])
    while not (tmp_path / "broken" / "checkpoints" / "previous.json").exists() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "it ended before it could be killed"
    subprocess.run([*command, "broken", "resume", "999"], check=True)
    subprocess.run([*command, "unbroken", "new", "999"], check=True)
    assert same(tensors(tmp_path / "broken"), tensors(tmp_path / "unbroken"))


def test_a_full_disk_is_named(faces, tiny, tmp_path, monkeypatch):
    import errno

    from tachie.core import files
    from tachie.core.errors import DiskFullError

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    train(faces, tiny(kimg=0.004), tmp_path / "run")
    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(DiskFullError, match="no space left"):
        train(faces, tiny(kimg=0.008), tmp_path / "run", resume=True)
    assert tensors(tmp_path / "run"), "what was there before is whole"
