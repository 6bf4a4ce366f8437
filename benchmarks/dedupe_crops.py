"""Which distance of features tells two crops of one face from two faces: precision and recall at each threshold.

Each face of screen-256.zip is cut twice, as two detectors or two builds might cut it: the side differs by up to a fifth,
the place by up to a twelfth of the side, and one of the two is a JPEG of quality 60 to 95. Pairs of such crops should be
found, pairs of different faces should not; no two faces of the set are taken from neighbours in its listing. pHash is
the baseline. Precision depends on how many faces there are: "false pairs" is per million pairs of different faces.

Usage: python -m benchmarks.dedupe_crops [FACES]
"""

from __future__ import annotations

import sys
import zipfile

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks._shared import data
from tachie.core.images import Rgb, decode, encode_jpeg, resized
from tachie.learn.features import DEFAULT_EXTRACTOR
from tachie.pipeline.dedupe import SAME_FACE, kind_of
from tachie.vision.phash import hash_bits, phash

PX = 96


def crop(face: Rgb, rng: np.random.Generator) -> Rgb:
    """Return a jittered square of the face, `PX` wide."""
    whole = face.shape[0]
    side = whole * rng.uniform(0.72, 0.9)
    middle = whole / 2 + rng.uniform(-1, 1, 2) * side / 12
    x, y = np.clip(middle - side / 2, 0, whole - side).round().astype(int)
    return resized(face[y : y + int(side), x : x + int(side)], PX, PX)


def rates(same: NDArray[np.float64], different: NDArray[np.float64], limit: float) -> tuple[float, float]:
    """Return recall, and false pairs a million, where pairs of at least `limit` are called the same."""
    return float((same >= limit).mean()), 1e6 * float((different >= limit).mean())


def table(name: str, same: NDArray[np.float64], different: NDArray[np.float64], limits: list[float]) -> None:
    """Print what each limit gives."""
    print(f"{name}: {len(same):,} pairs of one face, {len(different):,} of two")
    for limit in limits:
        recall, false = rates(same, different, limit)
        print(f"  at {limit:8.3f}: recall {recall:.3f}, false pairs {false:8.1f} a million")


def main() -> None:
    """Print both tables for the extractor that duplicates are looked for by."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 800
    rng = np.random.default_rng(0)
    cv2.setNumThreads(1)
    with zipfile.ZipFile(data("screen-256.zip")) as archive:
        names = sorted(n for n in archive.namelist() if n.endswith(".webp"))
        faces = [decode(archive.read(n)).rgb for n in names[:: max(1, len(names) // count)]][:count]
    first = [crop(face, rng) for face in faces]
    second = [decode(encode_jpeg(crop(face, rng), int(rng.integers(60, 96)))).rgb for face in faces]
    a, b = (np.asarray(DEFAULT_EXTRACTOR(pictures), np.float64) for pictures in (first, second))
    a, b = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (a, b))
    cosines = a @ b.T
    two = ~np.eye(len(faces), dtype=bool)
    different = np.sort(cosines[two])
    limits = sorted({round(float(different[-max(1, int(len(different) * f))]), 3) for f in (1e-3, 1e-4, 1e-5, 3e-6)})
    mine = SAME_FACE.get(kind_of(DEFAULT_EXTRACTOR.key))
    table(DEFAULT_EXTRACTOR.key, np.diag(cosines), cosines[two], sorted({*limits, *([mine] if mine else [])}))
    x, y = (hash_bits([phash(picture) for picture in pictures]) for pictures in (first, second))
    bits = -np.bitwise_count(x[:, None] ^ y[None, :]).astype(np.float64)
    table("pHash, minus the bits that differ", np.diag(bits), bits[two], [-4.0, -8.0, -12.0, -16.0])


if __name__ == "__main__":
    main()
