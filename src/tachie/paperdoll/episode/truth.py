"""What is true of an episode, as JSON: shots, repeated parts, and who is where in every frame.

Frame ranges are half open, `[first, end)`. Boxes are whole heads, xyxy in px, clipped to the frame; `share` says how
much of the head lies inside the frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tachie.paperdoll.episode.frames import Head
from tachie.paperdoll.episode.shots import FPS, Episode

FORMAT = "tachie-episode-truth 1"
RUN_FIELDS = ("first", "end", "x0", "y0", "x1", "y1", "share", "mood", "talking", "eyes_closed")


@dataclass(slots=True)
class _Track:
    """One character through one shot: stretches of frames in which nothing about her head changes."""

    shot: int
    name: str
    outfit: int
    runs: list[list[Any]] = field(default_factory=list)

    def add(self, frame: int, head: Head) -> None:
        """Add one frame, lengthening the last run where nothing has changed."""
        now = [*head.xyxy, head.share, head.mood, head.talking, head.eyes]
        if self.runs and self.runs[-1][1] == frame and self.runs[-1][2:] == now:
            self.runs[-1][1] = frame + 1
        else:
            self.runs.append([frame, frame + 1, *now])


class TruthOf:
    """Collects the truth of an episode while its frames go by."""

    def __init__(self, episode: Episode, width_px: int, height_px: int) -> None:
        self._episode = episode
        self._size = (width_px, height_px)
        self._tracks: dict[tuple[int, str], _Track] = {}
        self._ends: list[int] = []
        for clip in episode.clips:
            self._ends.append((self._ends[-1] if self._ends else 0) + clip.frames)
        self._shot = 0
        self._frame = 0

    def add(self, heads: Sequence[Head]) -> None:
        """Take note of the next frame's heads."""
        while self._frame >= self._ends[self._shot]:
            self._shot += 1
        for head in heads:
            key = (self._shot, head.name)
            self._tracks.setdefault(key, _Track(self._shot, head.name, head.outfit)).add(self._frame, head)
        self._frame += 1

    def as_dict(self) -> dict[str, Any]:
        """Return the truth of all frames taken note of, ready for JSON."""
        episode = self._episode
        return {
            "format": FORMAT,
            "episode": episode.number,
            "title": episode.title,
            "seed": episode.seed,
            "fps": FPS,
            "width": self._size[0],
            "height": self._size[1],
            "frames": self._frame,
            "parts": _parts(episode),
            "repeats": _repeats(episode),
            "shots": _shots(episode),
            "run_fields": RUN_FIELDS,
            "heads": [
                {"shot": t.shot, "name": t.name, "outfit": t.outfit, "runs": t.runs} for t in self._tracks.values()
            ],
        }


def heads_at(truth: dict[str, Any], frame: int) -> Iterator[dict[str, Any]]:
    """Yield who is in a frame of an episode, from its truth: name, xyxy, share, mood, talking, eyes_closed."""
    for track in truth["heads"]:
        for run in track["runs"]:
            if run[0] <= frame < run[1]:
                rest = dict(zip(RUN_FIELDS[6:], run[6:], strict=True))
                yield {"name": track["name"], "shot": track["shot"], "xyxy": run[2:6], **rest}


def _shots(episode: Episode) -> list[dict[str, Any]]:
    rows, first = [], 0
    for clip in episode.clips:
        names = [actor.name for actor in clip.shot.actors]
        rows.append(
            {
                "first": first,
                "end": first + clip.frames,
                "part": clip.part,
                "kind": clip.shot.kind,
                "scene": clip.shot.plate,
                "characters": names,
            }
        )
        first += clip.frames
    return rows


def _parts(episode: Episode) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for shot in _shots(episode):
        if rows and rows[-1]["part"] == shot["part"]:
            rows[-1]["end"] = shot["end"]
        else:
            rows.append({"part": shot["part"], "first": shot["first"], "end": shot["end"]})
    return rows


def _repeats(episode: Episode) -> list[dict[str, Any]]:
    """Return frame ranges that show the same pictures elsewhere, and where; episode None stands for every episode."""
    rows = [
        {**part, "equals": {"episode": None, "part": part["part"], "first": part["first"], "end": part["end"]}}
        for part in _parts(episode)
        if part["part"] in ("opening", "ending")
    ]
    first = 0
    for clip in episode.clips:
        if clip.part == "preview":
            there = {
                "episode": clip.from_episode,
                "part": "story",
                "first": clip.from_frame,
                "end": clip.from_frame + clip.frames,
            }
            rows.append({"part": "preview", "first": first, "end": first + clip.frames, "equals": there})
        first += clip.frames
    return rows
