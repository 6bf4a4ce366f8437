"""upscale: pictures twice as large, or exactly as large as asked for."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from tachie.cli.bars import progress_bars
from tachie.cli.options import JSON, PLACES
from tachie.core.errors import EXIT_SOME_UNREADABLE, UsageError


@click.command()
@PLACES
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder for the PNGs.")
@click.option("--scale", type=click.Choice(["2", "4"]), help="How many times as large.  [default: 2]")
@click.option("--to", "to_px", type=click.IntRange(1, 4096), metavar="PX", help="The shorter side, exactly.")
@click.option("--noise", type=click.IntRange(0, 3), help="Take away JPEG's traces: 0 few of them to 3 most.")
@click.option("--model", type=click.Choice(["upconv7", "cunet"]), default="upconv7", show_default=True)
@click.option("--force", is_flag=True, help="Double more than twice where it takes that.")
@JSON
def upscale(
    places: tuple[str, ...], out: Path, scale: str | None, noise: int | None, as_json: bool, **settings: Any
) -> None:
    """Make pictures larger by waifu2x: folders, zips, videos or datasets into PNGs; transparency is kept.

    \b
    --to doubles at most twice, then reduces exactly; what is smaller than a quarter of it is left out.
    Example:  tachie upscale small/ --to 128 --out large
    """
    from tachie.pipeline.enlarge import enlarge
    from tachie.stages.upscale import Upscale

    if scale and settings["to_px"]:
        raise UsageError("--scale and --to exclude each other", "Name one of them.")
    stage = Upscale(scale=4 if scale == "4" else 2, noise=-1 if noise is None else noise, **settings)
    counts, broken = {"written": 0, "left out": 0, "unreadable": 0}, []
    with progress_bars() as bars:
        for done in enlarge(places, out, stage, lambda n, total: bars.show("upscaling", n, total, "pictures")):
            counts["written" if done.out else "unreadable" if done.error else "left out"] += 1
            if done.error:
                broken.append(done)
            if as_json:
                click.echo(json.dumps(done.as_dict()))
            elif done.out:
                click.echo(f"{done.file}: {done.out} ({done.width} x {done.height})")
            else:
                click.echo(f"{done.file}: {done.error or f'left out, {done.left_out}'}")
    click.echo(", ".join(f"{n:,} {what}" for what, n in counts.items() if n or what == "written"), err=True)
    if broken:
        click.echo(f"tachie: {len(broken)} could not be read; all others are done", err=True)
        sys.exit(EXIT_SOME_UNREADABLE)
