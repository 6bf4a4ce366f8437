"""The metadata of kohya's fine-tuning: one JSON for all pictures, with `tags` and `caption` for each.

It passes through several files on its way (meta_cap, meta_cap_dd, meta_clean, meta_lat), each with all that the former
had; the last one is read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, ClassVar

from tachie.sources._base import PICTURES
from tachie.sources.sidecars import with_caption
from tachie.sources.sidecars._captions import read_caption
from tachie.sources.sidecars._said import Said
from tachie.sources.tables._table import Table

_STAGES = ("", "meta_cap", "meta_cap_dd", "meta_clean", "meta_lat")
_FIELDS = ("tags", "caption", "train_resolution")


@dataclass(slots=True)
class Kohya(Table):
    """Keys are names without ending, or whole paths, on another machine perhaps: their last parts decide."""

    title: ClassVar[str] = "kohya metadata"
    example: ClassVar[Mapping[str, bytes]] = {
        "meta_cap_dd.json": b'{"picture": {"tags": "1girl, blonde hair", "caption": "a girl in a field of wheat"}}'
    }

    _by_stem: dict[str, list[str]] = field(default_factory=dict)

    @staticmethod
    def takes(name: str) -> int:
        """Take meta_*.json and *_md.json, the latest of kohya's own first."""
        stem = name.removesuffix(".json")
        if stem == name or name.startswith("."):
            return 0
        if stem in _STAGES:
            return 10 + _STAGES.index(stem)
        return int(stem.startswith("meta") or stem.endswith(("_md", "_meta", "_metadata")))

    @classmethod
    def parsed(cls, name: str, content: str) -> Table | None:
        """Return the entries, where the file is an object of objects with kohya's fields."""
        known = name.removesuffix(".json") in _STAGES
        try:
            data = json.loads(content)
        except ValueError:
            if known:
                raise
            return None
        entries = data if isinstance(data, dict) else {}
        rows = {k: v for k, v in entries.items() if isinstance(v, dict) and any(n in v for n in _FIELDS)}
        if not rows:
            if known and data != {}:
                raise ValueError("no object of objects with tags or caption")
            return None
        table = cls(rows=rows)
        for key in rows:
            table._by_stem.setdefault(_parts(key)[-1], []).append(key)
        return table

    @staticmethod
    def read(row: Any) -> Said:
        """Return the tags and the caption."""
        tags, caption = row.get("tags"), row.get("caption")
        told = read_caption(tags) if isinstance(tags, str) else Said(dialect="")
        said = Said(dialect=Kohya.title, tags=told.tags, labels=told.labels)
        return with_caption(said, caption) if isinstance(caption, str) else said

    def find(self, path: str) -> str | None:
        """Return the key whose last parts are the path's, the longest such."""
        parts = _parts(path)
        best: tuple[int, str] | None = None
        for key in self._by_stem.get(parts[-1], ()):
            own = _parts(key)
            shared = min(len(own), len(parts))
            if own[-shared:] == parts[-shared:] and (best is None or shared > best[0]):
                best = shared, key
        return best[1] if best else None


def _parts(path: str) -> tuple[str, ...]:
    """Return a path's parts, without the ending of pictures on the last."""
    plain = PurePosixPath(path.replace("\\", "/"))
    last = plain.stem if plain.suffix.lower() in PICTURES else plain.name
    return (*plain.parts[:-1], last)
