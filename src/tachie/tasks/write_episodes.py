"""Episodes as video files, each with its truth beside it as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tachie.core.files import write_atomically
from tachie.paperdoll.cast import make_cast
from tachie.paperdoll.episode import FPS, Episode, Film, TruthOf, plan_episode
from tachie.paperdoll.episode.encode import pick_encoder, write_video
from tachie.sources.paperdoll import RIGHTS


@dataclass(frozen=True, slots=True)
class Show:
    """What the episodes of one show have in common."""

    seed: int = 0
    seconds: float = 90.0
    height_px: int = 360
    cast_seed: int = 0
    cast_size: int = 9
    encoder: str = ""


def write_episodes(
    out: Path, numbers: range, show: Show, progress: Callable[[int, int], None] = lambda done, total: None
) -> list[Path]:
    """Write epNN.mp4 and epNN.json for each number and return the videos; whole ones that stand there already stay.

    `progress` is told how many frames are done and how many there are in all. The JSON is written last: an episode
    is whole when it has one.
    """
    cast = make_cast(show.cast_seed, show.cast_size)
    film = Film(cast, show.height_px)
    encoder = pick_encoder(show.encoder)
    plans = [plan_episode(cast, number, show.seconds, show.seed) for number in numbers]
    total, done = sum(plan.frames for plan in plans), 0
    made = {"show": [show.seed, show.seconds, show.height_px, show.cast_seed, show.cast_size], "encoder": encoder}
    videos = []
    for plan in plans:
        video = out / f"ep{plan.number:02d}.mp4"
        videos.append(video)
        if not (video.exists() and _made_so(video.with_suffix(".json"), made)):
            _write(video, plan, film, made, lambda frames, before=done: progress(before + frames, total))  # type: ignore[misc]
        done += plan.frames
        progress(done, total)
    return videos


def _write(video: Path, plan: Episode, film: Film, made: Mapping[str, object], progress: Callable[[int], None]) -> None:
    truth = TruthOf(plan, film.width_px, film.height_px)

    def pictures() -> Iterator[NDArray[np.uint8]]:
        for number, (rgb, heads) in enumerate(film.episode(plan)):
            truth.add(heads)
            progress(number)
            yield rgb

    video.with_suffix(".json").unlink(missing_ok=True)
    write_video(video, pictures(), (film.width_px, film.height_px), FPS, str(made["encoder"]))
    about = {**truth.as_dict(), "video": video.name, **made, "rating": "g", "rights": RIGHTS}
    write_atomically(video.with_suffix(".json"), json.dumps(about, separators=(",", ":")) + "\n")


def _made_so(path: Path, made: Mapping[str, object]) -> bool:
    """Return whether an episode's truth stands there and was made with these settings."""
    try:
        truth = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return all(truth.get(name) == value for name, value in made.items())
