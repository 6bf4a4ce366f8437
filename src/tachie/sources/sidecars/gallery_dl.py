"""gallery-dl's `picture.jpg.json` (--write-metadata): the site's own fields, and which site it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from tachie.sources.sidecars._said import Dialect, Said, text
from tachie.sources.sidecars._sites import of_post


class GalleryDl(Dialect):
    """Fields differ by site (`category`): tags by category or all in one, as text or list; the file's md5 on boards."""

    title = "gallery-dl"
    example: ClassVar[Mapping[str, Any]] = {
        "category": "danbooru",
        "subcategory": "tag",
        "id": 7,
        "rating": "g",
        "tag_string_general": "1girl blonde_hair",
        "tag_string_character": "someone",
        "tags": ["1girl", "blonde_hair", "someone"],
        "filename": "picture",
        "extension": "png",
    }

    @staticmethod
    def recognises(content: Mapping[str, Any]) -> bool:
        """Return whether it names a site and how the site was asked, or the file's ending."""
        return isinstance(content.get("category"), str) and ("subcategory" in content or "extension" in content)

    @staticmethod
    def read(content: Mapping[str, Any]) -> Said:
        """Return what the site said."""
        return of_post(text(content.get("category")) or "", content, GalleryDl.title)
