"""Look at pictures without building anything: what `tachie detect` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tachie.core import registry
from tachie.core.errors import Unreadable
from tachie.core.recipe import Recipe
from tachie.pipeline.build import refs_of, source_of
from tachie.stages.decode import Decode
from tachie.vision.faces import Face, detector


@dataclass(frozen=True, slots=True)
class Detection:
    """One picture's size and heads, best first, or why it could not be read."""

    file: str
    width: int = 0
    height: int = 0
    faces: tuple[Face, ...] = ()
    error: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the line of `tachie detect --json`."""
        if self.error:
            return {"file": self.file, "error": self.error}
        heads = [{"xyxy": [round(v, 1) for v in f.head_xyxy], "confidence": round(f.confidence, 4)} for f in self.faces]
        return {"file": self.file, "width": self.width, "height": self.height, "faces": heads}


def detect(
    places: Sequence[str], detector_name: str, cascade: Path | None = None, least: float | None = None
) -> Iterator[Detection]:
    """Yield a detection for each picture at the places, in listing order; `least` is as in `vision.faces.detector`."""
    for place in places:
        source_of(place)
    find, stage = detector(detector_name, cascade, least), Decode()
    recipe = Recipe(stages=(stage,))
    for ref in (ref for place in places for ref in refs_of(place, recipe)):
        try:
            if ref.problem:
                raise Unreadable(*ref.problem)
            for item in registry.find("sources", ref.source).items(ref, recipe):
                for decoded in stage(item):
                    rgb = decoded.pixels()
                    name = decoded.source_path
                    if decoded.frame:
                        name += f"#{decoded.frame.type}{decoded.frame.number}"
                    yield Detection(name, rgb.shape[1], rgb.shape[0], tuple(find(rgb)))
        except Unreadable as error:
            yield Detection(ref.name, error=f"{error.reason}: {error.detail}" if error.detail else error.reason)
