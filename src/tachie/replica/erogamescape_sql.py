"""The tables of the ErogameScape replica, and PostgreSQL's SQL as far as SQLite can answer it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from tachie.replica.catalogue import Catalogue

_STEPS = 20_000_000  # SQLite's virtual machine; a query that takes more is refused as the site refuses long ones
_READS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_TOKEN = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*|/\*.*?\*/|[^'\"/-]+|.", re.DOTALL)
_COMPACT_DATE = re.compile(r"'(\d{4})[-/]?(\d{2})[-/]?(\d{2})'")
_COLUMNS = (
    "id INTEGER, gamename TEXT, furigana TEXT, sellday TEXT, brandname INTEGER, comike INTEGER, median INTEGER, "
    "count2 INTEGER, erogame TEXT, model TEXT"
)


class WrongSql(Exception):
    """The query is refused; the message is worded as PostgreSQL words it."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The columns and rows of a query; None is NULL."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def tables(catalogue: Catalogue) -> sqlite3.Connection:
    """Return gamelist and brandlist in memory. Booleans are 't' and 'f', unknown days 2030-01-01, as on the site."""
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.execute(f"CREATE TABLE gamelist ({_COLUMNS})")
    database.execute("CREATE TABLE brandlist (id INTEGER, brandname TEXT, brandfurigana TEXT, kind TEXT)")
    database.executemany(
        "INSERT INTO brandlist VALUES (?, ?, NULL, 'CORPORATION')", list(enumerate(catalogue.brands, 1))
    )
    database.executemany(
        "INSERT INTO gamelist VALUES (?, ?, NULL, ?, ?, ?, ?, ?, ?, 'PC')",
        [
            (
                game.id,
                game.name,
                game.sold_on.isoformat() if game.sold_on else "2030-01-01",
                game.brand + 1,
                game.getchu_id,
                60 + game.id % 35,
                game.id % 400,
                "t" if game.adult else "f",
            )
            for game in catalogue.games
        ],
    )
    database.commit()
    database.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _READS else sqlite3.SQLITE_DENY)
    return database


def answer(database: sqlite3.Connection, sql: str, most_rows: int) -> Answered:
    """Return what a query gives, `most_rows` at most; raises `WrongSql` where it is no SELECT or cannot be answered."""
    plain = in_sqlite(sql).strip().rstrip(";")
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 10_000
        return steps > _STEPS

    database.set_progress_handler(count, 10_000)
    try:
        with closing(database.execute(plain)) as cursor:
            if cursor.description is None:
                raise WrongSql("ERROR:  SELECT文を入力してください")
            return Answered(tuple(d[0] for d in cursor.description), tuple(cursor.fetchmany(most_rows)))
    except (sqlite3.Error, sqlite3.Warning, OverflowError, ValueError) as error:
        raise WrongSql(_as_postgres(str(error))) from error
    finally:
        database.set_progress_handler(None, 0)


def in_sqlite(sql: str) -> str:
    """Return PostgreSQL's SQL in SQLite's words: dates, casts, booleans, ILIKE and EXTRACT(YEAR ...).

    >>> in_sqlite("SELECT id FROM gamelist WHERE sellday >= '20130101' AND erogame = false")
    "SELECT id FROM gamelist WHERE sellday >= '2013-01-01' AND erogame = 'f'"
    """
    return "".join(
        _literal(part) if part[0] == "'" else _code(part) for part in _TOKEN.findall(sql) if not _comment(part)
    )


def _comment(part: str) -> bool:
    return part.startswith(("--", "/*"))


def _literal(text: str) -> str:
    found = _COMPACT_DATE.fullmatch(text)
    return f"'{found[1]}-{found[2]}-{found[3]}'" if found else text


_WORDS: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (r"::\s*\w+(?:\s*\(\s*\d+\s*\))?", ""),
        (r"\bdate\s*$", ""),  # DATE '2013-01-01': the literal is the next part
        (r"\bILIKE\b", "LIKE"),
        (r"\bNOT\s+((?:\w+\.)?erogame)\b", r"\1 = 'f'"),
        (r"\bIS\s+NOT\s+TRUE\b", "IS NOT 't'"),
        (r"\bIS\s+NOT\s+FALSE\b", "IS NOT 'f'"),
        (r"\btrue\b", "'t'"),
        (r"\bfalse\b", "'f'"),
        (r"\bextract\s*\(\s*year\s+from\s+([\w.]+)\s*\)", r"CAST(substr(\1, 1, 4) AS INTEGER)"),
    )
)


def _code(text: str) -> str:
    for pattern, replacement in _WORDS:
        text = pattern.sub(replacement, text)
    return text


def _as_postgres(message: str) -> str:
    for pattern, worded in (
        (r"no such column: (?:\w+\.)?(\S+)", 'ERROR:  column "{}" does not exist'),
        (r"no such table: (\S+)", 'ERROR:  relation "{}" does not exist'),
        (r"no such function: (\S+)", "ERROR:  function {}() does not exist"),
        (r'near "(.*?)": syntax error', 'ERROR:  syntax error at or near "{}"'),
    ):
        found = re.search(pattern, message)
        if found:
            return worded.format(found[1])
    if "interrupted" in message:
        return "ERROR:  canceling statement due to statement timeout"
    return f"ERROR:  {message}"
