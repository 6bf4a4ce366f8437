"""What the ErogameScape replica shows: the form, results, errors and the table that explains a schema."""

from __future__ import annotations

import html
from typing import Literal

from tachie.replica.erogamescape_sql import Answered

Schema = Literal["", "before", "after"]
_SCHEMA_ROWS = (
    ("id", "integer", "ゲームID"),
    ("gamename", "text", "ゲーム名"),
    ("sellday", "date", "発売日"),
    ("brandname", "integer", "ブランドID"),
    ("comike", "integer", "げっちゅ屋のID"),
    ("erogame", "boolean", "18禁ならt"),
)


def form_page() -> bytes:
    """Return what a GET shows: the form alone."""
    return _page('<form method="post"><textarea name="sql" rows="10"></textarea><input type="submit"></form>')


def result_page(found: Answered, schema: Schema = "after") -> bytes:
    """Return the page of a result; `schema` is where the table that explains the columns stands, if it does."""
    head = "".join(f"<th>{html.escape(name)}</th>" for name in found.columns)
    rows = "".join(f"<tr>{''.join(_cell(value) for value in row)}</tr>\n" for row in found.rows)
    table = f"<table>\n<tr>{head}</tr>\n{rows}</table>"
    explained = (
        f"<table><tr><th>列名</th><th>型</th><th>内容</th></tr>{''.join(map(_schema_row, _SCHEMA_ROWS))}</table>"
    )
    inside = f"{explained if schema == 'before' else ''}{table}{explained if schema == 'after' else ''}"
    header = f'<div id="query_result_header"><h2>結果 {len(found.rows)}件</h2></div>'
    return _page(f'{header}<div id="query_result_main">{inside}</div>')


def error_page(message: str) -> bytes:
    """Return the page of a wrong query."""
    return _page(
        '<div id="query_result_header"><h2>エラー(SQL間違い)</h2></div>'
        f'<div id="query_result_main"><p>{html.escape(message)}</p></div>'
    )


def _cell(value: object) -> str:
    return f"<td>{'' if value is None else html.escape(str(value))}</td>"


def _schema_row(row: tuple[str, str, str]) -> str:
    return f"<tr>{''.join(_cell(value) for value in row)}</tr>"


def _page(body: str) -> bytes:
    return (
        '<!DOCTYPE html>\n<html lang="ja"><head><meta charset="UTF-8"><title>ErogameScape -エロゲー批評空間-</title>'
        f"</head><body><h1>SQL for erogamer</h1>\n{body}\n</body></html>\n"
    ).encode()
