"""Adaptive augmentation and the sampling of rows."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch

from tachie.core.conditions import Group, LabelSchema
from tachie.core.errors import UsageError
from tachie.models._weights import read_checkpoint
from tachie.train.adaptive import MEASURE_EVERY, MOST, Steering, changed
from tachie.train.chance import Chance
from tachie.train.data import FaceSet
from tachie.train.feed import MOST_OFTEN, Feed, balanced
from tachie.train.loop import train
from tachie.train.page import read_stats
from tachie.train.processes import Processes
from tachie.train.schedules import SHAPES, scheduled

from .conftest import pictures

GROUP = LabelSchema((Group("class", ("common", "rare")),))


def test_at_probability_nought_nothing_changes_and_at_one_everything_does():
    rgb = torch.rand(16, 3, 32, 32) * 2 - 1
    assert changed(rgb, Chance(0), 0.0) is rgb
    assert (changed(rgb, Chance(0), 1.0) != rgb).flatten(1).any(1).all()


def test_a_picture_that_no_change_falls_on_stays_as_it_is():
    rgb = torch.rand(64, 3, 16, 16) * 2 - 1
    same = (changed(rgb, Chance(1), 0.3) - rgb).abs().flatten(1).amax(1) < 1e-5
    assert 8 < same.sum() < 40, "0.7 ** 3 of them, about a third"


def test_changes_pass_gradients_to_the_drawing():
    rgb = torch.rand(8, 3, 16, 16).requires_grad_(True)
    changed(rgb, Chance(0), 0.8).square().sum().backward()
    assert rgb.grad.isfinite().all()
    assert (rgb.grad.flatten(1).abs().sum(1) > 0).all()


def scores(value: float) -> torch.Tensor:
    return torch.full((8,), value)


def test_p_rises_while_held_out_pictures_score_like_drawings_and_falls_while_they_score_like_trained_ones():
    steering, alone = Steering(target=0.3, kimg=1.0), Processes("cpu", "fp32")
    for _ in range(5):
        steering.measure(scores(2), scores(-1.5), scores(-2), 100, alone)
    assert steering.overfit == pytest.approx(3.5 / 4)
    assert steering.p == pytest.approx(0.5)
    for _ in range(100):
        steering.measure(scores(2), scores(-1.5), scores(-2), 100, alone)
    assert steering.p == MOST
    for _ in range(400):
        steering.measure(scores(2), scores(1.9), scores(-2), 100, alone)
    assert steering.p == 0.0


def test_what_p_follows_does_not_depend_on_where_the_scores_lie():
    here, there, alone = Steering(0.3, 1.0), Steering(0.3, 1.0), Processes("cpu", "fp32")
    here.measure(scores(2), scores(1), scores(0), 100, alone)
    there.measure(scores(102), scores(101), scores(100), 100, alone)
    assert here.overfit == pytest.approx(there.overfit) == pytest.approx(0.5)


def test_an_adaptive_run_tells_p_and_resumes_with_it(faces, tiny, tmp_path):
    settings = {"augment": "adaptive", "augment_target": -1e9, "augment_kimg": 0.1, "checkpoint_s": 1e9}
    train(faces, tiny(kimg=0.08, **settings), tmp_path / "whole")
    train(faces, tiny(kimg=0.04, **settings), tmp_path / "parts")
    first = read_checkpoint(tmp_path / "parts", "last").facts["steering"]
    train(faces, tiny(kimg=0.08, **settings), tmp_path / "parts", resume=True)
    steps = 0.08 * 1000 / 4
    measured = -(-steps // MEASURE_EVERY)
    assert read_stats(tmp_path / "whole")[-1]["augment_p"] > 0
    last = read_checkpoint(tmp_path / "parts", "last").facts["steering"]
    assert first[0] < last[0]
    assert last[0] == pytest.approx(min(MOST, measured * MEASURE_EVERY * 4 / 100))
    assert last[0] == read_checkpoint(tmp_path / "whole", "last").facts["steering"][0]


def feed(faces: FaceSet, config: object) -> Feed:
    return Feed(faces, config, Processes("cpu", "fp32"))  # type: ignore[arg-type]


def numbered(count: int, codes: np.ndarray, schema: LabelSchema) -> FaceSet:
    """Pictures that show their own number."""
    images = np.broadcast_to(np.arange(count, dtype=np.uint8)[:, None, None, None], (count, 32, 32, 3))
    return FaceSet(np.ascontiguousarray(images), codes, schema)


def test_an_epoch_shows_each_picture_once_with_its_own_label(tiny):
    schema = LabelSchema((Group("class", tuple("abcdefghijklmnopqrst")),))
    source = feed(numbered(20, np.arange(20, dtype=np.int16)[:, None], schema), tiny())
    seen = []
    for at in range(0, 20, 4):
        rgb, c = source.real(at)
        number = ((rgb[:, 0, 0, 0] + 1) * 127.5).round().long()
        assert torch.equal(c.argmax(1), number)
        seen += number.tolist()
    assert sorted(seen) == list(range(20))


def test_held_out_pictures_are_never_trained_on(tiny):
    count = 100
    source = feed(numbered(count, np.zeros((count, 0), np.int16), LabelSchema()), tiny(augment="adaptive"))
    held = {round(float(x)) for _ in range(40) for x in (source.held_out(Chance(0))[0][:, 0, 0, 0] + 1) * 127.5}
    shown = {round(float(x)) for at in range(0, 400, 4) for x in (source.real(at)[0][:, 0, 0, 0] + 1) * 127.5}
    assert held
    assert not held & shown
    assert len(shown) == 95


def test_balance_shows_rare_values_as_often_as_common_ones_up_to_a_bound():
    codes = np.array([[0]] * 90 + [[1]] * 10, np.int16)
    weights = balanced(codes, GROUP, 1.0)
    assert weights.sum() == pytest.approx(1)
    assert weights[90:].sum() == pytest.approx(0.5)
    assert balanced(codes, GROUP, 0.0)[0] == pytest.approx(0.01)
    assert balanced(codes, GROUP, 0.5)[90:].sum() == pytest.approx(3 * 10 / (90 + 3 * 10))
    alone = balanced(np.array([[0]] * 9_999 + [[1]], np.int16), GROUP, 1.0)
    assert alone[-1] / alone[0] == pytest.approx(MOST_OFTEN)
    unknown = balanced(np.full((10, 1), -1, np.int16), GROUP, 1.0)
    assert np.allclose(unknown, 0.1)


def test_a_balanced_feed_draws_rare_values_oftener_and_the_same_again(tiny):
    schema = LabelSchema((Group("class", ("common", "rare")),))
    codes = np.array([[0]] * 36 + [[1]] * 4, np.int16)
    faces = FaceSet(pictures(40), codes, schema)

    def rare(source: Feed) -> list[float]:
        return [float(source.real(at)[1][:, 1].sum()) for at in range(0, 400, 4)]

    plain, even = rare(feed(faces, tiny())), rare(feed(faces, tiny(balance=1.0)))
    assert sum(plain) == 40
    assert 130 < sum(even) < 270
    assert even == rare(feed(faces, tiny(balance=1.0)))
    drawn = sum(float(feed(faces, tiny(balance=1.0)).labels(Chance(i))[:, 1].sum()) for i in range(50))
    assert 60 < drawn < 140, "labels of drawings come as often as those of the pictures"


def test_labels_of_drawings_are_whole_rows_of_the_real_ones(faces, tiny):
    rows = {tuple(row) for row in faces.schema.columns(faces.codes).tolist()}
    drawn = feed(faces, tiny(drawn_labels="rows")).labels(Chance(0))
    assert {tuple(row) for row in drawn.tolist()} <= rows


@pytest.mark.parametrize("shape", SHAPES)
def test_a_schedule_holds_and_then_goes_from_start_to_end(shape):
    values = [scheduled(4.0, 1.0, done / 10, shape, hold=0.3) for done in range(11)]
    assert values[:4] == pytest.approx([4.0] * 4)
    assert values[-1] == pytest.approx(4.0 if shape == "constant" else 1.0)
    assert all(b <= a + 1e-12 for a, b in pairwise(values))
    assert scheduled(4.0, 1.0, 1.5, shape) == values[-1], "a run that is over stays there"


def test_gamma_follows_its_schedule_in_a_run(faces, tiny, tmp_path):
    steep = tiny(r1_gamma=1.0, r1_gamma_end=100.0, schedule="exponential", tick_s=1e-9)
    train(faces, steep, tmp_path / "run")
    gammas = [row["r1_gamma"] for row in read_stats(tmp_path / "run")]
    assert gammas[0] == pytest.approx(1.0)
    assert gammas == sorted(gammas)
    assert gammas[-1] > 20


def test_settings_that_cannot_be_are_refused_with_what_would_do(tiny):
    with pytest.raises(UsageError, match="unknown augment 'much'"):
        tiny(augment="much")
    with pytest.raises(UsageError, match="balance must be from 0 to 1"):
        tiny(balance=3.0)
    with pytest.raises(UsageError, match="cannot reach 0"):
        tiny(schedule="exponential", r1_gamma_end=0.0)
