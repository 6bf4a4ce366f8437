"""Say what each face looks like."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Literal

from tachie.core.boxes import area
from tachie.core.errors import Drop
from tachie.core.item import Item, Rgb
from tachie.core.recipe import Stage
from tachie.vision import faces
from tachie.vision.tagger import DEFAULT_TAGGER, Tagger, tagger


class Tag(Stage):
    """Add what the tagger says of the face; nothing is left out, and the picture stays as it is.

    It becomes labels/tagger.parquet. Use it before `crop` and `full_body`: it cuts its own square from the picture.
    """

    tagger: str = DEFAULT_TAGGER
    """tachie (our own), onnx:FILE, or hub:NAME."""
    face: Literal["box", "picture", "find"] = "box"
    """Where the face is: in the box that a stage before found, the whole picture, or to be found first."""

    def prepare(self) -> None:
        """Open the tagger."""
        self.load()

    def load(self) -> Tagger:
        """Return the ready tagger; each is opened once in a process."""
        return tagger(self.tagger)

    def __call__(self, item: Item) -> Iterable[Item]:
        """Return the item with what was said; a figure whose face is not found is passed on as it is."""
        face = self._face(item)
        return (item if face is None else replace(item, tagged=self.load()([face])[0]),)

    def _face(self, item: Item) -> Rgb | None:
        rgb = item.pixels()
        if self.face == "picture":
            return rgb
        if self.face == "find":
            return main_face(rgb, self.load())
        if item.box_xyxy is None:
            raise Drop("no_box", "tag needs a stage before it that finds boxes")
        return self.load().crop(rgb, item.box_xyxy)


def main_face(rgb: Rgb, by: Tagger) -> Rgb | None:
    """Return what a tagger wants to see of the largest head in a picture, None where there is none."""
    found = _heads()(rgb)
    return by.crop(rgb, max(found, key=lambda face: area(face.head_xyxy)).head_xyxy) if found else None


@cache
def _heads() -> faces.Detector:
    return faces.detector("heads")
