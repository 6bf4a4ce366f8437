"""What people decided of a dataset's rows: an append-only journal, and labels/review.parquet made of it.

    review/journal.jsonl     a line an action, synced to the disk before it is answered for: the truth, and the undo
    labels/review.parquet    the state after line `journal_seq` of its metadata, rewritten whole now and then

An action sets fields of some rows: `review` (keep, reject, restore), `reason`, or a label such as `class` or
`hair_color`; None takes a field back. Each line also holds what the fields were, so that every action can be undone,
after a restart too. A line cut short by a crash was never answered for and is taken off. Several processes may write:
each one reads what the others wrote before it adds a line. The last write wins, row by row.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tachie.core.errors import FormatError, disk_full_named
from tachie.dataset.format import LABEL_FRAME, REVIEW_FRAME, review_schema
from tachie.dataset.writer import write_table

BY_HAND = "by hand"
_SEQ_KEY = b"journal_seq"
Fields = dict[str, str | None]
Said = dict[str, tuple[str | None, str, int]]  # field -> value, why, and the action that said it first
Groups = list[tuple[list[str], Said]]  # rows of which the same is said are named in one go


@dataclass(slots=True)
class Row:
    """What is decided of one row: its fields, why for each, and which action touched it last, and when."""

    version: int
    when: str
    fields: dict[str, str]
    why: dict[str, str]
    by: dict[str, int]  # the action whose word each field is; undoing brings the earlier one back


_NOTHING = Row(0, "", {}, {}, {})


@dataclass(frozen=True, slots=True)
class Action:
    """One line of the journal; `undoes` names the action that it takes back."""

    seq: int
    when: str
    tab: str
    why: str
    undoes: int | None
    groups: Groups
    before: Groups

    def ids(self) -> list[str]:
        """Return the rows that it touches."""
        return [row for rows, _ in self.groups for row in rows]

    def line(self) -> bytes:
        """Return it as a line of the journal."""
        return (json.dumps([getattr(self, name) for name in self.__slots__], ensure_ascii=True) + "\n").encode()

    @classmethod
    def parse(cls, line: bytes) -> Action:
        """Return the action of a line; raises ValueError where it is none."""
        seq, when, tab, why, undoes, *said = json.loads(line)
        groups, before = ([(rows, {n: (v, w, b) for n, (v, w, b) in f.items()}) for rows, f in part] for part in said)
        return cls(seq, when, tab, why, undoes, groups, before)


@dataclass(slots=True)
class Decisions:
    """The decisions of one dataset. Safe for threads; other processes' lines are read by `catch_up`."""

    folder: Path
    rows: dict[str, Row] = field(default_factory=dict)
    history: list[Action] = field(default_factory=list)
    seq: int = 0
    compacted: int = 0
    _offset: int = 0
    _base: int = 0  # the action up to which the rows come from the table
    _done: dict[int, Action] = field(default_factory=dict)  # what can be undone, the latest last
    _undone: dict[str, dict[int, Action]] = field(default_factory=dict)  # tab -> undoings that it can redo
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @classmethod
    def open(cls, folder: Path) -> Decisions:
        """Read what was decided in a dataset's folder; nothing is written. Raises `FormatError` on a broken file."""
        decisions = cls(folder)
        decisions._read_table()
        decisions.catch_up()
        return decisions

    @property
    def journal(self) -> Path:
        """The journal's file."""
        return self.folder / "review" / "journal.jsonl"

    @property
    def table(self) -> Path:
        """The label file."""
        return self.folder / "labels" / "review.parquet"

    def record(self, groups: Sequence[tuple[list[str], Fields]], why: str = BY_HAND, tab: str = "") -> Action:
        """Write one action to the disk, then make it so; returns it with its number.

        Raises `DiskFullError` where the line could not be written; nothing is changed then.
        """
        with self._lock, self._alone():
            self.catch_up()
            seq = self.seq + 1
            said: Groups = [(rows, {name: (value, why, seq) for name, value in f.items()}) for rows, f in groups]
            return self._append(said, why, tab, None)

    def undo(self, tab: str = "") -> Action | None:
        """Take back this tab's last action, or anybody's where it has none left; None where there is nothing.

        What somebody changed since then stays as it is.
        """
        with self._lock, self._alone():
            self.catch_up()
            own = next((a for a in reversed(self._done.values()) if a.tab == tab), None)
            action = own or next(reversed(self._done.values()), None)
            return action and self._turn_back(action, tab, "undone")

    def redo(self, tab: str = "") -> Action | None:
        """Do again what this tab took back last, until it decides something new."""
        with self._lock, self._alone():
            self.catch_up()
            action = next(reversed(self._undone.get(tab, {}).values()), None)
            return action and self._turn_back(action, tab, "redone")

    def since(self, seq: int) -> dict[str, Row | None]:
        """Return the rows touched after an action, None where nothing is decided any more."""
        with self._lock:
            touched = {row for action in self._after(seq) for row in action.ids()}
            return {row: self.rows.get(row) for row in touched}

    def catch_up(self) -> list[Action]:
        """Read the lines that were added to the journal by others, and return them."""
        with self._lock:
            if not self.journal.exists() or self.journal.stat().st_size <= self._offset:
                return []
            with self.journal.open("rb") as file:
                file.seek(self._offset)
                data = file.read()
            found = []
            whole = data.rfind(b"\n") + 1
            for line in data[:whole].splitlines():
                try:
                    action = Action.parse(line)
                except (ValueError, TypeError) as error:
                    raise FormatError(
                        f"{self.journal}: a line in its middle cannot be read",
                        "Restore the file from a copy, or move it away to go on from labels/review.parquet.",
                    ) from error
                self._take(action)
                found.append(action)
            self._offset += whole
            return found

    def compact(self) -> None:
        """Write labels/review.parquet anew where it is behind the journal: whole, or not at all."""
        with self._lock, self._alone():
            self.catch_up()
            if self.seq == self.compacted:
                return
            names = sorted({name for row in self.rows.values() for name in row.fields} - set(REVIEW_FRAME))
            ids = list(self.rows)
            rows = [self.rows[i] for i in ids]
            columns: dict[str, list[Any]] = {"id": ids}
            columns |= {name: [row.fields.get(name) for row in rows] for name in ("review", "reason", *names)}
            columns["why"] = [json.dumps(row.why) for row in rows]
            columns["version"] = [row.version for row in rows]
            columns |= {"source": ["review"] * len(rows), "confidence": [None] * len(rows)}
            columns["when"] = [datetime.fromisoformat(row.when) if row.when else None for row in rows]
            schema = review_schema(names).with_metadata({_SEQ_KEY: str(self.seq)})
            write_table(self.table, pa.table(columns, schema=schema), group_rows=100_000)
            self.compacted = self.seq

    def _append(self, groups: Groups, why: str, tab: str, undoes: int | None) -> Action:
        before = grouped((row, self._said_of(row, fields)) for rows, fields in groups for row in rows)
        when = datetime.now(UTC).isoformat(timespec="milliseconds")
        action = Action(self.seq + 1, when, tab, why, undoes, groups, before)
        line = action.line()
        with disk_full_named(self.journal):
            new = not self.journal.exists()
            self.journal.parent.mkdir(parents=True, exist_ok=True)
            with self.journal.open("r+b" if not new else "w+b") as file:
                file.truncate(self._offset)  # what lies behind was cut short by a crash
                try:
                    file.seek(self._offset)
                    file.write(line)
                    file.flush()
                    os.fsync(file.fileno())
                except OSError:
                    file.truncate(self._offset)
                    raise
            if new:
                _sync_folder(self.journal.parent)
        self._offset += len(line)
        self._take(action)
        return action

    def _said_of(self, row: str, names: Iterable[str]) -> Said:
        known = self.rows.get(row, _NOTHING)
        return {n: (known.fields.get(n), known.why.get(n, ""), known.by.get(n, 0)) for n in names}

    def _turn_back(self, action: Action, tab: str, word: str) -> Action:
        set_by = {row: {n: by for n, (_, _, by) in said.items()} for rows, said in action.groups for row in rows}
        earlier = (
            (row, {n: s for n, s in said.items() if self.rows[row].by.get(n) == set_by[row][n]})
            for rows, said in action.before
            for row in rows
        )
        what = action.why.removeprefix("undone: ").removeprefix("redone: ")
        return self._append(grouped((row, s) for row, s in earlier if s), f"{word}: {what}", tab, action.seq)

    def _take(self, action: Action) -> None:
        self.history.append(action)
        if action.undoes is None:
            self._undone.pop(action.tab, None)
            self._done[action.seq] = action
        elif self._done.pop(action.undoes, None):
            self._undone.setdefault(action.tab, {})[action.seq] = action
        else:  # a redoing can be undone in its turn
            self._undone.get(action.tab, {}).pop(action.undoes, None)
            self._done[action.seq] = action
        self.seq = max(self.seq, action.seq)
        if action.seq <= self._base:
            return
        for rows, said in action.groups:
            for row in rows:
                # A row without fields is kept: its version says that it was touched.
                known = self.rows.setdefault(row, Row(0, "", {}, {}, {}))
                known.version, known.when = action.seq, action.when
                for name, (value, why, by) in said.items():
                    known.by[name] = by
                    if value is None:
                        known.fields.pop(name, None)
                        known.why.pop(name, None)
                    else:
                        known.fields[name], known.why[name] = value, why

    def _after(self, seq: int) -> Iterator[Action]:
        for action in reversed(self.history):
            if action.seq <= seq:
                return
            yield action

    def _read_table(self) -> None:
        if not self.table.is_file():
            return
        try:
            table = pq.read_table(self.table)
            stated = (table.schema.metadata or {}).get(_SEQ_KEY)  # a file that others wrote says none: it comes first
            self.compacted = int(stated or 0)
        except (OSError, pa.ArrowException, ValueError) as error:
            raise FormatError(
                f"{self.table} cannot be read as decisions: {error}",
                "Move it away: the journal beside it makes it anew.",
            ) from error
        if stated and self._whole_journal():
            return
        self._base = self.seq = self.compacted
        labels = set(table.column_names) - {*LABEL_FRAME, "why", "version"}
        for row in table.to_pylist():
            fields = {name: row[name] for name in labels if row[name] is not None}
            when = row["when"].isoformat() if row.get("when") else ""
            self.rows[row["id"]] = Row(row.get("version", 0), when, fields, json.loads(row.get("why") or "{}"), {})

    def _whole_journal(self) -> bool:
        """Return whether the journal goes back to the first action, so that the table adds nothing."""
        if not self.journal.exists():
            return False
        with self.journal.open("rb") as file:
            first = file.readline()
        try:
            return Action.parse(first).seq == 1
        except (ValueError, TypeError):
            return False

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from writing meanwhile."""
        with disk_full_named(self.journal):
            self.journal.parent.mkdir(parents=True, exist_ok=True)
            with (self.journal.parent / "lock").open("ab") as file:
                _lock_file(file.fileno())
                yield


def grouped(pairs: Iterable[tuple[str, Said]]) -> Groups:
    """Return (row, what is said of it) pairs as groups of rows of which the same is said."""
    found: dict[tuple[tuple[str, tuple[str | None, str, int]], ...], list[str]] = {}
    for row, said in pairs:
        found.setdefault(tuple(sorted(said.items())), []).append(row)
    return [(rows, dict(key)) for key, rows in found.items()]


def decided(folder: Path) -> Mapping[str, Row]:
    """Return row -> what is decided of it, for a dataset that nobody may ever have reviewed."""
    decisions = Decisions(folder)
    if not decisions.table.is_file() and not decisions.journal.is_file():
        return {}
    return {i: row for i, row in Decisions.open(folder).rows.items() if row.fields}


def _lock_file(descriptor: int) -> None:
    """Wait for the exclusive lock of an open file; closing the file ends it."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _sync_folder(folder: Path) -> None:
    """Make a new file's name durable, where the system can."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
