"""Finding the picture again that a row or a drop came from, where its source is still there.

A dataset names its inputs without the folders above them, which are nobody else's business. So they are looked for
beside the dataset and in the working folder, or where somebody says. A picture counts as a row's original only if it
has the row's `parent_id`, which is a sha256 of its content: a file that merely has the same name is never shown.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tachie.core import registry
from tachie.core.errors import Drop, TachieError
from tachie.core.item import Item, Ref
from tachie.core.recipe import Recipe, parse_recipe
from tachie.dataset.reader import Dataset
from tachie.pipeline.build import refs_of
from tachie.stages.decode import Decode


@dataclass
class Originals:
    """The inputs of a dataset, listed when the first picture is asked for."""

    dataset: Dataset
    places: Sequence[str] = ()
    _refs: dict[str, list[Ref]] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def recipe(self) -> Recipe:
        """The recipe by which the dataset was built."""
        return parse_recipe(self.dataset.manifest.recipe, "the dataset's manifest")

    def found(self) -> list[str]:
        """Return the places that will be read."""
        if self.places:
            return list(self.places)
        above = (self.dataset.path.absolute().parent, Path.cwd())
        places = []
        for name in self.dataset.manifest.inputs:
            if ":" in name:  # no path: something that a source makes by itself
                places.append(name)
                continue
            places += [str(folder / name) for folder in above if (folder / name).exists()][:1]
        return places

    def refs(self, source_path: str) -> list[Ref]:
        """Return what the inputs hold under a row's `source_path`."""
        with self._lock:
            if self._refs is None:
                self._refs = {}
                for place in self.found():
                    for ref in self._listed(place):
                        self._refs.setdefault(ref.name, []).append(ref)
            if source_path in self._refs:
                return self._refs[source_path]
            return self._refs.get(source_path.partition("#")[0], [])

    def items(self, source_path: str) -> Iterator[Item]:
        """Yield the decoded pictures that the inputs hold under a row's `source_path`; broken ones are passed over."""
        for ref in self.refs(source_path):
            yield from self._opened(ref)

    def picture(self, source_path: str, parent_id: str) -> Item | None:
        """Return the decoded original of a row, or None where it is gone or has changed."""
        return next((item for item in self.items(source_path) if item.parent_id == parent_id), None)

    def pictures(self, wanted: Mapping[str, set[str]]) -> Iterator[Item]:
        """Yield the decoded originals with these parent ids, by source_path, each once; what is gone is passed over.

        Every input is opened once, however many of its pictures are wanted: a video is not decoded for each frame.
        """
        found: set[str] = set()
        opened: dict[int, tuple[Ref, set[str]]] = {}
        for source_path, parent_ids in wanted.items():
            for ref in self.refs(source_path):
                opened.setdefault(id(ref), (ref, set()))[1].update(parent_ids)
        for ref, parent_ids in opened.values():
            for item in self._opened(ref) if parent_ids - found else ():
                if item.parent_id in parent_ids - found:
                    found.add(item.parent_id)
                    yield item

    def _opened(self, ref: Ref) -> Iterator[Item]:
        """Yield the decoded pictures of one input; broken ones are passed over."""
        if ref.problem:
            return
        try:
            for item in registry.find("sources", ref.source).items(ref, self.recipe):
                yield from Decode()(item)
        except Drop:
            return

    def _listed(self, place: str) -> Iterator[Ref]:
        try:
            yield from refs_of(place, self.recipe)
        except TachieError:
            return
