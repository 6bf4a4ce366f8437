"""Boxes on whole pictures: rows gathered by the picture that they were cut from, which is found again and written.

A picture goes into the most withheld split of its rows (test, validation, train), so that nothing held back is trained
on. Heads that a filter left out of the set (too small, a copy...) are still heads: their boxes stand too, or a detector
would learn that they are none. What a person rejected does not.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from PIL import Image

from tachie.core.boxes import Box, clipped, iou
from tachie.core.errors import InputError, UsageError
from tachie.core.files import safe_name
from tachie.core.images import encode_png, extension
from tachie.core.item import Item
from tachie.dataset.card import Layout
from tachie.dataset.split import KEPT, TRAIN
from tachie.export._folder import MOST_IN_FOLDER, NO_CLASS, spread
from tachie.export._request import Exported, ExportRequest, split_of
from tachie.export._rows import own_labels

_MOST_WITHHELD_FIRST = ("test", KEPT, TRAIN)
_COLUMNS = ("id", "parent_id", "source_path", "post_id", "box_xyxy", "confidence", "frame", "url", "page_url", "rights")
_READ = (".jpg", ".png", ".webp", ".bmp")
_SAME_HEAD = 0.5  # IoU of two boxes that are about one head
_TURN = 0x0112  # EXIF's orientation


@dataclass(frozen=True, slots=True)
class Boxed:
    """One box, in pixels of the whole picture: its class, and the row that it is of, or None for one left out."""

    box: Box
    category: str
    row_id: str | None = None
    confidence: float | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Whole:
    """A whole picture to be: where it was, its boxes, and its path in the export without ending."""

    parent_id: str
    source_path: str
    facts: Mapping[str, Any]
    split: str = ""
    path: str = ""
    boxes: list[Boxed] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Written:
    """A whole picture that was written: its file in the export, its size, and its boxes, clipped to it."""

    whole: Whole
    file: str
    width: int
    height: int
    boxes: Sequence[Boxed]


def gather(asked: ExportRequest, folder: str) -> list[Whole]:
    """Return the whole pictures of the dataset's rows in order; `folder` is a pattern with {split}.

    Raises `UsageError` where no row has a box: the pictures were kept as they were.
    """
    labels, splits = asked.known_labels(), asked.splits()
    plain = _plain_category(asked)
    found: dict[str, Whole] = {}
    votes: dict[str, set[str]] = {}
    for row in asked.dataset.rows(_COLUMNS):
        if row["box_xyxy"] is None:
            continue
        parent = row["parent_id"]
        whole = found.setdefault(parent, Whole(parent, row["source_path"], row))
        own = own_labels(labels, row["id"])
        category = own.get(asked.by, NO_CLASS) if asked.by else plain
        box = (row["box_xyxy"][0], row["box_xyxy"][1], row["box_xyxy"][2], row["box_xyxy"][3])
        whole.boxes.append(Boxed(box, category, row["id"], row["confidence"], own))
        votes.setdefault(parent, set()).add(split_of(splits, row["id"]))
    if not found:
        raise UsageError(
            "no row of this dataset has a box: its pictures were kept as they were",
            "Build it with a detector (tachie build PATH --out DATASET), or export --format imagefolder.",
        )
    for parent, whole in found.items():
        ranked = [s for s in _MOST_WITHHELD_FIRST if s in votes[parent]]
        whole.split = [*ranked, *sorted(votes[parent])][0]
    _add_left_out(asked, list(found.values()), NO_CLASS if asked.by else plain)
    named = [(folder.format(split=w.split), _name(w), w.parent_id) for w in found.values()]
    for whole, path in zip(found.values(), spread(named, MOST_IN_FOLDER), strict=True):
        whole.path = path
    return list(found.values())


def write_pictures(asked: ExportRequest, out: Path, wanted: Sequence[Whole]) -> Iterator[Written]:
    """Write each picture as it is found and yield it; those that are not found are passed over."""
    if asked.find_originals is None:
        raise UsageError("boxes stand on whole pictures, and nothing finds them", "Give find_originals.")
    by_parent = {whole.parent_id: whole for whole in wanted}
    paths: dict[str, set[str]] = {}
    for whole in wanted:
        paths.setdefault(whole.source_path, set()).add(whole.parent_id)
    for i, item in enumerate(asked.find_originals(paths)):
        whole = by_parent[item.parent_id]
        picture = picture_bytes(item)
        file = whole.path + extension(picture)
        (out / file).parent.mkdir(parents=True, exist_ok=True)
        (out / file).write_bytes(picture)
        height, width = item.pixels().shape[:2]
        yield Written(whole, file, width, height, list(_clipped(whole.boxes, width, height)))
        asked.progress(i + 1, len(wanted))


def summed_up(asked: ExportRequest, wanted: Sequence[Whole], written: Sequence[Written]) -> Exported:
    """Return what was exported; raises `InputError` where no picture was found at all."""
    if not written:
        raise InputError(
            "none of the whole pictures was found again, or they have changed",
            f"Say where they lie now: --from PATH (it was built from {', '.join(asked.dataset.manifest.inputs)}).",
        )
    there = {picture.whole.parent_id for picture in written}
    missing = {w.source_path: "its whole picture is gone or has changed; --from PATH" for w in wanted}
    gone = {w.source_path for w in wanted if w.parent_id not in there}
    by_split: dict[str, int] = {}
    for picture in written:
        by_split[picture.whole.split] = by_split.get(picture.whole.split, 0) + 1
    return Exported(
        asked.out,
        len(written),
        by_split if asked.splits() else {},
        {name: why for name, why in missing.items() if name in gone},
    )


def categories(wanted: Sequence[Whole]) -> list[str]:
    """Return the classes in order, the one of those that have none last."""
    names = {boxed.category for whole in wanted for boxed in whole.boxes}
    return [*sorted(names - {NO_CLASS}), *sorted(names & {NO_CLASS})]


def boxes_layout(text: str, files: Mapping[str, str], written: Sequence[Written]) -> Layout:
    """Return what the card says: whole pictures, not the dataset's crops."""
    boxes = sum(len(picture.boxes) for picture in written)
    holds = f"{len(written):,} whole pictures with {boxes:,} boxes."
    return Layout(text, files, ("object-detection",), holds, len(written))


def picture_bytes(item: Item) -> bytes:
    """Return a picture's own bytes where every reader shows them as they were looked at, otherwise a PNG.

    Readers of boxes differ in whether they heed EXIF's turns, so that a turned picture is written upright.
    """
    if item.data is not None and extension(item.data) in _READ:
        with Image.open(io.BytesIO(item.data)) as image:
            if image.getexif().get(_TURN, 1) in (0, 1) and image.size == item.pixels().shape[1::-1]:
                return item.data
    return encode_png(item.pixels())


def _plain_category(asked: ExportRequest) -> str:
    stages = {stage.get("use") for stage in asked.dataset.manifest.recipe.get("stages", ())}
    return "figure" if "full_body" in stages else "head"


def _name(whole: Whole) -> str:
    frame = whole.facts["frame"]
    if frame:
        return f"{safe_name(Path(whole.source_path).stem)}-{frame['type']}-{frame['number']}"
    if whole.facts["post_id"]:
        return safe_name(str(whole.facts["post_id"]))
    return safe_name(Path(whole.source_path).stem)


def _add_left_out(asked: ExportRequest, wanted: Sequence[Whole], category: str) -> None:
    """Add the boxes of heads that a filter left out; older drops go by name, where only one picture has it."""
    by_id = {whole.parent_id: whole for whole in wanted}
    by_path: dict[str, list[Whole]] = {}
    for whole in wanted:
        by_path.setdefault(whole.source_path, []).append(whole)
    for drop in pq.read_table(asked.dataset.path / "drops.parquet").drop_columns(["thumbnail"]).to_pylist():
        if drop["box_xyxy"] is None or drop["stage"] == "review":
            continue
        named = by_path.get(drop["source_path"], [])
        if drop.get("parent_id"):
            named = [by_id[drop["parent_id"]]] if drop["parent_id"] in by_id else []
        if len(named) != 1:
            continue
        box = (drop["box_xyxy"][0], drop["box_xyxy"][1], drop["box_xyxy"][2], drop["box_xyxy"][3])
        if all(iou(box, known.box) < _SAME_HEAD for known in named[0].boxes):
            named[0].boxes.append(Boxed(box, category))


def _clipped(boxes: Sequence[Boxed], width: int, height: int) -> Iterator[Boxed]:
    """Yield the boxes inside the picture; what lies outside altogether is no box."""
    for boxed in boxes:
        inside = clipped(boxed.box, width, height)
        if inside[2] - inside[0] >= 1 and inside[3] - inside[1] >= 1:
            yield replace(boxed, box=inside)
