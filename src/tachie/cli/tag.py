"""tag: what faces look like, said by a network."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tachie.cli.options import JSON, PLACES
from tachie.core.errors import EXIT_SOME_UNREADABLE

if TYPE_CHECKING:
    from tachie.pipeline.tagging import TaggedPicture
    from tachie.vision.tagger import Tagger


@click.command()
@PLACES
@click.option(
    "--tagger", "tagger_name", default="tachie", show_default=True, help="tachie (our own), onnx:FILE, hub:NAME."
)
@click.option("--faces-as-they-are", is_flag=True, help="The pictures are faces already: look at them whole.")
@click.option("--detector", default="heads", show_default=True, help="heads (our own), animeface or lbpcascade.")
@click.option("--cascade", type=click.Path(path_type=Path), help="The file of lbpcascade_animeface.xml.")
@JSON
def tag(
    places: tuple[str, ...],
    tagger_name: str,
    faces_as_they_are: bool,
    detector: str,
    cascade: Path | None,
    as_json: bool,
) -> None:
    """Say what each picture's face looks like, a line a picture. Of several faces, the largest speaks for the picture.

    What ends in ? was wrong too often on real faces to be trusted. A finished dataset gets the labels instead:
    labels/tagger.parquet, with nothing rebuilt.

    \b
    Example:  tachie tag pictures/ --json
              tachie tag faces/
    """
    from tachie.dataset.format import MANIFEST_NAME
    from tachie.pipeline.tagging import tag_pictures
    from tachie.vision.faces import detector as detector_of
    from tachie.vision.tagger import tagger

    by = tagger(tagger_name)
    failed = 0
    datasets = [place for place in places if (Path(place) / MANIFEST_NAME).is_file()]
    for place in datasets:
        failed += _tag_dataset(Path(place), by, faces_as_they_are, as_json)
    pictures = [place for place in places if place not in datasets]
    find = None if faces_as_they_are or not pictures else detector_of(detector, cascade)
    for found in tag_pictures(pictures, by, find):
        failed += bool(found.error)
        click.echo(json.dumps(found.as_dict(), ensure_ascii=False) if as_json else _as_text(found, by))
    if failed:
        sys.exit(EXIT_SOME_UNREADABLE)


def _tag_dataset(path: Path, by: Tagger, as_they_are: bool, as_json: bool) -> int:
    """Write the labels of a dataset, print what became known, and return how many pictures could not be read."""
    from tachie.cli.bars import progress_bars
    from tachie.dataset.reader import Dataset
    from tachie.pipeline.tagging import tag_dataset

    with progress_bars() as bars:
        told = tag_dataset(
            Dataset.open(path),
            by,
            as_they_are=as_they_are,
            progress=lambda done, total: bars.show("tagging", done, total, "faces"),
        )
    if as_json:
        click.echo(json.dumps(told))
    else:
        guesses = set(told["not_trusted"])
        known = [f"{name} {n:,}{' (not trusted)' * (name in guesses)}" for name, n in told["known"].items()]
        click.echo(f"{told['labels']}: {told['rows']:,} faces by {told['tagger']}; known: {', '.join(known)}")
        if told["unreadable"]:
            click.echo(f"{told['unreadable']} stored pictures could not be read", err=True)
    return int(told["unreadable"])


def _as_text(found: TaggedPicture, by: Tagger) -> str:
    if found.error:
        return f"{found.file}: {found.error}"
    if not found.faces:
        return f"{found.file}: no face"
    lines = []
    for i, face in enumerate(found.faces):
        doubted = {label.name for label in by.labels if not label.trusted}
        known = face.said.known()
        words = [_word(name, value, p, name in doubted) for name, (value, p) in known.items() if value != "no"]
        # What is not to be trusted is worth a word where it is there, and none where it is not.
        absent = [n.replace("_", " ") for n, (value, _) in known.items() if value == "no" and n not in doubted]
        unknown = [n.replace("_", " ") for n in face.said.labels if n not in known and n not in doubted]
        said = ", ".join(words) or "nothing for sure"
        said += f"; {', '.join(f'no {name}' for name in absent)}" if absent else ""
        said += f"; unknown {', '.join(unknown)}" if unknown else ""
        where = f" [{' '.join(f'{v:.0f}' for v in face.head_xyxy)}]" if len(found.faces) > 1 else ""
        lines.append(f"{found.file if i == 0 else '    and'}{where}: {said}")
    return "\n".join(lines)


def _word(name: str, value: str, probability: float, doubted: bool) -> str:
    shown: dict[str, Any] = {"hair_color": f"{value} hair", "eye_color": f"{value} eyes", "skin": f"{value} skin"}
    text = shown.get(name, name.replace("_", " ") if value == "yes" else f"{name.replace('_', ' ')} {value}")
    return f"{text} {probability:.2f}{'?' * doubted}"
