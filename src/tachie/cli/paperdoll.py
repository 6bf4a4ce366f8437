"""paperdoll: standing pictures, a cast and its drawings, episodes of a show; all of it drawn by the program."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tachie.cli.bars import progress_bars
from tachie.cli.options import JSON, print_result, setting
from tachie.core.errors import UsageError

SEED = click.option("--seed", type=int, default=0, show_default=True)
CAST_SEED = click.option("--cast-seed", type=int, default=0, show_default=True, help="0 is the default cast.")
CAST_SIZE = click.option("--cast-size", type=int, default=9, show_default=True)


@click.group(invoke_without_command=True)
@click.option("--count", type=click.IntRange(min=1), default=16, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True, help="The first picture's seed; the next count up.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="Fix what is drawn: hair_color=pink, extent=full, outfit=kimono, pose=waving, chibi=yes, year=2004.",
)
@click.option("--svg", is_flag=True, help="Write the SVG as well.")
@click.option("--effect", help="greyscale, sepia, screentone, motion_lines or speech_bubble over the picture.")
@click.option("--sheet", metavar="NAME|SEED", help="Instead, a model sheet of one of the cast or of a seed, as PNG.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("paperdolls"), show_default=True)
@click.pass_context
def paperdoll(
    context: click.Context,
    count: int,
    seed: int,
    settings: tuple[str, ...],
    svg: bool,
    effect: str | None,
    sheet: str | None,
    out: Path,
) -> None:
    """Draw standing pictures by program, with their truth beside them as JSON; or a cast, or episodes of a show.

    \b
    Example:  tachie paperdoll --count 100 --set hair_color=pink --out dolls
              tachie paperdoll --sheet Koharu --out sheets
              tachie paperdoll episode --number 1 --seconds 90 --out episodes
    """
    if context.invoked_subcommand is not None:
        return
    if sheet is not None:
        from tachie.tasks.write_cast import write_sheet

        click.echo(str(write_sheet(out, sheet)))
        return
    from tachie.tasks.write_paperdolls import write_paperdolls

    fixed = dict(setting(text) for text in settings)
    with progress_bars() as bars:
        seeds = range(seed, seed + count)
        write_paperdolls(
            out,
            seeds,
            fixed,
            svg=svg,
            effect=effect,
            progress=lambda done: bars.show("drawing", done, count, "pictures"),
        )
    click.echo(str(out))


@paperdoll.command()
@click.option("--size", type=int, default=9, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True, help="0 is the default cast.")
@click.option("--out", type=click.Path(path_type=Path), help="Draw the cast side by side into this PNG file.")
@JSON
def cast(size: int, seed: int, out: Path | None, as_json: bool) -> None:
    """Who is in a cast: name, share of the screen, hair, eyes and clothes.

    \b
    Example:  tachie paperdoll cast --out cast.png
    """
    from tachie.paperdoll.cast import make_cast

    members = make_cast(seed, size)
    if out is not None:
        from tachie.tasks.write_cast import write_cast

        write_cast(out, members)
    rows = [member.as_dict() for member in members]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        looks = f"{row['hair_color']} hair, {row['eye_color']} eyes"
        click.echo(f"{row['name']:<10}{row['share']:>6.1%}  {row['height_cm']} cm  {looks:<28}{row['words']}")


@paperdoll.command()
@click.option("--count", type=click.IntRange(min=1), default=90, show_default=True)
@SEED
@CAST_SEED
@CAST_SIZE
@click.option("--out", type=click.Path(path_type=Path), default=Path("drawings"), show_default=True)
def drawings(count: int, seed: int, cast_seed: int, cast_size: int, out: Path) -> None:
    """Draw the cast in many other styles: a test set that shares nothing with the episodes but the characters.

    \b
    Example:  tachie paperdoll drawings --count 180 --out drawings
    """
    from tachie.paperdoll.cast import make_cast
    from tachie.tasks.write_cast import write_drawings

    members = make_cast(cast_seed, cast_size)
    with progress_bars() as bars:
        write_drawings(
            out, members, range(seed, seed + count), lambda done: bars.show("drawing", done, count, "drawings")
        )
    click.echo(str(out))


@paperdoll.command()
@click.option("--number", type=click.IntRange(min=1), default=1, show_default=True, help="The first episode's number.")
@click.option("--count", type=click.IntRange(min=1), default=1, show_default=True, help="How many episodes.")
@click.option("--seconds", type=float, default=90.0, show_default=True, help="How long each one is: 4 to 600.")
@click.option("--height", type=click.IntRange(90, 2160), default=360, show_default=True, metavar="PX")
@SEED
@CAST_SEED
@CAST_SIZE
@click.option("--encoder", type=click.Choice(["libx264", "mpeg4"]), help="The first of these that PyAV has.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("episodes"), show_default=True)
def episode(
    number: int,
    count: int,
    seconds: float,
    height: int,
    seed: int,
    cast_seed: int,
    cast_size: int,
    encoder: str | None,
    out: Path,
) -> None:
    """Draw episodes of a show as epNN.mp4, and epNN.json: who is where in every frame, shots, repeated parts.

    \b
    Example:  tachie paperdoll episode --number 1 --count 3 --seconds 90 --out episodes
    """
    from tachie.tasks.write_episodes import Show, write_episodes

    if height % 2:
        raise UsageError(f"--height {height} is odd", f"Video needs an even height: --height {height + 1}")
    show = Show(seed, seconds, height, cast_seed, cast_size, encoder or "")
    with progress_bars() as bars:
        videos = write_episodes(
            out, range(number, number + count), show, lambda done, total: bars.show("filming", done, total, "frames")
        )
    for video in videos:
        click.echo(str(video))


@paperdoll.command()
@click.argument("dataset", type=click.Path(path_type=Path))
@click.argument("episodes", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--as-review", is_flag=True, help="As decisions of a review instead: her class; what is no head goes.")
@JSON
def label(dataset: Path, episodes: Path, as_review: bool, as_json: bool) -> None:
    """Label the faces that a build found in drawn episodes: character, expression, part of the episode.

    \b
    Example:  tachie paperdoll label faces episodes
    """
    from tachie.dataset.reader import Dataset
    from tachie.tasks.label_episodes import label_episodes, review_episodes

    work = review_episodes if as_review else label_episodes
    print_result(work(Dataset.open(dataset), episodes), as_json)
