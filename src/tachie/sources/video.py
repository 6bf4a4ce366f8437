"""Frames of a video: every key frame, and the first P-frame at or after each whole second by presentation time."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from pathlib import Path

from tachie.core.errors import Unreadable
from tachie.core.files import printable
from tachie.core.item import Frame, Item, Ref
from tachie.core.recipe import Recipe
from tachie.core.video import VIDEOS, Picked, Reading, index, pick, rgb_of
from tachie.sources import _base

STRETCH_S = 60  # one ref; long videos are read by several workers at once


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
        found = index(place, stamp)
        name = printable(path.name)
        first_s = math.floor(min(0.0, found.key_pts_s[0]))
        for start in range(first_s, math.floor(found.end_s) + 1, STRETCH_S):
            before = sum(pts < start for pts in found.key_pts_s)
            inside = sum(start <= pts < start + STRETCH_S for pts in found.key_pts_s)
            seconds = math.ceil(min(found.end_s, start + STRETCH_S) - start)
            pictures = recipe.video.key_frames * inside + recipe.video.p_frame_each_second * seconds
            if pictures:
                extra = {"sha256": found.sha256, "start_s": start, "keys_before": before}
                yield Ref("video", place, name, f"{start}s", stamp, pictures, extra=extra)
        if found.problem:  # what could be read is above
            yield Ref("video", place, name, "end", stamp, 0, problem=("broken_video", found.problem))

    @staticmethod
    def items(ref: Ref, recipe: Recipe) -> Iterator[Item]:
        """Yield the wanted frames whose time lies in the stretch."""
        reading = Reading()
        for picked in pick(
            ref.path,
            start_s=ref.extra["start_s"],
            end_s=ref.extra["start_s"] + STRETCH_S,
            keys_before=ref.extra["keys_before"],
            key_frames=recipe.video.key_frames,
            p_frames=recipe.video.p_frame_each_second,
            reading=reading,
        ):
            yield _item(ref, picked)
        problem = reading.as_problem()
        if problem:
            raise Unreadable("broken_video", problem)


def _item(ref: Ref, picked: Picked) -> Item:
    parent_id = hashlib.sha256(f"{ref.extra['sha256']} {picked.type} {picked.number}".encode()).hexdigest()
    return Item(
        source="video",
        source_path=ref.name,
        rgb=rgb_of(picked)[0],
        parent_id=parent_id,
        row_id=parent_id,
        frame=Frame(picked.number, picked.pts_s, picked.type),
        episode=Path(ref.name).stem,
        labels=ref.labels,
    )
