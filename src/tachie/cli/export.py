"""export: datasets and generators as files that others take; only --format onnx needs torch."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tachie.cli.bars import progress_bars
from tachie.cli.options import JSON, print_result
from tachie.cli.push import push_to
from tachie.core.errors import EXIT_SOME_UNREADABLE, UsageError

if TYPE_CHECKING:
    from tachie.export._request import Exported, ExportRequest

# Options that only some formats take: told in vain they would be missed in silence.
_CAPTIONS = ("trigger", "class_word", "underscores", "tags")
_OPTIONS = ("by", "labels", *_CAPTIONS, "shard_mb", "as_png", "repeats", "resolution", "root", "places")


@click.command()
@click.argument("dataset", type=click.Path(path_type=Path), required=False)
@click.option("--run", type=click.Path(path_type=Path), help="Export this run's generator instead of a dataset.")
@click.option("--weights", metavar="NAME", help="site: with weights that come with the program.")
@click.option("--format", "format_name", required=True, help="See: tachie list exports, docs/exports.md")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A new folder.")
@click.option("--by", metavar="LABEL", help="Classes: the values of this label (sub-folders, class numbers, boxes).")
@click.option("--labels", metavar="A,B", help="Exactly these labels, guesses too [default: all that are trusted].")
@click.option("--trigger", metavar="WORD", help="Captions begin with this word.")
@click.option("--class-word", metavar="WORD", help="Captions have this word next, such as 1girl.")
@click.option("--underscores", is_flag=True, default=None, help="Captions: long_hair instead of long hair.")
@click.option(
    "--no-tags", "tags", flag_value=False, default=None, help="Captions of labels alone, without site's tags."
)
@click.option("--shard-mb", type=click.IntRange(1), help="webdataset: a tar's size [default: 500].")
@click.option("--png", "as_png", is_flag=True, default=None, help="webdataset: all pictures as PNG.")
@click.option("--repeats", type=click.IntRange(1), help="kohya: how often an epoch shows a picture [default: 1].")
@click.option(
    "--resolution", type=click.IntRange(64), metavar="PX", help="kohya: to train at [default: by their sizes]."
)
@click.option("--root", metavar="PATH", help="kohya: where OUT will lie; the configurations then name whole paths.")
@click.option("--from", "places", multiple=True, metavar="PATH", help="coco, yolo: where the whole pictures lie now.")
@click.option("--push", "push_name", metavar="OWNER/NAME", help="Then upload it to a hub (see: tachie push --help).")
@click.option("--public", is_flag=True, help="--push: everybody may see it [default: private].")
@click.option("--half", is_flag=True, help="onnx: weights in 16 bits, half the download; hardly a pixel changes.")
@JSON
def export(
    dataset: Path | None,
    run: Path | None,
    weights: str | None,
    format_name: str,
    out: Path,
    half: bool,
    push_name: str | None,
    public: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Write a dataset as files, a run's generator as ONNX, or the studio's page with it for any web host.

    \b
    Example:  tachie export faces --format imagefolder --by class --out folder
              tachie export faces --format webdataset --out shards
              tachie export faces --format kohya --trigger mychar --class-word 1girl --repeats 10 --out lora
              tachie export faces --format yolo --from pictures/ --out detector
              tachie export --run run --format onnx --out model
              tachie export --run run --format site --out public
    """
    from tachie.core import registry

    exporter = registry.find("export", format_name)
    if format_name == "onnx":
        if run is None:
            raise UsageError("--format onnx needs --run RUN")
        from tachie.export.onnx import export_generator

        print_result({"model": str(export_generator(run, out, half=half))}, as_json)
        return
    if format_name == "site":
        from tachie.cli.chosen import model_folder
        from tachie.export.site import export_site
        from tachie.studio.shelf import name_of

        folder = model_folder(run, None, weights)
        print_result({"site": str(export_site({name_of(folder): folder}, out))}, as_json)
        return
    if dataset is None:
        raise UsageError(f"--format {format_name} needs a DATASET")
    _check_taken(format_name, exporter.TAKES, options)
    with progress_bars() as bars:
        asked = _request(dataset, out, options, lambda done, total: bars.show("exporting", done, total, "pictures"))
        done = exporter.export(asked)
    pushed = {}
    if push_name:
        with progress_bars() as bars:
            pushed = push_to(out, push_name, public, bars.show)
    _report(done, pushed, as_json)


def _check_taken(format_name: str, taken: tuple[str, ...], options: dict[str, Any]) -> None:
    """Raise `UsageError` for an option that the format has no use for."""
    params = {param.name: param.opts[0] for param in export.params}
    for name in _OPTIONS:
        if options[name] not in (None, ()) and name not in taken:
            has = ", ".join(params[n] for n in _OPTIONS if n in taken) or "none of these"
            raise UsageError(f"--format {format_name} has no use for {params[name]}", f"It takes: {has}.")


def _request(dataset: Path, out: Path, options: dict[str, Any], progress: Any) -> ExportRequest:
    from tachie.dataset.reader import Dataset
    from tachie.export._request import CaptionStyle, ExportRequest
    from tachie.pipeline.originals import Originals

    style = CaptionStyle(
        trigger=options["trigger"] or "",
        class_word=options["class_word"] or "",
        underscores=bool(options["underscores"]),
        from_tags=options["tags"] is not False,
    )
    names = {
        "shard_mb": "shard_mb",
        "as_png": "as_png",
        "repeats": "repeats",
        "resolution": "resolution_px",
        "root": "root",
    }
    told = {field: options[name] for name, field in names.items() if options[name]}
    if options["labels"] is not None:
        told["labels"] = tuple(filter(None, (name.strip() for name in options["labels"].split(","))))
    told["resolution_px"] = options["resolution"]
    opened = Dataset.open(dataset)
    find = Originals(opened, options["places"]).pictures
    return ExportRequest(opened, out, options["by"], captions=style, find_originals=find, progress=progress, **told)


def _report(done: Exported, pushed: dict[str, object], as_json: bool) -> None:
    """Print what was written; what could not be is named, and the exit code says so."""
    figures: dict[str, Any] = {"folder": str(done.out), "pictures": done.pictures}
    if done.by_split:
        figures["by_split"] = (
            dict(done.by_split) if as_json else ", ".join(f"{k} {n}" for k, n in done.by_split.items())
        )
    if as_json:
        figures["left_out"] = len(done.left_out)
    print_result(figures | pushed, as_json)
    for note in done.notes:
        click.echo(f"tachie: {note}", err=True)
    if done.left_out:
        count = len(done.left_out)
        click.echo(f"tachie: {count} picture{'s' * (count != 1)} could not be written; all others are:", err=True)
        for name, why in list(done.left_out.items())[:20]:
            click.echo(f"        {json.dumps(name, ensure_ascii=False)}: {why}", err=True)
        if count > 20:
            click.echo(f"        and {count - 20} more", err=True)
        sys.exit(EXIT_SOME_UNREADABLE)
