"""gallery-dl's info.json (--write-info-json): what is known of a gallery, for pictures that say nothing themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from tachie.sources.sidecars._said import Said, text
from tachie.sources.sidecars._sites import of_post
from tachie.sources.sidecars.gallery_dl import GalleryDl
from tachie.sources.tables._table import Table

_ALL = "*"


class Gallery(Table):
    """Artist, day, rating and address speak for each picture; a gallery's tags do not: who wears which is not said."""

    title = "gallery-dl info.json"
    example: ClassVar[Mapping[str, bytes]] = {
        "info.json": b'{"category": "pixiv", "subcategory": "work", "id": 7, "user": {"name": "Someone"}, '
        b'"tags": ["blonde_hair"]}'
    }

    @staticmethod
    def takes(name: str) -> int:
        """Take info.json alone."""
        return int(name == "info.json")

    @classmethod
    def parsed(cls, name: str, content: str) -> Table | None:
        """Return the one entry, where it is gallery-dl's."""
        try:
            data = json.loads(content)
        except (ValueError, RecursionError):
            return None
        return cls(rows={_ALL: data}) if isinstance(data, dict) and GalleryDl.recognises(data) else None

    @staticmethod
    def read(row: Any) -> Said:
        """Return what holds for each picture of the gallery."""
        said = of_post(text(row.get("category")) or "", row, Gallery.title)
        labels = {name: value for name, value in said.labels.items() if name in ("site_rating", "posted")}
        return replace(said, labels=labels, tags=(), url=None, md5=None)  # those are of single pictures

    def find(self, path: str) -> str | None:
        """Return the one entry for pictures of the very folder."""
        return None if "/" in path else _ALL

    def named(self, key: str) -> bool:
        """Say that the entry names no picture."""
        return False
