"""metadata.jsonl or metadata.csv, as Hugging Face `imagefolder` reads them and our own export writes the first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from tachie.dataset.format import ROW_SCHEMA
from tachie.sources.sidecars import with_caption
from tachie.sources.sidecars._said import Said, stated_labels
from tachie.sources.sidecars.plain import Plain
from tachie.sources.tables._table import Table
from tachie.sources.tables.labels_csv import rows_by_file

_RANK = {"metadata.jsonl": 2, "metadata.csv": 1}
_CAPTIONS = ("text", "caption", "prompt")
_NO_LABELS = frozenset(
    (*ROW_SCHEMA.names, "file_name", "labels", "attributes", "tag_string", "file_url", "license", *_CAPTIONS)
)


class Metadata(Table):
    """`file_name` names the file; fields named as a dataset's columns are those, `text` is a caption, others labels."""

    title = "imagefolder metadata"
    example: ClassVar[Mapping[str, bytes]] = {
        "metadata.jsonl": b'{"file_name": "picture.png", "tags": ["blonde_hair"], "labels": {"split": "train"}}\n'
    }

    @staticmethod
    def takes(name: str) -> int:
        """Take metadata.jsonl, or else metadata.csv."""
        return _RANK.get(name, 0)

    @classmethod
    def parsed(cls, name: str, content: str) -> Table | None:
        """Return the rows by file; lines that cannot be read are counted in `broken`."""
        if name.endswith(".csv"):
            rows = rows_by_file(content, ("file_name",))
            return cls(rows=dict(rows)) if "file_name" in content.partition("\n")[0] else None
        found: dict[str, Any] = {}
        wrong = []
        for number, line in enumerate(content.split("\n"), 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if isinstance(row, dict) and isinstance(row.get("file_name"), str):
                found[row["file_name"].replace("\\", "/").removeprefix("./")] = row
            else:
                wrong.append(number)
        if wrong and not found and name == "metadata.jsonl" and len(wrong) == 1:
            raise ValueError("no JSON object with a file_name in it")
        said = (
            f"no JSON object with a file_name in {len(wrong):,} of its lines, such as line {wrong[0]}" if wrong else ""
        )
        return cls(rows=found, broken=said)

    @staticmethod
    def read(row: Any) -> Said:
        """Return what the line says."""
        said = Plain.read(row)
        free = stated_labels({name: value for name, value in row.items() if name not in _NO_LABELS})
        said = replace(said, dialect=Metadata.title, labels=free | dict(said.labels))
        if said.complete:
            return replace(said, dialect=Metadata.title)
        caption = next((row[name] for name in _CAPTIONS if isinstance(row.get(name), str)), None)
        return with_caption(said, caption) if caption else said
