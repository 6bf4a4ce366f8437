"""What was done of a recipe's steps, in steps.json, and how a change of what they read is seen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tachie.core.errors import FormatError
from tachie.core.files import write_atomically

STATE_NAME = "steps.json"
FORMAT, FORMAT_VERSION = "tachie-steps", 1

# What tells the content of a step's folder. A review's own file is left out: it counts where it is applied.
_MARKS = (
    "tachie.json",
    "labels/*.parquet",
    "games.csv",
    "items.jsonl",
    "checkpoints/*.json",
    "*.onnx",
    "metadata.jsonl",
)
_UNDECIDED = "review.parquet"


@dataclass(frozen=True, slots=True)
class Entry:
    """A step as steps.json has it; `done` is false while it is under way, and where inputs were missing.

    `key` is what its work follows from, `start` the same without how long a training is to take, `wrote` the label
    files that it left in datasets of other steps.
    """

    key: str
    start: str
    done: bool
    command: list[str]
    said: str
    wrote: list[str]


@dataclass(frozen=True, slots=True)
class State:
    """The entries by the steps' names, and their file."""

    path: Path
    steps: dict[str, Entry]

    @classmethod
    def open(cls, out: Path) -> State:
        """Return what OUT/steps.json says, nothing where there is none; raises `FormatError` where it is broken."""
        path = out / STATE_NAME
        try:
            data: dict[str, Any] = json.loads(path.read_text("utf-8"))
            if (data["format"], data["format_version"]) != (FORMAT, FORMAT_VERSION):
                raise ValueError(f"it is of format {data['format']} version {data['format_version']}")
            return cls(path, {name: Entry(**entry) for name, entry in data["steps"].items()})
        except FileNotFoundError:
            return cls(path, {})
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise FormatError(f"{path} cannot be read: {error}", "Name another folder with --out.") from error

    def write(self, name: str, entry: Entry) -> None:
        """Keep an entry, at once."""
        self.steps[name] = entry
        steps = {key: asdict(value) for key, value in self.steps.items()}
        data = {"format": FORMAT, "format_version": FORMAT_VERSION, "steps": steps}
        write_atomically(self.path, json.dumps(data, indent=1, ensure_ascii=False) + "\n")

    def wrote(self, names: Iterable[str]) -> set[str]:
        """Return the label files that these steps left in datasets of others."""
        return {file for name in names if name in self.steps for file in self.steps[name].wrote}


def content(out: Path, folders: Iterable[Path], without: Collection[str] = ()) -> dict[str, str]:
    """Return the files that tell what lies in folders of `out`: path within it -> SHA-256."""
    found = {path for folder in folders for mark in _MARKS for path in folder.glob(mark)}
    named = {path.relative_to(out).as_posix(): path for path in found if path.name != _UNDECIDED}
    return {name: hashlib.sha256(named[name].read_bytes()).hexdigest() for name in sorted(named) if name not in without}
