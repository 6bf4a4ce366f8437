"""What leaks across a split: judged rows that show what is trained on, and groups that lie on both sides.

Every count stands beside that of a random split of the same rows into parts of the same sizes: some likeness there is
in any set, and a random split of frames is nearly all copies.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tachie.core.errors import UsageError
from tachie.dataset.reader import Dataset
from tachie.dataset.split import JUDGED, TRAIN, VALUES, about_split, attached_test_set
from tachie.dataset.split.keys import KNOWN, Key, keys_of
from tachie.pipeline.likeness import BITS, Looks, Rows, compared, nearest_hashes, neighbours
from tachie.vision.alike import SAME_DRAWING, overlap

HASH_BITS = (0, BITS, 8)
PAIRS = 24  # that are shown
ATTACHED = "test set"
_LISTED = 200  # pairs in the JSON
_MOST_OF_REFERENCE = 1_000  # judged rows of the random split that are looked at: a rate is asked of it


@dataclass(frozen=True, slots=True)
class Pair:
    """A judged row and the trained-on row that it resembles most: how well they fit (-1 to 1), cosine, bits apart."""

    part: str
    judged: int
    trained: int
    fit: float
    cosine: float
    bits: int

    @property
    def copy(self) -> bool:
        """Whether both show the same."""
        return self.fit >= SAME_DRAWING or self.bits <= BITS


@dataclass(frozen=True, slots=True)
class Across:
    """What lies between judged rows and those that are trained on: `cosines` of each to its nearest, copies, hashes.

    `hash_pairs` counts pairs that differ in at most so many bits, `hash_rows` the judged rows in such pairs.
    """

    part: str
    rows: int
    pairs: list[Pair]
    cosines: NDArray[np.float32]
    hash_pairs: dict[int, int]
    hash_rows: dict[int, int]

    @property
    def copied(self) -> int:
        """How many judged rows show what a row of training shows."""
        return len({pair.judged for pair in self.pairs if pair.copy})

    def as_dict(self) -> dict[str, Any]:
        """Return it for --json, without the pairs."""
        return {
            "rows": self.rows,
            "copies": self.copied,
            "share": self.copied / max(1, self.rows),
            "hash_pairs": self.hash_pairs,
            "hash_rows": self.hash_rows,
            "median_cosine": float(np.median(self.cosines)) if len(self.cosines) else None,
        }


@dataclass(frozen=True, slots=True)
class Straddling:
    """How many groups of a key there are, how many lie on both sides, and how many judged rows those hold."""

    key: str
    what: str
    groups: int
    across: int
    judged: int
    by_chance: int  # groups that a random split has on both sides


@dataclass(frozen=True, slots=True)
class Leaks:
    """All that was measured. `others` is the independent test set, where one is attached."""

    dataset: Dataset
    values: Sequence[str]
    parts: list[Across]
    by_chance: Across
    keys: list[Straddling]
    others: Dataset | None
    about: dict[str, Any] = field(default_factory=dict)

    @property
    def within(self) -> list[Across]:
        """The judged parts of the dataset itself, without an attached test set."""
        return [across for across in self.parts if across.part != ATTACHED]

    def as_dict(self) -> dict[str, Any]:
        """Return it for --json."""
        ids = self.dataset.columns(["id"]).column("id").to_pylist()
        theirs = self.others.columns(["id"]).column("id").to_pylist() if self.others is not None else []
        pairs = sorted((p for a in self.parts for p in a.pairs), key=lambda p: (-p.fit, p.bits))
        return {
            **{value: list(self.values).count(value) for value in VALUES},
            "judged": {across.part: across.as_dict() for across in self.parts},
            "by_chance": self.by_chance.as_dict(),
            "keys": {k.key: {n: getattr(k, n) for n in ("groups", "across", "judged", "by_chance")} for k in self.keys},
            "pairs": [
                {
                    "part": pair.part,
                    "id": (theirs if pair.part == ATTACHED else ids)[pair.judged],
                    "trained": ids[pair.trained],
                    "fit": round(pair.fit, 3),
                    "cosine": round(pair.cosine, 3),
                    "bits": pair.bits,
                }
                for pair in pairs[:_LISTED]
            ],
        }


def find_leaks(
    dataset: Dataset, values: Sequence[str], progress: Callable[[str, int, int], None], *, of_file: bool = False
) -> Leaks:
    """Measure a split that is given as a value for each row in order; `of_file` where it is not the dataset's own.

    Raises `UsageError` where nothing is trained on, or nothing judged.
    """
    said = np.array([VALUES.index(value) for value in values], np.int64)
    trained = np.flatnonzero(said == VALUES.index(TRAIN))
    others = None if of_file else attached_test_set(dataset)
    judged = {part: np.flatnonzero(said == VALUES.index(part)) for part in JUDGED}
    judged = {part: rows for part, rows in judged.items() if len(rows)}
    if not len(trained) or not (judged or others is not None):
        raise UsageError(
            f"the split of {dataset.path} has {len(trained):,} rows to train on and {sum(map(len, judged.values())):,} "
            "to judge by: nothing can leak",
            f"Make one: tachie split {dataset.path}",
        )
    looks = Looks.of(dataset, progress)
    parts = [_across(part, looks, rows, looks, trained, progress) for part, rows in judged.items()]
    if others is not None:
        there = Looks.of(others, progress)
        parts.append(_across(ATTACHED, there, np.arange(len(others)), looks, trained, progress))
    # The same rows, dealt out by chance.
    used = np.sort(np.concatenate([trained, *judged.values()]))
    count = max(1, sum(map(len, judged.values())) or len(used) // 10)
    order = np.random.default_rng(0).permutation(used)
    looked_at, rest = np.sort(order[:count][:_MOST_OF_REFERENCE]), np.sort(order[count:])
    by_chance = _across("random", looks, looked_at, looks, rest, progress)
    kept = np.isin(np.arange(len(said)), order[:count])
    sides = np.isin(said, [VALUES.index(part) for part in JUDGED]), said == VALUES.index(TRAIN)
    chance_sides = kept, np.isin(np.arange(len(said)), rest)
    keys = [_straddling(key, sides, chance_sides) for key in keys_of(dataset).values()] if judged else []
    return Leaks(dataset, values, parts, by_chance, keys, others, {} if of_file else about_split(dataset))


def _across(part: str, here: Looks, rows: Rows, there: Looks, trained: Rows, progress: Callable[..., None]) -> Across:
    near = neighbours(here, rows, there, trained, progress)
    fits = compared(here, rows, there, near, progress)
    best: dict[int, Pair] = {}

    def take(pair: Pair) -> None:
        if pair.judged not in best or (pair.copy, pair.fit) > (best[pair.judged].copy, best[pair.judged].fit):
            best[pair.judged] = pair

    def bits(a: int, b: int) -> int:
        return int(np.bitwise_count(here.hashes[a] ^ there.hashes[b]))

    for (a, b), fit, cosine in zip(fits.pairs.tolist(), fits.fit, fits.cosine, strict=True):
        take(Pair(part, a, b, float(fit), float(cosine), bits(a, b)))
    hash_pairs = dict.fromkeys(HASH_BITS, 0)
    least, at = nearest_hashes(here.hashes[rows], there.hashes[trained], hash_pairs)
    close = np.flatnonzero(least <= BITS)
    pictures, theirs = here.read(rows[close].tolist()), there.read(trained[at[close]].tolist())
    for i in close.tolist():
        a, b = int(rows[i]), int(trained[at[i]])
        fit = overlap(pictures[a], theirs[b])
        take(Pair(part, a, b, fit, float(here.features[a] @ there.features[b]), int(least[i])))
    # Where no pixels were asked, the nearest are not copies, and yet the nearest there are: some are worth a look.
    lone = [i for i in np.argsort(-near.cosine[:, 0], kind="stable").tolist() if int(rows[i]) not in best][:PAIRS]
    pictures, theirs = here.read(int(rows[i]) for i in lone), there.read(int(near.to[i, 0]) for i in lone)
    for i in lone:
        a, b = int(rows[i]), int(near.to[i, 0])
        fit = overlap(pictures[a], theirs[b])
        take(Pair(part, a, b, fit, float(near.cosine[i, 0]), bits(a, b)))
    in_rows = {most: int((least <= most).sum()) for most in HASH_BITS}
    return Across(part, len(rows), list(best.values()), near.cosine[:, 0], hash_pairs, in_rows)


Side = NDArray[np.bool_]


def _straddling(key: Key, sides: tuple[Side, Side], by_chance: tuple[Side, Side]) -> Straddling:
    judged, trained = (_of_values(key, side) for side in sides)
    chance = [_of_values(key, side) for side in by_chance]
    both = (judged > 0) & (trained > 0)
    inside = (np.append(both, False)[key.codes] & (key.codes >= 0)).any(axis=1) & sides[0]
    return Straddling(
        key.name,
        KNOWN.get(key.name, key.name),
        int((judged + trained > 1).sum()),
        int(both.sum()),
        int(inside.sum()),
        int(((chance[0] > 0) & (chance[1] > 0)).sum()),
    )


def _of_values(key: Key, rows: Side) -> Rows:
    """Return how many of these rows have each value."""
    codes = key.codes[rows]
    counts: Rows = np.bincount(codes[codes >= 0], minlength=len(key.values))
    return counts
