"""What a run is judged by while it trains: a fixed set of latents drawn by the average of the generator."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from tachie.core.files import write_atomically
from tachie.metrics.distances import frechet, precision_recall
from tachie.metrics.diversity import mean_pair_distance
from tachie.metrics.random_features import random_features
from tachie.models._base import Generator
from tachie.train.data import FaceSet

GRID_PICTURES, GRID_COLUMNS = 64, 8
TICK_PICTURES, JUDGED_PICTURES = 192, 512
# What a checkpoint is measured by, and whether more is better.
METRICS = {"distance": False, "precision": True, "recall": True, "diversity": True}
_SEED = 987_654_321  # fixed: the grids of all runs of one shape show the same latents
_BATCH = 32


class Judge:
    """Draws from latents and label rows of its own, so that looking never disturbs the chance of training."""

    def __init__(self, faces: FaceSet, z_dim: int, device: torch.device) -> None:
        chance = np.random.Generator(np.random.Philox(_SEED))
        rows = chance.integers(0, len(faces), JUDGED_PICTURES)
        self._c = torch.from_numpy(faces.schema.columns(faces.codes[rows]))
        self._z = torch.from_numpy(chance.standard_normal((JUDGED_PICTURES, z_dim), np.float32))
        self._device = device
        self._real = random_features(faces.spread(2 * JUDGED_PICTURES))
        self._real_spread = max(mean_pair_distance(self._real), 1e-12)

    @torch.no_grad()
    def draw(self, G_ema: Generator, count: int) -> NDArray[np.uint8]:
        """Return the first `count` (at most 512) of the fixed drawings, [count, R, R, 3] uint8."""
        batches = []
        for start in range(0, count, _BATCH):
            stop = min(start + _BATCH, count)
            batches.append(G_ema(self._z[start:stop].to(self._device), self._c[start:stop].to(self._device)))
        rgb = torch.cat(batches).float().nan_to_num(0.0).add(1).mul(127.5).round().clamp(0, 255)
        return rgb.to(torch.uint8).permute(0, 2, 3, 1).cpu().contiguous().numpy()

    def diversity(self, drawn: NDArray[np.uint8]) -> float:
        """Return the drawings' mean pair distance over the real pictures': see `tachie.metrics.diversity`."""
        return mean_pair_distance(random_features(drawn)) / self._real_spread

    def measure(self, G_ema: Generator) -> dict[str, float]:
        """Return the figures of `METRICS` for 512 drawings, all in random features."""
        drawn = random_features(self.draw(G_ema, JUDGED_PICTURES))
        precision, recall = precision_recall(self._real[: len(drawn)], drawn)
        figures = {
            "distance": frechet(self._real, drawn),
            "precision": precision,
            "recall": recall,
            "diversity": mean_pair_distance(drawn) / self._real_spread,
        }
        return {name: round(value, 5) for name, value in figures.items()}


def write_grid(path: Path, drawn: NDArray[np.uint8]) -> bytes:
    """Write the first 64 of pictures [N, R, R, 3] uint8 as one PNG of 8 columns, and return it."""
    shown = drawn[:GRID_PICTURES]
    rows, side = len(shown) // GRID_COLUMNS, shown.shape[1]
    sheet = shown.reshape(rows, GRID_COLUMNS, side, side, 3).transpose(0, 2, 1, 3, 4)
    data = png(np.ascontiguousarray(sheet.reshape(rows * side, GRID_COLUMNS * side, 3)))
    write_atomically(path, data)
    return data


def png(rgb: NDArray[np.uint8]) -> bytes:
    """Encode a picture [H, W, 3] uint8 as PNG with nothing but the standard library.

    Training runs where only torch, numpy and safetensors are installed; `core.images` wants OpenCV and Pillow.
    """
    height, width = rgb.shape[:2]
    # Filter 1 (difference to the pixel on the left) halves drawings; the difference wraps modulo 256.
    rows = rgb.copy()
    rows[:, 1:] -= rgb[:, :-1]
    lines = np.concatenate([np.ones((height, 1), np.uint8), rows.reshape(height, width * 3)], axis=1)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(lines.tobytes(), 6)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
