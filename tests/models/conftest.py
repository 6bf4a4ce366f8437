"""Torch in tests runs on one thread."""

from __future__ import annotations

import pytest
import torch


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    """Nets this small gain nothing from threads, and two that spin on a busy machine are slower by far than one."""
    torch.set_num_threads(1)
