"""The group that all commands join, and the one place where errors become lines and exit codes."""

from __future__ import annotations

import importlib
import os
import sys

import click

from tachie import __version__
from tachie.core.errors import EXIT_FAILED, TachieError
from tachie.core.extras import how_to_install
from tachie.core.registry import unknown

# Command -> module, in the order of the work; a command's module is imported when the command is asked for.
_MODULES = {
    "demo": "whole",
    "make": "whole",
    "run": "run",
    "collect": "collect",
    "build": "data",
    "detect": "data",
    "upscale": "upscale",
    "tag": "tag",
    "info": "data",
    "review": "review",
    "label": "review",
    "dedupe": "dedupe",
    "split": "split",
    "train": "learn",
    "reproduce": "learn",
    "classify": "classify",
    "evaluate": "evaluate",
    "compare": "evaluate",
    "generate": "draw",
    "project": "draw",
    "export": "export",
    "push": "push",
    "studio": "studio",
    "paperdoll": "paperdoll",
    "list": "learn",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        if cmd_name not in _MODULES:
            raise unknown("command", cmd_name, tuple(_MODULES))
        module = importlib.import_module(f"tachie.cli.{_MODULES[cmd_name]}")
        return next(c for c in vars(module).values() if isinstance(c, click.Command) and c.name == cmd_name)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="tachie")
def cli() -> None:
    """Pictures of anime characters in, a clean dataset and a small face generator out.

    \b
    Begin with:  tachie demo
    Then:        tachie make my-pictures/ --out my-faces
    """


def main() -> None:
    """Run the command line; every error is a line that says what was wrong and what to type next."""
    # torch's threads wait for each other thousands of times a second. Spinning long while they wait, as is libgomp's
    # default, takes the core that the other thread needs; not spinning at all makes each wait a trip to the kernel.
    # 32 px training, images/s alone and beside another training: default 180 and 51, none 94 and 94, this 220 and 82.
    os.environ.setdefault("GOMP_SPINCOUNT", "20000")
    try:
        code = cli.main(standalone_mode=False) or 0
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except TachieError as error:
        code = _complain(error)
    except (KeyboardInterrupt, click.Abort):
        click.echo("\ntachie: stopped; the same command goes on where it was (tachie train: with --resume)", err=True)
        code = EXIT_FAILED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = EXIT_FAILED
    except ModuleNotFoundError as error:
        code = _complain(_missing(error))
    except Exception as error:
        if os.environ.get("TACHIE_TRACEBACK"):
            raise
        text = f"{type(error).__name__}: {error}"
        code = _complain(TachieError(text, "This should not happen; TACHIE_TRACEBACK=1 shows where it did."))
    sys.exit(code)


def _complain(error: TachieError) -> int:
    click.echo(f"tachie: {error.message}", err=True)
    if error.hint:
        click.echo(f"        {error.hint}", err=True)
    return error.exit_code


def _missing(error: ModuleNotFoundError) -> TachieError:
    if error.name in ("torch", "onnx", "safetensors"):
        return TachieError(
            f"training and its exports need torch, onnx and safetensors; {error.name} is missing",
            f"Run: {how_to_install('train')}",
        )
    return TachieError(f"the package {error.name} is not installed", "Run: pip install tachie")
