"""What the attribute tagger learns from and is judged on: tagged faces, drawn faces, faces labelled by eye.

Every set keeps a seeded tenth aside, the same that the detector never saw. What looks like a face that is kept aside
is not trained on either. Codes are int16, one a group, -1 where nothing is known.
"""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tachie.core.attributes import ATTRIBUTES, normalise_label
from tachie.core.conditions import Codes, Group, LabelSchema
from tachie.core.files import replacing
from tachie.core.images import Rgb, resized
from tachie.paperdoll import choice, compose, palette, render
from tachie.paperdoll.character import WIDTH_PX, design
from tachie.vision.faces import CLASSIC_SCALE, CLASSIC_SHIFT
from tachie.vision.phash import hash_bits, phash
from tachie.vision.tagger import padded_square

GROUPS = tuple(Group(name, values) for name, values in ATTRIBUTES.items())
SCHEMA = LabelSchema(GROUPS)
TAGGED, GAMES, SCREENS = "booru-96-tagged.zip", "getchu-64.zip", "screen-256.zip"
SEEN = Path(__file__).with_name("seen.csv")  # set, file, and what was seen there; empty where it cannot be told
KEPT_PX = 96  # faces are kept no larger than this
SAME_FACE = 8  # bits of pHash
DOLL_PX = 600  # width at which a figure is drawn
FIRST_SEED = 200_000  # of the drawn figures: no test, no demo and no other training draws these
_RARE = ("twin_tail", "drill_hair", "ponytail", "hat", "ribbon", "glasses", "skin")
_TONES = dict(zip(palette.SKINS, ("fair", "fair", "fair", "fair", "tan", "dark"), strict=True))


@dataclass(frozen=True, slots=True)
class Faces:
    """Faces (uint8 HWC RGB, square, up to `KEPT_PX`), their names, their codes [N, groups]."""

    names: Sequence[str]
    pixels: Sequence[Rgb]
    codes: Codes

    def __len__(self) -> int:
        return len(self.names)

    def take(self, rows: Sequence[int] | NDArray[np.intp]) -> Faces:
        """Return these rows alone."""
        return Faces([self.names[i] for i in rows], [self.pixels[i] for i in rows], self.codes[np.asarray(rows, int)])


@dataclass(frozen=True, slots=True)
class Parts:
    """A set's rows: to train on, to adjust temperatures and thresholds on, and the tenth to judge on."""

    train: list[str]
    adjust: list[str]
    judge: list[str]


def members(archive: zipfile.ZipFile) -> tuple[list[str], list[str]]:
    """Return the pictures of a face set, in a seeded order: all but the kept tenth, and the kept tenth."""
    names = sorted(name for name in archive.namelist() if name.endswith(".webp"))
    random.Random(0).shuffle(names)  # the detector's order: its kept tenth is this one
    cut = len(names) * 9 // 10
    return names[:cut], names[cut:]


def read(data: Path, archive: str, names: Sequence[str]) -> list[Rgb]:
    """Return the faces of a set by name, shrunk to `KEPT_PX` where they are larger."""
    with zipfile.ZipFile(data / archive) as opened:
        return [_kept(_decoded(opened.read(name))) for name in names]


def _kept(rgb: Rgb) -> Rgb:
    return resized(rgb, KEPT_PX, KEPT_PX) if rgb.shape[0] > KEPT_PX else rgb


def _decoded(data: bytes) -> Rgb:
    found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if found is None:
        raise ValueError("not a picture that OpenCV reads")
    return cv2.cvtColor(found, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)


def tagged(data: Path) -> tuple[Faces, Faces, Faces]:
    """Return the tagged faces to train on, to adjust with and to judge on; near-duplicates never cross."""
    with zipfile.ZipFile(data / TAGGED) as opened:
        rest, judge = members(opened)
        rows = list(csv.DictReader(io.TextIOWrapper(opened.open("labels.csv"), "utf-8")))
    codes = {
        row["file"]: SCHEMA.codes(dict(normalise_label(name, row[name]) for name in ("hair", "eyes"))) for row in rows
    }
    pixels = dict(zip([*rest, *judge], read(data, TAGGED, [*rest, *judge]), strict=True))
    adjust = rest[-len(judge) * 2 // 3 :]
    adjust, train = _apart(adjust, judge, pixels), rest[: len(rest) - len(adjust)]
    train = _apart(train, [*adjust, *judge], pixels)

    def faces(names: list[str]) -> Faces:
        return Faces(names, [pixels[n] for n in names], np.stack([codes[n] for n in names]))

    return faces(train), faces(adjust), faces(judge)


def _apart(names: list[str], kept: list[str], pixels: dict[str, Rgb]) -> list[str]:
    """Return the names whose faces are near none of those in `kept`."""
    hashes, others = (hash_bits([phash(pixels[n]) for n in some]) for some in (names, kept))
    near = (np.bitwise_count(hashes[:, None] ^ others) <= SAME_FACE).any(1)
    return [n for n, is_near in zip(names, near, strict=True) if not is_near]


def seen(data: Path, part: str) -> Faces:
    """Return the real faces labelled by eye: `train`, `adjust` for thresholds, `judge`, and `again`.

    `again` is a second, blind look at those of `judge` that come from boards, hair and eyes alone.
    """
    with SEEN.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["part"] == part]
    pixels: dict[tuple[str, str], Rgb] = {}
    for archive in sorted({row["set"] for row in rows}):
        names = [row["file"] for row in rows if row["set"] == archive]
        pixels |= {(archive, n): rgb for n, rgb in zip(names, read(data, archive, names), strict=True)}
    return Faces(
        [f"{row['set']}/{row['file']}" for row in rows],
        [pixels[row["set"], row["file"]] for row in rows],
        np.stack([SCHEMA.codes({name: row[name] for name in SCHEMA.names if row[name]}) for row in rows]),
    )


def repeated(faces: Faces, times: int) -> Faces:
    """Return `faces` with those that have something rare (a flag's yes, a skin that is not fair) `times` times."""
    rare = np.zeros(len(faces), bool)
    for g, group in enumerate(SCHEMA.groups):
        if group.name in _RARE:
            rare |= faces.codes[:, g] > 0
    return faces.take(np.repeat(np.arange(len(faces)), np.where(rare, times, 1)))


def untagged(data: Path, count: int) -> Faces:
    """Return `count` faces of each set without tags, all labels unknown; the kept tenth is not among them."""
    names, pixels = [], []
    for archive in (GAMES, SCREENS):
        with zipfile.ZipFile(data / archive) as opened:
            some = members(opened)[0][:count]
        names += [f"{archive}/{name}" for name in some]
        pixels += read(data, archive, some)
    return Faces(names, pixels, np.full((len(names), len(SCHEMA.groups)), -1, np.int16))


def drawn(count: int, cache: Path, say: Callable[[str], None] = lambda line: None) -> Faces:
    """Return `count` drawn faces with all that is true of them; they are drawn once and kept in `cache`."""
    if not cache.is_file():
        pixels, codes = [], []
        for rgb, truth in _dolls(count):
            pixels.append(rgb)
            codes.append(truth)
            if len(pixels) % 500 == 0:
                say(f"{len(pixels)} faces drawn")
        with replacing(cache) as file:
            np.savez(file, pixels=np.stack(pixels), codes=np.stack(codes))
    with np.load(cache, allow_pickle=False) as kept:
        return Faces([f"doll {FIRST_SEED + k}" for k in range(len(kept["codes"]))], list(kept["pixels"]), kept["codes"])


def _dolls(count: int) -> Iterator[tuple[Rgb, Codes]]:
    for seed in range(FIRST_SEED, FIRST_SEED + count):
        who = design(seed, choice.choose_attributes(seed, {}))
        rgb = render.to_rgb(compose.draw(who), DOLL_PX)
        x0, y0, x1, y1 = (float(v) * DOLL_PX / WIDTH_PX for v in compose.locate(who).head_xyxy)
        face = padded_square(rgb, (x0, y0, x1, y1), CLASSIC_SCALE, CLASSIC_SHIFT)
        truth = dict(who.attributes) | {"skin": _TONES[who.face.skin.base]}
        yield resized(face, KEPT_PX, KEPT_PX), SCHEMA.codes(truth)
