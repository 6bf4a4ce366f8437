"""What a head is fitted on: what people decided themselves."""

from __future__ import annotations

from collections.abc import Mapping

from tachie.dataset.decisions import BY_HAND, Decisions
from tachie.dataset.format import KEEP, REJECT

REVIEW = "review"  # the label whose values are keep and reject


def examples_of(decisions: Decisions, number: Mapping[str, int], rows: int, label: str) -> tuple[list[int], list[str]]:
    """Return the numbers of decided rows, in order, and the value of `label` for each.

    What a head decided does not count: it would learn its own mistakes. `number` is id -> row.
    """
    found = []
    for row_id, row in decisions.rows.items():
        value, place = row.fields.get(label), number.get(row_id, rows)
        if value is None or place >= rows or not row.why.get(label, "").startswith(BY_HAND):
            continue
        if label != REVIEW or value in (KEEP, REJECT):
            found.append((place, value))
    found.sort()
    return [place for place, _ in found], [value for _, value in found]
