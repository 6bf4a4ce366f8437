"""Getchu's pages: an item with its characters' standing pictures, the age gate, and the list of a month."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from parsel import Selector

from tachie.collect.games import iso_date
from tachie.collect.pages.text import decode_page, one_line, selector, words
from tachie.core.errors import Drop, PageError, Unreadable

SITE = "https://www.getchu.com"
Kind = Literal["standing", "sample", "package"]

_TITLE, _HEADING, _NAME = "#soft-title", "div.tabletitle キャラクター", ".chara-name"
_PICTURE_CELL = "td[valign=middle] img"
_FILE = re.compile(r"c(\d{1,11})(charab|chara|sample|package)(\d{0,4})(?:_s)?\.(jpe?g|png|gif|webp)$", re.IGNORECASE)
_KINDS: dict[str, Kind] = {"chara": "standing", "charab": "standing", "sample": "sample", "package": "package"}
_LINK = re.compile(r"(?:^\s*|/)(?:soft\.phtml\?(?:[^#]*&)?id=|item/)(\d{1,11})(?!\d)", re.IGNORECASE)
_SPOKEN = re.compile(
    r"^(?P<name>.*?)\s*(?:[（(](?P<reading>[^（）()]*)[）)])?\s*(?:(?:CV|ＣＶ|声優?)\s*[:：.]\s*(?P<voice>.*))?$"
)
_RIGHTS = re.compile(r"(?:©|\(C\)|（C）|（c）|\(c\)|Ⓒ)[^\n]{2,200}")


@dataclass(frozen=True, slots=True)
class Character:
    """Whom a standing picture shows, as the page says it; "" where it does not."""

    name: str = ""
    reading: str = ""
    voice: str = ""
    profile: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of an item: its address, what it is, and whom it shows where the page says."""

    url: str
    kind: Kind
    character: Character | None = None


@dataclass(frozen=True, slots=True)
class ItemPage:
    """What an item's page says; `missing` names the facts that it did not state."""

    getchu_id: int
    game: str
    brand: str
    released_at: str | None
    genre: str
    artist: str
    rights: str
    pictures: tuple[Picture, ...]
    missing: tuple[str, ...] = ()


def parse_item(page: bytes, where: str, *, url: str = "", declared: str = "", site: str = SITE) -> ItemPage:
    """Return what an item's page says; `url` is its address, where it is known, and `where` what people read.

    Raises `Drop("age_gate")` for the gate, `Unreadable("not_found")` where the site says that there is no such item,
    and `PageError` naming the element that is missing where the layout is another one.
    """
    root = selector(decode_page(page, where, declared))
    product = _product(root)
    title = _title(root) or _text(product.get("name"))
    if not title:
        raise _why_no_title(root, where, url)
    getchu_id = _item_id(root, url)
    if getchu_id is None:
        raise PageError(where, "address of the item", "neither link[rel=canonical] nor a picture's name tells its id")
    facts = {
        "brand": words(*root.css("a#brandsite")[:1]) or _value(root, "ブランド") or _text(product.get("brand")),
        "released_at": iso_date(words(*root.css("#tooltip-day")[:1]) or _value(root, "発売日"))
        or iso_date(_text(product.get("releaseDate"))),
        "genre": _value(root, "ジャンル"),
        "artist": _value(root, "原画"),
    }
    return ItemPage(
        getchu_id=getchu_id,
        game=title,
        brand=facts["brand"] or "",
        released_at=facts["released_at"],
        genre=facts["genre"] or "",
        artist=facts["artist"] or "",
        rights=_rights(root),
        pictures=tuple(_pictures(root, getchu_id, where, site)),
        missing=tuple(name for name, value in facts.items() if not value),
    )


def parse_month(page: bytes, where: str, *, declared: str = "") -> list[int]:
    """Return the ids of the items in the list of a month, in its order, each once.

    Raises `Drop("age_gate")` for the gate and `PageError` where the list has no item.
    """
    root = selector(decode_page(page, where, declared))
    links = root.xpath("//a/@href").getall()
    ids = dict.fromkeys(found for link in links if (found := _linked(link)))
    if not ids and is_gate(root):
        raise _gate()
    if not ids:
        raise PageError(where, 'a[href*="soft.phtml?id="] or a[href*="/item/"]', "the list names no item")
    return list(ids)


def is_gate(root: Selector, url: str = "") -> bool:
    """Return whether a page is the age gate: it has no title of an item, and says 年齢認証 or lies at its address."""
    if root.css(_TITLE):
        return False
    return "/attestation" in url or "年齢認証" in "".join(root.css("title::text, h1 ::text, h2 ::text").getall())


def _why_no_title(root: Selector, where: str, url: str) -> Exception:
    if is_gate(root, url):
        return _gate()
    said = words(*root.css("body")[:1])
    if re.search(r"見つかりません|存在しません|(?<!\d)404(?!\d)", said[:2000]):
        return Unreadable("not_found", "the site says that there is no such item")
    return PageError(where, _TITLE, f"it begins: {said[:60]!r}" if said else "it is empty")


def _gate() -> Drop:
    return Drop("age_gate", "the site asks for one's age; --of-age states that you are of age")


def _title(root: Selector) -> str:
    """Return the item's name without what stands in the same heading as a link or a note."""
    for node in root.css(_TITLE)[:1]:
        return one_line("".join(node.xpath("./text()").getall())) or words(node)
    return ""


def _item_id(root: Selector, url: str) -> int | None:
    """Return the id from the page's address, else from the address it states, else from its own pictures."""
    stated = root.css("link[rel=canonical]::attr(href), meta[property='og:url']::attr(content)").getall()
    for address in (url, *stated):
        if found := _linked(address):
            return found
    named = filter(None, (_FILE.search(source.strip()) for source in root.xpath("//img/@src").getall()))
    most = Counter(int(found[1]) for found in named).most_common(1)  # other items are advertised beside it
    return most[0][0] if most else None


def _linked(address: str) -> int | None:
    """Return the id in an item's address, old or new, whole or relative."""
    found = _LINK.search(address[:500])
    return int(found[1]) or None if found else None


def _value(root: Selector, name: str) -> str:
    """Return what stands beside a cell `name：` in the table of facts."""
    cells = root.xpath(f'//td[not(.//td)][starts-with(normalize-space(.), "{name}")]/following-sibling::td[1]')
    return re.sub(r"\s*\[[^\]]*\]\s*$", "", words(*cells[:1]))  # "[一覧]" links to the site's own list


def _rights(root: Selector) -> str:
    """Return the first line that claims the pictures' rights, but for the shop's own."""
    for text in root.xpath("//body//text()[not(parent::script) and not(parent::style)]").getall():
        found = _RIGHTS.search(text)
        if found and "getchu" not in found[0].lower():
            return one_line(found[0])
    return ""


def _pictures(root: Selector, getchu_id: int, where: str, site: str) -> Iterator[Picture]:
    """Yield standing pictures with their characters, then those of older layouts, then samples and packages."""
    seen: set[str] = set()
    shown, heading = 0, False
    for block in root.xpath('//div[contains(@class, "tabletitle")][contains(., "キャラクター")]'):
        heading = True
        for row in block.xpath("following::table[1]//tr[not(.//tr)]"):
            names = row.css(_NAME)
            shown += bool(names)
            character = _character(names[0], row) if names else None
            for image in row.xpath(".//img"):
                found = _picture(image, getchu_id, site, anything=bool(names) and _in_middle_cell(image))
                if found and found.url not in seen and found.kind == "standing":
                    seen.add(found.url)
                    yield Picture(found.url, "standing", character)
    others = []
    for image in root.xpath("//img[@src]"):
        old = "キャラ" in (image.attrib.get("alt") or "")  # how pages before about 2006 mark standing pictures
        found = _picture(image, getchu_id, site, anything=old)
        if found and found.url not in seen:
            seen.add(found.url)
            others.append(found)
    if heading and not shown and not any(p.kind == "standing" for p in others) and not seen:
        raise PageError(where, f"{_NAME} and {_PICTURE_CELL} in the table below {_HEADING}")
    yield from sorted(others, key=lambda p: p.kind != "standing")


def _in_middle_cell(image: Selector) -> bool:
    return (image.xpath("ancestor::td[1]/@valign").get() or "").lower() == "middle"


def _character(name: Selector, row: Selector) -> Character:
    found = _SPOKEN.match(one_line(words(name)))
    said = found.groupdict("") if found else {"name": words(name)}
    return Character(
        name=said["name"].strip(),
        reading=said.get("reading", "").strip(),
        voice=said.get("voice", "").strip(),
        profile=words(*row.css("dd")),
    )


def _picture(image: Selector, getchu_id: int, site: str, *, anything: bool) -> Picture | None:
    """Return the picture that an <img> shows in full: the link around a thumbnail, or its own file.

    A page saved by a browser names its pictures `NAME_files/c12chara1.jpg`: the site's address follows from the name.
    `anything` also takes files whose names do not say what they are.
    """
    link = image.xpath("ancestor::a[1]/@href").get() or ""
    source = image.attrib.get("src") or ""
    for address in (link, source):
        address = address.strip()[:500]
        named = _FILE.search(address.partition("?")[0])
        if named and int(named[1]) == getchu_id:
            file = address.partition("?")[0].rpartition("/")[2].replace("_s.", ".")
            return Picture(f"{site}/brandnew/{getchu_id}/{file}", _KINDS[named[2].lower()])
    own = f"/brandnew/{getchu_id}/"
    if anything and own in source and re.search(r"\.(?:jpe?g|png|gif|webp)$", source.strip(), re.IGNORECASE):
        return Picture(f"{site}{source[source.rindex(own) :].strip()}", "standing")
    return None


def _product(root: Selector) -> dict[str, Any]:
    """Return the page's JSON-LD `Product`, {} where it has none."""
    for text in root.css('script[type="application/ld+json"]::text').getall():
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        graph = data.get("@graph") if isinstance(data, dict) else data
        entries = (data, *(graph if isinstance(graph, list) else ()))
        for entry in (entry for entry in entries if isinstance(entry, dict)):
            kind = entry.get("@type")
            if kind == "Product" or (isinstance(kind, list) and "Product" in kind):
                return dict(entry)
    return {}


def _text(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("name")
    return one_line(value) if isinstance(value, str) else ""
