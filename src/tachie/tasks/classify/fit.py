"""Fits a classifier. A batch is made of its own number alone, beside the training: a run resumes exactly."""

from __future__ import annotations

import copy
import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from tachie.core.errors import TrainingStopped
from tachie.core.files import write_atomically
from tachie.models._weights import FOLDER, load_module, module_tensors, read_checkpoint
from tachie.tasks.classify.augment import changed
from tachie.tasks.classify.config import STATS_NAME, Config
from tachie.tasks.classify.data import Faces
from tachie.tasks.classify.networks import Classifier, as_tensor
from tachie.tasks.fitting import decaying_weights, follow, made_ahead
from tachie.train.checkpoint import load_optimizer, load_state, optimizer_tensors, save_best, save_last
from tachie.train.processes import bf16_is_fast

LOOKED_AT = 1_000  # faces of the validation set that choose, spread over it
LEAST_LOOKS = 12  # at the validation set in a run that ends by minutes,
LOOK_PART = 5  # unless a look takes more than one such part of the time
WARMUP = 0.03  # part of the run over which the rate rises
LAST_RATE = 0.01  # of the first
EMA = 0.997  # of the running mean, which is what is judged; it forgets quickly in the first steps
SEEN_TIMES = 40
LEAST_SHOWN = 0.3  # of what the network is shown of a large set
_JUDGED_AT_ONCE = 128

Progress = Callable[[str, float, float, str], None]


@dataclass
class State:
    """How far a run is: what a checkpoint says beside its tensors."""

    step: int = 0
    elapsed_s: float = 0.0
    best: tuple[float, float] = (-1.0, -math.inf)  # accuracy, then minus the loss, on the validation set
    best_step: int = 0
    stale: int = 0  # looks since then
    total: float = 0.0  # of the losses since the last look
    counted: int = 0
    curve: list[dict[str, float]] = field(default_factory=list)


def fit(
    net: Classifier,
    train: Faces,
    validation: Faces,
    config: Config,
    run_dir: Path,
    *,
    resume: bool = False,
    device: str = "cpu",
    progress: Progress = lambda what, done, total, unit: None,
    clock: Callable[[], float] = time.monotonic,
) -> State:
    """Train `net`, leave it with the weights that were best on the validation set, and say how it went.

    Those are weights averaged over steps. Ends after `config.settings.epochs`, after `config.minutes`, or where
    `patience` is used up. With `resume` a run goes on from its last checkpoint; where it ends by epochs, the result on
    a CPU is bit for bit that of an unbroken run. Raises `TrainingStopped` on a loss that is not finite.
    """
    settings = config.settings
    steps_an_epoch = max(1, len(train) // settings.batch)
    steps = _steps(net, config, len(train), steps_an_epoch)
    seen = None if net.augmented else _seen(net, train, device)
    if seen is not None:
        net.adjust(seen)
    mean = copy.deepcopy(net).eval().requires_grad_(False).to(device)
    net.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = decaying_weights(net, settings.lr, settings.weight_decay)
    weights = _class_weights(train.codes, net.classes, settings.balance).to(device)
    bf16 = net.augmented and (settings.precision == "bf16" or (settings.precision == "auto" and _bf16(device)))
    state = _resumed(run_dir, net, mean, optimiser) if resume else State()
    write_atomically(run_dir / STATS_NAME, "".join(json.dumps(row) + "\n" for row in state.curve))
    judge = _Judge(validation, net, device)
    began, last_save = clock() - state.elapsed_s, time.monotonic()
    last_look, look_s = state.elapsed_s, 0.0
    over = _done(state, steps, config) >= 1  # a run that was stopped after its training has all it needs

    for batch in _batches(train, config, net, state.step, seen) if not over else ():
        state.elapsed_s = clock() - began
        done = _done(state, steps, config)
        rate = settings.lr * _rate(done)
        for group in optimiser.param_groups:
            group["lr"] = rate
        net.train()
        torch.manual_seed(config.seed * 1_000_003 + state.step)  # of the dropout
        given, codes = batch
        with torch.autocast(device, torch.bfloat16, enabled=bf16):
            logits = (net(given.to(device)) if seen is None else net.judged(given.to(device))).float()
        loss = functional.cross_entropy(logits, codes.to(device), weights, label_smoothing=settings.smoothing)
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        state.step += 1
        follow(mean, net, min(EMA, (state.step + 1) / (state.step + 10)))
        state.total, state.counted = state.total + float(loss.detach()), state.counted + 1
        if not math.isfinite(state.total):
            raise TrainingStopped(
                "training stopped: the loss is no longer a finite number",
                f"{run_dir} keeps the last good checkpoint. Try --setting lr={settings.lr / 4:g}",
            )

        state.elapsed_s = clock() - began
        done = _done(state, steps, config)
        over = done >= 1
        if config.minutes is not None and not settings.epochs:
            progress("training", min(state.elapsed_s, 60 * config.minutes), 60 * config.minutes, "s")
        else:
            progress("training", state.step, steps, "steps")
        by_time = config.minutes is not None and state.elapsed_s - last_look >= max(
            60 * config.minutes / LEAST_LOOKS, LOOK_PART * look_s
        )
        if state.step % steps_an_epoch == 0 or by_time or over:
            looked = state.elapsed_s
            accuracy, nats = judge(mean)
            last_look = state.elapsed_s = clock() - began
            look_s = last_look - looked
            row = {
                "step": state.step,
                "faces": state.step * min(settings.batch, len(train)),
                "loss": round(state.total / state.counted, 5),
                "validation_loss": round(nats, 5),
                "validation_accuracy": round(accuracy, 5),
                "lr": float(f"{rate:.4g}"),
                "elapsed_s": round(state.elapsed_s, 1),
            }
            state.total, state.counted = 0.0, 0
            state.curve.append(row)
            with (run_dir / STATS_NAME).open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
            if (accuracy, -nats) > state.best:
                state.best, state.best_step, state.stale = (accuracy, -nats), state.step, 0
                save_best(run_dir, module_tensors("mean", mean), asdict(state))
            else:
                state.stale += 1
                over = over or bool(settings.patience and state.stale >= settings.patience)
        if over or time.monotonic() - last_save >= settings.checkpoint_s:
            _save(run_dir, net, mean, optimiser, state)
            last_save = time.monotonic()
        if over:
            break

    load_module("mean", net, read_checkpoint(run_dir, "best").tensors)
    net.to("cpu").eval()
    return state


def _steps(net: Classifier, config: Config, faces: int, steps_an_epoch: int) -> int:
    """Return after how many steps a run ends by itself; one that is given minutes has as many as it can."""
    if config.settings.epochs:
        return config.settings.epochs * steps_an_epoch
    if config.minutes is not None:
        return 2**62
    return max(8, math.ceil(faces_shown(net, faces) / faces)) * steps_an_epoch


def faces_shown(net: Classifier, faces: int) -> int:
    """Return how many faces a run is shown that is not told how long: of a small set each of them `SEEN_TIMES`."""
    return min(net.shown, max(int(net.shown * LEAST_SHOWN), SEEN_TIMES * faces))


def _done(state: State, steps: int, config: Config) -> float:
    by_time = 0.0 if config.minutes is None else state.elapsed_s / (60 * config.minutes)
    return max(state.step / steps, by_time)


def _rate(done: float) -> float:
    if done < WARMUP:
        return 0.05 + 0.95 * done / WARMUP
    return LAST_RATE + (1 - LAST_RATE) * 0.5 * (1 + math.cos(math.pi * min(1.0, (done - WARMUP) / (1 - WARMUP))))


def _bf16(device: str) -> bool:
    return bf16_is_fast(torch.device(device).type)


def _class_weights(codes: NDArray[np.int64], classes: int, balance: float) -> Tensor:
    """Return what each class weighs in the loss [K], n^-balance; over the faces the mean is 1."""
    counts = np.bincount(codes, minlength=classes).clip(1)
    weights = counts.astype(np.float64) ** -balance
    return torch.from_numpy((weights / (weights[codes].mean())).astype(np.float32))


@torch.no_grad()
def _seen(net: Classifier, faces: Faces, device: str) -> Tensor:
    parts = [
        net.seen(as_tensor(faces.pictures[i : i + _JUDGED_AT_ONCE]).to(device)).cpu()
        for i in range(0, len(faces), _JUDGED_AT_ONCE)
    ]
    return torch.cat(parts)


def _batches(
    faces: Faces, config: Config, net: Classifier, first: int, seen: Tensor | None
) -> Iterator[tuple[Tensor, Tensor]]:
    """Return batches without end from step `first` on: an epoch is a permutation of its own, the rest of it unseen."""
    batch = min(config.settings.batch, len(faces))
    steps_an_epoch = max(1, len(faces) // config.settings.batch)
    full, plain = config.settings.augment == "full", config.settings.augment == "none"

    def make(step: int) -> tuple[Tensor, Tensor]:
        epoch, place = divmod(step, steps_an_epoch)
        order = np.random.default_rng((config.seed, epoch)).permutation(len(faces))
        rows = order[place * batch : (place + 1) * batch]
        codes = torch.from_numpy(faces.codes[rows])
        if seen is not None:
            return seen[torch.from_numpy(rows)], codes
        rng = np.random.default_rng((config.seed, 1, step))
        pictures = [faces.pictures[i] if plain else changed(faces.pictures[i], rng, full) for i in rows]
        return as_tensor(np.stack(pictures)), codes

    return made_ahead(make, first)


class _Judge:
    """Accuracy and mean loss in nats on a part of the validation set that stays the same."""

    def __init__(self, faces: Faces, net: Classifier, device: str) -> None:
        rows = np.linspace(0, len(faces) - 1, min(len(faces), LOOKED_AT)).astype(np.int64)
        self.faces, self.device = faces.of(rows), device
        self.seen = None if net.augmented else _seen(net, self.faces, device)

    @torch.no_grad()
    def __call__(self, net: Classifier) -> tuple[float, float]:
        right, nats = 0, 0.0
        for start in range(0, len(self.faces), _JUDGED_AT_ONCE):
            part = slice(start, start + _JUDGED_AT_ONCE)
            codes = torch.from_numpy(self.faces.codes[part]).to(self.device)
            if self.seen is None:
                logits = net(as_tensor(self.faces.pictures[part]).to(self.device))
            else:
                logits = net.judged(self.seen[part].to(self.device))
            right += int((logits.argmax(1) == codes).sum())
            nats += float(functional.cross_entropy(logits, codes, reduction="sum"))
        return right / len(self.faces), nats / len(self.faces)


def _save(run_dir: Path, net: nn.Module, mean: nn.Module, optimiser: torch.optim.Optimizer, state: State) -> None:
    tensors = {**module_tensors("net", net), **module_tensors("mean", mean), **optimizer_tensors("adam", optimiser)}
    save_last(run_dir, tensors, asdict(state))


def _resumed(run_dir: Path, net: nn.Module, mean: nn.Module, optimiser: torch.optim.Optimizer) -> State:
    """Put a run's last checkpoint back; one that was stopped before its first begins again."""
    if not any((run_dir / FOLDER).glob("last.json")):
        return State()
    saved = load_state(run_dir)
    load_module("net", net, saved.tensors)
    load_module("mean", mean, saved.tensors)
    load_optimizer("adam", optimiser, saved.tensors)
    return State(**{**saved.facts, "best": tuple(saved.facts["best"])})
