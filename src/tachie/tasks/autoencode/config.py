"""What an autoencoder's experiment is told."""

from __future__ import annotations

from dataclasses import dataclass

from tachie.core.attributes import ATTRIBUTES
from tachie.core.errors import UsageError
from tachie.dataset.format import LABEL_FRAME, REVIEW_FRAME

SIDE_PX, MINUTES = 64, 2.0
PAPERS_CODE = 32  # of the paper: what outliers are told by where it is among the sizes
_TAKEN = (*LABEL_FRAME, *REVIEW_FRAME, *ATTRIBUTES, "split", "class", "year", "character", "episode", "group")


@dataclass(frozen=True, slots=True)
class Settings:
    """What `--setting NAME=VALUE` changes."""

    codes: tuple[int, ...] = (PAPERS_CODE,)  # sizes of the code, each trained by itself
    filters: int = 128
    kimg: float = 0.0  # thousand pictures that end a training; 0: --minutes do
    batch: int = 16
    lr: float = 2e-3  # falls to nought in a cosine
    mirror: bool = True
    column: str = ""  # write what does not come back of each picture into labels/COLUMN.parquet
    against_resolution: int = 0  # px of the set of --against; 0: as the first
    judged: int = 512  # pictures kept aside that figures are of, at most
    clock: str = "wall"  # minutes are counted by: wall, or cpu for computing alone, where others use the machine too
    precision: str = "auto"  # auto, fp32 or bf16
    checkpoint_s: float = 60.0

    def __post_init__(self) -> None:
        for name in ("filters", "batch", "lr", "judged"):
            if not getattr(self, name) > 0:
                raise UsageError(f"{name} must be above 0, not {getattr(self, name)}")
        if not self.codes or not all(1 <= size <= 4096 for size in self.codes):
            raise UsageError("codes are sizes from 1 to 4096", "For example: --setting codes=8,32,128,512")
        for name, known in (("clock", ("wall", "cpu")), ("precision", ("auto", "fp32", "bf16"))):
            if getattr(self, name) not in known:
                raise UsageError(f"unknown {name} '{getattr(self, name)}'", f"Known: {', '.join(known)}.")
        plain = self.column.isascii() and self.column.isidentifier() and self.column.islower()
        if self.column and (not plain or len(self.column) > 40 or self.column in _TAKEN):
            raise UsageError(
                f"no column of outliers can be called '{self.column}'", "Try: --setting column=outlier (a-z, 0-9, _)."
            )

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes of codes, each once, the smallest first."""
        return tuple(sorted(set(self.codes)))

    @property
    def main(self) -> int:
        """The size that outliers are told by and pictures are shown of: the paper's, or the nearest to it."""
        return min(self.sizes, key=lambda size: (abs(size - PAPERS_CODE), size))
