"""The page of a followed recipe: each step with its command, what it said, and what there is to see."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tachie.core.markup import Child, Html, data_uri, document, element, figure, section
from tachie.dataset.card import SHEET_NAME

if TYPE_CHECKING:
    from tachie.tasks.steps import Done

_STYLE = """
pre { background: var(--track); border-radius: 4px; padding: .7rem .9rem; white-space: pre-wrap; }
pre { font-size: .8rem; line-height: 1.45; overflow-wrap: anywhere; }
pre.said { background: none; border-left: 3px solid var(--rule); border-radius: 0; }
figure img { max-width: 100%; height: auto; border-radius: 4px; }
"""
_HOW = {
    "done": "",
    "stands": "of an earlier run",
    "waits": "waits for somebody to look",
    "partly": "done, but for some inputs",
}


def page(about: str, done: Sequence[Done], out: Path) -> str:
    """Return the page as HTML that requests nothing: pictures are inside, folders and other pages are linked."""
    parts: list[Child] = [
        element("h1", about),
        element("p", f"{len(done)} steps in {out.resolve().name}.", class_="lead"),
    ]
    for step in done:
        how = _HOW[step.how]
        shown: list[Child] = [element("small", how)] if how else []
        if step.command:
            shown.append(element("pre", _line(step.command, out)))
        if step.said.strip():
            shown.append(element("pre", step.said.strip().replace(f"{out}{os.sep}", ""), class_="said"))
        shown += [figure(_picture(path), path.name) for path in _pictures(step, out)]
        links = [element("li", element("a", name, href=name)) for name in _pages(step, out)]
        if links:
            shown.append(element("ul", *links, class_="plain"))
        parts.append(section(step.name, *shown))
    return str(document(about, _STYLE, *parts))


def _line(words: Sequence[str], out: Path) -> str:
    return shlex.join(["tachie", *(word.replace(f"{out}{os.sep}", "") for word in words)])


def _pictures(step: Done, out: Path) -> list[Path]:
    """Return a new dataset's contact sheet, and pictures that the command was told to write."""
    named = [Path(word) for word in step.command if word.endswith((".png", ".webp", ".jpg"))]
    sheet = [step.folder / SHEET_NAME] if step.folder and step.folder == out / step.name else []
    return [path for path in (*sheet, *named) if path.is_file()]


def _pages(step: Done, out: Path) -> list[str]:
    named = [Path(word) for word in step.command if word.endswith((".html", ".htm"))]
    own = [step.folder / "index.html"] if step.folder and step.folder == out / step.name else []
    return [path.relative_to(out).as_posix() for path in (*own, *named) if path.is_file() and path.is_relative_to(out)]


def _picture(path: Path) -> Html:
    data = path.read_bytes()
    kind = "image/jpeg" if path.suffix == ".jpg" else f"image/{path.suffix[1:]}"
    return element("img", src=data_uri(data, kind), alt=path.stem)
