"""The studio in headless Chromium, on one WASM thread: first drawing after opening, then each drawing.

Beside it the same drawings by onnxruntime in Python on one thread. Medians, the page's own clock. Needs Node and a
Chrome or Chromium.

Usage: python -m benchmarks.studio_speed
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path

import numpy as np
import onnxruntime

WEB = Path(__file__).resolve().parent.parent / "web"
WEIGHTS = Path(str(files("tachie"))) / "weights" / "tachie-64"


def native_ms() -> float:
    """Return the median time of one synthesis by onnxruntime on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(WEIGHTS / "synthesis.onnx", options)
    w = np.zeros((1, session.get_inputs()[0].shape[1]), np.float32)
    times = []
    for _ in range(60):
        start = time.perf_counter()
        session.run(None, {"w": w})
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[5:])


def main() -> None:
    """Measure and print."""
    npm = shutil.which("npm")
    if npm is None or not (WEB / "node_modules").is_dir():
        print("left out: needs Node and `make pages`")
        sys.exit(0)
    done = subprocess.run([npm, "run", "--silent", "speed"], cwd=WEB, capture_output=True, text=True, check=False)
    _, mark, rest = done.stdout.partition("SPEED ")
    if not mark:
        print(done.stdout[-2000:], done.stderr[-2000:])
        sys.exit("left out: no Chrome or Chromium" if done.returncode == 0 else "failed")
    medians = {name: statistics.median(times) for name, times in json.loads(rest.splitlines()[0]).items()}
    native = native_ms()
    print(f"first drawing after opening, nothing cached: {medians['first_ms']:.0f} ms (target 2,000)")
    print(f"first drawing when opened again:             {medians['again_ms']:.0f} ms")
    print(f"a drawing of 64 px, one WASM thread:         {medians['drawing_ms']:.1f} ms (target 60)")
    print(f"from a press to the enlarged picture:        {medians['shown_ms']:.1f} ms")
    print(f"the same net by onnxruntime, one thread:     {native:.1f} ms, ratio {medians['drawing_ms'] / native:.1f}")


if __name__ == "__main__":
    main()
