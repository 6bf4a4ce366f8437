"""One video to frames in the store, a timeline and a line that says how it went; whole or not there."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tachie.collect.ledger import now
from tachie.collect.store import Store
from tachie.collect.video.repeats import HEIGHT, WIDTH, Timeline
from tachie.core.files import printable, replacing, write_atomically
from tachie.core.images import Rgb, encode_jpeg, encode_png, resized
from tachie.core.video import Index, Picked, Reading, pick, rgb_of, small

VIDEOS_DIR = "videos"
STILL_LEVELS = 12  # of 255: a closing eye makes 40 and more in some spot, encoding under 8
SAMPLE_S = 0.115  # about eight samples a second of what is decoded anyway
_JPEG_QUALITY = 95
_STILL_SIZE = (96, 54)
_ENCODERS = 2  # threads; decoding goes on beside them
_WAITING = 8  # frames that wait for an encoder at most: 50 MB of 1080p


@dataclass(frozen=True, slots=True)
class Settings:
    """What is kept of a video. `still_levels`: a frame goes where no spot of it differs more from the one before."""

    p_frames: bool = True
    still_levels: int = STILL_LEVELS
    format: Literal["png", "jpg"] = "png"


@dataclass(slots=True)
class Unit:
    """One video that was read: what it is, how it went, and its frames as they stand in items.jsonl."""

    sha256: str
    episode: str
    path: str
    settings: dict[str, Any]
    read_at: str
    codec: str
    pixels: str
    seen: dict[str, int] = field(default_factory=lambda: {"k": 0, "p": 0})
    near_duplicates: int = 0
    deinterlaced: int = 0
    problem: str | None = None
    frames: list[dict[str, Any]] = field(default_factory=list)


def read_video(
    path: Path, found: Index, episode: str, settings: Settings, store: Store, progress: Callable[[float], None]
) -> tuple[Unit, Timeline]:
    """Read the wanted frames of a video into the store; `progress` hears the second that was reached."""
    unit = Unit(found.sha256, episode, printable(str(path)), asdict(settings), now(), found.codec, found.pixels)
    reading, timeline = Reading(), _Sampler()
    waiting: deque[tuple[dict[str, Any], Future[bytes]]] = deque()

    def put_next() -> None:
        about, encoded = waiting.popleft()
        stored = store.put(encoded.result(), f".{settings.format}")
        unit.frames.append({"sha256": stored.sha256, "file": stored.file, "bytes": stored.bytes, **about})

    before: NDArray[np.int16] | None = None
    with ThreadPoolExecutor(_ENCODERS) as encoders:
        for picked in pick(str(path), p_frames=settings.p_frames, watch=timeline.see, reading=reading):
            progress(picked.pts_s)
            timeline.take(picked.frame, picked.pts_s)  # so that a sequence's edge is known to the frame
            unit.seen[picked.type] += 1
            rgb, combed = rgb_of(picked)
            glance = resized(rgb, *_STILL_SIZE).astype(np.int16)
            if before is not None and np.abs(glance - before).max() <= settings.still_levels:
                unit.near_duplicates += 1
                continue
            before = glance
            unit.deinterlaced += combed
            waiting.append((_about(picked, rgb), encoders.submit(_encoded, rgb, settings.format)))
            if len(waiting) > _WAITING:
                put_next()
        while waiting:
            put_next()
    unit.problem = found.problem or reading.as_problem()
    return unit, timeline.timeline()


def _about(picked: Picked, rgb: Rgb) -> dict[str, Any]:
    frame = {"number": picked.number, "pts_s": round(picked.pts_s, 6), "type": picked.type}
    return {"frame": frame, "width": rgb.shape[1], "height": rgb.shape[0]}


def _encoded(rgb: Rgb, format_: str) -> bytes:
    return encode_png(rgb) if format_ == "png" else encode_jpeg(rgb, _JPEG_QUALITY)


class _Sampler:
    """Takes tiny pictures of what is decoded, some eight a second."""

    def __init__(self) -> None:
        self._times: list[float] = []
        self._pictures: list[NDArray[np.uint8]] = []

    def see(self, frame: Any, pts_s: float) -> None:
        if not self._times or pts_s - self._times[-1] >= SAMPLE_S:
            self.take(frame, pts_s)

    def take(self, frame: Any, pts_s: float) -> None:
        if not self._times or pts_s > self._times[-1]:
            self._times.append(pts_s)
            self._pictures.append(small(frame, WIDTH, HEIGHT))

    def timeline(self) -> Timeline:
        pictures = np.array(self._pictures, np.uint8).reshape(-1, HEIGHT, WIDTH, 3)
        return Timeline(np.array(self._times, np.float64), pictures)


def write_unit(root: Path, unit: Unit, timeline: Timeline) -> None:
    """Write what was read; the .jsonl comes last and says that the video is done."""
    place = root / VIDEOS_DIR / unit.sha256
    with replacing(place.with_suffix(".npz")) as file:
        np.savez(file, times_s=timeline.times_s, pictures=timeline.pictures)
    about = asdict(unit)
    frames = about.pop("frames")
    lines = [json.dumps(line, ensure_ascii=False) for line in (about, *frames)]
    write_atomically(place.with_suffix(".jsonl"), "\n".join(lines) + "\n")


def read_unit(root: Path, sha256: str) -> Unit | None:
    """Return what is known of a video that was read before, None where it was not."""
    try:
        lines = (root / VIDEOS_DIR / f"{sha256}.jsonl").read_text("utf-8").rstrip("\n").split("\n")
        return Unit(**json.loads(lines[0]), frames=[json.loads(line) for line in lines[1:]])
    except (OSError, ValueError, TypeError, IndexError):
        return None


def read_timeline(root: Path, sha256: str) -> Timeline:
    """Return a video's timeline."""
    with np.load(root / VIDEOS_DIR / f"{sha256}.npz", allow_pickle=False) as held:
        return Timeline(held["times_s"], held["pictures"])
