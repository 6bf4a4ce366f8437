"""Recipes: what a build does, as TOML checked by pydantic; an unknown key names the known ones.

[[stages]]
use = "decode"

[[stages]]
use = "faces"
detector = "heads"

[duplicates]
near_distance = 4
"""

from __future__ import annotations

import json
import tomllib
from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tachie.core import registry
from tachie.core.errors import RecipeError, UsageError
from tachie.core.item import Item

Settings = TypeVar("Settings", bound=BaseModel)


class Strict(BaseModel):
    """Settings that refuse unknown keys and never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Stage(Strict, ABC):
    """One step of a build: an item in, any number of items out; its fields are its settings in a recipe.

    A stage that leaves an item out raises `core.errors.Drop(reason)`. Stages are sent to worker processes, so they
    keep no state besides their settings.
    """

    @abstractmethod
    def __call__(self, item: Item) -> Iterable[Item]:
        """Return what becomes of the item."""

    def prepare(self) -> None:
        """Check once, before the build begins, that the stage can work; raises `TachieError` where it cannot."""


class Duplicates(Strict):
    """What the pass over all rows does with rows that show the same picture."""

    exact: bool = True
    """Leave out rows whose id (bytes, or parent and box) was seen before."""
    near_distance: int = Field(default=4, ge=-1, le=16)
    """Leave out rows whose perceptual hash is at most this many bits from a better copy's; -1 keeps them all."""


class VideoFrames(Strict):
    """Which frames of a video become pictures."""

    key_frames: bool = True
    p_frame_each_second: bool = True


class Recipe(Strict):
    """Everything that decides what a build makes of its inputs."""

    stages: tuple[Stage, ...]
    duplicates: Duplicates = Duplicates()
    video: VideoFrames = VideoFrames()
    shard_pictures: int = Field(default=32, ge=1, le=10_000)
    """Pictures in one unit of work: what a killed build loses at most, for each worker."""

    def as_dict(self) -> dict[str, Any]:
        """Return the recipe as plain data, such as `parse_recipe` reads."""
        plain = self.model_dump(mode="json", exclude={"stages"})
        plain["stages"] = [{"use": stage_name(s), **s.model_dump(mode="json")} for s in self.stages]
        return plain

    def text(self) -> str:
        """Return the recipe as one line of JSON, the same for equal recipes."""
        return json.dumps(self.as_dict(), sort_keys=True)


def stage_name(stage: Stage) -> str:
    """Return the name by which a recipe uses a stage: the name of its module."""
    return type(stage).__module__.rpartition(".")[2]


def parse_recipe(plain: dict[str, Any], where: str = "the recipe") -> Recipe:
    """Check plain data (from TOML, JSON or a manifest) and return the recipe; raises `RecipeError`, one line each."""
    rest = dict(plain)
    entries = rest.pop("stages", None)
    if not isinstance(entries, list) or not entries:
        raise RecipeError(f"{where}: it needs at least one [[stages]] table", 'Begin with: [[stages]]  use = "decode"')
    stages = tuple(_parse_stage(entry, f"{where}: stages[{i}]") for i, entry in enumerate(entries))
    return checked(Recipe, {"stages": stages, **rest}, where)


def read_recipe(path: Path) -> Recipe:
    """Read a recipe's TOML file; raises `RecipeError` with what is wrong and where."""
    return parse_recipe(read_toml(path), str(path))


def checked(kind: type[Settings], plain: dict[str, Any], where: str) -> Settings:
    """Return checked settings of a kind; raises `RecipeError` naming the first thing that is wrong."""
    _refuse_unknown(plain, kind, where)
    try:
        return kind(**plain)
    except ValidationError as error:
        raise _recipe_error(error, kind, where) from error


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file as plain data; raises `RecipeError` with what is wrong and where."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise RecipeError(f"{path}: there is no such file", "The program's own: tachie list recipes") from error
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path}: cannot be read as UTF-8 text: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{path}: not valid TOML: {error}") from error


def _parse_stage(entry: object, where: str) -> Stage:
    if not isinstance(entry, dict) or not isinstance(entry.get("use"), str):
        raise RecipeError(f"{where}: 'use' must name a stage", f"Known: {', '.join(registry.names('stages'))}.")
    settings = {k: v for k, v in entry.items() if k != "use"}
    try:
        kind = registry.find("stages", entry["use"])
    except UsageError as error:
        raise RecipeError(f"{where}: {error.message}", error.hint) from error
    try:
        stage: Stage = kind(**settings)
    except ValidationError as error:
        raise _recipe_error(error, kind, f"{where} ({entry['use']})") from error
    return stage


def _refuse_unknown(plain: dict[str, Any], kind: type[BaseModel], where: str) -> None:
    for key in plain:
        if key not in kind.model_fields:
            raise _unknown_key(key, kind, where)


def _unknown_key(key: str, kind: type[BaseModel], where: str) -> RecipeError:
    error = registry.unknown("key", key, tuple(kind.model_fields) or ("none",))
    return RecipeError(f"{where}: {error.message}", error.hint)


def _recipe_error(error: ValidationError, kind: type[BaseModel], where: str) -> RecipeError:
    first = error.errors()[0]
    place = [str(p) for p in first["loc"]]
    if first["type"] == "extra_forbidden":
        for name in place[:-1]:
            inner = kind.model_fields[name].annotation
            kind = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else kind
        return _unknown_key(place[-1], kind, where)
    return RecipeError(f"{where}: {'.'.join(place)}: {first['msg']}, not {first['input']!r}")
