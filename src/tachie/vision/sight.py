"""What is seen of one whole picture: heads, ground and figure, each looked for once, however many filters ask."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tachie.core.boxes import Box
from tachie.core.images import Rgb
from tachie.vision.faces import LEAST_CONFIDENCE, Face, own_heads
from tachie.vision.figure import Ground, Lab, Mask, figure_mask, ground_of, lab_of, working_copy
from tachie.vision.last import of_last_picture


class Sight:
    """A picture (uint8 HWC RGB, and its uint8 HW transparency or None) and what is found in it when it is asked for.

    Boxes are px of the picture; `small`, `lab`, `ground` and `mask` are of the working copy, `factor` times its size.
    """

    def __init__(self, rgb: Rgb, alpha: NDArray[np.uint8] | None = None) -> None:
        self.rgb, self.alpha = rgb, alpha
        self.small, self.factor = working_copy(rgb)

    @cached_property
    def heads(self) -> list[Face]:
        """The heads that the default detector is sure of, best first."""
        return [face for face in own_heads(self.rgb) if face.confidence >= LEAST_CONFIDENCE["heads"]]

    @cached_property
    def main_head(self) -> Face | None:
        """The largest head, None where there is none."""
        return max(self.heads, key=lambda face: side_of(face.head_xyxy), default=None)

    @cached_property
    def lab(self) -> Lab:
        """The working copy in CIE Lab."""
        return lab_of(self.small)

    @cached_property
    def ground(self) -> Ground:
        """What lies behind."""
        return ground_of(self.lab)

    @cached_property
    def mask(self) -> Mask:
        """Which pixels of the working copy are figure."""
        heads = [self.scaled(face.head_xyxy) for face in self.heads]
        return figure_mask(self.small, self.ground, heads, self.alpha)

    def scaled(self, box: Box) -> Box:
        """Return a box of the picture in px of the working copy."""
        return box[0] * self.factor, box[1] * self.factor, box[2] * self.factor, box[3] * self.factor


@of_last_picture
def sight(rgb: Rgb, alpha: NDArray[np.uint8] | None = None) -> Sight:
    """Return what is seen of a picture; asked again for the same one, the same `Sight` with all it has found."""
    return Sight(rgb, alpha)


def side_of(box: Box) -> float:
    """Return the side of the square as large as a box: the unit in which figures are measured."""
    return float(np.sqrt(max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])))
