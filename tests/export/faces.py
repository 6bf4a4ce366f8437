"""A small dataset for tests of exporters, written as builds write it: heads on whole pictures, labels, splits."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from tachie.core.images import encode_jpeg, encode_png
from tachie.dataset.reader import Dataset
from tachie.dataset.writer import write_labels
from tachie.pipeline import Build, build

from ..conftest import scene, untagged

TAGS = {
    "a.jpg": ("Cocoa", "pink"),
    "b.jpg": ("Chino, the small", "blue"),
    "c/con.png": ("Cocoa", "pink"),
    "c/ö 漢字.jpg": ("../../etc", ""),
}


def heads_dataset(folder: Path) -> Dataset:
    """Return crops of heads from four pictures, one with two faces, with labels and hostile names."""
    pictures = folder / "pictures"
    for i, name in enumerate(TAGS):
        path = pictures / name
        path.parent.mkdir(parents=True, exist_ok=True)
        rgb = scene(i * 7, faces=2 if name == "a.jpg" else 1)
        path.write_bytes(encode_png(rgb) if name.endswith(".png") else encode_jpeg(rgb, 95))
    for sub in {Path(name).parent for name in TAGS}:
        with (pictures / sub / "labels.csv").open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(["file", "character", "hair_color"])
            table.writerows([Path(n).name, *said] for n, said in TAGS.items() if Path(n).parent == sub)
    said = {"url": "https://example.invalid/a.jpg", "tags": "smile pink_hair hair_bow highres ^_^"}
    (pictures / "a.jpg.json").write_text(json.dumps(said))
    recipe = untagged("faces")
    recipe = recipe.model_copy(update={"duplicates": recipe.duplicates.model_copy(update={"near_distance": -1})})
    return build(Build([str(pictures)], folder / "set", recipe, workers=0)).dataset


def split_by_hand(dataset: Dataset, wanted: dict[str, str], *, groups: bool = False) -> None:
    """Write labels/split.parquet: source_path -> split, what is not named is trained on; `groups` names groups too."""
    rows = dataset.columns(["id", "source_path"]).to_pylist()
    labels = {row["id"]: {"split": wanted.get(row["source_path"], "train")} for row in rows}
    if groups:
        labels = {row["id"]: {**labels[row["id"]], "group": f"group-{row['source_path']}"} for row in rows}
    write_labels(dataset.path, "split", labels, "split", [row["id"] for row in rows])
