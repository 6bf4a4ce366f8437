"""items.jsonl: the result of a collection, rebuilt from the ledger: one line a picture, copies merged.

Two addresses show the same picture when the site says the same MD5, when the bytes are equal, or when their perceptual
hashes are near and they have the same shape; the largest stays, tags of all are united, the other addresses go to
`also`. Files of copies that do not stay remain in the store: nothing that was fetched is thrown away.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tachie.collect.ledger import Ledger
from tachie.collect.record import TAG_CATEGORIES, Record
from tachie.collect.store import Store, Stored
from tachie.core.errors import Unreadable
from tachie.core.files import replacing
from tachie.core.images import decode
from tachie.dataset.dedupe import find_duplicates
from tachie.vision.phash import hash_bits, phash

NAME = "items.jsonl"
# The fields of a line; those that are unknown are left out.
ITEM_FIELDS = (
    "sha256", "file", "bytes", "source", "url", "page_url", "post_id", "parent_post", "md5", "tags", "rating",
    "site_rating", "artist", "score", "width", "height", "created_at", "released_at", "game", "brand", "genre",
    "character", "reading", "voice", "profile", "kind", "rights", "fetched_at", "also",
)  # fmt: skip
NEAR_BITS = 4  # what re-encoding changes; see dataset/dedupe.py
_SIDES = 0.02  # copies have the same width to height within this part

log = logging.getLogger("tachie.collect")


def missing_files(ledger: Ledger, store: Store, listings: Iterable[int]) -> Iterator[int]:
    """Yield the pictures whose file is not there or is short, after a power cut perhaps."""
    select = (
        "select id, sha256, file, bytes from pictures"
        " where state = 'done' and listing = ? and id > ? order by id limit 999"
    )
    for listing in listings:
        number = 0
        while found := ledger.connection().execute(select, (listing, number)).fetchall():
            for number, sha256, file, size in found:
                if not store.has(Stored(sha256, file, size)):
                    yield number


def write_items(root: Path, ledger: Ledger, store: Store, *, merge_copies: bool) -> int:
    """Write items.jsonl of all that is had and return its number of lines."""
    if merge_copies:
        _look(ledger, store)
    kept_of = _near_copies(ledger) if merge_copies else {}
    followers: dict[str, list[str]] = {}
    for gone, kept in kept_of.items():
        followers.setdefault(kept, []).append(gone)
    count = 0
    with replacing(root / NAME) as file:
        firsts = ledger.connection().execute(
            "select sha256 from pictures where state = 'done' group by sha256 order by min(id)"
        )
        for (sha256,) in firsts:
            if sha256 in kept_of:
                continue
            rows = [row for one in (sha256, *followers.get(sha256, ())) for row in _rows(ledger, one)]
            line = json.dumps(_merged(rows), ensure_ascii=False)
            file.write(line.encode("utf-8", "backslashreplace") + b"\n")
            count += 1
    return count


def _rows(ledger: Ledger, sha256: str) -> list[dict[str, Any]]:
    """Return what is known under each address of a file, the fetched ones first."""
    select = """
      select p.record, l.site, p.sha256, p.file, p.bytes, p.fetched_at, p.width, p.height from pictures p
      join listings l on l.id = p.listing where p.sha256 = ?1 and p.state = 'done'
      union all
      select s.record, l.site, null, null, null, null, null, null from pictures p
      join pictures s on s.md5 = p.md5 and s.state = 'same' join listings l on l.id = s.listing
      where p.sha256 = ?1 and p.state = 'done'"""
    return [_row(*found) for found in ledger.connection().execute(select, (sha256,))]


def _row(
    text: str, site: str, sha256: str | None, file: str, size: int, fetched_at: str, width: int | None, height: int
) -> dict[str, Any]:
    record = Record.parsed(text)
    row: dict[str, Any] = {name: getattr(record, name) for name in ITEM_FIELDS if hasattr(record, name)}
    row["source"] = record.source or site
    if sha256:
        row |= {"sha256": sha256, "file": file, "bytes": size, "fetched_at": fetched_at}
        if width:
            row |= {"width": width, "height": height}
    return row


def _merged(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one line of several rows of the same picture; the first decides, the others fill what it lacks."""
    tags: dict[str, dict[str, None]] = {}
    known: dict[str, Any] = {}
    also = []
    for i, row in enumerate(rows):
        for category, words in row["tags"].items():
            tags.setdefault(category, {}).update(dict.fromkeys(words))
        for name, value in row.items():
            if name == "parent_post" and i:  # a number of another site
                continue
            if value is not None and known.get(name) is None:
                known[name] = value
        if i:
            also.append({n: row[n] for n in ("source", "url", "page_url", "post_id") if row.get(n)})
    told = {tag for category, found in tags.items() if category != "general" for tag in found}
    if "general" in tags:  # some boards know no categories and call everything general
        tags["general"] = {tag: None for tag in tags["general"] if tag not in told}
    ratings = [row["rating"] for row in rows if row["rating"]]
    known["rating"] = max(ratings, key="gsqe".index) if ratings else None  # where sites disagree, the stricter
    order = {name: i for i, name in enumerate(TAG_CATEGORIES)}
    known["tags"] = {c: sorted(tags[c]) for c in sorted(tags, key=lambda c: (order.get(c, 9), c)) if tags[c]}
    if also:
        known["also"] = also
    return {name: known[name] for name in ITEM_FIELDS if known.get(name) not in (None, {}, [])}


def _look(ledger: Ledger, store: Store) -> None:
    """Measure and hash pictures that nobody looked at yet; the ledger keeps it, so that each is decoded once."""
    db = ledger.connection()
    while True:
        select = "select distinct sha256, file from pictures where state = 'done' and phash is null limit 100"
        found = db.execute(select).fetchall()
        if not found:
            return
        seen = [(*_looked_at(store, file), sha256) for sha256, file in found]
        with ledger.transaction():
            db.executemany("update pictures set phash = ?, width = ?, height = ? where sha256 = ?", seen)


def _looked_at(store: Store, file: str) -> tuple[str, int | None, int | None]:
    try:
        rgb = decode(store.read(file)).rgb
    except (Unreadable, OSError) as error:
        log.warning("%s cannot be decoded: %s", file, error)
        return "", None, None
    return phash(rgb), rgb.shape[1], rgb.shape[0]


def _near_copies(ledger: Ledger) -> Mapping[str, str]:
    """Return sha256 -> the sha256 of the better copy that stays, for pictures that look the same."""
    select = (
        "select sha256, phash, width, height, bytes from pictures"
        " where state = 'done' and phash != '' group by sha256 order by min(id)"
    )
    found = ledger.connection().execute(select).fetchall()
    names, hashes, quality, ratios = [], [], [], []
    for sha256, digest, width, height, size in found:
        names.append(sha256)
        hashes.append(digest)
        quality.append(width * height + size / 2**40)
        ratios.append(width / height)
    copies = find_duplicates(names, hash_bits(hashes), quality, exact=False, distance=NEAR_BITS)
    return {names[c.row]: names[c.kept] for c in copies if abs(ratios[c.row] / ratios[c.kept] - 1) <= _SIDES}
