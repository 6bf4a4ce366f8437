"""How many faces a second the attribute tagger names, beside animeface, which says hair and eye colour too.

Game faces of 64 px where they are here, else drawn ones. Decoding is not counted. CPU time of one thread; two cores do
twice as much, since `tachie build` runs a process on each.

Usage: python -m benchmarks.tag_speed [FACES]
"""

from __future__ import annotations

import sys
import time
import zipfile
from collections.abc import Callable

import numpy as np

from benchmarks._shared import DATA
from tachie.core.images import Rgb, decode, resized
from tachie.paperdoll import draw_paperdoll
from tachie.vision.faces import animeface_heads
from tachie.vision.tagger import shipped

TARGET = 150  # faces a second on two cores
CORES = 2
CLASSIC_PX = 192  # animeface sees nothing in smaller faces
ROUNDS = 3


def faces(count: int) -> list[Rgb]:
    """Return real faces, or drawn ones where there are none."""
    path = DATA / "getchu-64.zip"
    if path.exists():
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.endswith(".webp")]
            return [decode(archive.read(name)).rgb for name in names[:: max(1, len(names) // count)][:count]]
    print("getchu-64.zip is not in ../shared/data: drawn faces instead")
    out = []
    for seed in range(count):
        doll = draw_paperdoll(seed)
        x0, y0, x1, y1 = (round(v) for v in doll.head_xyxy)
        out.append(resized(np.ascontiguousarray(doll.rgb()[y0:y1, x0:x1]), 64, 64))
    return out


def cpu_ms(work: Callable[[], object], count: int) -> float:
    """Return the CPU milliseconds a face, the best of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best * 1000 / count


def main() -> None:
    """Measure one face at a time, many at once, and the classic."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    rows, tagger = faces(count), shipped()
    tagger(rows[:16])  # the first call plans its memory
    many = cpu_ms(lambda: tagger(rows), len(rows))
    single = cpu_ms(lambda: [tagger([face]) for face in rows], len(rows))
    few = [resized(face, CLASSIC_PX, CLASSIC_PX) for face in rows[:20]]
    classic = cpu_ms(lambda: [animeface_heads(face) for face in few], len(few))
    for name, ms in (("tachie, many", many), ("tachie, one at a time", single), ("animeface", classic)):
        print(
            f"{name:22} {ms:7.2f} CPU ms a face, {CORES * 1000 / ms:6.0f} faces/s on {CORES} cores, "
            f"{classic / ms:5.1f} times animeface"
        )
    print(f"target: {TARGET} faces/s on {CORES} cores: {'met' if CORES * 1000 / single >= TARGET else 'missed'}")


if __name__ == "__main__":
    main()
