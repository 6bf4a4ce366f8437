"""Conditions: which labels a generator listens to, and how they become numbers.

A `LabelSchema` is an ordered list of labels: exclusive groups (`Group`), flags of no and yes (`Flag`), numbers
(`Number`). One row of labels is a row of codes, int16 [G], -1 for unknown; c is what networks read, float32 [c_dim]:
the labels' columns side by side, all zero where a label is unknown.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tachie.core.attributes import ATTRIBUTES, NO, UNKNOWN, YES
from tachie.core.errors import FormatError, UsageError

Codes = NDArray[np.int16]
Columns = NDArray[np.float32]

CLASS_MAX_VALUES = 64  # a `class` of more values than this is a name, not a condition
NEAR_PART = 20  # numbers agree where they lie within a twentieth of their scale
_FREE_LABELS = ("year", "class")
_MOST_STEPS = 30_000  # of a number, so that its codes are int16


@dataclass(frozen=True, slots=True)
class Group:
    """An exclusive group: its name and its values in order. Its columns are one-hot."""

    KIND: ClassVar[str] = "choice"
    name: str
    values: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many codes it has."""
        return len(self.values)

    @property
    def width(self) -> int:
        """How many columns of c it has."""
        return len(self.values)

    def find(self, text: str) -> int:
        """Return the code of a value, -1 where it is none."""
        return self.values.index(text) if text in self.values else -1

    def value(self, code: int) -> str:
        """Return the value that a code of 0 to size - 1 stands for."""
        return self.values[code]

    def refusal(self, text: str) -> UsageError:
        """Return the error that says why `text` is no value."""
        return _unlike(f"value of '{self.name}'", text, self.values)

    def columns(self, codes: Codes) -> Columns:
        """Return the columns [N, width] of codes [N], zeros for -1."""
        return np.concatenate([np.zeros((1, self.width), np.float32), np.eye(self.width, dtype=np.float32)])[codes + 1]

    def agree(self, codes: Codes, wanted: int) -> NDArray[np.bool_]:
        """Return [N]: which of codes [N] say what `wanted` (a known code) says."""
        return np.equal(codes, wanted)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {"name": self.name, "values": list(self.values)}


@dataclass(frozen=True, slots=True)
class Flag(Group):
    """Something that is there or not, whatever else is. Its one column is -1 (no) or 1 (yes)."""

    KIND: ClassVar[str] = "flag"
    values: tuple[str, ...] = (NO, YES)

    @property
    def width(self) -> int:
        """One column."""
        return 1

    def columns(self, codes: Codes) -> Columns:
        """Return the column [N, 1] of codes [N]."""
        return np.array([[0.0], [-1.0], [1.0]], np.float32)[codes + 1]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {"name": self.name, "kind": self.KIND, "values": list(self.values)}


@dataclass(frozen=True, slots=True)
class Number:
    """A number from `least` to `most` in steps so fine that nobody minds; a code is a number of steps.

    Its two columns are the number on a scale from -1 to 1, and 1 for "known".
    """

    KIND: ClassVar[str] = "number"
    name: str
    least: float
    most: float
    step: float

    def __post_init__(self) -> None:
        if not (self.step > 0 and 0 < (self.most - self.least) / self.step <= _MOST_STEPS):
            raise FormatError(f"'{self.name}' is no scale: from {self.least} to {self.most} in steps of {self.step}")

    @classmethod
    def over(cls, name: str, numbers: Iterable[float]) -> Number:
        """Return the scale over some different numbers: in tenths where they are whole, as years are."""
        every = list(numbers)
        least, most = min(every), max(every)
        span = most - least
        whole = all(x == int(x) for x in every) and span <= _MOST_STEPS
        return cls(name, least, most, (0.1 if span <= 1000 else 1.0) if whole else span / 1000)

    @property
    def size(self) -> int:
        """How many codes it has."""
        return round((self.most - self.least) / self.step) + 1

    @property
    def width(self) -> int:
        """Two columns."""
        return 2

    def find(self, text: str) -> int:
        """Return the code of the step next to a number, -1 where the text is none or it lies outside."""
        x = finite_number(text)
        return round((x - self.least) / self.step) if x is not None and self.least <= x <= self.most else -1

    def value(self, code: int) -> str:
        """Return the number that a code stands for, without the noise of floating point."""
        return f"{self.least + code * self.step:.10g}"

    def refusal(self, text: str) -> UsageError:
        """Return the error that says why `text` is no value."""
        least, most = self.value(0), self.value(self.size - 1)
        return UsageError(f"'{self.name}' cannot be '{text}'", f"It is a number from {least} to {most}.")

    def columns(self, codes: Codes) -> Columns:
        """Return the columns [N, 2] of codes [N], zeros for -1."""
        known = codes >= 0
        scaled = codes.astype(np.float64) * (2.0 / (self.size - 1)) - 1.0
        return np.stack([np.where(known, scaled, 0.0), known], 1).astype(np.float32)

    def agree(self, codes: Codes, wanted: int) -> NDArray[np.bool_]:
        """Return [N]: which of codes [N] are known and near `wanted`."""
        apart = np.abs(codes.astype(np.int64) - wanted)
        return (codes >= 0) & (NEAR_PART * apart <= self.size - 1)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {"name": self.name, "kind": self.KIND, "least": self.least, "most": self.most, "step": self.step}


Label = Group | Number  # a Flag is a Group of two values with a column of its own


@dataclass(frozen=True, slots=True)
class LabelSchema:
    """The labels in order; none at all is allowed."""

    groups: tuple[Label, ...] = ()

    @property
    def sizes(self) -> list[int]:
        """The number of codes of each label."""
        return [group.size for group in self.groups]

    @property
    def widths(self) -> list[int]:
        """The number of columns of each label."""
        return [group.width for group in self.groups]

    @property
    def c_dim(self) -> int:
        """The width of c: the sum of widths, or 1 (always zero) without any label, since nets want at least one."""
        return max(1, sum(self.widths))

    @property
    def plain(self) -> bool:
        """Whether all labels are exclusive groups, the only kind that the first version of the format knew."""
        return all(type(group) is Group for group in self.groups)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the labels in order."""
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
                row[i] = group.find(value)
                if row[i] < 0:
                    raise group.refusal(value)
        return row

    def table(self, labels: Mapping[str, Mapping[str, str]], ids: Sequence[str]) -> Codes:
        """Return the codes [N, G] of rows by id, from label -> {id: value}; values outside the schema are unknown."""
        table = np.full((len(ids), len(self.groups)), -1, np.int16)
        for g, group in enumerate(self.groups):
            known = labels.get(group.name, {})
            code = {value: group.find(value) for value in set(known.values())}
            table[:, g] = [code.get(known.get(row_id, UNKNOWN), -1) for row_id in ids]
        return table

    def labels(self, codes: Codes) -> dict[str, str]:
        """Return the known labels of one row of codes [G]."""
        pairs = zip(self.groups, codes.tolist(), strict=True)
        return {group.name: group.value(code) for group, code in pairs if code >= 0}

    def columns(self, codes: Codes) -> Columns:
        """Return c [N, c_dim] float32 of codes [N, G]."""
        if not self.groups:
            return np.zeros((len(codes), 1), np.float32)
        return np.concatenate([group.columns(codes[:, g]) for g, group in enumerate(self.groups)], 1)

    def agreement(self, codes: Codes, wanted: Codes) -> NDArray[np.int64]:
        """Return [N]: in how many of the known labels of `wanted` [G] each row of codes [N, G] agrees."""
        known = [g for g, code in enumerate(wanted) if code >= 0]
        agreeing = [self.groups[g].agree(codes[:, g], int(wanted[g])) for g in known]
        return np.sum(agreeing, 0, dtype=np.int64) if known else np.zeros(len(codes), np.int64)

    def to_json(self) -> list[dict[str, Any]]:
        """Return the schema as plain JSON, a dict a label; an exclusive group is {"name": ..., "values": [...]}."""
        return [group.to_json() for group in self.groups]

    @classmethod
    def from_json(cls, data: Any) -> LabelSchema:
        """Return the schema that `to_json` wrote; raises `FormatError` on anything else."""
        try:
            return cls(tuple(map(_from_json, data)))
        except (TypeError, KeyError, ValueError) as error:
            raise FormatError(f"this is not a list of labels: {error!r}") from error

    @classmethod
    def of_labels(cls, labels: Mapping[str, Mapping[str, str]], only: Sequence[str] | None = None) -> LabelSchema:
        """Return the labels that label -> {id: value} can train: by default attributes, `year` and a small `class`.

        `only` names the labels to take instead. Labels of no and yes are flags; `year`, and any number of at least
        three values that is asked for, is a number; `NAME:choice` makes an exclusive group of either, `NAME:number` a
        number of a class. A label with fewer than two known values says nothing and is left out. Raises `UsageError`
        where a name in `only` is no label of the data or its values are not of the kind.
        """
        groups: list[Label] = []
        for asked in only if only is not None else (*ATTRIBUTES, *_FREE_LABELS):
            name, _, kind = asked.partition(":")
            if only is not None and name not in labels:
                raise _unlike("label", name, tuple(labels))
            seen = {value for value in labels.get(name, {}).values() if value != UNKNOWN}
            if len(seen) < 2 or (only is None and name == "class" and len(seen) > CLASS_MAX_VALUES):
                continue
            groups.append(_label(name, kind, seen))
        return cls(tuple(groups))


def _label(name: str, kind: str, seen: set[str]) -> Label:
    numbers = {finite_number(value) for value in seen}
    scaled = None not in numbers and len(numbers) > 1
    if not kind:
        of_numbers = scaled and len(numbers) > 2 and name != "class"
        kind = "flag" if seen == {NO, YES} else "number" if of_numbers else "choice"
    if kind == "number" and scaled:
        return Number.over(name, [x for x in numbers if x is not None])
    if kind == "flag" and seen == {NO, YES}:
        return Flag(name)
    if kind == "choice" and len(seen) <= _MOST_STEPS:
        ordered = [value for value in ATTRIBUTES.get(name, ()) if value in seen]
        return Group(name, (*ordered, *sorted(seen.difference(ordered))))
    some = ", ".join(sorted(seen)[:5])
    raise UsageError(
        f"'{name}' cannot be a {kind}", f"Kinds: choice, flag (of no and yes), number. Its values: {some}."
    )


def finite_number(text: str) -> float | None:
    """Return the number that a text is; None where it is none, or not a finite one."""
    try:
        x = float(text)
    except ValueError:
        return None
    return x if math.isfinite(x) else None


def _from_json(data: Any) -> Label:
    kind = data.get("kind", Group.KIND) if isinstance(data, dict) else ""
    if kind == Number.KIND:
        return Number(str(data["name"]), float(data["least"]), float(data["most"]), float(data["step"]))
    if kind == Flag.KIND:
        return Flag(str(data["name"]))
    if kind == Group.KIND:
        return Group(str(data["name"]), tuple(map(str, data["values"])))
    raise ValueError(f"a label of kind '{kind}'")


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
