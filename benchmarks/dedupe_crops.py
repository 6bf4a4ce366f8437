"""Telling two crops of one face from two faces: by pHash, by features, by features and a look at the pictures.

Each face of screen-256.zip is cut twice, as two detectors or two builds might cut it: the side differs by up to a
fifth, the place by up to a twelfth of the side, and one of the two is a JPEG of quality 60 to 95. Pairs of such crops
should be found, pairs of different faces should not; how many of those there are grows with the square of the faces,
hence a rate.

Usage: python -m benchmarks.dedupe_crops [FACES]
"""

from __future__ import annotations

import sys
import time
import zipfile

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks._shared import data
from tachie.core.images import Rgb, decode, encode_jpeg, resized
from tachie.pipeline.dedupe import NOMINATED
from tachie.vision.alike import SAME_DRAWING, overlap, small
from tachie.vision.features import Classic, Extractor, WithTagger
from tachie.vision.phash import hash_bits, phash

PX = 96


def crop(face: Rgb, rng: np.random.Generator) -> Rgb:
    """Return a jittered square of the face, `PX` wide."""
    whole = face.shape[0]
    side = whole * rng.uniform(0.72, 0.9)
    middle = whole / 2 + rng.uniform(-1, 1, 2) * side / 12
    x, y = np.clip(middle - side / 2, 0, whole - side).round().astype(int)
    return resized(face[y : y + int(side), x : x + int(side)], PX, PX)


def row(name: str, same: NDArray[np.bool_], different: NDArray[np.bool_]) -> None:
    """Print how many pairs of each kind are called the same."""
    print(f"  {name:42} recall {same.mean():.3f}   false pairs {1e6 * different.mean():8.1f} a million")


def main() -> None:
    """Print what hashes, features alone, and features with a look at the pictures find."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    rng = np.random.default_rng(0)
    cv2.setNumThreads(1)
    with zipfile.ZipFile(data("screen-256.zip")) as archive:
        names = sorted(n for n in archive.namelist() if n.endswith(".webp"))
        faces = [decode(archive.read(n)).rgb for n in names[:: max(1, len(names) // count)]][:count]
    first = [crop(face, rng) for face in faces]
    second = [decode(encode_jpeg(crop(face, rng), int(rng.integers(60, 96)))).rgb for face in faces]
    two = ~np.eye(len(faces), dtype=bool)
    print(f"{len(faces):,} faces cut twice; {two.sum():,} pairs of different faces")
    x, y = (hash_bits([phash(picture) for picture in pictures]) for pictures in (first, second))
    bits = np.bitwise_count(x[:, None] ^ y[None, :])
    for most in (4, 8, 12, 16):
        row(f"pHash, at most {most} bits", np.diag(bits) <= most, bits[two] <= most)
    p, q = [small(picture) for picture in first], [small(picture) for picture in second]
    extractors: tuple[Extractor, ...] = (Classic(), WithTagger())
    for extractor in extractors:
        a, b = (np.asarray(extractor(pictures), np.float32) for pictures in (first, second))
        a, b = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (a, b))
        cosines = a @ b.T
        kind = extractor.key.rpartition("-")[0]
        for limit in sorted({0.85, NOMINATED[kind], 0.93, 0.95}):
            row(f"{kind} >= {limit}", np.diag(cosines) >= limit, cosines[two] >= limit)
        fits = np.full(cosines.shape, -1.0)
        nominated = np.argwhere(cosines >= NOMINATED[kind])
        start = time.process_time()
        for i, j in nominated.tolist():
            fits[i, j] = overlap(p[i], q[j])
        ms = 1e3 * (time.process_time() - start) / max(1, len(nominated))
        for limit in (0.86, SAME_DRAWING, 0.92):
            row(f"{kind} >= {NOMINATED[kind]}, overlap {limit}", np.diag(fits) >= limit, fits[two] >= limit)
        print(f"  most overlap of two different faces: {fits[two].max():.3f}; {ms:.1f} CPU ms a pair")


if __name__ == "__main__":
    main()
