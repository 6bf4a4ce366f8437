"""A file is a component: the name of a source, stage, model or exporter is the name of its module.

`tachie/stages/min_size.py` holds the class `MinSize` and is found as `find("stages", "min_size")`; there is no list to
edit. Modules are imported when asked for, so that `tachie list` and `--help` stay fast.
"""

from __future__ import annotations

import importlib
import pkgutil
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from tachie.core.errors import UsageError

_PACKAGE = Path(__file__).resolve().parent.parent


@cache
def names(kind: str) -> tuple[str, ...]:
    """Return the names of all components of a kind ("sources", "stages", "sources/sidecars"...), sorted."""
    found = pkgutil.iter_modules([str(_PACKAGE / kind)])
    return tuple(sorted(m.name for m in found if not m.ispkg and not m.name.startswith("_")))


def find(kind: str, name: str) -> Any:
    """Return the component's class; an unknown name raises `UsageError` with the known ones."""
    if name not in names(kind):
        raise unknown(f"{kind.removesuffix('s')}", name, names(kind))
    module = importlib.import_module(f"tachie.{kind.replace('/', '.')}.{name}")
    return getattr(module, "".join(part.capitalize() for part in name.split("_")))


def unknown(what: str, name: str, known: tuple[str, ...]) -> UsageError:
    """Return the error for a name that is not among the known ones, with the nearest as a hint."""
    close = get_close_matches(name, known, n=1)
    hint = f"Did you mean '{close[0]}'? " if close else ""
    return UsageError(f"unknown {what} '{name}'", f"{hint}Known: {', '.join(known)}.")
