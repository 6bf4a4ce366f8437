"""The trainer: one function, read from top to bottom."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from tachie.core.errors import TrainingStopped, UsageError
from tachie.core.registry import find
from tachie.models._weights import load_module, module_tensors
from tachie.train import checkpoint, ema, page
from tachie.train.augment import mirrored, shifted
from tachie.train.config import TrainConfig
from tachie.train.data import FaceSet
from tachie.train.folder import check_folder, open_run, take_weights
from tachie.train.judge import TICK_PICTURES, Judge, write_grid
from tachie.train.loss import LOSSES, gradient_penalty, label_loss

if TYPE_CHECKING:
    from tachie.dataset.reader import Dataset

GRID_GROWTH = 1.05  # a grid is kept each time the images seen grew by a twentieth: a hundred for a whole run
# Early on all drawings look alike and it passes; a generator this flat for so long past half-time does not recover.
COLLAPSED_DIVERSITY, COLLAPSED_TICKS, COLLAPSED_AFTER = 0.03, 10, 0.5


@dataclass(frozen=True, slots=True)
class TrainProgress:
    """How a run stands: thousand images seen, speed, seconds left, smoothed losses; `note` is news in one line."""

    kimg: float
    images_per_s: float
    left_s: float
    loss_d: float
    loss_g: float
    diversity: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a finished run left: its folder, thousand images seen, training seconds, last diversity, best distance."""

    run_dir: Path
    kimg: float
    elapsed_s: float
    diversity: float
    best_distance: float
    notes: tuple[str, ...]


def train(
    data: Dataset | FaceSet,
    config: TrainConfig,
    run_dir: Path,
    *,
    resume: bool = False,
    init: Path | None = None,
    progress: Callable[[TrainProgress], None] | None = None,
) -> RunResult:
    """Train a generator on faces until the kimg or minutes of `config` are over, and leave everything in `run_dir`.

    With `resume` a run goes on from its last good checkpoint; where it ends by kimg, the result on a CPU is bit for
    bit that of an unbroken run. `init` is a run whose weights to start from, as far as they fit. `progress` is called
    about once a second. Raises `TrainingStopped` on numbers that are not finite and on collapse (the last good
    checkpoint stays), `UsageError` where the folder holds another run, `InputError` where the data cannot be used.
    """
    # --- data and folder -------------------------------------------------------------------------------------------
    check_folder(run_dir, config, resume)
    faces = data if isinstance(data, FaceSet) else FaceSet.load(data, config.resolution, store=run_dir / "data")
    if faces.resolution != config.resolution:
        raise UsageError(f"the faces have {faces.resolution} px, the run is to have {config.resolution} px")
    model = find("models", config.model)(config.resolution, faces.schema.c_dim)
    notes = [f"{len(faces.unreadable)} pictures could not be read and were left out"] if faces.unreadable else []
    notes += [f"left out {line}" for line in faces.unreadable[:20]]
    start = open_run(run_dir, config, faces, resume)
    device = torch.device(config.device)
    if config.threads is not None:
        torch.set_num_threads(config.threads)

    # --- networks, optimizers, chance ------------------------------------------------------------------------------
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        G, D = model.generator(), model.discriminator()
    if init is not None and start is None:
        notes.append(take_weights(init, G, D))
    # channels_last doubles the speed of float32 convolutions on a CPU and is what tensor cores want.
    G, D = (net.to(device, memory_format=torch.channels_last) for net in (G, D))
    G_ema = copy.deepcopy(G).eval().requires_grad_(False)
    opt_G, opt_D = (torch.optim.Adam(n.parameters(), config.lr, betas=config.betas, foreach=True) for n in (G, D))
    chance = torch.Generator().manual_seed(config.seed)  # latents and augmentation; the order has its own, below
    cur_nimg, step, elapsed_s, best_distance = 0, 0, 0.0, math.inf
    distance: float | None = None  # of the newest checkpoint
    if start is not None:
        for prefix, net in (("G", G), ("D", D), ("G_ema", G_ema)):
            load_module(prefix, net, start.tensors)
        for prefix, opt in (("opt_G", opt_G), ("opt_D", opt_D)):
            checkpoint.load_optimizer(prefix, opt, start.tensors)
        chance.set_state(start.tensors["chance"])
        cur_nimg, step, elapsed_s = (start.facts[key] for key in ("cur_nimg", "step", "elapsed_s"))
        best_distance, distance = start.facts["best_distance"], start.facts["distance"]
        notes += [start.note] if start.note else []
    page.cut_stats(run_dir, cur_nimg)
    untold = list(notes)
    loss_D, loss_G = LOSSES[config.loss]
    bf16 = config.precision == "bf16" or (config.precision == "auto" and _bf16_is_fast(device))
    judge = Judge(faces, G.z_dim, device)

    # --- what is left behind ---------------------------------------------------------------------------------------
    def save() -> None:
        nonlocal best_distance, distance
        if not all(bool(p.isfinite().all()) for net in (G, D, G_ema) for p in net.parameters()):
            raise _not_finite(run_dir)
        distance = round(judge.distance(G_ema), 5)
        better = distance < best_distance
        best_distance = min(best_distance, distance)
        facts = {
            "cur_nimg": cur_nimg,
            "step": step,
            "elapsed_s": elapsed_s + time.monotonic() - began,
            "best_distance": best_distance,
            "distance": distance,
        }
        averaged = module_tensors("G_ema", G_ema)
        state = {
            **averaged,
            **module_tensors("G", G),
            **module_tensors("D", D),
            **checkpoint.optimizer_tensors("opt_G", opt_G),
            **checkpoint.optimizer_tensors("opt_D", opt_D),
            "chance": chance.get_state(),
        }
        checkpoint.save_last(run_dir, state, facts)
        if better:
            checkpoint.save_best(run_dir, averaged, facts)

    # --- training --------------------------------------------------------------------------------------------------
    order, epoch = np.empty(0, np.int64), -1
    began = last_tick = last_save = last_call = time.monotonic()
    sums: dict[str, float] = {}
    counts: dict[str, int] = {}
    diversity, next_grid, flat_ticks, since_tick = math.nan, cur_nimg * GRID_GROWTH, 0, 0
    while True:
        now_s = elapsed_s + time.monotonic() - began
        done = _part_done(config, cur_nimg, now_s)
        over = done >= 1
        now = time.monotonic()

        # A tick and a checkpoint look at the networks and at clocks, and touch nothing that training depends on.
        if (since_tick and now - last_tick >= config.tick_s) or over:
            speed = since_tick / max(now - last_tick, 1e-9)
            drawn = judge.draw(G_ema, TICK_PICTURES)
            diversity = judge.diversity(drawn)
            means = {key: sums[key] / counts[key] for key in sums}
            row = {
                "cur_nimg": cur_nimg, **{key: round(value, 6) for key, value in means.items()},
                "diversity": round(diversity, 4), "distance": distance,
                "images_per_s": round(speed, 2), "elapsed_s": round(now_s, 1),
            }  # fmt: skip
            page.append_stats(run_dir, row)
            if cur_nimg >= next_grid or over:
                write_grid(run_dir / page.GRIDS / f"{cur_nimg // 1000:06d}.png", drawn)
                next_grid = cur_nimg * GRID_GROWTH
            title = f"{config.model} {config.resolution} px on {faces.name}"
            page.write_page(run_dir, title, _state_line(config, cur_nimg, now_s, speed, over), running=not over)
            flat_ticks = flat_ticks + 1 if diversity < COLLAPSED_DIVERSITY and done > COLLAPSED_AFTER else 0
            if flat_ticks >= COLLAPSED_TICKS:
                page.write_page(run_dir, title, "stopped: the drawings have collapsed into one", running=False)
                raise TrainingStopped(
                    f"the drawings have collapsed into one (diversity {diversity:.3f} of the real pictures')",
                    f"{run_dir} keeps the best checkpoint. Try another --seed or more pictures.",
                )
            sums, counts, since_tick, last_tick = {}, {}, 0, time.monotonic()
        if now - last_save >= config.checkpoint_s or over:
            save()
            last_save = time.monotonic()
        if over:
            break

        # Data: each epoch is a permutation of its own, known from seed and epoch alone, so nothing of it is saved.
        picked = np.empty(config.batch, np.int64)
        for i in range(config.batch):
            wanted, place = divmod(cur_nimg + i, len(faces))
            if wanted != epoch:
                order = np.random.Generator(np.random.Philox(key=[config.seed, wanted])).permutation(len(faces))
                epoch = wanted
            picked[i] = order[place]
        real = torch.from_numpy(faces.images[picked]).to(device).permute(0, 3, 1, 2).float().div(127.5).sub(1)
        c = torch.from_numpy(faces.schema.one_hot(faces.codes[picked])).to(device)
        real = shifted(mirrored(real, chance) if config.mirror else real, chance, config.shift)
        z = torch.randn(config.batch, G.z_dim, generator=chance).to(device)
        lr = config.lr * (config.lr_end + (1 - config.lr_end) * 0.5 * (1 + math.cos(math.pi * min(done, 1))))
        for opt in (opt_D, opt_G):
            opt.param_groups[0]["lr"] = lr

        # D: the real pictures ahead of the drawings. The drawings keep their graph and serve G's step as well.
        with torch.autocast(device.type, torch.bfloat16, enabled=bf16):
            fake = shifted(G(z, c), chance, config.shift).float()
            real_score, real_labels = D(real, c)
            fake_score, _ = D(fake.detach(), c)
            d_loss = loss_D(real_score, fake_score)
            total = d_loss + config.label_weight * label_loss(real_labels, c, faces.schema.sizes)
        figures: dict[str, Any] = {"d_real": real_score.detach().mean(), "d_fake": fake_score.detach().mean()}
        if config.r1_gamma > 0 and step % config.penalty_every == 0:
            r1, r2 = gradient_penalty(D, real, c), gradient_penalty(D, fake, c)
            total = total + config.penalty_every * config.r1_gamma / 2 * (r1 + r2)
            figures |= {"r1": r1.detach(), "r2": r2.detach()}
        opt_D.zero_grad()
        torch.autograd.backward(total)
        opt_D.step()

        # G: the drawings ahead of the real pictures.
        D.requires_grad_(False)
        with torch.autocast(device.type, torch.bfloat16, enabled=bf16):
            fake_score, fake_labels = D(fake, c)
            g_loss = loss_G(real_score.detach(), fake_score)
            g_total = g_loss + config.label_weight * label_loss(fake_labels, c, faces.schema.sizes)
        opt_G.zero_grad()
        torch.autograd.backward(g_total)
        opt_G.step()
        D.requires_grad_(True)

        cur_nimg, step, since_tick = cur_nimg + config.batch, step + 1, since_tick + config.batch
        halflife = ema.halflife_kimg(cur_nimg, config.ema_halflife_part, config.ema_halflife_kimg)
        ema.update(G_ema, G, config.batch, halflife)

        # Figures: sums since the last tick.
        figures |= {"loss_d": d_loss.detach(), "loss_g": g_loss.detach(), "lr": lr}
        figures["gap"] = figures["d_real"] - figures["d_fake"]
        for key, value in figures.items():
            sums[key], counts[key] = sums.get(key, 0.0) + float(value), counts.get(key, 0) + 1
        if not math.isfinite(float(total.detach()) + float(g_total.detach())):
            raise _not_finite(run_dir)
        if progress is not None and (untold or time.monotonic() - last_call >= 1):
            last_call = time.monotonic()
            speed = since_tick / max(last_call - last_tick, 1e-9)
            now_s = elapsed_s + last_call - began
            left_s = _left_s(config, cur_nimg, now_s, speed)
            loss_means = (sums["loss_d"] / counts["loss_d"], sums["loss_g"] / counts["loss_g"])
            progress(TrainProgress(cur_nimg / 1000, speed, left_s, *loss_means, diversity, "; ".join(untold)))
            untold = []

    return RunResult(run_dir, cur_nimg / 1000, now_s, diversity, best_distance, tuple(notes))


def _part_done(config: TrainConfig, cur_nimg: int, elapsed_s: float) -> float:
    """Return the part of the run that is over, by images or by seconds of training."""
    if config.kimg is not None:
        return cur_nimg / (config.kimg * 1000)
    return elapsed_s / ((config.minutes or 0) * 60)


def _left_s(config: TrainConfig, cur_nimg: int, elapsed_s: float, images_per_s: float) -> float:
    if config.kimg is not None:
        return max(0.0, (config.kimg * 1000 - cur_nimg) / max(images_per_s, 1e-9))
    return max(0.0, (config.minutes or 0) * 60 - elapsed_s)


def _state_line(config: TrainConfig, cur_nimg: int, elapsed_s: float, images_per_s: float, over: bool) -> str:
    so_far = f"{cur_nimg / 1000:.1f} thousand images in {elapsed_s / 60:.1f} minutes"
    if over:
        return f"finished: {so_far}"
    left_s = _left_s(config, cur_nimg, elapsed_s, images_per_s)
    return f"{so_far}, {images_per_s:.0f} images a second, about {left_s / 60:.0f} minutes left"


def _bf16_is_fast(device: torch.device) -> bool:
    """Whether bf16 pays: on CPUs without AVX512-BF16 torch falls back to loops thirty times slower than float32."""
    if device.type != "cpu":
        return True
    probe = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(probe is not None and probe())


def _not_finite(run_dir: Path) -> TrainingStopped:
    page.write_page(run_dir, run_dir.name, "stopped: the losses are no longer finite numbers", running=False)
    return TrainingStopped(
        "training stopped: a loss or a weight is no longer a finite number",
        f"{run_dir} keeps the last good checkpoint. Try a lower lr or another --seed.",
    )
