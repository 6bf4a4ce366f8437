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
    source = _source()
    if source is None:
        return f"pip install 'tachie[{extra}]'"
    pins = source / "constraints.txt"
    pinned = ["-c", str(pins)] if pins.is_file() else []
    return shlex.join(["pip", "install", *pinned, "-e", f"{source}[{extra}]"])


def _source() -> Path | None:
    try:
        told = json.loads(distribution("tachie").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return None
    if "dir_info" not in told:
        return None
    folder = Path(url2pathname(unquote(urlsplit(told["url"]).path)))
    return folder if folder.is_dir() else None
