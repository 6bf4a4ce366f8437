"""Boxes on whole pictures as COCO writes them: pycocotools and what is built on it read them.

    OUT/annotations/instances_SPLIT.json    images, annotations (bbox x y width height in pixels), categories
    OUT/SPLIT/NAME.jpg                      the whole pictures, their own bytes; one split "train" where there is none
    OUT/SPLIT/metadata.jsonl                the same boxes for Hugging Face `imagefolder`, as `objects`
    OUT/README.md                           the card

The one category is "head" (or "figure" in a set of full bodies), with `by` each value of a label. An annotation has,
besides COCO's own fields, `score` (the detector's), `row_id` and `labels`; that of a head which a filter left out of
the dataset has none of the three.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tachie.export._card import write_export_card
from tachie.export._folder import new_folder
from tachie.export._request import Exported, ExportRequest
from tachie.export._whole import Boxed, Written, boxes_layout, categories, gather, summed_up, write_pictures


class Coco:
    """Writes whole pictures and COCO's JSON."""

    TAKES = ("by", "labels", "places")

    @staticmethod
    def export(asked: ExportRequest) -> Exported:
        """Write the pictures that are found again and their boxes; `by` names a label: its values are categories."""
        with new_folder(asked.out) as out:
            wanted = gather(asked, "{split}")
            numbers = {name: i for i, name in enumerate(categories(wanted), 1)}
            written = sorted(write_pictures(asked, out, wanted), key=lambda picture: picture.file)
            done = summed_up(asked, wanted, written)
            splits = sorted({picture.whole.split for picture in written})
            (out / "annotations").mkdir()
            for split in splits:
                pictures = [picture for picture in written if picture.whole.split == split]
                said = _instances(asked, split, pictures, numbers)
                text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
                (out / "annotations" / f"instances_{split}.json").write_text(text + "\n", "utf-8")
                lines = [json.dumps(_objects(split, picture), ensure_ascii=False) + "\n" for picture in pictures]
                (out / split / "metadata.jsonl").write_text("".join(lines), "utf-8")
            files = {split: f"{split}/**" for split in splits}
            write_export_card(asked, out, boxes_layout(_text(asked.out), files, written))
        return done


def _instances(
    asked: ExportRequest, split: str, pictures: Sequence[Written], numbers: Mapping[str, int]
) -> dict[str, Any]:
    rights = sorted({picture.whole.facts["rights"] or "unknown" for picture in pictures})
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for i, picture in enumerate(pictures, 1):
        facts = picture.whole.facts
        addresses = {"coco_url": facts["url"], "page_url": facts["page_url"]}
        images.append(
            {
                "id": i,
                "file_name": picture.file.removeprefix(f"{split}/"),
                "width": picture.width,
                "height": picture.height,
                "license": rights.index(facts["rights"] or "unknown") + 1,
                **{key: address for key, address in addresses.items() if address},
            }
        )
        for boxed in picture.boxes:
            annotations.append(_annotation(len(annotations) + 1, i, boxed, numbers))
    return {
        "info": {
            "description": f"{asked.out.name}, {split}",
            "version": asked.dataset.manifest.build_key[:16],
            "contributor": f"tachie {asked.dataset.manifest.program_version}",
        },
        "licenses": [{"id": i, "name": name, "url": ""} for i, name in enumerate(rights, 1)],
        "images": images,
        "annotations": annotations,
        "categories": [{"id": i, "name": name, "supercategory": "character"} for name, i in numbers.items()],
    }


def _annotation(number: int, image: int, boxed: Boxed, numbers: Mapping[str, int]) -> dict[str, Any]:
    x, y, width, height = _xywh(boxed)
    said: dict[str, Any] = {
        "id": number,
        "image_id": image,
        "category_id": numbers[boxed.category],
        "bbox": [x, y, width, height],
        "area": round(width * height, 2),
        "segmentation": [],
        "iscrowd": 0,
    }
    if boxed.row_id:
        said["row_id"] = boxed.row_id
    if boxed.confidence is not None:
        said["score"] = round(boxed.confidence, 4)
    return {**said, **({"labels": dict(boxed.labels)} if boxed.labels else {})}


def _objects(split: str, picture: Written) -> dict[str, Any]:
    return {
        "file_name": picture.file.removeprefix(f"{split}/"),
        "width": picture.width,
        "height": picture.height,
        "objects": {
            "bbox": [_xywh(boxed) for boxed in picture.boxes],
            "category": [boxed.category for boxed in picture.boxes],
        },
    }


def _xywh(boxed: Boxed) -> list[float]:
    x0, y0, x1, y1 = boxed.box
    return [round(x0, 2), round(y0, 2), round(x1 - x0, 2), round(y1 - y0, 2)]


def _text(out: Path) -> str:
    return (
        "Whole pictures with boxes: COCO's JSON in `annotations/`, and `objects` for a hub's loader.\n\n"
        "```python\nfrom pycocotools.coco import COCO\n\n"
        f'coco = COCO("{out.name}/annotations/instances_train.json")  # pictures are in {out.name}/train\n```'
    )
