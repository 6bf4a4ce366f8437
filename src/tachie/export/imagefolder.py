"""A folder of picture files with metadata.jsonl, as Hugging Face `imagefolder` and most trainers read it.

Names follow the GochiUsa set: {video}-{k|p}-{i}-{j} for frames, {post id}_{j}_face for posts; others go by their id.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tachie.core.errors import UsageError, disk_full_named
from tachie.core.files import safe_name
from tachie.core.images import extension
from tachie.dataset.reader import Dataset

_LEFT_OUT = ("image", "content_sha256", "phash", "parent_id")


class Imagefolder:
    """Writes the pictures as files, in one folder or in a folder for each value of a label."""

    @staticmethod
    def export(dataset: Dataset, out: Path, by: str | None = None) -> int:
        """Write the files and metadata.jsonl into the new folder `out` and return how many there are.

        `by` names a label whose values become sub-folders, "unknown" where a picture has none. Everything is written
        beside and renamed at the end, so that `out` is never half there.
        """
        labels = dataset.labels(trusted=True)
        if by is not None and by not in labels:
            labels |= {name: values for name, values in dataset.labels().items() if name == by}
        if by is not None and by not in labels:
            raise UsageError(f"the dataset has no label '{by}'", f"It has: {', '.join(labels) or 'none'}.")
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise UsageError(f"{out} exists and is not empty", "Name a new folder with --out.")
        partial = out.with_name(f"{out.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        count, taken = 0, set()
        with disk_full_named(partial):
            partial.mkdir(parents=True)
            with (partial / "metadata.jsonl").open("w", encoding="utf-8") as metadata:
                for row in dataset.rows():
                    own = {name: values[row["id"]] for name, values in labels.items() if row["id"] in values}
                    folder = safe_name(own.get(by, "unknown")) if by else ""
                    stem = f"{folder}/{gochiusa_name(row)}" if folder else gochiusa_name(row)
                    if stem.lower() in taken:  # two videos of one name; and file systems that fold case
                        stem = f"{stem}-{row['id'][:8]}"
                    taken.add(stem.lower())
                    file_name = stem + extension(row["image"]["bytes"])
                    (partial / file_name).parent.mkdir(exist_ok=True)
                    (partial / file_name).write_bytes(row["image"]["bytes"])
                    metadata.write(json.dumps(_line(file_name, row, own), ensure_ascii=False, default=str) + "\n")
                    count += 1
            if out.exists():
                out.rmdir()
            partial.rename(out)
        return count


def gochiusa_name(row: Mapping[str, Any]) -> str:
    """Return a row's file name without its ending."""
    face = row["face_index"] or 0
    if row["frame"]:
        video = safe_name(Path(row["source_path"]).stem)
        return f"{video}-{row['frame']['type']}-{row['frame']['number']}-{face}"
    if row["post_id"]:
        return f"{safe_name(str(row['post_id']))}_{face}_face"
    return str(row["id"])[:16]


def _line(file_name: str, row: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    known = {k: v for k, v in row.items() if k not in _LEFT_OUT and v is not None and v != []}
    return {"file_name": file_name, **known, **({"labels": dict(labels)} if labels else {})}
