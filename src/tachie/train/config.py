"""`TrainConfig`: everything that a training run is told, and the presets that were found by trying."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tachie.core.errors import FormatError, UsageError
from tachie.core.files import write_atomically
from tachie.train.schedules import SHAPES

FORMAT, FORMAT_VERSION = "tachie-run", 1
CONFIG_NAME = "config.json"

CHOICES: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "precision": ("auto", "fp32", "bf16"),
        "penalty": ("r1_r2", "r1", "dragan"),
        "label_loss": ("groups", "multi_label"),
        "schedule": tuple(SHAPES),
        "drawn_labels": ("batch", "rows"),
        "augment": ("fixed", "adaptive"),
        "best_by": ("distance", "recall", "precision", "diversity"),
    }
)

# What may change between a run and its resumption without making it another run.
MAY_CHANGE = frozenset({"kimg", "minutes", "tick_s", "checkpoint_s", "threads", "device", "batch", "best_by"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """Settings of one run. `preset` gives those of a model and resolution; exactly one of kimg and minutes ends it."""

    model: str = "r3"
    resolution: int = 64
    width: float = 1.0  # times the channels of the model's own preset
    kimg: float | None = None  # thousand real images shown to D
    minutes: float | None = None  # of training, over all resumptions
    seed: int = 0
    batch: int = 32
    loss: str = "relativistic"  # a name in train.loss.LOSSES
    lr: float = 5e-4  # goes to lr * lr_end over the run
    lr_end: float = 0.1
    schedule: str = "cosine"  # of lr and r1_gamma: a name in train.schedules.SHAPES
    schedule_hold: float = 0.0  # part of the run before the schedule begins
    lr_warmup_kimg: float = 0.0  # over which lr rises from nought: where trained weights are begun from
    betas: tuple[float, float] = (0.0, 0.99)
    penalty: str = "r1_r2"  # a name in train.loss.PENALTIES
    r1_gamma: float = 0.3  # times the penalty: for r1_r2, half the mean squared gradient norm on each kind of picture
    r1_gamma_end: float | None = None  # what r1_gamma goes to; None: it stays
    penalty_every: int = 8  # steps; weighted by as much
    adv_weight: float = 1.0
    label_loss: str = "groups"  # a name in train.loss.LABEL_LOSSES
    label_weight: float = 0.05
    labels: tuple[str, ...] | None = None  # to train on, as `LabelSchema.of_labels` takes them; none at all: ()
    ema_halflife_part: float = 0.05  # of the images seen
    ema_halflife_kimg: float = 20.0  # at most
    drawn_labels: str = (
        "batch"  # of drawings: those of the batch's real pictures, or "rows", drawn anew from the real rows
    )
    balance: float = 0.0  # 1: rare values of a label are shown as often as common ones, 0: pictures as they come
    shift: float = 1 / 16  # of the side
    mirror: bool = True
    augment: str = "fixed"  # shift and mirror alone; "adaptive": more, as far as D learns by heart (train.adaptive)
    augment_target: float = 0.3  # of `Steering.overfit`
    augment_kimg: float = 100.0  # from never to always, at the fastest
    best_by: str = "distance"  # which checkpoint is `best`: a name in train.judge.METRICS
    tick_s: float = 30.0  # between rows of stats.jsonl
    checkpoint_s: float = 120.0
    threads: int | None = None  # torch's threads; None leaves them alone
    device: str = "cpu"
    precision: str = "auto"  # auto, fp32 or bf16; penalties are fp32 always

    def __post_init__(self) -> None:
        if (self.kimg is None) == (self.minutes is None):
            raise UsageError("a run needs an end: either kimg or minutes", "Add --kimg K or --minutes M.")
        for name in (
            "kimg",
            "minutes",
            "batch",
            "lr",
            "lr_end",
            "penalty_every",
            "resolution",
            "augment_kimg",
            "width",
        ):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise UsageError(f"{name} must be above 0, not {value}")
        for name in ("schedule_hold", "balance", "shift"):
            if not 0 <= getattr(self, name) <= 1:
                raise UsageError(f"{name} must be from 0 to 1, not {getattr(self, name)}")
        if (
            self.schedule == "exponential"
            and self.r1_gamma_end is not None
            and not self.r1_gamma_end * self.r1_gamma > 0
        ):
            raise UsageError("an exponential schedule cannot reach 0", "Give an r1_gamma_end above 0.")
        for name, known in CHOICES.items():
            if getattr(self, name) not in known:
                raise UsageError(f"unknown {name} '{getattr(self, name)}'", f"Known: {', '.join(known)}.")

    @classmethod
    def preset(cls, model: str = "r3", resolution: int = 64, **changes: Any) -> TrainConfig:
        """Return the settings found best for a model and resolution, with changes; unknown names raise `UsageError`."""
        known = {field.name for field in fields(cls)}
        for name in changes:
            if name not in known:
                raise UsageError(f"unknown training setting '{name}'", f"Known: {', '.join(sorted(known))}.")
        base = PRESETS.get((model, resolution)) or PRESETS.get((model, 0)) or {}
        return cls(**{"model": model, "resolution": resolution, **base, **changes})

    def to_json(self) -> dict[str, Any]:
        """Return the settings as plain JSON."""
        return {**asdict(self), "betas": list(self.betas), "labels": None if self.labels is None else list(self.labels)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TrainConfig:
        """Return the settings that `to_json` wrote."""
        known = {field.name for field in fields(cls)}
        for name in data:
            if name not in known:
                raise UsageError(f"unknown training setting '{name}'", f"Known: {', '.join(sorted(known))}.")
        # What a run of an earlier version does not name is what that version did: the default, not a newer preset.
        labels = data.get("labels")
        labels = None if labels is None else tuple(labels)
        return cls(**{**data, "betas": tuple(data["betas"]), "labels": labels})


def _stylegan2(px: int) -> dict[str, Any]:
    """Return the settings of Karras et al. 2020; gamma by the rule of ADA's authors."""
    batch = 32
    return {
        "width": 0.5,  # of the file's own, which is a quarter of the paper's: what a CPU can train
        "loss": "non_saturating",
        "penalty": "r1",
        "r1_gamma": 2e-4 * px**2 / batch,
        "penalty_every": 16,
        "lr": 2e-3,
        "lr_end": 1.0,
        "betas": (0.0, 0.99),
        "label_weight": 0.0,  # D is told the labels, not asked for them
        "ema_halflife_kimg": 10.0,
        "batch": batch,
    }


def setting_value(name: str, text: str) -> Any:
    """Return a setting's value as it is typed, of the setting's kind; raises `UsageError` where there is none such."""
    known = {field.name: field for field in fields(TrainConfig)}
    if name not in known:
        raise UsageError(f"unknown training setting '{name}'", f"Known: {', '.join(sorted(known))}.")
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        value = text
    default = known[name].default
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if isinstance(value, list):
        value = tuple(value)
    if default is not None and type(value) is not type(default):
        raise UsageError(f"{name} cannot be '{text}'", f"It is a {type(default).__name__}, such as {default}.")
    return value


# (model, resolution) -> settings; resolution 0 stands for all others of the model. Models of papers have the papers'
# settings; what a paper leaves open, or what all share (average, shift, mirror), is as for the others.
PRESETS: MappingProxyType[tuple[str, int], Mapping[str, Any]] = MappingProxyType(
    {
        # Small batches: on a CPU they cost no more an image, and the nets learn by steps. Of batch 32 and 16 at
        # 32 px, after 40 thousand images of real faces, 16 was ahead (random-feature distance .80 against 1.02).
        ("r3", 0): {"batch": 16, "penalty_every": 16},
        # Two minutes on two cores must show faces: many small steps at a high rate. After 110 CPU seconds on a thousand
        # paperdolls: batch 8 .97, batch 16 1.20, batch 16 at half the rate 1.02, wider networks .98 to 1.01.
        ("r3", 32): {"batch": 8, "penalty_every": 16, "lr": 1e-3, "tick_s": 10.0, "checkpoint_s": 30.0},
        # Radford et al. 2015, section 4.
        ("dcgan", 0): {
            "loss": "non_saturating",
            "lr": 2e-4,
            "lr_end": 1.0,
            "betas": (0.5, 0.999),
            "r1_gamma": 0.0,
            "batch": 128,
        },
        # Jin et al. 2017, sections 3.2 and 4.2: lambda_adv 34, lambda_gp .5, a penalty each step.
        ("makegirls", 0): {
            "loss": "non_saturating",
            "penalty": "dragan",
            "r1_gamma": 0.5,
            "penalty_every": 1,
            "adv_weight": 34.0,
            "label_loss": "multi_label",
            "label_weight": 1.0,
            "lr": 2e-4,
            # "Exponentially decreases after 50,000 steps": here the second half of a run of any length.
            "lr_end": 0.1,
            "schedule": "exponential",
            "schedule_hold": 0.5,
            "betas": (0.5, 0.999),
            "batch": 64,
        },
        **{("stylegan2", px): _stylegan2(px) for px in (32, 64, 128)},
    }
)

# Laid over a preset where trained weights are begun from: D and G are in balance already, and large first steps, which
# Adam takes before its moments have settled, would tear them apart. The average is to keep what it begins with.
FINE_TUNE: MappingProxyType[str, Any] = MappingProxyType(
    {"lr": 2.5e-4, "lr_warmup_kimg": 0.5, "ema_halflife_part": 0.25, "ema_halflife_kimg": 10.0}
)


def write_config(run_dir: Path, config: TrainConfig, data: Mapping[str, Any]) -> None:
    """Write config.json; `data` tells which set of faces the run is on."""
    text = {"format": FORMAT, "format_version": FORMAT_VERSION, "config": config.to_json(), "data": dict(data)}
    write_atomically(run_dir / CONFIG_NAME, json.dumps(text, indent=2) + "\n")


def read_config(run_dir: Path) -> tuple[TrainConfig, dict[str, Any]]:
    """Return (settings, data) of a run folder; raises `FormatError` where it is none or of another version."""
    file = run_dir / CONFIG_NAME
    if not file.is_file():
        raise FormatError(
            f"{run_dir} is not a run folder (it has no {CONFIG_NAME})",
            "Start a run with: tachie train DATASET --minutes M --out RUN",
        )
    try:
        text = json.loads(file.read_text())
        if text["format"] != FORMAT or text["format_version"] != FORMAT_VERSION:
            raise FormatError(
                f"{file} is of format {text['format']} version {text['format_version']}, "
                f"this program reads {FORMAT} version {FORMAT_VERSION}",
                "Use the version of tachie that wrote it, or train into a new folder.",
            )
        try:
            return TrainConfig.from_json(text["config"]), dict(text["data"])
        except UsageError as error:
            raise FormatError(
                f"{file}: {error.message}", "A newer tachie wrote it: use that, or train into a new folder."
            ) from error
    except (json.JSONDecodeError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise FormatError(f"{file} cannot be read as the settings of a run: {error!r}") from error


def must_agree(old: TrainConfig, new: TrainConfig) -> None:
    """Raise `UsageError` naming the settings in which a resumed run would differ from the one it continues."""
    before, after = old.to_json(), new.to_json()
    unlike = [name for name in before if name not in MAY_CHANGE and before[name] != after[name]]
    if (old.kimg is None) != (new.kimg is None):
        unlike.append("kimg" if old.kimg is not None else "minutes")
    if unlike:
        told = ", ".join(f"{name} was {before[name]}, now {after[name]}" for name in unlike)
        raise UsageError(
            f"the run was started with other settings: {told}",
            "Resume with the same settings, or start anew with another --out.",
        )
