"""Which rows show the same picture, and which copy is the better one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A row that is left out because the row `kept` shows the same."""

    row: int
    kept: int
    exact: bool


def find_duplicates(
    ids: Sequence[str], hashes: NDArray[np.uint64], quality: Sequence[float], *, exact: bool, distance: int
) -> list[Duplicate]:
    """Return the rows to leave out, in row order.

    The best copy (highest `quality`, then first) stays. A row goes only where it is itself within `distance` bits of a
    row that stays, so chains of small changes are not swallowed whole. `distance` -1 looks at ids alone.
    """
    best_first = sorted(range(len(ids)), key=lambda i: (-quality[i], i))
    gone: dict[int, Duplicate] = {}
    if exact:
        first: dict[str, int] = {}
        for i in best_first:
            kept = first.setdefault(ids[i], i)
            if kept != i:
                gone[i] = Duplicate(i, kept, exact=True)
    if distance >= 0:
        rows_of: dict[int, list[int]] = {}  # hash -> rows, best first
        for i in best_first:
            if i not in gone:
                rows_of.setdefault(int(hashes[i]), []).append(i)
        unique = np.array(sorted(rows_of), np.uint64)
        neighbours: dict[int, list[int]] = {}
        for a, b in near_pairs(unique, distance):
            neighbours.setdefault(int(unique[a]), []).append(int(unique[b]))
            neighbours.setdefault(int(unique[b]), []).append(int(unique[a]))
        for i in best_first:
            if i in gone:
                continue
            here = int(hashes[i])
            for other in (here, *neighbours.get(here, ())):
                for row in rows_of[other]:
                    if row != i and row not in gone and (-quality[row], row) > (-quality[i], i):
                        gone[row] = Duplicate(row, i, exact=False)
    return _to_the_last([gone[i] for i in sorted(gone)])


def _to_the_last(found: list[Duplicate]) -> list[Duplicate]:
    """Point every duplicate at a row that stays: an exact copy's keeper may itself have gone as a near one."""
    target = {d.row: d.kept for d in found}

    def last(row: int) -> int:
        while row in target:
            row = target[row]
        return row

    return [Duplicate(d.row, last(d.kept), d.exact) for d in found]


def near_pairs(hashes: NDArray[np.uint64], distance: int) -> Iterator[tuple[int, int]]:
    """Yield index pairs (a < b) of distinct 64-bit hashes that differ in at most `distance` bits, each pair once.

    Two hashes that differ in at most d bits are equal in one of any d + 1 bands of bits, so only rows of one bucket of
    one band are compared (Manku, Jain and Das Sarma 2007).
    """
    edges = np.linspace(0, 64, distance + 2).astype(int)
    seen_masks: list[np.uint64] = []
    for low, high in pairwise(edges):
        mask = np.uint64(((1 << (int(high) - int(low))) - 1) << int(low))
        band = hashes & mask
        order = np.argsort(band, kind="stable")
        starts = np.flatnonzero(np.r_[True, np.diff(band[order]) != 0]) if len(order) else np.array([], int)
        for bucket in np.split(order, starts[1:]):
            for k in range(len(bucket) - 1):
                differ = hashes[bucket[k]] ^ hashes[bucket[k + 1 :]]
                near = np.bitwise_count(differ) <= distance
                for seen in seen_masks:  # an earlier band gave this pair already
                    near &= (differ & seen) != 0
                for b in bucket[k + 1 :][near]:
                    a = int(bucket[k])
                    yield (a, int(b)) if a < b else (int(b), a)
        seen_masks.append(mask)
