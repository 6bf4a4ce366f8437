"""Loading a dataset for training, beside decoding the same pictures and nothing else, in the same run.

Usage: python -m benchmarks.read_faces [--rows 10000] [--px 64] [--repeat 5]

The decode-only rate is the same pool of threads over bytes that are in memory already: no Parquet, no labels, no
array to fill. The two take turns; the ratio of the fastest of each is to be at
least 0.9.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tachie.core.images import decode, encode_png, resized
from tachie.dataset.format import DATA_SCHEMA, MANIFEST_NAME, PART_MAX_ROWS, ROW_GROUP_ROWS, Manifest, Part
from tachie.dataset.reader import Dataset
from tachie.train.data import FaceSet


def write_dataset(folder: Path, images: list[bytes]) -> Dataset:
    """Write a dataset of these pictures without labels and open it."""
    (folder / "data").mkdir(parents=True)
    parts: list[Part] = []
    for start in range(0, len(images), PART_MAX_ROWS):
        rows = []
        for i, data in enumerate(images[start : start + PART_MAX_ROWS], start):
            row_id = f"{i:064d}"
            known = {
                "id": row_id, "image": {"bytes": data, "path": None}, "content_sha256": row_id, "width": 0, "height": 0,
                "source": "benchmark", "parent_id": row_id, "source_path": "", "phash": "0" * 16, "upscaled": 0,
            }  # fmt: skip
            rows.append({name: known.get(name) for name in DATA_SCHEMA.names})
        file = folder / "data" / f"part-{len(parts):05d}.parquet"
        pq.write_table(pa.Table.from_pylist(rows, schema=DATA_SCHEMA), file, row_group_size=ROW_GROUP_ROWS)
        parts.append(Part(file=file.name, rows=len(rows), bytes=file.stat().st_size, sha256=""))
    manifest = Manifest(
        program_version="0", build_key="", recipe={}, inputs=[], pictures=len(images), rows=len(images),
        parts=parts, drops={}, unreadable=0,
    )  # fmt: skip
    (folder / MANIFEST_NAME).write_text(manifest.model_dump_json())
    return Dataset.open(folder)


def main() -> None:
    """Print both rates and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--px", type=int, default=64, help="side of the stored pictures")
    parser.add_argument("--repeat", type=int, default=5)
    told = parser.parse_args()
    rng = np.random.default_rng(0)
    images = [
        encode_png(resized(rng.integers(0, 256, (12, 12, 3), np.uint8), told.px, told.px)) for _ in range(told.rows)
    ]
    workers = os.cpu_count() or 1
    times: dict[str, list[float]] = {"decode": [], "load": []}
    with tempfile.TemporaryDirectory() as folder:
        dataset = write_dataset(Path(folder) / "faces", images)
        for _ in range(told.repeat):
            start = time.perf_counter()
            with ThreadPoolExecutor(workers) as pool:
                for _decoded in pool.map(lambda data: decode(data).rgb, images):
                    pass
            times["decode"].append(time.perf_counter() - start)
            start = time.perf_counter()
            FaceSet.load(dataset, told.px, workers=workers)
            times["load"].append(time.perf_counter() - start)
    rates = {name: told.rows / min(took) for name, took in times.items()}
    print(f"decode only {rates['decode']:8.0f} images/s\nFaceSet     {rates['load']:8.0f} images/s")
    print(f"ratio       {rates['load'] / rates['decode']:8.2f}")


if __name__ == "__main__":
    main()
