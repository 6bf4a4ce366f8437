"""`FaceSet`: the pictures and labels that training reads, decoded once and held as one uint8 array."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tachie.core.conditions import Codes, LabelSchema
from tachie.core.errors import FormatError, InputError, Unreadable, disk_full_named
from tachie.core.files import replacing

if TYPE_CHECKING:
    from tachie.dataset.reader import Dataset

Images = NDArray[np.uint8]

LEAST_PICTURES = 16
_STRETCH_ROWS = 32
HELD_IN_MEMORY_MB = 2_000  # above this the pictures lie in a memory-mapped file


@dataclass(frozen=True, slots=True)
class FaceSet:
    """Pictures [N, R, R, 3] uint8 and their label codes [N, G] int16 under a schema.

    `name` and `rights` say where they are from; `unreadable` names what was left out, with the reason; `enlarged`
    counts the pictures that were smaller than R.
    """

    images: Images
    codes: Codes
    schema: LabelSchema
    name: str = "unnamed"
    rights: str = "not stated"
    unreadable: tuple[str, ...] = ()
    enlarged: int = 0

    def __post_init__(self) -> None:
        n = len(self.images)
        if self.images.ndim != 4 or self.images.shape[1] != self.images.shape[2] or self.images.shape[3] != 3:
            raise ValueError(f"pictures must be [N, R, R, 3], not {list(self.images.shape)}")
        if self.codes.shape != (n, len(self.schema.groups)):
            raise ValueError(f"codes must be [{n}, {len(self.schema.groups)}], not {list(self.codes.shape)}")
        if n < LEAST_PICTURES:
            lost = f" ({len(self.unreadable)} more could not be read)" if self.unreadable else ""
            raise InputError(
                f"{self.name} has {n} readable pictures{lost}, training needs at least {LEAST_PICTURES}",
                "Build a larger dataset, or put more pictures in.",
            )

    def __len__(self) -> int:
        return len(self.images)

    @property
    def resolution(self) -> int:
        """The side of the pictures in px."""
        return int(self.images.shape[1])

    def fingerprint(self) -> str:
        """Return a sha256 of up to 256 pictures spread over the set, its codes and schema: is it still the same set?"""
        digest = hashlib.sha256(json.dumps([list(self.images.shape), self.schema.to_json()]).encode())
        digest.update(np.ascontiguousarray(self.codes).tobytes())
        for i in np.linspace(0, len(self) - 1, min(len(self), 256)).astype(int):
            digest.update(self.images[i].tobytes())
        return digest.hexdigest()

    def spread(self, count: int) -> Images:
        """Return up to `count` pictures at even distances through the set: what drawings are compared with."""
        return np.ascontiguousarray(self.images[np.linspace(0, len(self) - 1, min(len(self), count)).astype(int)])

    def pack(self, path: Path) -> None:
        """Write the set into one .npz file that `unpack` reads where only numpy is installed."""
        meta = {"schema": self.schema.to_json(), "name": self.name, "rights": self.rights}
        with replacing(path) as file:
            np.savez(file, images=self.images, codes=self.codes, meta=np.array(json.dumps(meta)))

    @classmethod
    def unpack(cls, path: Path) -> FaceSet:
        """Read a file that `pack` wrote; raises `FormatError` where it is something else."""
        if not path.is_file():
            raise InputError(f"there is no file {path}")
        try:
            with np.load(path, allow_pickle=False) as file:
                meta = json.loads(str(file["meta"]))
                schema = LabelSchema.from_json(meta["schema"])
                return cls(file["images"], file["codes"], schema, str(meta["name"]), str(meta["rights"]))
        except (ValueError, KeyError, OSError, EOFError) as error:
            raise FormatError(f"{path} is not a packed set of faces: {error}") from error

    @classmethod
    def load(
        cls,
        dataset: Dataset,
        resolution: int,
        *,
        labels: Sequence[str] | None = None,
        schema: LabelSchema | None = None,
        store: Path | None = None,
        workers: int | None = None,
    ) -> FaceSet:
        """Decode a dataset's pictures to `resolution` px, by area averaging, the centre square where one is not square.

        `labels` names the labels to train on (default: `LabelSchema.of_labels` of those that are to be trusted); a
        `schema` says what their values are, where a run has one already. Rows that a `split` label keeps for
        validation or test are left out. `store` is a folder for the memory-mapped file of a set above 2 GB. A picture,
        or a whole part of the dataset, that cannot be read is left out and named in `unreadable`.
        """
        all_labels = dataset.labels(trusted=labels is None)
        split = all_labels.get("split", {})
        images = empty_pictures(len(dataset), resolution, store)
        ids: list[str] = []
        unreadable: list[str] = []
        enlarged = 0
        read = readable_pictures(
            dataset, resolution, unreadable, lambda row_id: split.get(row_id, "train") == "train", workers
        )
        for row_id, picture, side in read:
            images[len(ids)] = picture
            ids.append(row_id)
            enlarged += side < resolution
        schema = LabelSchema.of_labels(all_labels, labels) if schema is None else schema
        name, rights = dataset.path.resolve().name, _rights(dataset)
        return cls(images[: len(ids)], schema.table(all_labels, ids), schema, name, rights, tuple(unreadable), enlarged)


def empty_pictures(count: int, resolution: int, store: Path | None = None) -> Images:
    """Return room for pictures [count, R, R, 3]: a memory-mapped file in the folder `store` where it is above 2 GB."""
    shape = (count, resolution, resolution, 3)
    if store is None or np.prod(shape, dtype=float) <= HELD_IN_MEMORY_MB * 1e6:
        return np.empty(shape, np.uint8)
    with disk_full_named(store):
        store.mkdir(parents=True, exist_ok=True)
        return np.lib.format.open_memmap(store / "faces.npy", "w+", np.uint8, shape)


def readable_pictures(
    dataset: Dataset,
    resolution: int,
    unreadable: list[str],
    wanted: Callable[[str], bool] = lambda row_id: True,
    workers: int | None = None,
) -> Iterator[tuple[str, Images, int]]:
    """Yield (id, the middle square [R, R, 3], its side in px before) of rows in order, `wanted` choosing by id.

    A picture, or a whole part of the dataset, that cannot be read is left out and named in `unreadable`.
    """
    rows = (row for row in _rows(dataset, unreadable) if wanted(row[0]))
    for row_id, picture, side in _decoded(rows, resolution, workers or os.cpu_count() or 1):
        if isinstance(picture, str):
            unreadable.append(f"{row_id}: {picture}")
        else:
            yield row_id, picture, side


def _rows(dataset: Dataset, unreadable: list[str]) -> Iterator[tuple[str, bytes]]:
    """Yield (id, stored picture) in order; what cannot be read of a part is named in `unreadable` and left out."""
    from pyarrow import ArrowException, parquet

    for part, path in zip(dataset.manifest.parts, dataset.part_paths(), strict=True):
        read = 0
        try:
            file = parquet.ParquetFile(path)
            for group in range(file.num_row_groups):
                table = file.read_row_group(group, columns=["id", "image"])
                data = table.column("image").combine_chunks().field("bytes")
                rows = list(zip(table.column("id").to_pylist(), data.to_pylist(), strict=True))
                yield from rows
                read += len(rows)
        except (ArrowException, OSError) as error:
            reason = str(error).splitlines()[0]
            unreadable.append(f"{part.file}: {part.rows - read} of its {part.rows} pictures, it is damaged ({reason})")


def _decoded(
    rows: Iterator[tuple[str, bytes]], resolution: int, workers: int
) -> Iterator[tuple[str, Images | str, int]]:
    """Yield (id, picture or why it cannot be read, shorter side in px) in order; decoding releases the GIL."""
    from tachie.core.images import centre_square, decode

    def read(data: bytes) -> tuple[Images | str, int]:
        try:
            rgb = decode(data).rgb
        except Unreadable as error:
            return f"{error.reason} {error.detail}".strip(), 0
        return centre_square(rgb, resolution), min(rgb.shape[:2])

    def read_all(stretch: list[tuple[str, bytes]]) -> list[tuple[str, Images | str, int]]:
        return [(row_id, *read(data)) for row_id, data in stretch]

    # A stretch of rows is one task, so that small pictures do not drown in the pool's own work; a few are under way
    # at a time, so that the pool never waits for Parquet and memory stays small.
    under_way: deque[Future[list[tuple[str, Images | str, int]]]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        while stretch := list(islice(rows, _STRETCH_ROWS)):
            under_way.append(pool.submit(read_all, stretch))
            if len(under_way) > 2 * workers:
                yield from under_way.popleft().result()
        while under_way:
            yield from under_way.popleft().result()


def _rights(dataset: Dataset) -> str:
    from pyarrow import ArrowException, parquet

    values: set[Any] = set()
    for path in dataset.part_paths():
        with contextlib.suppress(ArrowException, OSError):  # a damaged part is named where its pictures are read
            values.update(parquet.ParquetFile(path).read(columns=["rights"]).column("rights").unique().to_pylist())
    stated = sorted(str(value) for value in values if value)
    shown = "; ".join(stated[:5]) + (f"; and {len(stated) - 5} more" if len(stated) > 5 else "")
    return shown or "not stated"
