"""The job: every video once, then what episodes share, then items.jsonl. Running it again goes on where it stopped."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

from tachie.collect.items import NAME as ITEMS_NAME
from tachie.collect.ledger import NAME as LEDGER_NAME
from tachie.collect.store import Store, Stored
from tachie.collect.video.read import VIDEOS_DIR, Settings, Unit, read_timeline, read_unit, read_video, write_unit
from tachie.collect.video.repeats import Span, find_repeats
from tachie.core.errors import InputError, Unreadable, UsageError
from tachie.core.files import printable, replacing, safe_name, write_atomically
from tachie.core.video import VIDEOS, index

REPEATS_NAME = "repeats.json"
_EDGE_S = 0.02  # under a frame; kept frames are samples of the timeline themselves


@dataclass(frozen=True, slots=True)
class VideoJob:
    """What to read, where to, and what becomes of sequences that come again: marked, kept once, or dropped.

    `progress` hears a video's name, the second reached and its length.
    """

    places: Sequence[str]
    out: Path
    settings: Settings = field(default_factory=Settings)
    repeats: Literal["mark", "once", "drop"] = "mark"
    progress: Callable[[str, float, float], None] = field(default=lambda name, at_s, end_s: None)


@dataclass(slots=True)
class Collected:
    """What came of it: counts over the whole folder, and each video that could not be read, or not to its end."""

    out: Path
    videos: int = 0
    read_now: int = 0
    frames: int = 0
    by_type: dict[str, int] = field(default_factory=dict)
    near_duplicates: int = 0
    deinterlaced: int = 0
    repeated_sequences: int = 0
    repeated_frames: int = 0
    left_out_repeated: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return it for --json."""
        told = asdict(self) | {"out": str(self.out)}
        return told | {"problems": [{"file": name, "error": error} for name, error in self.problems]}


def collect_videos(job: VideoJob) -> Collected:
    """Do the job. Raises `InputError` where a place is no video or folder of videos."""
    if (job.out / LEDGER_NAME).exists():
        raise UsageError(f"{job.out} holds pictures of web sources", "Name another folder with --out.")
    paths = _videos(job.places)
    result = Collected(job.out)
    store = Store(job.out)
    known = {unit.sha256: unit.episode for unit in _units(job.out)}
    here: list[str] = []
    for path, named in zip(paths, _episodes(paths), strict=True):
        status = path.stat()
        try:
            found = index(str(path), f"{status.st_size} {status.st_mtime_ns}")
        except Unreadable as error:
            result.problems.append((printable(str(path)), error.detail or error.reason))
            continue
        if found.sha256 in here:
            continue  # the same file under another name
        here.append(found.sha256)
        unit = read_unit(job.out, found.sha256)
        if unit is None or unit.settings != asdict(job.settings) or not _all_there(store, unit):
            name, taken = printable(path.name), [e for sha256, e in known.items() if sha256 != found.sha256]
            episode = named if named not in taken else f"{named}-{found.sha256[:6]}"
            known[found.sha256] = episode
            job.progress(name, 0.0, found.end_s)
            progress = partial(_told, job.progress, name, found.end_s)
            read = read_video(path, found, episode, job.settings, store, progress)
            write_unit(job.out, *read)
            unit = read[0]
            result.read_now += 1
        if unit.problem:
            result.problems.append((printable(str(path)), unit.problem))
    _finish(job, result)
    return result


def _units(out: Path) -> list[Unit]:
    """Return all videos that the folder holds, in the order of their episodes."""
    names = sorted(path.stem for path in (out / VIDEOS_DIR).glob("*.jsonl"))
    units = [unit for unit in (read_unit(out, name) for name in names) if unit is not None]
    return sorted(units, key=lambda unit: _natural(unit.episode))


def _told(progress: Callable[[str, float, float], None], name: str, end_s: float, at_s: float) -> None:
    progress(name, at_s, end_s)


def _videos(places: Sequence[str]) -> list[Path]:
    """Return the video files at the places, in the order people count in: 2 before 10."""
    found: dict[Path, None] = {}
    for place in places:
        path = Path(place)
        if path.is_dir():
            inside = [p for p in path.rglob("*") if p.suffix.lower() in VIDEOS and p.is_file()]
            found |= dict.fromkeys(sorted(inside, key=lambda p: _natural(str(p))))
        elif path.is_file():
            found[path] = None
        else:
            raise InputError(f"{place} is neither a file nor a folder", "Name videos, or folders that hold some.")
    if not found:
        raise InputError(f"there is no video in {', '.join(places)}", f"Known endings: {' '.join(sorted(VIDEOS))}")
    return list(found)


def _natural(text: str) -> list[tuple[int, int, str]]:
    return [(int(part), 0, "") if part.isdigit() else (-1, 0, part) for part in re.split(r"([0-9]+)", text)]


def _episodes(paths: Sequence[Path]) -> list[str]:
    """Return a name for each video: its own, with its folder's before it where two share one."""
    stems = Counter(path.stem for path in paths)
    return [
        safe_name(printable(path.stem if stems[path.stem] == 1 else f"{path.parent.name}-{path.stem}"))
        for path in paths
    ]


def _all_there(store: Store, unit: Unit) -> bool:
    return all(store.has(Stored(frame["sha256"], frame["file"], frame["bytes"])) for frame in unit.frames)


def _finish(job: VideoJob, result: Collected) -> None:
    """Look at all videos that the folder holds, those of earlier commands too, and write what they come to."""
    units = _units(job.out)
    spans = find_repeats([read_timeline(job.out, unit.sha256) for unit in units])
    told = [
        {
            "sequence": _label(span),
            "episode": units[span.video].episode,
            "start_s": round(span.start_s, 3),
            "end_s": round(span.end_s, 3),
        }
        for span in spans
    ]
    write_atomically(job.out / REPEATS_NAME, json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    result.videos, result.repeated_sequences = len(units), len({span.sequence for span in spans})
    types: Counter[str] = Counter()
    first: dict[int, int] = {}
    with replacing(job.out / ITEMS_NAME) as file:
        for number, unit in enumerate(units):
            result.near_duplicates += unit.near_duplicates
            result.deinterlaced += unit.deinterlaced
            mine = [span for span in spans if span.video == number]
            for frame in unit.frames:
                span = _span_at(mine, frame["frame"]["pts_s"])
                if span is not None:
                    result.repeated_frames += 1
                    again = first.setdefault(span.sequence, number) != number
                    if job.repeats == "drop" or (job.repeats == "once" and again):
                        result.left_out_repeated += 1
                        continue
                result.frames += 1
                types[frame["frame"]["type"]] += 1
                line = json.dumps(_item(unit, frame, span), ensure_ascii=False)
                file.write(line.encode("utf-8", "backslashreplace") + b"\n")
    result.by_type = dict(sorted(types.items()))


def _span_at(spans: Sequence[Span], pts_s: float) -> Span | None:
    return next((s for s in spans if s.start_s - _EDGE_S <= pts_s <= s.end_s + _EDGE_S), None)


def _label(span: Span) -> str:
    return f"r{span.sequence:03d}"


def _item(unit: Unit, frame: dict[str, Any], span: Span | None) -> dict[str, Any]:
    """Return a line of items.jsonl; the name is as in the GochiUsa set: VIDEO-k-NUMBER or VIDEO-p-SECOND."""
    about = frame["frame"]
    ending = Path(frame["file"]).suffix
    item = {
        **{name: frame[name] for name in ("sha256", "file", "bytes")},
        "name": f"{unit.episode}-{about['type']}-{about['number']}{ending}",
        "source": "video",
        "width": frame["width"],
        "height": frame["height"],
        "frame": about,
        "episode": unit.episode,
        "video_sha256": unit.sha256,
        "fetched_at": unit.read_at,
    }
    return item | ({"repeated": _label(span)} if span is not None else {})
