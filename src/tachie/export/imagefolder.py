"""A folder of picture files with metadata.jsonl, as Hugging Face `imagefolder` and most trainers read it.

    OUT/metadata.jsonl          a line a picture: file_name, text (its caption), what is known of it, labels
    OUT/NAME.png                or OUT/CLASS/NAME.png with `by`; more than 9,900 in one go into OUT/0000/ and so on
    OUT/train/, validation/...  the same in each, where the dataset was split, and there a metadata.parquet too
    OUT/README.md               the card

Names follow the GochiUsa set: {video}-{k|p}-{i}-{j} for frames, {post id}_{j}_face for posts; others go by their id.

The Parquet files say the same as the lines do. `datasets` wants the same columns of the same types in all splits, and
guesses them for lines: what nothing is known of in one split would have another type there, and the set not load.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa

from tachie.core.images import extension
from tachie.dataset.card import Layout
from tachie.dataset.format import ROW_SCHEMA
from tachie.dataset.writer import RowFile
from tachie.export._captions import caption
from tachie.export._card import write_export_card
from tachie.export._folder import NO_CLASS, class_folders, new_folder, spread
from tachie.export._request import Exported, ExportRequest, split_of
from tachie.export._rows import LEFT_OUT, facts, own_labels, stems

LINES, TABLE = "metadata.jsonl", "metadata.parquet"


class Imagefolder:
    """Writes the pictures as files, in one folder or in a folder for each value of a label."""

    TAKES = ("by", "labels", "trigger", "class_word", "underscores", "tags")

    @staticmethod
    def export(asked: ExportRequest) -> Exported:
        """Write the files and their metadata; `by` names a label whose values become folders."""
        labels, splits = asked.known_labels(), asked.splits()
        by = labels[asked.by] if asked.by else {}
        folders = class_folders(by.values())
        wanted = []
        for row_id, stem in stems(asked.dataset):
            above = [split_of(splits, row_id)] if splits else []
            above += [folders[by[row_id]] if row_id in by else NO_CLASS] if asked.by else []
            wanted.append(("/".join(above), stem, row_id))
        counted: Counter[str] = Counter()
        with new_folder(asked.out) as out:
            with ExitStack() as files:
                lines = files.enter_context((out / LINES).open("w", encoding="utf-8"))
                tables: dict[str, RowFile] = {}
                for i, (row, path) in enumerate(zip(asked.dataset.rows(), spread(wanted), strict=True)):
                    own = own_labels(labels, row["id"])
                    picture = row.pop("image")["bytes"]
                    file = path + extension(picture)
                    (out / file).parent.mkdir(parents=True, exist_ok=True)
                    (out / file).write_bytes(picture)
                    text = caption(row["tags"] or (), own, asked.captions)
                    line = {"file_name": file, "text": text, **facts(row, own)}
                    lines.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
                    split = split_of(splits, row["id"]) if splits else ""
                    counted[split] += 1
                    if split and split not in tables:
                        tables[split] = files.enter_context(RowFile.create(out / split / TABLE, _schema(labels)))
                    if split:
                        tables[split].add({**row, **line, "file_name": file.removeprefix(f"{split}/")})
                    asked.progress(i + 1, len(asked.dataset))
            loaded = {split: f"{split}/**" for split in tables}
            write_export_card(asked, out, Layout(_text(asked.out), loaded, sheet=bool(splits)))
        return Exported(asked.out, counted.total(), {s: n for s, n in counted.items() if s})


def _schema(labels: Iterable[str]) -> pa.Schema:
    known = [field for field in ROW_SCHEMA if field.name not in LEFT_OUT]
    said = [pa.field("labels", pa.struct([(name, pa.string()) for name in labels]))] if labels else []
    return pa.schema([("file_name", pa.string()), ("text", pa.string()), *known, *said])


def _text(out: Path) -> str:
    name = json.dumps(out.name)
    return (
        f"Picture files with `{LINES}`: `file_name`, `text` (a caption), what is known of each, `labels`.\n\n"
        f"```python\nfrom datasets import load_dataset\n\nfaces = load_dataset({name})\n```"
    )
