"""The leak report: what is judged though it shows what is trained on, in figures and as pictures."""

from __future__ import annotations

from pathlib import Path

from tachie.core.files import write_atomically
from tachie.pipeline.leaks.measure import Leaks, find_leaks
from tachie.pipeline.leaks.page import page

__all__ = ["Leaks", "find_leaks", "write_leaks"]


def write_leaks(leaks: Leaks, file: Path) -> Path:
    """Write the page into `file` and return it."""
    write_atomically(file, page(leaks))
    return file
