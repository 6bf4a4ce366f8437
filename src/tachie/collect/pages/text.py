"""Bytes of a Japanese page into text, strictly: a page is read in the right encoding or not at all."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping

from parsel import Selector

from tachie.core.errors import PageError

_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)""")
_WEB_EUC = "tachie_web_euc"  # the name of the error handler below
# What pages call their encoding -> what Python calls it. Other labels are not believed.
_LABELS = {
    "euc-jp": "euc_jp",
    "x-euc-jp": "euc_jp",
    "eucjp": "euc_jp",
    "euc-jp-ms": "euc_jp",
    "cp51932": "euc_jp",
    "euc-jisx0213": "euc_jisx0213",
    "euc-jis-2004": "euc_jis_2004",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "cp932": "cp932",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "iso-2022-jp": "iso2022_jp",
}
_CHAIN = ("utf-8", "euc_jisx0213", "euc_jis_2004", "cp932")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_ODD = re.compile(r"[\uff61-\uff9f\ue000-\uf8ff]")  # half-width katakana and private use
_HEAD_BYTES = 4096  # where browsers look for a declaration, and more


def _web_extensions(error: UnicodeError) -> tuple[str, int]:
    """Read the rows that browsers know in EUC-JP and Python does not: NEC's row 13 and IBM's rows 89 to 92.

    The WHATWG Encoding Standard's jis0208 index: ① and 髙 stand there. The same cells exist in cp932.
    """
    if not isinstance(error, UnicodeDecodeError):
        raise error
    pair = error.object[error.start : error.start + 2]
    if len(pair) == 2 and pair[0] in (0xAD, 0xF9, 0xFA, 0xFB, 0xFC) and pair[1] >= 0xA1:
        row, cell = pair[0] - 0xA0, pair[1] - 0xA0
        lead = (row + 1) // 2 + (0x80 if row <= 62 else 0xC0)
        trail = cell + 0x9E if row % 2 == 0 else cell + 0x3F + (cell > 63)
        try:
            return bytes((lead, trail)).decode("cp932"), error.start + 2
        except UnicodeDecodeError:
            pass
    raise error


codecs.register_error(_WEB_EUC, _web_extensions)


def decode_page(data: bytes, where: str, declared: str = "") -> str:
    """Return the text of a page; `declared` is what its HTTP header said of the encoding, if anything.

    Tried in this order, each strictly: what the bytes' own mark, the header or the page declare (EUC-JP as browsers
    read it), UTF-8, euc_jisx0213, euc_jis_2004, cp932. Raises `PageError`, naming `where` and the bytes that no
    encoding reads; U+FFFD never appears.
    """
    data = data.replace(b"\0", b"")
    failed: UnicodeDecodeError | None = None
    for codec in _candidates(data, declared):
        try:
            text = data.decode(codec, _WEB_EUC if codec == "euc_jp" else "strict")
        except UnicodeDecodeError as error:
            failed = failed or error
            continue
        if not _garbled(text):
            return text
    raise PageError(where, "text in EUC-JP, Shift_JIS or UTF-8", _what_fails(data, failed))


def _what_fails(data: bytes, failed: UnicodeDecodeError | None) -> str:
    """Return in words where the first encoding stopped: the declared one, if any."""
    if failed is None:
        return "no encoding gives Japanese"
    before = data[max(0, failed.start - 60) : failed.start].decode("ascii", "ignore").strip()
    found = data[failed.start : failed.start + 4].hex(" ")
    return f"no encoding reads it whole: {found} at byte {failed.start:,}, after {before[-30:]!r}"


def _candidates(data: bytes, declared: str) -> Iterator[str]:
    stated = ["utf-8-sig"] if data.startswith(codecs.BOM_UTF8) else []
    found = _DECLARED.search(data[:_HEAD_BYTES])
    for label in (declared, found[1].decode("ascii") if found else ""):
        codec = _LABELS.get(label.strip().lower())
        if codec:
            stated.append(codec)
    yield from dict.fromkeys((*stated, *_CHAIN))


def _garbled(text: str) -> bool:
    """Return whether the text is EUC-JP read as cp932, which seldom fails: half-width katakana everywhere."""
    foreign = len(_FOREIGN.findall(text))
    odd = len(_ODD.findall(text))
    return "\ufffd" in text or odd > max(20, 0.4 * foreign)


def selector(text: str) -> Selector:
    """Return the page as a tree; broken HTML is mended as browsers mend it, more or less."""
    return Selector(text=text or "<html></html>", type="html")


def words(*nodes: Selector) -> str:
    """Return the text of nodes as one line."""
    return one_line(" ".join("".join(node.xpath(".//text()").getall()) for node in nodes))


def one_line(text: str) -> str:
    """Return a text with each run of blanks, full-width ones too, as one blank."""
    return " ".join(text.split())


def charset_of(headers: Mapping[str, str]) -> str:
    """Return the encoding that a Content-Type header (names in lower case) declares, "" for none."""
    found = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", headers.get("content-type", ""), re.IGNORECASE)
    return found[1] if found else ""
