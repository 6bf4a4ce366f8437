"""Small sets of faces and a dataset on disk to train on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tachie.core.conditions import Group, LabelSchema
from tachie.core.images import encode_png, resized
from tachie.dataset.format import DATA_SCHEMA, MANIFEST_NAME, Manifest, Part, labels_schema
from tachie.dataset.reader import Dataset
from tachie.train import judge, loop
from tachie.train.config import TrainConfig
from tachie.train.data import FaceSet

SCHEMA = LabelSchema((Group("hair_color", ("brown", "blue", "pink")), Group("smile", ("no", "yes"))))


def pictures(count: int, px: int = 32, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.stack([resized(rng.integers(0, 256, (4, 4, 3), np.uint8), px, px) for _ in range(count)])


@pytest.fixture(autouse=True)
def _few_drawings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judging takes most of the time of runs this short."""
    monkeypatch.setattr(judge, "JUDGED_PICTURES", 64)
    monkeypatch.setattr(loop, "TICK_PICTURES", 64)


@pytest.fixture(scope="session")
def faces() -> FaceSet:
    codes = np.random.default_rng(0).integers(-1, 2, (40, 2)).astype(np.int16)
    return FaceSet(pictures(40), codes, SCHEMA, "blobs", "none: made by a test")


@pytest.fixture
def tiny() -> Callable[..., TrainConfig]:
    """Settings of a run of a few steps: 4 pictures a step, a penalty every second one."""

    def config(**changes: object) -> TrainConfig:
        settings = {"kimg": 0.024, "batch": 4, "penalty_every": 2, "seed": 3, "threads": 1, "precision": "fp32"}
        return TrainConfig.preset("r3", 32, **{**settings, **changes})

    return config


@pytest.fixture
def write_dataset(tmp_path: Path) -> Callable[..., Dataset]:
    """Write a dataset of these encoded pictures with labels ({name: [value or None, ...]}) and open it."""

    def write(images: list[bytes], labels: dict[str, list[str | None]] | None = None) -> Dataset:
        folder = tmp_path / "dataset"
        (folder / "data").mkdir(parents=True)
        (folder / "labels").mkdir()
        ids = [hashlib.sha256(data + bytes([i % 256])).hexdigest() for i, data in enumerate(images)]
        rows = []
        for row_id, data in zip(ids, images, strict=True):
            known = {
                "id": row_id, "image": {"bytes": data, "path": None}, "content_sha256": row_id, "width": 1, "height": 1,
                "source": "folder", "parent_id": row_id, "source_path": "a.png", "phash": "0" * 16, "upscaled": 0,
                "rights": "made by a test",
            }  # fmt: skip
            rows.append({name: known.get(name) for name in DATA_SCHEMA.names})
        part = folder / "data" / "part-00000.parquet"
        pq.write_table(pa.Table.from_pylist(rows, schema=DATA_SCHEMA), part, row_group_size=10)
        if labels:
            table = [
                {"id": row_id, "source": "sidecar", **{name: values[i] for name, values in labels.items()}}
                for i, row_id in enumerate(ids)
            ]
            schema = labels_schema(list(labels))
            table = [{name: row.get(name) for name in schema.names} for row in table]
            pq.write_table(pa.Table.from_pylist(table, schema=schema), folder / "labels" / "sidecar.parquet")
        about = Part(file=part.name, rows=len(rows), bytes=part.stat().st_size, sha256="")
        manifest = Manifest(
            program_version="0", build_key="", recipe={}, inputs=[], pictures=len(rows), rows=len(rows),
            parts=[about], drops={}, unreadable=0,
        )  # fmt: skip
        (folder / MANIFEST_NAME).write_text(manifest.model_dump_json())
        return Dataset.open(folder)

    return write


def png(seed: int, width: int = 40, height: int = 40) -> bytes:
    return encode_png(resized(np.random.default_rng(seed).integers(0, 256, (5, 5, 3), np.uint8), width, height))
