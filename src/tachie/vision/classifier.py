"""`Classifier`: what `tachie train --task classify` leaves, run by onnxruntime: a face's class and how sure it is."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tachie.core.boxes import Box, head_square
from tachie.core.errors import FormatError, InputError
from tachie.core.images import Rgb, centre_square
from tachie.core.tagged import Tagged, TaggedLabel
from tachie.vision.faces import CLASSIC_SCALE, CLASSIC_SHIFT
from tachie.vision.tagger import ORT_ERRORS, open_network

NETWORK_NAME, ABOUT_NAME = "classifier.onnx", "classifier.json"
_BATCH = 32


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Framing(_Strict):
    """How the faces of the training set were cut out of their pictures: the settings of the stage `crop`."""

    scale: float
    shift: float


class About(_Strict):
    """The content of classifier.json."""

    format: Literal["tachie-classifier"] = "tachie-classifier"
    format_version: Literal[1] = 1
    program_version: str
    model: str
    label: str
    classes: tuple[str, ...] = Field(min_length=2)
    side_px: int = Field(ge=8, le=1024)
    temperature: float = Field(gt=0)
    """What logits are divided by before probabilities are made of them."""
    framing: Framing | None = None
    """None: the training set's pictures were faces already, or whole figures."""
    trained_on: dict[str, Any] = Field(default_factory=dict)
    network_sha256: str


class Classifier:
    """`pictures` uint8 [N, S, S, 3] RGB to `logits` float32 [N, K]; on one thread, as builds run a process a core."""

    def __init__(self, about: About, network: bytes, where: str = "the classifier") -> None:
        """Open a network; raises `InputError` where it is none and `FormatError` where it is another one."""
        self.about = about
        if hashlib.sha256(network).hexdigest() != about.network_sha256:
            raise FormatError(
                f"{where} is not the network that {ABOUT_NAME} beside it is about (another sha256)",
                "Copy both files again, or finish the run: tachie train DATASET --task classify --resume --out RUN",
            )
        self._session = open_network(network, where)
        try:
            found = self._run(np.full((2, about.side_px, about.side_px, 3), 128, np.uint8))
        except (*ORT_ERRORS, ValueError) as error:
            raise FormatError(f"{where} is no classifier of tachie: {str(error).splitlines()[0][:200]}") from error
        if found.shape != (2, len(about.classes)):
            raise FormatError(f"{where} gives {list(found.shape[1:])} logits, {ABOUT_NAME} names {len(about.classes)}")

    @classmethod
    def open(cls, run: str | Path) -> Classifier:
        """Open the classifier of a run's folder.

        Raises `InputError` where there is none, `FormatError` where its files are broken or do not belong together.
        """
        folder = Path(run)
        hint = "Train one with: tachie train DATASET --task classify --label COLUMN --out RUN"
        try:
            text, network = (folder / ABOUT_NAME).read_bytes(), (folder / NETWORK_NAME).read_bytes()
        except OSError as error:
            raise InputError(f"{folder} holds no finished classifier (no readable {ABOUT_NAME})", hint) from error
        try:
            about = About.model_validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(p) for p in first["loc"])
            raise FormatError(f"{folder / ABOUT_NAME} cannot be read: {place}: {first['msg']}", hint) from error
        return cls(about, network, str(folder / NETWORK_NAME))

    @property
    def key(self) -> str:
        """`classifier-` and the first of the network's hash: who spoke, in a label file."""
        return f"classifier-{self.about.network_sha256[:12]}"

    @property
    def classes(self) -> tuple[str, ...]:
        """The values of `label` in the order of the logits."""
        return self.about.classes

    def logits(self, faces: Sequence[Rgb] | NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return logits [N, K] of faces (uint8 HWC RGB of any size, or [N, H, W, 3]); the middle square is seen."""
        side = self.about.side_px
        rows = [np.zeros((0, len(self.about.classes)), np.float32)]
        for start in range(0, len(faces), _BATCH):
            rows.append(self._run(np.stack([centre_square(face, side) for face in faces[start : start + _BATCH]])))
        return np.concatenate(rows)

    def probabilities(self, faces: Sequence[Rgb] | NDArray[np.uint8]) -> NDArray[np.float64]:
        """Return calibrated probabilities [N, K]: the softmax of logits over the temperature."""
        scaled = self.logits(faces).astype(np.float64) / self.about.temperature
        e = np.exp(scaled - scaled.max(1, keepdims=True, initial=-np.inf))
        said: NDArray[np.float64] = e / e.sum(1, keepdims=True)
        return said

    @property
    def labels(self) -> tuple[TaggedLabel, ...]:
        """The one label that it speaks of: a classifier can stand where a tagger can."""
        return (TaggedLabel(self.about.label),)

    def crop(self, rgb: Rgb, head: Box) -> Rgb:
        """Return the part of a picture around a head that the training set's faces show."""
        framing = self.about.framing or Framing(scale=CLASSIC_SCALE, shift=CLASSIC_SHIFT)
        x0, y0, x1, y1 = head_square(head, framing.scale, framing.shift, rgb.shape[1], rgb.shape[0])
        return rgb[y0:y1, x0:x1]

    def __call__(self, faces: Sequence[Rgb]) -> list[Tagged]:
        """Return what is said of each face: every class with its probability, the likeliest being the label."""
        label = self.about.label
        said = [dict(zip(self.classes, row, strict=True)) for row in self.probabilities(faces).tolist()]
        return [Tagged({label: one}, {label: max(one, key=one.__getitem__)}) for one in said]

    def _run(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        (found,) = self._session.run(["logits"], {"pictures": pictures})
        logits: NDArray[np.float32] = found
        return logits
