"""The card that every export carries as its README.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tachie.dataset.card import Layout, write_card_into
from tachie.export._request import ExportRequest

_TASKS = ("unconditional-image-generation",)


def write_export_card(
    asked: ExportRequest, out: Path, text: str, files: Mapping[str, str], tasks: Sequence[str] = _TASKS
) -> None:
    """Write README.md and sheet.jpg into `out`; `text` says how it is read, `files` a loader's splits."""
    write_card_into(out, asked.dataset, asked.out.resolve().name, Layout(text, files, tasks))
