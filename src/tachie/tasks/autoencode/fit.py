"""Fits one autoencoder by the squared error of its pixels. A batch is made from its number: a fit resumes exactly."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tachie.core.errors import TrainingStopped
from tachie.models._weights import FOLDER, load_module, module_tensors
from tachie.tasks.autoencode.config import Settings
from tachie.tasks.autoencode.network import Decoder, Encoder
from tachie.train import checkpoint
from tachie.train.processes import Processes

Progress = Callable[[float, float, str], None]  # done, of how much, in which unit
_WARMUP_STEPS, _MOST_GRADIENT = 20, 1.0
_LOOK_EVERY = 16  # steps between looks at the loss
_CLOCKS = {"wall": time.monotonic, "cpu": time.process_time}


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted autoencoder, how many pictures it saw, and the seconds that took."""

    encoder: Encoder
    decoder: Decoder
    nimg: int
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class Fit:
    """One fit: of which rows of pictures [N, S, S, 3] uint8, to a code of which size, where its state is kept."""

    images: NDArray[np.uint8]
    rows: NDArray[np.int64]
    code: int
    settings: Settings
    minutes: float
    seed: int
    device: str
    folder: Path

    def run(self, progress: Progress) -> Fitted:
        """Train, or go on where an earlier call was stopped; raises `TrainingStopped` where the loss is not finite."""
        settings, side = self.settings, self.images.shape[1]
        processes = Processes(self.device, settings.precision)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            encoder, decoder = Encoder(side, self.code, settings.filters), Decoder(side, self.code, settings.filters)
        for net in (encoder, decoder):
            net.to(processes.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        parameters = [*encoder.parameters(), *decoder.parameters()]
        opt = torch.optim.AdamW(parameters, settings.lr, betas=(0.9, 0.99), weight_decay=0.01)
        step, elapsed_s = self._resume(encoder, decoder, opt)
        clock = _CLOCKS[settings.clock]
        began, saved, told = clock(), time.monotonic(), 0.0

        def now_s() -> float:
            return elapsed_s + clock() - began

        while (done := self._part_done(step, now_s())) < 1:
            rate = settings.lr * min(1.0, (step + 1) / _WARMUP_STEPS) * 0.5 * (1 + math.cos(math.pi * done))
            opt.param_groups[0]["lr"] = max(rate, 1e-6)
            rgb = self._batch(step).to(processes.device)
            with processes.autocast():
                back = decoder(encoder(rgb))
            loss = (back.float() - rgb).square().mean()
            opt.zero_grad()
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(parameters, _MOST_GRADIENT)
            opt.step()
            step += 1
            if step % _LOOK_EVERY == 0 and not math.isfinite(float(loss.detach())):
                raise TrainingStopped(
                    "training stopped: the loss is no longer a finite number", "Try --setting lr=0.0005."
                )
            now = time.monotonic()
            if now - told >= 1:
                told = now
                if settings.kimg:
                    progress(step * settings.batch / 1000, settings.kimg, "kimg")
                else:
                    progress(min(now_s() / 60, self.minutes), self.minutes, "min")
            if now - saved >= settings.checkpoint_s:
                self._save(encoder, decoder, opt, step, now_s())
                saved = time.monotonic()
        found = Fitted(encoder.eval(), decoder.eval(), step * settings.batch, now_s())
        self._save(encoder, decoder, opt, step, found.elapsed_s)
        return found

    def _part_done(self, step: int, elapsed_s: float) -> float:
        if self.settings.kimg:
            return step * self.settings.batch / (1000 * self.settings.kimg)
        return elapsed_s / (60 * self.minutes)

    def _batch(self, step: int) -> Tensor:
        """Return the pictures [B, 3, S, S] in [-1, 1] of a step: each once an epoch, some mirrored."""
        n, size = len(self.rows), self.settings.batch
        places = np.arange(step * size, (step + 1) * size)
        picked = np.empty(size, np.int64)
        for epoch in np.unique(places // n):
            order = np.random.default_rng((self.seed, 1, int(epoch))).permutation(n)
            mine = places // n == epoch
            picked[mine] = self.rows[order[places[mine] % n]]
        rgb = np.ascontiguousarray(self.images[np.sort(picked)])
        if self.settings.mirror:
            turned = np.random.default_rng((self.seed, 2, step)).random(size) < 0.5
            rgb[turned] = rgb[turned, :, ::-1]
        return torch.from_numpy(rgb).permute(0, 3, 1, 2).float().div_(127.5).sub_(1)  # channels last already

    def _save(self, encoder: Encoder, decoder: Decoder, opt: torch.optim.Optimizer, step: int, s: float) -> None:
        nets = {**module_tensors("encoder", encoder), **module_tensors("decoder", decoder)}
        tensors = {**nets, **checkpoint.optimizer_tensors("opt", opt)}
        checkpoint.save_last(self.folder, tensors, {"step": step, "elapsed_s": s})

    def _resume(self, encoder: Encoder, decoder: Decoder, opt: torch.optim.Optimizer) -> tuple[int, float]:
        if not any((self.folder / FOLDER).glob("*.json")):
            return 0, 0.0
        state = checkpoint.load_state(self.folder)
        load_module("encoder", encoder, state.tensors)
        load_module("decoder", decoder, state.tensors)
        checkpoint.load_optimizer("opt", opt, state.tensors)
        return int(state.facts["step"]), float(state.facts["elapsed_s"])
