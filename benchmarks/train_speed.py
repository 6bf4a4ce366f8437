"""The trainer's images a second at 64 px beside a plain loop of the same networks and losses, in the same run.

Usage: python -m benchmarks.train_speed [--seconds 60] [--threads 2] [--cpu-seconds]

Both take turns in stretches of a tenth of the time, so that a noisy machine troubles both alike; each turn begins
with warm networks. The ratio is what the trainer costs beyond its arithmetic: figures, pages, grids, checkpoints.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch

from tachie.core.conditions import Group, LabelSchema
from tachie.models.r3 import R3
from tachie.train import ema, loop
from tachie.train.augment import mirrored, shifted
from tachie.train.chance import Chance
from tachie.train.config import TrainConfig
from tachie.train.data import FaceSet
from tachie.train.loop import TrainProgress, train
from tachie.train.loss import gradient_penalty, label_loss, relativistic

TURNS = 5


def random_faces(count: int, px: int) -> FaceSet:
    """Return a set of noise pictures under one label of twelve values: speed does not depend on what they show."""
    rng = np.random.default_rng(0)
    schema = LabelSchema((Group("year", tuple(str(2000 + i) for i in range(12))),))
    images = rng.integers(0, 256, (count, px, px, 3), np.uint8)
    return FaceSet(images, rng.integers(0, 12, (count, 1)).astype(np.int16), schema, "noise")


class PlainLoop:
    """The same step with nothing around it."""

    def __init__(self, faces: FaceSet, config: TrainConfig, clock: Callable[[], float]) -> None:
        torch.manual_seed(0)
        self.clock = clock
        self.config, self.schema = config, faces.schema
        self.images = torch.from_numpy(faces.images)
        self.c = torch.from_numpy(faces.schema.columns(faces.codes))
        model = R3(config.resolution, faces.schema.c_dim)
        self.G, self.D, self.G_ema = model.generator(), model.discriminator(), model.generator()
        for weight in (w for net in (self.G, self.D, self.G_ema) for w in net.parameters() if w.ndim == 4):
            weight.data = weight.data.contiguous(memory_format=torch.channels_last)
        self.opt_G, self.opt_D = (
            torch.optim.Adam(net.parameters(), config.lr, betas=config.betas, foreach=True) for net in (self.G, self.D)
        )
        self.chance = Chance(0)
        self.step = 0

    def run(self, seconds: float) -> tuple[int, float]:
        """Train for so many seconds and return (images, seconds)."""
        start, images = self.clock(), 0
        while self.clock() - start < seconds:
            self.one_step()
            images += self.config.batch
        return images, self.clock() - start

    def one_step(self) -> None:
        """Do one step of both networks."""
        config, chance = self.config, self.chance
        picked = chance.below(len(self.images), config.batch)
        real = self.images[picked].permute(0, 3, 1, 2).float().div(127.5).sub(1)
        c = self.c[picked]
        real = shifted(mirrored(real, chance), chance)
        fake = shifted(self.G(chance.normal(config.batch, self.G.z_dim), c), chance)
        real_score, real_labels = self.D(real, c)
        fake_score, _ = self.D(fake.detach(), c)
        loss = relativistic(real_score, fake_score)
        loss = loss + config.label_weight * label_loss(real_labels, c, self.schema)
        if self.step % config.penalty_every == 0:
            penalty = gradient_penalty(self.D, real, c) + gradient_penalty(self.D, fake, c)
            loss = loss + config.penalty_every * config.r1_gamma / 2 * penalty
        self.opt_D.zero_grad()
        torch.autograd.backward(loss)
        self.opt_D.step()
        self.D.requires_grad_(False)
        fake_score, fake_labels = self.D(fake, c)
        loss = relativistic(fake_score, real_score.detach())
        loss = loss + config.label_weight * label_loss(fake_labels, c, self.schema)
        self.opt_G.zero_grad()
        torch.autograd.backward(loss)
        self.opt_G.step()
        self.D.requires_grad_(True)
        ema.update(self.G_ema, self.G, config.batch, 20.0)
        self.step += 1


def main() -> None:
    """Print both rates and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="for each of the two (default 60)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--resolution", type=int, default=64)
    parser.add_argument("--cpu-seconds", action="store_true", help="count CPU seconds: on a busy machine, --threads 1")
    told = parser.parse_args()
    if told.cpu_seconds:  # the trainer's ticks and checkpoints by the same clock, or they would come too often
        vars(loop)["time"] = SimpleNamespace(monotonic=time.process_time)
    clock = time.process_time if told.cpu_seconds else time.perf_counter
    torch.set_num_threads(told.threads)
    faces = random_faces(2_000, told.resolution)
    config = TrainConfig.preset("r3", told.resolution, kimg=1e6, threads=told.threads, precision="fp32")
    plain = PlainLoop(faces, config, clock)
    plain.run(3.0)
    images = {"trainer": 0, "plain": 0}
    seconds = {"trainer": 0.0, "plain": 0.0}

    # The trainer's progress call, about once a second, is where the plain loop takes its turn.
    class Over(Exception):
        pass

    state = {"since": 0.0, "from": 0.0, "warm": 0.0}

    def turn(progress: TrainProgress) -> None:
        now = clock()
        if not state["warm"]:
            state.update(warm=now, since=now, **{"from": progress.kimg})
            return
        if now - state["since"] < told.seconds / TURNS:
            return
        images["trainer"] += round((progress.kimg - state["from"]) * 1000)
        seconds["trainer"] += now - state["since"]
        count, took = plain.run(told.seconds / TURNS)
        images["plain"] += count
        seconds["plain"] += took
        if seconds["plain"] >= told.seconds:
            raise Over
        state["since"], state["from"] = clock(), progress.kimg

    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(Over):
        train(faces, config, Path(folder) / "run", progress=turn)
    rates = {name: images[name] / seconds[name] for name in images}
    for name, rate in rates.items():
        print(f"{name:8} {rate:7.1f} images/s  ({images[name]} images in {seconds[name]:.0f} s)")
    print(f"ratio    {rates['trainer'] / rates['plain']:7.2f}  (trainer / plain)")


if __name__ == "__main__":
    main()
