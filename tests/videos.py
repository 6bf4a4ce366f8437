"""Tiny videos of every kind, written by PyAV."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tachie.core.images import resized

from .conftest import blobs


def moving(seed: int, count: int, width: int = 160, height: int = 90, step: int = 2) -> list[np.ndarray]:
    """Return a shot: a smooth random picture, panned by `step` px a frame."""
    wide = blobs(seed, width + step * count, height)
    return [np.ascontiguousarray(wide[:, i * step : i * step + width]) for i in range(count)]


def encode(
    path: Path,
    pictures: Sequence[np.ndarray],
    codec: str = "libx264",
    *,
    fps: int = 24,
    pixels: str = "yuv420p",
    pts: Sequence[int] | None = None,
    shape: Fraction | None = None,
    **options: Any,
) -> Path:
    """Write RGB pictures as a video; skipped where this PyAV has no such encoder. `pts` are in units of 1/fps s."""
    import av

    if codec not in av.codecs_available:
        pytest.skip(f"this PyAV has no {codec}")
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=fps, options={k: str(v) for k, v in options.items()})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = pixels
        stream.codec_context.time_base = Fraction(1, fps)
        if shape is not None:
            stream.codec_context.sample_aspect_ratio = shape
        for i, rgb in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
            frame.pts = i if pts is None else pts[i]
            frame.time_base = Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def at_size(pictures: Sequence[np.ndarray], width: int, height: int) -> list[np.ndarray]:
    """Return the pictures at another size."""
    return [resized(p, width, height) for p in pictures]


def chosen_by_the_rule(path: Path) -> list[tuple[str, int, float]]:
    """Decode everything and choose by the words of the rule: a plain second opinion."""
    import av

    keys, ps = [], []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            (keys if frame.key_frame else ps if int(frame.pict_type) == 2 else []).append(frame.time)
    chosen = {}
    for second in range(int(max(keys + ps)) + 1):
        later = [t for t in ps if t >= second]
        if later:
            chosen[min(later)] = int(min(later))
    return sorted(
        [("k", i, t) for i, t in enumerate(keys)] + [("p", s, t) for t, s in chosen.items()], key=lambda f: f[2]
    )
