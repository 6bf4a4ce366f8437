"""split: which part of a dataset is trained on and which is kept to judge by."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tachie.cli.bars import progress_bars
from tachie.cli.options import JSON
from tachie.core.errors import UsageError


@click.command()
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option("--part", type=click.FloatRange(0, 1), default=0.1, show_default=True, help="The share for validation.")
@click.option("--test", type=click.FloatRange(0, 1), default=0.0, help="A share for a test besides.")
@click.option("--label", metavar="COLUMN", help="The classes to come near in each part, or none.  [default: evident]")
@click.option(
    "--group-by",
    metavar="A,B|none",
    help="Keep together what shares these: copies, picture, repeated, episode, post, game, artist, or any column or "
    "label.  [default: all that the data knows]",
)
@click.option(
    "--copies",
    type=click.Choice(["together", "leave-out", "ignore"]),
    help="Near-duplicates: keep them together, or leave out of what is judged those of what is trained on.  "
    "[default: leave-out between episodes, else together]",
)
@click.option("--main-classes-min", type=click.IntRange(0), default=0, metavar="N", help="Smaller classes: additional.")
@click.option("--test-set", type=click.Path(path_type=Path), help="Another dataset whose rows are the test.")
@click.option("--clean-of-test", is_flag=True, help="--test-set: leave its copies out of training and validation.")
@click.option(
    "--report",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a page of what leaks across the split: the one that is there where no other option asks for another.",
)
@click.option(
    "--from", "stated", type=click.Path(path_type=Path, dir_okay=False), help="Take the split of a CSV or JSON of ids."
)
@click.option("--random", "by_chance", is_flag=True, help="Rows by chance, without groups or classes: it flatters.")
@click.option("--seed", type=click.IntRange(0), default=20260101, show_default=True)
@JSON
@click.pass_context
def split(
    ctx: click.Context,
    /,
    dataset: Path,
    label: str | None,
    group_by: str | None,
    main_classes_min: int,
    test_set: Path | None,
    page: Path | None,
    stated: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Keep a part of a dataset out of training, so that what was trained can be judged on it without leaks.

    What belongs together stays together: copies, faces of one picture, episodes, posts, games, artists.

    \b
    Example:  tachie split faces --part 0.1 --test 0.1
              tachie split faces --label character --main-classes-min 1000 --test-set drawings
              tachie split faces --report leaks.html
              tachie split faces --from mine.csv --report leaks.html
    """
    from tachie.dataset.reader import Dataset
    from tachie.dataset.split.read import read_split, split_of
    from tachie.pipeline.leaks import find_leaks, write_leaks
    from tachie.pipeline.split import SplitJob, adopt_split, make_split

    makes = [name for name in ctx.params if name not in _REPORTING and _given(ctx, name)]
    if options["by_chance"] and (group_by or label or options["copies"] or main_classes_min):
        raise UsageError("--random knows neither groups nor classes", "Leave it out, or the other options.")
    if options["clean_of_test"] and test_set is None:
        raise UsageError("--clean-of-test belongs to --test-set", "Name the test's dataset with --test-set.")
    if stated is not None and makes:
        raise UsageError("--from brings a split along, other options make one", "Leave one of them out.")
    opened = Dataset.open(dataset)
    result: dict[str, Any] = {}
    with progress_bars() as bars:

        def progress(step: str, done: int, total: int) -> None:
            bars.show(step, done, total, "rows")

        values = read_split(opened, stated) if stated else split_of(opened) if page and not makes else None
        if stated is not None and page is None:
            result = adopt_split(opened, values or [], stated)
        elif values is None:
            job = SplitJob(
                dataset=opened,
                label="" if label == "none" else label,
                group_by=_names(group_by),
                main_least=main_classes_min,
                test_set=None if test_set is None else Dataset.open(test_set),
                progress=progress,
                **options,
            )
            result = make_split(job)
        if page is not None:
            leaks = find_leaks(opened, values or split_of(opened) or [], progress, of_file=stated is not None)
            result |= {"report": str(write_leaks(leaks, page)), "leaks": leaks.as_dict()}
    for note in result.get("notes", ()):
        click.echo(f"note: {note}", err=True)
    click.echo(json.dumps(result) if as_json else "\n".join([*_made(result), *_leaking(result)]))


_REPORTING = ("dataset", "page", "stated", "as_json")


def _given(ctx: click.Context, name: str) -> bool:
    return ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE


def _names(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    return () if names == ("none",) else names


def _made(result: dict[str, Any]) -> list[str]:
    """Return what was made as lines for people."""
    if "labels" not in result:
        return []
    used = [v for v in ("train", "validation", "test", "additional") if result[v]]
    lines = [f"labels: {result['labels']}"]
    lines += [f"{value}: {result[value]:,} ({result[value] / result['rows']:.1%})" for value in used]
    for name, key in result.get("keys", {}).items():
        lines.append(f"by {name}: {key['groups']:,} groups of {key['what']}, {key['rows']:,} rows")
    if result.get("keys"):
        lines.append(f"kept together: {result['groups']:,} groups, the largest of {result['largest_group']:,} rows")
    if result.get("copies_left_out"):
        lines.append(f"left out as copies of what is trained on: {result['copies_left_out']:,}")
    if result.get("test_set"):
        lines.append(f"test set: {result['test_set']['path']}, {result['test_set']['rows']:,} rows")
    if result.get("classes"):
        lines.append(f"classes: {result['label']}")
        width = max(len(name) for name in result["classes"])
        for name, counted in result["classes"].items():
            lines.append(f"  {name:{width}}  " + "  ".join(f"{v} {counted.get(v, 0):,}" for v in used))
    return lines


def _leaking(result: dict[str, Any]) -> list[str]:
    """Return what leaks as lines for people."""
    if "leaks" not in result:
        return []
    leaks = result["leaks"]
    lines = [
        f"{part}: {across['copies']:,} of {across['rows']:,} show what is trained on ({across['share']:.1%})"
        for part, across in [*leaks["judged"].items(), ("a random split", leaks["by_chance"])]
    ]
    for name, key in leaks["keys"].items():
        lines.append(f"by {name}: {key['across']:,} of {key['groups']:,} groups on both sides")
    return [*lines, f"report: {result['report']}"]
