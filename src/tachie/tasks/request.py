"""`TaskRequest`: what `tachie train --task NAME` was asked for, the same for every task."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tachie.core.errors import UsageError
from tachie.core.registry import unknown
from tachie.tasks import TASKS

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    _Settings = TypeVar("_Settings", bound=DataclassInstance)
else:
    _Settings = TypeVar("_Settings")

Progress = Callable[[str, float, float, str], None]  # what is done, how much of it, of how much, in which unit


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRequest:
    """One task: on which dataset, where its run goes, and what was said beside; None is the task's own default.

    With `resume` a run goes on with the settings that it has; only `minutes` may be other ones.
    """

    dataset: Path
    out: Path
    label: str | None = None
    model: str | None = None
    resolution: int | None = None  # px
    minutes: float | None = None
    seed: int = 0
    against: Path | None = None
    device: str = "cpu"
    resume: bool = False
    init: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)  # as typed: `settings_of` reads them
    say: Callable[[str], None] = lambda line: None
    progress: Progress = lambda what, done, total, unit: None


def run_task(name: str, asked: TaskRequest) -> dict[str, Any]:
    """Run a task and return its figures, as plain JSON; `unreadable` counts pictures that could not be read.

    Raises `UsageError` for a name that is no task's.
    """
    if name not in TASKS:
        raise unknown("task", name, tuple(TASKS))
    figures: dict[str, Any] = importlib.import_module(TASKS[name]).run(asked)
    return figures


def settings_of(kind: type[_Settings], typed: Mapping[str, str]) -> _Settings:
    """Return a task's own settings, a dataclass whose fields all have plain defaults, with what was typed.

    A field whose default is None takes any JSON value. Raises `UsageError` for a name that the dataclass does not have,
    with the known ones, and for a value that is not of the default's kind.
    """
    known = {one.name: one.default for one in fields(kind)}
    values: dict[str, Any] = {}
    for name, text in typed.items():
        if name not in known:
            raise unknown("setting", name, tuple(sorted(known)))
        values[name] = _value(name, text, known[name])
    return kind(**values)


def _value(name: str, text: str, default: Any) -> Any:
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        value = text
    if isinstance(default, str):
        return text
    if isinstance(default, float) and type(value) is int:
        value = float(value)
    if isinstance(default, tuple):  # one value, or values between commas
        value = tuple(value) if isinstance(value, list) else tuple(_value(name, t, default[0]) for t in text.split(","))
    if default is not None and default is not MISSING and type(value) is not type(default):
        shown = ",".join(map(str, default)) if isinstance(default, tuple) else json.dumps(default)
        kinds = {"int": "a whole number", "float": "a number", "bool": "true or false", "tuple": "a list"}
        kind = kinds.get(type(default).__name__, type(default).__name__)
        raise UsageError(f"{name} cannot be '{text}'", f"It is {kind}, such as {shown}.")
    return value
