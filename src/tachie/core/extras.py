"""How a package that does not come with the base install is got: `tachie[train]` and its like."""

from __future__ import annotations

import json
import shlex
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname


def how_to_install(extra: str) -> str:
    """Return the command that installs an extra from where tachie itself came: an index, or a folder of its source.

    Which of them it was stands in direct_url.json (PEP 610).
    """
    try:
        came = json.loads(distribution("tachie").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        came = {}
    source = Path(url2pathname(unquote(urlsplit(came.get("url", "")).path)))
    if "dir_info" not in came or not source.is_dir():
        return shlex.join(["pip", "install", f"tachie[{extra}]"])
    pins = source / "constraints.txt"
    pinned = ["-c", str(pins)] if pins.is_file() else []
    linked = ["-e"] if came["dir_info"].get("editable") else []
    return shlex.join(["pip", "install", *pinned, *linked, f"{source}[{extra}]"])
