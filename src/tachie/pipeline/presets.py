"""The recipes that come with the program, as TOML in recipes/, and the options of `tachie build` laid over them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

from tachie.core.errors import RecipeError, UsageError
from tachie.core.recipe import Recipe, parse_recipe, read_recipe

Preset = Literal["faces", "full-body", "faces-as-they-are", "ganime"]
PRESETS: tuple[Preset, ...] = get_args(Preset)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the command line says over a recipe; None leaves the recipe's own value."""

    preset: Preset = "faces"
    file: Path | None = None
    detector: str | None = None
    cascade: Path | None = None
    crop_scale: float | None = None
    min_size_px: int | None = None
    near_distance: int | None = None
    ratings: tuple[str, ...] = ()
    upscale_to_px: int | None = None
    safety: bool = False
    tagger: str | None = None  # "none" leaves tagging out


def chosen_recipe(choices: Choices) -> Recipe:
    """Return the checked recipe; raises `RecipeError`, or `UsageError` where an option names a stage it lacks."""
    recipe = _read(choices.file) if choices.file else preset(choices.preset)
    plain = recipe.as_dict()
    _set(plain, "faces", "--detector", detector=choices.detector)
    _set(plain, "faces", "--cascade", cascade=str(choices.cascade) if choices.cascade else None)
    _set(plain, "crop", "--crop-scale", scale=choices.crop_scale)
    _set(plain, "min_size", "--min-size", px=choices.min_size_px)
    if choices.tagger is not None:
        plain["stages"] = _tagged_by(choices.tagger, plain["stages"])
    if choices.near_distance is not None:
        plain["duplicates"]["near_distance"] = choices.near_distance
    if choices.upscale_to_px is not None:
        if not any(entry["use"] == "upscale" for entry in plain["stages"]):
            plain["stages"].append({"use": "upscale"})  # last: min_size judges what there was
        _set(plain, "upscale", "--upscale-to", to_px=choices.upscale_to_px)
    if choices.safety:
        uses = [stage["use"] for stage in plain["stages"]]
        judge: dict[str, Any] = {"use": "safety"}
        if choices.ratings:
            judge |= {"allow": list(choices.ratings), "only_safe": True}
        plain["stages"].insert(uses.index("decode") + 1 if "decode" in uses else 0, judge)
    if choices.ratings:
        plain["stages"].insert(0, {"use": "rating", "allow": list(choices.ratings)})
    return parse_recipe(plain, str(choices.file or f"the options over the recipe '{choices.preset}'"))


def _read(file: Path) -> Recipe:
    """Return a recipe by its file or, where there is no such file, by the name of one that comes with the program."""
    if str(file) in PRESETS and not file.exists():
        return preset(str(file))
    try:
        return read_recipe(file)
    except RecipeError as error:
        if file.exists() or file.suffix:
            raise
        raise RecipeError(error.message, f"The program's own recipes: {', '.join(PRESETS)}.") from error


def preset(name: str) -> Recipe:
    """Return one of the recipes that come with the program."""
    text = files("tachie.pipeline").joinpath("recipes", f"{name}.toml").read_text("utf-8")
    return parse_recipe(tomllib.loads(text), f"the recipe '{name}'")


def _tagged_by(tagger: str, stages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a recipe's stages with this tagger; where they have none, `tag` is put where faces are still in pictures.

    A tagger's file is named by its absolute path: a worker may have another working folder.
    """
    if tagger == "none":
        return [stage for stage in stages if stage["use"] != "tag"]
    kind, colon, file = tagger.partition(":")
    named = f"{kind}:{Path(file).absolute()}" if kind == "onnx" and colon else tagger
    if any(stage["use"] == "tag" for stage in stages):
        return [stage | {"tagger": named} if stage["use"] == "tag" else stage for stage in stages]
    uses = [stage["use"] for stage in stages]
    if "faces" in uses:
        place, face = uses.index("faces") + 1, "box"
    elif "full_body" in uses:
        place, face = uses.index("full_body"), "find"
    else:
        place, face = len(uses), "picture"
    return [*stages[:place], {"use": "tag", "tagger": named, "face": face}, *stages[place:]]


def _set(plain: dict[str, Any], stage: str, option: str, **values: Any) -> None:
    stated = {k: v for k, v in values.items() if v is not None}
    if not stated:
        return
    entries = [entry for entry in plain["stages"] if entry["use"] == stage]
    if not entries:
        uses = ", ".join(entry["use"] for entry in plain["stages"])
        raise UsageError(f"{option} sets the stage '{stage}', which the recipe does not use", f"It uses: {uses}.")
    for entry in entries:
        entry.update(stated)
