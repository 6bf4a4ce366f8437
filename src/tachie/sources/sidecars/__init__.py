"""Files beside a picture that say something of it: JSON in several dialects, a module each, and captions.

A broken one never costs the picture: it becomes a `Fault`, which is counted and named.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from tachie.core import registry
from tachie.core.attributes import attributes_of_tags
from tachie.core.files import printable
from tachie.core.item import Fault, Item
from tachie.sources.sidecars._captions import TITLE as CAPTIONS
from tachie.sources.sidecars._captions import read_caption
from tachie.sources.sidecars._said import Dialect, Said

KIND = "sources/sidecars"
MOST_BYTES = 8 * 1024**2  # sites' records with all comments have some hundred kB
_LAST = "plain"  # takes whatever other dialects leave
_COLUMNS = (
    "url", "page_url", "post_id", "released_at", "artist", "rights", "episode", "fetched_at", "frame",
)  # fmt: skip


def names_beside(picture: str) -> tuple[str, ...]:
    """Return the names that a picture's sidecars may have, the most particular first; paths keep their folder.

    >>> names_beside("in/a.png")
    ('in/a.png.json', 'in/.a_meta.json', 'in/a.json', 'in/a.png.txt', 'in/a.txt', 'in/a.caption')
    """
    folder, slash, name = picture.rpartition("/")
    stem = name.rpartition(".")[0] or name
    found = (f"{name}.json", f".{stem}_meta.json", f"{stem}.json", f"{name}.txt", f"{stem}.txt", f"{stem}.caption")
    return tuple(dict.fromkeys(f"{folder}{slash}{n}" for n in found))


def picture_of(name: str, endings: Iterable[str]) -> str | None:
    """Return which picture a file's name says that it belongs to, without an ending where that is left open."""
    stem, dot, ending = name.rpartition(".")
    if not dot or ending.lower() not in ("json", "txt", "caption"):
        return None
    if f".{stem.rpartition('.')[2].lower()}" in endings and "." in stem:
        return stem
    if name.startswith(".") and name.endswith("_meta.json"):
        return name[1 : -len("_meta.json")]
    return stem if ending == "caption" else None  # .txt and .json may be anything


def read(name: str, data: bytes) -> Said | Fault:
    """Return what a sidecar says, or what is wrong with it; `name` is its file's, as people read it."""
    content = decoded(data)
    if content is None:
        return Fault(name, "broken_text", "neither UTF-8 nor Shift-JIS", unreadable=True)
    if not name.lower().endswith(".json"):
        return read_caption(content)
    try:
        parsed = json.loads(content)
    except (ValueError, RecursionError) as error:
        return Fault(name, "broken_json", f"{error or 'nested too deeply'}"[:200], unreadable=True)
    return read_object(name, parsed)


def read_object(name: str, parsed: object) -> Said | Fault:
    """Return what a JSON value beside a picture says."""
    if isinstance(parsed, Mapping):
        for dialect in dialects():
            if dialect.recognises(parsed):
                said = dialect.read(parsed)
                return replace(said, faults=tuple(replace(f, name=name) for f in said.faults))
    kind = f"fields {', '.join(list(parsed)[:5])}" if isinstance(parsed, Mapping) else f"a {type(parsed).__name__}"
    return Fault(name, "unknown_shape", printable(f"nothing known in it: {kind}"[:200]))


def with_caption(said: Said, caption: str) -> Said:
    """Add what a caption inside another file says."""
    told = read_caption(caption)
    return replace(said, tags=tuple(dict.fromkeys((*said.tags, *told.tags))), labels={**told.labels, **said.labels})


@cache
def dialects() -> tuple[type[Dialect], ...]:
    """Return the dialects of JSON in the order in which they are asked."""
    names = [name for name in registry.names(KIND) if name != _LAST]
    return tuple(registry.find(KIND, name) for name in (*names, _LAST))


def decoded(data: bytes) -> str | None:
    """Return a file's text: UTF-8, UTF-16 with its mark, or Japanese Windows' Shift-JIS; None for others."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp932")
    for encoding in encodings:
        try:
            found = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in found else found
    return None


def with_said(item: Item, told: Sequence[Said | Fault]) -> Item:
    """Add what was said of a picture; where several speak of one thing, the first does, and the strictest of ratings.

    An attribute follows from the tags of all together. What is stated outright by a sidecar ranks above what folder
    and labels.csv say (`item.labels`), and that above what tags say.
    """
    if not told:
        return item
    said = [one for one in told if isinstance(one, Said)]
    complete = next((one for one in said if one.complete), None)
    if complete:
        said = [complete, *(one for one in said if one is not complete and one.dialect != CAPTIONS)]
        item = replace(item, labels={n: v for n, v in item.labels.items() if n == "split"})  # it is no row's own
    tags = tuple(dict.fromkeys((*item.tags, *(tag for one in said for tag in one.tags))))
    unsure = frozenset[str]().union(*(one.unsure for one in said))
    found = {} if complete else attributes_of_tags(tags)
    attributes = {name: value for name, value in found.items() if name not in unsure}
    stated: dict[str, str] = {}
    for one in reversed(said):
        stated |= one.labels
    ratings = [one.rating for one in said if one.rating]
    known: dict[str, Any] = {n: next((v for one in said if (v := getattr(one, n))), None) for n in _COLUMNS}
    faults = [one for one in told if isinstance(one, Fault)] + [fault for one in said for fault in one.faults]
    faults += [_other_file(item, one.md5) for one in said if one.md5 and item.data is not None]
    source = next((one.source for one in said if one.source), item.source)
    own = {n: v for n, v in item.labels.items() if (n, v) != ("class", source)}  # gallery-dl's folder for a site
    return replace(
        item,
        source=source,
        tags=tags,
        labels=attributes | own | stated,
        rating=max(ratings, key="gsqe".index) if ratings else item.rating,
        upscaled=max(item.upscaled, *(one.upscaled for one in said), 0),
        dialects=tuple(dict.fromkeys((*item.dialects, *(one.dialect for one in said)))),
        faults=(*item.faults, *(fault for fault in faults if fault.reason)),
        **{name: value for name, value in known.items() if value is not None},
    )


def _other_file(item: Item, md5: str) -> Fault:
    """Return the fault that the file is not the one of which the sidecar speaks, without a reason where it is."""
    found = hashlib.md5(item.data or b"", usedforsecurity=False).hexdigest()
    same = found == md5
    return Fault(item.source_path, "" if same else "md5_differs", f"the sidecar says {md5}, the file has {found}")
