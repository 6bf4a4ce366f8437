"""The one noun that flows: a picture, or a face cut from one, with all that is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tachie.core.boxes import Box
from tachie.core.tagged import Tagged

Rgb = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something beside a picture that could not be used and costs no picture: a sidecar, a table of labels.

    `name` is its file as people read it; `unreadable` where the command should end with exit 3.
    """

    name: str
    reason: str
    detail: str = ""
    unreadable: bool = False


@dataclass(frozen=True, slots=True)
class Ref:
    """Where a source's picture (or stretch of video) lies: light, ordered and safe to send to another process.

    `path` is the file on disk, `member` what is inside it (a zip member, a row group, a stretch of seconds), `name`
    what people read and what source_path becomes. `stamp` changes when the content may have changed (size and mtime).
    `pictures` is how many items it holds, or an estimate. A `problem` (reason, detail) is something that was seen while
    listing and makes it unreadable. A ref with a `fault` stands for what lies beside pictures, and holds none.
    """

    source: str
    path: str
    name: str
    member: str = ""
    stamp: str = ""
    pictures: int = 1
    labels: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    problem: tuple[str, str] | None = None
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """Which frame of a video a picture is: `number` counts key frames (type k) or is the whole second (type p)."""

    number: int
    pts_s: float
    type: str


@dataclass(slots=True, kw_only=True)
class Item:
    """A picture or a face on its way through the stages.

    `data` are the bytes as they were found (None for frames, drawings and crops), `rgb` the decoded picture (uint8 HWC
    RGB), `alpha` its transparency (uint8 HW) where it has one. Boxes are pixels of the parent picture.
    """

    source: str
    source_path: str
    data: bytes | None = None
    rgb: Rgb | None = None
    alpha: NDArray[np.uint8] | None = None
    parent_id: str = ""  # of the picture the item is, or is cut from
    row_id: str = ""  # its own id where it is not its parent kept whole
    # What is known of the picture, as in a row of the dataset.
    url: str | None = None
    page_url: str | None = None
    post_id: str | None = None
    released_at: str | None = None
    rating: str | None = None
    tags: tuple[str, ...] = ()
    artist: str | None = None
    rights: str | None = None
    fetched_at: datetime | None = None
    frame: Frame | None = None
    episode: str | None = None
    upscaled: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    # Which kinds of files beside the picture spoke of it, and what was wrong with them.
    dialects: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    # What the stages found.
    face_index: int | None = None
    box_xyxy: Box | None = None
    confidence: float | None = None
    tagged: Tagged | None = None

    def pixels(self) -> Rgb:
        """Return the decoded picture; a stage list must decode before it looks."""
        if self.rgb is None:
            raise ValueError("the item has no pixels yet: the recipe's first stage must be 'decode'")
        return self.rgb
