"""The trainer: one function, read from top to bottom."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from tachie.core.errors import TrainingStopped, UsageError
from tachie.core.registry import find
from tachie.models._base import Generator
from tachie.models._weights import load_module, module_tensors
from tachie.train import adaptive, checkpoint, ema, page
from tachie.train.augment import mirrored, shifted
from tachie.train.chance import Chance
from tachie.train.config import TrainConfig
from tachie.train.data import FaceSet
from tachie.train.events import Events
from tachie.train.feed import Feed
from tachie.train.folder import check_folder, last_state, open_run, run_schema
from tachie.train.judge import METRICS, TICK_PICTURES, Judge, write_grid
from tachie.train.loss import LABEL_LOSSES, LOSSES, PENALTIES
from tachie.train.memory import naming_the_batch_that_fits
from tachie.train.processes import Processes
from tachie.train.remarks import remarks
from tachie.train.schedules import scheduled
from tachie.train.transfer import take_weights

if TYPE_CHECKING:
    from tachie.dataset.reader import Dataset

GRID_GROWTH = 1.05  # a grid is kept each time the images seen grew by a twentieth: a hundred for a whole run
LOOK_EVERY = 16  # steps between looks at whether the losses are finite
# Early on all drawings look alike and it passes; a generator this flat for so long past half-time does not recover.
COLLAPSED_DIVERSITY, COLLAPSED_TICKS, COLLAPSED_AFTER = 0.03, 10, 0.5


@dataclass(frozen=True, slots=True)
class TrainProgress:
    """How a run stands: thousand images seen, speed, seconds left, smoothed losses; `note` is news, a line each."""

    kimg: float
    images_per_s: float
    left_s: float
    loss_d: float
    loss_g: float
    diversity: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Watch:
    """Looks at the averaged generator while it trains: `look(cur_nimg, G_ema)` as the images seen pass each of `at`.

    `at` rises; the end of the run is looked at in any case, and a resumed run does not look again at what lies behind
    it. A look must leave the generator and torch's chance as they are.
    """

    at: Sequence[int]
    look: Callable[[int, Generator], None]


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a finished run left: its folder, thousand images seen, training seconds, last diversity, best distance.

    `unreadable` counts inputs that could not be read; they are among the `notes`.
    """

    run_dir: Path
    kimg: float
    elapsed_s: float
    diversity: float
    best_distance: float
    notes: tuple[str, ...]
    unreadable: int = 0


@naming_the_batch_that_fits
def train(
    data: Dataset | FaceSet,
    config: TrainConfig,
    run_dir: Path,
    *,
    resume: bool = False,
    init: str | Path | None = None,
    progress: Callable[[TrainProgress], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
    watch: Watch | None = None,
) -> RunResult:
    """Train a generator on faces until the kimg or minutes of `config` are over, and leave everything in `run_dir`.

    With `resume` a run goes on from its last good checkpoint; where it ends by kimg, the result on a CPU is bit for
    bit that of an unbroken run. `init` is what to start from, as far as it fits: a run, a checkpoint, or the name of
    shipped weights (`train.transfer`). `progress` is called about once a second. `clock` gives the seconds that minutes
    are counted by: `time.process_time` counts computing alone, where others use the machine too. `watch` is shown the
    generator on the way. Under torchrun several processes share each batch, and the first one judges, tells and writes.
    Raises `TrainingStopped` on numbers that are not finite, on collapse and where memory runs out (the last good
    checkpoint stays), `UsageError` where the folder holds another run, `InputError` where the data cannot be used.
    """
    # --- data and folder -------------------------------------------------------------------------------------------
    processes = Processes(config.device, config.precision)
    if processes.first:
        check_folder(run_dir, config, resume)
    processes.wait()
    if isinstance(data, FaceSet):
        faces = data
    else:
        store = run_dir / "data" / str(processes.rank) if processes.rank else run_dir / "data"
        schema = run_schema(run_dir) if resume else None
        faces = FaceSet.load(data, config.resolution, labels=config.labels, schema=schema, store=store)
    if faces.resolution != config.resolution:
        raise UsageError(f"the faces have {faces.resolution} px, the run is to have {config.resolution} px")
    model = find("models", config.model)(config.resolution, faces.schema.c_dim, config.width)
    notes = remarks(faces)
    feed = Feed(faces, config, processes)
    start = last_state(run_dir) if resume else None
    device = processes.device
    if config.threads is not None:
        torch.set_num_threads(config.threads)

    # --- networks, optimizers, chance ------------------------------------------------------------------------------
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        G, D = model.generator(), model.discriminator()
    if init is not None and start is None:
        notes.append(take_weights(init, model, faces.schema, G, D))
    # Only now, that nothing that was asked for can be refused any more, is there a run.
    if processes.first:
        open_run(run_dir, config, faces, resume)
    processes.wait()
    # channels_last doubles the speed of float32 convolutions on a CPU and is what tensor cores want.
    G, D = (net.to(device, memory_format=torch.channels_last) for net in (G, D))
    processes.same_weights((G, D))
    G_ema = copy.deepcopy(G).eval().requires_grad_(False)
    opt_G, opt_D = (torch.optim.Adam(n.parameters(), config.lr, betas=config.betas, foreach=True) for n in (G, D))
    # Latents, noise and changes; the order of the data has its own.
    chance = Chance(config.seed, processes.rank, processes.world)
    G.use_chance(chance)
    steering = adaptive.Steering(config.augment_target, config.augment_kimg) if config.augment == "adaptive" else None
    cur_nimg, step, elapsed_s, best_distance = 0, 0, 0.0, math.inf
    best = -math.inf  # of the metric that chooses, more being better
    measured: dict[str, float] = {}  # of the newest checkpoint
    if start is not None:
        for prefix, net in (("G", G), ("D", D), ("G_ema", G_ema)):
            load_module(prefix, net, start.tensors)
        for prefix, opt in (("opt_G", opt_G), ("opt_D", opt_D)):
            checkpoint.load_optimizer(prefix, opt, start.tensors)
        chance.set_state(start.tensors["chance"])
        cur_nimg, step, elapsed_s = (start.facts[key] for key in ("cur_nimg", "step", "elapsed_s"))
        best_distance = start.facts["best_distance"]
        # A run of an earlier version names neither; nor does a best score hold where another metric is to choose.
        measured = start.facts.get("measured") or {"distance": start.facts["distance"]}
        if start.facts.get("best_by", "distance") == config.best_by:
            best = start.facts.get("best", -best_distance)
        if steering is not None and start.facts.get("steering"):
            steering.set_state(start.facts["steering"])
        notes += [start.note] if start.note else []
    if processes.first:
        page.cut_stats(run_dir, cur_nimg)
        events = Events(run_dir, cur_nimg)
    untold = list(notes)
    loss_D, loss_G = LOSSES[config.loss]
    labels_D, labels_G = LABEL_LOSSES[config.label_loss]
    penalise = PENALTIES[config.penalty]
    judge = Judge(faces, G.z_dim, device)
    gamma_end = config.r1_gamma if config.r1_gamma_end is None else config.r1_gamma_end
    here = config.batch // processes.world

    def as_seen(rgb: Tensor) -> Tensor:
        """Return pictures as D gets to see them, real ones and drawings alike: moved and, adaptively, changed more."""
        rgb = shifted(rgb, chance, config.shift).float()
        return rgb if steering is None else adaptive.changed(rgb, chance, steering.p)

    # --- what is left behind ---------------------------------------------------------------------------------------
    def save() -> None:
        nonlocal best_distance, best, measured
        if not all(bool(p.isfinite().all()) for net in (G, D, G_ema) for p in net.parameters()):
            raise _not_finite(run_dir)
        measured = judge.measure(G_ema)
        score = measured[config.best_by] if METRICS[config.best_by] else -measured[config.best_by]
        better, best = score > best, max(score, best)
        best_distance = min(best_distance, measured["distance"])
        facts = {
            "cur_nimg": cur_nimg,
            "step": step,
            "elapsed_s": elapsed_s + clock() - began,
            "best_by": config.best_by,
            "best": best,
            "best_distance": best_distance,
            "distance": measured["distance"],
            "measured": measured,
            "steering": None if steering is None else steering.state(),
        }
        averaged = module_tensors("G_ema", G_ema)
        state = {
            **averaged,
            **module_tensors("G", G),
            **module_tensors("D", D),
            **checkpoint.optimizer_tensors("opt_G", opt_G),
            **checkpoint.optimizer_tensors("opt_D", opt_D),
            "chance": chance.state(),
        }
        checkpoint.save_last(run_dir, state, facts)
        if better:
            checkpoint.save_best(run_dir, averaged, facts)

    # --- training --------------------------------------------------------------------------------------------------
    began = clock()
    last_tick = last_save = last_call = time.monotonic()
    sums: dict[str, Tensor | float] = {}  # on the device: looking at a number makes a GPU wait
    counts: dict[str, int] = {}
    diversity, next_grid, flat_ticks, since_tick = math.nan, cur_nimg * GRID_GROWTH, 0, 0
    due = [n for n in watch.at if n > cur_nimg or start is None] if watch is not None and processes.first else []
    while True:
        now_s = elapsed_s + clock() - began
        done = processes.agree(_part_done(config, cur_nimg, now_s))
        over = done >= 1
        now = time.monotonic()

        # A tick and a checkpoint look at the networks and at clocks, and touch nothing that training depends on.
        if processes.first and ((since_tick and now - last_tick >= config.tick_s) or over):
            speed = since_tick / max(now - last_tick, 1e-9)
            drawn = judge.draw(G_ema, TICK_PICTURES)
            diversity = judge.diversity(drawn)
            means = {key: round(float(sums[key]) / counts[key], 6) for key in sums}
            row = {
                "cur_nimg": cur_nimg, **means, "distance": None, **measured, "diversity": round(diversity, 4),
                "images_per_s": round(speed, 2), "elapsed_s": round(now_s, 1),
            }  # fmt: skip
            page.append_stats(run_dir, row)
            grid = None
            if cur_nimg >= next_grid or over:
                grid = write_grid(run_dir / page.GRIDS / f"{cur_nimg // 1000:06d}.png", drawn)
                next_grid = cur_nimg * GRID_GROWTH
            events.add(cur_nimg, row, grid)
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
        # Before the checkpoint, so that what a resumed run does not see again was seen.
        if watch is not None and processes.first and (over or (due and cur_nimg >= due[0])):
            watch.look(cur_nimg, G_ema)
            due = [n for n in due if n > cur_nimg]
        if processes.first and (now - last_save >= config.checkpoint_s or over):
            save()
            last_save = time.monotonic()
        if over:
            break

        # Data and settings of this step.
        real, c = feed.real(cur_nimg)
        real = as_seen(mirrored(real, chance) if config.mirror else real)
        c_drawn = feed.labels(chance) if config.drawn_labels == "rows" else c
        z = chance.normal(here, G.z_dim).to(device)
        lr = scheduled(config.lr, config.lr * config.lr_end, done, config.schedule, config.schedule_hold)
        lr *= min(1.0, (cur_nimg + config.batch) / 1000 / config.lr_warmup_kimg) if config.lr_warmup_kimg else 1.0
        gamma = scheduled(config.r1_gamma, gamma_end, done, config.schedule, config.schedule_hold)
        for opt in (opt_D, opt_G):
            opt.param_groups[0]["lr"] = lr

        # D: the real pictures ahead of the drawings. The drawings keep their graph and serve G's step as well.
        with processes.autocast():
            fake = as_seen(G(z, c_drawn))
            real_score, real_labels = D(real, c)
            fake_score, fake_labels = D(fake.detach(), c_drawn)
            d_loss = loss_D(real_score, fake_score)
            d_labels = labels_D(real_labels, c, fake_labels, c_drawn, faces.schema)
            total = config.adv_weight * d_loss + config.label_weight * d_labels
        figures: dict[str, Any] = {"d_real": real_score.detach().mean(), "d_fake": fake_score.detach().mean()}
        if gamma > 0 and step % config.penalty_every == 0:
            penalty, told = penalise(D, real, c, fake, c_drawn, chance)
            total = total + config.penalty_every * gamma * penalty
            figures |= {name: value.detach() for name, value in told.items()}
        opt_D.zero_grad()
        torch.autograd.backward(total)
        processes.average_gradients(D)
        opt_D.step()

        # G: the drawings ahead of the real pictures.
        D.requires_grad_(False)
        with processes.autocast():
            fake_score, fake_labels = D(fake, c_drawn)
            g_loss = loss_G(real_score.detach(), fake_score)
            g_total = config.adv_weight * g_loss + config.label_weight * labels_G(fake_labels, c_drawn, faces.schema)
        opt_G.zero_grad()
        torch.autograd.backward(g_total)
        processes.average_gradients(G)
        opt_G.step()
        D.requires_grad_(True)

        if steering is not None and step % adaptive.MEASURE_EVERY == 0:
            with torch.no_grad(), processes.autocast():
                held, c_held = feed.held_out(chance)
                held_score, _ = D(as_seen(mirrored(held, chance) if config.mirror else held), c_held)
            images = adaptive.MEASURE_EVERY * config.batch
            steering.measure(real_score, held_score, figures["d_fake"], images, processes)
            figures |= {"augment_p": steering.p, "overfit": steering.overfit}

        cur_nimg, step, since_tick = cur_nimg + config.batch, step + 1, since_tick + config.batch
        halflife = ema.halflife_kimg(cur_nimg, config.ema_halflife_part, config.ema_halflife_kimg)
        ema.update(G_ema, G, config.batch, halflife)

        # Figures: sums since the last tick.
        figures |= {"loss_d": d_loss.detach(), "loss_g": g_loss.detach(), "lr": lr, "r1_gamma": gamma}
        figures["gap"] = figures["d_real"] - figures["d_fake"]
        for key, value in figures.items():
            sums[key], counts[key] = sums.get(key, 0.0) + value, counts.get(key, 0) + 1
        if step % LOOK_EVERY == 0 and not math.isfinite(float(total.detach()) + float(g_total.detach())):
            raise _not_finite(run_dir)
        if processes.first and progress is not None and (untold or time.monotonic() - last_call >= 1):
            last_call = time.monotonic()
            speed = since_tick / max(last_call - last_tick, 1e-9)
            now_s = elapsed_s + clock() - began
            left_s = _left_s(config, cur_nimg, now_s, speed)
            loss_d, loss_g = (float(sums[key]) / counts[key] for key in ("loss_d", "loss_g"))
            progress(TrainProgress(cur_nimg / 1000, speed, left_s, loss_d, loss_g, diversity, "\n".join(untold)))
            untold = []

    return RunResult(run_dir, cur_nimg / 1000, now_s, diversity, best_distance, tuple(notes), len(faces.unreadable))


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


def _not_finite(run_dir: Path) -> TrainingStopped:
    page.write_page(run_dir, run_dir.name, "stopped: the losses are no longer finite numbers", running=False)
    return TrainingStopped(
        "training stopped: a loss or a weight is no longer a finite number",
        f"{run_dir} keeps the last good checkpoint. Try a lower lr or another --seed.",
    )
