"""Frames to a video file by PyAV: H.264 with B-frames, or MPEG-4 with B-frames where the build has no H.264."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tachie.core.errors import UsageError
from tachie.core.files import replacing

# libx264 is GPL. tachie neither contains nor ships it: it is used if the PyAV that the user installed brings it.
# A key frame every 10 s at most, as discs have, and at cuts, where x264 puts them by itself.
_SETTINGS: dict[str, dict[str, str]] = {
    "libx264": {"preset": "veryfast", "tune": "animation", "crf": "20", "bf": "3", "g": "240"},
    "mpeg4": {"q:v": "3", "bf": "2", "g": "48", "flags": "+mv4+qscale", "global_quality": "354"},
}
ENCODERS = tuple(_SETTINGS)


def pick_encoder(name: str = "") -> str:
    """Return the encoder to use: `name`, or the first of `ENCODERS` that this PyAV has; raises UsageError without."""
    import av

    for one in [name] if name else ENCODERS:
        if one in _SETTINGS and one in av.codecs_available:
            return one
    raise UsageError(f"this PyAV cannot encode with {name or ' or '.join(ENCODERS)}", f"Known: {', '.join(ENCODERS)}.")


def write_video(path: Path, frames: Iterable[NDArray[np.uint8]], size: tuple[int, int], fps: int, encoder: str) -> None:
    """Encode uint8 HWC RGB frames of `size` (width, height) into an MP4, which appears only when it is whole."""
    import av

    with replacing(path) as file, av.open(file, "w", format="mp4") as container:
        stream: Any = container.add_stream(encoder, rate=fps, options=_SETTINGS[encoder])
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.time_base = Fraction(1, fps)
        stream.codec_context.max_b_frames = int(_SETTINGS[encoder]["bf"])
        stream.codec_context.thread_count = (
            1 if size[1] <= 480 else 0
        )  # small pictures: threads cost more than they give
        for number, rgb in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
