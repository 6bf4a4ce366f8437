"""One contract for every model of the registry."""

from __future__ import annotations

import pytest
import torch

from tachie.core.errors import UsageError
from tachie.core.registry import find, names
from tachie.models._base import minibatch_deviation
from tachie.train.chance import Chance
from tachie.train.config import TrainConfig
from tachie.train.loss import PENALTIES, gradient_penalty

C_DIM = 7
WIDTH = 0.125  # of the presets': the contract is the same, and seconds are saved
MODELS = [(name, px) for name in names("models") for px in find("models", name).RESOLUTIONS if px <= 64]

pytestmark = pytest.mark.parametrize(("name", "px"), MODELS, ids=[f"{n}-{px}" for n, px in MODELS])


def nets(name: str, px: int, seed: int = 0):
    torch.manual_seed(seed)
    model = find("models", name)(px, C_DIM, WIDTH)
    return model.generator(), model.discriminator()


def inputs(G, count: int, seed: int = 1):
    chance = torch.Generator().manual_seed(seed)
    c = torch.eye(C_DIM)[torch.randint(0, C_DIM, (count,), generator=chance)]
    return torch.randn(count, G.z_dim, generator=chance), c


def test_drawings_scores_and_labels_have_the_shapes_that_the_trainer_expects(name, px):
    G, D = nets(name, px)
    z, c = inputs(G, 4)
    w = G.mapping(z, c)
    rgb = G.synthesis(w)
    score, labels = D(rgb, c)
    assert (w.shape, rgb.shape, score.shape, labels.shape) == ((4, G.w_dim), (4, 3, px, px), (4,), (4, C_DIM))


def test_every_weight_gets_a_finite_gradient(name, px):
    G, D = nets(name, px)
    z, c = inputs(G, 4)
    score, labels = D(G(z, c), c)
    (score.square().sum() + labels.square().sum()).backward()
    for net in (G, D):
        for key, weight in net.named_parameters():
            assert weight.grad is not None, key
            assert weight.grad.isfinite().all(), key


def test_a_label_changes_the_drawing_and_no_label_at_all_is_allowed(name, px):
    G, D = nets(name, px)
    z, c = inputs(G, 4)
    unknown = torch.zeros_like(c)
    assert not torch.equal(G(z, c), G(z, unknown))
    assert D(G(z, unknown), unknown)[0].isfinite().all()


def test_each_layer_listens_to_a_w_of_its_own_and_one_w_for_all_is_the_same(name, px):
    G, _ = nets(name, px)
    G.eval()
    for weight in G.parameters():
        if not weight.any():
            torch.nn.init.normal_(weight, std=0.1)  # what starts at zero hides what comes before it
    w, other = (G.mapping(*inputs(G, 4, seed)) for seed in (1, 2))
    drawn = G.synthesis(w)
    assert torch.allclose(drawn, G.synthesis(torch.cat([w] * G.layers, 1)), atol=1e-6)
    for layer in range(G.layers):
        mixed = [other if i == layer else w for i in range(G.layers)]
        assert not torch.allclose(drawn, G.synthesis(torch.cat(mixed, 1)), atol=1e-4)


def test_noise_comes_from_the_chance_that_is_given_and_drawing_has_none(name, px):
    G, _ = nets(name, px)
    for key, weight in G.named_parameters():
        if key.endswith("strength"):
            torch.nn.init.ones_(weight)  # noise starts without any strength
    z, c = inputs(G, 4)
    drawn = []
    for seed in (1, 1, 2):
        G.use_chance(Chance(seed))
        drawn.append(G(z, c))
    assert torch.equal(drawn[0], drawn[1])
    assert torch.equal(drawn[0], drawn[2]) == (name != "stylegan2")
    G.eval()
    assert torch.equal(G(z, c), G(z, c))


def test_the_models_own_penalty_changes_the_gradients_of_the_discriminator(name, px):
    G, D = nets(name, px)
    z, c = inputs(G, 4)
    config = TrainConfig.preset(name, px, kimg=1)
    if config.r1_gamma == 0:
        return
    real = torch.rand(4, 3, px, px) * 2 - 1
    penalty, told = PENALTIES[config.penalty](D, real, c, G(z, c), c, Chance(3))
    penalty.backward()
    assert penalty > 0
    assert all(value.isfinite() for value in told.values())
    gradients = [p.grad for p in D.parameters() if p.grad is not None]
    assert sum(float(g.abs().sum()) for g in gradients) > 0
    assert all(g.isfinite().all() for g in gradients)
    assert all(p.grad is None for p in G.parameters()), "the penalty must not reach the generator"


@pytest.mark.parametrize("on", ["real pictures (R1)", "drawings (R2)"])
def test_a_gradient_penalty_changes_the_gradients_of_the_discriminator(name, px, on):
    G, D = nets(name, px)
    z, c = inputs(G, 4)
    rgb = torch.rand(4, 3, px, px) * 2 - 1 if on.startswith("real") else G(z, c)
    penalty = gradient_penalty(D, rgb, c)
    penalty.backward()
    gradients = [p.grad for p in D.parameters() if p.grad is not None]
    assert penalty > 0
    assert sum(float(g.abs().sum()) for g in gradients) > 0
    assert all(p.grad is None for p in G.parameters()), "the penalty must not reach the generator"


def test_the_same_seed_makes_the_same_networks_and_drawings(name, px):
    (G, D), (G2, D2), (G3, _) = nets(name, px), nets(name, px), nets(name, px, seed=5)
    z, c = inputs(G, 4)
    assert torch.equal(G(z, c), G2(z, c))
    assert torch.equal(D(G(z, c), c)[0], D2(G(z, c), c)[0])
    assert not torch.equal(G(z, c), G3(z, c))


def test_a_resolution_without_a_preset_is_refused_with_the_known_ones(name, px):
    with pytest.raises(UsageError, match=str(px)):
        find("models", name)(48, C_DIM)


def test_minibatch_deviation_is_zero_for_equal_pictures_and_works_for_any_batch(name, px):
    x = torch.rand(1, 3, 4, 4).repeat(6, 1, 1, 1)
    assert minibatch_deviation(x)[:, 3].max() < 1e-3
    assert minibatch_deviation(torch.rand(7, 3, 4, 4))[:, 3].min() > 1e-2
    assert minibatch_deviation(torch.rand(1, 3, 4, 4)).shape == (1, 4, 4, 4)
