"""What people look at after a cross-validation: the curve of precision and recall, misses and false finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from tachie.core.images import Rgb
from tachie.tasks.detector.scenes import Picture
from tachie.tasks.detector.validate import Finding, curve

_TRUE, _FALSE, _MISSED = (30, 160, 60), (220, 40, 40), (40, 90, 230)  # green hit, red false find, blue missed head
_CELL_PX = 240


def curve_svg(found: Sequence[Finding], heads: int, others: Mapping[str, tuple[float, float]]) -> str:
    """Return precision (up, .5 to 1) against recall (right, .5 to 1) as SVG; `others` are (precision, recall)."""
    size, edge = 420, 46

    def at(precision: float, recall: float) -> tuple[float, float]:
        scale = (size - 2 * edge) / 0.5
        return edge + (recall - 0.5) * scale, size - edge - (precision - 0.5) * scale

    rows = curve(found, heads)
    line = " ".join("{:.1f},{:.1f}".format(*at(p, r)) for _, p, r in rows if p >= 0.5 and r >= 0.5)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 {size} {size}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{size}" height="{size}" fill="#fff"/>',
    ]
    for k in range(6):
        value = 0.5 + k / 10
        (x, _), (_, y) = at(0.5, value), at(value, 0.5)
        parts.append(
            f'<path d="M{x:.0f} {edge}V{size - edge}M{edge} {y:.0f}H{size - edge}" stroke="#ddd"/>'
            f'<text x="{x:.0f}" y="{size - edge + 16}" text-anchor="middle">{value:.1f}</text>'
            f'<text x="{edge - 6}" y="{y + 4:.0f}" text-anchor="end">{value:.1f}</text>'
        )
    parts.append(f'<polyline points="{line}" fill="none" stroke="#c2416b" stroke-width="2.5"/>')
    for name, (precision, recall) in others.items():
        x, y = at(precision, recall)
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#345"/>')
        parts.append(f'<text x="{x - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{name}</text>')
    parts.append(f'<text x="{size / 2}" y="{size - 8}" text-anchor="middle">recall</text>')
    parts.append(
        f'<text x="14" y="{size / 2}" text-anchor="middle" transform="rotate(-90 14 {size / 2})">precision</text>'
    )
    return "".join(parts) + "</svg>\n"


def failures(pictures: Mapping[str, Picture], found: Sequence[Finding], threshold: float) -> Rgb:
    """Return a sheet of all pictures in which a head was missed or something else was found, with their boxes."""
    cells: list[NDArray[np.uint8]] = []
    for name, picture in pictures.items():
        here = [f for f in found if f.file == name and f.confidence >= threshold]
        if all(f.hit for f in here) and len(here) == len(picture.heads):
            continue
        rgb = picture.pixels.copy()
        boxes = [(tuple(h), _MISSED) for h in picture.heads] + [(f.box, _TRUE if f.hit else _FALSE) for f in here]
        for (x0, y0, x1, y1), colour in boxes:
            cv2.rectangle(rgb, (int(x0), int(y0)), (int(x1), int(y1)), colour, 6)
        scale = _CELL_PX / max(rgb.shape[:2])
        small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[:_CELL_PX, :_CELL_PX]
        cell = np.full((_CELL_PX, _CELL_PX, 3), 255, np.uint8)
        cell[: small.shape[0], : small.shape[1]] = small
        cells.append(cell)
    across = 6
    cells += [np.full((_CELL_PX, _CELL_PX, 3), 255, np.uint8)] * (-len(cells) % across or across * (not cells))
    rows = [np.concatenate(cells[k : k + across], 1) for k in range(0, len(cells), across)]
    return np.concatenate(rows)
