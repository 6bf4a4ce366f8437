"""Boxes: (x0, y0, x1, y1) in pixels, x right, y down, max exclusive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Box = tuple[float, float, float, float]


def area(box: Box) -> float:
    """Return the area of a box in square pixels, 0 for an empty one."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def intersection(a: Box, b: Box) -> Box:
    """Return the common part of two boxes, possibly empty (max <= min)."""
    return max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])


def iou(a: Box, b: Box) -> float:
    """Return intersection over union of two boxes, 0 to 1; 0 where both are empty."""
    common = area(intersection(a, b))
    union = area(a) + area(b) - common
    return common / union if union > 0 else 0.0


def clipped(box: Box, width: float, height: float) -> Box:
    """Return the part of a box that lies in a picture of this size, possibly empty but never outside."""
    x0, x1 = (min(max(x, 0.0), float(width)) for x in (box[0], box[2]))
    y0, y1 = (min(max(y, 0.0), float(height)) for y in (box[1], box[3]))
    return x0, y0, x1, y1


@dataclass(frozen=True, slots=True)
class BoxMap:
    """A fixed change of convention: shift the centre by parts of width and height, then scale both sides."""

    shift_x: float
    shift_y: float
    scale_x: float
    scale_y: float

    def __call__(self, box: Box) -> Box:
        """Return `box` in the other convention."""
        w, h = box[2] - box[0], box[3] - box[1]
        cx = (box[0] + box[2]) / 2 + self.shift_x * w
        cy = (box[1] + box[3]) / 2 + self.shift_y * h
        half_w, half_h = self.scale_x * w / 2, self.scale_y * h / 2
        return cx - half_w, cy - half_h, cx + half_w, cy + half_h


def square_px(box: Box, scale: float, width: int, height: int) -> tuple[int, int, int, int]:
    """Return the square around a box, its side `scale` times the longer side, moved and then shrunk to fit inside.

    The square is in whole pixels and lies wholly in the picture: a face at the border is shifted rather than padded,
    so nothing invented enters the crop. At least 1 px.
    """
    side = round(max(box[2] - box[0], box[3] - box[1]) * scale)
    side = max(1, min(side, width, height))
    x0 = round((box[0] + box[2]) / 2 - side / 2)
    y0 = round((box[1] + box[3]) / 2 - side / 2)
    x0, y0 = min(max(x0, 0), width - side), min(max(y0, 0), height - side)
    return x0, y0, x0 + side, y0 + side


def head_square(head: Box, scale: float, shift: float, width: int, height: int) -> tuple[int, int, int, int]:
    """Return the square of a face's crop: `scale` longer sides of the head wide, its centre `shift` of them below."""
    down = shift * max(head[2] - head[0], head[3] - head[1])
    return square_px((head[0], head[1] + down, head[2], head[3] + down), scale, width, height)


def without_overlaps(boxes: Sequence[Box], scores: Sequence[float], most: float) -> list[int]:
    """Return the indices of greedy non-maximum suppression, best first: no two overlap by more than `most` IoU."""
    kept: list[int] = []
    for i in sorted(range(len(boxes)), key=lambda i: -scores[i]):
        if all(iou(boxes[i], boxes[k]) <= most for k in kept):
            kept.append(i)
    return kept
