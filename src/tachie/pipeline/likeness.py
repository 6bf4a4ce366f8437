"""Quick nearest neighbours and copies, within a dataset or from one set of rows to another.

`Classic` features nominate, pixels decide (vision/alike.py), and hashes that nearly agree count as well. It is the
quick sibling of `pipeline/dedupe.py`: no network looks at the pictures, and the question is whether a row has a copy,
not which of them is the better one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tachie.core.errors import Unreadable
from tachie.core.images import Rgb, decode
from tachie.dataset.dedupe import Pairs, near_pairs
from tachie.dataset.reader import Dataset
from tachie.learn.features import features_of
from tachie.vision.alike import SAME_DRAWING, SIDE_PX, overlap, small
from tachie.vision.features import Classic
from tachie.vision.phash import hash_bits

BITS = 4  # of a hash, that encoding and scaling change
# The least cosine at which pixels are asked. Of the copies among 6,000 faces from games all had .92 and more; drawn
# episodes, whose grounds change behind one face, have some down to .88.
NOMINATED = 0.88
NEIGHBOURS = 4  # of each row that are asked about: they find 100 of 111 copies that six find in drawn episodes
# Among all rows, where there are ten times as many to ask: the second nearest only where the nearest was a copy.
_NOMINATED_WITHIN = 0.915
_NEIGHBOURS_WITHIN = 3
_BLOCK = 1024

Rows = NDArray[np.int64]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Looks:
    """What rows look like: unit features [N, 718], hashes [N], and their pictures, read where they are needed."""

    dataset: Dataset
    features: NDArray[np.float32]
    hashes: NDArray[np.uint64]
    _small: dict[int, Rgb]

    @classmethod
    def of(cls, dataset: Dataset, progress: Progress) -> Looks:
        """Look at all pictures of a dataset; the features are kept in its folder."""
        seen = features_of(dataset, Classic(), lambda done, total: progress("looking", done, total))
        unit = np.array(seen, np.float32)
        unit /= np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), 1e-9)
        return cls(dataset, unit, hash_bits(dataset.columns(["phash"]).column("phash").to_pylist()), {})

    def read(self, rows: Iterable[int]) -> dict[int, Rgb]:
        """Return pictures at the size at which they are compared, these rows' among them; broken ones are black."""
        for row, data in self.dataset.images_of(set(rows) - self._small.keys()):
            try:
                self._small[row] = small(decode(data).rgb)
            except Unreadable:
                self._small[row] = np.zeros((SIDE_PX, SIDE_PX, 3), np.uint8)  # which fits nothing
        return self._small


@dataclass(frozen=True, slots=True)
class Near:
    """The nearest others of each of some rows, the nearest first: numbers [R, K] and cosines [R, K]."""

    to: Rows
    cosine: NDArray[np.float32]


def neighbours(here: Looks, rows: Rows, there: Looks, others: Rows, progress: Progress, most: int = NEIGHBOURS) -> Near:
    """Return for each of `rows` of one set its nearest of `others` of another, or of the same, itself not counted."""
    itself = here is there
    most = min(most, len(others))
    theirs = there.features[others]
    to, cosine = np.zeros((len(rows), most), np.int64), np.full((len(rows), most), -2, np.float32)
    for start in range(0, len(rows) if most else 0, _BLOCK):
        block = rows[start : start + _BLOCK]
        alike = here.features[block] @ theirs.T
        if itself:
            alike[block[:, None] == others[None, :]] = -2
        top = np.argpartition(-alike, most - 1, axis=1)[:, :most]
        value = np.take_along_axis(alike, top, axis=1)
        order = np.argsort(-value, axis=1, kind="stable")
        to[start : start + _BLOCK] = others[np.take_along_axis(top, order, axis=1)]
        cosine[start : start + _BLOCK] = np.take_along_axis(value, order, axis=1)
        progress("comparing", min(start + _BLOCK, len(rows)), len(rows))
    return Near(to, cosine)


@dataclass(frozen=True, slots=True)
class Fits:
    """Pairs [P, 2] of a row and another that pixels were asked about, how well each fits (-1 to 1), and its cosine."""

    pairs: Pairs
    fit: NDArray[np.float64]
    cosine: NDArray[np.float64]

    @property
    def same(self) -> Pairs:
        """The pairs that show the same drawing."""
        return self.pairs[self.fit >= SAME_DRAWING]


def compared(here: Looks, rows: Rows, there: Looks, near: Near, progress: Progress, *, within: bool = False) -> Fits:
    """Ask the pixels whether rows show what their nearest do; `within`, only as long as they do."""
    nominated = _NOMINATED_WITHIN if within else NOMINATED
    known: dict[tuple[int, int], float] = {}
    pairs: list[tuple[int, int]] = []
    told: list[tuple[float, float]] = []
    still = np.arange(len(rows))
    if not within:  # all at once: each reading goes through the dataset
        near_enough = near.cosine >= nominated
        here.read(rows[near_enough.any(axis=1)].tolist())
        there.read(near.to[near_enough].tolist())
    for rank in range(near.to.shape[1]):
        still = still[near.cosine[still, rank] >= nominated]
        ask = [(int(rows[r]), int(near.to[r, rank])) for r in still]
        mine, theirs = here.read(a for a, _ in ask), there.read(b for _, b in ask)
        asked_on = []
        for n, (r, (a, b)) in enumerate(zip(still.tolist(), ask, strict=True)):
            if n % 500 == 0:
                progress("asking the pixels", n, len(ask))
            key = (b, a) if here is there and b < a else (a, b)
            if key not in known:
                known[key] = overlap(mine[a], theirs[b])
            pairs.append((a, b))
            told.append((known[key], float(near.cosine[r, rank])))
            if not within or known[key] >= SAME_DRAWING:
                asked_on.append(r)
        still = np.array(asked_on, np.int64)
    fits = np.array(told, np.float64).reshape(-1, 2)
    return Fits(np.array(pairs, np.int64).reshape(-1, 2), fits[:, 0], fits[:, 1])


def copies_within(dataset: Dataset, progress: Progress) -> Pairs:
    """Return pairs [P, 2] of rows that show the same, enough of them to join all copies of a drawing."""
    looks = Looks.of(dataset, progress)
    rows = np.arange(len(dataset))
    near = neighbours(looks, rows, looks, rows, progress, _NEIGHBOURS_WITHIN)
    seen = compared(looks, rows, looks, near, progress, within=True)
    return np.concatenate([seen.same, near_hashes(looks.hashes)])


def near_hashes(hashes: NDArray[np.uint64], bits: int = BITS) -> Pairs:
    """Return pairs [P, 2] that join all rows whose hashes differ in few bits; equal ones are joined by their first."""
    unique, first, group = np.unique(hashes, return_index=True, return_inverse=True)
    rows = np.arange(len(hashes))
    again = rows[first[group] != rows]
    return np.concatenate([np.stack([first[group[again]], again], axis=1), first[near_pairs(unique, bits)]])


def copied(here: Looks, rows: Rows, there: Looks, others: Rows, progress: Progress) -> Pairs:
    """Return pairs [P, 2] of one of `rows` and one of `others` that shows the same; each row that has a copy is in one.

    Of several copies of a row not all are named.
    """
    if not len(rows) or not len(others):
        return np.zeros((0, 2), np.int64)
    seen = compared(here, rows, there, neighbours(here, rows, there, others, progress), progress)
    least, at = nearest_hashes(here.hashes[rows], there.hashes[others])
    close = least <= BITS
    return np.concatenate([seen.same, np.stack([rows[close], others[at[close]]], axis=1)])


def nearest_hashes(
    hashes: NDArray[np.uint64], others: NDArray[np.uint64], counted: dict[int, int] | None = None
) -> tuple[Rows, Rows]:
    """Return for each hash in how many bits its nearest of the others differs, and which one that is.

    `counted`, bits -> pairs, is added the pairs that differ in at most so many bits. 1,000 against 10,000: 30 CPU ms.
    """
    least, at = np.zeros(len(hashes), np.int64), np.zeros(len(hashes), np.int64)
    for start in range(0, len(hashes), _BLOCK):
        apart = np.bitwise_count(hashes[start : start + _BLOCK, None] ^ others[None, :])
        at[start : start + _BLOCK] = apart.argmin(axis=1)
        least[start : start + _BLOCK] = apart.min(axis=1)
        if counted is not None:
            for most in counted:
                counted[most] += int((apart <= most).sum())
    return least, at
