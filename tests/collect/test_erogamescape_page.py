"""ErogameScape's result page, as it comes and as it is saved."""

import html
import re

import pytest

from tachie.collect.games import Game
from tachie.collect.pages.erogamescape import SqlError, games_of, parse_result
from tachie.core.errors import PageError
from tachie.replica.catalogue import Catalogue
from tachie.replica.erogamescape_pages import error_page, form_page, result_page
from tachie.replica.erogamescape_sql import Answered, WrongSql, answer, tables

CLASSIC = """SELECT g.id, g.gamename, g.sellday, 'www.getchu.com/soft.phtml?id=' || g.comike AS links
 FROM gamelist g WHERE g.comike IS NOT NULL AND g.sellday >= '20130101' ORDER BY g.sellday"""
CATALOGUE = Catalogue(60)


def rows(count: int) -> Answered:
    columns = ("id", "gamename", "sellday", "comike", "erogame")
    return Answered(columns, tuple((i, f"空<{i}>&", "2013-04-26", 700000 + i, "f") for i in range(count)))


@pytest.mark.parametrize("schema", ["", "before", "after"])
def test_the_classic_query_gives_games_and_the_schema_s_table_is_skipped(schema: str) -> None:
    found = answer(tables(CATALOGUE), CLASSIC, 20_000)
    table = parse_result(result_page(found, schema), "saved.html")
    assert table.columns == ("id", "gamename", "sellday", "links")
    games = games_of(table, "saved.html")
    expected = [g for g in CATALOGUE.games if g.getchu_id and (g.sold_on is None or g.sold_on.year >= 2013)]
    assert {(g.id, g.getchu_id, g.name) for g in games} == {(g.id, g.getchu_id, g.name) for g in expected}
    unknown = {g.id for g in expected if g.sold_on is None}
    assert unknown  # 2030-01-01 is the site's way to say so
    assert {g.id for g in games if g.released_at is None} == unknown


def test_booleans_nulls_and_brands_are_read() -> None:
    columns = ("id", "gamename", "sellday", "brand", "comike", "erogame")
    found = Answered(columns, ((1, "a", "2013-02-01", "ソフト", None, "t"), (2, "b", "2030-01-01", 17, 5, "f")))
    games = games_of(parse_result(result_page(found), "x"), "x")
    assert games == [
        Game(1, "a", "ソフト", "2013-02-01", False, None),
        Game(2, "b", None, None, True, 5),
    ]


def test_a_page_of_20_000_rows_is_read_whole() -> None:
    table = parse_result(result_page(rows(20_000)), "big.html")
    assert (len(table.rows), table.odd_rows) == (20_000, 0)
    games = games_of(table, "big.html")
    assert (games[-1].id, games[-1].name, games[-1].getchu_id) == (19_999, "空<19999>&", 719_999)


def test_a_page_without_rows_is_an_empty_result() -> None:
    assert parse_result(result_page(rows(0)), "x").rows == ()


def test_tags_that_are_never_closed_are_mended() -> None:
    page = re.sub(rb"</t[dhr]>", b"", result_page(rows(50)))
    assert parse_result(page, "x").rows == parse_result(result_page(rows(50)), "x").rows


def test_a_row_with_another_number_of_cells_is_counted_and_left_out() -> None:
    page = result_page(rows(3)).replace(b"<td>2013-04-26</td>", b"", 1)
    table = parse_result(page, "x")
    assert (len(table.rows), table.odd_rows) == (2, 1)


def test_other_encodings_of_a_saved_page_are_read() -> None:
    text = result_page(rows(2)).decode()
    for name, codec in (("Shift_JIS", "cp932"), ("EUC-JP", "euc_jp"), ("UTF-8", "utf-8-sig")):
        page = text.replace("UTF-8", name).encode(codec)
        assert parse_result(page, "x").rows == parse_result(text.encode(), "x").rows


def test_an_sql_error_is_shown_in_the_site_s_words() -> None:
    with pytest.raises(WrongSql) as wrong:
        answer(tables(CATALOGUE), "SELECT nam FROM gamelist", 10)
    with pytest.raises(SqlError, match='column "nam" does not exist'):
        parse_result(error_page(str(wrong.value)), "x")


@pytest.mark.parametrize(
    ("page", "element", "why"),
    [
        (form_page(), "#query_result_main", "before the query was sent"),
        (b"", "#query_result_main", "is this the page"),
        (result_page(rows(300))[:9000], "</table>", "cut off"),
        (result_page(rows(3)).replace(b"th>", b"td>"), "table th", "no table with a header row"),
        (result_page(rows(3)).replace("空".encode(), b"\xe7\xa9"), "text in EUC-JP", "e7 a9 e9 96 at byte 99"),
    ],
)
def test_what_is_missing_is_named_with_the_page(page: bytes, element: str, why: str) -> None:
    with pytest.raises(PageError, match=re.escape(element)) as error:
        parse_result(page, "saved.html")
    assert why in error.value.message
    assert error.value.message.startswith("saved.html: ")


def test_a_query_without_ids_says_which_columns_to_ask_for() -> None:
    found = Answered(("gamename",), (("a",),))
    with pytest.raises(PageError, match=re.escape("let it give g.id and g.comike")):
        games_of(parse_result(result_page(found), "x"), "x")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT nam FROM gamelist", 'column "nam" does not exist'),
        ("SELECT * FROM games", 'relation "games" does not exist'),
        ("SELEC 1", 'syntax error at or near "SELEC"'),
        ("DELETE FROM gamelist", "not authorized"),
        ("SELECT 1; SELECT 2", "one statement at a time"),
        ("WITH RECURSIVE x(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM x) SELECT count(*) FROM x", "timeout"),
    ],
)
def test_the_replica_refuses_as_the_site_does(sql: str, said: str) -> None:
    with pytest.raises(WrongSql, match=re.escape(said)):
        answer(tables(CATALOGUE), sql, 10)


def test_the_replica_understands_postgresql_s_dates_and_booleans() -> None:
    database = tables(CATALOGUE)

    def ids(where: str) -> list[object]:
        return [row[0] for row in answer(database, f"SELECT id FROM gamelist WHERE {where}", 1000).rows]

    wanted = [g.id for g in CATALOGUE.games if g.adult and g.sold_on and g.sold_on.isoformat() >= "2013-01-01"]
    for where in (
        "erogame AND sellday >= '20130101' AND sellday < '20300101'".replace("erogame", "erogame = true"),
        "erogame = 't' AND sellday >= DATE '2013-01-01' AND sellday <> '2030-01-01'::date",
        "NOT (NOT erogame) AND extract(year from sellday) BETWEEN 2013 AND 2029 -- a comment",
    ):
        assert ids(where) == wanted, where
    assert html.escape(str(ids("false"))) == "[]"
