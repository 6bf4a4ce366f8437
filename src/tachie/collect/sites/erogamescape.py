"""ErogameScape: a list of games by SQL, page by id, politely."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar

from tachie.collect.pages.erogamescape import SqlError, games_of, parse_result
from tachie.collect.pages.text import charset_of
from tachie.collect.record import Answer, Ask, Page
from tachie.collect.refusals import Refused, layout_moved
from tachie.collect.site import Rules, Site
from tachie.core.errors import PageError

SITE = "https://erogamescape.dyndns.org"
FORM = "/~ap2/ero/toukei_kaiseki/sql_for_erogamer_form.php"
SINCE = "2013-01-01"  # as in the classic query: later drawings are the better ones
PAGE_ROWS = 5000
_SURELY_LAST = 200  # the smallest cap that a result page was seen with: a shorter page is the last
_UNPAGED = "whole"


def classic_sql(since: str = SINCE, until: str | None = None, *, of_age: bool = False) -> str:
    """Return the classic query: games that Getchu sells, by the day they were sold; all-ages titles, or all.

    `since` is the first day, `until` the last, both as YYYY-MM-DD.
    """
    wanted = ["g.comike IS NOT NULL", f"g.sellday >= '{since}'"]
    wanted += [f"g.sellday <= '{until}'"] if until else []
    wanted += [] if of_age else ["g.erogame = 'f'"]
    return (
        "SELECT g.id, g.gamename, g.sellday, b.brandname AS brand, g.erogame, g.comike,\n"
        "       'www.getchu.com/soft.phtml?id=' || g.comike AS links\n"
        "  FROM gamelist g LEFT JOIN brandlist b ON b.id = g.brandname\n"
        f" WHERE {' AND '.join(wanted)}"
    )


@dataclass(frozen=True)
class Erogamescape(Site):
    """One query; its result is asked for in pages of `page_rows` games by ascending id, `at` the site's address."""

    sql: str
    page_rows: int = PAGE_ROWS
    at: str = SITE

    rules: ClassVar[Rules] = Rules(
        robots="all",
        terms="its SQL form is a gift of one person: one query at a time, 2.5 s apart or more.",
        page_delay_s=2.5,
        concurrency=1,
    )

    @property
    def name(self) -> str:
        """The site's name."""
        return "erogamescape"

    def first(self) -> Sequence[str]:
        """Return the cursor before the first id."""
        return ("0",)

    def ask(self, cursor: str) -> Ask:
        """Return the form with the query, cut to the games whose id is above the cursor."""
        sql = self.sql.strip().rstrip(";")
        if cursor != _UNPAGED:
            sql = f"SELECT * FROM (\n{sql}\n) AS q WHERE q.id > {int(cursor)} ORDER BY q.id LIMIT {self.page_rows}"
        return Ask(self.at + FORM, form={"sql": sql})

    def read(self, cursor: str, answer: Answer) -> Page:
        """Return the games as rows by id, and the next page's cursor; a query without ids is asked once, unpaged."""
        where = f"page {cursor}"
        try:
            games = games_of(parse_result(answer.body, where, charset_of(answer.headers)), where)
        except SqlError as error:
            if cursor == "0" and re.search(r'"(?:q\.)?id"|q\.id', error.message):
                return Page(next=(_UNPAGED,))
            raise Refused("sql", error.message, error.hint) from error
        except PageError as error:
            raise layout_moved(self.name, error.element, cursor) from error
        more = cursor != _UNPAGED and len(games) >= min(self.page_rows, _SURELY_LAST)
        return Page(
            rows={str(game.id): asdict(game) for game in games},
            next=(str(max(game.id for game in games)),) if more else (),
        )
