"""The judge: a classifier that never saw the generator, on drawings of every class and on real faces kept aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from tachie.core.conditions import LabelSchema
from tachie.core.errors import UsageError
from tachie.models._base import Generator
from tachie.vision.classifier import Classifier

Images = NDArray[np.uint8]
_SEED = 20_200_401  # of the latents, which are the same at every look of every run
_BATCH = 50


@dataclass(frozen=True, slots=True)
class Judge:
    """A classifier beside the classes that a generator is asked for, in the generator's order."""

    classifier: Classifier
    classes: tuple[str, ...]

    def __post_init__(self) -> None:
        missing = [name for name in self.classes if name not in self.classifier.classes]
        if missing:
            raise UsageError(
                f"the judge does not know {', '.join(missing[:5])}: it was trained on {self.classifier.about.label}",
                "Name another with --setting judge=RUN, or leave it out and one is trained.",
            )

    def says(self, pictures: Images) -> NDArray[np.int64]:
        """Return [N]: the number, in `classes`, of what it takes each picture for; -1 where that is another class."""
        number = {name: k for k, name in enumerate(self.classes)}
        back = np.array([number.get(name, -1) for name in self.classifier.classes], np.int64)
        found: NDArray[np.int64] = back[self.classifier.logits(pictures).argmax(1)]
        return found

    def seen(self, pictures: Images, codes: NDArray[np.int64]) -> dict[str, Any]:
        """Return how many of the pictures it takes for what they are, the classes counting alike, and each class's."""
        right = self.says(pictures) == codes
        each = {name: float(right[codes == k].mean()) for k, name in enumerate(self.classes) if (codes == k).any()}
        return {
            "accuracy": round(float(np.mean(list(each.values()))), 4),
            "classes": {name: round(share, 4) for name, share in each.items()},
        }


@dataclass(frozen=True, slots=True)
class Drawings:
    """So many drawings of each class from latents that never change."""

    schema: LabelSchema
    z_dim: int
    each: int

    @property
    def codes(self) -> NDArray[np.int64]:
        """The class of each drawing, [N]: all of the first class, then all of the second."""
        return np.repeat(np.arange(self.schema.sizes[0]), self.each)

    @torch.no_grad()
    def draw(self, G: Generator) -> Images:
        """Return the drawings [N, R, R, 3] uint8; the same latents for every class."""
        z = np.random.Generator(np.random.Philox(_SEED)).standard_normal((self.each, self.z_dim), np.float32)
        latents = torch.from_numpy(np.tile(z, (self.schema.sizes[0], 1)))
        c = torch.from_numpy(self.schema.columns(self.codes[:, None].astype(np.int16)))
        device = next(G.parameters()).device
        pairs = zip(torch.split(latents, _BATCH), torch.split(c, _BATCH), strict=True)
        parts = [G(a.to(device), b.to(device)) for a, b in pairs]
        rgb = torch.cat(parts).float().nan_to_num(0.0).add(1).mul(127.5).round().clamp(0, 255)
        return rgb.to(torch.uint8).permute(0, 2, 3, 1).cpu().contiguous().numpy()


def band(curves: Sequence[Sequence[dict[str, Any]]]) -> list[dict[str, float]]:
    """Return the looks that all runs have: mean, least and most accuracy of the runs after each number of images."""
    by_run = [{row["nimg"]: row["accuracy"] for row in curve} for curve in curves]
    shared = sorted(set.intersection(*(set(one) for one in by_run)))
    found = []
    for nimg in shared:
        values = [one[nimg] for one in by_run]
        mean = round(float(np.mean(values)), 4)
        found.append({"kimg": nimg / 1000, "mean": mean, "least": min(values), "most": max(values)})
    return found


def reached(rows: Sequence[dict[str, float]], level: float) -> float | None:
    """Return the thousand images after which the mean first reaches a level, between two looks in a straight line."""
    before: dict[str, float] | None = None
    for row in rows:
        if row["mean"] >= level:
            if before is None or row["mean"] == before["mean"]:
                return row["kimg"]
            part = (level - before["mean"]) / (row["mean"] - before["mean"])
            return round(before["kimg"] + part * (row["kimg"] - before["kimg"]), 3)
        before = row
    return None
