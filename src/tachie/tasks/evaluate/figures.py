"""What is measured of a generator's drawings, each figure beside the same one of two sets of real faces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tachie.core.attributes import UNKNOWN
from tachie.core.conditions import Codes
from tachie.core.images import Rgb
from tachie.draw import Generator
from tachie.metrics.distances import Float, frechet, kernel_distance, nearest, precision_recall
from tachie.metrics.diversity import mean_pair_distance
from tachie.metrics.intervals import half_jackknife, share_interval
from tachie.metrics.memorisation import memorisation
from tachie.tasks.evaluate.real import Real
from tachie.vision.tagger import Tagger

NEIGHBOURS = 3  # of precision and recall (Kynkaanniemi et al. 2019), and shown beside a drawing
_REAL_JUDGED = 400  # real faces a label, to see how often the judge itself is right


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its interval at 95 %, and the same of two sets of real faces: the floor, or ceiling, of it."""

    name: str
    value: float
    low: float
    high: float
    floor: float
    floor_low: float
    floor_high: float
    n: int  # of each of the two sets compared

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data, with six digits."""
        return {k: round(v, 6) if isinstance(v, float) else v for k, v in asdict(self).items()}


def compared(drawn: Float, kept: Float, others: Float, space: str) -> dict[str, Figure]:
    """Return frechet, kernel, precision, recall and diversity of drawings against `kept`, and of `others` against it.

    All three are features [n, F] of one n. `space` names the features: figures of two spaces never compare.
    """

    def figure(real: Float, those: Float) -> tuple[float, ...]:
        spread = mean_pair_distance(those) / max(mean_pair_distance(real), 1e-12)
        return (
            frechet(real, those),
            kernel_distance(real, those),
            *precision_recall(real, those, NEIGHBOURS),
            spread,
        )

    names = ("frechet", "kernel", "precision", "recall", "diversity")
    values, floors = half_jackknife(figure, kept, drawn), half_jackknife(figure, kept, others)
    return {
        name: Figure(f"{name}-{space}", *value, *floor, n=len(kept))
        for name, value, floor in zip(names, values, floors, strict=True)
    }


def standard(drawn: Float, kept: Float, others: Float, weights: str) -> dict[str, Figure]:
    """Return FID and KID of Inception's features [n, 2048], as `compared` does."""

    def figure(real: Float, those: Float) -> tuple[float, ...]:
        return frechet(real, those), kernel_distance(real, those)

    # Half the rounds: singular values of 2048 x 2048 take seconds.
    values, floors = half_jackknife(figure, kept, drawn, 4), half_jackknife(figure, kept, others, 4)
    return {
        name: Figure(f"{name}-{weights}", *value, *floor, n=len(kept))
        for name, value, floor in zip(("fid", "kid"), values, floors, strict=True)
    }


@dataclass(frozen=True, slots=True)
class Nearest:
    """For each drawing its nearest training faces (rows of the dataset) with distances, and the real faces' own."""

    rows: NDArray[np.int64]  # [N, 3]
    drawn: NDArray[np.float64]  # [N, 3]
    real: NDArray[np.float64]  # [M]

    @classmethod
    def find(cls, drawn: Float, real: Real) -> Nearest:
        """Look for neighbours among the faces that were trained on; a real face is never its own neighbour."""
        seen = real.features[real.trained]
        rows, distances = nearest(drawn, seen, NEIGHBOURS)
        own = real.features[real.kept]
        # Kept aside, the nearest is another face; else a face finds itself first.
        to_real = nearest(own, seen, 1)[1][:, 0] if real.kept_aside else nearest(own, seen, 2)[1][:, 1]
        return cls(real.trained[rows], distances, to_real)

    def as_json(self) -> dict[str, Any]:
        """Return what the distances say, with the same of one half of the real faces against the other."""
        said = memorisation(self.drawn[:, 0], self.real)
        half = memorisation(self.real[::2], self.real[1::2])
        low, high = share_interval(round(said.copies * len(self.drawn)), len(self.drawn))
        return {
            **{name: round(value, 6) for name, value in asdict(said).items()},
            "copies_low": round(low, 6),
            "copies_high": round(high, 6),
            "floor_nearer_than_real": round(half.nearer_than_real, 6),
            "floor_copies": round(half.copies, 6),
            "n": len(self.drawn),
            "n_real": len(self.real),
        }


class Judge(Protocol):
    """Says what faces look like, without having been told what was asked for."""

    @property
    def key(self) -> str:
        """Its name and a hash."""
        ...

    @property
    def labels(self) -> Sequence[str]:
        """What it can speak of."""
        ...

    def __call__(self, pictures: Sequence[Rgb]) -> list[Mapping[str, str]]:
        """Return label -> value of each picture, "unknown" where it is not sure."""
        ...


class TaggerJudge:
    """A tagger as a judge of the labels that it is trusted with."""

    def __init__(self, tagger: Tagger) -> None:
        self._tagger = tagger
        self.key = tagger.key
        self.labels = tuple(label.name for label in tagger.labels if label.trusted)

    def __call__(self, pictures: Sequence[Rgb]) -> list[Mapping[str, str]]:
        """Return what the tagger takes for true of each picture."""
        return [said.labels for said in self._tagger(pictures)]


def attributes(generator: Generator, judge: Judge, real: Real, per_value: int, seed: int) -> dict[str, Any]:
    """Return how often drawings made under a label's value show it to the judge, by label and value.

    Each value is set on the same seeds, all other labels being left as the seed has them. The floor is how often the
    judge agrees with what others than itself say of real faces.
    """
    seeds = range(seed, seed + per_value)
    found: dict[str, Any] = {}
    for place, group in enumerate(generator.schema.groups):
        if group.name not in judge.labels:
            continue
        values: dict[str, Any] = {}
        for value in values_of(generator, place):
            said = [row[group.name] for row in judge(list(_drawn_as(generator, seeds, place, value)))]
            right, unsure = said.count(value), said.count(UNKNOWN)
            low, high = share_interval(right, per_value)
            values[value] = {
                "right": right, "unsure": unsure, "n": per_value,
                "share": round(right / per_value, 4), "low": round(low, 4), "high": round(high, 4),
            }  # fmt: skip
        hits, n = sum(v["right"] for v in values.values()), sum(v["n"] for v in values.values())
        low, high = share_interval(hits, n)
        found[group.name] = {
            "share": round(hits / n, 4), "low": round(low, 4), "high": round(high, 4), "n": n,
            **_floor(judge, real, group.name, generator.resolution), "values": values,
        }  # fmt: skip
    not_judged = [name for name in generator.schema.names if name not in found]
    return {"judge": judge.key, "labels": found, "not_judged": not_judged}


def values_of(generator: Generator, place: int) -> list[str]:
    """Return the values of the generator's label at a place, at most 14: of a finer scale, as many spread over it."""
    schema = generator.schema
    size = schema.sizes[place]
    codes = range(size) if size <= 14 else np.linspace(0, size - 1, 7).round().astype(int).tolist()
    return [str(schema.labels(_row(len(schema.groups), place, code))[schema.names[place]]) for code in codes]


def _row(width: int, place: int, code: int) -> Codes:
    row = np.full(width, -1, np.int16)
    row[place] = code
    return row


def _drawn_as(generator: Generator, seeds: Sequence[int], place: int, value: str) -> NDArray[np.uint8]:
    codes = np.stack([generator.codes(seed) for seed in seeds])
    codes[:, place] = generator.schema.codes({generator.schema.names[place]: value})[place]
    return generator.pictures(generator.styles(seeds, codes))


def _floor(judge: Judge, real: Real, name: str, px: int) -> dict[str, Any]:
    stated = real.dataset.labels(without="tagger").get(name, {})
    rows = [i for i in real.kept.tolist() if real.ids[i] in stated][:_REAL_JUDGED]
    if not rows:
        return {"floor": None, "floor_n": 0}
    pictures = real.pictures(rows, px)
    said = judge([pictures[i] for i in rows])
    right = sum(row[name] == stated[real.ids[i]] for i, row in zip(rows, said, strict=True))
    return {"floor": round(right / len(rows), 4), "floor_n": len(rows)}
