"""Uses a network to make its successor's labels better: tags it contradicts go, faces without tags get some."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnxruntime

from tachie.tasks.tagger.data import SCHEMA, Faces
from tachie.tasks.tagger.judge import Scores, answers, fitted_temperature, shares

COLORS = tuple(SCHEMA.names.index(name) for name in ("hair_color", "eye_color"))
CONTRADICTED = 0.85  # probability of another value, and
HARDLY = 0.04  # of the tag itself, from which on it is forgotten
SURE = 0.9  # probability from which on an answer becomes a label, in the picture and in its mirror image


def _certain(session: onnxruntime.InferenceSession, faces: Faces, adjust: Faces) -> dict[int, Scores]:
    """Return calibrated probabilities [N, values] of the colour groups, the mean over a face and its mirror image."""
    plain, flat = (
        answers(session, faces.pixels),
        answers(session, [np.ascontiguousarray(p[:, ::-1]) for p in faces.pixels]),
    )
    held = answers(session, adjust.pixels)
    return {
        g: (shares(plain[g], t) + shares(flat[g], t)) / 2
        for g in COLORS
        for t in (fitted_temperature(held[g], adjust.codes[:, g]),)
    }


def without_contradicted(
    train: Faces, adjust: Faces, session: onnxruntime.InferenceSession, say: Callable[[str], None] = lambda line: None
) -> Faces:
    """Return `train` without the colour tags that the network contradicts, although it was trained on them."""
    codes = train.codes.copy()
    for g, p in _certain(session, train, adjust).items():
        tag = codes[:, g].astype(int)
        of_tag = np.where(tag >= 0, p[np.arange(len(p)), np.maximum(tag, 0)], 1.0)
        wrong = (p.max(1) >= CONTRADICTED) & (of_tag <= HARDLY)
        codes[wrong, g] = -1
        say(f"{SCHEMA.names[g]}: {int(wrong.sum())} of {len(wrong)} tags contradicted and forgotten")
    return Faces(train.names, train.pixels, codes)


def with_pseudo_labels(
    faces: Faces, adjust: Faces, session: onnxruntime.InferenceSession, say: Callable[[str], None] = lambda line: None
) -> Faces:
    """Return those of `faces` of which the network is sure, with the colours it is sure of."""
    codes = np.full((len(faces), len(SCHEMA.groups)), -1, np.int16)
    for g, p in _certain(session, faces, adjust).items():
        sure = p.max(1) >= SURE
        codes[sure, g] = p.argmax(1)[sure]
        say(f"{SCHEMA.names[g]}: sure of {int(sure.sum())} of {len(sure)} faces without tags")
    return Faces(faces.names, faces.pixels, codes).take(np.flatnonzero((codes >= 0).any(1)))
