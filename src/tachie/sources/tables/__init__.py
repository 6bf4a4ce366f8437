"""Files that speak of many pictures: labels.csv, metadata.jsonl, kohya's metadata, a gallery's info.json."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tachie.core import registry
from tachie.core.files import printable
from tachie.core.item import Fault
from tachie.sources.sidecars import decoded
from tachie.sources.sidecars._said import Said
from tachie.sources.tables._table import Table

KIND = "sources/tables"
MOST_BYTES = 128 * 1024**2


@cache
def kinds() -> dict[str, type[Table]]:
    """Return the kinds of tables by the names of their modules."""
    return {name: registry.find(KIND, name) for name in registry.names(KIND)}


def tables_among(names: Iterator[str]) -> list[tuple[str, str]]:
    """Return (kind, file name) of the tables of one folder: the most preferred file of each kind."""
    best: dict[str, tuple[int, str]] = {}
    for name in names:
        for kind, table in kinds().items():
            if rank := table.takes(name):
                best[kind] = max(best.get(kind, (0, "")), (rank, name))
    return [(kind, name) for kind, (_, name) in sorted(best.items())]


def read_rows(rows: Mapping[str, Any]) -> list[Said]:
    """Return what the entries of a picture say, kind -> entry, as `Tables.rows` gave them."""
    return [kinds()[kind].read(row) for kind, row in rows.items()]


@dataclass(slots=True)
class _Open:
    name: str
    kind: str
    table: Table
    used: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Tables:
    """The tables of a place, while its pictures are listed; paths are relative to it, with /, as people read them."""

    _open: dict[str, list[_Open]] = field(default_factory=dict)  # by folder: "" or ending in /
    _faults: list[Fault] = field(default_factory=list)

    def add(self, kind: str, path: str, data: bytes | Fault) -> None:
        """Take a table's content, or why it could not be had."""
        if isinstance(data, Fault):
            self._faults.append(data)
            return
        folder, slash, name = path.rpartition("/")
        content = decoded(data)
        try:
            if content is None:
                raise ValueError("neither UTF-8 nor Shift-JIS")
            table = kinds()[kind].parsed(name, content)
        except (ValueError, RecursionError) as error:
            self._faults.append(Fault(path, "broken_table", printable(str(error))[:200], unreadable=True))
            return
        if table is None:
            return
        if table.broken:
            self._faults.append(Fault(path, "broken_table", table.broken[:200], unreadable=True))
        self._open.setdefault(folder + slash, []).append(_Open(path, kind, table))

    def rows(self, path: str) -> dict[str, Any]:
        """Return kind -> entry of a picture, from the nearest folder that has one; the gallery's comes last."""
        found: dict[str, Any] = {}
        folder = path
        while folder:
            folder = folder[: folder.rstrip("/").rfind("/") + 1]
            for one in self._open.get(folder, ()):
                key = None if one.kind in found else one.table.find(path[len(folder) :])
                if key is not None:
                    one.used.add(key)
                    found[one.kind] = one.table.rows[key]
        return dict(sorted(found.items(), key=lambda entry: (entry[0] == "gallery", entry[0])))

    def close(self, folder: str = "") -> Iterator[Fault]:
        """Forget the tables of a folder ("" or ending in /) and of those below, and yield what was wrong with them."""
        for opened in [name for name in self._open if name.startswith(folder)]:
            for one in self._open.pop(opened):
                without = [key for key in one.table.rows if key not in one.used and one.table.named(key)]
                if without:
                    said = f"{len(without):,} of {len(one.table.rows):,} entries name no picture here, such as "
                    self._faults.append(Fault(one.name, "no_picture", said + printable(without[0])[:80]))
        yield from self._faults
        self._faults.clear()
