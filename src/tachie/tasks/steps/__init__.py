"""One command for a whole way: the steps of a recipe one after the other, each done once.

    OUT/NAME/        the folder of each step that makes one
    OUT/steps.json   what was done, with which words on what: a step that stands is not done again
    OUT/index.html   every step with its command, what it said and its pictures

A step is done again where its words or what it reads have changed. Its folder is then put aside as NAME-1, NAME-2, ...:
nothing is deleted. Crawls go on in their folder; so does a training that is told to take longer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tachie.core.errors import EXIT_SOME_UNREADABLE, FormatError, TachieError
from tachie.core.files import write_atomically
from tachie.dataset.decisions import decided
from tachie.tasks.steps.page import page
from tachie.tasks.steps.recipe import Step, Steps

__all__ = ["Done", "Follow", "Step", "Steps", "follow"]

STATE_NAME, PAGE_NAME = "steps.json", "index.html"
FORMAT, FORMAT_VERSION = "tachie-steps", 1

# What tells the content of a step's folder. A review's own file is left out: it counts where it is applied.
_MARKS = (
    "tachie.json",
    "labels/*.parquet",
    "games.csv",
    "items.jsonl",
    "checkpoints/*.json",
    "generator.json",
    "*.onnx",
)
_UNDECIDED = "labels/review.parquet"
_SHOWN = 12  # lines of what a step printed
# Options that change how a step works, not what it makes.
_HOW = frozenset({"workers", "scheduler", "device", "delay", "contact"})


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a step: "done", "stands" (of an earlier run), "waits" (for a person; skipped), "partly"."""

    name: str
    how: str
    command: list[str]
    folder: Path | None
    said: str


@dataclass(frozen=True, slots=True)
class Follow:
    """The job. `makes_folder` says whether a step's command takes --out; `perform` runs words: exit code and output."""

    recipe: Steps
    out: Path
    makes_folder: Callable[[Step], bool]
    perform: Callable[[list[str]], tuple[int, str]]
    say: Callable[[str], None] = field(default=lambda line: None)


def follow(job: Follow) -> list[Done]:
    """Do what is not done yet of all steps, and return what became of each.

    Raises what a step raises, with the step's name before it; all steps before it stand then.
    """
    state = _State.open(job.out)
    folders: dict[str, Path] = {}
    done: list[Done] = []
    count = len(job.recipe.steps)
    for number, step in enumerate(job.recipe.steps, 1):
        job.say(f"{number}/{count} {step.name}: tachie {' '.join(step.command)}")
        outcome = _waits(job, step, folders) or _follow(job, state, step, folders)
        if outcome.folder is not None:
            folders[step.name] = outcome.folder
        done.append(outcome)
        write_atomically(job.out / PAGE_NAME, page(job.recipe.about, done, job.out))
    return done


def _waits(job: Follow, step: Step, folders: Mapping[str, Path]) -> Done | None:
    """Return the outcome of a step that applies a review which nobody has begun: its dataset goes on as it is."""
    if not step.options.get("apply_review") or not step.needs or decided(folders[step.needs[0]]):
        return None
    dataset = folders[step.needs[0]]
    said = f"nobody has looked at {dataset} yet: it goes on as it is. To sort it: tachie review {dataset}"
    job.say(f"    {said}\n    then the same command again makes what follows from what you kept")
    return Done(step.name, "waits", [], dataset, said)


def _follow(job: Follow, state: _State, step: Step, folders: Mapping[str, Path]) -> Done:
    own = job.out / step.name if job.makes_folder(step) else None
    folder = own or next((folders[name] for name in step.needs), None)
    words = step.words(job.out, folders)
    if own is not None and "out" not in step.options:
        words += ["--out", str(own)]
    key, inputs = _key(job.out, step, folders, in_place=own is None), _content(step, folders)
    before = state.steps.get(step.name)
    made = [own] if own is not None else step.files(job.out)
    if before and before.done and before.key == key and all(path.exists() for path in made):
        job.say("    stands")
        return Done(step.name, "stands", words, folder, before.said)
    if own is not None and own.exists() and before and before.key != key and not _goes_on(step, before, inputs):
        aside = _put_aside(own)
        job.say(f"    what it is made of has changed: the earlier one is {aside} now")
    state.write(step.name, _Entry(key, inputs, False, words, ""))
    again = ["--resume"] if step.command == ("train",) and own and (own / "config.json").exists() else []
    try:
        code, said = job.perform([*words, *again])
    except TachieError as error:
        error.message = f"step {step.name}: {error.message}"
        raise
    lines = said.strip().splitlines()
    more = [f"and {len(lines) - _SHOWN} lines more, in {job.out / PAGE_NAME}"] if len(lines) > _SHOWN else []
    if lines:
        job.say("\n".join(f"    {line}" for line in [*lines[:_SHOWN], *more]))
    if code not in (0, EXIT_SOME_UNREADABLE):
        raise TachieError(
            f"step {step.name} failed; the lines above say why",
            "The same command goes on from there once that is mended.",
        )
    state.write(step.name, _Entry(key, inputs, code == 0, words, said))
    return Done(step.name, "done" if code == 0 else "partly", words, folder, said)


def _goes_on(step: Step, before: _Entry, inputs: str) -> bool:
    return step.command[0] == "collect" or (step.command == ("train",) and before.inputs == inputs)


def _put_aside(folder: Path) -> Path:
    number = 1
    while (aside := folder.with_name(f"{folder.name}-{number}")).exists():
        number += 1
    return folder.rename(aside)


def _key(out: Path, step: Step, folders: Mapping[str, Path], *, in_place: bool) -> str:
    """Return what a step's work follows from: its words, wherever OUT lies, and the content of what it reads.

    A step that works inside another's dataset may change its labels, so that they do not count for such a one.
    """
    told = Step(step.name, step.command, step.on, {k: v for k, v in step.options.items() if k not in _HOW})
    inside = {name: folder.relative_to(out) for name, folder in folders.items()}
    said = json.dumps(told.words(Path(), inside))
    rows = decided(folders[step.needs[0]]) if step.options.get("apply_review") else {}
    reviewed = sorted((row_id, sorted(row.fields.items())) for row_id, row in rows.items())
    marks = [mark for mark in _MARKS if not (in_place and mark.startswith("labels/"))]
    read = _content(step, folders, marks)
    return hashlib.sha256(f"{said}\n{read}\n{json.dumps(reviewed)}".encode()).hexdigest()


def _content(step: Step, folders: Mapping[str, Path], marks: Iterable[str] = _MARKS) -> str:
    """Return a hash of the files that tell what lies in the folders that a step reads."""
    digest = hashlib.sha256()
    for name in step.needs:
        folder = folders[name]
        for path in sorted({path for mark in marks for path in folder.glob(mark)}):
            inside = path.relative_to(folder).as_posix()
            if inside != _UNDECIDED:
                digest.update(inside.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class _Entry:
    """A step as steps.json has it; `done` is false while it is under way, and where inputs were missing."""

    key: str
    inputs: str
    done: bool
    command: list[str]
    said: str


@dataclass(frozen=True, slots=True)
class _State:
    path: Path
    steps: dict[str, _Entry]

    @classmethod
    def open(cls, out: Path) -> _State:
        path = out / STATE_NAME
        try:
            data: dict[str, Any] = json.loads(path.read_text("utf-8"))
            if (data["format"], data["format_version"]) != (FORMAT, FORMAT_VERSION):
                raise ValueError(f"{data['format']} version {data['format_version']}")
            return cls(path, {name: _Entry(**entry) for name, entry in data["steps"].items()})
        except FileNotFoundError:
            return cls(path, {})
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise FormatError(f"{path} cannot be read: {error}", "Name another folder with --out.") from error

    def write(self, name: str, entry: _Entry) -> None:
        self.steps[name] = entry
        steps = {key: asdict(value) for key, value in self.steps.items()}
        data = {"format": FORMAT, "format_version": FORMAT_VERSION, "steps": steps}
        write_atomically(self.path, json.dumps(data, indent=1, ensure_ascii=False) + "\n")
