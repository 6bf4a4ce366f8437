"""The perceptual hash by which near-duplicates are found."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def phash(rgb: NDArray[np.uint8]) -> str:
    """Return the 64-bit DCT hash of a picture (OpenCV's PHash: 32x32 grey, 8x8 lowest frequencies) as 16 hex digits."""
    digest: bytes = cv2.img_hash.pHash(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)).tobytes()
    return digest.hex()


def hash_bits(hashes: list[str]) -> NDArray[np.uint64]:
    """Return hex hashes as unsigned 64-bit integers (n,)."""
    return np.array([int(h, 16) for h in hashes], np.uint64)
