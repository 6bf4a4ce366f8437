"""Recipes of a whole way: a TOML file whose tables are steps, each a command of this program with its options.

about = "what comes of it"

[games]                           a step; OUT/games is its folder
do = "collect erogamescape"       the command
since = "2010-01-01"              its option --since; true stands without a value, a list is said again and again

[standing]
do = "collect getchu"
games = "{games}/games.csv"       {games}: the folder of that step; {out}: the folder of all of them

[faces]
do = "build"
on = "{standing}"                 what a command is given without an option's name
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import tachie
from tachie.core import registry
from tachie.core.errors import RecipeError, UsageError
from tachie.core.recipe import read_toml

_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_FOLDER = re.compile(r"\{([^{}]*)\}")
_OUT = "out"


@dataclass(frozen=True, slots=True)
class Step:
    """A command with its options; texts may hold {NAME} for the folder of an earlier step, {out} for that of all."""

    name: str
    command: tuple[str, ...]
    on: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def needs(self) -> tuple[str, ...]:
        """The names of the steps whose folders it reads, in order, each once."""
        texts = [*self.on, *(str(v) for value in self.options.values() for v in _values(value))]
        found = dict.fromkeys(name for text in texts for name in _FOLDER.findall(text))
        return tuple(name for name in found if name != _OUT)

    def files(self, out: Path) -> list[Path]:
        """Return the files that it is told to write into the folder of all, such as html = "{out}/report.html"."""
        texts = [v for value in self.options.values() for v in _values(value) if isinstance(v, str)]
        return [out / text.removeprefix("{out}/") for text in texts if text.startswith("{out}/")]

    def words(self, out: Path, folders: Mapping[str, Path]) -> list[str]:
        """Return the command line without `tachie`, as it is typed."""
        places = {_OUT: str(out), **{name: str(folder) for name, folder in folders.items()}}

        def filled(value: object) -> str:
            return _FOLDER.sub(lambda found: places[found[1]], str(value))

        words = [*self.command, *map(filled, self.on)]
        for key, value in self.options.items():
            option = f"--{key.replace('_', '-')}"
            if value is True:
                words.append(option)
            elif value is not False:
                words += [word for v in _values(value) for word in (option, filled(v))]
        return words


@dataclass(frozen=True, slots=True)
class Steps:
    """A recipe: what it is about, and its steps in order."""

    about: str
    steps: tuple[Step, ...]

    def step(self, name: str) -> Step:
        """Return the step of a name; raises `UsageError` with the known ones."""
        for step in self.steps:
            if step.name == name:
                return step
        raise registry.unknown("step", name, tuple(step.name for step in self.steps))

    def changed(self, settings: Mapping[str, Any], without: Sequence[str] = ()) -> Steps:
        """Return it with settings ("step.key" -> value) laid over it, and without some steps."""
        steps = {step.name: step for step in self.steps}
        for place, value in settings.items():
            name, dot, key = place.partition(".")
            step = steps[self.step(name).name]
            if not dot or key == "do":
                raise UsageError(f"--set {place} names no setting of a step", "Write it as STEP.KEY=VALUE.")
            if key == "on":
                steps[name] = replace(step, on=_texts(value, f"{name}.on"))
            else:
                steps[name] = replace(step, options={**step.options, key: value})
        for name in without:
            del steps[self.step(name).name]
        return checked(Steps(self.about, tuple(steps.values())), "the recipe as it was changed")


def originals() -> dict[str, Path]:
    """Return the recipes of steps that come with the program: name -> file."""
    found = sorted(_shipped().glob("*.toml"))
    return {path.stem: path for path in found if "about" in tomllib.loads(path.read_text("utf-8"))}


def read_steps(name: str) -> Steps:
    """Read a recipe by its file or the name of one that comes with the program; raises `RecipeError`."""
    path = Path(name)
    known = originals()
    if name in known and not path.is_file():
        path = known[name]
    elif not path.exists():
        error = registry.unknown("recipe", name, tuple(known))
        raise RecipeError(error.message, error.hint)
    return parse_steps(read_toml(path), str(name))


def parse_steps(plain: Mapping[str, Any], where: str) -> Steps:
    """Check plain data (from TOML) and return the recipe; raises `RecipeError` with what is wrong and where."""
    rest = dict(plain)
    about = rest.pop("about", None)
    if not isinstance(about, str):
        raise RecipeError(f"{where}: it has no 'about'", 'Begin with a line such as: about = "faces of my pictures"')
    return checked(Steps(about, tuple(_step(name, table, where) for name, table in rest.items())), where)


def checked(steps: Steps, where: str) -> Steps:
    """Return the recipe where every step needs earlier ones alone; raises `RecipeError` where one does not."""
    before: list[str] = []
    for step in steps.steps:
        for name in step.needs:
            if name not in before:
                known = ", ".join(f"{{{n}}}" for n in (*before, _OUT))
                raise RecipeError(f"{where}: [{step.name}] needs {{{name}}}, which no step before it makes", known)
        before.append(step.name)
    if not before:
        raise RecipeError(f"{where}: it has no steps", 'A step is a table such as: [faces]  do = "build"')
    return steps


def _step(name: str, table: object, where: str) -> Step:
    if not isinstance(table, dict) or not isinstance(table.get("do"), str) or not table["do"].split():
        raise RecipeError(f"{where}: [{name}] names no command", 'A step begins with a line such as: do = "build"')
    if not _NAME.fullmatch(name) or name == _OUT:
        raise RecipeError(f"{where}: [{name}] cannot be a step's name", "Small letters, digits, - and _; not 'out'.")
    options = {key: value for key, value in table.items() if key not in ("do", "on")}
    for key, value in options.items():
        if any(isinstance(v, dict | list) for v in _values(value)):
            raise RecipeError(f"{where}: [{name}] {key} cannot be {value!r}", "A text, a number, true, or a list.")
    return Step(name, tuple(table["do"].split()), _texts(table.get("on", []), f"{where}: [{name}] on"), options)


def _texts(value: object, where: str) -> tuple[str, ...]:
    texts = _values(value)
    if not all(isinstance(text, str) for text in texts):
        raise RecipeError(f"{where} cannot be {value!r}", "A text or a list of texts.")
    return tuple(texts)


def _values(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _shipped() -> Path:
    """Return the folder: in a wheel beside the code, in a source tree at its root, where people look for it."""
    package = Path(tachie.__file__).resolve().parent
    inside = package / "recipes"
    return inside if inside.is_dir() else package.parent.parent / "recipes"
