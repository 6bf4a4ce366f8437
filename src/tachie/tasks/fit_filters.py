"""Fit the small heads of the whole-picture filters: on illustrations labelled by eye, and on paperdolls.

Usage: python -m tachie.tasks.fit_filters --pictures DIR --labels benchmarks/labels/illustrations.csv
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from tachie.core.files import write_atomically
from tachie.core.images import decode
from tachie.learn.heads import one_thread
from tachie.paperdoll import draw_paperdoll
from tachie.vision.shape import EXTENTS, FEATURES, asked, bent, shape_of
from tachie.vision.sight import Sight

DOLLS, FIRST_SEED, DOLL_PX = 240, 500_000, 480
STRENGTH = 1.0  # scikit-learn's C
DOLLS_WEIGHT = {"extent": 0.25, "chibi": 1.0}  # of all dolls together, the illustrations together being 1
KNOTS = (0.25, 0.5, 0.75)  # quantiles of each feature at which its slope may change
EXTENT_FEATURES = (
    "room_below", "room_across", "figure_below", "gap_below", "width_at_bottom", "spread", "border_plain", "head_shape",
)  # fmt: skip
# What a chibi is told by; how much of it is shown must not decide.
CHIBI_FEATURES = ("figure_below", "gap_below", "head_shape", "shoulders", "area", "spread", "width_0.4", "width_1.0")

Float = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Examples:
    """Features [N, F] with their answers and weights; `names` are those of the pictures."""

    names: list[str]
    features: Float
    answers: NDArray[np.str_]
    weights: Float

    def __add__(self, other: Examples) -> Examples:
        return Examples(
            self.names + other.names,
            np.concatenate((self.features, other.features)),
            np.concatenate((self.answers, other.answers)),
            np.concatenate((self.weights, other.weights)),
        )

    def only(self, rows: NDArray[np.bool_]) -> Examples:
        """Return some of them."""
        names = [name for name, stays in zip(self.names, rows, strict=True) if stays]
        return Examples(names, self.features[rows], self.answers[rows], self.weights[rows])


def read_labels(path: Path) -> dict[str, dict[str, str]]:
    """Return file name -> label -> value of the table of labels given by eye."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


def illustrations(folder: Path, labels: dict[str, dict[str, str]]) -> dict[str, Float]:
    """Return the features of each labelled picture in which a head is found."""
    found = {}
    for name in labels:
        sight = Sight(decode((folder / name).read_bytes()).rgb)
        if sight.main_head is not None:
            found[name] = shape_of(sight, sight.main_head)
    return found


def dolls(count: int = DOLLS, first: int = FIRST_SEED) -> list[tuple[str, str, Float]]:
    """Return (extent, chibi, features) of paperdolls: extents in turn, every other one a chibi."""
    found = []
    for i in range(count):
        wished = {"extent": EXTENTS[i % 3], "chibi": ("no", "yes")[i // 3 % 2]}
        sight = Sight(draw_paperdoll(first + i, wished).rgb(DOLL_PX))
        if sight.main_head is not None:
            found.append((wished["extent"], wished["chibi"], shape_of(sight, sight.main_head)))
    return found


def examples(
    label: str, real: dict[str, Float], labels: dict[str, dict[str, str]], drawn: Sequence[tuple[str, str, Float]]
) -> tuple[Examples, Examples]:
    """Return the illustrations' and the dolls' examples for `extent` or `chibi`."""
    of_real = Examples(
        list(real),
        np.stack(list(real.values())),
        np.array([labels[name][label] for name in real]),
        np.full(len(real), 1 / len(real), np.float32),
    )
    # A chibi shows as much of itself as any other; its geometry would only blur what an extent looks like.
    used = [d for d in drawn if label == "chibi" or d[1] == "no"]
    of_dolls = Examples(
        [""] * len(used),
        np.stack([d[2] for d in used]),
        np.array([d[0] if label == "extent" else d[1] for d in used]),
        np.full(len(used), DOLLS_WEIGHT[label] / len(used), np.float32),
    )
    return of_real, of_dolls


def fitted(given: Examples, features: Sequence[str], answers: Sequence[str]) -> dict[str, Any]:
    """Return a head as `vision.shape.judge` reads it: logistic regression on linear splines of unit spread."""
    from sklearn.linear_model import LogisticRegression

    plain = given.features[:, [FEATURES.index(f) for f in features]]
    knots = np.round(np.quantile(plain, KNOTS, axis=0), 4)
    z = bent(plain, knots)
    mean, spread = z.mean(0), z.std(0) + 1e-3
    codes = np.array([answers.index(a) for a in given.answers])
    weights = given.weights / given.weights.mean()
    with one_thread():
        model = LogisticRegression(C=STRENGTH, max_iter=2000).fit((z - mean) / spread, codes, sample_weight=weights)
    coefficients, biases = model.coef_.T, model.intercept_
    if len(answers) == 2:  # one logit in place of two
        coefficients, biases = np.concatenate((-coefficients, coefficients), 1) / 2, np.array([-1, 1]) * biases / 2
    return {
        "answers": list(answers),
        "features": list(features),
        "knots": knots.tolist(),
        **{
            name: np.round(np.asarray(value, np.float64), 5).tolist()
            for name, value in (("mean", mean), ("spread", spread), ("weights", coefficients), ("biases", biases))
        },
    }


def probabilities(head: dict[str, Any], features: Float) -> Float:
    """Return [N, answers] of a fitted head."""
    return asked(head, features[:, [FEATURES.index(f) for f in head["features"]]])


def cross_validated(
    real: Examples, drawn: Examples, features: Sequence[str], answers: Sequence[str], folds: Sequence[Sequence[str]]
) -> Float:
    """Return the probabilities [N, answers] of each illustration by a head fitted without its fold, with the dolls."""
    out = np.zeros((len(real.names), len(answers)), np.float32)
    for fold in folds:
        held = np.isin(real.names, list(fold))
        head = fitted(real.only(~held) + drawn, features, answers)
        out[held] = probabilities(head, real.features[held])
    return out


def fit_all(
    folder: Path, labels: dict[str, dict[str, str]], say: Callable[[str], None] = lambda text: None
) -> dict[str, Any]:
    """Return the content of weights/filters/shape.json."""
    say("measuring the illustrations")
    real = illustrations(folder, labels)
    say("drawing and measuring paperdolls")
    drawn = dolls()
    heads = {}
    for label, features, answers in (("extent", EXTENT_FEATURES, EXTENTS), ("chibi", CHIBI_FEATURES, ("no", "yes"))):
        of_real, of_dolls = examples(label, real, labels, drawn)
        heads[label] = fitted(of_real + of_dolls, features, answers)
    return {"format": "tachie-filters", "format_version": 1, "features": list(FEATURES), "heads": heads}


@click.command()
@click.option("--pictures", type=click.Path(path_type=Path, exists=True), required=True, help="The illustrations.")
@click.option("--labels", type=click.Path(path_type=Path, exists=True), required=True, help="Their labels, as CSV.")
@click.option("--out", type=click.Path(path_type=Path), help="The file to write; by default the shipped one.")
def main(pictures: Path, labels: Path, out: Path | None) -> None:
    """Fit the filters' heads and write them."""
    out = out or Path(__file__).resolve().parent.parent / "weights" / "filters" / "shape.json"
    fitted_heads = fit_all(pictures, read_labels(labels), lambda text: click.echo(text, err=True))
    write_atomically(out, json.dumps(fitted_heads, indent=1) + "\n")
    click.echo(str(out))


if __name__ == "__main__":
    main()
