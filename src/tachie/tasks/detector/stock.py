"""What the head detector learns from: annotated illustrations, face sets, drawn figures, sprites."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tachie.core.boxes import iou
from tachie.core.files import write_atomically
from tachie.paperdoll import choice, compose, render
from tachie.paperdoll.character import WIDTH_PX, design
from tachie.tasks.detector.scenes import Picture, Stock
from tachie.vision.faces import animeface_heads, cascade, lbpcascade_heads

# Set, the side at which the two teachers look at a face (px), and how many faces they are asked about.
FACE_SETS = (("screen-256.zip", 256, 3200), ("booru-96-tagged.zip", 192, 9400), ("getchu-64.zip", 192, 5000))
FACE_PX = 160  # faces are kept no larger than this
FIGURE_PX = 300  # width of a drawn figure
FIRST_SEED = 100_000  # of the drawn figures: no test and no demo draws these


def illustrations(data: Path) -> dict[str, Picture]:
    """Return the annotated illustrations by file name."""
    folder = data / "illustrations"
    rows = [json.loads(line) for line in (folder / "boxes.jsonl").read_text().splitlines()]
    return {
        row["file_name"]: Picture(
            _decoded((folder / row["file_name"]).read_bytes()),
            np.array(row["faces_xyxy"], np.float32).reshape(-1, 4),
        )
        for row in rows
    }


def training_names(archive: zipfile.ZipFile) -> list[str]:
    """Return the pictures of a face set in a seeded order, without the tenth that is kept aside."""
    names = sorted(name for name in archive.namelist() if name.endswith(".webp"))
    random.Random(0).shuffle(names)
    return names[: len(names) * 9 // 10]


def label_faces(data: Path, out: Path, say: Callable[[str], None] = lambda line: None) -> None:
    """Write the head boxes of the face sets where both classic detectors agree, or the better one is all but sure.

    A line of JSON a face: set, name, box in parts of the side. The file is written whole, once.
    """
    if out.is_file():
        return
    classifier = cascade(data / "lbpcascade_animeface.xml")
    lines: list[str] = []
    for name, px, most in FACE_SETS:
        with zipfile.ZipFile(data / name) as archive:
            for member in training_names(archive)[:most]:
                face = cv2.resize(_decoded(archive.read(member)), (px, px), interpolation=cv2.INTER_CUBIC)
                box = _agreed(np.ascontiguousarray(face), classifier)
                if box is not None:
                    lines.append(json.dumps([name, member, [round(float(v), 4) for v in box]]))
        say(f"{name}: {len(lines)} faces with boxes so far")
    write_atomically(out, "\n".join(lines))


def _agreed(face: NDArray[np.uint8], classifier: cv2.CascadeClassifier) -> NDArray[np.float64] | None:
    px = face.shape[0]
    room = px // 4  # around tight crops, where the teachers would see nothing
    rgb = cv2.copyMakeBorder(face, room, room, room, room, cv2.BORDER_REPLICATE).astype(np.uint8)
    found = [head for head in animeface_heads(rgb) if head.confidence > 0.5]
    if len(found) != 1:
        return None
    second = lbpcascade_heads(rgb, classifier)
    same = [head for head in second if iou(head.head_xyxy, found[0].head_xyxy) > 0.5]
    if len(second) > 1 or (not same and found[0].confidence < 0.95):
        return None
    box = np.array(found[0].head_xyxy)
    if same:
        box = (2 * box + np.array(same[0].head_xyxy)) / 3
    box = np.clip((box - room) / px, 0, 1)
    return box if box[2] - box[0] >= 0.3 else None


def load_stock(data: Path, labels: Path, figures: int) -> Stock:
    """Return all but the illustrations: labelled faces, `figures` drawn figures, sprites, grounds without heads."""
    drawn = list(_drawn(figures))
    sprites = list(_sprites(data / "sprites"))
    return Stock([], drawn + sprites * max(1, figures // 80), _faces(data, labels), _grounds(data, drawn + sprites))


def _faces(data: Path, labels: Path) -> list[Picture]:
    out: list[Picture] = []
    archives = {name: zipfile.ZipFile(data / name) for name, _, _ in FACE_SETS}
    for line in labels.read_text().splitlines():
        name, member, box = json.loads(line)
        rgb = _decoded(archives[name].read(member))
        if rgb.shape[0] > FACE_PX:
            rgb = cv2.resize(rgb, (FACE_PX, FACE_PX), interpolation=cv2.INTER_AREA).astype(np.uint8)
        out.append(Picture(rgb, np.array([box], np.float32) * rgb.shape[0]))
    for archive in archives.values():
        archive.close()
    return out


def _drawn(count: int) -> Iterator[Picture]:
    for seed in range(FIRST_SEED, FIRST_SEED + count):
        who = design(seed, choice.choose_attributes(seed, {}))
        rgba = np.ascontiguousarray(render.to_rgba(compose.draw(who, scene="none"), FIGURE_PX))
        yield Picture(rgba, np.array([compose.locate(who).head_xyxy], np.float32) * (FIGURE_PX / WIDTH_PX))


def _sprites(folder: Path) -> Iterator[Picture]:
    for path in sorted(folder.glob("*.png")):
        read = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        if read is None or read.ndim < 3 or read.shape[2] != 4:
            continue
        factor = 600 / max(read.shape[:2])
        rgba = np.asarray(cv2.resize(cv2.cvtColor(read, cv2.COLOR_BGRA2RGBA), None, fx=factor, fy=factor), np.uint8)
        heads = [h.head_xyxy for h in animeface_heads(_over(rgba, 255)) if h.confidence > 0.8]
        if len(heads) == 1:
            yield Picture(rgba, np.array(heads, np.float32))


def _grounds(data: Path, figures: list[Picture]) -> list[NDArray[np.uint8]]:
    """Backgrounds, and figures from the chin down: what is round and skin-coloured there is no head."""
    out = []
    for path in sorted((data / "sprites").glob("*bg_*")):
        rgb = _decoded(path.read_bytes())
        factor = 700 / max(rgb.shape[:2])
        out.append(cv2.resize(rgb, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA).astype(np.uint8))
    rng = np.random.default_rng(0)
    for figure in figures[::3]:
        low = figure.pixels[int(figure.heads[:, 3].max()) + 6 :]
        if low.shape[0] >= 80:
            out.append(_over(low, 255 if rng.random() < 0.5 else rng.integers(0, 256, 3)))
    return out


def _over(rgba: NDArray[np.uint8], colour: object) -> NDArray[np.uint8]:
    alpha = rgba[..., 3:] / 255.0
    return np.ascontiguousarray((rgba[..., :3] * alpha + np.asarray(colour) * (1 - alpha)).astype(np.uint8))


def _decoded(data: bytes) -> NDArray[np.uint8]:
    read = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if read is None:
        raise ValueError("not a picture that OpenCV reads")
    return cv2.cvtColor(read, cv2.COLOR_BGR2RGB).astype(np.uint8)
