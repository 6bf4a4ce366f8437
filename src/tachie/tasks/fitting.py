"""What every fit of a recognising network needs: a state that resumes exactly, a schedule, batches made ahead."""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save
from torch import Tensor, nn

from tachie.core.files import write_atomically
from tachie.train.checkpoint import load_optimizer, optimizer_tensors

AHEAD = 3  # batches made in advance
STATE_NAME = "state.safetensors"
MOST_GRADIENT = 5.0  # its norm is clipped to this

Batch = TypeVar("Batch")


@dataclass(slots=True)
class Fitted:
    """A network being fitted, its running mean, which is what is kept of a fit, and the steps that are done."""

    net: nn.Module
    mean: nn.Module
    optimiser: torch.optim.AdamW
    step: int = 0

    def learn(self, loss: Tensor, lr: float, ema: float) -> None:
        """Take one step down `loss`; the mean keeps at most `ema` of itself, and less in the first steps."""
        for group in self.optimiser.param_groups:
            group["lr"] = lr
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), MOST_GRADIENT)
        self.optimiser.step()
        self.step += 1
        follow(self.mean, self.net, min(ema, (self.step + 1) / (self.step + 10)))

    def save(self, out: Path, config: Mapping[str, Any]) -> None:
        """Write the state into `out`, with the settings that it is of."""
        out.mkdir(parents=True, exist_ok=True)
        tensors = {f"net.{k}": v for k, v in self.net.state_dict().items()}
        tensors |= {f"mean.{k}": v for k, v in self.mean.state_dict().items()}
        tensors |= optimizer_tensors("adam", self.optimiser)
        notes = {"config": json.dumps(config), "step": str(self.step)}
        write_atomically(out / STATE_NAME, save({k: v.contiguous() for k, v in tensors.items()}, notes))

    def resume(self, out: Path, config: Mapping[str, Any]) -> None:
        """Go on from the state in `out`, where there is one; raises `ValueError` if it is of other settings."""
        path = out / STATE_NAME
        if not path.is_file():
            return
        with safe_open(path, "pt") as opened:
            notes = opened.metadata()
        if json.loads(notes["config"]) != json.loads(json.dumps(config)):
            raise ValueError(f"{path} is of another configuration: {notes['config']}")
        tensors = load_file(path)
        self.net.load_state_dict({k[4:]: v for k, v in tensors.items() if k.startswith("net.")})
        self.mean.load_state_dict({k[5:]: v for k, v in tensors.items() if k.startswith("mean.")})
        load_optimizer("adam", self.optimiser, tensors)
        self.step = int(notes["step"])


@torch.no_grad()
def follow(mean: nn.Module, net: nn.Module, keep: float) -> None:
    """Move a running mean towards a network, of which it keeps `keep` of itself; what is counted is copied."""
    for a, b in zip(mean.state_dict().values(), net.state_dict().values(), strict=True):
        if a.dtype.is_floating_point:
            a.lerp_(b, 1 - keep)
        else:
            a.copy_(b)


def schedule(step: int, steps: int, warmup: int, floor: float) -> float:
    """Return the part of the learning rate at a step: a line up for `warmup` steps, then a cosine down to `floor`."""
    if step < warmup:
        return (step + 1) / warmup
    done = (step - warmup) / max(1, steps - warmup)
    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * done))


def made_ahead(make: Callable[[int], Batch], first: int, last: int | None = None) -> Iterator[Batch]:
    """Yield `make(first)` to `make(last - 1)`, or without end, made on a thread beside the training.

    `AHEAD` of them at most are made in advance.
    """
    steps: Iterator[int] = count(first) if last is None else iter(range(first, last))
    waiting: deque[Future[Batch]] = deque()
    with ThreadPoolExecutor(1) as maker:
        while True:
            waiting.extend(maker.submit(make, step) for step in islice(steps, AHEAD - len(waiting)))
            if not waiting:
                return
            yield waiting.popleft().result()


def decaying_weights(net: nn.Module, lr: float, decay: float) -> torch.optim.AdamW:
    """Return an optimiser that lets weights decay, and leaves biases and norms, which have one dimension, alone."""
    decayed = [p for p in net.parameters() if p.ndim > 1]
    plain = [p for p in net.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": decay}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=lr, betas=(0.9, 0.99))
