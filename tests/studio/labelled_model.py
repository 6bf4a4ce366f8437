"""Write a small generator with every kind of label, for tests of the pages: python labelled_model.py OUT.

It is trained for a moment on smooth random pictures, so it draws no faces, but no two drawings alike.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

from tachie.core.conditions import Flag, Group, LabelSchema, Number
from tachie.export.onnx import export_generator
from tachie.train.config import TrainConfig
from tachie.train.data import FaceSet
from tachie.train.loop import train

SCHEMA = LabelSchema(
    (
        Group("hair_color", ("blonde", "blue", "pink", "black")),
        Flag("smile"),
        Group("hat", ("no", "yes")),  # as flags were before they had a kind
        Group("class", ("Chino", "Cocoa", "Rize")),
        Number("year", 2000, 2015, 0.1),
    )
)
HUES = np.array([[220, 180, 60], [60, 90, 220], [240, 130, 170], [30, 30, 40]])


def faces(count: int = 64) -> FaceSet:
    """Return smooth pictures with labels; the first label is their colour."""
    rng = np.random.default_rng(0)
    codes = np.stack([rng.integers(0, size, count) for size in SCHEMA.sizes], 1).astype(np.int16)
    rough = rng.integers(0, 256, (count, 5, 5, 3)) // 2 + HUES[codes[:, 0]][:, None, None] // 2
    images = np.stack([cv2.resize(one.astype(np.uint8), (32, 32), interpolation=cv2.INTER_CUBIC) for one in rough])
    return FaceSet(images, codes, SCHEMA, "smooth pictures", "none: made by a test")


def main() -> None:
    """Train, export, done."""
    config = TrainConfig.preset("r3", 32, kimg=0.64, batch=16, threads=1, lr=5e-3)
    with tempfile.TemporaryDirectory() as folder:
        export_generator(train(faces(), config, Path(folder) / "run").run_dir, Path(sys.argv[1]), "last")


if __name__ == "__main__":
    main()
