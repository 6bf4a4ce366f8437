"""Fits the tagger. A batch is made from its own number beside the training: a run resumes exactly."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from tachie.core.attributes import COLOR_ATTRIBUTES
from tachie.tasks.fitting import Fitted, decaying_weights, made_ahead, schedule
from tachie.tasks.tagger.augment import augmented
from tachie.tasks.tagger.data import SCHEMA, Faces
from tachie.tasks.tagger.network import SIDE_PX, TagNet
from tachie.train.processes import bf16_is_fast

SAVE_EVERY = 250  # steps
LEAST_RATE = 0.01  # of the learning rate, at the end
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
    error). `bf16` is taken where the CPU is quick in it.
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
    state = Fitted(net, mean, decaying_weights(net, config.lr, decay=0.05))
    state.resume(out, asdict(config))
    net.train()
    bf16 = config.bf16 and bf16_is_fast("cpu")
    start, first, running = time.monotonic(), state.step, 0.0
    for rgb, codes in made_ahead(lambda step: _batch(sets, config, step), first, config.steps):
        torch.manual_seed(config.seed * 1_000_003 + state.step)  # of the dropout
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            logits, _ = net(rgb)
        loss = tag_loss(logits.float(), codes, config.smooth, config.q, config.others)
        state.learn(loss, config.lr * schedule(state.step, config.steps, config.warmup, LEAST_RATE), config.ema)
        step = state.step
        running = running * 0.98 + 0.02 * loss.item()
        if step % 50 == 0 or step == config.steps:
            rate = (step - first) * sum(config.shares) / (time.monotonic() - start)
            now = running / (1 - 0.98 ** (step - first))
            say(f"{out.name} {step}/{config.steps} loss {now:.3f} {rate:.0f} faces/s")
            _note(out, {"step": step, "loss": round(now, 4), "faces_a_second": round(rate, 1)})
        if step % SAVE_EVERY == 0 or step == config.steps:
            state.save(out, asdict(config))
    return mean.eval()


def _batch(sets: Sequence[Faces], config: FitConfig, step: int) -> tuple[Tensor, Tensor]:
    rng = np.random.default_rng((config.seed, step))
    pictures, codes = [], []
    px = SMALL_PX if step < config.small * config.steps else SIDE_PX
    for faces, share in zip(sets, config.shares, strict=True):
        for row in rng.integers(0, len(faces), share) if len(faces) else ():
            pictures.append(augmented(faces.pixels[row], rng, px, config.hues))
            codes.append(np.where(COLORED & config.hues, -1, faces.codes[row]))
    rgb = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)  # already channels last
    return rgb.float(), torch.from_numpy(np.stack(codes).astype(np.int64))


def _note(out: Path, row: dict[str, float]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with (out / "curve.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
