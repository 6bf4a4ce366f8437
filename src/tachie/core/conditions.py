"""Conditions: which labels a generator listens to, and how they become numbers.

A `LabelSchema` is an ordered list of exclusive groups; a flag is a group of no and yes. One row of labels is a row of
codes, int16 [G], -1 for unknown; c is its one-hot form, float32, with zeros for every value of an unknown group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tachie.core.attributes import ATTRIBUTES, UNKNOWN
from tachie.core.errors import FormatError, UsageError

Codes = NDArray[np.int16]

CLASS_MAX_VALUES = 64  # a `class` of more values than this is a name, not a condition
_FREE_LABELS = ("year", "class")


@dataclass(frozen=True, slots=True)
class Group:
    """One exclusive group: its name and its values in order."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelSchema:
    """The groups in order; none at all is allowed."""

    groups: tuple[Group, ...] = ()

    @property
    def sizes(self) -> list[int]:
        """The number of values of each group."""
        return [len(group.values) for group in self.groups]

    @property
    def c_dim(self) -> int:
        """The width of c: the sum of sizes, or 1 (always zero) without any group, since nets want at least one."""
        return max(1, sum(self.sizes))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the groups in order."""
        return tuple(group.name for group in self.groups)

    def codes(self, labels: Mapping[str, str]) -> Codes:
        """Return the codes [G] of labels; what is not named is unknown.

        Raises `UsageError` for a name or value that the schema does not have, with the known ones.
        """
        for name in labels:
            if name not in self.names:
                raise _unlike("label", name, self.names)
        row = np.full(len(self.groups), -1, np.int16)
        for i, group in enumerate(self.groups):
            value = labels.get(group.name, UNKNOWN)
            if value != UNKNOWN:
                if value not in group.values:
                    raise _unlike(f"value of '{group.name}'", value, group.values)
                row[i] = group.values.index(value)
        return row

    def table(self, labels: Mapping[str, Mapping[str, str]], ids: Sequence[str]) -> Codes:
        """Return the codes [N, G] of rows by id, from label -> {id: value}; values outside the schema are unknown."""
        table = np.full((len(ids), len(self.groups)), -1, np.int16)
        for g, group in enumerate(self.groups):
            code = {value: i for i, value in enumerate(group.values)}
            known = labels.get(group.name, {})
            table[:, g] = [code.get(known.get(row_id, UNKNOWN), -1) for row_id in ids]
        return table

    def labels(self, codes: Codes) -> dict[str, str]:
        """Return the known labels of one row of codes [G]."""
        pairs = zip(self.groups, codes.tolist(), strict=True)
        return {group.name: group.values[code] for group, code in pairs if code >= 0}

    def one_hot(self, codes: Codes) -> NDArray[np.float32]:
        """Return c [N, c_dim] float32 of codes [N, G]."""
        c = np.zeros((len(codes), self.c_dim), np.float32)
        start = 0
        for g, size in enumerate(self.sizes):
            rows = np.flatnonzero(codes[:, g] >= 0)
            c[rows, start + codes[rows, g]] = 1.0
            start += size
        return c

    def to_json(self) -> list[dict[str, Any]]:
        """Return the schema as plain JSON: [{"name": ..., "values": [...]}, ...]."""
        return [{"name": group.name, "values": list(group.values)} for group in self.groups]

    @classmethod
    def from_json(cls, data: Any) -> LabelSchema:
        """Return the schema that `to_json` wrote; raises `FormatError` on anything else."""
        try:
            groups = tuple(Group(str(g["name"]), tuple(map(str, g["values"]))) for g in data)
        except (TypeError, KeyError) as error:
            raise FormatError(f"this is not a list of labels: {error!r}") from error
        return cls(groups)

    @classmethod
    def of_labels(cls, labels: Mapping[str, Mapping[str, str]], only: Sequence[str] | None = None) -> LabelSchema:
        """Return the groups that label -> {id: value} can train: by default attributes, `year` and a small `class`.

        `only` names the labels to take instead. A group with fewer than two known values says nothing and is left
        out. Raises `UsageError` where a name in `only` is no label of the data.
        """
        for name in only or ():
            if name not in labels:
                raise _unlike("label", name, tuple(labels))
        groups = []
        for name in only if only is not None else (*ATTRIBUTES, *_FREE_LABELS):
            seen = {value for value in labels.get(name, {}).values() if value != UNKNOWN}
            ordered = [v for v in ATTRIBUTES.get(name, ()) if v in seen]
            ordered += sorted(seen.difference(ordered))
            if len(ordered) < 2 or (name not in ATTRIBUTES and name != "year" and len(ordered) > CLASS_MAX_VALUES):
                continue
            groups.append(Group(name, tuple(ordered)))
        return cls(tuple(groups))


def _unlike(what: str, word: str, known: Sequence[str]) -> UsageError:
    close = get_close_matches(word, known, n=1)
    hint = f"Did you mean '{close[0]}'? " if close else ""
    return UsageError(f"unknown {what}: '{word}'", f"{hint}Known: {', '.join(known) or 'none'}.")


def distinct_rows(codes: Codes, most: int | None = None) -> tuple[Codes, NDArray[np.int64]]:
    """Return the distinct rows of codes [N, G] and how often each occurs, the most common first, at most `most`."""
    if codes.shape[1] == 0:
        return codes[:1], np.array([len(codes)] if len(codes) else [], np.int64)
    rows, counts = np.unique(codes, axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:most]
    return rows[order], counts[order].astype(np.int64)
