"""Run every benchmark of this folder in a process of its own, one after the other: `make bench`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> None:
    """Run them in the order of their names; one that fails does not stop the others."""
    failed = []
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        print(f"--- {path.stem}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{path.stem}"], check=False).returncode:
            failed.append(path.stem)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
