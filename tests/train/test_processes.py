"""Training in two processes that share each batch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load

from tachie.core.errors import UsageError
from tachie.train.chance import Chance
from tachie.train.feed import Feed
from tachie.train.loop import train
from tachie.train.page import read_stats
from tachie.train.processes import Processes

_CODE = """
import hashlib, json, os, sys
from pathlib import Path
from tachie.train import judge, loop
from tachie.train.config import TrainConfig
from tachie.train.data import FaceSet

judge.JUDGED_PICTURES = loop.TICK_PICTURES = 64
folder = Path(sys.argv[1])
config = TrainConfig.from_json(json.loads(sys.argv[2]))
told = []
result = loop.train(FaceSet.unpack(folder / "faces.npz"), config, folder / "both", progress=told.append)
(folder / f"rank{os.environ['RANK']}.json").write_text(json.dumps({"kimg": result.kimg, "told": len(told)}))
"""


def test_two_processes_share_each_batch_and_come_to_what_one_comes_to(faces, tiny, tmp_path):
    faces.pack(tmp_path / "faces.npz")
    config = tiny(kimg=0.032, batch=8, tick_s=1e-9)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "torch.distributed.run", "--nnodes", "1", "--nproc-per-node", "2"),
            *("--rdzv-backend", "c10d", "--rdzv-endpoint", "127.0.0.1:0", "--local-addr", "127.0.0.1"),
            *("--no-python", sys.executable, "-c", _CODE, str(tmp_path), json.dumps(config.to_json())),
        ],
        env={**os.environ, "OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    ranks = [json.loads((tmp_path / f"rank{i}.json").read_text()) for i in (0, 1)]
    assert [rank["kimg"] for rank in ranks] == [0.032, 0.032]
    assert ranks[0]["told"] > 0
    assert ranks[1]["told"] == 0, "the first process alone tells"

    train(faces, config, tmp_path / "one")
    two, one = read_stats(tmp_path / "both"), read_stats(tmp_path / "one")
    assert [row["cur_nimg"] for row in two] == [row["cur_nimg"] for row in one] == [8, 16, 24, 32]
    # The same in kind, not in bits: each process looks for sameness in its own half of the batch.
    for mine, alone in zip(two, one, strict=True):
        assert mine["loss_d"] == pytest.approx(alone["loss_d"], abs=0.15)
    state, single = (
        load((tmp_path / run / "checkpoints" / "last.safetensors").read_bytes()) for run in ("both", "one")
    )
    assert state.keys() == single.keys()
    assert torch.equal(state["chance"], single["chance"]), "chance stays in step, so one state is enough"
    apart = torch.cat([(state[k] - single[k]).flatten() for k in state if k.startswith("G.")]).norm()
    moved = torch.cat([single[k].flatten() for k in single if k.startswith("G.")]).norm()
    assert apart < 0.05 * moved
    # And one process goes on where two left off.
    assert train(faces, replace(config, kimg=0.04), tmp_path / "both", resume=True).kimg == 0.04


def test_each_process_takes_its_own_part_of_the_same_numbers():
    whole, halves = Chance(5), [Chance(5, rank, 2) for rank in (0, 1)]
    for draw in ("normal", "uniform"):
        assert torch.equal(getattr(whole, draw)(8, 3), torch.cat([getattr(h, draw)(4, 3) for h in halves]))
    assert torch.equal(whole.below(9, 8, 2), torch.cat([h.below(9, 4, 2) for h in halves]))
    assert torch.equal(whole.state(), halves[1].state())


def test_two_feeds_share_a_batch_without_overlap(faces, tiny):
    def part(rank: int, world: int) -> np.ndarray:
        processes = Processes("cpu", "fp32")
        processes.rank, processes.world = rank, world
        return Feed(faces, tiny(batch=8), processes).real(36)[0].numpy()

    assert np.array_equal(part(0, 1), np.concatenate([part(0, 2), part(1, 2)]))


def test_pictures_that_lie_on_the_device_as_a_whole_are_the_same_pictures(faces, tiny, monkeypatch):
    held = Feed(faces, tiny(), Processes("cpu", "fp32"))
    monkeypatch.setattr(Feed, "_fits", lambda _: True)
    whole = Feed(faces, tiny(), Processes("cpu", "fp32"))
    for at in (0, 4, 40):
        for a, b in zip(held.real(at), whole.real(at), strict=True):
            assert torch.equal(a, b)


def test_a_batch_that_cannot_be_shared_is_refused(faces, tiny):
    processes = Processes("cpu", "fp32")
    processes.world = 3
    with pytest.raises(UsageError, match="cannot be shared by 3"):
        Feed(faces, tiny(batch=8), processes)


def test_starting_says_nothing(caplog):
    with caplog.at_level("INFO"):
        assert Processes("cpu", "bf16").bf16
    assert caplog.records == []


def test_a_device_that_is_not_there_is_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UsageError, match="no CUDA device") as error:
        Processes("cuda")
    assert "--device cpu" in error.value.hint


def test_training_goes_without_lightning(faces, tiny, tmp_path, monkeypatch):
    train(faces, tiny(kimg=0.008), tmp_path / "with")
    for name in ("lightning_fabric", "lightning", "lightning.fabric"):
        monkeypatch.setitem(sys.modules, name, None)
    train(faces, tiny(kimg=0.008), tmp_path / "without")
    a, b = (load((tmp_path / run / "checkpoints" / "last.safetensors").read_bytes()) for run in ("with", "without"))
    assert all(torch.equal(a[key], b[key]) for key in a)
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "1")
    with pytest.raises(UsageError, match="needs Lightning Fabric"):
        Processes("cpu")
