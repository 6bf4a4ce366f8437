"""Tar shards, as the `webdataset` library and Hugging Face `datasets` stream them.

    OUT/train-000000.tar        about `shard_mb` each; train-, validation- ... where the dataset was split
    OUT/classes.txt             with `by`: a class a line, the first is number 0
    OUT/README.md               the card

A picture's files follow each other in the tar, under one key that is unique in the export: KEY.cls (the number of its
class, with `by`), KEY.json (what is known of it), KEY.png (or .jpg, .webp: its stored bytes), KEY.txt (its caption).
Keys count up, so that they sort as they lie. The same dataset gives the same bytes: no times, no owners.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tachie.core.images import decode, encode_png, extension
from tachie.dataset.card import Layout
from tachie.export._captions import caption
from tachie.export._card import write_export_card
from tachie.export._folder import NO_CLASS, new_folder
from tachie.export._request import Exported, ExportRequest, split_of
from tachie.export._rows import facts, own_labels

CLASSES = "classes.txt"
_MB = 1_000_000


class Webdataset:
    """Writes tar shards."""

    TAKES = ("by", "labels", "trigger", "class_word", "underscores", "tags", "shard_mb", "as_png")

    @staticmethod
    def export(asked: ExportRequest) -> Exported:
        """Write the shards; `by` names a label whose values are numbered as classes, what has none comes last."""
        labels, splits = asked.known_labels(), asked.splits()
        names = [*sorted(set(labels[asked.by].values())), NO_CLASS] if asked.by else []
        numbers = {name: number for number, name in enumerate(names)}
        counted: Counter[str] = Counter()
        formats: Counter[str] = Counter()
        with new_folder(asked.out) as out, ExitStack() as opened:
            shards: dict[str, _Shards] = {}
            for i, row in enumerate(asked.dataset.rows()):
                own = own_labels(labels, row["id"])
                split = split_of(splits, row["id"])
                if split not in shards:
                    shards[split] = _Shards(out, split, asked.shard_mb * _MB)
                    opened.callback(shards[split].close)
                picture = row["image"]["bytes"]
                if asked.as_png and extension(picture) != ".png":
                    picture = encode_png(decode(picture).rgb)
                ending = extension(picture)
                formats[ending] += 1
                files = {
                    ".cls": str(numbers[own.get(asked.by, NO_CLASS)]).encode() if asked.by else None,
                    ".json": json.dumps(facts(row, own), ensure_ascii=False, default=str).encode(),
                    ending: picture,
                    ".txt": caption(row["tags"] or (), own, asked.captions).encode(),
                }
                key = f"{i:08d}-{row['id'][:12]}"
                shards[split].add(key, {end: data for end, data in files.items() if data is not None})
                counted[split] += 1
                asked.progress(i + 1, len(asked.dataset))
            opened.close()
            if names:
                (out / CLASSES).write_text("".join(f"{' '.join(name.split())}\n" for name in names), "utf-8")
            write_export_card(asked, out, Layout(_text(asked), {split: f"{split}-*.tar" for split in shards}))
        return Exported(asked.out, counted.total(), counted if splits else {}, notes=_notes(formats))


@dataclass
class _Shards:
    """The tars of one split, one after another."""

    folder: Path
    split: str
    most_bytes: int
    _tar: tarfile.TarFile | None = None
    _count: int = 0
    _bytes: int = 0

    def add(self, key: str, files: Mapping[str, bytes]) -> None:
        """Put the files of one picture into the shard, or the next one where they would make it too large."""
        size = sum(len(data) + 1024 for data in files.values())  # a header and padding each
        if self._tar is not None and self._bytes + size > self.most_bytes:
            self.close()
        if self._tar is None:
            path = self.folder / f"{self.split}-{self._count:06d}.tar"
            self._tar = tarfile.TarFile(path, "w", format=tarfile.USTAR_FORMAT)
            self._count, self._bytes = self._count + 1, 0
        self._bytes += size
        for ending, data in sorted(files.items()):
            info = tarfile.TarInfo(key + ending)  # mtime 0, no owner
            info.size = len(data)
            self._tar.addfile(info, io.BytesIO(data))

    def close(self) -> None:
        """Finish the shard that is open, if one is."""
        if self._tar is not None:
            tar, self._tar = self._tar, None
            tar.close()


def _notes(formats: Mapping[str, int]) -> tuple[str, ...]:
    if len(formats) < 2:
        return ()
    kinds = ", ".join(f"{n:,} {end}" for end, n in sorted(formats.items()))
    return (
        f"the pictures are of several kinds ({kinds}), which `datasets` does not read from tars; --png makes them one",
    )


def _text(asked: ExportRequest) -> str:
    name = json.dumps(asked.out.name)
    classes = f", `.cls` (the class's number, a line of `{CLASSES}`)" if asked.by else ""
    return (
        f"Tar shards. A picture has `.json` (what is known of it, labels), `.txt` (a caption){classes} and itself.\n\n"
        "```python\nimport webdataset\n\n"
        f'faces = webdataset.WebDataset({name} + "/train-000000.tar", shardshuffle=False).decode("pil")\n```\n\n'
        f"```python\nfrom datasets import load_dataset\n\nfaces = load_dataset({name}, streaming=True)\n```"
    )
