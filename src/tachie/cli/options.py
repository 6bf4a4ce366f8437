"""Options and endings that several commands share."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tachie.core.errors import EXIT_SOME_UNREADABLE, UsageError

if TYPE_CHECKING:
    from tachie.pipeline.presets import Choices

JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
PLACES = click.argument("places", nargs=-1, required=True, metavar="PATH...")


def recipe_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose what a build does."""
    for option in reversed(
        (
            click.option(
                "--recipe", type=click.Path(path_type=Path), help="A TOML file or a name (tachie list recipes)."
            ),
            click.option("--faces-as-they-are", is_flag=True, help="The pictures are faces already: keep their bytes."),
            click.option("--full-body", is_flag=True, help="Keep whole figures, padded to squares."),
            click.option("--detector", help="heads (our own, the default), animeface or lbpcascade."),
            click.option("--cascade", type=click.Path(path_type=Path), help="The file of lbpcascade_animeface.xml."),
            click.option("--tagger", help="tachie (our own, the default), onnx:FILE, hub:NAME, or none."),
            click.option("--rating", multiple=True, help="Keep this rating alone (g, s, q or e); may be repeated."),
            click.option(
                "--safety", is_flag=True, help="Let a network judge too; with --rating, keep what both allow."
            ),
            click.option("--crop-scale", type=float, help="Side of the crop in head heights (default 1.27)."),
            click.option("--min-size", type=int, metavar="PX", help="Leave smaller faces out."),
            click.option("--upscale-to", type=click.IntRange(1), metavar="PX", help="Make all this large (waifu2x)."),
            click.option("--near-duplicates", type=int, metavar="BITS", help="Hash distance of copies; -1 keeps them."),
            click.option("--workers", type=click.IntRange(min=0), help="Worker processes; 0 runs in line."),
            click.option("--scheduler", metavar="URL", help="A Dask scheduler, such as tcp://127.0.0.1:8786."),
        )
    ):
        command = option(command)
    return command


def choices(options: dict[str, Any]) -> Choices:
    """Return what the options of `recipe_options` say; raises `UsageError` where they exclude each other."""
    from tachie.pipeline.presets import Choices, Preset

    chosen = [name for name in ("faces_as_they_are", "full_body", "recipe") if options[name]]
    if len(chosen) > 1:
        words = " and ".join(f"--{name.replace('_', '-')}" for name in chosen)
        raise UsageError(f"{words} exclude each other", "Name one of them.")
    name: Preset = (
        "faces-as-they-are" if options["faces_as_they_are"] else "full-body" if options["full_body"] else "faces"
    )
    return Choices(
        preset=name,
        file=options["recipe"],
        detector=options["detector"],
        cascade=options["cascade"],
        crop_scale=options["crop_scale"],
        min_size_px=options["min_size"],
        near_distance=options["near_duplicates"],
        ratings=options["rating"],
        safety=options["safety"],
        upscale_to_px=options["upscale_to"],
        tagger=options["tagger"],
    )


def setting(text: str) -> tuple[str, str]:
    """Return the two halves of NAME=VALUE."""
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"--set {text} says no value", "Write it as NAME=VALUE, such as hair_color=pink")
    return name.strip(), value.strip()


def print_result(result: dict[str, Any], as_json: bool) -> None:
    """Print a result as JSON, or a line for each of its fields."""
    click.echo(json.dumps(result) if as_json else "\n".join(f"{name}: {value}" for name, value in result.items()))


def open_page(address: str) -> None:
    """Open a page in the browser, where there is a desktop to open it on."""
    if sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        click.launch(address)


def exit_if_unreadable(count: int, dataset: Path) -> None:
    """Where inputs could not be read, name them and end with exit 3."""
    if not count:
        return
    import pyarrow.parquet as pq

    from tachie.dataset.format import SIDECAR

    columns = ["stage", "source_path", "reason", "detail", "unreadable"]
    rows = [r for r in pq.read_table(dataset / "drops.parquet", columns=columns).to_pylist() if r["unreadable"]]
    click.echo(f"tachie: {count} input{'s' * (count != 1)} could not be read; all others are done:", err=True)
    for row in rows[:20]:
        detail = f" ({row['detail']})" if row["detail"] else ""
        name = json.dumps(row["source_path"], ensure_ascii=False)
        kept = "; its pictures are here" if row["stage"] == SIDECAR else ""
        click.echo(f"        {name}: {row['reason']}{detail}{kept}", err=True)
    if len(rows) > 20:
        click.echo(f"        and {len(rows) - 20} more, in {dataset / 'drops.parquet'}", err=True)
    sys.exit(EXIT_SOME_UNREADABLE)
