"""Frames of a video: every key frame, and the first P-frame at or after each whole second by presentation time."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from tachie.core.errors import Unreadable
from tachie.core.files import printable
from tachie.core.item import Frame, Item, Ref
from tachie.core.recipe import Recipe
from tachie.sources import _base

VIDEOS = frozenset(
    {".mp4", ".m4v", ".mkv", ".webm", ".avi", ".mov", ".ts", ".m2ts", ".mpg", ".mpeg", ".wmv", ".flv", ".ogv"}
)
STRETCH_S = 60  # one ref; long videos are read by several workers at once
_P_FRAME = 2  # av.video.frame.PictureType.P; comparing its name silently matches nothing in recent PyAV


class Video(_base.Source):
    """A video file, read by PyAV; pts, type and number of each frame are kept."""

    example = "tachie build episode01.mkv --out DATASET"

    @staticmethod
    def accepts(place: str) -> bool:
        """Return whether the place is a file with a video's name."""
        path = Path(place)
        return path.suffix.lower() in VIDEOS and path.is_file()

    @staticmethod
    def list(place: str, recipe: Recipe) -> Iterator[Ref]:
        """Yield stretches of whole seconds; listing reads the packets without decoding any."""
        path = Path(place)
        stamp = _base.stamp(path)
        sha256, key_pts, end_s = _index(place, stamp)
        first_s = math.floor(min(0.0, key_pts[0]))
        for start in range(first_s, math.floor(end_s) + 1, STRETCH_S):
            before = sum(pts < start for pts in key_pts)
            inside = sum(start <= pts < start + STRETCH_S for pts in key_pts)
            seconds = math.ceil(min(end_s, start + STRETCH_S) - start)
            pictures = recipe.video.key_frames * inside + recipe.video.p_frame_each_second * seconds
            if pictures:
                extra = {"sha256": sha256, "start_s": start, "keys_before": before}
                name = printable(path.name)
                yield Ref("video", place, name, f"{start}s", stamp, pictures, extra=extra)

    @staticmethod
    def items(ref: Ref, recipe: Recipe) -> Iterator[Item]:
        """Yield the wanted frames whose time lies in the stretch."""
        sha256, start_s, key_number = ref.extra["sha256"], ref.extra["start_s"], ref.extra["keys_before"]
        seconds_done: set[int] = set()
        for frame, pts_s in _frames(ref.path, start_s, p_frames=recipe.video.p_frame_each_second):
            if pts_s >= start_s + STRETCH_S:
                break
            if pts_s < start_s:
                continue
            second = math.floor(pts_s)
            if frame.key_frame:
                if recipe.video.key_frames:
                    yield _item(ref, sha256, frame, Frame(key_number, pts_s, "k"))
                key_number += 1
            elif int(frame.pict_type) == _P_FRAME and second not in seconds_done:
                # The first P-frame at or after a whole second is the first one inside any second that has one.
                seconds_done.add(second)
                if recipe.video.p_frame_each_second:
                    yield _item(ref, sha256, frame, Frame(second, pts_s, "p"))


def _item(ref: Ref, sha256: str, frame: Any, place: Frame) -> Item:
    parent_id = hashlib.sha256(f"{sha256} {place.type} {place.number}".encode()).hexdigest()
    return Item(
        source="video",
        source_path=ref.name,
        rgb=frame.to_ndarray(format="rgb24"),
        parent_id=parent_id,
        row_id=parent_id,
        frame=place,
        episode=Path(ref.name).stem,
        labels=ref.labels,
    )


@lru_cache(maxsize=64)
def _index(place: str, stamp: str) -> tuple[str, list[float], float]:
    """Return the file's sha256, the pts of its key frames and of its last frame, in seconds."""
    import av

    with Path(place).open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    key_pts, end_s = [], 0.0
    try:
        with av.open(place) as container:
            stream = container.streams.video[0]
            for packet in container.demux(stream):
                if packet.pts is None or packet.time_base is None:
                    continue
                pts_s = float(packet.pts * packet.time_base)
                end_s = max(end_s, pts_s)
                if packet.is_keyframe:
                    key_pts.append(pts_s)
    except IndexError as error:
        raise Unreadable("no_video_stream", "the file holds no pictures") from error
    except (av.FFmpegError, OSError, ValueError) as error:
        if not key_pts:
            raise Unreadable("broken_video", str(error)) from error
    if not key_pts:
        raise Unreadable("broken_video", "no key frame was found")
    return sha256, sorted(key_pts), end_s


def _frames(place: str, start_s: int, *, p_frames: bool) -> Iterator[tuple[Any, float]]:
    """Yield decoded frames with their pts in seconds, from the key frame at or before `start_s` on."""
    import av

    try:
        with av.open(place) as container:
            stream = container.streams.video[0]
            stream.thread_type = "SLICE"  # frame threads would hold many decoded frames
            # NONREF leaves out B-frames that nothing refers to: half the decoding of a stream with P-frames.
            stream.codec_context.skip_frame = "NONREF" if p_frames else "NONKEY"
            if start_s > 0:
                container.seek(int(start_s * av.time_base), backward=True)
            for frame in container.decode(stream):
                if frame.time is not None:
                    yield frame, frame.time
    except (av.FFmpegError, OSError, ValueError) as error:
        raise Unreadable("broken_video", str(error)) from error
