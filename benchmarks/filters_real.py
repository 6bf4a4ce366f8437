"""The whole-picture filters on the 252 illustrations labelled by eye, each at its default, with bootstrap intervals.

What was fitted (extent, chibi) is judged by five-fold cross-validation, near-duplicates in one fold, paperdolls in
every fit. The head detector was trained on these very pictures, so what rests on finding heads (`several`, `odd_view`)
is somewhat flattered: its own cross-validated recall is in weights/heads/card.md.

Usage: python -m benchmarks.filters_real
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks._shared import data
from tachie.core.errors import Drop
from tachie.core.images import Rgb, decode, resized
from tachie.core.item import Item
from tachie.core.recipe import Stage, stage_name
from tachie.paperdoll.effects import effect
from tachie.stages.blur import Blur
from tachie.stages.body_extent import BodyExtent
from tachie.stages.chibi import Chibi
from tachie.stages.clear_background import ClearBackground
from tachie.stages.cut_off import CutOff
from tachie.stages.greyscale import Greyscale
from tachie.stages.odd_view import OddView
from tachie.stages.several import Several
from tachie.stages.text_heavy import TextHeavy
from tachie.tasks.detector.scenes import Picture
from tachie.tasks.detector.validate import folds
from tachie.tasks.fit_filters import (
    CHIBI_FEATURES,
    EXTENT_FEATURES,
    Examples,
    cross_validated,
    dolls,
    examples,
    fitted,
    probabilities,
    read_labels,
)
from tachie.vision.figure import PLAIN_SHARE
from tachie.vision.shape import EXTENTS, FEATURES, chibi_measured, shape_of
from tachie.vision.sight import sight

LABELS = Path(__file__).parent / "labels" / "illustrations.csv"
DRAWS = 1000
BLURS = (1.0, 1.5, 2.0, 3.0)  # standard deviations, px

Truth = NDArray[np.bool_]
FILTERS: tuple[Stage, ...] = (
    Several(), OddView(), ClearBackground(), BodyExtent(), Chibi(), Greyscale(), TextHeavy(), CutOff(), Blur(),
)  # fmt: skip


def dropped(stage: Stage, rgb: Rgb) -> bool:
    """Return whether a filter drops a picture."""
    try:
        list(stage(Item(source="folder", source_path="", rgb=rgb)))
    except Drop:
        return True
    return False


@dataclass
class Seen:
    """What every filter says of every picture, and what it cost."""

    names: list[str] = field(default_factory=list)
    drops: dict[str, list[bool]] = field(default_factory=dict)
    features: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    toned: dict[str, list[bool]] = field(default_factory=dict)
    soft: dict[str, list[bool]] = field(default_factory=dict)
    cpu_s: dict[str, float] = field(default_factory=dict)
    small: dict[str, Picture] = field(default_factory=dict)

    def look(self, name: str, rgb: Rgb) -> None:
        """Run every filter on a picture, and the measures on copies of it without colour and sharpness."""
        self.names.append(name)
        self.small[name] = Picture(resized(rgb, 64, 64), np.zeros((0, 4), np.float32))
        for stage in FILTERS:
            word, start = stage_name(stage), time.process_time()
            self.drops.setdefault(word, []).append(dropped(stage, rgb))
            self.cpu_s[word] = self.cpu_s.get(word, 0.0) + time.process_time() - start
        head = sight(rgb, None).main_head
        if head is not None:
            self.features[name] = shape_of(sight(rgb, None), head)
        if len(self.names) % 3:
            return  # the copies of every third picture are enough
        for word in ("greyscale", "sepia"):
            toned = effect(word).draw(rgb, len(self.names), (0.0, 0.0, 1.0, 1.0))
            self.toned.setdefault(word, []).append(dropped(Greyscale(), toned))
        for sigma in BLURS:
            self.soft.setdefault(f"blur of {sigma} px", []).append(
                dropped(Blur(), cv2.GaussianBlur(rgb, (0, 0), sigma).astype(np.uint8))
            )
        height, width = rgb.shape[:2]
        third = resized(resized(rgb, width // 3, height // 3), width, height)
        self.soft.setdefault("enlarged threefold", []).append(dropped(Blur(), third))


def interval(rows: int, of: Callable[[NDArray[np.int64]], float]) -> str:
    """Return a figure of all rows with its 95 % bootstrap interval over pictures."""
    rng = np.random.default_rng(0)
    drawn = np.array([of(rng.integers(0, rows, rows)) for _ in range(DRAWS)])
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return f"{of(np.arange(rows)):.3f} [{low:.3f} {high:.3f}]"


def share(hits: Truth, among: Truth) -> str:
    """Return the share of `hits` in `among`, with its interval."""

    def of(rows: NDArray[np.int64]) -> float:
        count = among[rows].sum()
        return float((hits & among)[rows].sum() / count) if count else float("nan")

    return interval(len(hits), of) if among.any() else "none to measure on"


def report(name: str, truth: Truth, says: Truth) -> None:
    """Print precision, recall and accuracy of what a filter drops."""
    print(
        f"{name}: n {len(truth)}, to drop {truth.sum()}, dropped {says.sum()}; precision {share(truth, says)}, "
        f"recall {share(says, truth)}, accuracy {share(truth == says, np.ones(len(truth), bool))}"
    )


def report_fitted(seen: Seen, labels: dict[str, dict[str, str]]) -> None:
    """Print the cross-validated figures of extent and chibi."""
    drawn = dolls()
    parts = folds(seen.small)
    real, of_dolls = examples("extent", seen.features, labels, drawn)
    says = cross_validated(real, of_dolls, EXTENT_FEATURES, EXTENTS, parts)
    best = np.array(EXTENTS)[says.argmax(1)]
    full, stays = real.answers == "full", says[:, 0] >= BodyExtent().least
    print(f"\nextent, cross-validated: n {len(best)}, right {share(best == real.answers, every(best))}")
    print("  by eye / said    " + "  ".join(f"{e:>5}" for e in EXTENTS))
    for eye in EXTENTS:
        print(f"  {eye:17}" + "  ".join(f"{((real.answers == eye) & (best == e)).sum():5}" for e in EXTENTS))
    print(f"  kept as full by default: precision {share(full, stays)}, recall {share(stays, full)}")
    clear = np.array([labels[name]["background"] != "scene" for name in real.names])
    print(f"  the same without scenes, n {clear.sum()}: precision {share(full, stays & clear)}, ", end="")
    print(f"recall {share(stays, full & clear)}")
    by_baseline = by_room(real)
    print("  baseline, two thresholds on the room below the head, chosen on these very pictures: right ", end="")
    print(f"{np.mean(by_baseline == real.answers):.3f}, full: precision {share(full, by_baseline == 'full')}, ", end="")
    on_dolls = np.mean(by_room(of_dolls) == of_dolls.answers)
    print(f"recall {share(by_baseline == 'full', full)}; of tall paperdolls {on_dolls:.3f}")
    right = np.array(EXTENTS)[of_other_dolls(real, of_dolls, EXTENT_FEATURES, EXTENTS).argmax(1)] == of_dolls.answers
    print(f"  tall paperdolls of other folds: n {len(right)}, right {share(right, every(right))}")

    real, of_dolls = examples("chibi", seen.features, labels, drawn)
    sure = cross_validated(real, of_dolls, CHIBI_FEATURES, ("no", "yes"), parts)[:, 1]
    wrong = with_measure(real, sure) > Chibi().most
    print(f"chibi, cross-validated: no chibi among {len(wrong)}; dropped all the same {share(wrong, every(wrong))}")
    sure = of_other_dolls(real, of_dolls, CHIBI_FEATURES, ("no", "yes"))[:, 1]
    said, chibi = with_measure(of_dolls, sure) > Chibi().most, of_dolls.answers == "yes"
    print(f"  paperdolls of other folds: precision {share(chibi, said)}, recall {share(said, chibi)}")
    plain = seen_feature(of_dolls, "border_plain") >= PLAIN_SHARE
    for extent in EXTENTS:
        shown = np.array([d[0] == extent for d in drawn]) & chibi
        print(
            f"  {extent}: recall before a plain ground {share(said, shown & plain)}, else {share(said, shown & ~plain)}"
        )


def by_room(given: Examples) -> NDArray[np.str_]:
    """Return extents by how much picture there is below the head, in heads."""
    room = seen_feature(given, "room_below")
    return np.where(room > 3.4, "full", np.where(room > 1.2, "half", "bust"))


def every(rows: NDArray[Any]) -> Truth:
    """Return yes for each row."""
    return np.ones(len(rows), bool)


def seen_feature(given: Examples, name: str) -> NDArray[np.float32]:
    """Return one feature of all examples."""
    return np.asarray(given.features[:, FEATURES.index(name)])


def with_measure(given: Examples, sure: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what the stage says: the measure where a figure ends before a plain ground, else what a head says."""
    found = [chibi_measured(row) for row in given.features]
    return np.array([s if m is None else m for m, s in zip(found, sure, strict=True)], np.float32)


def of_other_dolls(
    real: Examples, of_dolls: Examples, used: tuple[str, ...], known: tuple[str, ...]
) -> NDArray[np.float32]:
    """Return [N, answers] for paperdolls by heads fitted on the illustrations and four fifths of the other dolls."""
    fold = np.arange(len(of_dolls.names)) // 6 % 5
    says = np.zeros((len(fold), len(known)), np.float32)
    for k in range(5):
        head = fitted(real + of_dolls.only(fold != k), used, known)
        says[fold == k] = probabilities(head, of_dolls.features[fold == k])
    return says


def main() -> None:
    """Measure and print."""
    folder, labels = data("illustrations"), read_labels(LABELS)
    seen = Seen()
    for name in labels:
        seen.look(name, decode((folder / name).read_bytes()).rgb)
    say = {name: np.array(values) for name, values in seen.drops.items()}
    eye = {key: np.array([labels[n][key] for n in seen.names]) for key in labels[seen.names[0]]}
    report("several", eye["several"] == "yes", say["several"])
    report("odd_view", eye["view"] != "front", say["odd_view"])
    report("clear_background, scenes to be dropped", eye["background"] == "scene", say["clear_background"])
    report("clear_background, decorated too", eye["background"] != "plain", say["clear_background"])
    report("text_heavy", eye["text"] == "yes", say["text_heavy"])
    report("cut_off", eye["cut_off"] == "yes", say["cut_off"])
    report("greyscale", eye["greyscale"] == "yes", say["greyscale"])
    report("blur", np.zeros(len(seen.names), bool), say["blur"])
    for name, values in (*seen.toned.items(), *seen.soft.items()):
        print(f"  every third of them, {name}: dropped {share(np.array(values), np.ones(len(values), bool))}")
    report_fitted(seen, labels)
    print("\nCPU ms a picture, in this order, the first that needs a head paying for all:")
    for name, seconds in seen.cpu_s.items():
        print(f"  {name:17}{1e3 * seconds / len(seen.names):6.1f}")
    print(f"  {'all':17}{1e3 * sum(seen.cpu_s.values()) / len(seen.names):6.1f}")


if __name__ == "__main__":
    main()
