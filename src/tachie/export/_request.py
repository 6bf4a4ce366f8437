"""What every exporter of datasets is asked for, and what it gives back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tachie.core.errors import UsageError
from tachie.core.item import Item
from tachie.dataset.reader import Dataset
from tachie.dataset.split import GROUP, TRAIN
from tachie.dataset.split import LABEL as SPLIT

# Finds whole pictures again: source_path -> the parent ids wanted of it, to the decoded pictures, each once.
FindOriginals = Callable[[Mapping[str, set[str]]], Iterator[Item]]


@dataclass(frozen=True, slots=True)
class CaptionStyle:
    """How captions are put into words; `trigger` and `class_word` stand first, in this order."""

    trigger: str = ""
    class_word: str = ""
    underscores: bool = False
    from_tags: bool = True


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """One export of a dataset into the new folder `out`.

    `by` is the label whose values become classes. `labels` None means all that are trusted, otherwise exactly those
    named, guesses included. The rest belongs to some formats alone and is ignored by the others.
    """

    dataset: Dataset
    out: Path
    by: str | None = None
    labels: tuple[str, ...] | None = None
    captions: CaptionStyle = field(default_factory=CaptionStyle)
    shard_mb: int = 500
    as_png: bool = False
    repeats: int = 1
    resolution_px: int | None = None
    root: str = ""
    find_originals: FindOriginals | None = None
    progress: Callable[[int, int], None] = lambda done, total: None

    def known_labels(self) -> dict[str, dict[str, str]]:
        """Return label -> {id: value} of what is exported; `split` and its groups are not among them.

        Raises `UsageError` for a label that the dataset has not.
        """
        every = self.dataset.labels()
        for name in (*(self.labels or ()), *([self.by] if self.by else [])):
            if name not in every:
                raise UsageError(f"the dataset has no label '{name}'", f"It has: {', '.join(every) or 'none'}.")
        chosen = self.dataset.labels(trusted=True)
        if self.labels is not None:
            chosen = {name: every[name] for name in self.labels}
        if self.by and self.by not in chosen:
            chosen = {**chosen, self.by: every[self.by]}
        return {name: values for name, values in chosen.items() if name not in (SPLIT, GROUP)}

    def splits(self) -> dict[str, str]:
        """Return id -> split as a word that names files and loaders' splits; empty where the dataset was not split."""
        return {row_id: re.sub(r"\W", "_", said) for row_id, said in self.dataset.labels().get(SPLIT, {}).items()}


def split_of(splits: Mapping[str, str], row_id: str) -> str:
    """Return a row's split, as training sees it: what was never split is trained on."""
    return splits.get(row_id, TRAIN)


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: pictures in all and by split, what could not be (name -> why), and what people should know."""

    out: Path
    pictures: int
    by_split: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
