"""The features of a whole dataset, computed once and kept beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tachie.core.errors import FormatError, Unreadable
from tachie.core.files import replacing
from tachie.core.images import Rgb, decode
from tachie.dataset.reader import Dataset
from tachie.learn.heads import one_thread
from tachie.vision.features import Classic, Extractor, WithTagger

_BATCH = 64
_UNREADABLE = np.full((8, 8, 3), 128, np.uint8)  # stands in, so that row numbers stay row numbers

Matrix = NDArray[np.float16]


def extractor_of(dataset: Dataset) -> Extractor:
    """Return the extractor for a dataset: faces are described by the tagger too, which cannot read whole figures."""
    uses = {stage["use"] for stage in dataset.manifest.recipe["stages"]}
    return Classic() if "full_body" in uses else WithTagger()


def features_file(dataset: Dataset, extractor: Extractor | None = None) -> Path:
    """Return where the features lie: the name changes with the extractor and with the dataset's content."""
    extractor = extractor or extractor_of(dataset)
    return dataset.path / "features" / f"{extractor.key}-{dataset.manifest.build_key[:12]}.npy"


def features_of(
    dataset: Dataset,
    extractor: Extractor | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Matrix:
    """Return the features [rows, width] float16 in row order, memory-mapped; computes and stores them the first time.

    `extractor` None is `extractor_of`. `progress` gets the pictures done and their total. Half precision is half the
    file; heads see no difference.
    """
    extractor = extractor or extractor_of(dataset)
    file = features_file(dataset, extractor)
    shape = (len(dataset), extractor.width)
    if not file.is_file():
        matrix = np.empty(shape, np.float16)
        with one_thread(), ThreadPoolExecutor(2) as pool:  # OpenCV and Pillow release the GIL
            start = 0
            for part in _ahead(pool, extractor, _batches(dataset)):
                matrix[start : start + len(part)] = part
                start += len(part)
                progress(start, len(dataset))
        with replacing(file) as out:
            np.save(out, matrix, allow_pickle=False)
    try:
        found: Matrix = np.load(file, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise FormatError(f"{file} is broken: {error}", "Remove it; it is made again.") from error
    if found.shape != shape:
        raise FormatError(f"{file} is of another dataset or extractor", "Remove it; it is made again.")
    return found


def _batches(dataset: Dataset) -> Iterator[list[bytes]]:
    pictures = (data for _, data in dataset.images())
    while batch := list(islice(pictures, _BATCH)):
        yield batch


def _ahead(
    pool: ThreadPoolExecutor, extractor: Extractor, batches: Iterator[list[bytes]]
) -> Iterator[NDArray[np.float32]]:
    """Run batches on the pool, a few of them ahead, and yield their results in order."""

    def run(batch: list[bytes]) -> NDArray[np.float32]:
        return extractor([_decoded(data) for data in batch])

    waiting = [pool.submit(run, batch) for batch in islice(batches, 4)]
    while waiting:
        done = waiting.pop(0)
        waiting += [pool.submit(run, batch) for batch in islice(batches, 1)]
        yield done.result()


def _decoded(data: bytes) -> Rgb:
    try:
        return decode(data).rgb
    except Unreadable:
        return _UNREADABLE
