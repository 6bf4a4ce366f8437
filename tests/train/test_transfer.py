"""Starting from weights that were trained before."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from tachie.core.conditions import Flag, Group, LabelSchema
from tachie.core.errors import FormatError, UsageError
from tachie.models.makegirls import Makegirls
from tachie.models.r3 import R3
from tachie.train import transfer
from tachie.train.data import FaceSet
from tachie.train.loop import train
from tachie.train.transfer import START_NAME, find_start, read_start, take_weights, write_start

OLD = LabelSchema((Group("hair_color", ("brown", "blue", "pink")), Flag("smile")))
NEW = LabelSchema((Flag("hat"), Group("hair_color", ("pink", "green", "brown", "white"))))


@pytest.fixture(scope="module")
def shipped(tmp_path_factory) -> object:
    """A folder of weights with a start file made of fresh networks that know OLD."""
    folder = tmp_path_factory.mktemp("weights")
    torch.manual_seed(5)
    model = R3(32, OLD.c_dim)
    G, D = model.generator(), model.discriminator()
    tensors = {f"G_ema.{name}": t.half() for name, t in G.state_dict().items()}
    tensors |= {f"D.{name}": t.half() for name, t in D.state_dict().items()}
    about = {
        "format": "tachie-start", "format_version": "1", "model": "r3", "resolution": "32",
        "labels": json.dumps(OLD.to_json()),
    }  # fmt: skip
    (folder / "small").mkdir()
    save_file(tensors, folder / "small" / START_NAME, about)
    return folder


def fresh(schema: LabelSchema, model: type = R3) -> tuple:
    torch.manual_seed(0)
    made = model(32, schema.c_dim)
    return made, made.generator(), made.discriminator()


def test_weights_under_other_labels_keep_what_their_values_meant(shipped):
    old = load_file(shipped / "small" / START_NAME)
    model, G, D = fresh(NEW)
    _, before, _ = fresh(NEW)
    said = take_weights(shipped / "small", model, NEW, G, D)
    assert "2 of 5 label values were known" in said
    embed, embed_old = G.mapping.embed.weight, old["G_ema.mapping.embed.weight"].float()
    assert torch.equal(embed[:, 1], embed_old[:, 2]), "pink"
    assert torch.equal(embed[:, 3], embed_old[:, 0]), "brown"
    assert torch.equal(embed[:, 0], before.mapping.embed.weight[:, 0]), "hat is new"
    assert torch.equal(D.critic.labels.bias[1], old["D.critic.labels.bias"][2].float())
    assert torch.equal(G.synthesis.start.weight, old["G_ema.synthesis.start.weight"].float())


def test_labels_of_the_same_number_but_other_values_are_not_mixed_up(shipped):
    turned = LabelSchema((Group("hair_color", ("pink", "brown", "blue")), Flag("smile")))
    old = load_file(shipped / "small" / START_NAME)
    model, G, D = fresh(turned)
    take_weights(shipped / "small", model, turned, G, D)
    embed_old = old["G_ema.mapping.embed.weight"].float()
    assert torch.equal(G.mapping.embed.weight, embed_old[:, [2, 0, 1, 3]])


def test_a_flag_goes_on_from_a_choice_of_no_and_yes(tmp_path):
    before, after = LabelSchema((Group("smile", ("no", "yes")),)), LabelSchema((Flag("smile"),))
    _, G, D = fresh(before)
    about = {"format": "tachie-start", "format_version": "1", "labels": json.dumps(before.to_json())}
    tensors = {f"G_ema.{n}": t for n, t in G.state_dict().items()} | {f"D.{n}": t for n, t in D.state_dict().items()}
    save_file(tensors, tmp_path / "a.safetensors", about)
    model, G2, D2 = fresh(after)
    assert "1 of 1 label values" in take_weights(tmp_path / "a.safetensors", model, after, G2, D2)
    no, yes = (torch.from_numpy(before.columns(np.array([[code]], np.int16))) for code in (0, 1))
    flag = torch.ones(1, 1)
    was, now = G.mapping.embed(yes) - G.mapping.embed(no), G2.mapping.embed(flag) - G2.mapping.embed(-flag)
    assert torch.allclose(was, now, atol=1e-6)
    rgb = torch.rand(1, 3, 32, 32)
    odds = torch.diff(D(rgb, yes * 0)[1])
    assert torch.allclose(odds[:, 0], D2(rgb, flag * 0)[1][:, 0], atol=1e-5)


def test_labels_beside_a_latent_are_found_too(tmp_path):
    _, G, D = fresh(OLD, Makegirls)
    about = {"format": "tachie-start", "format_version": "1", "labels": json.dumps(OLD.to_json())}
    tensors = {f"G_ema.{n}": t for n, t in G.state_dict().items()} | {f"D.{n}": t for n, t in D.state_dict().items()}
    save_file(tensors, tmp_path / "a.safetensors", about)
    other, G2, D2 = fresh(NEW, Makegirls)
    take_weights(tmp_path / "a.safetensors", other, NEW, G2, D2)
    name, wide = next((n, t) for n, t in G.state_dict().items() if t.shape != G2.state_dict()[n].shape)
    z = wide.shape[1] - OLD.c_dim
    new = G2.state_dict()[name]
    assert torch.equal(new[:, :z], wide[:, :z])
    assert torch.equal(new[:, z + 1], wide[:, z + 2]), "pink"


def test_shipped_weights_are_found_by_name_and_by_what_they_fit(shipped, monkeypatch):
    monkeypatch.setattr(transfer, "SHIPPED", shipped)
    assert find_start("r3", 32) == shipped / "small" / START_NAME
    assert find_start("r3", 64) is None
    assert read_start("small").schema == OLD
    with pytest.raises(UsageError, match="no weights to start from") as error:
        read_start("large")
    assert "small" in error.value.hint


def test_a_run_becomes_a_start_file_of_half_the_size_that_a_run_begins_from(faces, tiny, tmp_path):
    train(faces, tiny(), tmp_path / "run")
    write_start(tmp_path / "run", tmp_path / START_NAME)
    with safe_open(tmp_path / START_NAME, "pt") as file:
        assert file.metadata()["model"] == "r3"
        names = list(file.keys())
    assert {name.split(".")[0] for name in names} == {"G_ema", "D"}
    start = read_start(tmp_path / START_NAME)
    assert all(t.dtype == torch.float16 for t in start.tensors.values())
    result = train(faces, tiny(kimg=0.004, lr=1e-12), tmp_path / "next", init=tmp_path / START_NAME)
    assert "4 of 4 label values" in result.notes[-1] or "5 of 5 label values" in result.notes[-1]
    assert "fresh" not in result.notes[-1]
    best = load_file(tmp_path / "next" / "checkpoints" / "last.safetensors")["G.synthesis.start.weight"]
    assert torch.allclose(best, start.tensors["G_ema.synthesis.start.weight"].float(), atol=1e-6)


def test_weights_that_are_not_there_leave_no_half_made_run(faces, tiny, tmp_path):
    with pytest.raises(UsageError, match="no weights to start from"):
        train(faces, tiny(), tmp_path / "run", init=tmp_path / "nowhere")
    assert not (tmp_path / "run").exists()


def test_a_checkpoint_without_a_discriminator_gives_its_generator(faces, tiny, tmp_path):
    train(faces, tiny(kimg=0.004), tmp_path / "run")
    best = tmp_path / "run" / "checkpoints" / "best.safetensors"
    model, G, D = fresh(faces.schema)
    assert "fresh: D." in take_weights(best, model, faces.schema, G, D)
    plain = FaceSet(faces.images, np.zeros((40, 0), np.int16), LabelSchema())
    model, G, D = fresh(plain.schema)
    assert "tensors fit" in take_weights(best, model, plain.schema, G, D)


def test_weights_of_another_shape_damaged_or_newer_are_refused(shipped, tmp_path):
    with pytest.raises(UsageError, match="no weights of"):
        take_weights(shipped / "small", *_other_model())
    (tmp_path / "a.safetensors").write_bytes(b"no tensors at all")
    with pytest.raises(FormatError, match="cannot be read as weights"):
        read_start(tmp_path / "a.safetensors")
    about = {"format": "tachie-start", "format_version": "9"}
    save_file({"G_ema.x": torch.zeros(1)}, tmp_path / "b.safetensors", about)
    with pytest.raises(FormatError, match="version 9"):
        read_start(tmp_path / "b.safetensors")


def _other_model() -> tuple:
    model, G, D = fresh(OLD, Makegirls)
    return model, OLD, G, D
