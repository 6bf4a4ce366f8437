"""When a site says no: what it means, and what to do about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tachie.core.errors import TachieError

if TYPE_CHECKING:
    from tachie.collect.record import Answer

_WALL_TITLE = re.compile(
    rb"<title[^>]*>[^<]*(?:just a moment|attention required|captcha|ddos-guard|are you (?:a )?human|security check)",
    re.I,
)
_WALL_BODY = re.compile(rb"captcha|cf-chl|challenge-platform|are you (?:a )?human", re.I)
_SMALL_PAGE_BYTES = 6_000  # larger pages have forms with captchas, and scripts of walls, and are pages all the same


class Refused(TachieError):
    """A page that could not be had or read; `kind` is a short word that is counted.

    `whole` says that the listing cannot go on; else only this page is left for a later run.
    """

    def __init__(self, kind: str, message: str, hint: str = "", *, whole: bool = True) -> None:
        super().__init__(message, hint)
        self.args = (kind, message, hint)
        self.kind = kind
        self.whole = whole


def layout_moved(site: str, element: str, cursor: str, *, whole: bool = True) -> Refused:
    """Return the refusal for a page that lacks an element which its parser needs."""
    return Refused(
        "layout_moved",
        f"{site}: the page {cursor} has no {element}: its layout has changed, or it is another page",
        "The page is kept in DIR/refused/; send it along with a report.",
        whole=whole,
    )


def is_html(answer: Answer) -> bool:
    """Return whether an answer is a web page, whatever its headers say."""
    head = answer.body[:512].lstrip().lower()
    return head.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or (
        "html" in answer.headers.get("content-type", "") and head.startswith(b"<")
    )


def title(body: bytes) -> str:
    """Return the title of a web page, in quotes, for a message."""
    found = re.search(rb"<title[^>]*>([^<]{1,100})", body[:65536], re.I)
    return repr(found[1].decode("utf-8", "replace").strip()) if found else "without a title"


def is_wall(answer: Answer) -> bool:
    """Return whether an answer is a page that asks for a human (a captcha, a challenge)."""
    if not is_html(answer):
        return False
    head = answer.body[:65536]
    if _WALL_TITLE.search(head):
        return True
    suspicious = answer.status in (401, 403, 429, 503) or len(answer.body) < _SMALL_PAGE_BYTES
    return suspicious and _WALL_BODY.search(head) is not None


def usual_refusal(site: str, answer: Answer, *, key_hint: str = "") -> Refused | None:
    """Return what a page's status and body say, for any site; None where it is a page to be read.

    Answers that pass by themselves (429, 408 and 5xx) are waited out by the crawl before anybody asks this.
    """
    host = urlsplit(answer.url).netloc
    if is_wall(answer):
        return Refused(
            "captcha",
            f"{site}: {host} shows a page that asks for a human (HTTP {answer.status})",
            "Wait an hour and go on with a larger --delay, open the site in a browser from the same address, or save "
            "pages by hand where the source takes them.",
        )
    if answer.status == 401:
        hint = key_hint or "The site wants an account."
        return Refused("unauthorized", f"{site}: {host} wants a key, or refuses this one (HTTP 401)", hint)
    if answer.status == 403:
        return Refused(
            "forbidden",
            f"{site}: {host} refuses this program (HTTP 403)",
            "Say who you are with --contact; if it stays so, the site closes itself to your region or network, or its "
            "rules have changed." + (f" {key_hint}" if key_hint else ""),
        )
    if answer.status == 429:
        return Refused("busy", f"{site}: {host} asks to be left alone (HTTP 429), again and again", "Use --delay 5.")
    if answer.status >= 400:
        said = f": {title(answer.body)}" if is_html(answer) else ""
        return Refused(
            f"http_{answer.status}",
            f"{site}: {host} answers HTTP {answer.status} for {urlsplit(answer.url).path}{said}",
            "Run the same command again later; if it stays so, the site has moved.",
        )
    return None
