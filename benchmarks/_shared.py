"""Where the real pictures are, how a benchmark is left out where they are absent, and how a command is measured."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def data(name: str) -> Path:
    """Return a set of real pictures, or end the benchmark saying that it is not here."""
    path = DATA / name
    if not path.exists():
        print(f"left out: {name} is not in ../shared/data")
        sys.exit(0)
    return path


def measured(words: list[str]) -> tuple[float, float]:
    """Run a tachie command and return its seconds and the peak memory of its process tree in MB."""
    start, peak_mb = time.perf_counter(), 0.0
    command = [sys.executable, "-m", "tachie", *words]
    process = psutil.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    while process.poll() is None:
        peak_mb = max(peak_mb, _tree_mb(process))
        time.sleep(0.1)
    if process.returncode:
        sys.exit(f"failed: tachie {' '.join(words)}")
    return time.perf_counter() - start, peak_mb


def _tree_mb(process: psutil.Process) -> float:
    """Return the resident memory of a process and all below it."""
    total = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total / 2**20
