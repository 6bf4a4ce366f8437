"""studio: the page that draws in the browser."""

from __future__ import annotations

from pathlib import Path

import click


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
    from tachie.studio.server import page_app, serve

    def announce(address: str) -> None:
        click.echo(address)
        if not no_open:
            click.launch(address)

    serve(page_app("studio"), port, announce)
