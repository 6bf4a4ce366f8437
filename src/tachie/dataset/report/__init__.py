"""The report on a dataset: one HTML file that explains itself, reads on a phone, prints, and requests nothing."""

from __future__ import annotations

from pathlib import Path

from tachie.core.files import write_atomically
from tachie.dataset.reader import Dataset
from tachie.dataset.report.gather import gather
from tachie.dataset.report.page import page

__all__ = ["write_report"]


def write_report(dataset: Dataset, file: Path, seed: int = 0) -> Path:
    """Write the report on a dataset into `file` and return it; the seed chooses the pictures shown."""
    write_atomically(file, page(gather(dataset, seed)))
    return file
