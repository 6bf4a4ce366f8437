"""Write pictures larger than they are: what `tachie upscale` does."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tachie.core import registry
from tachie.core.errors import Drop, Unreadable, UsageError
from tachie.core.files import safe_name, write_atomically
from tachie.core.images import UPSCALED_KEY
from tachie.core.item import Item, Ref
from tachie.core.recipe import Recipe
from tachie.pipeline.build import refs_of, source_of
from tachie.stages.decode import Decode
from tachie.stages.upscale import Enlarged, Upscale


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one picture: the file it was written to, or why it was not (`error`: it could not be read)."""

    file: str
    out: Path | None = None
    width: int = 0
    height: int = 0
    upscaled: int = 0
    left_out: str = ""
    error: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the line of `tachie upscale --json`."""
        if self.out is None:
            return (
                {"file": self.file, "error": self.error}
                if self.error
                else {"file": self.file, "left_out": self.left_out}
            )
        size = {"width": self.width, "height": self.height, "upscaled": self.upscaled}
        return {"file": self.file, "out": str(self.out), **size}


def enlarge(
    places: Sequence[str],
    out: Path,
    stage: Upscale,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[Written]:
    """Write each picture at the places into `out` as PNG, under its own name; yields what became of it.

    Folders keep their shape. Transparency is kept. Raises `UsageError` where a place does not exist or `out` is one.
    """
    for place in places:
        source_of(place)
        if Path(place).is_dir() and out.is_dir() and Path(place).samefile(out):
            raise UsageError(f"{out} is where the pictures lie: they would be overwritten", "Name another --out.")
    stage.prepare()
    recipe = Recipe(stages=(Decode(), stage))
    refs = [ref for place in places for ref in refs_of(place, recipe) if not _inside(ref, out)]
    total, done, taken = sum(ref.pictures for ref in refs), 0, set[str]()
    progress(0, total)
    for ref in refs:
        for written in _of_ref(ref, out, stage, recipe, taken):
            done += 1
            progress(done, max(done, total))
            yield written


def _inside(ref: Ref, out: Path) -> bool:
    return Path(ref.path).absolute().is_relative_to(out.absolute())


def _of_ref(ref: Ref, out: Path, stage: Upscale, recipe: Recipe, taken: set[str]) -> Iterator[Written]:
    try:
        if ref.problem:
            raise Unreadable(*ref.problem)
        for item in registry.find("sources", ref.source).items(ref, recipe):
            yield _written(item, out, stage, taken)
    except Unreadable as error:
        yield Written(ref.name, error=_said(error))


def _written(item: Item, out: Path, stage: Upscale, taken: set[str]) -> Written:
    name = item.source_path + (f"#{item.frame.type}{item.frame.number}" if item.frame else "")
    try:
        (decoded,) = Decode()(item)
        done = stage.enlarge(decoded, threads=os.cpu_count() or 1)
    except Unreadable as error:
        return Written(name, error=_said(error))
    except Drop as drop:
        return Written(name, left_out=_said(drop))
    upscaled = decoded.upscaled + done.doublings
    path = out / _name(name, item, taken)
    write_atomically(path, _png(done, upscaled))
    return Written(name, path, done.rgb.shape[1], done.rgb.shape[0], upscaled)


def _said(drop: Drop) -> str:
    return f"{drop.reason}: {drop.detail}" if drop.detail else drop.reason


def _name(source_path: str, item: Item, taken: set[str]) -> str:
    """Return a name that no other picture of this run has: `a.png` for a.jpg, `a-2.png` for the a.webp beside it."""
    parts = [safe_name(part) for part in PurePosixPath(source_path).parts if part not in ("/", "..", ".")]
    stem = "/".join([*parts[:-1], Path(parts[-1]).stem if parts and not item.frame else safe_name(parts[-1])])
    if item.row_id:  # a row of a dataset: all of a part share its name
        stem += f"/{item.row_id[:16]}"
    name, count = stem, 1
    while name.lower() in taken:
        count += 1
        name = f"{stem}-{count}"
    taken.add(name.lower())
    return f"{name}.png"


def _png(done: Enlarged, upscaled: int) -> bytes:
    """Encode as PNG that says how often it was doubled: a later run counts on from there."""
    pixels = done.rgb if done.alpha is None else np.dstack([done.rgb, done.alpha])
    said, file = PngInfo(), io.BytesIO()
    said.add_text(UPSCALED_KEY, str(min(9, upscaled)))
    Image.fromarray(pixels).save(file, "PNG", pnginfo=said, compress_level=6)
    return file.getvalue()
