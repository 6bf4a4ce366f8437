"""Standing pictures a second at 600x800 with two processes, and where the time goes.

The baseline is what the picture alone costs: the raster of an empty SVG of that size, and its way through PNG.
Usage: python -m benchmarks.paperdoll_speed [PICTURES]
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Callable
from io import BytesIO

import numpy as np
from PIL import Image

from tachie.paperdoll import draw_paperdoll, render

PROCESSES, TARGET = 2, 25.0
_EMPTY = '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="800"/>'


def draw(seed: int) -> int:
    """Draw one picture to pixels; the worker's whole task."""
    return int(draw_paperdoll(seed).rgb().shape[0])


def cpu_ms(task: Callable[[int], object], count: int) -> float:
    """Return the mean CPU milliseconds of a task in this process, after one call that is not counted."""
    task(0)
    start = time.process_time()
    for seed in range(count):
        task(seed)
    return (time.process_time() - start) / count * 1000


def main() -> None:
    """Measure pictures a second, then the parts."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        pool.map(draw, range(2 * PROCESSES))
        start = time.perf_counter()
        pool.map(draw, range(count), chunksize=8)
        per_s = count / (time.perf_counter() - start)
    few = max(8, count // 8)
    build = cpu_ms(lambda seed: draw_paperdoll(seed).svg, few)
    whole = cpu_ms(draw, few)
    empty = cpu_ms(lambda seed: render.to_rgb(_EMPTY), few)
    picture = draw_paperdoll(0)

    def through_png(seed: int) -> object:
        return np.asarray(Image.open(BytesIO(picture.png())).convert("RGB"))

    png = cpu_ms(through_png, few) - cpu_ms(lambda seed: picture.rgb(), few)
    print(
        f"{per_s:.1f} pictures/s with {PROCESSES} processes (target {TARGET:.0f}); a picture {whole:.1f} ms of CPU: "
        f"SVG {build:.1f}, raster {whole - build:.1f} (of an empty page {empty:.1f}, ratio {whole / empty:.1f}); "
        f"a round trip through PNG would add {png:.1f}, ratio {(whole + png) / whole:.2f}"
    )


if __name__ == "__main__":
    main()
