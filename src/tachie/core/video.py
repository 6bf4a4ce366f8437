"""What is decoded of a video, and how: key frames, the first P-frame of each second, as right RGB pictures.

PyAV gives FFmpeg's decoders. Frames come in the order of presentation. Damage does not stop the reading: a broken
packet or picture is counted, everything else is kept, and `Reading.problem` says what was wrong.
"""

from __future__ import annotations

import hashlib
import math
from bisect import insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tachie.core.errors import Unreadable
from tachie.core.images import Rgb, resized

VIDEOS = frozenset(
    {".mp4", ".m4v", ".mkv", ".webm", ".avi", ".mov", ".ts", ".m2ts", ".mpg", ".mpeg", ".wmv", ".flv", ".ogv"}
)
_P_FRAME = 2  # av.video.frame.PictureType.P; comparing its name silently matches nothing in recent PyAV
_ORDER_WITHIN = 4  # frames
_UNSPECIFIED, _BT709, _BT601 = 2, 1, 5  # AVColorSpace
_HD_LINES = 700  # untagged pictures this high are BT.709, smaller ones BT.601, as players take them
_CUT_S = 3.0  # a file whose last frame comes so much earlier than its header says was cut; sound may last longer
_COMBED = 0.01  # share of points that stand out from both neighbours, line after line: stills have under 0.007


@dataclass(frozen=True, slots=True)
class Index:
    """What a video's packets say, without decoding: checksum, times of key frames, where it ends, what it is."""

    sha256: str
    key_pts_s: tuple[float, ...]
    end_s: float
    stated_end_s: float | None
    codec: str
    pixels: str
    width: int
    height: int
    problem: str | None


@dataclass(frozen=True, slots=True)
class Picked:
    """A wanted frame: type k (then `number` counts key frames) or p (then it is the whole second)."""

    type: str
    number: int
    pts_s: float
    frame: Any
    square_pixels: float


@dataclass(slots=True)
class Reading:
    """How a reading went: pictures left out for damage, broken packets, and what was wrong in words."""

    damaged: int = 0
    broken_packets: int = 0
    problem: str | None = None

    def as_problem(self) -> str | None:
        """Return what was wrong, None where nothing was."""
        if self.problem is None and self.damaged + self.broken_packets:
            return f"{self.damaged + self.broken_packets} damaged pictures were left out"
        return self.problem


@lru_cache(maxsize=64)
def index(path: str, stamp: str) -> Index:
    """Read a video's packets; `stamp` is what makes a changed file another one.

    Raises `Unreadable` (broken_video, no_video_stream) where it holds no key frame; what is cut later has a `problem`.
    """
    import av

    try:
        with Path(path).open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Unreadable("unreadable_file", error.strerror or str(error)) from error
    key_pts: list[float] = []
    end_s, stated, problem = 0.0, None, None
    codec = pixels = ""
    width = height = 0
    try:
        with av.open(path) as container:
            stream = container.streams.video[0]
            context = stream.codec_context
            codec, pixels, width, height = context.name, context.pix_fmt or "", context.width, context.height
            stated = _stated_end_s(container, stream)
            for packet in container.demux(stream):
                pts = packet.pts if packet.pts is not None else packet.dts
                if pts is None or packet.time_base is None:
                    continue
                pts_s = float(pts * packet.time_base)
                end_s = max(end_s, pts_s)
                if packet.is_keyframe:
                    key_pts.append(pts_s)
                if packet.is_corrupt:
                    problem = f"the file is damaged at {pts_s:.1f} s"
    except IndexError as error:
        raise Unreadable("no_video_stream", "the file holds no pictures") from error
    except (av.FFmpegError, OSError, ValueError) as error:
        if not key_pts:
            raise Unreadable("broken_video", str(error)) from error
        problem = f"it could be read up to {end_s:.1f} s: {error}"
    if not key_pts:
        raise Unreadable("broken_video", "no key frame was found")
    if stated is not None and end_s < stated - _CUT_S:
        problem = f"it ends at {end_s:.1f} s of {stated:.1f}: the file was cut"
    return Index(sha256, tuple(sorted(key_pts)), end_s, stated, codec, pixels, width, height, problem)


def _stated_end_s(container: Any, stream: Any) -> float | None:
    """Return where the header says that the video ends, in its own time."""
    import av

    if stream.duration and stream.time_base:
        return float((stream.duration + (stream.start_time or 0)) * stream.time_base)
    if container.duration:
        return float(container.duration + max(0, container.start_time or 0)) / av.time_base
    return None


def pick(
    path: str,
    *,
    start_s: float = -math.inf,
    end_s: float = math.inf,
    keys_before: int = 0,
    key_frames: bool = True,
    p_frames: bool = True,
    watch: Callable[[Any, float], None] | None = None,
    reading: Reading | None = None,
) -> Iterator[Picked]:
    """Yield every key frame, and the first P-frame at or after each whole second by presentation time.

    Only those from `start_s` to before `end_s`; key frames are counted from `keys_before`. `watch` sees every decoded
    frame with its time, wanted or not. `reading` says what was damaged, and why it ended early.
    """
    reading = reading if reading is not None else Reading()
    seconds_done: set[int] = set()
    number = keys_before
    decoded = _decoded(path, start_s, p_frames=p_frames, reading=reading)
    # Key frames of open groups of pictures, without what lies between them, come out of FFmpeg in pairs turned round.
    for frame, pts_s, square in decoded if p_frames else _in_order(decoded):
        if pts_s >= end_s:
            break
        if pts_s < start_s:
            continue
        if frame.is_corrupt:
            reading.damaged += 1
            continue
        if watch is not None:
            watch(frame, pts_s)
        second = math.floor(pts_s)
        if frame.key_frame:
            number += 1
            if key_frames:
                yield Picked("k", number - 1, pts_s, frame, square)
        elif p_frames and int(frame.pict_type) == _P_FRAME and second not in seconds_done:
            # The first P-frame at or after a whole second is the first one inside any second that has one.
            seconds_done.add(second)
            yield Picked("p", second, pts_s, frame, square)


def _decoded(path: str, start_s: float, *, p_frames: bool, reading: Reading) -> Iterator[tuple[Any, float, float]]:
    """Yield decoded frames, their pts in seconds and the shape of their pixels, from the key frame before start_s."""
    import av

    try:
        with av.open(path) as container:
            stream = container.streams.video[0]
            context = stream.codec_context
            context.thread_type = "AUTO"
            # NONREF leaves out B-frames that nothing refers to: half the decoding. A stream without B-frames may hold
            # P-frames that nothing refers to (temporal layers), which are wanted.
            context.skip_frame = "NONKEY" if not p_frames else "NONREF" if context.has_b_frames else "DEFAULT"
            aspect = stream.sample_aspect_ratio
            square = float(aspect) if aspect else 1.0
            step = 1 / float(stream.average_rate or 24)
            last_s = -step
            if start_s > 0 and math.isfinite(start_s):
                container.seek(int(start_s * av.time_base), backward=True)
            for packet in container.demux(stream):
                if not p_frames and packet.size and not packet.is_keyframe:
                    continue
                try:
                    frames = packet.decode()
                except av.error.InvalidDataError:
                    reading.broken_packets += 1
                    continue
                for frame in frames:
                    last_s = frame.time if frame.time is not None else last_s + step
                    yield frame, last_s, square
    except (av.FFmpegError, OSError, ValueError, IndexError) as error:
        reading.problem = f"it could not be read to its end: {error}"


def _in_order(decoded: Iterator[tuple[Any, float, float]]) -> Iterator[tuple[Any, float, float]]:
    """Yield frames in the order of time where none comes more than some places too early."""
    held: list[tuple[Any, float, float]] = []
    for one in decoded:
        insort(held, one, key=lambda held_one: held_one[1])
        if len(held) > _ORDER_WITHIN:
            yield held.pop(0)
    yield from held


def rgb_of(picked: Picked) -> tuple[Rgb, bool]:
    """Return a frame as uint8 HWC RGB with square pixels, and whether it had to be deinterlaced.

    The matrix is the frame's own, or by its height where it states none. More than 8 bits become 8. A frame that is
    flagged as interlaced is deinterlaced (FFmpeg's estdif, from one frame alone) only where its lines are combed:
    flagged films are often not.
    """
    frame = picked.frame
    combed = bool(frame.interlaced_frame) and is_combed(luma(frame))
    if combed:
        frame = _deinterlaced(frame)
    space = int(frame.colorspace)
    if space == _UNSPECIFIED:
        space = _BT709 if frame.height >= _HD_LINES else _BT601
    full = int(frame.color_range) == 2 or frame.format.name.startswith("yuvj")
    converted = frame.reformat(
        format="rgb24",
        src_colorspace=space if space in (1, 4, 5, 6, 7, 9) else _BT601,
        src_color_range=2 if full else 1,
        dst_color_range=2,
        interpolation="BILINEAR",
    )
    rgb: Rgb = converted.to_ndarray()
    if abs(picked.square_pixels - 1) > 0.01:
        rgb = resized(rgb, max(1, round(rgb.shape[1] * picked.square_pixels)), rgb.shape[0])
    return rgb, combed


def luma(frame: Any) -> NDArray[np.uint8]:
    """Return a frame's brightness plane, uint8 HW, without copying where it is one of 8 bits."""
    if (
        not frame.format.name.startswith(("yuv420p", "yuvj420p", "yuv422p", "yuv444p", "nv12"))
        or "p1" in frame.format.name
    ):
        frame = frame.reformat(format="yuv420p")
    return plane(frame, 0)


def plane(frame: Any, number: int) -> NDArray[np.uint8]:
    """Return a plane of a planar 8-bit frame, uint8 HW, without copying."""
    one = frame.planes[number]
    return np.frombuffer(one, np.uint8).reshape(-1, one.line_size)[: one.height, : one.width]


def is_combed(brightness: NDArray[np.uint8]) -> bool:
    """Return whether every other line shows another moment: points brighter, or darker, than both lines around them."""
    few = brightness[:, ::3].astype(np.int16)
    above, here, below = few[:-2], few[1:-1], few[2:]
    beside = (above - here) * (below - here)
    # A line that is thin in a still picture stands out alone; combing repeats every second line.
    out = beside > 100
    repeated = out[:-2] & out[2:] & (np.sign(above - here)[:-2] == np.sign(above - here)[2:])
    return float(repeated.mean()) > _COMBED


def _deinterlaced(frame: Any) -> Any:
    """Return the frame with the lines of one field, the others drawn along edges."""
    import av

    graph = av.filter.Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format.name, time_base=frame.time_base
    )
    filter_, sink = graph.add("estdif", "mode=frame:deint=all"), graph.add("buffersink")
    source.link_to(filter_)
    filter_.link_to(sink)
    graph.configure()
    graph.push(frame)
    graph.push(None)
    return graph.pull()


def small(frame: Any, width: int, height: int) -> NDArray[np.uint8]:
    """Return a tiny YUV picture of a frame, uint8 [height, width, 3]: cheap enough for every frame that is decoded."""
    if frame.format.name not in ("yuv420p", "yuvj420p"):
        frame = frame.reformat(format="yuv420p")
    planes = []
    for number in range(3):
        values = plane(frame, number)
        step = max(1, min(values.shape[0] // (4 * height), values.shape[1] // (4 * width)))
        few = np.ascontiguousarray(values[step // 2 :: step, step // 2 :: step])
        planes.append(cv2.resize(few, (width, height), interpolation=cv2.INTER_AREA))
    return np.stack(planes, axis=2).astype(np.uint8, copy=False)
