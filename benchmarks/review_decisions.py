"""How many decisions a review takes, by the page's own code and a simulated user who knows the truth.

A decision is one press or click: on a face, on a wrong face in a preview, on "apply", or on "accept" for a screen.

Non-faces: 4,000 faces of getchu-64.zip and 5 % crops of backgrounds and illustrations away from any face. The user
decides on the twelve most doubtful at a time, then applies "reject above .98" after looking at the first screen of the
preview. Against: a decision for each face in order; and clicking on the bad ones alone while looking at every face.

Hair: booru-96-tagged, from no label to 95 % of its tags (an eighth of which are themselves wrong or unlike what a
person would say, so no head comes near them). The user corrects and accepts screens of "by answer".

Usage: python -m benchmarks.review_decisions [--quick]
"""

from __future__ import annotations

import json
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks._shared import data
from tachie.core.images import decode, encode_png, resized
from tachie.pipeline import Build, build
from tachie.pipeline.presets import preset
from tachie.studio.review.session import Session
from tachie.studio.review.views import Asked

SCREEN = 60
SURE = 0.98


def main() -> None:
    """Print both tables."""
    quick = "--quick" in sys.argv
    with tempfile.TemporaryDirectory() as name:
        non_faces(Path(name), 1_000 if quick else 4_000)
        hair_colours(Path(name), 1_500 if quick else 10_418)


class User:
    """Decides on a session's faces as `truth` says, and counts what it takes."""

    def __init__(self, session: Session, truth: Callable[[int], str], label: str) -> None:
        self.session, self.truth, self.label = session, truth, label
        self.decisions = self.looked_at = 0
        self.said: dict[int, str] = {}  # face -> what stands now

    def decide(self, faces: list[int]) -> None:
        """Decide on faces one by one."""
        for face in faces:
            self._record([face], self.truth(face))
        self.decisions += len(faces)
        self.looked_at += len(faces)

    def accept(self, faces: list[int], value: str) -> None:
        """Correct the wrong ones of a screen, then accept the rest with one press."""
        right = [face for face in faces if self.truth(face) == value]
        for face in set(faces) - set(right):
            self._record([face], self.truth(face))
        if right:
            self._record(right, value)
        self.decisions += len(faces) - len(right) + 1
        self.looked_at += len(faces)

    def apply(self, value: str) -> tuple[int, int]:
        """Apply to all above .98 what is not seen to be wrong on the first screen; returns how many, and how wrong."""
        faces = self.order(view="above", value=value)
        wrong = [face for face in faces[:SCREEN] if self.truth(face) != value]
        kept = [face for face in faces if face not in set(wrong)]
        self.decisions += len(wrong) + 1
        self.looked_at += min(SCREEN, len(faces))
        if kept:
            self._record(kept, value, why="applied")
        return len(kept), sum(self.truth(face) != value for face in kept)

    def order(self, **asked: object) -> list[int]:
        """Return the faces of a view that are not decided yet."""
        found = self.session.views.order(Asked(label=self.label, above=SURE, undecided=True, **asked))  # type: ignore[arg-type]
        return [int(face) for face in found.faces]

    def _record(self, faces: list[int], value: str, why: str = "by hand") -> None:
        ids = [self.session.faces.ids[face] for face in faces]
        self.session.decisions.record([(ids, {self.label: value})], why=why)
        self.said.update(dict.fromkeys(faces, value))


def non_faces(folder: Path, count: int) -> None:
    """Plant non-faces at 5 % and count what it takes to find them."""
    rng = np.random.default_rng(0)
    with zipfile.ZipFile(data("getchu-64.zip")) as archive, zipfile.ZipFile(folder / "planted.zip", "w") as made:
        names = [n for n in archive.namelist() if n.endswith(".webp")]
        for name in rng.choice(names, count, replace=False):
            made.writestr(f"keep/{name.replace('/', '-')}", archive.read(name))
        for i, crop in enumerate(crops_without_faces(rng, count // 19)):
            made.writestr(f"reject/{i}.png", encode_png(crop))
    session = _opened(folder / "planted.zip", folder / "planted")
    kinds = _labels(session, "class")
    bad = {face for face, kind in kinds.items() if kind == "reject"}
    user = User(session, kinds.__getitem__, "review")
    print(f"{len(kinds):,} faces, {len(bad)} of them none (n = 1 seed)")
    print("decisions  looked at  non-faces out  faces out wrongly")
    marks = {120, 240, 480, 960}
    while True:
        batch = user.order(view="doubt")[:12]
        user.decide(batch)
        learned = session.learner.fit("review")
        if learned is None:
            continue
        if user.decisions >= min(marks, default=0):
            marks = {m for m in marks if m > user.decisions}
            above = [f for f in user.order(view="above", value="reject") if f not in user.said]
            out = {f for f, v in user.said.items() if v == "reject"} | set(above)
            print(f"{user.decisions:9,}  {user.looked_at:9,}  {len(out & bad) / len(bad):13.1%}  {len(out - bad):17}")
        found = {f for f, v in user.said.items() if v == "reject"} | set(user.order(view="above", value="reject"))
        if len(found & bad) >= 0.95 * len(bad) or not batch:
            break
    applied, wrong = user.apply("reject")
    out = {f for f, v in user.said.items() if v == "reject"}
    by_hand = user.decisions
    print(
        f"95 % of the non-faces are out after {by_hand:,} decisions ({user.looked_at:,} faces looked at; {applied} of "
        f"them applied at once, {wrong} of those wrongly, {len(out - bad)} faces lost)"
    )
    print(
        f"in order: {round(0.95 * len(kinds)):,} decisions, {0.95 * len(kinds) / by_hand:.1f} times as many; clicking "
        f"on the bad alone: {round(0.95 * len(bad))} clicks, but {0.95 * len(kinds) / user.looked_at:.1f} times as "
        "many faces to look at"
    )


def hair_colours(folder: Path, count: int) -> None:
    """Label hair from nothing to 95 % of the tags."""
    archive = data("booru-96-tagged.zip")
    source = archive
    if count < 10_000:
        source = folder / "few.zip"
        with zipfile.ZipFile(archive) as full, zipfile.ZipFile(source, "w") as out:
            names = [n for n in full.namelist() if n.endswith(".webp")]
            for name in np.random.default_rng(0).choice(names, count, replace=False):
                out.writestr(str(name), full.read(str(name)))
            out.writestr("labels.csv", full.read(next(n for n in full.namelist() if n.endswith("labels.csv"))))
    session = _opened(source, folder / "hair")
    tags = _labels(session, "hair_color")
    total = len(tags)
    user = User(session, lambda face: tags.get(face, "unknown"), "hair_color")
    user.decide(user.order(view="doubt")[:96])
    print(f"\n{total:,} faces with a hair colour of {len(set(tags.values()))} (n = 1 seed)")
    marks = [0.25, 0.5, 0.75, 0.95]
    screens, learned = 0, session.learner.fit("hair_color")
    while marks:
        if screens % 4 == 0:
            learned = session.learner.fit("hair_color")
        if learned is None:
            raise SystemExit("nothing was learned from 96 decisions")
        if screens % 4 == 0:
            guesses = learned.probabilities.argmax(1)
            sure = learned.probabilities.max(1)
        screens += 1
        open_faces = np.array([f for f in range(session.faces.rows) if f not in user.said], int)
        if not len(open_faces):
            break
        # The screen on which most is right: the answer whose sixty surest faces are surest.
        best = max(
            range(len(learned.head.classes)),
            key=lambda c: float(np.sort(sure[open_faces[guesses[open_faces] == c]])[-SCREEN:].sum()),
        )
        chosen = open_faces[guesses[open_faces] == best]
        chosen = chosen[np.argsort(-sure[chosen])][:SCREEN]
        user.accept([int(f) for f in chosen], learned.head.classes[best])
        right = sum(tags.get(f) == v for f, v in user.said.items())
        while marks and right >= marks[0] * total:
            in_order = round(marks[0] * total)
            print(
                f"{marks[0]:4.0%} of the tags: {user.decisions:6,} decisions; in order {in_order:6,}: "
                f"{in_order / user.decisions:.1f} times as many"
            )
            marks.pop(0)


def crops_without_faces(rng: np.random.Generator, count: int) -> list[np.ndarray]:
    """Return crops of 64 px from backgrounds, and from illustrations at a distance from every annotated head."""
    places: list[tuple[Path, list[list[float]]]] = []
    illustrations = data("illustrations")
    with (illustrations / "boxes.jsonl").open() as file:
        for line in file:
            row = json.loads(line)
            places.append((illustrations / row["file_name"], row["faces_xyxy"]))
    crops: list[np.ndarray] = []
    while len(crops) < count:
        path, boxes = places[int(rng.integers(len(places)))]
        rgb = decode(path.read_bytes()).rgb
        side = int(rng.integers(64, 1 + max(65, min(rgb.shape[:2]) // 3)))
        for _ in range(20):
            x, y = int(rng.integers(rgb.shape[1] - side)), int(rng.integers(rgb.shape[0] - side))
            if all(x > b[2] or x + side < b[0] or y > b[3] or y + side < b[1] for b in boxes):
                crops.append(resized(rgb[y : y + side, x : x + side], 64, 64))
                break
    return crops


def _opened(source: Path, out: Path) -> Session:
    build(Build([str(source)], out, preset("faces-as-they-are"), workers=0))
    session = Session.open(out, [], background=False)
    session.learner.prepare()
    return session


def _labels(session: Session, name: str) -> dict[int, str]:
    return {session.faces.number[i]: value for i, value in session.faces.labels[name].items()}


if __name__ == "__main__":
    main()
