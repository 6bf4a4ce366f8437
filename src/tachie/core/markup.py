"""HTML in which text is escaped unless it is known to be HTML, for names in a dataset are anybody's, and whole pages.

A page is one file that requests nothing; all pages share the letters, colours and parts of `page.css`.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable
from importlib.resources import files

# Characters that HTML forbids, and those that turn the direction of the text around them.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_EMPTY = frozenset({"img", "meta", "br"})


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


Child = str | Iterable["Child"] | None


def escaped(text: str) -> Html:
    """Return text as HTML; control characters are shown as a replacement character."""
    return Html(html.escape(_FORBIDDEN.sub("�", text)))


def element(tag: str, *children: Child, **attributes: str | float | None) -> Html:
    """Return an element; children that are not `Html` are escaped, attributes are too.

    `class_` gives class and `view_box` viewBox; other underscores become hyphens. None leaves an attribute out.
    """
    written = "".join(
        f' {_attribute_name(name)}="{escaped(_number(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in _EMPTY:
        return Html(f"<{tag}{written}>")
    return Html(f"<{tag}{written}>{joined(*children)}</{tag}>")


def joined(*children: Child) -> Html:
    """Return children one after the other as HTML."""
    parts = []
    for child in children:
        if child is None:
            continue
        if isinstance(child, Html):
            parts.append(str(child))
        elif isinstance(child, str):
            parts.append(str(escaped(child)))
        else:
            parts.append(str(joined(*child)))
    return Html("".join(parts))


def document(title: str, style: str, *children: Child) -> Html:
    """Return a whole page: `style` is its own CSS beside what all pages share, children are what <main> holds."""
    css = files("tachie.core").joinpath("page.css").read_text("utf-8") + style
    head = element(
        "head",
        element("meta", charset="utf-8"),
        # Whatever names it contains, the page loads and runs nothing.
        element(
            "meta",
            http_equiv="Content-Security-Policy",
            content="default-src 'none'; img-src data:; style-src 'unsafe-inline'",
        ),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        Html(f"<style>{css}</style>"),
    )
    return Html(f'<!doctype html>\n<html lang="en">{head}{element("body", element("main", *children))}</html>\n')


def section(title: str, *children: Child) -> Html:
    """Return a part of a page under its heading."""
    return element("section", element("h2", element("bdi", title)), *children)


def figure(picture: Child, note: Child) -> Html:
    """Return a chart or picture with its note."""
    return element("figure", picture, element("figcaption", note))


def data_uri(data: bytes, media_type: str) -> str:
    """Return bytes as an address that needs no request."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"


def _attribute_name(name: str) -> str:
    return "viewBox" if name == "view_box" else name.rstrip("_").replace("_", "-")


def _number(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
