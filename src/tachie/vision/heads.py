"""Our own head detector: a small network run by onnxruntime, heads as in data/illustrations/boxes.jsonl.

`weights/heads/` has the network and its card; `tasks/detector` trains it. Nothing here needs torch.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from tachie.core.boxes import Box
from tachie.core.images import Rgb

INPUT_PX = 448  # longer side of what the network looks at
TILED_OVER_PX = 1350  # pictures with a longer side over this are looked at in tiles too
TILE_PX = 700
TILE_OVERLAP = 0.25
FEWEST = 0.02  # confidences below are not worth a row
ABSENT = 0.004  # confidences below count as this
# A finding this sure is a head, or is none; one between calls for a second look (at one illustration in five).
DOUBT = (0.2, 0.7)
SECOND_PX = 576  # the second look is larger, and mirrored
SAME = 0.55  # overlap by which both looks mean the same head
OVERLAP = 0.45  # of two findings that overlap more, the surer one stays

Findings = tuple[NDArray[np.float32], NDArray[np.float32]]  # boxes [n, 4] xyxy px, scores [n]


@cache
def session() -> onnxruntime.InferenceSession:
    """Return the shipped network, on one thread: builds run a process a core."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    with as_file(files("tachie") / "weights" / "heads" / "heads.onnx") as path:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def find_heads(
    rgb: Rgb, network: onnxruntime.InferenceSession | None = None, second_look: bool = True
) -> tuple[list[Box], list[float]]:
    """Return head boxes (xyxy, px of `rgb`) and confidences 0..1, best first.

    Large pictures are looked at whole and in overlapping tiles, so that small faces are seen at their own size. Where
    the network is in doubt it looks a second time, unless told not to.
    """
    network = network or session()
    height, width = rgb.shape[:2]
    boxes, scores = look(rgb, network, second_look)
    if max(height, width) > TILED_OVER_PX:
        for x, y, tile in _tiles(rgb):
            found, sure = look(tile, network, second_look)
            # What a tile cuts is seen whole in the next one, or in the whole picture.
            whole = _away_from_cuts(found, x, y, tile.shape, rgb.shape)
            boxes = np.concatenate((boxes, found[whole] + np.array([x, y, x, y])))
            scores = np.concatenate((scores, sure[whole]))
    keep = suppressed(boxes, scores)
    limit = np.array([width, height, width, height], np.float32)
    return [tuple(float(v) for v in np.clip(boxes[k], 0, limit)) for k in keep], [float(scores[k]) for k in keep]  # type: ignore[misc]


def look(rgb: Rgb, network: onnxruntime.InferenceSession, second_look: bool) -> Findings:
    """Return boxes [n, 4] in px of `rgb` and scores [n], not yet suppressed; in doubt those of two looks together."""
    boxes, scores = _once(rgb, network, INPUT_PX)
    best = scores[_best(boxes, scores)]
    if second_look and ((best > DOUBT[0]) & (best < DOUBT[1])).any():
        mirrored, again = _once(np.ascontiguousarray(rgb[:, ::-1]), network, SECOND_PX)
        mirrored[:, [0, 2]] = rgb.shape[1] - mirrored[:, [2, 0]]
        return _together((boxes, scores), (mirrored, again))
    some = scores > FEWEST
    return boxes[some], scores[some]


def _once(rgb: Rgb, network: onnxruntime.InferenceSession, px: int) -> Findings:
    canvas, factor = letterboxed(rgb, px)
    planes = np.ascontiguousarray(canvas.transpose(2, 0, 1)[None], dtype=np.float32) / np.float32(255)
    scores, boxes = network.run(["scores", "boxes"], {"rgb": planes})
    some = scores[0] > ABSENT
    return boxes[0][some] / np.float32(factor), np.minimum(scores[0][some], np.float32(1 - 1e-6))


def _together(*looks: Findings) -> Findings:
    """Return what any look found, its box and the logit of its score averaged over all looks."""
    boxes, scores = [], []
    for box in np.concatenate([found[_best(found, sure)] for found, sure in looks]):
        logits, same, weights = [], [], []
        for found, sure in looks:
            alike = np.flatnonzero(overlaps(found, box) > SAME)
            share = np.float32(ABSENT)
            if len(alike):
                best = alike[sure[alike].argmax()]
                share = sure[best]
                same.append(found[best])
                weights.append(share)
            logits.append(np.log(share / (1 - share)))
        boxes.append(np.average(same, axis=0, weights=weights))
        scores.append(1 / (1 + np.exp(-np.mean(logits))))
    return np.array(boxes, np.float32).reshape(-1, 4), np.array(scores, np.float32)


def _best(boxes: NDArray[np.float32], scores: NDArray[np.float32]) -> NDArray[np.int64]:
    some = np.flatnonzero(scores > FEWEST)
    return some[suppressed(boxes[some], scores[some])]


def overlaps(boxes: NDArray[np.float32], box: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the IoU of each of `boxes` [n, 4] with `box` [4]."""
    low, high = np.maximum(boxes[:, :2], box[:2]), np.minimum(boxes[:, 2:], box[2:])
    common = np.clip(high - low, 0, None).prod(1)
    sizes = (boxes[:, 2:] - boxes[:, :2]).prod(1) + (box[2:] - box[:2]).prod()
    return np.asarray(common / np.maximum(sizes - common, 1e-6), np.float32)


def letterboxed(rgb: Rgb, px: int) -> tuple[Rgb, float]:
    """Return `rgb` with its longer side at `px`, black added right and below to multiples of 32, and the factor."""
    height, width = rgb.shape[:2]
    factor = px / max(height, width)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)
    out = np.zeros((-(-size[1] // 32) * 32, -(-size[0] // 32) * 32, 3), np.uint8)
    out[: size[1], : size[0]] = small
    return out, factor


def suppressed(boxes: NDArray[np.float32], scores: NDArray[np.float32]) -> list[int]:
    """Return the indices of boxes that no surer box overlaps by more than `OVERLAP`, surest first."""
    order = np.argsort(-scores, kind="stable")[:300]
    kept: list[int] = []
    while len(order):
        kept.append(int(order[0]))
        order = order[1:][overlaps(boxes[order[1:]], boxes[order[0]]) <= OVERLAP]
    return kept


def _tiles(rgb: Rgb) -> list[tuple[int, int, Rgb]]:
    """Cut a picture into overlapping squares of about `TILE_PX`: (x, y, pixels)."""
    height, width = rgb.shape[:2]

    def starts(length: int) -> list[int]:
        if length <= TILE_PX:
            return [0]
        count = int(np.ceil((length - TILE_PX) / (TILE_PX * (1 - TILE_OVERLAP)))) + 1
        return [round(k * (length - TILE_PX) / (count - 1)) for k in range(count)]

    return [(x, y, rgb[y : y + TILE_PX, x : x + TILE_PX]) for y in starts(height) for x in starts(width)]


def _away_from_cuts(
    boxes: NDArray[np.float32], x: int, y: int, tile: tuple[int, ...], whole: tuple[int, ...]
) -> NDArray[np.bool_]:
    edge = 4.0  # px
    keep = (boxes[:, 0] > edge) | (x == 0)
    keep &= (boxes[:, 1] > edge) | (y == 0)
    keep &= (boxes[:, 2] < tile[1] - edge) | (x + tile[1] >= whole[1])
    keep &= (boxes[:, 3] < tile[0] - edge) | (y + tile[0] >= whole[0])
    return np.asarray(keep, np.bool_)
