"""Finding the w of a given face."""

from __future__ import annotations

import numpy as np

from tachie.cli.chosen import model_folder, shipped_names
from tachie.draw import Generator
from tachie.tasks import project as task


def test_most_faces_that_the_generator_drew_are_found_again_far_nearer_than_any_seed_begins(monkeypatch):
    monkeypatch.setattr(task, "SEEDS", 160)
    monkeypatch.setattr(task, "ROUNDS", 8)
    generator = Generator.open(model_folder(None, None, shipped_names()[0]))
    left = []  # of the first error: least squares may end beside a face, in a valley of its own
    for wanted in generator.draw([100_003, 100_004, 100_005]):
        rounds: list[int] = []
        found = task.project(generator, wanted, lambda done, _, rounds=rounds: rounds.append(done))
        assert rounds == list(range(8))
        assert found.error < found.start
        assert np.array_equal(generator.pictures(found.w[None])[0], found.drawing)
        assert np.array_equal(found.wanted, wanted)
        left.append(found.error / found.start)
    assert np.median(left) < 0.5


def test_a_prior_that_pulls_too_hard_leaves_the_likest_seed(monkeypatch):
    monkeypatch.setattr(task, "SEEDS", 64)
    monkeypatch.setattr(task, "ROUNDS", 2)
    monkeypatch.setattr(task, "PRIOR", 10.0)
    generator = Generator.open(model_folder(None, None, shipped_names()[0]))
    found = task.project(generator, generator.draw([100_003])[0])
    assert found.error <= found.start
    here = found.drawing.astype(float) - found.wanted
    assert abs(np.sqrt(np.square(here).mean()) - found.error) < 1, "the error told is that of the drawing told"
