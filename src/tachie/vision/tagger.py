"""Taggers: hair, eyes, expression and more of a face, each value with a probability, unknown where they are not sure.

`tachie` is our own network (`weights/tagger/`, trained by `tasks/tagger/`). `onnx:FILE` is a network that somebody has
on disk, of the same kind (tagger.json beside it) or of the WD14 family (selected_tags.csv beside it: `vision/wd14.py`);
`hub:NAME` is one of that family, fetched by huggingface_hub. All run on onnxruntime.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal, Protocol

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as ort
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tachie.core.attributes import UNKNOWN
from tachie.core.boxes import Box
from tachie.core.errors import FormatError, InputError, UsageError
from tachie.core.images import Rgb, resized
from tachie.core.tagged import Tagged, TaggedLabel

DEFAULT_TAGGER = "tachie"
NETWORK_NAME, ABOUT_NAME = "tagger.onnx", "tagger.json"
# What the tagger sees, in units of the head's longer side: about the frame of the faces that it learned from. Of 92
# heads of illustrations the classic crop, 1.27, left 34 hair and 33 eye colours unknown, this 23 and 20.
CROP_SCALE, CROP_SHIFT = 0.95, 0.16
_BATCH = 16  # larger ones are no quicker and fall out of the cache

# onnxruntime's errors have no common parent but Exception.
ORT_ERRORS = (
    ort.Fail,
    ort.InvalidArgument,
    ort.InvalidGraph,
    ort.InvalidProtobuf,
    ort.NoModel,
    ort.NoSuchFile,
    ort.NotImplemented,
    ort.RuntimeException,
)


class Tagger(Protocol):
    """Says of faces what they look like; the same face always gets the same."""

    @property
    def key(self) -> str:
        """The tagger's name and a hash of its network: who spoke, in a label file."""
        ...

    @property
    def labels(self) -> tuple[TaggedLabel, ...]:
        """What it may speak of."""
        ...

    def crop(self, rgb: Rgb, head: Box) -> Rgb:
        """Return the part of a picture around a head (xyxy, px) that the tagger wants to see."""
        ...

    def __call__(self, faces: Sequence[Rgb]) -> list[Tagged]:
        """Return what is said of each face (uint8 HWC RGB of any size)."""
        ...


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TagGroup(_Strict):
    """Values that exclude each other, one set of logits; flags are groups of no and yes."""

    name: str
    values: tuple[str, ...] = Field(min_length=2)
    temperature: float = Field(gt=0)
    """What logits are divided by (Guo et al. 2017, "On Calibration of Modern Neural Networks")."""
    threshold: float = Field(ge=0, le=1)
    """Where the best value is less probable, the group is unknown."""
    precision: float | None = Field(default=None, ge=0, le=1)
    """Of what is said above the threshold, on real faces; None where it was not measured."""
    trusted: bool = True


class About(_Strict):
    """The content of tagger.json."""

    format: Literal["tachie-tagger"]
    format_version: Literal[1]
    side_px: int = Field(ge=8, le=1024)
    groups: tuple[TagGroup, ...] = Field(min_length=1)
    network_sha256: str


class OwnTagger:
    """Our own network: `pictures` uint8 [N, S, S, 3] RGB to `logits` [N, L], groups side by side, and `features`."""

    def __init__(self, folder: Path) -> None:
        """Open the network in a folder; raises `InputError` or `FormatError` where it is not whole."""
        self.about = read_about(folder)
        data = _bytes_of(folder / NETWORK_NAME)
        if hashlib.sha256(data).hexdigest() != self.about.network_sha256:
            raise FormatError(
                f"{folder / NETWORK_NAME} is not the network that {ABOUT_NAME} beside it is about (another sha256)",
                "Copy both files again, or install tachie again.",
            )
        self._session = open_network(data, str(folder / NETWORK_NAME))
        self._prove(folder)

    @property
    def key(self) -> str:
        """`tachie-` and the first of the network's hash."""
        return f"tachie-{self.about.network_sha256[:12]}"

    @property
    def labels(self) -> tuple[TaggedLabel, ...]:
        """The groups of tagger.json."""
        return tuple(TaggedLabel(g.name, g.trusted, g.precision) for g in self.about.groups)

    def crop(self, rgb: Rgb, head: Box) -> Rgb:
        """Return the square around a head, its border repeated where it leaves the picture."""
        return padded_square(rgb, head, CROP_SCALE, CROP_SHIFT)

    def __call__(self, faces: Sequence[Rgb]) -> list[Tagged]:
        """Return what is said of each face."""
        logits, _ = self.run(faces)
        said: list[dict[str, dict[str, float]]] = [{} for _ in faces]
        start = 0
        for group in self.about.groups:
            part = logits[:, start : start + len(group.values)].astype(np.float64) / group.temperature
            start += len(group.values)
            e = np.exp(part - part.max(1, keepdims=True, initial=-np.inf))
            for one, row in zip(said, (e / e.sum(1, keepdims=True)).tolist(), strict=True):
                one[group.name] = dict(zip(group.values, row, strict=True))
        return [Tagged(one, {g.name: _best(one[g.name], g.threshold) for g in self.about.groups}) for one in said]

    def run(self, faces: Sequence[Rgb]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return logits [N, L] and features [N, F] of faces; one that is not square is padded by its border."""
        side = self.about.side_px
        logits, features = [], []
        for first in range(0, len(faces), _BATCH):
            pictures = np.stack([resized(_squared(face), side, side) for face in faces[first : first + _BATCH]])
            found = self._session.run(["logits", "features"], {"pictures": pictures})
            logits.append(found[0])
            features.append(found[1])
        if not faces:
            return np.zeros((0, self._width), np.float32), np.zeros((0, self.features_width), np.float32)
        return np.concatenate(logits), np.concatenate(features)

    def _prove(self, folder: Path) -> None:
        """Look at two grey pictures: a network of another interface is found out before any real one is touched."""
        side, self._width = self.about.side_px, sum(len(group.values) for group in self.about.groups)
        try:
            logits, features = self._session.run(
                ["logits", "features"], {"pictures": np.full((2, side, side, 3), 128, np.uint8)}
            )
        except (*ORT_ERRORS, ValueError) as error:  # ValueError: it has no such input
            raise FormatError(
                f"{folder / NETWORK_NAME} is no tagger of tachie: {_first_line(error)}",
                f"It must take pictures, uint8 [N, {side}, {side}, 3], and give logits and features.",
            ) from error
        if logits.shape != (2, self._width) or features.ndim != 2 or len(features) != 2:
            raise FormatError(
                f"{folder / NETWORK_NAME} gives logits {list(logits.shape[1:])} and features "
                f"{list(features.shape[1:])}; {ABOUT_NAME} speaks of {self._width} values",
                "The two files do not belong together.",
            )
        self.features_width = int(features.shape[1])


def tagger(name: str) -> Tagger:
    """Return a ready tagger by the name that a recipe or `--tagger` uses; each is opened once.

    Raises `UsageError` for a name that means nothing, `InputError` or `FormatError` where its files cannot be used.
    """
    kind, _, rest = name.partition(":")
    if name == DEFAULT_TAGGER:
        return shipped()
    if kind == "onnx" and rest:
        return _from_file(str(Path(rest).absolute()))
    if kind == "hub" and rest:
        from tachie.vision.hub import fetched_tagger

        return fetched_tagger(rest)
    raise UsageError(
        f"unknown tagger '{name}'",
        "Known: tachie (our own), onnx:FILE, hub:NAME; build knows none, to leave tagging out.",
    )


@cache
def shipped() -> OwnTagger:
    """Return the tagger that comes with the program."""
    return OwnTagger(shipped_folder())


def shipped_folder() -> Path:
    """Return the folder of the shipped tagger; weights are installed as plain files."""
    return Path(str(files("tachie") / "weights" / "tagger"))


@cache
def _from_file(path: str) -> Tagger:
    from tachie.vision.wd14 import TAGS_NAME, Wd14Tagger

    file = Path(path)
    if not file.is_file():
        raise InputError(f"{path}: there is no such file", "Name the tagger's .onnx: --tagger onnx:FILE")
    if file.with_name(TAGS_NAME).is_file():
        return Wd14Tagger(file)
    if file.name == NETWORK_NAME and file.with_name(ABOUT_NAME).is_file():
        return OwnTagger(file.parent)
    raise InputError(
        f"{path}: there is no {TAGS_NAME} beside it, which says what its numbers mean",
        f"Taggers of the WD14 family come with one; save it as {file.parent / TAGS_NAME}",
    )


def read_about(folder: Path) -> About:
    """Return what tagger.json says; raises `InputError` where it is missing, `FormatError` where it is broken."""
    path = folder / ABOUT_NAME
    try:
        return About.model_validate_json(_bytes_of(path))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(p) for p in first["loc"])
        raise FormatError(f"{path} cannot be read: {place}: {first['msg']}", "Copy it again.") from error


def open_network(data: bytes, where: str) -> onnxruntime.InferenceSession:
    """Return a session on one thread (builds run a process a core); raises `InputError` where it is no network."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what is wrong is said by the error
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except ORT_ERRORS as error:
        raise InputError(
            f"{where} cannot be opened as an ONNX network: {_first_line(error)}", "Copy or download it again."
        ) from error


def padded_square(rgb: Rgb, head: Box, scale: float, shift: float) -> Rgb:
    """Return the square around a head whose side is `scale` times the head's longer one, `shift` of it below.

    Where it leaves the picture, the picture's border is repeated: the head keeps its place in the square.
    """
    longer = max(head[2] - head[0], head[3] - head[1])
    side = max(1, round(longer * scale))
    x0 = round((head[0] + head[2]) / 2 - side / 2)
    y0 = round((head[1] + head[3]) / 2 + shift * longer - side / 2)
    height, width = rgb.shape[:2]
    inside = rgb[max(0, y0) : max(0, y0 + side), max(0, x0) : max(0, x0 + side)]
    over = (max(0, -y0), max(0, y0 + side - height), max(0, -x0), max(0, x0 + side - width))
    if not inside.size or max(over) > 4 * side:
        raise ValueError(f"the head {head} lies outside the picture of {width} x {height} px")
    return _bordered(inside, over)


def _squared(rgb: Rgb) -> Rgb:
    """Return a picture that is not square as one, its border repeated on both sides of the shorter way."""
    height, width = rgb.shape[:2]
    if height == width:
        return rgb
    y, x = max(0, width - height), max(0, height - width)
    return _bordered(rgb, (y // 2, y - y // 2, x // 2, x - x // 2))


def _bordered(rgb: Rgb, over: tuple[int, int, int, int]) -> Rgb:
    if not any(over):
        return rgb
    return cv2.copyMakeBorder(rgb, *over, cv2.BORDER_REPLICATE).astype(np.uint8, copy=False)


def _best(probabilities: dict[str, float], threshold: float) -> str:
    value = max(probabilities, key=lambda name: probabilities[name])
    return value if probabilities[value] >= threshold else UNKNOWN


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}", "Is the tagger whole?") from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:300]
