"""Drawing with the weights that ship: seconds from a cold start, and drawings a second in batches on two threads.

Beside them the start of Python with numpy alone, and the same drawings one by one.

Usage: python -m benchmarks.draw_speed [--count 512] [--model DIR]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from benchmarks._shared import measured
from tachie.draw import Generator

TURNS = 3


def main() -> None:
    """Print the times and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=512)
    parser.add_argument("--model", type=Path, default=Path(str(files("tachie"))) / "weights" / "tachie-64")
    told = parser.parse_args()
    cold, bare = [], []
    with tempfile.TemporaryDirectory() as folder:
        words = ["generate", "--model", str(told.model), "--count", "64", "--grid", f"{folder}/grid.png"]
        for _ in range(TURNS):
            cold.append(measured(words)[0])
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", "import numpy"], check=True)
            bare.append(time.perf_counter() - start)
    print(f"64 drawings and their grid, cold  {min(cold):6.2f} s   (Python and numpy alone {min(bare):.2f} s)")
    generator = Generator.open(told.model)
    generator.draw(range(32))
    every = range(told.count)
    ways: dict[str, list[Sequence[int]]] = {"in batches": [every], "one by one": [[seed] for seed in every[::8]]}
    rates = {}
    for name, parts in ways.items():
        count, wall_s, cpu_s = sum(map(len, parts)), [], []
        for _ in range(TURNS):
            wall, cpu = time.perf_counter(), time.process_time()
            for part in parts:
                generator.draw(part)
            wall_s.append(time.perf_counter() - wall)
            cpu_s.append(time.process_time() - cpu)
        rates[name] = count / min(wall_s)
        # CPU time of all threads is what a busy machine changes least.
        print(f"{name:12} {rates[name]:7.1f} drawings/s  {1000 * min(cpu_s) / count:6.2f} CPU ms each")
    print(f"ratio        {rates['in batches'] / rates['one by one']:7.2f}  (in batches / one by one)")


if __name__ == "__main__":
    main()
