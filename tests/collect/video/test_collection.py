"""`tachie collect video`: frames in the store, once, whatever happens on the way."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tachie.collect.video import VideoJob, collect_videos
from tachie.collect.video.read import Settings
from tachie.core.errors import InputError, UsageError
from tachie.dataset.reader import Dataset

from ...conftest import tachie
from ...videos import at_size, encode, moving

FPS = 12


def shots(seed: int, count: int, frames: int = 2 * FPS) -> list[np.ndarray]:
    return [p for k in range(count) for p in moving(100 * seed + k, frames, step=k % 3)]


OPENING, ENDING = shots(1, 3), shots(2, 2)


def write_season(folder: Path) -> dict[str, list[tuple[float, float]]]:
    """Write three episodes with one opening and ending, each encoded in its own way; return what comes again, in s."""
    folder.mkdir(exist_ok=True)
    stories = [shots(3, 3), shots(4, 4), shots(5, 3)]
    preview = stories[1][4 * FPS + 4 : 6 * FPS]
    parts = [
        [*OPENING, *stories[0], *ENDING, *preview],
        [*stories[1][: 2 * FPS], *OPENING, *stories[1][2 * FPS :], *ENDING],
        [*shots(6, 1, 17), *OPENING, *stories[2], *ENDING],
    ]
    encode(folder / "ep1.mkv", parts[0], "mpeg4", fps=FPS, bf=2, g=40, qscale=4)
    encode(folder / "ep2.mp4", at_size(parts[1], 224, 126), "libx264", fps=FPS, bf=3, g=48, crf=30)
    encode(folder / "ep10.avi", at_size(parts[2], 128, 72), "mpeg4", fps=FPS, bf=0, g=24, qscale=6)
    at = 2 * FPS
    starts = {
        "ep1": [(0, 72), (144, 192), (192, 212)],
        "ep2": [(at, at + 72), (8 * FPS + 48 + 28, 8 * FPS + 48 + 48), (168, 216)],
        "ep10": [(17, 89), (161, 209)],
    }
    return {name: [(a / FPS, b / FPS) for a, b in spans] for name, spans in starts.items()}


def items(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "items.jsonl").read_text("utf-8").split("\n") if line]


def without_times(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in line.items() if k != "fetched_at"} for line in lines]


def test_a_season_is_collected_and_what_it_shares_is_marked(tmp_path: Path) -> None:
    truth = write_season(tmp_path / "season")
    done = tachie("collect", "video", tmp_path / "season", "--out", tmp_path / "out", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    lines = items(tmp_path / "out")
    assert told["videos"] == told["read_now"] == 3
    assert told["frames"] == len(lines) == sum(told["by_type"].values())
    assert list(dict.fromkeys(line["episode"] for line in lines)) == ["ep1", "ep2", "ep10"]
    right = wrong = missed = 0
    for line in lines:
        at = line["frame"]["pts_s"]
        inside = any(a - 0.01 <= at < b - 0.01 for a, b in truth[line["episode"]])
        right += inside and "repeated" in line
        wrong += not inside and "repeated" in line
        missed += inside and "repeated" not in line
    assert right / (right + wrong) > 0.85
    assert right / (right + missed) > 0.9
    of_opening = {
        line.get("repeated") for line in lines if line["episode"] == "ep10" and 3 < line["frame"]["pts_s"] < 6
    }
    assert of_opening == {
        line.get("repeated") for line in lines if line["episode"] == "ep1" and line["frame"]["pts_s"] < 5
    }
    assert {s["episode"] for s in json.loads((tmp_path / "out/repeats.json").read_text())} == {"ep1", "ep2", "ep10"}

    built = tachie(
        "build", tmp_path / "out", "--out", tmp_path / "faces", "--faces-as-they-are", "--near-duplicates", -1
    )
    assert built.returncode == 0, built.stderr
    dataset = Dataset.open(tmp_path / "faces")
    assert len(dataset.labels()["repeated"]) == told["repeated_frames"]
    rows = list(dataset.rows(["episode", "frame", "source", "source_path", "width"]))
    assert {row["episode"] for row in rows} == set(truth)
    assert {row["frame"]["type"] for row in rows} == {"k", "p"}
    assert "ep1-k-0.png" in {row["source_path"] for row in rows}
    assert {row["width"] for row in rows} == {160, 224, 128}

    once = collect_videos(VideoJob([str(tmp_path / "season")], tmp_path / "out", repeats="once"))
    gone = collect_videos(VideoJob([str(tmp_path / "season")], tmp_path / "out", repeats="drop"))
    assert once.read_now == gone.read_now == 0
    assert gone.frames == told["frames"] - told["repeated_frames"] < once.frames < told["frames"]
    assert not any("repeated" in line for line in items(tmp_path / "out"))


def test_stills_go_and_a_blink_stays(tmp_path: Path) -> None:
    still = moving(1, 1)[0]
    blink = still.copy()
    blink[40:44, 60:68] = 255 - blink[40:44, 60:68]  # an eye of 8 x 4 px
    film = [still] * (3 * FPS) + [blink] * FPS + [still] * (2 * FPS)
    encode(tmp_path / "a.mkv", film, "mpeg4", fps=FPS, g=300, qscale=2, sc_threshold=1_000_000_000)
    result = collect_videos(VideoJob([str(tmp_path / "a.mkv")], tmp_path / "out"))
    assert [line["frame"]["type"] for line in items(tmp_path / "out")] == ["k", "p", "p"]
    assert result.near_duplicates == 4
    everything = collect_videos(VideoJob([str(tmp_path / "a.mkv")], tmp_path / "out", Settings(still_levels=-1)))
    assert (everything.frames, everything.near_duplicates) == (7, 0)


def test_a_killed_run_goes_on_with_the_next_video_and_ends_the_same(tmp_path: Path) -> None:
    write_season(tmp_path / "season")
    whole = collect_videos(VideoJob([str(tmp_path / "season")], tmp_path / "whole"))
    script = f"""
import os, signal
from pathlib import Path
from tachie.collect.video import VideoJob, collect_videos
def progress(name, at_s, end_s):
    if name == "ep2.mp4" and at_s > 3:
        os.kill(os.getpid(), signal.SIGKILL)
collect_videos(VideoJob([{str(tmp_path / "season")!r}], Path({str(tmp_path / "out")!r}), progress=progress))
"""
    killed = subprocess.run([sys.executable, "-c", script], env=dict(os.environ), check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert not (tmp_path / "out/items.jsonl").exists()
    again = collect_videos(VideoJob([str(tmp_path / "season")], tmp_path / "out"))
    assert (again.read_now, whole.read_now) == (2, 3)
    assert without_times(items(tmp_path / "out")) == without_times(items(tmp_path / "whole"))
    files = [sorted(p.name for p in (tmp_path / name / "files").rglob("*.*")) for name in ("out", "whole")]
    assert files[0] == files[1]


def test_broken_videos_are_named_and_what_they_hold_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    whole = encode(tmp_path / "whole.mkv", shots(7, 6), "mpeg4", fps=FPS, bf=2, g=24)
    (folder / "cut.mkv").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    (folder / "nothing.mp4").write_bytes(b"no video" * 500)
    encode(folder / "good.mkv", shots(8, 2), "mpeg4", fps=FPS)
    done = tachie("collect", "video", folder, "--out", tmp_path / "out")
    assert done.returncode == 3, done.stderr
    assert "2 videos could not be read, or not to the end" in done.stderr
    assert "cut.mkv" in done.stderr
    assert "nothing.mp4" in done.stderr
    assert "Traceback" not in done.stderr
    assert {line["episode"] for line in items(tmp_path / "out")} == {"cut", "good"}
    again = tachie("collect", "video", folder, "--out", tmp_path / "out", "--json")
    assert again.returncode == 3
    assert {Path(p["file"]).name for p in json.loads(again.stdout)["problems"]} == {"cut.mkv", "nothing.mp4"}


def test_other_settings_or_a_lost_file_mean_reading_again(tmp_path: Path) -> None:
    encode(tmp_path / "a.mkv", shots(9, 2), "mpeg4", fps=FPS)
    job = VideoJob([str(tmp_path / "a.mkv")], tmp_path / "out")
    assert [collect_videos(job).read_now for _ in range(2)] == [1, 0]
    (tmp_path / "out" / items(tmp_path / "out")[0]["file"]).unlink()
    assert [collect_videos(job).read_now for _ in range(2)] == [1, 0]
    jpeg = VideoJob([str(tmp_path / "a.mkv")], tmp_path / "out", Settings(p_frames=False, format="jpg"))
    result = collect_videos(jpeg)
    assert result.read_now == 1
    assert set(result.by_type) == {"k"}
    assert all(line["file"].endswith(".jpg") for line in items(tmp_path / "out"))


def test_the_same_file_twice_is_one_and_two_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for season in (1, 2):
        (tmp_path / f"s{season}").mkdir()
        encode(tmp_path / f"s{season}" / "01.mkv", shots(20 + season, 1), "mpeg4", fps=FPS)
    (tmp_path / "s2" / "copy.mkv").write_bytes((tmp_path / "s1" / "01.mkv").read_bytes())
    result = collect_videos(VideoJob([str(tmp_path / "s1"), str(tmp_path / "s2")], tmp_path / "out"))
    assert result.videos == 2
    assert {line["episode"] for line in items(tmp_path / "out")} == {"s1-01", "s2-01"}


def test_later_commands_add_their_videos_and_odd_names_are_kept_apart(tmp_path: Path) -> None:
    for season, name in enumerate(("01.mkv", "01.mkv", "a\u2028b <c>.mkv", os.fsdecode(b"\xff\xfe.mkv"))):
        (tmp_path / f"s{season}").mkdir()
        encode(tmp_path / "plain.mkv", shots(30 + season, 1), "mpeg4", fps=FPS)
        (tmp_path / "plain.mkv").rename(tmp_path / f"s{season}" / name)
        result = collect_videos(VideoJob([str(tmp_path / f"s{season}")], tmp_path / "out"))
        assert (result.videos, result.read_now) == (season + 1, 1)
    again = collect_videos(VideoJob([str(tmp_path / f"s{s}") for s in range(4)], tmp_path / "out"))
    assert (again.videos, again.read_now) == (4, 0)
    episodes = {line["episode"] for line in items(tmp_path / "out")}
    assert len(episodes) == 4
    assert len({line["name"] for line in items(tmp_path / "out")}) == len(items(tmp_path / "out"))
    assert tachie("build", tmp_path / "out", "--out", tmp_path / "faces", "--faces-as-they-are").returncode == 0


def test_places_without_videos_and_folders_of_the_web_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no video"):
        collect_videos(VideoJob([str(tmp_path / "empty")], tmp_path / "out"))
    with pytest.raises(InputError, match="neither a file nor a folder"):
        collect_videos(VideoJob([str(tmp_path / "nowhere")], tmp_path / "out"))
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "ledger.sqlite").touch()
    with pytest.raises(UsageError, match="web sources"):
        collect_videos(VideoJob([str(tmp_path / "empty")], tmp_path / "web"))
