"""Whatever a page holds, a parser says what it read or which element was missing, and nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tachie.collect.games import read_games
from tachie.collect.pages.erogamescape import games_of, parse_result
from tachie.collect.pages.getchu import parse_item, parse_month
from tachie.collect.record import Answer
from tachie.collect.sites.erogamescape import Erogamescape
from tachie.collect.sites.getchu import Getchu
from tachie.core.errors import Drop, TachieError
from tachie.replica.catalogue import Catalogue
from tachie.replica.erogamescape_pages import error_page, form_page, result_page
from tachie.replica.erogamescape_sql import answer, tables
from tachie.replica.getchu_pages import gate_page, item_page, missing_page, month_page

CATALOGUE = Catalogue(40)
SOLD = [game for game in CATALOGUE.games if game.getchu_id is not None]
RESULT = answer(tables(CATALOGUE), "SELECT id, gamename, sellday, comike, erogame FROM gamelist", 100)
REAL = [
    *(item_page(game) for game in SOLD[:9]),
    gate_page(),
    missing_page(),
    month_page(2013, 1, [g for g in SOLD if g.sold_on]),
    result_page(RESULT, "before"),
    error_page("ERROR:  x"),
    form_page(),
]
# Pieces that a page may be broken with: markup, encodings, numbers, JSON, control characters.
PIECES = [
    *(
        b"<",
        b">",
        b"</table>",
        b"<table>",
        b"<!--",
        b"<![CDATA[",
        b"<script>",
        b"</",
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
    ),
    *(b"charset=utf-16", b"charset=idna", b'<?xml version="1.0" encoding="UTF-16"?>', b"&#0;", b"&#xD800;", b"&nbsp"),
    *(b'href="http://[::1"', b'href="/item/99999999999999999999/"', b"c0chara1.jpg", b"id=soft-title", b"tabletitle"),
    *(b"2013/13/45", b"0000/00/00", b'{"@type":"Product","name":{"name":[1]}}', b"[" * 3000, b"<div>" * 3000),
    *(b"\x8f\xa1", b"\xa4", b"\x1b$B", "キャラクター".encode("euc_jp"), "エラー".encode(), b"query_result_main"),
]
PARSERS: dict[str, Callable[[bytes], object]] = {
    "item": lambda page: parse_item(page, "page"),
    "month": lambda page: parse_month(page, "page"),
    "result": lambda page: games_of(parse_result(page, "page"), "page"),
    "getchu item": lambda page: Getchu((5,)).read("item/5", Answer(200, "", {}, page)),
    "getchu month": lambda page: Getchu((), ("2013-04",)).read("month/2013-04", Answer(200, "", {}, page)),
    "erogamescape": lambda page: Erogamescape("SELECT 1").read("0", Answer(200, "", {}, page)),
}


@st.composite
def broken_pages(draw: st.DrawFn) -> bytes:
    """A real-like page, cut off, with pieces cut out, doubled and put in."""
    page = draw(st.sampled_from(REAL))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(page)))
        if draw(st.booleans()):
            page = page[:at] + draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=8))) + page[at:]
        else:
            page = page[:at] + page[at + draw(st.integers(1, 400)) :]
    return page[: draw(st.integers(0, len(page)))] if draw(st.booleans()) else page


def outcome(parse: Callable[[bytes], object], page: bytes) -> str:
    """Return what came of a page; anything but the program's own refusals is raised."""
    try:
        parse(page)
    except TachieError as error:
        return error.message
    except Drop as drop:
        return drop.reason
    return "read"


@pytest.mark.parametrize("parser", sorted(PARSERS))
@settings(max_examples=100, deadline=None)
@given(page=st.one_of(broken_pages(), st.binary(max_size=200)))
@example(page=b"")
@example(page=b"<html>" + b"<div>" * 20_000)
@example(page=b"<h1 id=soft-title>x</h1><a href='http://[' ><img src='c5chara1.jpg'></a>")
def test_no_page_breaks_a_parser(parser: str, page: bytes) -> None:
    assert outcome(PARSERS[parser], page)


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=80), ending=st.sampled_from([".csv", ".jsonl"]))
@example(content=b"getchu_id\n\x00\n", ending=".csv")
@example(content=b'{"getchu_id": ' + b"[" * 5000, ending=".jsonl")
def test_no_list_of_games_breaks_its_reader(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, ending: str
) -> None:
    path = Path(tmp_path_factory.getbasetemp()) / f"fuzz{ending}"
    path.write_bytes(content)
    assert outcome(lambda _: read_games(path), b"")
