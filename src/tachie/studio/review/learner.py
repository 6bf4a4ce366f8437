"""What the review learns while somebody decides: a head for each label, fitted anew as decisions come."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tachie.dataset.decisions import Decisions
from tachie.learn.examples import examples_of
from tachie.learn.features import extractor_of, features_of
from tachie.learn.heads import SURE, Basis, Float, Head, enough, fit, warm_up
from tachie.studio.review.faces import Faces

REFIT_EVERY = 8  # decisions


@dataclass(frozen=True, slots=True)
class Fit:
    """A head, what it says of every row [rows, C], and what it was fitted on; `name` changes with it."""

    name: str
    head: Head
    probabilities: Float
    examples: int

    def summary(self, free: NDArray[np.bool_] | None = None) -> dict[str, object]:
        """Return what the page shows of it; `above` counts the rows of `free` [rows] (default all) by answer."""
        best, values = self.probabilities.max(1), self.probabilities.argmax(1)
        validated = self.head.validated
        sure = (best >= SURE) if free is None else (best >= SURE) & free
        return {
            "fit": self.name,
            "examples": self.examples,
            "classes": list(self.head.classes),
            "accuracy": validated.accuracy,
            "validated": validated.n,
            "sure": validated.sure,
            "sure_right": validated.sure_right,
            "above": np.bincount(values[sure], minlength=len(self.head.classes)).tolist(),
        }


@dataclass
class Learner:
    """Features, their basis, and the fits so far. `prepare` runs in a thread; until it is done nothing is learned."""

    faces: Faces
    decisions: Decisions
    done: int = 0
    basis: Basis | None = None
    projected: Float = field(default_factory=lambda: np.zeros((0, 1), np.float32))
    _ready: threading.Event = field(default_factory=threading.Event)
    _fits: dict[str, Fit] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def ready(self) -> bool:
        """Whether the features are there."""
        return self._ready.is_set()

    def prepare(self) -> None:
        """Compute or open the features."""

        def progress(done: int, _: int) -> None:
            self.done = done

        if self.faces.rows >= 2:
            features = features_of(self.faces.dataset, progress=progress)
            self.basis = Basis.of(features)
            self.projected = self.basis.project(features)
            warm_up()
            self._ready.set()
        self.done = self.faces.rows

    def lacking(self, label: str) -> str:
        """Return what is missing to learn a label, "" where nothing is."""
        if not self.ready:
            return "the features of the pictures, which are being computed"
        return enough(examples_of(self.decisions, self.faces.number, self.faces.rows, label)[1])

    def fit(self, label: str, least_new: int = 1) -> Fit | None:
        """Return the fit of a label, made anew where `least_new` examples came since; None where it takes more."""
        with self._lock:
            if not self.ready or self.basis is None:
                return None
            numbers, values = examples_of(self.decisions, self.faces.number, self.faces.rows, label)
            last = self._fits.get(label)
            if last and 0 <= len(values) - last.examples < least_new:
                return last
            said = repr((label, numbers, values))
            name = hashlib.sha256(said.encode()).hexdigest()[:16]
            if last and last.name == name:
                return last
            if enough(values):
                self._fits.pop(label, None)
                return None
            head = fit(label, self.basis, self.projected[numbers], values, extractor_of(self.faces.dataset).key)
            self._fits[label] = Fit(name, head, head.probabilities(self.projected), len(values))
            return self._fits[label]

    def last(self, label: str) -> Fit | None:
        """Return the last fit of a label without making a new one."""
        return self._fits.get(label)

    def alike(self, face: int) -> NDArray[np.float32]:
        """Return how alike each row is to one of them: the cosine in the basis."""
        lengths = np.linalg.norm(self.projected, axis=1) + 1e-9
        found: NDArray[np.float32] = self.projected @ self.projected[face] / lengths / lengths[face]
        return found

    def varied(self, most: int = 96, of: int = 2_000) -> NDArray[np.int64]:
        """Return all rows, those first that differ most from each other, the rest at random: to begin with a label.

        Farthest-first traversal (Gonzalez 1985) of 2,000 random rows.
        """
        order = np.random.default_rng(0).permutation(self.faces.rows)
        pool = self.projected[order[:of]]
        chosen = [0]
        nearest = np.linalg.norm(pool - pool[0], axis=1)
        while len(chosen) < min(most, len(pool)):
            chosen.append(int(nearest.argmax()))
            nearest = np.minimum(nearest, np.linalg.norm(pool - pool[chosen[-1]], axis=1))
        first = order[:of][chosen]
        found: NDArray[np.int64] = np.concatenate([first, order[~np.isin(order, first)]])
        return found

    def unusual(self) -> NDArray[np.float32]:
        """Return how far each row lies from the middle: where nothing is known yet, odd ones are worth a look first."""
        found: NDArray[np.float32] = np.linalg.norm(self.projected, axis=1)
        return found
