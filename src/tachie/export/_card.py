"""The card that every export carries as its README.md."""

from __future__ import annotations

from pathlib import Path

from tachie.dataset.card import Layout, write_card_into
from tachie.export._request import ExportRequest


def write_export_card(asked: ExportRequest, out: Path, layout: Layout) -> None:
    """Write README.md and sheet.jpg into `out`."""
    write_card_into(out, asked.dataset, asked.out.resolve().name, layout)
