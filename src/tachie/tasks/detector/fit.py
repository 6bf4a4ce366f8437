"""Fits the head detector. Scenes are made beside the training, each from its own number: a run resumes exactly."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from tachie.tasks.detector.loss import detection_loss, grid
from tachie.tasks.detector.network import HeadNet
from tachie.tasks.detector.scenes import Stock, scene
from tachie.tasks.fitting import Fitted, made_ahead, schedule
from tachie.train.processes import bf16_is_fast

SAVE_EVERY = 200  # steps
LEAST_RATE = 0.02  # of the learning rate, at the end


@dataclass(frozen=True, slots=True)
class FitConfig:
    """One fit: `steps` batches of `batch` scenes of `px` by `px`, a share `real` of them from whole pictures."""

    steps: int
    px: int = 256
    batch: int = 16
    lr: float = 2e-3
    real: float = 0.0
    seed: int = 0
    ema: float = 0.998
    warmup: int = 100


def fit(
    net: HeadNet, stock: Stock, config: FitConfig, out: Path, say: Callable[[str], None] = lambda line: None
) -> HeadNet:
    """Train `net` and return its running mean; `out` holds the state, from which the same call goes on."""
    mean = HeadNet()
    mean.load_state_dict(net.state_dict())
    optimiser = torch.optim.AdamW(net.parameters(), lr=config.lr, weight_decay=0.02, betas=(0.9, 0.99))
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    state = Fitted(net, mean, optimiser)
    state.resume(out, asdict(config))
    places, strides = grid(config.px)
    net.train()
    bf16 = bf16_is_fast("cpu")  # 76 scenes a second instead of 41
    start, first = time.monotonic(), state.step
    sums = np.zeros(2)
    for rgb, truth in made_ahead(lambda step: _batch(stock, config, step), first, config.steps):
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            logits, boxes = net(rgb)
        score, box = detection_loss(logits, boxes, truth, places, strides)
        rate = schedule(state.step, config.steps, config.warmup, LEAST_RATE)
        state.learn(score + box, config.lr * rate, config.ema)
        step = state.step
        sums = sums * 0.98 + 0.02 * np.array([score.item(), box.item()])
        if step % 50 == 0 or step == config.steps:
            speed = (step - first) * config.batch / (time.monotonic() - start)
            norm = 1 - 0.98 ** min(step - first, 10_000)
            say(f"{step}/{config.steps} score {sums[0] / norm:.3f} box {sums[1] / norm:.3f} {speed:.1f} images/s")
        if step % SAVE_EVERY == 0 or step == config.steps:
            state.save(out, asdict(config))
    return mean.eval()


def _batch(stock: Stock, config: FitConfig, step: int) -> tuple[Tensor, list[Tensor]]:
    made = [
        scene(stock, np.random.default_rng((config.seed, step, k)), config.px, config.real) for k in range(config.batch)
    ]
    rgb = torch.from_numpy(np.stack([m.pixels for m in made])).permute(0, 3, 1, 2)  # already channels last
    return rgb.float() / 255, [torch.from_numpy(m.heads) for m in made]
