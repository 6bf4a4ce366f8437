"""What heads learn from few examples on features of colours and edges (`Classic`), and with the tagger's beside them.

Hair and eyes: the kept tenth of booru-96-tagged, which the tagger never saw (its tags as they are; white, silver and
grey hair counted as one). Non-faces: getchu's faces and crops away from any face. Era: getchu faces of 2000 to 2003
against 2010 to 2012, which nothing was trained on. Copies: does a jittered, recompressed crop find its original first?

Each head is fitted on so many examples and tested on the rest; means of six draws, and what they range over.

Usage: python -m benchmarks.feature_heads
"""

from __future__ import annotations

import time
import zipfile

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks._shared import data
from benchmarks.review_decisions import crops_without_faces
from tachie.core.attributes import normalise_label
from tachie.core.images import Rgb, decode, encode_jpeg, resized
from tachie.learn.heads import Basis, fit
from tachie.tasks.tagger.data import members
from tachie.vision.features import Classic, Extractor, WithTagger

EXTRACTORS: tuple[Extractor, ...] = (Classic(), WithTagger())
DRAWS = 6
ALIKE = {"white": "white", "silver": "white", "grey": "white"}


def main() -> None:
    """Print a table for each question."""
    cv2.setNumThreads(1)
    faces, hair, eyes = _tagged()
    known = {extractor.key: _described(extractor, faces, show=True) for extractor in EXTRACTORS}
    for name, values in (("hair", hair), ("eyes", eyes)):
        _compare(f"{name}, {len(set(values))} colours", known, np.array(values), (48, 192))
    games, years = _games()
    crops = [resized(crop, 64, 64) for crop in crops_without_faces(np.random.default_rng(0), 300)]
    known = {extractor.key: _described(extractor, [*games, *crops]) for extractor in EXTRACTORS}
    _compare("face or not", known, np.array(["face"] * len(games) + ["none"] * len(crops)), (24, 96))
    era = np.array(["new" if year > 2005 else "old" for year in years])
    _compare("era", {key: found[: len(games)] for key, found in known.items()}, era, (48, 192))
    _copies(faces)


def _compare(
    title: str, known: dict[str, NDArray[np.float32]], values: NDArray[np.str_], counts: tuple[int, ...]
) -> None:
    for count in counts:
        line = []
        for key, features in known.items():
            rights = [_right(features, values, count, key, seed) for seed in range(DRAWS)]
            line.append(f"{key.partition('-')[0]} {np.mean(rights):.3f} ({min(rights):.3f} to {max(rights):.3f})")
        print(f"{title}, {count} examples: {'; '.join(line)}", flush=True)


def _right(features: NDArray[np.float32], values: NDArray[np.str_], count: int, key: str, seed: int) -> float:
    order = np.random.default_rng(seed).permutation(len(values))
    some, rest = order[:count], order[count:]
    basis = Basis.of(features)
    z = basis.project(features)
    head = fit("label", basis, z[some], values[some].tolist(), key)
    said = np.array(head.classes)[head.probabilities(z[rest]).argmax(1)]
    return float((said == values[rest]).mean())


def _described(extractor: Extractor, faces: list[Rgb], *, show: bool = False) -> NDArray[np.float32]:
    start = time.process_time()
    found = np.concatenate([extractor(faces[i : i + 64]) for i in range(0, len(faces), 64)])
    if show:
        spent = 1000 * (time.process_time() - start) / len(faces)
        print(f"{extractor.key}: {found.shape[1]} numbers, {spent:.1f} CPU ms a face", flush=True)
    return found


def _tagged() -> tuple[list[Rgb], list[str], list[str]]:
    with zipfile.ZipFile(data("booru-96-tagged.zip")) as archive:
        _, kept = members(archive)
        rows = dict(line.split(",", 1) for line in archive.read("labels.csv").decode().splitlines()[1:])
        faces = [decode(archive.read(name)).rgb for name in kept]
    hair = [normalise_label("hair", rows[name].split(",")[0])[1] for name in kept]
    eyes = [normalise_label("eyes", rows[name].split(",")[1])[1] for name in kept]
    return faces, [ALIKE.get(value, value) for value in hair], eyes


def _games(each: int = 60) -> tuple[list[Rgb], list[int]]:
    rng = np.random.default_rng(0)
    with zipfile.ZipFile(data("getchu-64.zip")) as archive:
        names = np.array(members(archive)[1])
        year = np.array([int(name.partition("/")[0]) for name in names])
        chosen: list[str] = []
        for y in (2000, 2001, 2002, 2003, 2010, 2011, 2012):
            of_year = names[year == y]
            chosen += [str(n) for n in rng.permutation(of_year)[:each]]
        return [decode(archive.read(n)).rgb for n in chosen], [int(n.partition("/")[0]) for n in chosen]


def _copies(faces: list[Rgb]) -> None:
    """Print how often a jittered crop's nearest face is the one it was cut from."""
    rng = np.random.default_rng(0)
    jittered = []
    for face in faces[:300]:
        side = face.shape[0]
        less = int(rng.integers(2, 1 + side // 8))
        y, x = (int(v) for v in rng.integers(0, less + 1, 2))
        cut = np.ascontiguousarray(face[y : y + side - less, x : x + side - less])
        jittered.append(decode(encode_jpeg(resized(cut, 64, 64), 70)).rgb)
    line = []
    for extractor in EXTRACTORS:
        all_, some = _described(extractor, faces), _described(extractor, jittered)
        basis = Basis.of(all_)
        a, b = basis.project(all_), basis.project(some)
        a, b = (z / np.linalg.norm(z, axis=1, keepdims=True) for z in (a, b))
        found = float(((b @ a.T).argmax(1) == np.arange(len(b))).mean())
        line.append(f"{extractor.key.partition('-')[0]} {found:.3f}")
    print(f"a jittered copy finds its original among {len(faces):,}: {'; '.join(line)}")


if __name__ == "__main__":
    main()
