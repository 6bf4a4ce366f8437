"""collect erogamescape and collect getchu as people type them; no site is asked."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tachie.cli import cli
from tachie.collect.games import read_games
from tachie.core.errors import TachieError
from tachie.replica.catalogue import Catalogue
from tachie.replica.erogamescape_pages import error_page, result_page
from tachie.replica.erogamescape_sql import answer, tables

SQL = "SELECT id, gamename, sellday, comike, erogame FROM gamelist"


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [*map(str, words)])


def said(result: Result) -> str:
    assert isinstance(result.exception, TachieError), result.exception
    return str(result.exception)


def test_saved_result_pages_become_one_list_by_day(tmp_path: Path) -> None:
    database = tables(Catalogue(40))
    first, second = tmp_path / "1.html", tmp_path / "2.html"
    first.write_bytes(result_page(answer(database, f"{SQL} WHERE id < 120", 100)))
    second.write_bytes(result_page(answer(database, f"{SQL} WHERE id >= 110", 100), "before"))
    result = run("collect", "erogamescape", "--html", first, second, "--out", tmp_path / "games", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    games = read_games(Path(found["csv"]))
    assert [g.id for g in read_games(Path(found["jsonl"]))] == [g.id for g in games]
    assert {g.id for g in games} == {g.id for g in Catalogue(40).games}
    assert found["games"] == len(games) > found["sold by Getchu"]
    days = [g.released_at or "9999" for g in games]
    assert days == sorted(days)


def test_a_saved_page_that_holds_an_error_leaves_no_list(tmp_path: Path) -> None:
    page = tmp_path / "saved.html"
    page.write_bytes(error_page('ERROR:  column "x" does not exist'))
    assert 'column "x" does not exist' in said(run("collect", "erogamescape", "--html", page, "--out", tmp_path / "g"))
    assert not (tmp_path / "g" / "games.csv").exists()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["getchu"], "nothing says which games are meant"),
        (["getchu", "--ids", "12", "13", "soon"], "soon is neither an id, a month such as 2013-04, nor a saved page"),
        (["getchu", "--month", "2013-13"], "2013-13 is neither"),
        (["getchu", "--games", "none.csv"], "none.csv: cannot be read"),
        (["getchu", "--ids", "12", "--delay", "0.1"], "0.1 is faster than the 1.5 s at which www.getchu.com is asked"),
        (
            ["getchu", "--ids", "1", "--delay", "0", "--site", "http://127.0.0.1.example.org"],
            "0 is faster than the 1.5 s",
        ),
        (["erogamescape", "--delay", "1"], "1 is faster than the 2.5 s"),
        (["erogamescape", "--since", "last year"], "last year is no day"),
        (["erogamescape", "--sql", "none.sql"], "none.sql: cannot be read"),
        (["erogamescape", "--html", "none.html"], "none.html: cannot be read"),
    ],
)
def test_a_wrong_command_is_explained_before_any_request(words: list[str], expected: str, tmp_path: Path) -> None:
    assert expected in said(run("collect", *words, "--out", tmp_path / "out"))
    assert not (tmp_path / "out").exists()
