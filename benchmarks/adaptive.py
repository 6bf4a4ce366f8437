"""Adaptive augmentation on a few pictures beside none: how far D learns them by heart, and what the drawings are.

Usage: python -m benchmarks.adaptive FACES.npz [--pictures 300] [--kimg 20] [--resolution 32]

FACES.npz is a packed set (`FaceSet.pack`). Both runs train on the same few of its pictures with the same seed; one has
p held at 0 and is measured all the same. The drawings of both are compared with pictures that neither saw, in random
features: a generator that repeats its few pictures lies farther from those.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from tachie.metrics.distances import frechet, precision_recall
from tachie.metrics.random_features import random_features
from tachie.models._weights import load_module, read_checkpoint
from tachie.models.r3 import R3
from tachie.train.config import TrainConfig
from tachie.train.data import FaceSet
from tachie.train.loop import train
from tachie.train.page import read_stats

NEVER = 1e9  # a target that no overfitting reaches
DRAWN = 512


def reduced(images: NDArray[np.uint8], px: int) -> NDArray[np.uint8]:
    """Return pictures [N, R, R, 3] at px, by area averaging."""
    rgb = F.interpolate(torch.from_numpy(images).permute(0, 3, 1, 2).float(), size=(px, px), mode="area")
    return np.ascontiguousarray(rgb.round().to(torch.uint8).permute(0, 2, 3, 1).numpy())


@torch.no_grad()
def drawings(run: Path, faces: FaceSet) -> NDArray[np.uint8]:
    """Return what the averaged generator of a run draws under labels of the faces."""
    G = R3(faces.resolution, faces.schema.c_dim).generator()
    load_module("G_ema", G, {n: t for n, t in read_checkpoint(run, "last").tensors.items() if n.startswith("G_ema.")})
    chance = torch.Generator().manual_seed(7)
    c = torch.from_numpy(faces.schema.columns(faces.codes[np.arange(DRAWN) % len(faces)]))
    rgb = torch.cat([G(torch.randn(len(part), G.z_dim, generator=chance), part) for part in torch.split(c, 32)])
    return rgb.add(1).mul(127.5).round().clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1).contiguous().numpy()


def main() -> None:
    """Print both runs' figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path)
    parser.add_argument("--pictures", type=int, default=300)
    parser.add_argument("--kimg", type=float, default=20)
    parser.add_argument("--resolution", type=int, default=32)
    parser.add_argument("--threads", type=int, default=1)
    told = parser.parse_args()
    torch.set_num_threads(told.threads)
    every = FaceSet.unpack(told.faces)
    mixed = np.random.default_rng(0).permutation(len(every))
    few, others = mixed[: told.pictures], mixed[told.pictures : told.pictures + 2 * DRAWN]
    faces = FaceSet(reduced(every.images[few], told.resolution), every.codes[few], every.schema, "a few")
    unseen = random_features(reduced(every.images[others], told.resolution))
    seen = random_features(faces.images)
    for name, target in (
        ("none", NEVER),
        ("adaptive", TrainConfig.preset("r3", told.resolution, kimg=1).augment_target),
    ):
        with tempfile.TemporaryDirectory() as folder:
            run = Path(folder) / "run"
            settings = {"augment": "adaptive", "augment_target": target, "augment_kimg": told.kimg / 4}
            config = TrainConfig.preset(
                "r3", told.resolution, kimg=told.kimg, threads=told.threads, checkpoint_s=1e9, tick_s=30, **settings
            )
            train(faces, config, run)
            rows = [row for row in read_stats(run) if "overfit" in row]
            drawn = random_features(drawings(run, faces))
        late = rows[-max(1, len(rows) // 4) :]
        precision, recall = precision_recall(unseen[:DRAWN], drawn)
        print(
            f"{name:9} p {late[-1]['augment_p']:.2f}  overfit {np.mean([row['overfit'] for row in late]):5.2f}  "
            f"distance to unseen {frechet(unseen, drawn):.3f} (to its own {frechet(seen, drawn):.3f})  "
            f"precision {precision:.2f}  recall {recall:.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
