"""studio: the page that draws in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tachie.cli.chosen import model_folder, shipped_names
from tachie.cli.options import open_page

if TYPE_CHECKING:
    from tachie.studio.shelf import Shelf


@click.command()
@click.option("--run", type=click.Path(path_type=Path), help="Draw with a run's generator (tachie train).")
@click.option("--model", type=click.Path(path_type=Path), help="Draw with an exported model (tachie export).")
@click.option("--weights", help="Draw with weights that come with the program (default: all of them).")
@click.option("--port", type=click.IntRange(0, 65535), help="Where to listen; 0 is any free port. [default: 8377]")
@click.option("--no-open", is_flag=True, help="Do not open a browser.")
def studio(run: Path | None, model: Path | None, weights: str | None, port: int | None, no_open: bool) -> None:
    """A page where anyone draws faces, computed in their own browser. Prints its address; Ctrl-C ends it.

    \b
    Example:  tachie studio --run run
    """
    serve_studio(chosen_shelf(run, model, weights), port, no_open)


def chosen_shelf(run: Path | None, model: Path | None, weights: str | None) -> Shelf:
    """Return the generator that is named, or all that come with the program; raises as `model_folder` does."""
    from tachie.studio.shelf import Shelf, name_of

    if run is None and model is None and weights is None:
        return Shelf({name: model_folder(None, None, name) for name in shipped_names()})
    folder = model_folder(run, model, weights)
    shelf = Shelf({name_of(folder): folder})
    for name in shelf.folders:
        shelf.generator(name)  # what is wrong with it is said here, not in the page
    return shelf


def serve_studio(shelf: Shelf, port: int | None, no_open: bool) -> None:
    """Serve the page until interrupted, its address on stdout once it answers."""
    from tachie.studio.generators import routes
    from tachie.studio.server import page_app, serve

    def announce(address: str) -> None:
        click.echo(address)
        if not no_open:
            open_page(address)

    app = page_app("studio")
    app.include_router(routes(shelf))
    serve(app, port, announce)
