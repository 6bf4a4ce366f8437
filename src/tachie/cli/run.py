"""run: a recipe of steps, such as the five originals, by one command."""

from __future__ import annotations

import contextlib
import io
import json
import shlex
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tachie.cli.bars import progress_bars
from tachie.cli.options import JSON, setting
from tachie.core.errors import EXIT_SOME_UNREADABLE, RecipeError, UsageError

if TYPE_CHECKING:
    from tachie.tasks.steps import Done
    from tachie.tasks.steps.recipe import Step, Steps


@click.command()
@click.argument("recipe")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for everything that is made.")
@click.option("--set", "settings", multiple=True, metavar="STEP.KEY=VALUE", help="Change an option of a step.")
@click.option("--without", multiple=True, metavar="STEP", help="Leave a step out that no other one needs.")
@click.option(
    "--replica",
    type=click.IntRange(min=8),
    metavar="N",
    help="Try it: collect N drawn pictures from invented sites on this machine, not from the real ones.",
)
@click.option("--dry-run", is_flag=True, help="Print the commands that it stands for, and do nothing.")
@JSON
def run(
    recipe: str,
    out: Path,
    settings: tuple[str, ...],
    without: tuple[str, ...],
    replica: int | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Follow a recipe of steps: a file, or one of the five originals by name (tachie list originals).

    Steps that stand are not done again; where somebody has to look, it says how, and goes on with what there is.

    \b
    Example:  tachie run dcgan --out dcgan
              tachie run dcgan --replica 60 --set train.minutes=2 --out try
              tachie run recipes/makegirls.toml --dry-run --out makegirls
    """
    from tachie.tasks.steps import PAGE_NAME, Follow, follow
    from tachie.tasks.steps.recipe import read_steps
    from tachie.tasks.steps.replicas import served

    wanted = read_steps(recipe).changed({name: _value(text) for name, text in map(setting, settings)}, without)
    for step in wanted.steps:
        _check(step, recipe)
    if dry_run:
        for line in _commands(wanted, out):
            click.echo(line)
        return
    with progress_bars() as bars, served(wanted, out, replica, bars.say) as pointed:
        done = follow(Follow(pointed, out, _makes_folder, _perform, bars.say))
        for each in done:
            if each.how == "waits":
                bars.say(each.said)
    page = out / PAGE_NAME
    click.echo(json.dumps({"page": str(page), "steps": [_plain(step) for step in done]}) if as_json else str(page))
    if any(step.how == "partly" for step in done):
        raise SystemExit(EXIT_SOME_UNREADABLE)


def _value(text: str) -> Any:
    """Return a value as TOML has it; what is none is text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _command(step: Step) -> click.Command:
    """Return the command of a step; raises `UsageError` where there is none of that name."""
    from tachie.cli.app import cli

    command: click.Command = cli
    with click.Context(cli) as context:
        for word in step.command:
            found = command.get_command(context, word) if isinstance(command, click.Group) else None
            if found is None:
                raise UsageError(
                    f"step {step.name}: there is no command '{' '.join(step.command)}'", "See: tachie --help"
                )
            command = found
    return command


def _check(step: Step, where: str) -> None:
    """Raise `RecipeError` where a step's command has no such option, or cannot take its value: before hours of work."""
    command = _command(step)
    known = {option: param for param in command.params for option in (*param.opts, *param.secondary_opts)}
    for key, value in step.options.items():
        option = f"--{key.replace('_', '-')}"
        param = known.get(option)
        if param is None:
            from tachie.core.registry import unknown

            error = unknown(f"option of tachie {' '.join(step.command)}", option, tuple(known))
            raise RecipeError(f"{where}: [{step.name}] {error.message}", error.hint)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, bool) or isinstance(param.type, click.Path):
                continue  # a path may be made by an earlier step
            try:
                param.type.convert(str(one), param, None)
            except click.ClickException as error:
                raise RecipeError(f"{where}: [{step.name}] {option}: {error.format_message()}") from error


def _makes_folder(step: Step) -> bool:
    """Return whether a step's command takes --out, and is not told to do without: out = false."""
    return step.options.get("out") is not False and any("--out" in param.opts for param in _command(step).params)


def _perform(words: list[str]) -> tuple[int, str]:
    """Run a command of this program here and return its exit code and what it printed."""
    from tachie.cli.app import cli

    said = io.StringIO()
    code: object = 0
    try:
        with contextlib.redirect_stdout(said):
            cli.main(words, standalone_mode=False)
    except SystemExit as end:
        code = end.code
    except click.ClickException as error:
        raise UsageError(error.format_message(), f"The command was: {shlex.join(['tachie', *words])}") from error
    return (code if isinstance(code, int) else int(code is not None)), said.getvalue()


def _commands(recipe: Steps, out: Path) -> list[str]:
    """Return the command lines that a recipe stands for."""
    folders: dict[str, Path] = {}
    lines = []
    for step in recipe.steps:
        words = step.words(out, folders)
        if _makes_folder(step):
            folders[step.name] = out / step.name
            words += [] if "out" in step.options else ["--out", str(out / step.name)]
        elif step.needs:
            folders[step.name] = folders[step.needs[0]]
        lines.append(shlex.join(["tachie", *words]))
    return lines


def _plain(step: Done) -> dict[str, Any]:
    return {"name": step.name, "how": step.how, "folder": str(step.folder) if step.folder else None}
