"""Which rows belong together: each key says why, and all keys together make the groups that a split keeps whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tachie.core.errors import UsageError
from tachie.dataset.dedupe import Pairs
from tachie.dataset.format import ROW_SCHEMA
from tachie.dataset.reader import Dataset

COPIES, EPISODE, REPEATED = "copies", "episode", "repeated"
# Keys that are looked for without being asked, and what a group of each is.
KNOWN = {
    COPIES: "near-duplicates",
    "picture": "faces of one picture",
    REPEATED: "a sequence that episodes share",
    EPISODE: "frames of one episode",
    "post": "a post of a board, its parent and its children",
    "game": "pictures of one game or work",
    "artist": "pictures by one artist",
}
CLUSTER = "cluster"  # label of labels/duplicates.parquet
_PARENTS = ("parent_post", "parent_post_id", "post_parent")  # labels that name a post's parent
_WORKS = ("game", "work", "release")
_NOBODY = frozenset({"", "anonymous", "artist_request", "banned_artist", "unknown", "unknown_artist", "various"})

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Key:
    """Why rows belong together: rows that have a code in common do. `codes` is [rows, K], -1 where there is none.

    `values` are what the codes stand for, as people read it.
    """

    name: str
    codes: Codes
    values: Sequence[str]

    @classmethod
    def of(cls, name: str, *columns: Iterable[str | None]) -> Key:
        """Return the key of one or more columns of values, None where nothing is known; all share their values."""
        number: dict[str, int] = {}
        rows = [[-1 if v is None else number.setdefault(v, len(number)) for v in column] for column in columns]
        return cls(name, np.array(rows, np.int64).T.reshape(-1, max(1, len(rows))), list(number))

    @property
    def shared(self) -> int:
        """How many values are of two or more rows."""
        return int((self.sizes() > 1).sum())

    def sizes(self) -> Codes:
        """Return how many rows have each value."""
        rows = np.repeat(np.arange(len(self.codes)), self.codes.shape[1])
        known = np.unique(np.stack([rows, self.codes.ravel()]), axis=1)[1]
        return np.bincount(known[known >= 0], minlength=len(self.values))

    def of_all(self) -> str | None:
        """Return the value that every row has, None where there is none."""
        sizes = self.sizes()
        most = int(sizes.argmax()) if len(sizes) else -1
        return self.values[most] if most >= 0 and len(self.codes) == sizes[most] else None


def key_of_pairs(name: str, pairs: Pairs, rows: int) -> Key:
    """Return the key by which the rows of each pair belong together; a cluster is named by its first row's number."""
    group = grouped([], rows, pairs)
    sizes = np.bincount(group)[group].tolist()
    return Key.of(name, [None if n == 1 else str(g) for g, n in zip(group.tolist(), sizes, strict=True)])


def keys_of(dataset: Dataset) -> dict[str, Key]:
    """Return the keys for which the dataset has data by which any two rows belong together.

    Copies are those that `tachie dedupe` marked; where it has not, there is no such key here. Rows of a sequence that
    episodes share go with that sequence, not with their episodes, which it would chain to one another.
    """
    table = dataset.columns(["source", "post_id", "parent_id", "artist", EPISODE])
    source, post_id, parent_id, artist, episode = (table.column(n).to_pylist() for n in table.column_names)
    labels = _in_order(dataset, (CLUSTER, REPEATED, *_PARENTS, *_WORKS))
    repeated = labels.get(REPEATED, [None] * len(dataset))

    def posts(column: Sequence[str | None]) -> list[str | None]:
        return [f"{s} {p}" if p else None for s, p in zip(source, column, strict=True)]

    found = [
        Key.of("picture", parent_id),
        Key.of(REPEATED, repeated),
        Key.of(EPISODE, [None if r else e or None for e, r in zip(episode, repeated, strict=True)]),
        Key.of("post", posts(post_id), *(posts(labels[name]) for name in _PARENTS if name in labels)),
        Key.of("game", *(_spoken(name, labels[name]) for name in _WORKS if name in labels)),
        Key.of("artist", [a if a and a.lower() not in _NOBODY else None for a in artist]),
    ]
    if CLUSTER in labels:
        found.insert(0, Key.of(COPIES, labels[CLUSTER]))
    return {key.name: key for key in found if key.codes.size and key.shared}


def key_named(dataset: Dataset, name: str, known: Mapping[str, Key]) -> Key:
    """Return a key that a person asks for by name: a known one, a column of the rows or a label.

    Raises `UsageError` where the dataset has nothing of that name, or no two rows share it.
    """
    columns = [f.name for f in ROW_SCHEMA if str(f.type) in ("string", "int32")]
    if name in known:
        return known[name]
    labels = dataset.labels()
    if name in labels:
        key = Key.of(name, [labels[name].get(i) for i in dataset.columns(["id"]).column("id").to_pylist()])
    elif name in columns:
        key = Key.of(name, [None if v is None else str(v) for v in dataset.columns([name]).column(name).to_pylist()])
    elif name in KNOWN:
        raise UsageError(
            f"{dataset.path} does not say which rows are {KNOWN[name]}: there is nothing to group by '{name}'",
            f"It can be grouped by: {', '.join(sorted(known)) or 'none of the known keys'}.",
        )
    else:
        raise UsageError(
            f"{dataset.path} has no column or label '{name}' to group by",
            f"Keys: {', '.join(KNOWN)}. Labels: {', '.join(labels) or 'none'}. Columns: {', '.join(columns)}.",
        )
    if not key.shared:
        raise UsageError(f"no two rows have the same '{name}': it groups nothing", "Leave it out of --group-by.")
    return key


def grouped(keys: Iterable[Key], rows: int, pairs: Pairs | None = None) -> Codes:
    """Return the group of each row, numbered from 0 by their first rows: what keys or pairs join, is together."""
    parent = list(range(rows))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = row = parent[parent[row]]
        return row

    def join(a: int, b: int) -> None:
        low, high = sorted((root(a), root(b)))
        parent[high] = low

    for key in keys:
        first = np.full(len(key.values), -1, np.int64).tolist()
        for column in key.codes.T.tolist():
            for row, code in enumerate(column):
                if code >= 0:
                    if first[code] < 0:
                        first[code] = row
                    else:
                        join(first[code], row)
    for a, b in pairs.tolist() if pairs is not None else ():
        join(a, b)
    roots = np.array([root(row) for row in range(rows)], np.int64)
    return np.unique(roots, return_inverse=True)[1].astype(np.int64)


def _in_order(dataset: Dataset, names: Sequence[str]) -> dict[str, list[str | None]]:
    """Return those of the labels that the dataset has, a value for each row in order."""
    ids = dataset.columns(["id"]).column("id").to_pylist()
    labels = dataset.labels()
    return {name: [labels[name].get(i) for i in ids] for name in names if name in labels}


def _spoken(name: str, column: Sequence[str | None]) -> list[str | None]:
    return [f"{name} {value}" if value else None for value in column]
