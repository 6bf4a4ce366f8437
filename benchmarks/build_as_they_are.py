"""`tachie build --faces-as-they-are` on 21,969 faces of 64 px: seconds and peak memory of the process tree.

Usage: python -m benchmarks.build_as_they_are
"""

from __future__ import annotations

import tempfile

from benchmarks._shared import data, measured


def main() -> None:
    """Build once and print what it took."""
    archive = data("getchu-64.zip")
    with tempfile.TemporaryDirectory() as name:
        words = ["build", str(archive), "--faces-as-they-are", "--out", f"{name}/g64"]
        seconds, peak_mb = measured(words)
    print(f"21,969 faces as they are: {seconds:.1f} s (target 40), peak {peak_mb:.0f} MB (target 700)")


if __name__ == "__main__":
    main()
