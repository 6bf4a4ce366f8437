"""What a training of a classifier is told, and the files of its run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tachie.core.errors import FormatError, UsageError
from tachie.core.files import write_atomically

FORMAT, FORMAT_VERSION = "tachie-classifier-run", 1
CONFIG_NAME, STATS_NAME, REPORT_NAME, PAGE_NAME = "config.json", "stats.jsonl", "report.json", "index.html"
SHAPES = ("full", "mild", "none")


@dataclass(frozen=True, slots=True)
class Settings:
    """What `--setting NAME=VALUE` changes; a network may have defaults of its own (`Classifier.own`)."""

    epochs: int = 0  # times that each face is seen; 0: as many as the network's own number of faces makes
    batch: int = 64
    lr: float = 0.002  # falls to a hundredth in a cosine
    weight_decay: float = 0.05
    balance: float = 0.5  # classes weigh n^-balance in the loss: 0 all faces alike, 1 all classes alike
    smoothing: float = 0.05  # of labels
    augment: str = "full"  # how faces are changed: full, mild (less, no colours) or none
    min_px: int = 0  # faces smaller than this before they are resized are not trained on
    patience: int = 0  # looks at the validation set without a better one, after which training ends; 0: never
    precision: str = "auto"  # auto, fp32 or bf16
    checkpoint_s: float = 60.0

    def __post_init__(self) -> None:
        for name in ("batch", "lr"):
            if not getattr(self, name) > 0:
                raise UsageError(f"{name} must be above 0, not {getattr(self, name)}")
        for name in ("epochs", "min_px", "patience", "weight_decay"):
            if getattr(self, name) < 0:
                raise UsageError(f"{name} cannot be below 0")
        for name in ("balance", "smoothing"):
            if not 0 <= getattr(self, name) <= 1:
                raise UsageError(f"{name} must be from 0 to 1, not {getattr(self, name)}")
        for name, known in (("augment", SHAPES), ("precision", ("auto", "fp32", "bf16"))):
            if getattr(self, name) not in known:
                raise UsageError(f"unknown {name} '{getattr(self, name)}'", f"Known: {', '.join(known)}.")


@dataclass(frozen=True, slots=True)
class Config:
    """One run: network, label, side, seed, end and settings. Exactly what a resumed run keeps, but for `minutes`."""

    model: str
    label: str
    side_px: int
    seed: int
    minutes: float | None
    settings: Settings

    def write(self, run_dir: Path, data: Mapping[str, Any]) -> None:
        """Write config.json; `data` says on what the run is trained."""
        text = {"format": FORMAT, "format_version": FORMAT_VERSION, "config": asdict(self), "data": dict(data)}
        write_atomically(run_dir / CONFIG_NAME, json.dumps(text, indent=2) + "\n")

    @classmethod
    def read(cls, run_dir: Path) -> tuple[Config, dict[str, Any]]:
        """Return (config, data) of a run; raises `FormatError` where the folder holds no classifier's run."""
        file = run_dir / CONFIG_NAME
        try:
            text = json.loads(file.read_text("utf-8"))
            if text["format"] != FORMAT or text["format_version"] != FORMAT_VERSION:
                raise ValueError(f"it is of format {text['format']} {text['format_version']}")
            config = text["config"]
            return cls(**{**config, "settings": Settings(**config["settings"])}), dict(text["data"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise FormatError(
                f"{run_dir} is not the run of a classifier: {error}",
                "Start one with: tachie train DATASET --task classify --label COLUMN --out RUN",
            ) from error
