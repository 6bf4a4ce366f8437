"""push: an export or a dataset to a hub."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from tachie.cli.bars import progress_bars
from tachie.cli.options import JSON, print_result


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--to", "name", required=True, metavar="OWNER/NAME", help="The hub's dataset repository.")
@click.option("--public", is_flag=True, help="Everybody may see it [default: private].")
@JSON
def push(folder: Path, name: str, public: bool, as_json: bool) -> None:
    """Upload an export or a dataset to a hub, in few large commits; the same command goes on after a failure.

    The token is that of a login (hf auth login) or HF_TOKEN. A new repository is private.

    \b
    Example:  tachie push shards --to me/my-faces
    """
    with progress_bars() as bars:
        pushed = push_to(folder, name, public, bars.show)
    print_result(pushed, as_json)


def push_to(folder: Path, name: str, public: bool, show: Callable[[str, int, int, str], None]) -> dict[str, object]:
    """Push and return what is printed of it."""
    from tachie.export._hub import push as push_it
    from tachie.export._hub import rights_unknown

    if public and rights_unknown(folder):
        click.echo("tachie: the card says that rights are unknown, and public means that you share them on", err=True)

    def progress(done: int, total: int) -> None:
        show("pushing", done, total, "files")

    done = push_it(folder, name, public=public, progress=progress)
    return {
        "url": done.url,
        "files": done.files,
        "commits": done.commits,
        "visibility": "private" if done.private else "public",
    }
