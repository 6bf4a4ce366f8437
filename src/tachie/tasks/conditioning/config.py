"""What the experiment of conditioning is told."""

from __future__ import annotations

from dataclasses import dataclass

from tachie.core.errors import UsageError

MODEL, SIDE_PX, KIMG = "r3", 32, 20.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What `--setting NAME=VALUE` changes."""

    runs: int = 3  # trainings, with seeds S, S+1, ...
    kimg: float = 0.0  # thousand pictures of each; 0: as many as the first one sees in --minutes, or else 20
    each: int = 20  # drawings of each class at each look
    judge: str = ""  # the run of a classifier that judges; empty: one is trained on the training part
    judge_minutes: float = 0.0  # of the classifier's training; 0: its own default
    judge_epochs: int = 0  # the same in times that each face is seen
    judge_model: str = "cnn"
    judge_against: str = ""  # as `judge`, for the set of --against
    against_label: str = ""  # the label of that set; empty: the same, or else class
    batch: int = 0  # pictures a step; 0: the model's own
    width: float = 1.0  # times the channels of the model's own preset
    clock: str = "wall"  # minutes are counted by: wall, or cpu for computing alone, where others use the machine too
    checkpoint_s: float = 120.0

    def __post_init__(self) -> None:
        for name in ("runs", "each", "width"):
            if not getattr(self, name) > 0:
                raise UsageError(f"{name} must be above 0, not {getattr(self, name)}")
        for name in ("kimg", "judge_minutes", "judge_epochs", "batch"):
            if getattr(self, name) < 0:
                raise UsageError(f"{name} cannot be below 0")
        if self.clock not in ("wall", "cpu"):
            raise UsageError(f"unknown clock '{self.clock}'", "Known: wall, cpu.")


def looks(kimg: float) -> tuple[int, ...]:
    """Return after how many images a generator is looked at up to `kimg` thousand: often at first, then seldom.

    The same for every run of whatever length, so that the points of several runs lie above each other.
    """
    found, at = [0], 250.0
    while at < kimg * 1000:
        found.append(round(at))
        at = max(at + 250, at * 1.2)
    return tuple(found)
