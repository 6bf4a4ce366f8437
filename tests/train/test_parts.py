"""Losses, augmentation, the average and the settings."""

from __future__ import annotations

import copy
import json
import math

import numpy as np
import pytest
import torch
from torch import nn

from tachie.core.conditions import Flag, Group, LabelSchema, Number
from tachie.core.errors import UsageError
from tachie.train import ema, page
from tachie.train.augment import mirrored, shifted
from tachie.train.chance import Chance
from tachie.train.config import CHOICES, TrainConfig
from tachie.train.loss import LABEL_LOSSES, LOSSES, PENALTIES, dragan, gradient_penalty, label_loss, relativistic


class Quadratic(nn.Module):
    """D(x) = a |x|^2 / 2, whose gradient is a x."""

    def __init__(self, a: float) -> None:
        super().__init__()
        self.a = nn.Parameter(torch.tensor(a))

    def forward(self, x, c):
        return self.a * x.square().sum((1, 2, 3)) / 2, c


def test_the_penalty_is_the_mean_squared_gradient_norm_and_reaches_the_weights():
    D = Quadratic(3.0)
    x = torch.randn(5, 3, 4, 4)
    penalty = gradient_penalty(D, x, torch.zeros(5, 1))
    assert penalty.item() == pytest.approx(9 * x.square().sum((1, 2, 3)).mean().item(), rel=1e-5)
    penalty.backward()
    assert D.a.grad.item() == pytest.approx(2 * penalty.item() / 3, rel=1e-5)


def test_the_penalty_stays_float32_under_autocast():
    D = Quadratic(1.0)
    with torch.autocast("cpu", torch.bfloat16):
        assert gradient_penalty(D, torch.randn(2, 3, 4, 4), torch.zeros(2, 1)).dtype == torch.float32


def test_the_relativistic_loss_is_log_two_for_equal_scores_and_falls_as_one_gets_ahead():
    zero, one = torch.zeros(3), torch.ones(3)
    assert relativistic(zero, zero).item() == pytest.approx(math.log(2))
    assert relativistic(one, zero) < relativistic(zero, zero) < relativistic(zero, one)


@pytest.mark.parametrize("name", LOSSES)
def test_each_loss_pulls_the_discriminator_and_the_generator_apart(name):
    loss_d, loss_g = LOSSES[name]
    real, fake = torch.zeros(3, requires_grad=True), torch.zeros(3, requires_grad=True)
    loss_d(real, fake).backward()
    assert (real.grad < 0).all()
    assert (fake.grad > 0).all()
    fake.grad = real.grad = None
    loss_g(real, fake).backward()
    assert (fake.grad < 0).all()
    assert real.grad is None, "the generator's loss must not reach the real scores"


def test_unknown_labels_do_not_count_in_the_label_loss():
    schema = LabelSchema((Group("hair_color", ("brown", "blue", "pink")), Group("eyes", ("red", "green"))))
    logits = torch.randn(2, 5)
    c = torch.tensor([[1.0, 0, 0, 0, 0], [0, 0, 0, 0, 0]])
    expected = nn.functional.cross_entropy(logits[:1, :3], torch.tensor([0])) / 2
    assert label_loss(logits, c, schema).item() == pytest.approx(expected.item(), rel=1e-5)
    assert label_loss(logits, torch.zeros(2, 5), schema).item() == 0
    assert label_loss(torch.randn(2, 1), torch.zeros(2, 1), LabelSchema()).item() == 0


KINDS = LabelSchema((Group("hair", ("blue", "pink")), Flag("smile"), Number("year", 2000, 2010, 1)))


@pytest.mark.parametrize("name", LABEL_LOSSES)
def test_each_label_loss_is_nothing_where_all_is_unknown_and_falls_as_the_logits_come_nearer(name):
    _, loss_g = LABEL_LOSSES[name]
    c = torch.from_numpy(KINDS.columns(np.array([[1, 0, 8], [0, 1, -1]], np.int16)))
    right = c * torch.tensor([4.0, 4, 4, 1, 1]) - torch.tensor([2.0, 2, 0, 0, 0])
    wrong = -right
    assert loss_g(right, torch.zeros_like(c), KINDS) == 0
    assert loss_g(right, c, KINDS) < loss_g(torch.zeros_like(c), c, KINDS) < loss_g(wrong, c, KINDS)
    # One label at a time: a flag by its own chance, a number by its distance.
    flag = torch.tensor([[0, 0, -1.0, 0, 0]])
    alone = loss_g(torch.tensor([[9.0, 9, 0.5, 9, 9]]), flag, KINDS).item()
    parts = 3 if name == "groups" else 1
    assert alone == pytest.approx(math.log(1 + math.exp(0.5)) / parts, rel=1e-5)
    number = torch.tensor([[0, 0, 0, 0.5, 1.0]])
    assert loss_g(torch.tensor([[9.0, 9, 9, -0.5, 9]]), number, KINDS).item() == pytest.approx(1 / parts, rel=1e-5)


def test_the_dragan_penalty_is_how_far_the_gradients_norm_is_from_one_around_the_pictures():
    class Linear(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a = nn.Parameter(torch.tensor(3.0))

        def forward(self, x, c):
            return self.a * x[:, 0, 0, 0], c

    D = Linear()
    x, c = torch.randn(4, 3, 8, 8), torch.zeros(4, 1)
    penalty, _ = dragan(D, x, c, x, c, Chance(0))
    assert penalty.item() == pytest.approx((3 - 1) ** 2, rel=1e-4)
    penalty.backward()
    assert D.a.grad.item() == pytest.approx(2 * (3 - 1), rel=1e-4)
    # For D = |x|^2 / 2 the norm is that of the point: not of the picture itself, and repeated by the same chance.
    told = [dragan(Quadratic(1.0), x, c, x, c, Chance(seed))[0].item() for seed in (1, 1, 2)]
    assert told[0] == told[1] != told[2]
    assert told[0] != pytest.approx((x.square().sum((1, 2, 3)).sqrt() - 1).square().mean().item(), rel=1e-3)


def test_every_penalty_and_label_loss_can_be_chosen():
    assert set(CHOICES["penalty"]) == set(PENALTIES)
    assert set(CHOICES["label_loss"]) == set(LABEL_LOSSES)
    with pytest.raises(UsageError, match="unknown penalty 'dragon'"):
        TrainConfig(kimg=1, penalty="dragon")


def test_shifting_moves_by_whole_pixels_within_reach_and_passes_gradients():
    x = torch.arange(32.0).view(1, 1, 1, 32).expand(6, 3, 32, 32).clone().requires_grad_(True)
    y = shifted(x, Chance(0))
    moves = y[:, 0, 16, 16] - 16
    assert moves.abs().max() <= 2
    assert len(set(moves.tolist())) > 1
    y.sum().backward()
    assert (x.grad.sum((1, 2, 3)) == 3 * 32 * 32).all()


def test_mirroring_turns_about_half_and_changes_nothing_else():
    x = torch.rand(200, 3, 8, 8)
    y = mirrored(x, Chance(0))
    turned = (y == x.flip(3)).flatten(1).all(1)
    kept = (y == x).flatten(1).all(1)
    assert (turned | kept).all()
    assert 70 < turned.sum() < 130


def test_the_average_is_halfway_after_its_half_life_and_copies_buffers():
    new, kept = nn.BatchNorm2d(3), nn.BatchNorm2d(3)
    nn.init.zeros_(kept.weight)
    new.running_mean.fill_(7.0)
    ema.update(kept, new, 1000, 1.0)
    assert torch.allclose(kept.weight, torch.full((3,), 0.5))
    assert torch.equal(kept.running_mean, new.running_mean)
    first = copy.deepcopy(kept)
    ema.update(first, new, 16, 0.0)
    assert torch.allclose(first.weight, new.weight), "with no half-life it is the generator itself"
    assert ema.halflife_kimg(100_000, 0.05, 20) == 5
    assert ema.halflife_kimg(10_000_000, 0.05, 20) == 20


def test_settings_are_refused_with_what_would_be_right():
    with pytest.raises(UsageError, match="either kimg or minutes"):
        TrainConfig()
    with pytest.raises(UsageError, match="either kimg or minutes"):
        TrainConfig(kimg=1, minutes=1)
    with pytest.raises(UsageError, match="unknown training setting 'learning_rate'"):
        TrainConfig.preset("r3", 64, learning_rate=1)
    with pytest.raises(UsageError, match="batch must be above 0"):
        TrainConfig(kimg=1, batch=0)
    with pytest.raises(UsageError, match="precision"):
        TrainConfig(kimg=1, precision="int8")


def test_settings_survive_being_written(tmp_path):
    config = TrainConfig.preset("dcgan", 64, minutes=3, labels=("year", "class"))
    assert TrainConfig.from_json(json.loads(json.dumps(config.to_json()))) == config


def test_settings_written_before_there_were_widths_and_penalties_mean_the_same():
    config = TrainConfig.preset("r3", 64, minutes=3)
    old = {
        k: v for k, v in config.to_json().items() if k not in {"width", "penalty", "adv_weight", "label_loss", "labels"}
    }
    assert TrainConfig.from_json(old) == config


def test_the_page_of_a_running_run_refreshes_and_escapes_names(tmp_path):
    page.append_stats(tmp_path, {"cur_nimg": 1000, "loss_d": 0.5, "diversity": None})
    page.append_stats(tmp_path, {"cur_nimg": 2000, "loss_d": float("nan"), "diversity": 0.4})
    with (tmp_path / "stats.jsonl").open("a") as file:
        file.write('{"cur_nimg": 30')
    page.write_page(tmp_path, "<b>faces</b>", "2 minutes left", running=True)
    text = (tmp_path / "index.html").read_text()
    assert 'http-equiv="refresh"' in text
    assert "&lt;b&gt;faces" in text
    assert "width=device-width" in text
    assert [row["cur_nimg"] for row in page.cut_stats(tmp_path, 1000)] == [1000]
