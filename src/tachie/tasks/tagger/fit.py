"""Fits the tagger. A batch is made from its own number beside the training: a run resumes exactly."""

from __future__ import annotations

import copy
import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save
from torch import Tensor
from torch.nn import functional

from tachie.core.attributes import COLOR_ATTRIBUTES
from tachie.core.files import write_atomically
from tachie.tasks.tagger.augment import augmented
from tachie.tasks.tagger.data import SCHEMA, Faces
from tachie.tasks.tagger.network import SIDE_PX, TagNet

AHEAD = 3  # batches made in advance
SAVE_EVERY = 250  # steps
SIZES = SCHEMA.sizes
SMALL_PX = 64
COLORED = np.array([group.name in (*COLOR_ATTRIBUTES, "skin") for group in SCHEMA.groups])
SHAPED = torch.from_numpy(np.repeat(~COLORED, SIZES))  # [L]: the logits that are not about colour


@dataclass(frozen=True, slots=True)
class FitConfig:
    """One fit: `steps` batches of `shares` faces from each set, the part `small` of them first, at `SMALL_PX`.

    The first part sees smaller pictures, at two thirds of the cost. `others` is the weight in the loss of each group
    beside the two colours. With `hues` pictures are turned in hue too, and colours are not asked for. `smooth` and `q`
    say how far a label is trusted; `q` is that of the generalised cross entropy (0: cross entropy, 1: mean absolute
    error).
    """

    steps: int
    shares: tuple[int, ...]
    lr: float = 2.0e-3
    seed: int = 0
    smooth: float = 0.1
    q: float = 0.0
    small: float = 0.0
    others: float = 0.4
    hues: bool = False
    ema: float = 0.998
    warmup: int = 150
    bf16: bool = True


def tag_loss(logits: Tensor, codes: Tensor, smooth: float = 0.0, q: float = 0.0, others: float = 1.0) -> Tensor:
    """Return the loss of logits [B, L] for codes [B, G], -1 where nothing is known: each group's mean, weighted.

    Generalised cross entropy (Zhang and Sabuncu 2018, equation 6) of the smoothed label: with q above 0 a tag that the
    picture contradicts pulls less than in cross entropy.
    """
    total = logits.new_zeros(())
    for group, part, code in zip(SCHEMA.groups, torch.split(logits, SIZES, 1), codes.unbind(1), strict=True):
        rows = (code >= 0).nonzero()[:, 0]
        if not len(rows):
            continue
        nats = functional.cross_entropy(part[rows], code[rows], label_smoothing=smooth, reduction="none")
        weight = 1.0 if group.name in COLOR_ATTRIBUTES else others
        total = total + weight * ((1 - torch.exp(-q * nats)) / q if q else nats).mean()
    return total


def fit(
    net: TagNet, sets: Sequence[Faces], config: FitConfig, out: Path, say: Callable[[str], None] = lambda line: None
) -> TagNet:
    """Train `net` and return its running mean; `out` holds the state, from which the same call goes on."""
    mean = copy.deepcopy(net)
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    decayed = [p for p in net.parameters() if p.ndim > 1]
    plain = [p for p in net.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}],
        lr=config.lr,
        betas=(0.9, 0.99),
    )
    step = first = _resume(out, config, net, mean, optimiser)
    net.train()
    start, running = time.monotonic(), 0.0
    for rgb, codes in _batches(sets, config, step):
        for group in optimiser.param_groups:
            group["lr"] = config.lr * _schedule(step, config)
        torch.manual_seed(config.seed * 1_000_003 + step)  # of the dropout
        with torch.autocast("cpu", torch.bfloat16, enabled=config.bf16):
            logits, _ = net(rgb)
        loss = tag_loss(logits.float(), codes, config.smooth, config.q, config.others)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        step += 1
        _follow(mean, net, min(config.ema, (step + 1) / (step + 10)))
        running = running * 0.98 + 0.02 * loss.item()
        if step % 50 == 0 or step == config.steps:
            rate = (step - first) * sum(config.shares) / (time.monotonic() - start)
            now = running / (1 - 0.98 ** (step - first))
            say(f"{out.name} {step}/{config.steps} loss {now:.3f} {rate:.0f} faces/s")
            _note(out, {"step": step, "loss": round(now, 4), "faces_a_second": round(rate, 1)})
        if step % SAVE_EVERY == 0 or step == config.steps:
            _save(out, config, step, net, mean, optimiser)
    return mean.eval()


def _schedule(step: int, config: FitConfig) -> float:
    if step < config.warmup:
        return (step + 1) / config.warmup
    done = (step - config.warmup) / max(1, config.steps - config.warmup)
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done))


def _batches(sets: Sequence[Faces], config: FitConfig, first: int) -> Iterator[tuple[Tensor, Tensor]]:
    def make(step: int) -> tuple[Tensor, Tensor]:
        rng = np.random.default_rng((config.seed, step))
        pictures, codes = [], []
        px = SMALL_PX if step < config.small * config.steps else SIDE_PX
        for faces, share in zip(sets, config.shares, strict=True):
            for row in rng.integers(0, len(faces), share) if len(faces) else ():
                pictures.append(augmented(faces.pixels[row], rng, px, config.hues))
                codes.append(np.where(COLORED & config.hues, -1, faces.codes[row]))
        rgb = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)  # already channels last
        return rgb.float(), torch.from_numpy(np.stack(codes).astype(np.int64))

    with ThreadPoolExecutor(1) as maker:
        waiting: list[Future[tuple[Tensor, Tensor]]] = []
        for step in range(first, config.steps):
            while len(waiting) < AHEAD and step + len(waiting) < config.steps:
                waiting.append(maker.submit(make, step + len(waiting)))
            yield waiting.pop(0).result()


@torch.no_grad()
def _follow(mean: TagNet, net: TagNet, keep: float) -> None:
    for a, b in zip(mean.state_dict().values(), net.state_dict().values(), strict=True):
        if a.dtype.is_floating_point:
            a.lerp_(b, 1 - keep)
        else:
            a.copy_(b)


def _note(out: Path, row: dict[str, float]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with (out / "curve.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def _save(out: Path, config: FitConfig, step: int, net: TagNet, mean: TagNet, optimiser: torch.optim.AdamW) -> None:
    out.mkdir(parents=True, exist_ok=True)
    tensors = {f"net.{k}": v for k, v in net.state_dict().items()}
    tensors |= {f"mean.{k}": v for k, v in mean.state_dict().items()}
    for k, state in optimiser.state_dict()["state"].items():
        tensors |= {f"adam.{k}.{name}": value for name, value in state.items()}
    notes = {"config": json.dumps(asdict(config)), "step": str(step)}
    write_atomically(out / "state.safetensors", save({k: v.contiguous() for k, v in tensors.items()}, notes))


def _resume(out: Path, config: FitConfig, net: TagNet, mean: TagNet, optimiser: torch.optim.AdamW) -> int:
    path = out / "state.safetensors"
    if not path.is_file():
        return 0
    with safe_open(path, "pt") as opened:
        notes = opened.metadata()
    if json.loads(notes["config"]) != json.loads(json.dumps(asdict(config))):
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
