"""Which rows show the same picture, and which copy is the better one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import comb

import numpy as np
from numpy.typing import NDArray

Pairs = NDArray[np.int64]  # [P, 2], each pair once, the smaller row first

_SORTING = 40.0  # sorting a row, in units of comparing two of them


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
        left = np.array([i for i in best_first if i not in gone], np.int64)
        groups, heads, group_of = np.unique(hashes[left], return_index=True, return_inverse=True)
        keeper = _keepers(near_pairs(groups, distance), heads)  # the place of a group's best row is its rank too
        stays = left[heads[keeper[group_of]]]
        gone |= {
            row: Duplicate(row, to, exact=False)
            for row, to in zip(left.tolist(), stays.tolist(), strict=True)
            if row != to
        }
    return _to_the_last([gone[i] for i in sorted(gone)])


def _to_the_last(found: list[Duplicate]) -> list[Duplicate]:
    """Point every duplicate at a row that stays: an exact copy's keeper may itself have gone as a near one."""
    target = {d.row: d.kept for d in found}

    def last(row: int) -> int:
        while row in target:
            row = target[row]
        return row

    return [Duplicate(d.row, last(d.kept), d.exact) for d in found]


def _keepers(pairs: Pairs, rank: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each group of equal hashes the group that it goes with: itself where it stays.

    The best group (lowest `rank`) stays and takes its neighbours with it, then the best of the rest, and so on.
    """
    keeper = np.full(len(rank), -1, np.int64)
    both = np.concatenate([pairs, pairs[:, ::-1]])
    both = both[np.argsort(both[:, 0], kind="stable")]
    starts = np.searchsorted(both[:, 0], np.arange(len(rank) + 1))
    near = np.unique(both[:, 0])
    for group in near[np.argsort(rank[near], kind="stable")]:
        if keeper[group] < 0:
            around = both[starts[group] : starts[group + 1], 1]
            keeper[group] = group
            keeper[around[keeper[around] < 0]] = group
    alone = keeper < 0
    keeper[alone] = np.flatnonzero(alone)
    return keeper


def near_pairs(hashes: NDArray[np.uint64], distance: int) -> Pairs:
    """Return index pairs [P, 2] (a < b) of distinct 64-bit hashes that differ in at most `distance` bits.

    Cut into distance + k bands of bits, such hashes are equal in at least k bands. So for each choice of k bands, only
    hashes that are equal there are compared (Manku, Jain and Das Sarma 2007, "Detecting near-duplicates for web
    crawling"); k is chosen by the number of hashes.
    """
    found = [np.zeros((0, 2), np.int64)]
    same = _bands_the_same(len(hashes), distance)
    edges = [64 * i // (distance + same) for i in range(distance + same + 1)]
    masks = [np.uint64((1 << high) - (1 << low)) for low, high in pairwise(edges)]
    for chosen in combinations(range(len(masks)), same):
        mask = np.bitwise_or.reduce([masks[band] for band in chosen])
        earlier = [masks[band] for band in range(chosen[-1]) if band not in chosen]
        order = np.argsort(hashes & mask, kind="stable")
        ordered = hashes[order]
        buckets = ordered & mask
        # Each row is compared with the next one of its bucket, then with the one after that, and so on.
        rows, step = np.arange(len(order)), 1
        while len(rows := rows[: np.searchsorted(rows, len(order) - step)]):
            rows = rows[buckets[rows] == buckets[rows + step]]
            differ = ordered[rows] ^ ordered[rows + step]
            near = np.bitwise_count(differ) <= distance
            for other in earlier:  # equal in an earlier choice of bands too: it was found there
                near &= (differ & other) != 0
            found.append(np.stack([order[rows[near]], order[rows[near] + step]], axis=1))
            step += 1
    pairs = np.concatenate(found)
    pairs.sort(axis=1)
    return pairs


def _bands_the_same(count: int, distance: int) -> int:
    """Return the k of `near_pairs` that takes least work: sorting for each choice, then comparing within buckets."""

    def work(k: int) -> float:
        in_bucket = count / 2 ** (64 * k / (distance + k))
        return comb(distance + k, k) * count * (_SORTING + in_bucket)

    return min(range(1, 6), key=work)


def nearest(features: NDArray[np.float16], least: float, most: int, block: int = 512) -> Pairs:
    """Return pairs of rows [N, W] of which one is among the other's `most` nearest, with a cosine of at least `least`.

    Every row is compared with every other: 20,000 rows of 718 numbers take some ten CPU seconds, 100,000 four minutes.
    """
    unit = np.asarray(features, np.float32)
    unit /= np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), 1e-9)
    most = min(most, len(unit) - 1)
    found = [np.zeros((0, 2), np.int64)]
    for start in range(0, len(unit) if most > 0 else 0, block):
        alike = unit[start : start + block] @ unit.T
        here = np.arange(len(alike))
        alike[here, here + start] = -1
        columns = np.argpartition(-alike, most - 1, axis=1)[:, :most]
        rows = np.repeat(here, most)
        near = alike[rows, columns.ravel()] >= least
        found.append(np.stack([rows[near] + start, columns.ravel()[near]], axis=1))
    pairs = np.concatenate(found)
    pairs.sort(axis=1)
    return np.unique(pairs, axis=0)


def clusters(pairs: Pairs, count: int) -> list[list[int]]:
    """Return the groups of rows that pairs join, directly or by way of others, largest first; single rows are none."""
    parent = list(range(count))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = row = parent[parent[row]]
        return row

    for a, b in pairs.tolist():
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    found: dict[int, list[int]] = {}
    for row in np.unique(pairs).tolist():
        found.setdefault(root(row), []).append(row)
    return sorted(found.values(), key=lambda rows: (-len(rows), rows[0]))


def best_of(pairs: Pairs, quality: Sequence[float]) -> dict[int, int]:
    """Return row -> the better row that it is left out for; a row goes only where it pairs with one that stays."""
    rank = np.empty(len(quality), np.int64)
    rank[np.lexsort((np.arange(len(quality)), -np.asarray(quality, np.float64)))] = np.arange(len(quality))
    keeper = _keepers(pairs, rank)
    return {int(row): int(keeper[row]) for row in np.flatnonzero(keeper != np.arange(len(quality)))}
