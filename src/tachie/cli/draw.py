"""generate, project: what a generator draws, and where a face lies in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tachie.cli.chosen import model_folder
from tachie.cli.options import JSON, setting
from tachie.core.errors import InputError, UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def _model_options(command: Any) -> Any:
    for option in reversed(
        (
            click.option("--run", type=click.Path(path_type=Path), help="A run's folder (tachie train)."),
            click.option(
                "--model", type=click.Path(path_type=Path), help="An exported model's folder (tachie export)."
            ),
            click.option("--weights", help="Weights that come with the program; see: tachie list weights"),
        )
    ):
        command = option(command)
    return command


@click.command()
@_model_options
@click.option("--count", type=click.IntRange(min=1), default=16, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True, help="The first picture's seed; the next count up.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Fix a label, such as hair_color=pink.")
@click.option(
    "--truncation",
    type=click.FloatRange(0.0, 2.0),
    default=1.0,
    show_default=True,
    help="1: as trained; 0.7: fewer broken, and labels followed better; 0: their mean face.",
)
@click.option("--interpolate", metavar="A:B", help="Draw the way from seed A to seed B (and :C...) in COUNT pictures.")
@click.option(
    "--mix", type=int, metavar="SEED", help="Draw each in this seed's style: its fine layers, others' shapes."
)
@click.option("--mix-from", type=click.IntRange(min=1), metavar="LAYER", help="Where the style begins (half-way).")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for one PNG a picture.")
@click.option("--grid", type=click.Path(path_type=Path), help="File for one PNG of all pictures.")
@JSON
def generate(out: Path | None, grid: Path | None, count: int, seed: int, as_json: bool, **options: Any) -> None:
    """Draw faces through onnxruntime, without torch.

    \b
    Example:  tachie generate --run run --count 64 --set hair_color=pink --grid grid.png
              tachie generate --weights tachie-64 --interpolate 3:8:3 --count 48 --out way
              tachie generate --run run --count 8 --mix 99 --grid mixed.png
    """
    from tachie.core.files import write_atomically
    from tachie.core.images import encode_png
    from tachie.core.images import grid as lay_out
    from tachie.draw import Generator

    if out is None and grid is None:
        raise UsageError("say where the pictures go: --out DIR or --grid FILE")
    way, style = options["interpolate"], options["mix"]
    if way is not None and style is not None:
        raise UsageError("--interpolate and --mix exclude each other", "Name one of them.")
    if options["mix_from"] is not None and style is None:
        raise UsageError("--mix-from says where a style begins, and none is named", "Add --mix SEED.")
    generator = Generator.open(model_folder(options["run"], options["model"], options["weights"]))
    labels = dict(setting(text) for text in options["settings"])
    truncation: float = options["truncation"]
    numbers = range(seed, seed + count)
    drawn: NDArray[np.uint8]
    if way is not None:
        numbers = range(count)
        drawn = generator.between(_seeds(way), count, labels, truncation)
    elif style is not None:
        drawn = generator.mixed(numbers, style, options["mix_from"], labels, truncation)
    else:
        drawn = generator.draw(numbers, labels, truncation)
    written = []
    if out is not None:
        for number, picture in zip(numbers, drawn, strict=True):
            path = out / f"{number:08d}.png"
            write_atomically(path, encode_png(picture))
            written.append(str(path))
    if grid is not None:
        write_atomically(grid, encode_png(lay_out(drawn, columns=max(1, round((count * 2) ** 0.5)))))
        written.append(str(grid))
    click.echo(json.dumps({"files": written}) if as_json else "\n".join(written))


@click.command()
@click.argument("picture", type=click.Path(path_type=Path))
@_model_options
@click.option("--out", type=click.Path(path_type=Path), required=True, help="PNG: the picture, and its redrawing.")
@JSON
def project(picture: Path, out: Path, as_json: bool, **options: Any) -> None:
    """Find the face of a generator that is nearest to a given one. Prints how near, and with --json its w.

    \b
    Example:  tachie project face.png --weights tachie-64 --out pair.png
    """
    from tachie.core.files import write_atomically
    from tachie.core.images import decode, encode_png
    from tachie.core.images import grid as lay_out
    from tachie.draw import Generator
    from tachie.tasks.project import project as find

    if not picture.is_file():
        raise InputError(f"there is no file {picture}")
    rgb = decode(picture.read_bytes()).rgb
    found = find(Generator.open(model_folder(options["run"], options["model"], options["weights"])), rgb)
    write_atomically(out, encode_png(lay_out([found.wanted, found.drawing], columns=2)))
    result = {"file": str(out), "error": round(found.error, 2), "start": round(found.start, 2)}
    if as_json:
        click.echo(json.dumps({**result, "w": [round(float(x), 5) for x in found.w]}))
    else:
        click.echo(f"{out}: {found.error:.1f} of 255 levels apart (the likest seed: {found.start:.1f})")


def _seeds(text: str) -> list[int]:
    try:
        return [int(word) for word in text.split(":")]
    except ValueError as error:
        raise UsageError(f"--interpolate {text} is no way", "Write it as seeds: 3:8, or 3:8:12:3") from error
