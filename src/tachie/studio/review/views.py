"""In which order faces are shown: one function for each view, all of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tachie.core.attributes import UNKNOWN
from tachie.dataset.decisions import Decisions
from tachie.dataset.dedupe import find_duplicates
from tachie.dataset.format import REVIEW_FRAME
from tachie.learn.examples import REVIEW
from tachie.studio.review.faces import GROUPED_BY, Faces
from tachie.studio.review.learner import Fit, Learner
from tachie.vision.phash import hash_bits

View = Literal["all", "doubt", "sure", "above", "similar", "copies", "sorted", "drops"]
COPIES_BITS = 4
_NONE = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page asks for: a view, of which label and value, near which face, and which faces of it."""

    view: View = "all"
    label: str = REVIEW
    value: str = ""
    face: int = -1
    above: float = 0.98
    where: str = ""  # a column, label:NAME, decided:NAME, or "" for all
    equals: str = ""
    undecided: bool = False  # leave out those whose `label` is decided
    by: str = ""  # what the view "sorted" goes by: a name in `Faces.numbers`
    rising: bool = False  # the smallest first


@dataclass(frozen=True, slots=True)
class Order:
    """Faces in order; what the head says of each (class code and probability) where there is one; clusters."""

    faces: NDArray[np.int64]
    scores: NDArray[np.float32] | None = None
    codes: NDArray[np.int64] | None = None
    clusters: NDArray[np.int64] | None = None
    classes: tuple[str, ...] = ()
    numbers: NDArray[np.float32] | None = None  # what the view "sorted" goes by


@dataclass
class Views:
    """All views of one review."""

    faces: Faces
    decisions: Decisions
    learner: Learner

    def order(self, asked: Asked) -> Order:
        """Return the faces that are asked for, in order."""
        if asked.view == "drops":
            return Order(self._drops(asked))
        wanted = self.wanted(asked)
        if asked.view == "copies":
            return self._copies(wanted)
        if asked.view == "similar":
            return self._similar(asked, wanted)
        if asked.view == "sorted":
            return self._sorted(asked, wanted)
        fit = self.learner.fit(asked.label, least_new=1 if asked.view == "above" else 0)
        if asked.view == "all" or not self.learner.ready:
            return _told(np.flatnonzero(wanted), self.learner.last(asked.label))
        if fit is None:
            return Order(self._unlearned(asked, wanted))
        if asked.view == "doubt":
            return _told(_doubtful_first(fit, np.flatnonzero(wanted)), fit)
        if asked.value not in fit.head.classes:
            return Order(_NONE)
        says = fit.probabilities[:, fit.head.classes.index(asked.value)]
        if asked.view == "above":  # the least sure first: that is where the mistakes are
            chosen = np.flatnonzero(wanted & (says >= asked.above))
            return _told(chosen[np.argsort(says[chosen], kind="stable")], fit)
        chosen = np.flatnonzero(wanted & (fit.probabilities.argmax(1) == fit.head.classes.index(asked.value)))
        return _told(chosen[np.argsort(-says[chosen], kind="stable")], fit)

    def _unlearned(self, asked: Asked, wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Where nothing is learned yet, odd faces come first to keep or reject, and varied ones to label."""
        if asked.view != "doubt":
            return _NONE
        if asked.label != REVIEW:
            varied = self.learner.varied()
            return varied[wanted[varied]]
        chosen = np.flatnonzero(wanted)
        return chosen[np.argsort(-self.learner.unusual()[chosen], kind="stable")]

    def wanted(self, asked: Asked) -> NDArray[np.bool_]:
        """Return which rows are asked for, [rows]."""
        wanted = self._where(asked.where, asked.equals)
        if asked.undecided:
            for row_id, row in list(self.decisions.rows.items()):
                place = self.faces.number.get(row_id, self.faces.rows)
                rejected = row.fields.get(REVIEW) == "reject"  # nobody labels what goes
                if place < self.faces.rows and (asked.label in row.fields or rejected):
                    wanted[place] = False
        return wanted

    def _where(self, where: str, equals: str) -> NDArray[np.bool_]:
        rows = self.faces.rows
        if not where:
            return np.ones(rows, bool)
        kind, _, name = where.partition(":")
        found = np.zeros(rows, bool)
        if kind == "decided":
            for row_id, row in list(self.decisions.rows.items()):
                place = self.faces.number.get(row_id, rows)
                if place < rows and row.fields.get(name) == equals:
                    found[place] = True
        elif kind == "label":
            stated = self.faces.labels.get(name, {})
            for row_id, value in stated.items():
                place = self.faces.number.get(row_id, rows)
                if place < rows and value == equals:
                    found[place] = True
        elif where in GROUPED_BY:
            found[:] = [value == equals for value in self.faces.table.column(where).to_pylist()]
        return found

    def _drops(self, asked: Asked) -> NDArray[np.int64]:
        drops = self.faces.drops
        pairs = zip(drops.column("stage").to_pylist(), drops.column("reason").to_pylist(), strict=True)
        chosen = [i for i, (stage, reason) in enumerate(pairs) if asked.equals in ("", f"{stage} {reason}")]
        return np.array(chosen, np.int64) + self.faces.rows

    def _similar(self, asked: Asked, wanted: NDArray[np.bool_]) -> Order:
        if not self.learner.ready or not 0 <= asked.face < self.faces.rows:
            return Order(_NONE)
        alike = self.learner.alike(asked.face)
        chosen = np.flatnonzero(wanted)
        chosen = chosen[np.argsort(-alike[chosen], kind="stable")]
        first = chosen[chosen == asked.face]
        return Order(np.concatenate([first, chosen[chosen != asked.face]]))

    def _sorted(self, asked: Asked, wanted: NDArray[np.bool_]) -> Order:
        """Order by a number that faces have, the largest first; those that have none are left out."""
        numbers = self.faces.numbers.get(asked.by)
        if numbers is None:
            return Order(_NONE)
        chosen = np.flatnonzero(wanted & np.isfinite(numbers))
        keys = numbers[chosen] if asked.rising else -numbers[chosen]
        chosen = chosen[np.argsort(keys, kind="stable")]
        return Order(chosen, numbers=numbers[chosen])

    @cached_property
    def _clusters(self) -> list[list[int]]:
        """Groups of near copies: the best copy first, the others as in the dataset."""
        table = self.faces.table
        sides = zip(table.column("width").to_pylist(), table.column("height").to_pylist(), strict=True)
        hashes = hash_bits(table.column("phash").to_pylist())
        found = find_duplicates(
            self.faces.ids[: self.faces.rows], hashes, [w * h for w, h in sides], exact=False, distance=COPIES_BITS
        )
        clusters: dict[int, list[int]] = {}
        for duplicate in found:
            clusters.setdefault(duplicate.kept, [duplicate.kept]).append(duplicate.row)
        return sorted(clusters.values(), key=lambda rows: (-len(rows), rows[0]))

    def _copies(self, wanted: NDArray[np.bool_]) -> Order:
        kept = [[row for row in rows if wanted[row]] for rows in self._clusters]
        clusters = [rows for rows in kept if len(rows) > 1]
        faces = [row for rows in clusters for row in rows]
        numbers = [i for i, rows in enumerate(clusters) for _ in rows]
        return Order(np.array(faces, np.int64), clusters=np.array(numbers, np.int64))

    def stated(self, label: str) -> tuple[list[str], NDArray[np.int16]]:
        """Return a label's values in order and a code for each row, -1 where nothing is known."""
        stated = {} if label in REVIEW_FRAME else self.faces.labels.get(label, {})
        values = sorted(set(stated.values()) - {UNKNOWN})
        code = {value: i for i, value in enumerate(values)}
        codes = np.full(self.faces.rows, -1, np.int16)
        for row_id, value in stated.items():
            place = self.faces.number.get(row_id, self.faces.rows)
            if place < self.faces.rows:
                codes[place] = code.get(value, -1)
        return values, codes


def _doubtful_first(fit: Fit, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """Order by the distance between the two likeliest answers (margin sampling, Scheffer et al. 2001)."""
    top = np.sort(fit.probabilities[chosen], axis=1)
    return chosen[np.argsort(top[:, -1] - top[:, -2], kind="stable")]


def _told(faces: NDArray[np.int64], fit: Fit | None) -> Order:
    if fit is None:
        return Order(faces)
    says = fit.probabilities[faces]
    return Order(faces, says.max(1), says.argmax(1), classes=fit.head.classes)
