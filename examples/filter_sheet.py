"""What each whole-picture filter leaves out of some drawn pictures, a row a filter: how `docs/filters.png` is made.

Usage: python examples/filter_sheet.py PER_FILTER OUT.png      for example: 7 filters.png
"""

import sys
from collections.abc import Iterator

import cv2
import numpy as np
from PIL import Image

from tachie.core.errors import Drop
from tachie.core.images import fitted, resized
from tachie.core.item import Item
from tachie.core.recipe import stage_name
from tachie.paperdoll import draw_paperdoll
from tachie.paperdoll.effects import effect
from tachie.pipeline.presets import preset

WIDTH_PX, CELL_PX, NAME_PX = 420, 112, 150


def doll(seed: int, **wishes: str) -> np.ndarray:
    """Return a drawn picture, a full figure before a plain ground where nothing else is wished for."""
    return draw_paperdoll(seed, {"extent": "full", "background": "plain", **wishes}).rgb(WIDTH_PX)


def page(seed: int) -> np.ndarray:
    """Return a figure beside a page of lettering."""
    out = np.full((560, 840, 3), 255, np.uint8)
    out[:, :420] = doll(seed)
    for line in range(15):
        cv2.putText(
            out, "full of letters and more", (432, 40 + 34 * line), cv2.FONT_HERSHEY_SIMPLEX, 0.85, (30,) * 3, 2
        )
    return out


def pictures(count: int) -> Iterator[np.ndarray]:
    """Yield pictures that each filter should leave out, `count` of a kind, and as many that all should keep."""
    scenes = ("park", "street", "classroom", "night", "sea", "shrine", "room")
    for i in range(count):
        seed = 40 + 10 * i
        yield doll(seed)
        yield doll(seed + 1, extent=("half", "bust")[i % 2])
        yield doll(seed + 2, background=scenes[i % len(scenes)])
        yield doll(seed + 3, chibi="yes")
        yield np.concatenate((doll(seed + 4)[:, 70:350], doll(seed + 5)[:, 70:350]), axis=1)
        yield np.rot90(doll(seed + 6), 1 + 2 * (i % 2))
        tone = ("greyscale", "sepia", "screentone")[i % 3]
        yield effect(tone).draw(doll(seed + 7), seed, (0.0, 0.0, 1.0, 1.0))
        yield page(seed + 8)
        cut = draw_paperdoll(seed + 9, {"extent": "half", "background": "plain"})
        y0, y1 = cut.head_xyxy[1], cut.head_xyxy[3]
        yield cut.rgb(WIDTH_PX)[round((y0 + 0.3 * (y1 - y0)) * WIDTH_PX / 600) :]
        yield resized(fitted(doll(seed + 9), 120)[0], WIDTH_PX, 560)


per_filter, out_file = int(sys.argv[1]), sys.argv[2]
filters = [s for s in preset("ganime").stages if stage_name(s) not in ("decode", "min_size", "full_body")]
left: dict[str, list[np.ndarray]] = {stage_name(s): [] for s in filters}
for picture in pictures(per_filter):
    item = Item(source="paperdoll", source_path="", rgb=np.ascontiguousarray(picture), parent_id="0")
    for stage in filters:
        try:
            list(stage(item))
        except Drop:
            left[stage_name(stage)].append(fitted(picture, CELL_PX - 6)[0])
sheet = np.full((CELL_PX * len(filters), NAME_PX + CELL_PX * per_filter, 3), 250, np.uint8)
for row, (name, dropped) in enumerate(left.items()):
    cv2.putText(sheet, name, (8, CELL_PX * row + 60), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (60, 50, 55), 1, cv2.LINE_AA)
    for column, small in enumerate(dropped[:per_filter]):
        y, x = CELL_PX * row + 3, NAME_PX + CELL_PX * column + (CELL_PX - small.shape[1]) // 2
        sheet[y : y + small.shape[0], x : x + small.shape[1]] = small
Image.fromarray(sheet).quantize(256, kmeans=1).save(out_file, optimize=True)
print(f"{sum(map(len, left.values()))} times left out, in {out_file}")
