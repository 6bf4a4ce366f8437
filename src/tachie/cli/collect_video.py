"""collect video: frames of episodes into a folder."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from tachie.cli.bars import progress_bars
from tachie.cli.options import JSON, PLACES
from tachie.core.errors import EXIT_SOME_UNREADABLE


@click.command()
@PLACES
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The collection's folder.")
@click.option("--key-frames-only", is_flag=True, help="Leave out the P-frame of each second.")
@click.option(
    "--still",
    type=click.IntRange(min=-1, max=255),
    default=12,
    show_default=True,
    metavar="LEVELS",
    help="A frame goes where no spot differs by more from the one before; -1 keeps all.",
)
@click.option(
    "--repeats",
    type=click.Choice(["mark", "once", "drop"]),
    default="mark",
    show_default=True,
    help="Openings, endings, previews: mark them (label 'repeated'), keep one copy, or none.",
)
@click.option("--format", "format_", type=click.Choice(["png", "jpg"]), default="png", show_default=True)
@JSON
def video(places: tuple[str, ...], out: Path, as_json: bool, **options: Any) -> None:
    """Key frames and a P-frame a second of videos, without stills; what episodes share is marked.

    \b
    Example:  tachie collect video season1/ --out frames
              tachie build frames --out faces
    """
    from tachie.collect.video import VideoJob, collect_videos
    from tachie.collect.video.read import Settings

    settings = Settings(not options["key_frames_only"], options["still"], options["format_"])
    with progress_bars() as bars:
        job = VideoJob(
            places,
            out,
            settings,
            options["repeats"],
            lambda name, at_s, end_s: bars.show(name, min(at_s, end_s), max(end_s, 0.1), "s of video"),
        )
        result = collect_videos(job)
    if as_json:
        click.echo(json.dumps(result.as_dict(), ensure_ascii=False))
    else:
        kinds = {"k": "key frames", "p": "P-frames"}
        told = ", ".join(f"{n:,} {kinds[name]}" for name, n in result.by_type.items())
        videos = f"{result.videos} video{'s' * (result.videos != 1)}"
        click.echo(f"{out}: {result.frames:,} frames of {videos} ({told}; {result.read_now} read now)")
        click.echo(f"left out, still: {result.near_duplicates:,}")
        if result.deinterlaced:
            click.echo(f"deinterlaced: {result.deinterlaced:,}")
        again = f", {result.left_out_repeated:,} of them left out" if result.left_out_repeated else ""
        click.echo(
            f"shared by episodes: {result.repeated_frames:,} frames in {result.repeated_sequences} sequences{again}"
        )
    if result.problems:
        count = len(result.problems)
        click.echo(f"tachie: {count} video{'s' * (count != 1)} could not be read, or not to the end:", err=True)
        for name, problem in result.problems:
            click.echo(f"        {json.dumps(name, ensure_ascii=False)}: {problem}", err=True)
        sys.exit(EXIT_SOME_UNREADABLE)
