"""A recipe to share instead of pictures: addresses and hashes, and the build's settings; nobody's rights are touched.

OUT/pictures.jsonl has a line for each picture that rows were made from: sha256 of its bytes, where it was, what was
said of it. OUT/build.toml makes the same faces of them. `tachie collect recipe OUT` fetches them again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from tachie import __version__
from tachie.core.errors import UsageError
from tachie.dataset.reader import Dataset
from tachie.export._folder import new_folder
from tachie.export._request import Exported, ExportRequest

PICTURES = "pictures.jsonl"
_FIELDS = ("url", "source", "page_url", "post_id", "rating", "artist", "rights", "released_at")
# Labels that a site stated of the whole picture; others belong to faces and follow from the build.
_LABELS = ("character", "reading", "voice", "game", "brand", "genre", "kind", "profile")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_README = """# A recipe of {count:,} pictures

Addresses and hashes of pictures, written by tachie {version}. The pictures themselves belong to their makers and are
not here. To have them again, and the same {rows:,} rows of them:

    tachie collect recipe {name} --out collected
    tachie build collected --recipe {name}/build.toml --out dataset

What is gone from its address or was changed there is named by the first command.
"""


class Recipe:
    """Writes addresses and hashes instead of pictures."""

    TAKES = ()

    @staticmethod
    def export(asked: ExportRequest) -> Exported:
        """Write the recipe.

        Rows of files that never had an address are left out. Raises `UsageError` where that is all of them.
        """
        if asked.by is not None:
            raise UsageError("--by sorts pictures into folders, and a recipe has none", "Leave --by out.")
        manifest = asked.dataset.manifest
        with new_folder(asked.out) as out:
            lines = _lines(asked.dataset)
            if not lines:
                raise UsageError(
                    "no picture of this dataset has an address",
                    "A recipe is for what tachie collect fetched from the web.",
                )
            text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines.values())
            (out / PICTURES).write_text(text, "utf-8")
            (out / "build.toml").write_text(as_toml(manifest.recipe), "utf-8")
            said = _README.format(count=len(lines), version=__version__, rows=manifest.rows, name=asked.out.name)
            (out / "README.md").write_text(said, "utf-8")
        return Exported(asked.out, len(lines))


def _lines(dataset: Dataset) -> dict[str, dict[str, Any]]:
    """Return sha256 -> line of every picture that has an address, in the order of the rows."""
    labels = {name: values for name, values in dataset.labels().items() if name in _LABELS}
    found: dict[str, dict[str, Any]] = {}
    columns = ["id", "parent_id", "tags", *_FIELDS]
    for row in dataset.columns(columns).to_pylist():
        if not row["url"] or not _SHA256.fullmatch(row["parent_id"]):
            continue
        line = {"sha256": row["parent_id"], **{name: row[name] for name in _FIELDS if row[name]}}
        line |= {"tags": row["tags"]} if row["tags"] else {}
        line |= {name: values[row["id"]] for name, values in labels.items() if row["id"] in values}
        found.setdefault(row["parent_id"], line)
    return found


def as_toml(recipe: Mapping[str, Any]) -> str:
    """Return a build's recipe as TOML, which `tachie build --recipe` reads; what is None keeps its default."""
    lines = [f"{name} = {_value(value)}" for name, value in recipe.items() if _plain(value) and name != "stages"]
    for stage in recipe.get("stages", ()):
        lines += [
            "",
            "[[stages]]",
            *(f"{name} = {_value(value)}" for name, value in stage.items() if value is not None),
        ]
    for name, table in recipe.items():
        if isinstance(table, Mapping):
            lines += ["", f"[{name}]", *(f"{k} = {_value(v)}" for k, v in table.items() if v is not None)]
    return "\n".join(lines).lstrip("\n") + "\n"


def _plain(value: object) -> bool:
    return value is not None and not isinstance(value, Mapping)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k} = {_value(v)}" for k, v in value.items() if v is not None) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(v) for v in value if v is not None) + "]"
    return json.dumps(value)  # strings, numbers and booleans are written alike in both
