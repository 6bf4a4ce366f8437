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
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tachie.core.errors import EXIT_SOME_UNREADABLE, TachieError
from tachie.core.files import write_atomically
from tachie.dataset.decisions import decided
from tachie.tasks.steps.page import page
from tachie.tasks.steps.recipe import Step, Steps
from tachie.tasks.steps.state import STATE_NAME, Entry, State, content

__all__ = ["PAGE_NAME", "STATE_NAME", "Done", "Follow", "follow"]

PAGE_NAME = "index.html"
_SHOWN = 12  # lines of what a step printed
# Options that change how a step works, not what it makes.
_HOW = frozenset({"workers", "scheduler", "device", "delay", "contact"})
_TRAIN = ("train",)
_END = frozenset({"minutes", "kimg"})


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
    state = State.open(job.out)
    folders: dict[str, Path] = {}
    done: list[Done] = []
    count = len(job.recipe.steps)
    for number, step in enumerate(job.recipe.steps, 1):
        job.say(f"{number}/{count} {step.name}: tachie {' '.join(step.command)}")
        # What a step and those after it write into another's dataset is no change of what the step reads.
        theirs = state.wrote(later.name for later in job.recipe.steps[number - 1 :])
        outcome = _waits(job, step, folders) or _follow(job, state, step, folders, theirs)
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


def _follow(job: Follow, state: State, step: Step, folders: Mapping[str, Path], theirs: set[str]) -> Done:
    own = job.out / step.name if job.makes_folder(step) else None
    read = [folders[name] for name in step.needs]
    folder = own or next(iter(read), None)
    words = step.words(job.out, folders)
    if own is not None and "out" not in step.options:
        words += ["--out", str(own)]
    told = {option: value for option, value in step.options.items() if option not in _HOW}
    endless = {option: value for option, value in told.items() if option not in _END}

    def keys(without: set[str]) -> tuple[str, str]:
        whole, start = (_key(job.out, replace(step, options=it), folders, without) for it in (told, endless))
        return whole, start

    key, start = keys(theirs)
    before = state.steps.get(step.name)
    made = [own] if own is not None else step.files(job.out)
    if before and before.done and before.key == key and all(path.exists() for path in made):
        job.say("    stands")
        return Done(step.name, "stands", words, folder, before.said)
    if own is not None and own.exists() and before and before.key != key:
        goes_on = step.command[0] == "collect" or (step.command == _TRAIN and before.start == start)
        if not goes_on:
            aside = _put_aside(own)
            job.say(f"    what it is made of has changed: the earlier one is {aside} now")
    wrote = before.wrote if before else []
    state.write(step.name, Entry(key, start, False, words, "", wrote))
    stood = content(job.out, read)
    code, said = _performed(job, step, words, own)
    written = {name for name, sha256 in content(job.out, read).items() if stood.get(name) != sha256}
    wrote = sorted({*wrote, *written})
    key, start = keys(theirs | {*wrote})  # as it will be asked for: what it wrote over was not what it read
    state.write(step.name, Entry(key, start, code == 0, words, said, wrote))
    return Done(step.name, "done" if code == 0 else "partly", words, folder, said)


def _performed(job: Follow, step: Step, words: list[str], own: Path | None) -> tuple[int, str]:
    """Run a step's words, say the beginning of what they print, and return the exit code, 0 or 3, and all of it."""
    again = ["--resume"] if step.command == _TRAIN and own and (own / "config.json").exists() else []
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
    return code, said


def _put_aside(folder: Path) -> Path:
    number = 1
    while (aside := folder.with_name(f"{folder.name}-{number}")).exists():
        number += 1
    return folder.rename(aside)


def _key(out: Path, step: Step, folders: Mapping[str, Path], without: set[str]) -> str:
    """Return what a step's work follows from: its words, wherever OUT lies, and the content of what it reads."""
    inside = {name: folder.relative_to(out) for name, folder in folders.items()}
    rows = decided(folders[step.needs[0]]) if step.options.get("apply_review") else {}
    reviewed = sorted((row_id, sorted(row.fields.items())) for row_id, row in rows.items())
    read = content(out, (folders[name] for name in step.needs), without)
    return hashlib.sha256(json.dumps([step.words(Path(), inside), read, reviewed]).encode()).hexdigest()
