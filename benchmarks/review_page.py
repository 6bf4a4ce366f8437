"""The review page at 50,000 faces, in headless Chromium: from a key press to its drawing, scrolling, learning anew.

The faces are the 21,969 of getchu-64.zip and small changes of them. Needs Node and a Chrome or Chromium.

Usage: python -m benchmarks.review_page [DATASET]
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from benchmarks._shared import data
from tachie.core.images import decode, encode_jpeg, resized
from tachie.pipeline import Build, build
from tachie.pipeline.presets import preset

WEB = Path(__file__).resolve().parent.parent / "web"
FACES = 50_000


def main() -> None:
    """Measure and print."""
    npx = shutil.which("npx")
    if npx is None or not (WEB / "node_modules").is_dir():
        print("left out: needs Node and `make pages`")
        return
    with tempfile.TemporaryDirectory() as name:
        place = sys.argv[1] if len(sys.argv) > 1 else str(tiled(Path(name)))
        done = subprocess.run(
            [npx, "vitest", "run", "--project", "speed", "--reporter", "dot", "--silent=false", "review"],
            cwd=WEB,
            env={**os.environ, "TACHIE_REVIEW_DATASET": str(Path(place).resolve())},
            capture_output=True,
            text=True,
            check=False,
        )
    _, mark, rest = done.stdout.partition("SPEED ")
    if not mark:
        print(done.stdout[-2000:], done.stderr[-2000:])
        sys.exit("left out: no Chrome or Chromium" if done.returncode == 0 else "failed")
    times = {name: np.array(values) for name, values in json.loads(rest.splitlines()[0]).items()}
    shown, frames, refit = times["shown_ms"], times["frame_ms"], times["refit_ms"]
    print(
        f"a key press is drawn after: median {np.median(shown):.0f} ms, 95 % within {np.percentile(shown, 95):.0f} ms, "
        f"worst {shown.max():.0f} ms of {len(shown)} (target 50)"
    )
    print(
        f"scrolling: median frame {np.median(frames):.1f} ms, 95 % within {np.percentile(frames, 95):.1f} ms "
        f"of {len(frames)}"
    )
    print(
        f"learned anew and all sorted by it: median {np.median(refit):.0f} ms, worst {refit.max():.0f} (target 1,000)"
    )


def tiled(folder: Path) -> Path:
    """Build 50,000 faces of 64 px."""
    rng = np.random.default_rng(0)
    with zipfile.ZipFile(data("getchu-64.zip")) as source, zipfile.ZipFile(folder / "tiled.zip", "w") as out:
        names = [n for n in source.namelist() if n.endswith(".webp")]
        for name in names:
            out.writestr(name, source.read(name))
        for k in range(FACES - len(names)):
            rgb = decode(source.read(names[k % len(names)])).rgb
            x, y = (int(v) for v in rng.integers(0, 7, 2))
            cut = resized(np.ascontiguousarray(rgb[y : y + 58, x : x + 58]), 64, 64)
            out.writestr(f"{names[k % len(names)].split('/')[0]}/copy-{k}.jpg", encode_jpeg(cut, 90))
    build(Build([str(folder / "tiled.zip")], folder / "faces", preset("faces-as-they-are"), workers=1))
    return folder / "faces"


if __name__ == "__main__":
    main()
