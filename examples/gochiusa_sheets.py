"""The pictures of `gochiusa.py`: sheets of frames, faces and drawings, as arrays and as WebP under pictures/."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tachie.core.files import write_atomically
from tachie.core.images import Rgb, decode, encode_webp, grid, resized
from tachie.dataset.hue import HUE_BINS, hue_histogram
from tachie.dataset.reader import Dataset

FRAME_PX, FACE_PX, COLUMNS, EACH = 178, 72, 5, 7


@dataclass(frozen=True, slots=True)
class Cast:
    """The faces of a set by character: counts, mean hue histograms, some pictures, all sides."""

    counts: dict[str, int]
    hues: dict[str, NDArray[np.float64]]
    pictures: dict[str, list[Rgb]]
    sides_px: dict[str, int]
    others: int


def look(dataset: Dataset, names: Sequence[str] = ()) -> Cast:
    """Read a whole set once; `names` come first, then the most frequent."""
    who = dataset.labels().get("character", {})
    known = Counter(who.values())
    order = [*names, *(name for name, _ in known.most_common() if name not in names)]
    faces: dict[str, list[bytes]] = {name: [] for name in order}
    hues = {name: np.zeros(HUE_BINS) for name in order}
    sides: dict[str, int] = {}
    for row_id, data in dataset.images():
        if row_id in who:
            rgb = decode(data).rgb
            faces[who[row_id]].append(data)
            found = hue_histogram(rgb)
            hues[who[row_id]] += 0 if found is None else found
            sides[row_id] = min(rgb.shape[:2])
    return Cast(
        {name: len(faces[name]) for name in order},
        {name: total / max(total.sum(), 1e-9) for name, total in hues.items()},
        {name: [_square(decode(data).rgb) for data in _spread(faces[name], EACH)] for name in order},
        sides,
        len(dataset) - len(who),
    )


def frames_sheet(folder: Path) -> Rgb:
    """Return frames of a collection, spread over all that there are."""
    files = sorted(path for path in folder.rglob("*.png"))
    shown = [decode(path.read_bytes()).rgb for path in _spread(files, 5 * COLUMNS)]
    return grid([resized(rgb, FRAME_PX, round(FRAME_PX * 9 / 16)) for rgb in shown], COLUMNS, 2)


def cast_sheet(frames: Cast, drawings: Cast) -> Rgb:
    """Return a row a character: her name, faces from frames, faces from drawings."""
    rows = []
    for name in frames.counts:
        row = [_white(84, name)]
        for cast in (frames, drawings):
            found = cast.pictures.get(name, [])
            row += [*found, *[_white(FACE_PX)] * (EACH - len(found)), _white(FACE_PX // 4)]
        rows.append(np.concatenate([np.pad(one, ((1, 1), (1, 1), (0, 0)), constant_values=255) for one in row], axis=1))
    return np.concatenate(rows)


def write_sheet(name: str, rgb: Rgb) -> bytes:
    """Write pictures/NAME.webp and return its bytes."""
    data = encode_webp(rgb)
    write_atomically(Path("pictures") / f"{name}.webp", data)
    return data


def _spread(values: Sequence, count: int) -> list:
    """Return up to `count` of the values at even distances."""
    return [values[i] for i in np.linspace(0, len(values) - 1, min(len(values), count)).astype(int)]


def _square(rgb: Rgb) -> Rgb:
    return resized(rgb, FACE_PX, FACE_PX)


def _white(width: int, name: str = "") -> Rgb:
    cell = np.full((FACE_PX, width, 3), 255, np.uint8)
    cv2.putText(cell, name, (2, FACE_PX // 2 + 5), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (31, 33, 38), 1, cv2.LINE_AA)
    return cell
