"""Fits the head detector. Scenes are made beside the training, each from its own number: a run resumes exactly."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save
from torch import Tensor

from tachie.core.files import write_atomically
from tachie.tasks.detector.loss import detection_loss, grid
from tachie.tasks.detector.network import HeadNet
from tachie.tasks.detector.scenes import Stock, scene

AHEAD = 3  # batches made in advance
SAVE_EVERY = 200  # steps


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
    step = _resume(out, config, net, mean, optimiser)
    places, strides = grid(config.px)
    net.train()
    bf16 = _bf16_is_fast()
    start, first = time.monotonic(), step
    sums = np.zeros(2)
    for rgb, truth in _batches(stock, config, step):
        for group in optimiser.param_groups:
            group["lr"] = config.lr * _schedule(step, config)
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            logits, boxes = net(rgb)
        score, box = detection_loss(logits, boxes, truth, places, strides)
        optimiser.zero_grad(set_to_none=True)
        (score + box).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        step += 1
        _follow(mean, net, min(config.ema, (step + 1) / (step + 10)))
        sums = sums * 0.98 + 0.02 * np.array([score.item(), box.item()])
        if step % 50 == 0 or step == config.steps:
            rate = (step - first) * config.batch / (time.monotonic() - start)
            norm = 1 - 0.98 ** min(step - first, 10_000)
            say(f"{step}/{config.steps} score {sums[0] / norm:.3f} box {sums[1] / norm:.3f} {rate:.1f} images/s")
        if step % SAVE_EVERY == 0 or step == config.steps:
            _save(out, config, step, net, mean, optimiser)
    return mean.eval()


def _bf16_is_fast() -> bool:
    """Whether this CPU has AVX512-BF16: 76 scenes a second instead of 41; without it torch falls back to slow loops."""
    probe = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(probe is not None and probe())


def _schedule(step: int, config: FitConfig) -> float:
    if step < config.warmup:
        return (step + 1) / config.warmup
    done = (step - config.warmup) / max(1, config.steps - config.warmup)
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done))


def _batches(stock: Stock, config: FitConfig, first: int) -> Iterator[tuple[Tensor, list[Tensor]]]:
    def make(step: int) -> tuple[Tensor, list[Tensor]]:
        made = [
            scene(stock, np.random.default_rng((config.seed, step, k)), config.px, config.real)
            for k in range(config.batch)
        ]
        rgb = torch.from_numpy(np.stack([m.pixels for m in made])).permute(0, 3, 1, 2)  # already channels last
        return rgb.float() / 255, [torch.from_numpy(m.heads) for m in made]

    with ThreadPoolExecutor(1) as maker:
        waiting: list[Future[tuple[Tensor, list[Tensor]]]] = []
        for step in range(first, config.steps):
            while len(waiting) < AHEAD and step + len(waiting) < config.steps:
                waiting.append(maker.submit(make, step + len(waiting)))
            yield waiting.pop(0).result()


@torch.no_grad()
def _follow(mean: HeadNet, net: HeadNet, keep: float) -> None:
    for a, b in zip(mean.state_dict().values(), net.state_dict().values(), strict=True):
        if a.dtype.is_floating_point:
            a.lerp_(b, 1 - keep)
        else:
            a.copy_(b)


def _save(out: Path, config: FitConfig, step: int, net: HeadNet, mean: HeadNet, optimiser: torch.optim.AdamW) -> None:
    out.mkdir(parents=True, exist_ok=True)
    tensors = {f"net.{k}": v for k, v in net.state_dict().items()}
    tensors |= {f"mean.{k}": v for k, v in mean.state_dict().items()}
    for k, state in optimiser.state_dict()["state"].items():
        tensors |= {f"adam.{k}.{name}": value for name, value in state.items()}
    notes = {"config": json.dumps(asdict(config)), "step": str(step)}
    write_atomically(out / "state.safetensors", save({k: v.contiguous() for k, v in tensors.items()}, notes))


def _resume(out: Path, config: FitConfig, net: HeadNet, mean: HeadNet, optimiser: torch.optim.AdamW) -> int:
    path = out / "state.safetensors"
    if not path.is_file():
        return 0
    with safe_open(path, "pt") as opened:
        notes = opened.metadata()
    if json.loads(notes["config"]) != asdict(config):
        raise ValueError(f"{path} is of another configuration: {notes['config']}")
    tensors = load_file(path)
    net.load_state_dict({k[4:]: v for k, v in tensors.items() if k.startswith("net.")})
    mean.load_state_dict({k[5:]: v for k, v in tensors.items() if k.startswith("mean.")})
    kept = optimiser.state_dict()
    for key, value in tensors.items():
        if key.startswith("adam."):
            _, index, name = key.split(".")
            kept["state"].setdefault(int(index), {})[name] = value
    optimiser.load_state_dict(kept)
    return int(notes["step"])
