"""A head: a small linear classifier on features, fitted on a dozen to some thousand examples in a fraction of a second.

Logistic regression with L2 on the dataset's first 128 principal components: on hair colours as right as all 718
numbers, in a hundredth of the time. Its logits are divided by a temperature fitted on held-out folds
(Guo et al. 2017, "On Calibration of Modern Neural Networks"), so that "above .98" means about what it says. The
examples of a review are the doubtful ones: on the rest, the head is rather better than it claims.
"""

from __future__ import annotations

import json
import warnings
import zipfile
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tachie.core.errors import FormatError, InputError, UsageError
from tachie.core.files import replacing

LEAST_EXAMPLES = 12
LEAST_OF_A_CLASS = 3
MOST_EXAMPLES = 4_000  # more would take longer than a person waits, and teach little
_FOLDS = 4
_STRENGTH = 0.05  # scikit-learn's C; .01 to .1 do alike
_BASIS_WIDTH, _BASIS_ROWS = 128, 4_000
_CHUNK = 8_192
SURE = 0.98

Float = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class CrossValidation:
    """How the head does on examples that it was not fitted on: right of n, and right of those at or above .98."""

    n: int
    right: int
    sure: int
    sure_right: int

    @property
    def accuracy(self) -> float:
        """The share that is right."""
        return self.right / max(1, self.n)


@dataclass(frozen=True, slots=True)
class Basis:
    """The directions in which a dataset's faces differ most: `mean` [D] and `axes` [D, K], of unit spread together."""

    mean: Float
    axes: Float

    @classmethod
    def of(cls, features: NDArray[np.float16] | Float, width: int = _BASIS_WIDTH, seed: int = 0) -> Basis:
        """Return the basis of features [N, D], from 4,000 of its rows at most."""
        chosen = np.sort(np.random.default_rng(seed).permutation(len(features))[:_BASIS_ROWS])
        rows = np.asarray(features[chosen], np.float32)
        mean = rows.mean(0)
        scale = rows.std(0) + 0.1 * rows.std() + 1e-6  # a number that hardly ever changes must not become loud
        with one_thread():
            spread, axes = np.linalg.eigh(np.cov(((rows - mean) / scale).T))
        width = min(width, len(spread))
        axes, spread = axes[:, ::-1][:, :width], spread[::-1][:width]
        unit = np.sqrt(max(float(spread.mean()), 1e-12))
        return cls(mean.astype(np.float32), (axes / scale[:, None] / unit).astype(np.float32))

    def project(self, features: NDArray[np.float16] | Float) -> Float:
        """Return features [N, D] in the basis, [N, K] float32."""
        found = np.empty((len(features), self.axes.shape[1]), np.float32)
        for start in range(0, len(features), _CHUNK):
            rows = np.asarray(features[start : start + _CHUNK], np.float32)
            found[start : start + len(rows)] = (rows - self.mean) @ self.axes
        return found


@dataclass(frozen=True, slots=True)
class Head:
    """Classes in order, weights [K, C] and biases [C] in a basis.

    `features_key` names the extractor that it understands; `label` is what the classes are values of.
    """

    label: str
    classes: tuple[str, ...]
    weights: Float
    biases: Float
    basis: Basis
    features_key: str
    validated: CrossValidation

    def probabilities(self, projected: Float) -> Float:
        """Return [N, C] float32 for features in the head's basis [N, K], each row summing to one."""
        return _softmax(projected @ self.weights + self.biases)

    def save(self, path: Path) -> None:
        """Write the head as .npz without pickles."""
        meta = {
            "format": "tachie-head",
            "label": self.label,
            "classes": self.classes,
            "features_key": self.features_key,
            "validated": [getattr(self.validated, n) for n in CrossValidation.__slots__],
        }
        with replacing(path) as file:
            np.savez(
                file,
                allow_pickle=False,
                meta=np.array(json.dumps(meta)),
                weights=self.weights,
                biases=self.biases,
                mean=self.basis.mean,
                axes=self.basis.axes,
            )

    @classmethod
    def load(cls, path: Path) -> Head:
        """Read what `save` wrote; raises `InputError` where there is nothing, `FormatError` where it is no head."""
        if not path.is_file():
            raise InputError(f"there is no head {path}", "Learn one: tachie label DATASET --learn NAME")
        try:
            with np.load(path, allow_pickle=False) as file:
                meta = json.loads(str(file["meta"]))
                weights, biases, mean, axes = (
                    np.asarray(file[n], np.float32) for n in ("weights", "biases", "mean", "axes")
                )
            head = cls(
                label=str(meta["label"]),
                classes=tuple(map(str, meta["classes"])),
                weights=weights,
                biases=biases,
                basis=Basis(mean, axes),
                features_key=str(meta["features_key"]),
                validated=CrossValidation(*map(int, meta["validated"])),
            )
        except (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise FormatError(f"{path} is not a head: {error}") from error
        d, k = axes.shape if axes.ndim == 2 else (0, 0)
        if weights.shape != (k, len(head.classes)) or biases.shape != (len(head.classes),) or mean.shape != (d,):
            raise FormatError(f"{path} is not a head: its arrays do not fit each other")
        return head


def enough(values: Sequence[str]) -> str:
    """Return "" where these examples can be learned from, else what is missing."""
    names, counts = np.unique(np.asarray(values, str), return_counts=True)
    common = [str(n) for n, c in zip(names, counts, strict=True) if c >= LEAST_OF_A_CLASS]
    if len(values) < LEAST_EXAMPLES:
        return f"{LEAST_EXAMPLES - len(values)} more decisions"
    if len(common) < 2:
        return f"at least {LEAST_OF_A_CLASS} decisions for each of two answers"
    return ""


def fit(label: str, basis: Basis, projected: Float, values: Sequence[str], features_key: str, seed: int = 0) -> Head:
    """Fit a head on projected features [N, K] and a value for each; a value with fewer than three of them is left out.

    Raises `UsageError` where the examples do not suffice. Of more than 4,000 examples, so many are chosen at random.
    """
    lacking = enough(values)
    if lacking:
        raise UsageError(f"'{label}' cannot be learned yet: it needs {lacking}", "Decide on some more faces first.")
    y = np.asarray(values, str)
    rng = np.random.default_rng(seed)
    names, counts = np.unique(y, return_counts=True)
    rows = np.flatnonzero(np.isin(y, names[counts >= LEAST_OF_A_CLASS]))
    rng.shuffle(rows)
    rows = rows[:MOST_EXAMPLES]
    classes, codes = np.unique(y[rows], return_inverse=True)
    z = np.asarray(projected, np.float32)[rows]
    with one_thread():
        held_out = _held_out_logits(z, codes, len(classes), rng)
        weights, biases = _fitted(z, codes, len(classes))
    temperature = _temperature(held_out, codes)
    sure = _softmax(held_out / temperature)
    right = sure.argmax(1) == codes
    high = sure.max(1) >= SURE
    validated = CrossValidation(len(codes), int(right.sum()), int(high.sum()), int((right & high).sum()))
    return Head(
        label, tuple(map(str, classes)), weights / temperature, biases / temperature, basis, features_key, validated
    )


def _held_out_logits(z: Float, codes: NDArray[np.int64], classes: int, rng: np.random.Generator) -> Float:
    """Return for each example the logits of a head that was fitted without it; folds are alike in their classes."""
    folds = np.empty(len(codes), int)
    for c in range(classes):
        of_class = rng.permutation(np.flatnonzero(codes == c))
        folds[of_class] = np.arange(len(of_class)) % _FOLDS
    logits = np.zeros((len(codes), classes), np.float32)
    for fold in range(_FOLDS):
        rest = folds != fold
        if rest.all() or len(np.unique(codes[rest])) < 2:
            continue
        weights, biases = _fitted(z[rest], codes[rest], classes)
        logits[~rest] = z[~rest] @ weights + biases
    return logits


def _fitted(z: Float, codes: NDArray[np.int64], classes: int) -> tuple[Float, Float]:
    """Return weights [K, C] and biases [C]; a class without an example here gets a low bias."""
    from sklearn.linear_model import LogisticRegression  # 1 s to import: only where something is learned

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it stopped at max_iter is no matter
        model = LogisticRegression(C=_STRENGTH, max_iter=60, tol=1e-3).fit(z, codes)
    weights = np.zeros((classes, z.shape[1]), np.float32)
    biases = np.full(classes, -20.0, np.float32)
    if len(model.classes_) == 2:  # one logit in place of two
        weights[model.classes_] = np.concatenate([-model.coef_, model.coef_]) / 2
        biases[model.classes_] = np.concatenate([-model.intercept_, model.intercept_]) / 2
    else:
        weights[model.classes_], biases[model.classes_] = model.coef_, model.intercept_
    return weights.T, biases


def _temperature(logits: Float, codes: NDArray[np.int64]) -> float:
    """Return the number by which logits are best divided, of a fixed ladder: few examples must not claim much."""
    ladder = np.geomspace(0.25, 4.0, 25)
    rows = np.arange(len(codes))
    losses = [-np.log(_softmax(logits / t)[rows, codes] + 1e-9).mean() for t in ladder]
    return float(ladder[int(np.argmin(losses))])


def warm_up() -> None:
    """Import scikit-learn now, so that the first fit does not wait a second for it."""
    import sklearn.linear_model  # noqa: F401


def one_thread() -> AbstractContextManager[object]:
    """Keep linear algebra on one core while it is open: for matrices this small two are slower, far so when busy."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(1)
    return limits


def _softmax(logits: Float) -> Float:
    e = np.exp(logits - logits.max(1, keepdims=True))
    found: Float = (e / e.sum(1, keepdims=True)).astype(np.float32)
    return found
