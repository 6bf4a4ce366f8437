"""`tachie tag`: what a tagger says of pictures, and of the rows of a finished dataset."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from tachie.core import registry
from tachie.core.boxes import Box, area
from tachie.core.errors import Unreadable
from tachie.core.images import Rgb, decode
from tachie.core.item import Item, Ref
from tachie.core.recipe import Recipe
from tachie.core.tagged import Tagged
from tachie.dataset.reader import Dataset
from tachie.dataset.tagged import SPEAKER, TaggedFile
from tachie.pipeline.build import refs_of, source_of
from tachie.stages.decode import Decode
from tachie.stages.tag import main_face
from tachie.vision.faces import Detector
from tachie.vision.tagger import Tagger

_In = TypeVar("_In")
_Out = TypeVar("_Out")
_BATCH = 16


@dataclass(frozen=True, slots=True)
class TaggedFace:
    """A face of a picture: its head's box in px, the detector's confidence, and what was said of it."""

    head_xyxy: Box
    confidence: float
    said: Tagged

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        head = {"xyxy": [round(v, 1) for v in self.head_xyxy], "confidence": round(self.confidence, 4)}
        return head | said_as_dict(self.said)


@dataclass(frozen=True, slots=True)
class TaggedPicture:
    """One picture's size and faces, the largest first, or why it could not be read."""

    file: str
    width: int = 0
    height: int = 0
    faces: tuple[TaggedFace, ...] = ()
    error: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the line of `tachie tag --json`: `attributes` and `labels` are the largest face's."""
        if self.error:
            return {"file": self.file, "error": self.error}
        main = said_as_dict(self.faces[0].said) if self.faces else {"attributes": {}, "labels": {}}
        size = {"file": self.file, "width": self.width, "height": self.height}
        return size | main | {"faces": [face.as_dict() for face in self.faces]}


def said_as_dict(said: Tagged) -> dict[str, Any]:
    """Return what was said as plain JSON: every probability, and the values that are taken for true."""
    attributes = {n: {v: round(p, 4) for v, p in values.items()} for n, values in said.probabilities.items()}
    tags = {"tags": list(said.tags)} if said.tags else {}
    return {"attributes": attributes, "labels": dict(said.labels), **tags}


def tag_pictures(places: Sequence[str], by: Tagger, find: Detector | None) -> Iterator[TaggedPicture]:
    """Yield what is said of each picture at the places, in listing order; `find` None takes pictures as faces."""
    for place in places:
        source_of(place)
    stage = Decode()
    recipe = Recipe(stages=(stage,))

    def look(one: Item | TaggedPicture) -> TaggedPicture:
        if isinstance(one, TaggedPicture):
            return one
        try:
            (item,) = stage(one)
        except Unreadable as error:
            return _unreadable(one.source_path, error)
        name = item.source_path + (f"#{item.frame.type}{item.frame.number}" if item.frame else "")
        return _tagged(name, item.pixels(), by, find)

    yield from _in_order(look, _items((ref for place in places for ref in refs_of(place, recipe)), recipe))


def _items(refs: Iterable[Ref], recipe: Recipe) -> Iterator[Item | TaggedPicture]:
    """Yield the pictures, and for what cannot be opened at all, the line that says so."""
    for ref in refs:
        try:
            if ref.problem:
                raise Unreadable(*ref.problem)
            yield from registry.find("sources", ref.source).items(ref, recipe)
        except Unreadable as error:
            yield _unreadable(ref.name, error)


def _unreadable(name: str, error: Unreadable) -> TaggedPicture:
    return TaggedPicture(name, error=f"{error.reason}: {error.detail}" if error.detail else error.reason)


def _tagged(name: str, rgb: Rgb, by: Tagger, find: Detector | None) -> TaggedPicture:
    height, width = rgb.shape[:2]
    if find is None:
        whole: Box = (0.0, 0.0, float(width), float(height))
        faces = [TaggedFace(whole, 1.0, by([rgb])[0])]
    else:
        heads = sorted(find(rgb), key=lambda head: -area(head.head_xyxy))
        said = by([by.crop(rgb, head.head_xyxy) for head in heads])
        faces = [TaggedFace(h.head_xyxy, h.confidence, one) for h, one in zip(heads, said, strict=True)]
    return TaggedPicture(name, width, height, tuple(faces))


def tag_dataset(
    dataset: Dataset,
    by: Tagger,
    *,
    as_they_are: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Any]:
    """Write labels/tagger.parquet of a finished dataset and return what became known; no row is rewritten.

    Where the face is in a stored picture follows from the recipe in the manifest: a crop is shown to the tagger as
    much as it has of what the tagger wants to see, in a full body the head is found first; with `as_they_are`, and
    where the recipe does neither, the picture is the face. Pictures that cannot be read stay unknown and are counted.
    """
    see = _whole if as_they_are else _view(dataset, by)
    counted: Counter[str] = Counter()
    unreadable, done = 0, 0

    def look(rows: list[tuple[str, bytes]]) -> list[tuple[str, Tagged | None]]:
        names, faces, found = [], [], []
        for row_id, data in rows:
            try:
                face = see(decode(data).rgb)
            except Unreadable:
                found.append((row_id, None))
                continue
            if face is not None:
                names.append(row_id)
                faces.append(face)
        return [*found, *zip(names, by(faces), strict=True)]

    with TaggedFile.create(dataset.path, by.labels, by.key) as file:
        for batch in _in_order(look, _batches(dataset)):
            for row_id, said in batch:
                if said is None:
                    unreadable += 1
                else:
                    file.add(row_id, said)
                    counted.update(said.known().keys())
            done = min(len(dataset), done + _BATCH)
            progress(done, len(dataset))
    return {
        "labels": str(dataset.path / "labels" / f"{SPEAKER}.parquet"),
        "tagger": by.key,
        "rows": len(dataset),
        "unreadable": unreadable,
        "known": {label.name: counted[label.name] for label in by.labels},
        "not_trusted": [label.name for label in by.labels if not label.trusted],
    }


def _whole(rgb: Rgb) -> Rgb | None:
    return rgb


def _view(dataset: Dataset, by: Tagger) -> Callable[[Rgb], Rgb | None]:
    stages = {stage["use"]: stage for stage in dataset.manifest.recipe["stages"]}
    if "crop" in stages:
        scale, shift = float(stages["crop"]["scale"]), float(stages["crop"]["shift"])
        return lambda rgb: by.crop(rgb, _head_in_crop(rgb, scale, shift))
    return (lambda rgb: main_face(rgb, by)) if "full_body" in stages else _whole


def _head_in_crop(rgb: Rgb, scale: float, shift: float) -> Box:
    """Return where the head is in a crop, as a square; one that was moved at its picture's border is off a little."""
    side = min(rgb.shape[:2])
    longer = side / scale
    x, y = side / 2, side / 2 - shift * longer
    return x - longer / 2, y - longer / 2, x + longer / 2, y + longer / 2


def _batches(dataset: Dataset) -> Iterator[list[tuple[str, bytes]]]:
    held: list[tuple[str, bytes]] = []
    for row in dataset.images():
        held.append(row)
        if len(held) == _BATCH:
            yield held
            held = []
    if held:
        yield held


def _in_order(work: Callable[[_In], _Out], jobs: Iterable[_In]) -> Iterator[_Out]:
    """Do jobs on a few threads (decoding and networks release the GIL) and yield their results in order."""
    threads = min(4, os.cpu_count() or 1)
    under_way: deque[Future[_Out]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for job in jobs:
            under_way.append(pool.submit(work, job))
            if len(under_way) > 2 * threads:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
