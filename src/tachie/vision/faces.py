"""Face detectors, each giving the whole head as in data/illustrations/boxes.jsonl.

`heads` is our own network (`vision/heads.py`). The two classic ones draw other boxes: one fixed map each takes them to
heads, medians over 102 of the 252 annotated illustrations; `benchmarks/detect_illustrations.py` measures the rest. A
detector is a function from a decoded picture to `Face`s and the name by which a recipe asks for it.
"""

from __future__ import annotations

import hashlib
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tachie.core.boxes import Box, BoxMap, area, clipped, without_overlaps
from tachie.core.errors import InputError, TachieError
from tachie.core.extras import how_to_install
from tachie.core.files import write_atomically
from tachie.core.images import decode, fitted
from tachie.core.registry import unknown
from tachie.vision import heads
from tachie.vision.last import of_last_picture

DETECT_PX = 1_000  # longer side at which the maps and the figures were measured
DETECTORS = ("heads", "animeface", "lbpcascade")
# Below this a finding is left alone. For `heads` where precision and recall are even in a 5-fold cross-validation over
# the 252 illustrations.
# For animeface chosen on the 102 that the maps were fitted on; on the other 150 it takes precision .880, recall .922 to
# .958, .893. The cascade's own five neighbours are its threshold.
LEAST_CONFIDENCE = {"heads": 0.374, "animeface": 0.9, "lbpcascade": 0.0}

_ANIMEFACE_TO_HEAD = BoxMap(0.005, -0.329, 1.540, 1.621)
_CASCADE_TO_HEAD = BoxMap(0.0, -0.237, 1.112, 1.178)

# What the classic scripts cut is the cascade's face box times 1.5. The same box maps to a head 1.178 times its height,
# centred 0.237 of it higher, so in units of the head's longer side:
CLASSIC_SCALE = 1.5 / 1.178
CLASSIC_SHIFT = 0.237 / 1.178

CASCADE_URL = "https://raw.githubusercontent.com/nagadomi/lbpcascade_animeface/master/lbpcascade_animeface.xml"
CASCADE_SHA256 = "9376d30ac38db6bda2a68b88b3b76bbd7e6aa33af47f7f5c76bc88ca75f1ce30"
_CASCADE_BYTES = 246_945


@dataclass(frozen=True, slots=True)
class Face:
    """A head in pixels of the picture it was found in, and the detector's own confidence, 0 to 1."""

    head_xyxy: Box
    confidence: float


Detector = Callable[[NDArray[np.uint8]], list[Face]]


def detector(name: str, cascade_file: Path | None = None, least_confidence: float | None = None) -> Detector:
    """Return a ready detector of heads, best first, at least so confident (None: the detector's own threshold).

    Raises `TachieError` where it cannot work, before any picture is touched.
    """
    if name == "heads":
        heads.session()  # a broken installation is found out here
        find: Detector = own_heads
    elif name == "animeface":
        _prove_animeface()
        find = animeface_heads
    elif name == "lbpcascade":
        classifier = cascade(cascade_file or fetched_cascade())
        find = partial(lbpcascade_heads, classifier=classifier)
    else:
        raise unknown("detector", name, DETECTORS)
    least = LEAST_CONFIDENCE[name] if least_confidence is None else least_confidence
    return lambda rgb: [face for face in find(rgb) if face.confidence >= least]


@of_last_picture  # filters and the stage `faces` ask about the same picture
def own_heads(rgb: NDArray[np.uint8]) -> list[Face]:
    """Find heads with our own network (about 30 CPU ms at 1000 px): uint8 HWC RGB in, best first out."""
    return [Face(box, sure) for box, sure in zip(*heads.find_heads(rgb), strict=True)]


def animeface_heads(rgb: NDArray[np.uint8]) -> list[Face]:
    """Find heads with `animeface` (nvxs; about 0.5 CPU seconds at 1000 px): uint8 HWC RGB in, best first out."""
    import animeface

    small, factor = fitted(rgb, DETECT_PX)
    if min(small.shape[:2]) < 24:  # below the detector's window
        return []
    found = animeface.detect(Image.fromarray(small))
    boxes = [
        (f.face.pos.x, f.face.pos.y, f.face.pos.x + f.face.pos.width, f.face.pos.y + f.face.pos.height) for f in found
    ]
    return _heads(boxes, [float(f.likelihood) for f in found], _ANIMEFACE_TO_HEAD, factor, rgb)


def lbpcascade_heads(rgb: NDArray[np.uint8], classifier: cv2.CascadeClassifier) -> list[Face]:
    """Find heads with nagadomi's LBP cascade (2011) at scale 1.1 and 5 neighbours; its weight is squashed to 0..1."""
    small, factor = fitted(rgb, DETECT_PX)
    grey = cv2.equalizeHist(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY))
    boxes, _, weights = classifier.detectMultiScale3(
        grey, scaleFactor=1.1, minNeighbors=5, minSize=(24, 24), outputRejectLevels=True
    )
    found = [(float(x), float(y), float(x + w), float(y + h)) for x, y, w, h in np.asarray(boxes).reshape(-1, 4)]
    scores = [1.0 / (1.0 + float(np.exp(-w))) for w in np.asarray(weights).reshape(-1)]
    return _heads(found, scores, _CASCADE_TO_HEAD, factor, rgb)


def _heads(boxes: list[Box], scores: list[float], to_head: BoxMap, factor: float, rgb: NDArray[np.uint8]) -> list[Face]:
    height, width = rgb.shape[:2]
    mapped = [
        clipped(to_head((b[0] / factor, b[1] / factor, b[2] / factor, b[3] / factor)), width, height) for b in boxes
    ]
    keep = [i for i in without_overlaps(mapped, scores, most=0.5) if area(mapped[i]) > 0]
    return [Face(mapped[i], scores[i]) for i in keep]


@cache
def _prove_animeface() -> None:
    """Fail loudly where animeface silently finds nothing, as it does with Pillow 12 and newer."""
    known = decode(files("tachie.vision").joinpath("known_face.png").read_bytes()).rgb
    try:
        found = animeface_heads(known)
    except ImportError as error:
        raise TachieError(
            "the package animeface is not installed", f"Run: {how_to_install('classic')}; or leave --detector out."
        ) from error
    if not found:
        import PIL

        raise TachieError(
            f"animeface does not find a known face (with Pillow {PIL.__version__})",
            "It needs Pillow below 12. Run: pip install 'pillow<12'; or leave --detector out.",
        )


def cascade(path: Path) -> cv2.CascadeClassifier:
    """Return the cascade of a file. Raises InputError where there is none or it is something else."""
    if not path.is_file():
        raise InputError(
            f"{path}: there is no such cascade file",
            "Name the file of nagadomi's lbpcascade_animeface: --cascade FILE",
        )
    classifier = cv2.CascadeClassifier()
    try:
        loaded = classifier.load(str(path))
    except cv2.error:
        loaded = False
    if not loaded or classifier.empty():
        raise InputError(f"{path}: OpenCV cannot read this as a cascade", "It should be lbpcascade_animeface.xml.")
    return classifier


def fetched_cascade(url: str = CASCADE_URL, cache: Path | None = None) -> Path:
    """Return the cascade in the user's cache folder, fetched once and its sha256 checked."""
    path = (cache or Path.home() / ".cache" / "tachie") / "lbpcascade_animeface.xml"
    if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == CASCADE_SHA256:
        return path
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            data = answer.read(2 * _CASCADE_BYTES)
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise InputError(
            f"the cascade could not be fetched from {url}: {error}",
            "Save it by hand and name it: --cascade FILE",
        ) from error
    if hashlib.sha256(data).hexdigest() != CASCADE_SHA256:
        raise InputError(f"{url} gave {len(data)} bytes with another sha256 than expected", "Nothing was kept.")
    write_atomically(path, data)
    return path
