"""Frames a second of CPU for drawing and encoding an episode, beside encoding the same frames alone.

Usage: python -m benchmarks.episode_speed [SECONDS] [HEIGHT]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tachie.paperdoll.cast import make_cast
from tachie.paperdoll.episode import FPS, Film, TruthOf, plan_episode
from tachie.paperdoll.episode.encode import pick_encoder, write_video


def main() -> None:
    """Measure both, on CPU time, so that what else runs on the machine matters little."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 90.0
    height = int(sys.argv[2]) if len(sys.argv) > 2 else 360
    film, episode = Film(make_cast(), height), plan_episode(make_cast(), 1, seconds)
    size, encoder = (film.width_px, film.height_px), pick_encoder()
    truth = TruthOf(episode, *size)
    kept: list[NDArray[np.uint8]] = []

    def pictures() -> Iterator[NDArray[np.uint8]]:
        for rgb, heads in film.episode(episode):
            truth.add(heads)
            if len(kept) < 600:
                kept.append(rgb.copy())
            yield rgb

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "episode.mp4"
        start = time.process_time()
        write_video(path, pictures(), size, FPS, encoder)
        whole_s = time.process_time() - start
        size_mb = path.stat().st_size / 1e6
        start = time.process_time()
        write_video(path, kept, size, FPS, encoder)
        encode_s = (time.process_time() - start) / len(kept) * episode.frames
    print(
        f"{episode.frames} frames of {size[0]}x{size[1]} by {encoder}, {size_mb:.1f} MB: "
        f"{episode.frames / whole_s:.0f} frames/s of CPU drawn and encoded, "
        f"{episode.frames / encode_s:.0f} encoded alone, "
        f"ratio {whole_s / encode_s:.2f}"
    )


if __name__ == "__main__":
    main()
