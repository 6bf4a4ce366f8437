"""Numbers that describe a face: what distances, "similar to this" and learned heads work on.

An `Extractor` is a name, a width, and a function of pictures; its `key` names it with a hash of all that its numbers
depend on, so that numbers of two extractors are never mixed. `Classic` needs no weights: colour where it lies, and the
direction of edges. `WithTagger` adds what our own tagger sees just before it speaks.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from tachie.core.images import Rgb, resized
from tachie.vision.tagger import shipped

Features = NDArray[np.float32]


class Extractor(Protocol):
    """Turns pictures into rows of numbers; the same picture always gives the same."""

    @property
    def key(self) -> str:
        """The name and a hash of everything that decides the numbers: part of file names."""
        ...

    @property
    def width(self) -> int:
        """How many numbers describe a picture."""
        ...

    def __call__(self, pictures: list[Rgb]) -> Features:
        """Return [N, width] float32 for N pictures (uint8 HWC RGB) of any size."""
        ...


_SIDE_PX = 64
_GRID = 8  # mean Lab of 8 x 8 cells: which colour is where
_L_EDGES = (0, 50, 105, 160, 210, 256)  # of OpenCV's 8-bit Lab; black hair and line art below the first
_AB_EDGES = (0, 104, 119, 125, 131, 137, 152, 256)  # finest around grey (128): white, silver, grey and aqua lie there
_BANDS = ((0, 22, 0, 64), (0, 64, 0, 14), (0, 64, 50, 64), (16, 52, 14, 50), (0, 64, 0, 64))  # top, sides, face, all
_EDGE_WIDTH = (
    256  # of 1,764 HOG numbers, by random projection (Achlioptas 2003, "Database-friendly random projections")
)
_SEED = 20110917


@dataclass(frozen=True, slots=True)
class Classic:
    """Lab means on a grid, Lab histograms of bands, and HOG at 64 px (Dalal and Triggs 2005), in 718 numbers."""

    @property
    def width(self) -> int:
        """718: 192 of the grid, 54 of each band, 256 of edges."""
        return 3 * _GRID**2 + len(_BANDS) * (len(_L_EDGES) - 1 + (len(_AB_EDGES) - 1) ** 2) + _EDGE_WIDTH

    @property
    def key(self) -> str:
        """`classic-` and a hash of the settings."""
        said = repr((_SIDE_PX, _GRID, _L_EDGES, _AB_EDGES, _BANDS, _EDGE_WIDTH, _SEED))
        return f"classic-{hashlib.sha256(said.encode()).hexdigest()[:12]}"

    def __call__(self, pictures: list[Rgb]) -> Features:
        """Return [N, width] float32."""
        rows = np.empty((len(pictures), self.width), np.float32)
        edges = np.empty((len(pictures), _hog().getDescriptorSize()), np.float32)
        colours = self.width - _EDGE_WIDTH
        for i, picture in enumerate(pictures):
            rgb = np.ascontiguousarray(resized(picture, _SIDE_PX, _SIDE_PX))
            rows[i, :colours] = _colours(cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab).astype(np.uint8, copy=False))
            edges[i] = np.asarray(_hog().compute(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY))).ravel()
        rows[:, colours:] = edges @ _projection()
        return rows


_TAGGER_SHARE = 2.0  # length of the tagger's part; 1.7 to 4 do alike, see benchmarks/feature_heads.py


@dataclass(frozen=True, slots=True)
class WithTagger:
    """`Classic`, and beside it the direction of the tagger's penultimate layer: for faces, 4.7 CPU ms each.

    Heads fitted on it know colours of hair and eyes as the tagger does, and tell non-faces and the style of a time as
    well as on `Classic`: on the tagger's own numbers alone they would not, for it learned to look past them.
    """

    @property
    def width(self) -> int:
        """718 of `Classic` and the network's features."""
        return Classic().width + shipped().features_width

    @property
    def key(self) -> str:
        """`tagger-` and a hash of the network and of all else that decides the numbers."""
        said = repr((Classic().key, shipped().about.network_sha256, _TAGGER_SHARE))
        return f"tagger-{hashlib.sha256(said.encode()).hexdigest()[:12]}"

    def __call__(self, pictures: list[Rgb]) -> Features:
        """Return [N, width] float32."""
        seen = shipped().run(pictures)[1]
        seen *= _TAGGER_SHARE / (np.linalg.norm(seen, axis=1, keepdims=True) + 1e-6)
        return np.concatenate([Classic()(pictures), seen], axis=1)


def _colours(lab: Rgb) -> Features:
    grid = cv2.resize(lab, (_GRID, _GRID), interpolation=cv2.INTER_AREA).reshape(-1).astype(np.float32)
    parts = [(grid - 128) / (128 * _GRID)]
    light = np.digitize(lab[:, :, 0], _L_EDGES[1:-1])
    ab = _AB_CODE[lab[:, :, 1]] * (len(_AB_EDGES) - 1) + _AB_CODE[lab[:, :, 2]]
    for y0, y1, x0, x1 in _BANDS:
        for codes, bins in ((light, len(_L_EDGES) - 1), (ab, (len(_AB_EDGES) - 1) ** 2)):
            counts = np.bincount(codes[y0:y1, x0:x1].ravel(), minlength=bins)
            # Square roots (Hellinger): twice as much of a colour is not twice as different.
            parts.append(np.sqrt(counts / ((y1 - y0) * (x1 - x0))).astype(np.float32))
    return np.concatenate(parts)


_AB_CODE = np.digitize(np.arange(256), _AB_EDGES[1:-1])


@cache
def _hog() -> cv2.HOGDescriptor:
    return cv2.HOGDescriptor((_SIDE_PX, _SIDE_PX), (16, 16), (8, 8), (8, 8), 9)


@cache
def _projection() -> Features:
    """Return random signs [1764, 256], the same on every machine: integers of a seeded PCG64."""
    shape = (_hog().getDescriptorSize(), _EDGE_WIDTH)
    signs = np.random.default_rng(_SEED).integers(0, 2, shape).astype(np.float32) * 2 - 1
    projection: Features = signs / np.sqrt(np.float32(_EDGE_WIDTH) * 49)  # 49 blocks, each of length one
    return projection
