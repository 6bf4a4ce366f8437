"""classify: which class faces are, said by a network of `tachie train --task classify`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tachie.cli.options import JSON, PLACES
from tachie.core.errors import EXIT_SOME_UNREADABLE, UsageError

if TYPE_CHECKING:
    from tachie.core.tagged import Tagged
    from tachie.vision.classifier import Classifier


@click.command()
@PLACES
@click.option("--run", type=click.Path(path_type=Path), required=True, help="A run of train --task classify.")
@click.option("--column", metavar="NAME", help="Datasets: write a label column for review instead of lines.")
@click.option(
    "--above", type=click.FloatRange(0, 1), default=0.0, show_default=True, help="--column: how sure it must be."
)
@click.option("--faces-as-they-are", is_flag=True, help="The pictures are faces already: look at them whole.")
@click.option("--detector", help="Find faces by heads (our own), animeface or lbpcascade.")
@click.option("--cascade", type=click.Path(path_type=Path), help="The file of lbpcascade_animeface.xml.")
@JSON
def classify(
    places: tuple[str, ...],
    run: Path,
    column: str | None,
    above: float,
    faces_as_they_are: bool,
    detector: str | None,
    cascade: Path | None,
    as_json: bool,
) -> None:
    """Say which class each picture's face is, a line a picture. Of several faces, the largest speaks for the picture.

    Faces are found and cut as the training set's were; where that one held faces as they are, so are these, unless a
    --detector is named. Rows of a dataset are looked at as they are stored.

    \b
    Example:  tachie classify pictures/ --run hair --json
              tachie classify faces --run hair --column hair_color --above 0.9
    """
    from tachie.dataset.format import MANIFEST_NAME
    from tachie.dataset.reader import Dataset
    from tachie.pipeline.classifying import classified_rows
    from tachie.pipeline.tagging import tag_pictures
    from tachie.vision.classifier import Classifier
    from tachie.vision.faces import detector as detector_of

    by = Classifier.open(run)
    datasets = [place for place in places if (Path(place) / MANIFEST_NAME).is_file()]
    pictures = [place for place in places if place not in datasets]
    if column is not None and pictures:
        raise UsageError(f"--column is for datasets, and {pictures[0]} is none", "tachie build makes a dataset of it.")
    failed = 0
    for place in datasets:
        dataset = Dataset.open(place)
        if column is not None:
            failed += _write(dataset, by, column, above, as_json)
            continue
        for row in classified_rows(dataset, by):
            failed += bool(row.error)
            _print(row.as_dict(), row.source_path, row.said, row.error, by, as_json)
    whole = faces_as_they_are or (by.about.framing is None and detector is None)
    find = None if whole or not pictures else detector_of(detector or "heads", cascade)
    for found in tag_pictures(pictures, by, find):
        failed += bool(found.error)
        _print(found.as_dict(), found.file, found.faces[0].said if found.faces else None, found.error, by, as_json)
    if failed:
        sys.exit(EXIT_SOME_UNREADABLE)


def _print(line: dict[str, Any], name: str, said: Tagged | None, error: str, by: Classifier, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(line, ensure_ascii=False))
    elif said is None:
        click.echo(f"{name}: {error or 'no face'}")
    else:
        best = sorted(said.probabilities[by.about.label].items(), key=lambda pair: -pair[1])[:3]
        click.echo(f"{name}: " + ", ".join(f"{value} {p:.2f}" for value, p in best if p >= 0.01))


def _write(dataset: Any, by: Classifier, column: str, above: float, as_json: bool) -> int:
    """Write the column of a dataset, print what became known, and return how many pictures could not be read."""
    from tachie.cli.bars import progress_bars
    from tachie.pipeline.classifying import checked_column, classified_rows, write_column

    checked_column(dataset, column)
    with progress_bars() as bars:

        def counted() -> Any:
            for done, row in enumerate(classified_rows(dataset, by), 1):
                bars.show("classifying", done, len(dataset), "faces")
                yield row

        told = write_column(dataset, by, column, above, counted())
    lost = told["unreadable"]
    if as_json:
        click.echo(json.dumps(told))
    else:
        known = ", ".join(f"{value} {n:,}" for value, n in told["marked"].items())
        click.echo(f"{told['labels']}: {known or 'nothing'}; not sure of {told['unsure']:,}")
    for line in lost[:20]:
        click.echo(f"        {line}", err=True)
    return len(lost)
