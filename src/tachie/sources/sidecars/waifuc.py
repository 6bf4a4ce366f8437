"""waifuc's hidden `.NAME_meta.json`: tags with scores, and the site's own record below the site's name.

waifuc puts values that JSON lacks there as pickles, which run code when they are loaded. They are never decoded here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PureWindowsPath
from typing import Any, ClassVar

from tachie.core.attributes import attributes_of_tags
from tachie.core.item import Fault, Frame
from tachie.sources.sidecars._said import Dialect, Said, is_plain, tag, tags_of, text, web_address, whole
from tachie.sources.sidecars._sites import of_post

_LEAST_SCORE = 0.5  # below, its taggers' words are mostly noise
_SURE_SCORE = 0.8  # a tagger's word counts as a label from here on; a site's own tags have 1
# waifuc's name of a site -> gallery-dl's. Its "safebooru" is Danbooru's, not safebooru.org.
_SITES = {"yande": "yandere", "konachan_net": "konachan", "safebooru": "danbooru", "safebooru_org": "safebooru"}
_KNOWN = (
    "danbooru", "safebooru", "safebooru_org", "gelbooru", "yande", "konachan", "konachan_net", "lolibooru", "sankaku",
    "pixiv", "zerochan", "rule34", "hypnohub", "xbooru", "tbib", "e621", "e926",
)  # fmt: skip


class Waifuc(Dialect):
    """The pictures beside are saved anew, so that the site's md5 is not theirs."""

    title = "waifuc"
    example: ClassVar[Mapping[str, Any]] = {
        "filename": "picture.png",
        "group_id": "danbooru_7",
        "tags": {"1girl": 1.0, "blonde_hair": 1.0},
        "danbooru": {"id": 7, "rating": "g", "tag_string": "1girl blonde_hair"},
    }

    @staticmethod
    def recognises(content: Mapping[str, Any]) -> bool:
        """Return whether it has waifuc's fields, or tags with scores."""
        scores = content.get("tags")
        scored = isinstance(scores, Mapping) and bool(scores) and all(map(_is_score, scores.values()))
        return scored or (
            "filename" in content
            and ("group_id" in content or "video_file" in content or any(name in content for name in _KNOWN))
        )

    @staticmethod
    def read(content: Mapping[str, Any]) -> Said:
        """Return the tags that are likely enough, and what the site said."""
        stated = content.get("tags")
        scores = {t: float(s) for w, s in _pairs(stated) if _is_score(s) and s >= _LEAST_SCORE and (t := tag(w))}
        tags = tuple(scores) if scores else tags_of(stated if isinstance(stated, list) else None)
        sure = attributes_of_tags(t for t in tags if scores.get(t, 1.0) >= _SURE_SCORE)
        site, post = next(((n, content[n]) for n in _KNOWN if isinstance(content.get(n), Mapping)), ("", {}))
        said = of_post(_SITES.get(site, site), post, Waifuc.title)
        video, index, time_s = text(content.get("video_file")), whole(content.get("index")), content.get("time")
        of_video = video is not None and index is not None and isinstance(time_s, int | float) and is_plain(time_s)
        pickled = sorted(_pickled(content))
        return replace(
            said,
            tags=tags_of(list(tags), list(said.tags)),
            unsure=frozenset(attributes_of_tags(tags)) - frozenset(sure),
            url=web_address(content.get("url")) or said.url,
            md5=None,  # of the file that the site has; waifuc wrote another
            episode=PureWindowsPath(video).stem if video else None,
            frame=Frame(index, float(time_s), "k") if of_video and index is not None and time_s is not None else None,
            faults=(Fault("", "pickled_value", f"never loaded: {', '.join(pickled)[:200]}"),) if pickled else (),
        )


def _pairs(stated: object) -> list[tuple[str, Any]]:
    return list(stated.items()) if isinstance(stated, Mapping) else []


def _is_score(value: object) -> bool:
    return is_plain(value) and isinstance(value, int | float)


def _pickled(content: Mapping[str, Any]) -> set[str]:
    """Return the names of the types that are kept as pickles, two levels down: deeper ones lie in sites' records."""
    found = set()
    for value in content.values():
        for inner in (value, *(value.values() if isinstance(value, Mapping) else ())):
            if isinstance(inner, Mapping) and "__type" in inner:
                found.add(text(inner["__type"], 80) or "a type")
    return found
