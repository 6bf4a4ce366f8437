"""Boxes on whole pictures as YOLO trainers read them.

    OUT/data.yaml                   where the splits' pictures are, and the names of the classes
    OUT/images/SPLIT/NAME.jpg       the whole pictures, their own bytes
    OUT/labels/SPLIT/NAME.txt       a line a box: class, centre x and y, width, height, as shares of the picture's
    OUT/README.md                   the card

The one class is "head" (or "figure" in a set of full bodies), with `by` each value of a label. data.yaml names no
`path`, so that readers take the folder that it lies in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from tachie.dataset.split import KEPT, TRAIN
from tachie.export._card import write_export_card
from tachie.export._folder import new_folder
from tachie.export._request import Exported, ExportRequest
from tachie.export._whole import Written, boxes_layout, categories, gather, summed_up, write_pictures

_KEYS = {TRAIN: "train", KEPT: "val"}  # YOLO's words for our splits


class Yolo:
    """Writes whole pictures, a text file of boxes for each, and data.yaml."""

    TAKES = ("by", "labels", "places")

    @staticmethod
    def export(asked: ExportRequest) -> Exported:
        """Write the pictures that are found again and their boxes; `by` names a label whose values become classes."""
        with new_folder(asked.out) as out:
            wanted = gather(asked, "images/{split}")
            names = categories(wanted)
            numbers = {name: i for i, name in enumerate(names)}
            written = []
            for picture in write_pictures(asked, out, wanted):
                file = out / f"labels/{picture.whole.path.removeprefix('images/')}.txt"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(_lines(picture, numbers), "utf-8")
                written.append(picture)
            done = summed_up(asked, wanted, written)
            splits = {picture.whole.split for picture in written}
            (out / "data.yaml").write_text(_data_yaml(splits, names), "utf-8")
            write_export_card(asked, out, boxes_layout(_text(asked.out), {}, written))
        return done


def _lines(picture: Written, numbers: Mapping[str, int]) -> str:
    lines = []
    for boxed in picture.boxes:
        x0, y0, x1, y1 = boxed.box
        shares = (
            (x0 + x1) / 2 / picture.width,
            (y0 + y1) / 2 / picture.height,
            (x1 - x0) / picture.width,
            (y1 - y0) / picture.height,
        )
        lines.append(f"{numbers[boxed.category]} {' '.join(f'{share:.6f}' for share in shares)}\n")
    return "".join(lines)


def _data_yaml(splits: Iterable[str], names: Iterable[str]) -> str:
    there = set(splits)
    lines = [f"{_KEYS.get(split, split)}: images/{split}" for split in sorted(there)]
    if KEPT not in there and TRAIN in there:
        lines += ["# Trainers ask for val, and the set is not split (tachie split): these are seen in training too."]
        lines += [f"val: images/{TRAIN}"]
    lines += ["names:", *(f"  {i}: {json.dumps(name, ensure_ascii=False)}" for i, name in enumerate(names))]
    return "\n".join(lines) + "\n"


def _text(out: Path) -> str:
    return (
        "Whole pictures in `images/`, their boxes in `labels/`.\n\n"
        f"```sh\nyolo detect train data={out.name}/data.yaml model=yolo11n.pt\n```"
    )
