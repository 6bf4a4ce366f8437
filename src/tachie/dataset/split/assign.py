"""Dealing groups out to parts so that each class comes near its asked share in each part.

Iterative stratification (Sechidis, Tsoumakas and Vlahavas 2011, "On the stratification of multi-label data"): the class
with the fewest rows left is dealt out first, each time to the part that lacks most of it. There an example has several
labels; here a group has several rows of several classes, which is the same with counts for flags. Since groups are
coarse, largest go first, and afterwards single groups are moved, and pairs exchanged, as long as that brings the parts
nearer to what was asked (Pearson's chi-squared over classes and totals).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Counts = NDArray[np.float64]

_MOST_ROUNDS = 400
_MOST_EXCHANGES = 4_000_000  # pairs of groups that are looked at in a round


def assign(
    group: Codes, classes: Codes, parts: Sequence[float], *, stay: NDArray[np.bool_] | None = None, seed: int = 0
) -> Codes:
    """Return the part of each row, 0 being what `parts` leave over: `parts` are the shares of parts 1, 2, ...

    `group` [rows] numbers groups from 0, `classes` [rows] are class codes from 0. Rows of groups where `stay` [groups]
    is true are of part 0. No group is in two parts, and every part has at least a group where there are enough.
    """
    groups = int(group.max()) + 1
    held = np.zeros((groups, int(classes.max()) + 1))
    np.add.at(held, (group, classes), 1)
    shares = np.array([1 - sum(parts), *parts])
    fixed = np.zeros(groups, bool) if stay is None else stay
    order = np.random.default_rng(seed).permutation(groups)
    dealt = _deal(held, shares, fixed, order)
    # A column for the totals, so that parts come near their size too.
    held = np.concatenate([held, held.sum(axis=1, keepdims=True)], axis=1)
    wanted = shares[:, None] * held.sum(axis=0)
    dealt = _improve(held, wanted, _none_empty(held, wanted, dealt, fixed), fixed)
    return dealt[group]


def _deal(held: Counts, shares: Counts, fixed: NDArray[np.bool_], order: Codes) -> Codes:
    """Return a part for each group: the rarest class first, of it the largest groups first, in `order` among equals."""
    lacking = shares[:, None] * held.sum(axis=0)
    total = shares * held.sum()
    dealt = np.where(fixed, 0, -1)
    lacking[0] -= held[fixed].sum(axis=0)
    total[0] -= held[fixed].sum()
    left = held[~fixed].sum(axis=0)
    while (dealt < 0).any():
        rarest = int(np.where(left > 0, left, np.inf).argmin())
        rows = order[(dealt[order] < 0) & (held[order, rarest] > 0)]
        for g in rows[np.argsort(-held[rows, rarest], kind="stable")].tolist():
            most = lacking[:, rarest] == lacking[:, rarest].max()
            part = int(np.where(most, total, -np.inf).argmax())
            dealt[g] = part
            lacking[part] -= held[g]
            total[part] -= held[g].sum()
            left -= held[g]
    return dealt


def _none_empty(held: Counts, wanted: Counts, dealt: Codes, fixed: NDArray[np.bool_]) -> Codes:
    """Give each part that has nothing the group that suits it best, from a part that has others."""
    for part in range(len(wanted)):
        if (dealt == part).any():
            continue
        several = np.bincount(dealt, minlength=len(wanted))[dealt] > 1
        free = np.flatnonzero(~fixed & several)
        if len(free):
            dealt[free[_cost_of(held[free] - wanted[part], wanted[part]).argmin()]] = part
    return dealt


def _cost_of(off: Counts, wanted: Counts) -> Counts:
    cost: Counts = (off**2 / np.maximum(wanted, 1)).sum(axis=-1)
    return cost


def _improve(held: Counts, wanted: Counts, dealt: Codes, fixed: NDArray[np.bool_]) -> Codes:
    """Move groups, or exchange two, as long as the parts come nearer to what is wanted."""
    weight = 1 / np.maximum(wanted, 1)
    parts = range(len(wanted))
    for _ in range(_MOST_ROUNDS):
        off = np.stack([held[dealt == part].sum(axis=0) for part in parts]) - wanted
        coming = 2 * held @ (off * weight).T + held**2 @ weight.T  # [groups, parts]: what it costs to come there
        going = -2 * held @ (off * weight).T + held**2 @ weight.T
        here = np.arange(len(held)), dealt
        change = going[here][:, None] + coming
        change[here] = 0
        alone = np.bincount(dealt, minlength=len(wanted))[dealt] < 2  # a part is never emptied
        change[fixed | alone] = 0
        best = np.unravel_index(change.argmin(), change.shape)
        if change[best] < -1e-9:
            dealt[best[0]] = best[1]
            continue
        for a, b in combinations(parts, 2):
            ours, theirs = np.flatnonzero((dealt == a) & ~fixed), np.flatnonzero((dealt == b) & ~fixed)
            if not 0 < len(ours) * len(theirs) <= _MOST_EXCHANGES:
                continue
            both = (held[ours] * (weight[a] + weight[b])) @ held[theirs].T
            gain = (going[ours, a] + coming[ours, b])[:, None] + going[theirs, b] + coming[theirs, a] - 2 * both
            one, other = np.unravel_index(gain.argmin(), gain.shape)
            if gain[one, other] < -1e-9:
                dealt[ours[one]], dealt[theirs[other]] = b, a
                break
        else:
            break
    return dealt
