"""ErogameScape as it behaves: an SQL form that answers with a table of HTML."""

from __future__ import annotations

import threading

from tachie.replica.catalogue import Catalogue
from tachie.replica.erogamescape_pages import Schema, error_page, form_page, result_page
from tachie.replica.erogamescape_sql import WrongSql, answer, tables
from tachie.replica.server import Asked, Fault, Replica, Reply

FORM = "/~ap2/ero/toukei_kaiseki/sql_for_erogamer_form.php"


class ErogamescapeReplica(Replica):
    """Runs what is posted on an invented gamelist and brandlist; `most_rows` caps a result, `schema` adds a table."""

    def __init__(
        self,
        catalogue: Catalogue,
        faults: list[Fault] | None = None,
        *,
        most_rows: int = 20_000,
        schema: Schema = "after",
        port: int = 0,
    ) -> None:
        super().__init__(faults, port=port)
        self._database = tables(catalogue)
        self._one_at_a_time = threading.Lock()
        self._most_rows, self._schema = most_rows, schema

    def reply(self, asked: Asked) -> Reply | None:
        """Return the form, a result or an error."""
        if asked.path != FORM:
            return None
        if asked.method != "POST" or "sql" not in asked.form:
            return Reply(form_page())
        try:
            with self._one_at_a_time:
                found = answer(self._database, asked.form["sql"], self._most_rows)
        except WrongSql as error:
            return Reply(error_page(str(error)))
        return Reply(result_page(found, self._schema))
