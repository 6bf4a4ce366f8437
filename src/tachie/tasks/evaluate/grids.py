"""The grids of an evaluation: what a generator draws, none of it chosen, each picture with what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tachie.draw import Generator
from tachie.tasks.evaluate.figures import Nearest, values_of
from tachie.tasks.evaluate.real import Real

RANDOM, ROWS, STEPS = 60, 4, 9
TRUNCATIONS = (0.0, 0.3, 0.5, 0.7, 0.85, 1.0)
_NEIGHBOURS_SHOWN = 12
_YES_CODE = 1  # of a flag: no, yes

Pictures = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of pictures [R, C, S, S, 3]; `columns` and `rows` say what each column and row is, where that is fixed."""

    name: str
    pictures: Pictures
    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()


def random_drawings(generator: Generator, seed: int, truncation: float) -> Pictures:
    """Return 60 drawings under labels as they occur in the data."""
    return generator.draw(range(seed, seed + RANDOM), truncation=truncation)


def attribute_grids(generator: Generator, seed: int, truncation: float) -> list[Grid]:
    """Return fixed noise with varied attributes: a grid for each label, and one for all labels of yes and no.

    Figure 9 of Jin et al. 2017 (arXiv:1708.05509). Each row is a seed, whose other labels stay.
    """
    seeds = range(seed, seed + ROWS)
    base = np.stack([generator.codes(s) for s in seeds])
    rows = tuple(f"seed {s}" for s in seeds)
    grids, flags = [], []
    for place, name in enumerate(generator.schema.names):
        values = values_of(generator, place)
        if values == ["no", "yes"]:
            flags.append(place)
            continue
        columns = []
        for value in values:
            codes = base.copy()
            codes[:, place] = generator.schema.codes({name: value})[place]
            columns.append(generator.pictures(generator.styles(seeds, codes, truncation)))
        grids.append(Grid(name, np.stack(columns, 1), tuple(values), rows))
    if flags:
        plain = base.copy()
        plain[:, flags] = 0
        columns = [generator.pictures(generator.styles(seeds, plain, truncation))]
        for place in flags:
            codes = plain.copy()
            codes[:, place] = _YES_CODE
            columns.append(generator.pictures(generator.styles(seeds, codes, truncation)))
        names = ("none", *(generator.schema.names[place] for place in flags))
        grids.append(Grid("yes or no", np.stack(columns, 1), names, rows))
    return grids


def noise_grid(generator: Generator, seed: int, truncation: float) -> Grid:
    """Return fixed attributes with varied noise: each row has the labels of one seed, each column another latent."""
    rows = [generator.codes(s) for s in range(seed, seed + ROWS)]
    others = range(seed + 100, seed + 100 + STEPS)
    pictures = [
        generator.pictures(generator.styles(others, np.repeat(codes[None], STEPS, 0), truncation)) for codes in rows
    ]
    said = tuple(", ".join(_words(generator.schema.labels(codes))) or "no labels" for codes in rows)
    return Grid("noise", np.stack(pictures), (), said)


def interpolation_grid(generator: Generator, seed: int, truncation: float) -> Grid:
    """Return steps between the w of two seeds, in a straight line."""
    ends = range(seed + 200, seed + 200 + 2 * ROWS)
    w = generator.styles(ends, np.stack([generator.codes(s) for s in ends]), truncation)
    part = np.linspace(0, 1, STEPS, dtype=np.float32)[None, :, None]
    between = w[0::2, None] * (1 - part) + w[1::2, None] * part
    pictures = generator.pictures(between.reshape(-1, w.shape[1]))
    return Grid("interpolation", pictures.reshape(ROWS, STEPS, *pictures.shape[1:]))


def truncation_grid(generator: Generator, seed: int) -> Grid:
    """Return the same seeds at growing truncation, from the mean face of their labels on."""
    seeds = range(seed, seed + ROWS)
    columns = [generator.draw(seeds, truncation=t) for t in TRUNCATIONS]
    return Grid("truncation", np.stack(columns, 1), tuple(f"{t:g}" for t in TRUNCATIONS))


def neighbour_grids(drawn: Pictures, near: Nearest, real: Real) -> list[Grid]:
    """Return drawings beside their three nearest training faces: the first dozen, and the dozen that lie nearest."""
    order = np.argsort(near.drawn[:, 0], kind="stable")
    grids = []
    for name, chosen in (
        ("first", np.arange(min(_NEIGHBOURS_SHOWN, len(drawn)))),
        ("nearest", order[:_NEIGHBOURS_SHOWN]),
    ):
        faces = real.pictures(set(near.rows[chosen].ravel().tolist()), drawn.shape[1])
        rows = [np.stack([drawn[i], *(faces[row] for row in near.rows[i].tolist())]) for i in chosen.tolist()]
        grids.append(Grid(name, np.stack(rows), (), tuple(f"{d:.2f}" for d in near.drawn[chosen, 0].tolist())))
    return grids


def _words(labels: dict[str, str]) -> Sequence[str]:
    """Return labels as people say them: what is not there is not said."""
    return [
        name if value == "yes" else f"{name} {value}" if value.isdecimal() else f"{value} {name.removesuffix('_color')}"
        for name, value in labels.items()
        if value != "no"
    ]
