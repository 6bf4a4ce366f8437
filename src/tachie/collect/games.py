"""A list of games: what ErogameScape gives and Getchu is asked for."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path

from tachie.core.errors import InputError
from tachie.core.files import write_atomically

_GETCHU = re.compile(r"getchu\.com/(?:soft\.phtml\?(?:[^\s\"'<>]*&)?id=|item/)(\d{1,11})\b", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})")
_PLACEHOLDER = "2030-01-01"  # ErogameScape's date for a game whose date is not known


@dataclass(frozen=True, slots=True)
class Game:
    """One game: ErogameScape's id, its name and brand, the day it was sold, and its Getchu id where it has one.

    `all_ages` is None where the list does not say.
    """

    id: int
    name: str = ""
    brand: str | None = None
    released_at: str | None = None
    all_ages: bool | None = None
    getchu_id: int | None = None


def getchu_id_in(text: str) -> int | None:
    """Return the id in an address of a Getchu item, old or new, or None.

    >>> getchu_id_in("www.getchu.com/soft.phtml?id=989183"), getchu_id_in("https://www.getchu.com/item/12/?gc=gc")
    (989183, 12)
    """
    found = _GETCHU.search(text)
    return int(found[1]) if found and int(found[1]) else None


def iso_date(text: str | None) -> str | None:
    """Return the first day named in a text as YYYY-MM-DD; None for none, an impossible one or the placeholder.

    >>> iso_date("2013/4/26"), iso_date("2013年04月31日"), iso_date("2030-01-01")
    ('2013-04-26', None, None)
    """
    found = _DATE.search(text or "")
    if not found:
        return None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return None
    return None if day == _PLACEHOLDER else day


def write_games(games: Iterable[Game], folder: Path) -> tuple[Path, Path]:
    """Write games.csv (UTF-8 with a mark, so that spreadsheets read it) and games.jsonl; returns both."""
    rows = [asdict(game) for game in games]
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, [f.name for f in fields(Game)], lineterminator="\n")
    table.writeheader()
    table.writerows({k: _text(v) for k, v in row.items()} for row in rows)
    sheet, lines = folder / "games.csv", folder / "games.jsonl"
    write_atomically(lines, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    write_atomically(sheet, text.getvalue().encode("utf-8-sig"))
    return sheet, lines


def read_games(path: Path) -> list[Game]:
    """Read a games.csv or games.jsonl; a list made by hand needs one column, getchu_id, comike or links.

    Raises `InputError` where the file is none of that.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: cannot be read as UTF-8 text: {error}", "Write it with: tachie collect erogamescape"
        ) from error
    try:
        if path.suffix.lower() in (".jsonl", ".ndjson"):
            rows = [row for line in text.splitlines() if line.strip() and isinstance(row := json.loads(line), dict)]
            columns = {str(key) for row in rows for key in row}
        else:
            table = csv.DictReader(io.StringIO(text))
            rows, columns = list(table), set(table.fieldnames or ())
    except (ValueError, csv.Error, RecursionError) as error:
        raise InputError(f"{path}: {error}", "Write it with: tachie collect erogamescape") from error
    if not {name.strip().lower() for name in columns} & {"getchu_id", "comike", "links"} and text.strip():
        raise InputError(
            f"{path}: no column getchu_id, comike or links says which Getchu items are meant",
            f"Its columns: {', '.join(sorted(columns)) or 'none'}.",
        )
    return [game for row in rows if (game := _game(row)) is not None]


def _game(row: dict[str, object]) -> Game | None:
    plain = {str(k).strip().lower(): str(v).strip() for k, v in row.items() if k is not None and v is not None}
    getchu_id = _positive(plain.get("getchu_id") or plain.get("comike") or "") or getchu_id_in(plain.get("links", ""))
    game_id = _positive(plain.get("id", "")) or getchu_id
    if game_id is None:
        return None
    return Game(
        id=game_id,
        name=plain.get("name") or plain.get("gamename") or "",
        brand=plain.get("brand") or None,
        released_at=iso_date(plain.get("released_at") or plain.get("sellday")),
        all_ages={"yes": True, "true": True, "no": False, "false": False}.get(plain.get("all_ages", "").lower()),
        getchu_id=getchu_id,
    )


def _positive(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 and int(text) else None


def _text(value: object) -> str:
    return {None: "", True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool | None) else str(value)
