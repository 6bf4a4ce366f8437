"""Seconds until `tachie --help` has answered, the median of nine, beside a Python that does nothing.

Usage: python -m benchmarks.help_speed
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time


def median_s(words: list[str]) -> float:
    """Return the median wall time of a command."""
    times = []
    for _ in range(9):
        start = time.perf_counter()
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Measure both."""
    bare = median_s([sys.executable, "-c", "pass"])
    answered = median_s([sys.executable, "-m", "tachie", "--help"])
    print(f"tachie --help: {answered:.3f} s (target 0.5), a bare Python: {bare:.3f} s, ratio {answered / bare:.1f}")


if __name__ == "__main__":
    main()
