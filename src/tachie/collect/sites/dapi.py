"""The dapi interface of Gelbooru's engines, of both ages: JSON with or without attributes, or XML."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from tachie.collect.record import Record
from tachie.collect.refusals import layout_moved
from tachie.collect.sites.boards import (
    Post,
    address,
    integer,
    md5_of,
    not_a_picture,
    objects,
    parent_of,
    parsed_json,
    rights_of,
    text,
    words,
)

# The sites' words for ratings; "safe" is the older word for general.
_RATINGS = {"general": "g", "safe": "g", "sensitive": "s", "questionable": "q", "explicit": "e"}
_CATEGORIES = {"tag": "general", "general": "general", "metadata": "meta", "meta": "meta", "deprecated": "general"}
_MONTHS = {m: i for i, m in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}  # noqa: SIM905


def keyset_tags(cursor: str) -> list[str]:
    """Return the tag that leads on from a cursor: a page number would end at 20,000 results."""
    return [] if cursor == "newest" else [f"id:{cursor}"]


def parse_posts(body: bytes, url: str, site: str = "gelbooru", cursor: str = "") -> tuple[list[Post], int | None]:
    """Return the posts of a dapi answer, and how many the whole search has where it says so.

    No bytes at all are no posts: the older engine says it so. Raises `Refused` where it is no such answer.
    """
    head = body[:64].lstrip()
    if not head:
        return [], None
    if head.startswith(b"<"):
        entries, total = _of_xml(body, site, cursor)
    else:
        entries, total = _of_json(body, site, cursor)
    return [post for entry in entries if (post := _post(entry, url)) is not None], total


def _of_json(body: bytes, site: str, cursor: str) -> tuple[Iterator[Mapping[str, Any]], int | None]:
    data = parsed_json(site, cursor, body)
    if isinstance(data, list):
        return objects(data), None
    if isinstance(data, dict) and ("post" in data or "@attributes" in data):
        stated = data.get("@attributes")
        total = integer(stated.get("count")) if isinstance(stated, dict) else None
        posts = data.get("post")
        return objects([posts] if isinstance(posts, dict) else posts), total
    raise layout_moved(site, "list of posts", cursor)


def _of_xml(body: bytes, site: str, cursor: str) -> tuple[Iterator[Mapping[str, Any]], int | None]:
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:  # no board sends them; entities can grow without end
        raise layout_moved(site, "plain XML", cursor)
    try:
        root = ET.fromstring(body)
    except (ET.ParseError, ValueError, LookupError) as error:
        raise layout_moved(site, f"valid XML ({error})", cursor) from error
    if root.tag != "posts":
        raise layout_moved(site, "<posts>", cursor)
    return (dict(entry.attrib) for entry in root.iter("post")), integer(root.get("count"))


def _post(entry: Mapping[str, Any], url: str) -> Post | None:
    number = integer(entry.get("id"))
    if number is None:
        return None
    if text(entry.get("status")) == "deleted":
        return Post(number, None, "deleted")
    file = address(url, entry.get("file_url")) or _placed(entry, url)
    if file is None:
        return Post(number, None, "restricted", "the site gives no file address")
    media = not_a_picture(file)
    if media:
        return Post(number, None, media)
    tags = _tags(entry)
    artist = " ".join(tags.get("artist", ())) or None
    rating = text(entry.get("rating"))
    record = Record(
        url=file,
        page_url=f"{url}/index.php?page=post&s=view&id={number}",
        post_id=str(number),
        parent_post=parent_of(entry),
        md5=md5_of(entry.get("md5")) or md5_of(entry.get("hash")),  # the older engine's 40 digits are no MD5
        tags=tags,
        rating=_RATINGS.get((rating or "").lower()),
        site_rating=rating,
        artist=artist,
        score=integer(entry.get("score")),
        width=integer(entry.get("width")),
        height=integer(entry.get("height")),
        created_at=_date(entry.get("created_at")),
        rights=rights_of(artist, text(entry.get("source"))),
    )
    return Post(number, record)


def _placed(entry: Mapping[str, Any], url: str) -> str | None:
    """Return the address that the older engine leaves to its readers: /images/DIRECTORY/IMAGE."""
    folder, name = entry.get("directory"), text(entry.get("image"))
    if name is None or not isinstance(folder, str | int) or isinstance(folder, bool):
        return None
    return address(url, f"/images/{folder}/{name}")


def _tags(entry: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return tags by category where the answer has them (fields=tag_info), else all as general."""
    found: dict[str, dict[str, None]] = {}
    for info in objects(entry.get("tag_info")):
        name, kind = text(info.get("tag")), text(info.get("type")) or "tag"
        if name:
            found.setdefault(_CATEGORIES.get(kind.lower(), kind.lower()), {})["_".join(name.split())] = None
    told = {tag for group in found.values() for tag in group}
    for tag in words(entry.get("tags")):
        if tag not in told:
            found.setdefault("general", {})[tag] = None
    return {category: tuple(group) for category, group in found.items()}


def _date(value: object) -> str | None:
    """Return "Sat Nov 21 08:40:05 -0600 2026" as ISO; None where it is written otherwise."""
    parts = value.split() if isinstance(value, str) else []
    if len(parts) != 6 or parts[1] not in _MONTHS:
        return None
    try:
        stated = f"{int(parts[5]):04d}-{_MONTHS[parts[1]]:02d}-{int(parts[2]):02d}T{parts[3]}{parts[4]}"
        return datetime.fromisoformat(stated).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return None
