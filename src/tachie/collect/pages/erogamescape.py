"""ErogameScape's result page: the table that an SQL query gave, and the games in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tachie.collect.games import Game, getchu_id_in, iso_date
from tachie.collect.pages.text import decode_page, one_line, selector
from tachie.core.errors import InputError, PageError

_MAIN = "#query_result_main"
_SCHEMA = ("列名", "型", "内容")  # the header of the table that describes the schema


class SqlError(InputError):
    """The site refused a query; the message holds the site's own words."""


@dataclass(frozen=True, slots=True)
class Table:
    """What a query gave: its columns and its rows, None for NULL; `odd_rows` had another number of cells."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    odd_rows: int = 0


def parse_result(page: bytes, where: str, declared: str = "") -> Table:
    """Return the table of a result page, 20,000 rows or none.

    Raises `SqlError` in the site's words where the query was wrong, and `PageError` naming the missing element where
    the page is no result, is cut off, or is laid out in another way.
    """
    text = decode_page(page, where, declared)
    root = selector(text)
    main = root.css(_MAIN)
    if "エラー" in one_line("".join(root.css("#query_result_header ::text").getall())):
        said = one_line("".join(main.css("::text").getall())) or "エラー(SQL間違い)"
        raise SqlError(
            f"ErogameScape refused the query: {said}", "Correct the SQL; the tables are explained on its form."
        )
    if not main:
        form = bool(root.css("textarea[name=sql], form [name=sql]"))
        why = "this is the form before the query was sent" if form else "is this the page that shows a query's result?"
        raise PageError(where, _MAIN, why)
    if not re.search(r"</(?:table|body|html)", text[text.find("query_result_main") :], re.IGNORECASE):
        raise PageError(where, f"{_MAIN} </table>", "the page is cut off")
    for table in main.css("table"):
        rows = [tr.root for tr in table.xpath(".//tr")]
        cells = [[_cell(td) for td in tr.iterchildren("th", "td")] for tr in rows]
        if not cells or not any(child.tag == "th" for child in rows[0].iterchildren("th", "td")):
            continue
        columns = tuple((name or "").lower() for name in cells[0])
        if set(_SCHEMA) <= set(columns):
            continue
        body = [tuple(row) for row in cells[1:] if row]
        whole = tuple(row for row in body if len(row) == len(columns))
        return Table(columns, whole, len(body) - len(whole))
    raise PageError(where, f"{_MAIN} table th", "no table with a header row")


def _cell(node: Any) -> str | None:
    return one_line(node.text_content()) or None


def games_of(table: Table, where: str) -> list[Game]:
    """Return the games of a result, in its order; rows without an id are left out.

    `sellday` 2030-01-01 is the site's placeholder for "not known". The Getchu id comes from `comike`, or from an
    address in any column. Raises `PageError` where there is neither an id nor a Getchu id in the columns.
    """
    if "id" not in table.columns and "comike" not in table.columns and "links" not in table.columns:
        raise PageError(where, "column id", f"the query gave {', '.join(table.columns)}; let it give g.id and g.comike")
    games = []
    for row in table.rows:
        cell = dict(zip(table.columns, row, strict=True))
        link = next((found for value in row if value and (found := getchu_id_in(value))), None)
        getchu_id = _number(cell.get("comike")) or link
        game_id = _number(cell.get("id")) or getchu_id
        if game_id is None:
            continue
        brand = cell.get("brand") or cell.get("brandname")
        games.append(
            Game(
                id=game_id,
                name=cell.get("gamename") or cell.get("name") or "",
                brand=brand if brand and not brand.isdigit() else None,  # a number is a key into brandlist
                released_at=iso_date(cell.get("sellday")),
                all_ages={"t": False, "f": True}.get(cell.get("erogame") or ""),
                getchu_id=getchu_id,
            )
        )
    return games


def _number(value: str | None) -> int | None:
    plain = (value or "").strip()
    return int(plain) if plain.isascii() and plain.isdigit() and 0 < len(plain) < 12 else None
