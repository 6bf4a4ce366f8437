"""`build`: list, run what is not done yet, finish. Resuming is looking: a work file that exists is done."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tachie.core import registry
from tachie.core.errors import FormatError, Unreadable, UsageError, disk_full_named
from tachie.core.files import printable
from tachie.core.item import Ref
from tachie.core.recipe import Recipe
from tachie.dataset.format import MANIFEST_NAME
from tachie.dataset.reader import Dataset
from tachie.pipeline.engine import run_in_line, run_locally, run_on_cluster
from tachie.pipeline.finish import finish
from tachie.pipeline.shard import Shard, rows_file, shards

# Which source is asked first: the most particular. The folder takes whatever is left.
_ASKED_LAST = "folder"
_IN_LINE_SHARDS = 3  # starting worker processes takes some seconds


@dataclass(frozen=True, slots=True)
class BuildProgress:
    """How far a build is, for whoever shows it: pictures done (also by earlier runs) of all that were listed."""

    pictures_done: int
    pictures_total: int
    step: str  # "list", "look", "finish"


@dataclass(frozen=True, slots=True)
class BuildResult:
    """The finished dataset, and whether it stood there already."""

    dataset: Dataset
    already_built: bool


@dataclass(frozen=True, slots=True)
class Build:
    """One build: where from, where to, how.

    `workers` None decides by the amount of work, 0 runs in line. `home` is the folder of a larger job that the build
    is part of; neither it nor `out` is read where it lies in an input.
    """

    inputs: Sequence[str]
    out: Path
    recipe: Recipe
    workers: int | None = None
    scheduler: str | None = None
    progress: Callable[[BuildProgress], None] = field(default=lambda progress: None)
    home: Path | None = None


def build(job: Build) -> BuildResult:
    """Build the dataset, or go on where an earlier run of the same job stopped.

    Raises `UsageError` for inputs that do not exist or an output folder that holds something else, `DiskFullError`
    where no space is left. Broken inputs are counted in the manifest's `unreadable` and cost nothing else.
    """
    for place in job.inputs:
        source_of(place)
    for stage in job.recipe.stages:
        stage.prepare()
    work = _work_folder(job.out)
    job.progress(BuildProgress(0, 0, "list"))
    listed = _listing(job)
    if (job.out / MANIFEST_NAME).exists():
        return _standing(job, listed.key, work)
    with disk_full_named(work):
        work.mkdir(parents=True, exist_ok=True)
    done_pictures, work_files = 0, []
    job.progress(BuildProgress(0, listed.pictures, "look"))

    def done(shard: Shard) -> None:
        nonlocal done_pictures
        done_pictures += shard.pictures
        job.progress(BuildProgress(done_pictures, listed.pictures, "look"))

    def todo() -> Iterator[Shard]:
        for shard in shards(_refs(job), job.recipe):
            work_files.append(rows_file(work, shard))
            if work_files[-1].exists():
                done(shard)
            else:
                yield shard

    workers = job.workers
    if workers is None:
        workers = 0 if listed.shards <= _IN_LINE_SHARDS else min(os.cpu_count() or 1, listed.shards)
    if job.scheduler:
        run_on_cluster(todo(), job.recipe, work, done, job.scheduler)
    elif workers == 0:
        run_in_line(todo(), job.recipe, work, done)
    else:
        run_locally(todo(), job.recipe, work, done, workers)
    job.progress(BuildProgress(done_pictures, listed.pictures, "finish"))
    dataset = finish(job.out, work_files, job.recipe, listed.key, [_shown(p) for p in job.inputs])
    shutil.rmtree(work, ignore_errors=True)
    return BuildResult(dataset, already_built=False)


def source_of(place: str) -> str:
    """Return the name of the source that reads a place; raises `UsageError` where none does."""
    names = [n for n in registry.names("sources") if n != _ASKED_LAST]
    for name in (*names, _ASKED_LAST):
        if registry.find("sources", name).accepts(place):
            return name
    raise UsageError(
        f"{printable(place)}: there is no such file or folder", "Name a folder, a zip, a video or a dataset."
    )


def refs_of(place: str, recipe: Recipe, *, faults: bool = False) -> Iterator[Ref]:
    """Yield what lies at a place; a place that cannot be listed becomes one ref with a problem.

    With `faults` also what lies beside pictures and cannot be used.
    """
    name = source_of(place)
    place = _located(place)
    try:
        yield from (ref for ref in registry.find("sources", name).list(place, recipe) if faults or ref.fault is None)
    except Unreadable as error:
        yield Ref(name, place, _shown(place), problem=(error.reason, error.detail))


def _located(place: str) -> str:
    """Return a path as an absolute one: a worker may have another working folder."""
    return str(Path(place).absolute()) if os.path.lexists(place) else place


def _refs(job: Build) -> Iterator[Ref]:
    """Yield what lies at all inputs, without what the job itself writes into a folder that it reads."""
    ours = (job.home or job.out).absolute()
    for place in job.inputs:
        apart = Path(_located(place)).is_relative_to(ours)
        for ref in refs_of(place, job.recipe, faults=True):
            if apart or not Path(ref.path).is_relative_to(ours):
                yield ref


@dataclass(frozen=True, slots=True)
class _Listing:
    key: str
    pictures: int
    shards: int


def _listing(job: Build) -> _Listing:
    """Walk the whole listing once, keeping nothing of it: how much there is, and the key of this very build."""
    digest, pictures, count = hashlib.sha256(job.recipe.text().encode()), 0, 0
    for shard in shards(_refs(job), job.recipe):
        digest.update(shard.key.encode())
        pictures, count = pictures + shard.pictures, count + 1
    return _Listing(digest.hexdigest(), pictures, count)


def _work_folder(out: Path) -> Path:
    if out.is_dir():
        strange = [p.name for p in out.iterdir() if p.name not in _OURS and not p.name.endswith(".tmp")]
        if strange and not (out / MANIFEST_NAME).exists():
            raise UsageError(
                f"{out} holds other things already ({', '.join(sorted(strange)[:3])})",
                "Name a new folder with --out.",
            )
    elif out.exists():
        raise UsageError(f"{out} is a file", "Name a new folder with --out.")
    return out / "work"


_OURS = frozenset({"work", "data", "labels", "drops.parquet", "README.md", "sheet.jpg", MANIFEST_NAME})


def _standing(job: Build, key: str, work: Path) -> BuildResult:
    try:
        dataset = Dataset.open(job.out)
    except FormatError as error:
        raise FormatError(error.message, f"Name a new folder, or remove {job.out} and build again.") from error
    if dataset.manifest.build_key != key:
        raise UsageError(
            f"{job.out} is a finished dataset, made from other files or by another recipe",
            "Name a new folder with --out.",
        )
    shutil.rmtree(work, ignore_errors=True)
    return BuildResult(dataset, already_built=True)


def _shown(place: str) -> str:
    """Return an input's name for the manifest: without the folders above it, which are nobody else's business."""
    return place if ":" in place and not Path(place).exists() else printable(Path(place).resolve().name)
