"""labels.csv beside pictures: its first column (or "file") names files, every other one is a label."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any, ClassVar

from tachie.sources.sidecars._said import Said, stated_labels
from tachie.sources.tables._table import Table

_KEYS = ("file", "file_name", "filename", "path", "name")


class LabelsCsv(Table):
    """Names of files are relative to the table; attributes may be spelled in many ways."""

    title = "labels.csv"
    example: ClassVar[Mapping[str, bytes]] = {"labels.csv": b"file,hair,class\npicture.png,blond,Cocoa\n"}

    @staticmethod
    def takes(name: str) -> int:
        """Take labels.csv alone."""
        return int(name == "labels.csv")

    @classmethod
    def parsed(cls, name: str, content: str) -> Table | None:
        """Return the rows by file."""
        return cls(rows=rows_by_file(content, _KEYS))

    @staticmethod
    def read(row: Any) -> Said:
        """Return the labels."""
        return Said(dialect=LabelsCsv.title, labels=stated_labels(row))


def rows_by_file(content: str, keys: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Return file -> the other columns that are not empty; raises `ValueError` where it is no CSV."""
    try:
        reader = csv.DictReader(io.StringIO(content.replace("\0", "")))
        names = list(reader.fieldnames or ())
        if not names:
            return {}
        key = next((n for n in names if n.strip().lower() in keys), names[0])
        return {
            row[key].replace("\\", "/").removeprefix("./"): {
                n: v for n, v in row.items() if n and n != key and isinstance(v, str) and v.strip()
            }
            for row in reader
            if row.get(key)
        }
    except csv.Error as error:
        raise ValueError(str(error)) from error
