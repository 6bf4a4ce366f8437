"""Find the faces in a picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from tachie.core.errors import Drop
from tachie.core.item import Item
from tachie.core.recipe import Stage
from tachie.vision import faces


class Faces(Stage):
    """Make one item of each head that the detector finds; a picture without one is dropped as no_face."""

    detector: Literal["heads", "animeface", "lbpcascade"] = "heads"
    """Which detector looks; each gives the whole head."""
    cascade: str | None = None
    """The file of lbpcascade_animeface.xml; without it, it is fetched once and its sha256 checked."""
    min_confidence: float | None = Field(default=None, ge=0.0, le=1.0)
    """Faces below this are not counted; the scale is the detector's own, and so is the threshold if none is given."""

    def prepare(self) -> None:
        """Prove that the detector finds a known face."""
        self._look()

    def __call__(self, item: Item) -> Iterable[Item]:
        """Return an item for each face, sharing the parent's pixels, from left to right."""
        heads = sorted(self._look()(item.pixels()), key=lambda face: face.head_xyxy)
        if not heads:
            raise Drop("no_face")
        parent_id = item.row_id or item.parent_id  # the boxes are pixels of this very picture
        return [
            replace(item, parent_id=parent_id, box_xyxy=head.head_xyxy, confidence=head.confidence, face_index=i)
            for i, head in enumerate(heads)
        ]

    def _look(self) -> faces.Detector:
        return _detector(self.detector, self.cascade, self.min_confidence)


@cache
def _detector(name: str, cascade: str | None, least: float | None) -> faces.Detector:
    return faces.detector(name, Path(cascade) if cascade else None, least)
