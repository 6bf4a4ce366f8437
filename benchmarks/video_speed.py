"""Reading frames of a video against the ffmpeg program: key frames, and key frames with a P-frame a second.

One file in one run: the drawn clip, enlarged to 1080p and encoded by x264 with three B-frames and a pyramid. ffmpeg
takes key frames by -skip_frame nokey and the others by its select filter with the same rule. Both write the same: raw
RGB to nowhere, or PNG files. The best of the alternating rounds counts; the ratio is ffmpeg's seconds to ours, so above
1 is faster. Usage: python -m benchmarks.video_speed [SECONDS [ROUNDS]]
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from benchmarks._shared import data
from tachie.core.images import Rgb, encode_png
from tachie.core.video import pick, rgb_of

# A key frame, or the first P-frame of a second: register 0 holds the last second that had one, plus 1.
SELECT = "if(eq(pict_type,I),1,if(eq(pict_type,P)*gt(floor(t)+1,ld(0)),st(0,floor(t)+1),0))"


def film(ffmpeg: str, folder: Path, seconds: int) -> Path:
    """Write the 1080p film."""
    path = folder / "film.mp4"
    options = "bframes=3:b-pyramid=normal:keyint=240"
    words = [
        ffmpeg,
        "-loglevel",
        "error",
        "-stream_loop",
        "-1",
        "-i",
        str(data("video") / "clip.mp4"),
        "-t",
        str(seconds),
    ]
    words += ["-vf", "scale=1920:1080:flags=lanczos,noise=alls=3:allf=t", "-c:v", "libx264", "-preset", "fast"]
    subprocess.run([*words, "-x264-params", options, "-crf", "20", str(path)], check=True)
    return path


def write_png(path: Path, rgb: Rgb) -> None:
    """Write one frame."""
    path.write_bytes(encode_png(rgb))


def ours(path: Path, out: Path | None, *, p_frames: bool) -> int:
    """Read the frames as RGB, and write them as PNG where there is a folder; return how many."""
    count = 0
    with ThreadPoolExecutor(2) as pool:
        waiting = []
        for picked in pick(str(path), p_frames=p_frames):
            rgb, _ = rgb_of(picked)
            if out is not None:
                waiting.append(pool.submit(write_png, out / f"{count}.png", rgb))
            count += 1
        for one in waiting:
            one.result()
    return count


def theirs(ffmpeg: str, path: Path, out: Path | None, *, p_frames: bool) -> None:
    """Let ffmpeg do the same."""
    before = [] if p_frames else ["-skip_frame", "nokey"]
    which = ["-vf", f"select='{SELECT}'"] if p_frames else []
    where = ["-f", "null", "-"] if out is None else [str(out / "%d.png")]
    words = [ffmpeg, "-loglevel", "error", *before, "-i", str(path), *which, "-fps_mode", "passthrough"]
    subprocess.run([*words, "-pix_fmt", "rgb24", *where], check=True)


def timed(work: Callable[[], object]) -> tuple[object, float, float]:
    """Return what the work returned, its wall and its CPU seconds, those of child processes too."""

    def cpu() -> float:
        used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(u.ru_utime + u.ru_stime for u in used)

    wall, spent = time.perf_counter(), cpu()
    result = work()
    return result, time.perf_counter() - wall, cpu() - spent


def main() -> None:
    """Print seconds and ratios."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        print("left out: the ffmpeg program is not installed")
        return
    seconds, rounds = (int(word) for word in [*sys.argv[1:3], *("60", "3")[len(sys.argv) - 1 :]])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = film(ffmpeg, folder, seconds)
        for p_frames in (False, True):
            for png in (False, True):
                print(compared(ffmpeg, path, folder, p_frames=p_frames, png=png, rounds=rounds), flush=True)


def compared(ffmpeg: str, path: Path, folder: Path, *, p_frames: bool, png: bool, rounds: int) -> str:
    """Return a line on one kind of reading."""
    walls: tuple[list[float], list[float]] = ([], [])
    cpus: tuple[list[float], list[float]] = ([], [])
    counts: set[int] = set()
    for _ in range(rounds):
        outs = [folder / "ours", folder / "theirs"]
        for out in outs:
            shutil.rmtree(out, ignore_errors=True)
            out.mkdir()
        mine, other = (outs[0], outs[1]) if png else (None, None)
        works: list[Callable[[], object]] = [
            partial(ours, path, mine, p_frames=p_frames),
            partial(theirs, ffmpeg, path, other, p_frames=p_frames),
        ]
        for k, work in enumerate(works):
            result, wall, cpu = timed(work)
            walls[k].append(wall)
            cpus[k].append(cpu)
            counts |= {result} if isinstance(result, int) else set()
        counts |= {len(list(out.iterdir())) for out in outs if png}
    assert len(counts) == 1, f"not the same number of frames: {counts}"
    (wall, their_wall), (cpu, their_cpu) = map(min, walls), map(min, cpus)
    return (
        f"{'key + P' if p_frames else 'key':8} {'png' if png else 'raw'} {counts.pop():4} frames: "
        f"tachie {wall:.2f} s (cpu {cpu:.2f}), ffmpeg {their_wall:.2f} s (cpu {their_cpu:.2f}), "
        f"ratio {their_wall / wall:.2f} (cpu {their_cpu / cpu:.2f})"
    )


if __name__ == "__main__":
    main()
