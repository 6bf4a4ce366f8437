"""Taggers of the WD14 family, which people download: an ONNX network with selected_tags.csv beside it.

The convention is SmilingWolf's (wd-v1-4 to wd-v3): float32 pictures of 448 px, BGR, 0 to 255, NHWC, padded with white
to a square; a probability for each row of the CSV (tag_id, name, category, count), whose category is 0 for general
tags, 4 for characters and 9 for ratings. Networks that want NCHW say so by their input's shape.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tachie.core.attributes import ATTRIBUTES, NO, RATING_WORDS, UNKNOWN, YES, attribute_of_tag
from tachie.core.boxes import Box
from tachie.core.errors import FormatError, InputError
from tachie.core.images import Rgb, resized
from tachie.core.tagged import Tagged, TaggedLabel
from tachie.vision.tagger import ORT_ERRORS, open_network

TAGS_NAME = "selected_tags.csv"
GENERAL, CHARACTER, RATING = 0, 4, 9
# Above these a tag is said, as in the family's own demonstration.
GENERAL_LEAST, CHARACTER_LEAST = 0.35, 0.85
RATING_LEAST = 0.5
# Boards tag what is there and seldom what is not: "no glasses" is said only where hardly anything speaks for them.
NO_LEAST = 0.9
CROP_SCALE = 2.0  # heads: these networks learned from whole pictures, and long hair lies below the chin
_SIDE_PX = 448
_BATCH = 4


@dataclass(frozen=True, slots=True)
class _Tag:
    name: str
    category: int


class Wd14Tagger:
    """One network of the family; all that it says of attributes goes through the table of `core.attributes`."""

    def __init__(self, file: Path, name: str = "") -> None:
        """Open FILE.onnx and the CSV beside it; raises `InputError` or `FormatError` saying what is wrong."""
        try:
            data = file.read_bytes()
        except OSError as error:
            raise InputError(f"{file} cannot be read: {error.strerror or error}") from error
        self._tags = _read_tags(file.with_name(TAGS_NAME))
        self._network = open_network(data, str(file))
        self._input, self._channels_first, self._side, self._batch = _interface(self._network, file)
        self._words = _words(self._tags)
        self._name, self._hash = name or file.stem, hashlib.sha256(data).hexdigest()
        self._prove(file)

    @property
    def key(self) -> str:
        """The network's name and the first of its hash."""
        return f"{self._name}-{self._hash[:12]}"

    @property
    def labels(self) -> tuple[TaggedLabel, ...]:
        """The attributes that its tags can state, in the usual order, then `rating` and `character`."""
        categories = {tag.category for tag in self._tags}
        names = [name for name in ATTRIBUTES if name in self._words]
        names += ["rating"] * (RATING in categories) + ["character"] * (CHARACTER in categories)
        return tuple(TaggedLabel(name) for name in names)

    def crop(self, rgb: Rgb, head: Box) -> Rgb:
        """Return what lies in the picture of a square of two heads, the head in its upper part."""
        longer = max(head[2] - head[0], head[3] - head[1])
        side = CROP_SCALE * longer
        x = (head[0] + head[2]) / 2
        y = head[1] - 0.25 * longer  # some room above for hats and bows
        x0, y0 = max(0, round(x - side / 2)), max(0, round(y))
        return rgb[y0 : max(y0 + 1, round(y + side)), x0 : max(x0 + 1, round(x + side / 2))]

    def __call__(self, faces: Sequence[Rgb]) -> list[Tagged]:
        """Return what is said of each face."""
        found = []
        for first in range(0, len(faces), self._batch):
            pictures = np.stack([self._prepared(face) for face in faces[first : first + self._batch]])
            found += [self._said(row) for row in self._run(pictures)]
        return found

    def _prepared(self, rgb: Rgb) -> NDArray[np.float32]:
        height, width = rgb.shape[:2]
        longer = max(height, width)
        square = np.full((longer, longer, 3), 255, np.uint8)
        y, x = (longer - height) // 2, (longer - width) // 2
        square[y : y + height, x : x + width] = rgb
        bgr = resized(square, self._side, self._side)[:, :, ::-1].astype(np.float32)
        return bgr.transpose(2, 0, 1) if self._channels_first else bgr

    def _run(self, pictures: NDArray[np.float32]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = self._network.run(None, {self._input: np.ascontiguousarray(pictures)})[0]
        return found

    def _said(self, row: NDArray[np.float32]) -> Tagged:
        probabilities: dict[str, dict[str, float]] = {}
        labels: dict[str, str] = {}
        for name, values in self._words.items():
            said = {value: float(row[places].max()) for value, places in values.items()}
            enough = {value for value, p in said.items() if p >= GENERAL_LEAST}
            if YES in said and NO not in said:
                said[NO] = 1.0 - said[YES]
                enough |= {NO} if said[NO] >= NO_LEAST else set()
            probabilities[name] = said
            labels[name] = max(enough, key=said.__getitem__, default=UNKNOWN)
        tags = []
        for category, least, label in (
            (GENERAL, GENERAL_LEAST, ""),
            (CHARACTER, CHARACTER_LEAST, "character"),
            (RATING, RATING_LEAST, "rating"),
        ):
            rated = {_own_word(t): float(row[i]) for i, t in enumerate(self._tags) if t.category == category}
            enough = {name for name, p in rated.items() if p >= least}
            tags += sorted(enough, key=lambda name: -rated[name]) if category != RATING else []
            if label and rated:
                most = sorted(rated, key=rated.__getitem__, reverse=True)[:8]
                probabilities[label] = {name: rated[name] for name in most}
                labels[label] = max(enough, key=rated.__getitem__, default=UNKNOWN)
        return Tagged(probabilities, labels, tuple(tags))

    def _prove(self, file: Path) -> None:
        shape = (3, self._side, self._side) if self._channels_first else (self._side, self._side, 3)
        try:
            found = self._run(np.full((1, *shape), 128, np.float32))
        except (*ORT_ERRORS, ValueError) as error:
            text = (str(error).splitlines() or [""])[0][:300]
            raise FormatError(
                f"{file} does not look at pictures as the WD14 family does: {text}", _HINT_INTERFACE
            ) from error
        if found.shape != (1, len(self._tags)):
            raise FormatError(
                f"{file} gives {list(found.shape[1:])} numbers a picture, {TAGS_NAME} has {len(self._tags):,} rows",
                "Take both files from the same place.",
            )
        if not (np.isfinite(found).all() and found.min() >= 0 and found.max() <= 1):
            raise FormatError(
                f"{file} gives numbers outside 0 to 1, so they are no probabilities",
                "Networks of the WD14 family end in a sigmoid.",
            )


_HINT_INTERFACE = "They take one float32 input, [N, 448, 448, 3] or [N, 3, 448, 448]."


def _interface(network: Any, file: Path) -> tuple[str, bool, int, int]:
    """Return the input's name, whether channels come first, its side in px and how many pictures it takes at once."""
    inputs = network.get_inputs()
    shape = list(inputs[0].shape) if len(inputs) == 1 else []
    if len(shape) != 4 or inputs[0].type != "tensor(float)" or 3 not in (shape[1], shape[3]):
        said = ", ".join(f"{i.name} {i.type} {i.shape}" for i in inputs)
        raise FormatError(f"{file} does not look at pictures as the WD14 family does: {said}", _HINT_INTERFACE)
    first = shape[3] != 3
    sides = shape[2:] if first else shape[1:3]
    side = next((s for s in sides if isinstance(s, int)), _SIDE_PX)
    return inputs[0].name, first, side, shape[0] if isinstance(shape[0], int) else _BATCH


def _read_tags(path: Path) -> list[_Tag]:
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror or error}", "Save the tagger's tags beside its network."
        ) from error
    except UnicodeDecodeError as error:
        raise FormatError(f"{path} is not UTF-8 text", "Download it again.") from error
    reader = csv.DictReader(io.StringIO(text))
    if not {"name", "category"} <= set(reader.fieldnames or ()):
        raise FormatError(f"{path} has no columns name and category", "It should begin: tag_id,name,category,count")
    try:
        tags = [_Tag(row["name"], int(row["category"])) for row in reader]
    except (ValueError, TypeError, csv.Error) as error:
        raise FormatError(f"{path}: line {reader.line_num}: category is no number", "Download it again.") from error
    if not tags:
        raise FormatError(f"{path} has no tags", "Download it again.")
    return tags


def _words(tags: Sequence[_Tag]) -> dict[str, dict[str, list[int]]]:
    """Return attribute -> value -> the places of the tags that state it."""
    found: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for i, tag in enumerate(tags):
        stated = attribute_of_tag(tag.name) if tag.category == GENERAL else None
        if stated:
            found[stated[0]][stated[1]].append(i)
    return {name: dict(values) for name, values in found.items()}


def _own_word(tag: _Tag) -> str:
    return RATING_WORDS.get(tag.name, tag.name) if tag.category == RATING else tag.name
