"""Running out of memory: which batch would have fitted."""

from __future__ import annotations

import functools
import gc
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import torch

from tachie.core.errors import TachieError, TrainingStopped
from tachie.core.registry import find
from tachie.models._weights import FOLDER
from tachie.train.config import TrainConfig
from tachie.train.folder import run_schema
from tachie.train.loss import gradient_penalty

Result = TypeVar("Result")
# What torch's allocator for the CPU says, and oneDNN, whose kernels ask for memory of their own.
_SHORT = ("DefaultCPUAllocator", "could not create a primitive", "could not create a memory", "bad_alloc")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory was short; torch has no class of its own for the CPU's."""
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in _SHORT)


def batch_that_fits(config: TrainConfig, c_dim: int) -> int:
    """Return the largest half, quarter, ... of the run's batch with which a step fits into memory now, 0 for none."""
    batch = config.batch // 2
    while batch and not _fits(config, c_dim, batch):
        batch //= 2
    return batch


def _fits(config: TrainConfig, c_dim: int, batch: int) -> bool:
    """Try what takes the most memory of a step: D's penalty of second order on top of G's drawings."""
    try:
        with torch.random.fork_rng(devices=[]):
            model = find("models", config.model)(config.resolution, c_dim, config.width)
            G, D = model.generator().to(config.device), model.discriminator().to(config.device)
            z, c = torch.zeros(batch, G.z_dim, device=config.device), torch.zeros(batch, c_dim, device=config.device)
            fake = G(z, c)
            loss = D(fake, c)[0].sum() + gradient_penalty(D, fake, c) + gradient_penalty(D, fake, c)
            torch.autograd.backward(loss)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        _forget(error)
        return False
    return True


def _forget(error: BaseException) -> None:
    """Let go of everything that the frames of a failed step still hold."""
    traceback.clear_frames(error.__traceback__)
    error.__traceback__ = None
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def naming_the_batch_that_fits(train: Callable[..., Result]) -> Callable[..., Result]:
    """Wrap `train(data, config, run_dir, ...)`: where memory runs out, say which batch fits.

    A wrapper, since the step's pictures and gradients are let go of only once the function has ended.
    """

    @functools.wraps(train)
    def wrapped(data: Any, config: TrainConfig, run_dir: Path, **more: Any) -> Result:
        try:
            return train(data, config, run_dir, **more)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            _forget(error)
            raise _stopped(config, run_dir) from error

    return wrapped


def _stopped(config: TrainConfig, run_dir: Path) -> TachieError:
    what = f"out of memory on {config.device} with a batch of {config.batch} at {config.resolution} px"
    try:
        c_dim = run_schema(run_dir).c_dim
    except TachieError:
        return TrainingStopped(f"{what}, before the training began", "Train at a smaller resolution.")
    fits = batch_that_fits(config, c_dim)
    if not fits:
        return TrainingStopped(what, "Not even one picture fits: train at a smaller resolution or free some memory.")
    saved = any((run_dir / FOLDER).glob("*.json"))
    kept = "; what was saved is kept" if saved else ""
    return TrainingStopped(what, f"A batch of {fits} fits{kept}. Run the same command with: --resume --batch {fits}")
