"""How often the safety network is alarmed by harmless drawings: the 252 illustrations, and paperdolls.

Nothing here says how many unsafe pictures it finds: there are none among these, and none were looked at.

Usage: python -m benchmarks.safety_alarms [PAPERDOLLS]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable

import numpy as np

from benchmarks._shared import data
from tachie.core.images import Rgb, decode
from tachie.core.recipe import Recipe
from tachie.sources.paperdoll import Paperdoll
from tachie.stages.decode import Decode
from tachie.stages.safety import Safety
from tachie.vision.safety import unsafe


def report(name: str, pictures: Iterable[Rgb]) -> None:
    """Print how many pictures lie above each threshold."""
    scores, spent = [], 0.0
    for rgb in pictures:
        start = time.process_time()
        scores.append(unsafe(rgb))
        spent += time.process_time() - start
    ms = 1e3 * spent / max(1, len(scores))
    found, stage = np.array(scores), Safety()
    print(f"{name}: {len(found)} pictures, median {np.median(found):.3f}, most {found.max():.3f}, {ms:.0f} CPU ms each")
    for least in sorted({0.1, stage.doubt_above, 0.5, stage.unsafe_above}):
        draws = np.random.default_rng(0).integers(0, len(found), (1000, len(found)))
        low, high = np.quantile((found[draws] >= least).mean(1), [0.025, 0.975])
        print(f"  above {least}: {(found >= least).mean():.3f} [{low:.3f} {high:.3f}]")


def main() -> None:
    """Report on both sets."""
    folder = data("illustrations")
    report("illustrations", (decode(p.read_bytes()).rgb for p in sorted(folder.glob("**/*.jpg"))))
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    recipe = Recipe(stages=(Decode(),))
    dolls = (item for ref in Paperdoll.list(f"paperdoll:{count}", recipe) for item in Paperdoll.items(ref, recipe))
    report("paperdolls", (item.pixels() for doll in dolls for item in Decode()(doll)))


if __name__ == "__main__":
    main()
