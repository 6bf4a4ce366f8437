"""What the report shows, gathered in one pass over the pictures; memory holds the chosen thumbnails alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tachie.core.attributes import ATTRIBUTES, NO, YES
from tachie.core.errors import Unreadable
from tachie.core.images import Rgb, decode, encode_webp, resized
from tachie.dataset.hue import HUE_BINS, hue_histogram
from tachie.dataset.reader import Dataset
from tachie.dataset.stats import describe

SAMPLES = 14  # pictures in a strip
SHEET = 60  # pictures of the contact sheet: rows of 5, 6, 10, 12, 15 and 20 come out even
DROP_SAMPLES = 24  # a contact sheet for each reason
PICTURED_VALUES = 24  # of a label; the others are counted together
PICTURED_LABELS = 3
HUE_LABELS = 2
HUE_PICTURES = 24_000  # of larger sets, so many chosen by seed
LISTED = 60  # episodes

_THUMB_PX = 72
# Which labels speak of what a picture shows, the most telling first; others follow by how often they are known.
_TELLING = ("class", "character", "hair_color", "year", "eye_color")
_SUBSETS = ("split", "subset")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a label: how many pictures have it, in which subset, some of them, and their hues."""

    name: str
    count: int
    by_subset: Mapping[str, int]
    samples: list[bytes]
    hue: NDArray[np.float64] | None


@dataclass(frozen=True, slots=True)
class Label:
    """A label with the values that are shown; `others` values with `others_count` pictures are not."""

    name: str
    known: int
    values: list[Value]
    others: int
    others_count: int


@dataclass(frozen=True, slots=True)
class Left:
    """One reason for which pictures were left out, with thumbnails of some."""

    stage: str
    reason: str
    count: int
    thumbnails: list[bytes]


@dataclass(slots=True)
class Gathered:
    """Everything the report shows. `info` is `stats.describe`'s; thumbnails are WebP, those of drops JPEG."""

    info: dict[str, Any]
    seed: int
    sheet: list[bytes]
    labels: list[Label]
    flags: list[tuple[str, int, int]]  # name, yes, known
    subset: str | None
    subsets: list[str]
    episodes: dict[str, Counter[str]]
    left: list[Left]
    hue: NDArray[np.float64] | None
    hue_pictures: int
    colourless: int
    unreadable: int = 0


@dataclass(slots=True)
class _Mean:
    total: NDArray[np.float64] = field(default_factory=lambda: np.zeros(HUE_BINS))
    count: int = 0

    def add(self, shares: NDArray[np.float64]) -> None:
        self.total += shares
        self.count += 1

    def value(self) -> NDArray[np.float64] | None:
        return self.total / self.count if self.count else None


def gather(dataset: Dataset, seed: int = 0) -> Gathered:
    """Read the dataset once and return what the report shows; pictures are chosen by the seed."""
    info = describe(dataset)
    table = dataset.columns(["id", "source", "episode", "frame"])
    ids: list[str] = table.column("id").to_pylist()
    labels = dataset.labels()
    subset, of_subset = _subset(ids, table.column("source").to_pylist(), labels)
    order = np.random.default_rng(seed).permutation(len(ids))
    shuffled = [ids[i] for i in order]
    chosen = _chosen(labels, subset)
    samples = {
        (name, value): _first(shuffled, labels[name], value) for name, values in chosen.items() for value in values
    }
    sheet = shuffled[:SHEET]
    thumbs_of = set(sheet).union(*samples.values())
    hued = list(chosen)[:HUE_LABELS]
    eye = _Eye(thumbs_of, set(shuffled[:HUE_PICTURES]), {name: labels[name] for name in hued})
    eye.look(dataset)

    shown = [_label(name, values, labels[name], of_subset, samples, eye) for name, values in chosen.items()]
    flags = [
        (name, sum(v == YES for v in known.values()), len(known))
        for name, known in labels.items()
        if name not in chosen and set(known.values()) <= {YES, NO}
    ]
    return Gathered(
        info=info,
        seed=seed,
        sheet=[eye.thumbs[i] for i in sheet if i in eye.thumbs],
        labels=shown,
        flags=flags,
        subset=subset,
        subsets=sorted(set(of_subset.values())) if subset else [],
        episodes=_episodes(table.column("episode").to_pylist(), table.column("frame").to_pylist()),
        left=_left(dataset, info["drops"], seed),
        hue=eye.mean.value(),
        hue_pictures=eye.mean.count,
        colourless=eye.colourless,
        unreadable=eye.unreadable,
    )


def natural(names: Mapping[str, int]) -> list[str]:
    """Return names in the order of numbers where all are numbers, else the most frequent first."""
    if all(_is_number(name) for name in names):
        return sorted(names, key=float)
    return sorted(names, key=lambda name: (-names[name], name))


def _is_number(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").replace(".", "", 1).isdigit()


def _subset(
    ids: Sequence[str], sources: Sequence[str], labels: Mapping[str, Mapping[str, str]]
) -> tuple[str | None, dict[str, str]]:
    """Return by what the pictures are told apart in bars (a split, else sources), and each picture's part."""
    for name in _SUBSETS:
        if name in labels and 2 <= len(set(labels[name].values())) <= 6:
            return name, dict(labels[name])
    if 2 <= len(set(sources)) <= 6:
        return "source", dict(zip(ids, sources, strict=True))
    return None, {}


def _chosen(labels: Mapping[str, Mapping[str, str]], subset: str | None) -> dict[str, list[str]]:
    """Return label -> values that are shown with pictures."""
    rank = {name: i for i, name in enumerate(_TELLING)}
    counts = {name: Counter(known.values()) for name, known in labels.items() if name != subset}
    telling = sorted(
        (name for name, counted in counts.items() if not set(counted) <= {YES, NO}),
        key=lambda name: (rank.get(name, len(rank)), name not in ATTRIBUTES, -len(labels[name]), name),
    )
    chosen = {}
    for name in telling[:PICTURED_LABELS]:
        most = dict(counts[name].most_common(PICTURED_VALUES))
        chosen[name] = natural(most)
    return chosen


def _first(shuffled: Sequence[str], known: Mapping[str, str], value: str) -> list[str]:
    found = []
    for row_id in shuffled:
        if known.get(row_id) == value:
            found.append(row_id)
            if len(found) == SAMPLES:
                break
    return found


@dataclass(slots=True)
class _Eye:
    """Looks at every picture that is needed, once."""

    thumbs_of: set[str]
    hue_of: set[str]
    labels: Mapping[str, Mapping[str, str]]
    thumbs: dict[str, bytes] = field(default_factory=dict)
    mean: _Mean = field(default_factory=_Mean)
    means: defaultdict[tuple[str, str], _Mean] = field(default_factory=lambda: defaultdict(_Mean))
    colourless: int = 0
    unreadable: int = 0

    def look(self, dataset: Dataset) -> None:
        for row_id, data in self._needed(dataset):
            try:
                rgb = decode(data).rgb
            except Unreadable:
                self.unreadable += 1
                continue
            if row_id in self.thumbs_of:
                self.thumbs[row_id] = thumbnail(rgb)
            if row_id in self.hue_of:
                self._see_hue(row_id, rgb)

    def _needed(self, dataset: Dataset) -> Iterator[tuple[str, bytes]]:
        wanted = self.thumbs_of | self.hue_of
        for table in dataset.tables(["id", "image"]):
            data = table.column("image").combine_chunks().field("bytes")
            for i, row_id in enumerate(table.column("id").to_pylist()):
                if row_id in wanted:
                    yield row_id, data[i].as_py()

    def _see_hue(self, row_id: str, rgb: Rgb) -> None:
        shares = hue_histogram(rgb)
        if shares is None:
            self.colourless += 1
            return
        self.mean.add(shares)
        for name, known in self.labels.items():
            if row_id in known:
                self.means[name, known[row_id]].add(shares)


def thumbnail(rgb: Rgb) -> bytes:
    """Return a square WebP of the picture's upper middle: where the face of a standing picture is."""
    height, width = rgb.shape[:2]
    side = min(height, width)
    x, y = (width - side) // 2, (height - side) // 8
    small = resized(rgb[y : y + side, x : x + side], _THUMB_PX, _THUMB_PX)
    return encode_webp(small, 78)


def _label(
    name: str,
    values: Sequence[str],
    known: Mapping[str, str],
    of_subset: Mapping[str, str],
    samples: Mapping[tuple[str, str], list[str]],
    eye: _Eye,
) -> Label:
    counted = Counter(known.values())
    parts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    if of_subset:
        for row_id, value in known.items():
            parts[value][of_subset.get(row_id, "unknown")] += 1
    shown = [
        Value(
            value,
            counted[value],
            parts[value],
            [eye.thumbs[i] for i in samples[name, value] if i in eye.thumbs],
            eye.means[name, value].value() if name in eye.labels else None,
        )
        for value in values
    ]
    rest = [n for value, n in counted.items() if value not in set(values)]
    return Label(name, len(known), shown, len(rest), sum(rest))


def _episodes(episodes: Sequence[str | None], frames: Sequence[dict[str, Any] | None]) -> dict[str, Counter[str]]:
    """Return episode -> frame type -> pictures."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for episode, frame in zip(episodes, frames, strict=True):
        if episode is not None:
            found[episode][frame["type"] if frame else "still"] += 1
    return dict(sorted(found.items()))


def _left(dataset: Dataset, drops: Mapping[str, Mapping[str, int]], seed: int) -> list[Left]:
    """Return reasons with examples; drops are read a row group at a time."""
    examples: defaultdict[tuple[str, str], list[bytes]] = defaultdict(list)
    seen: Counter[tuple[str, str]] = Counter()
    rng = np.random.default_rng(seed)
    path = dataset.path / "drops.parquet"
    if path.is_file():
        file = pq.ParquetFile(path)
        for batch in file.iter_batches(200, columns=["stage", "reason", "thumbnail"]):
            for row in batch.to_pylist():
                if row["thumbnail"]:
                    _reservoir(examples, seen, (row["stage"], row["reason"]), row["thumbnail"], rng)
    found = [
        Left(stage, reason, count, examples[stage, reason])
        for stage, reasons in drops.items()
        for reason, count in reasons.items()
    ]
    return sorted(found, key=lambda left: -left.count)


def _reservoir(
    kept: dict[tuple[str, str], list[bytes]],
    seen: Counter[tuple[str, str]],
    key: tuple[str, str],
    thumbnail: bytes,
    rng: np.random.Generator,
) -> None:
    """Keep an even choice of what comes by (Vitter 1985, algorithm R)."""
    seen[key] += 1
    if len(kept[key]) < DROP_SAMPLES:
        kept[key].append(thumbnail)
    elif (place := int(rng.integers(seen[key]))) < DROP_SAMPLES:
        kept[key][place] = thumbnail
