"""The average face of each value of a label, side by side: what a dataset looks like in one glance.

Usage: python examples/average_face.py DATASET LABEL OUT.png      for example: faces hair_color hair.png
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from tachie.core.errors import UsageError
from tachie.core.files import write_atomically
from tachie.core.images import decode, encode_png, grid, resized
from tachie.dataset.reader import Dataset

SIDE_PX = 96


def average_faces(dataset: Dataset, label: str) -> dict[str, np.ndarray]:
    """Return value -> the mean picture (SIDE_PX, SIDE_PX, 3) of the rows that have it."""
    labels = dataset.labels()
    if label not in labels:
        raise UsageError(f"the dataset has no label '{label}'", f"It has: {', '.join(labels)}.")
    sums: dict[str, np.ndarray] = {}
    counts: dict[str, int] = {}
    for row_id, data in dataset.images():
        value = labels[label].get(row_id)
        if value is not None:
            face = resized(decode(data).rgb, SIDE_PX, SIDE_PX).astype(np.float64)
            sums[value] = sums.get(value, 0.0) + face
            counts[value] = counts.get(value, 0) + 1
    return {value: (sums[value] / counts[value]).round().astype(np.uint8) for value in sorted(sums)}


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    try:
        faces = average_faces(Dataset.open(sys.argv[1]), sys.argv[2])
    except UsageError as error:
        sys.exit(str(error))
    write_atomically(Path(sys.argv[3]), encode_png(grid(list(faces.values()), len(faces), gap_px=4)))
    print(", ".join(faces))
