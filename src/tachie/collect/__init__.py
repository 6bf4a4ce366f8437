"""Collecting: one resumable crawl under all web sources.

How it works. A **site** (`Site`, one file in `collect/sites/`) knows what to ask and how to read an answer, and nothing
of networks: `first()` names the first pages of a listing by *cursors* (short strings), `ask(cursor)` says how a page is
requested, `read(cursor, answer)` turns the answer's bytes into a `Page`: records of pictures, drops, rows, and the
cursors of further pages. All three are plain functions of their arguments, so they can be fuzzed and fed from saved
pages. The **ledger** (`ledger.py`, SQLite) holds every cursor and address with its state; what a page said enters it in
one transaction. The **crawl** (`crawl.py`) sends what the ledger says is to do, through Scrapy, pages and pictures side
by side and hosts in parallel, puts pictures into the **store** (`store.py`, files named by their sha256) and writes
`items.jsonl` at the end (`items.py`). Resuming is looking into the ledger.

    DIR/ledger.sqlite            what is known: listings, pages, pictures, drops
    DIR/files/ab/cd/SHA256.ext   pictures, whole or not there
    DIR/items.jsonl              one line a picture, the result (`items.ITEM_FIELDS`); `tachie build DIR` reads it
    DIR/collect.log              what happened, without keys
    DIR/refused/                 pages that could not be read, as they came

To add a site: write `collect/sites/NAME.py` with a frozen dataclass below `Site`; its fields are the query (they make
the listing's identity, so no limits and no secrets: mark those `field(repr=False, metadata={"identity": False})`), and
a sub-command in `cli/`, which ends in `cli.collect.run(...)`. What `read` may raise: `Refused`, when the answer is no
page at all; it stops the listing where `whole` is true, else that page alone. Nothing is lost: the page stays to do.
"""

from tachie.collect.crawl import Crawl, CrawlProgress, CrawlResult, crawl
from tachie.collect.record import Answer, Ask, Left, Page, Record
from tachie.collect.refusals import Refused
from tachie.collect.site import Rules, Site

__all__ = [
    "Answer",
    "Ask",
    "Crawl",
    "CrawlProgress",
    "CrawlResult",
    "Left",
    "Page",
    "Record",
    "Refused",
    "Rules",
    "Site",
    "crawl",
]
