"""demo and make: the whole way."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tachie.cli.bars import progress_bars
from tachie.cli.options import JSON, PLACES, choices, exit_if_unreadable, open_page, recipe_options

if TYPE_CHECKING:
    from tachie.tasks.make import Made


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("demo"), show_default=True)
@click.option("--no-serve", is_flag=True, help="Do not open the studio at the end, even in a terminal.")
@click.option("--pictures", type=click.IntRange(min=32), default=400, show_default=True, help="How many to draw.")
@click.option("--minutes", type=float, default=2.0, show_default=True, help="How long to train.")
@JSON
def demo(out: Path, no_serve: bool, pictures: int, minutes: float, as_json: bool) -> None:
    """The whole way on pictures that the program draws itself, collected from an invented shop on this machine.

    \b
    Example:  tachie demo --out demo
    """
    from tachie.pipeline.presets import Choices
    from tachie.tasks.collect_drawn import CollectDrawn, collect_drawn
    from tachie.tasks.make import Make, demo_px, make

    px = demo_px()
    with progress_bars() as bars:
        bars.say(f"0/4 collect: a catalogue of invented games with {pictures} drawn standing pictures, in {out}")
        collected = collect_drawn(CollectDrawn(out, pictures, say=bars.say, on_crawl=bars.crawl))
        made = make(
            Make(
                [str(collected)],
                out,
                # At 32 px, shoulders would leave a face too few pixels; weights of 64 px know the default crop.
                Choices(crop_scale=1.0 if px == 32 else None),
                resolution_px=px,
                minutes=minutes,
                say=bars.say,
                on_build=bars.build,
                on_train=bars.train,
            )
        )
    _print_made(made.as_dict(), as_json)
    if not no_serve and sys.stdout.isatty():
        _serve(made)


@click.command()
@PLACES
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for everything that is made.")
@click.option("--minutes", type=click.FloatRange(min=0.05), default=60.0, show_default=True, help="How long to train.")
@click.option("--resolution", type=int, default=64, show_default=True, metavar="PX")
@click.option("--model", default="r3", show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
@recipe_options
@JSON
def make(places: tuple[str, ...], out: Path, as_json: bool, **options: Any) -> None:
    """The main job on your own pictures: build, report, train, draw a grid, export.

    \b
    Example:  tachie make my-pictures/ --out my-faces --minutes 60
    """
    from tachie.tasks.make import Make
    from tachie.tasks.make import make as make_it

    with progress_bars() as bars:
        made = make_it(
            Make(
                list(places),
                out,
                choices(options),
                options["resolution"],
                options["minutes"],
                options["model"],
                options["seed"],
                options["workers"],
                options["scheduler"],
                bars.say,
                bars.build,
                bars.train,
            )
        )
    _print_made(made.as_dict(), as_json)
    exit_if_unreadable(made.unreadable, made.dataset)


def _serve(made: Made) -> None:
    """Open the studio with what was made; where its page is not built, the result's own page."""
    from tachie.cli.studio import chosen_shelf, serve_studio
    from tachie.studio.server import is_built

    if not is_built("studio"):
        open_page(made.page.resolve().as_uri())
        return
    click.echo("the studio draws with it at this address; Ctrl-C ends it:", err=True)
    serve_studio(chosen_shelf(None, made.model, None), None, no_open=False)


def _print_made(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(result))
    else:
        click.echo(result["page"])
