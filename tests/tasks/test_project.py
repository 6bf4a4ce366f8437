"""Finding the w of a given face."""

from __future__ import annotations

import numpy as np

from tachie.cli.chosen import model_folder, shipped_names
from tachie.draw import Generator
from tachie.tasks import project as task


def test_a_face_that_the_generator_drew_is_found_again_far_nearer_than_any_seed_begins(monkeypatch):
    monkeypatch.setattr(task, "SEEDS", 160)
    monkeypatch.setattr(task, "ROUNDS", 4)
    generator = Generator.open(model_folder(None, None, shipped_names()[0]))
    wanted = generator.draw([100_003])[0]
    rounds = []
    found = task.project(generator, wanted, lambda done, _: rounds.append(done))
    assert rounds == [0, 1, 2, 3]
    assert found.error < found.start / 2
    assert np.array_equal(generator.pictures(found.w[None])[0], found.drawing)
    assert np.array_equal(found.wanted, wanted)
