"""The folder that an export writes: whole or not there, names that are safe and unique, few enough files in each."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tachie.core.errors import DiskFullError, UsageError, disk_full_named
from tachie.core.files import safe_name

# Hubs advise fewer than 10,000 entries a folder; some formats put a second file beside each picture.
MOST_IN_FOLDER = 9_900
NO_CLASS = "unknown"


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """Give a folder beside `out` to write into; it takes the name `out` when the block ends well, else it goes.

    Raises `UsageError` where `out` exists and is not empty, `DiskFullError` where no space is left.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} exists and is not empty", "Name a new folder with --out.")
    partial = out.with_name(f"{out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        with disk_full_named(out):
            partial.mkdir(parents=True)
            yield partial
            if out.exists():
                out.rmdir()
            partial.rename(out)
    except DiskFullError as error:
        raise DiskFullError(error.message, "Nothing was left behind. Name an --out on a larger disk.") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def spread(wanted: Iterable[tuple[str, str, str]], most: int = MOST_IN_FOLDER) -> list[str]:
    """Return a relative path without ending for each (folder, stem, id), unique also where letters' case is folded.

    A folder of more than `most` gets numbered sub-folders. `folder` is "" or a path of safe names.
    """
    asked = list(wanted)
    counts = Counter(folder.lower() for folder, _, _ in asked)
    so_far: Counter[str] = Counter()
    taken: set[str] = set()
    paths = []
    for folder, stem, row_id in asked:
        known = folder.lower()
        number = so_far[known] // most
        so_far[known] += 1
        below = [folder] if folder else []
        below += [f"{number:04d}"] if counts[known] > most else []
        path = "/".join([*below, safe_name(stem)])
        if path.lower() in taken:  # two videos of one name; file systems that fold case
            path = f"{path}-{row_id[:16]}"
        taken.add(path.lower())
        paths.append(path)
    return paths


def class_folders(values: Iterable[str]) -> dict[str, str]:
    """Return value -> folder's name, safe and different for different values; `NO_CLASS` is nobody's.

    The same values give the same names, in whatever order they come.
    """
    taken, folders = {NO_CLASS}, {}
    for value in sorted(set(values)):
        name = safe_name(value)
        while name.lower() in taken:
            name = f"{name}_"
        taken.add(name.lower())
        folders[value] = name
    return folders
