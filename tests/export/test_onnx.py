"""Exported generators: parity with torch, files, what generator.json says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from tachie.core.conditions import Flag, Group, LabelSchema, Number
from tachie.core.errors import FormatError
from tachie.core.registry import find, names
from tachie.export.onnx import _Mapping, _Synthesis, as_onnx, export_generator
from tachie.models._weights import load_module, read_checkpoint
from tachie.train.config import TrainConfig
from tachie.train.data import FaceSet
from tachie.train.loop import train

SCHEMA = LabelSchema((Group("hair_color", ("brown", "blue", "pink")), Group("smile", ("no", "yes"))))
WIDTH = 0.25


def blob_faces(schema: LabelSchema = SCHEMA) -> FaceSet:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (40, 4, 4, 3), np.uint8).repeat(8, 1).repeat(8, 2)
    codes = rng.integers(-1, 2, (40, len(schema.groups))).astype(np.int16)
    return FaceSet(images, codes, schema, "blobs", "none: made by a test")


@pytest.fixture(scope="module", params=names("models"))
def run_dir(request, tmp_path_factory) -> Path:
    settings = {"kimg": 0.032, "batch": 8, "threads": 1, "precision": "fp32", "checkpoint_s": 1e9, "width": WIDTH}
    config = TrainConfig.preset(request.param, 32, **settings)
    return train(blob_faces(), config, tmp_path_factory.mktemp("runs") / request.param).run_dir


@pytest.mark.parametrize("batch", [1, 8])
def test_onnxruntime_draws_what_torch_draws(run_dir, tmp_path, batch):
    out = export_generator(run_dir, tmp_path / "out", "last")
    about = json.loads((out / "generator.json").read_text())
    G = find("models", about["model"])(32, SCHEMA.c_dim, about["width"]).generator()
    load_module("G_ema", G, read_checkpoint(run_dir, "last").tensors)
    G.eval()
    z, c = torch.randn(batch, G.z_dim), torch.eye(SCHEMA.c_dim)[torch.arange(batch) % SCHEMA.c_dim]
    with torch.no_grad():
        w = G.mapping(z, c)
        rgb = G.synthesis(w).clamp(-1, 1)
        one, other = [w] * G.layers, [w.flip(0)] * G.layers
        mixed = torch.cat([*one[: G.layers // 2], *other[G.layers // 2 :]], 1)
        rgb_mixed = G.synthesis(mixed).clamp(-1, 1)
    mapping = onnxruntime.InferenceSession(out / "mapping.onnx")
    synthesis = onnxruntime.InferenceSession(out / "synthesis.onnx")
    feed = {"z": z.numpy(), "c": c.numpy(), "truncation": np.ones(batch, np.float32)}
    got_w = mapping.run(None, feed)[0]
    got = synthesis.run(None, {"w": got_w})[0]
    assert np.abs(got_w - w.repeat(1, G.layers).numpy()).max() <= 1e-3
    assert (about["w_layers"], about["w_dim"]) == (G.layers, got_w.shape[1])
    assert np.abs(synthesis.run(None, {"w": mixed.numpy()})[0] - rgb_mixed.numpy()).max() <= 1e-3
    assert got.shape == (batch, 3, 32, 32)
    assert np.abs(got - rgb.numpy()).max() <= 1e-3
    # Each row has its own truncation: at 0 all of one label are its mean.
    flat = mapping.run(None, {**feed, "truncation": np.zeros(batch, np.float32)})[0]
    assert np.allclose(flat[SCHEMA.c_dim :], flat[: max(0, batch - SCHEMA.c_dim)], atol=1e-5)


def test_weights_in_16_bits_are_half_the_file_and_draw_the_same(run_dir, tmp_path):
    whole, half = (
        export_generator(run_dir, tmp_path / "whole", "last"),
        export_generator(run_dir, tmp_path / "half", "last", half=True),
    )
    about = json.loads((half / "generator.json").read_text())
    w = np.random.default_rng(0).standard_normal((4, about["w_dim"])).astype(np.float32)
    drawn = [onnxruntime.InferenceSession(d / "synthesis.onnx").run(None, {"w": w})[0] for d in (whole, half)]
    assert np.abs(drawn[0] - drawn[1]).mean() < 2 / 255
    assert (half / "synthesis.onnx").stat().st_size < 0.7 * (whole / "synthesis.onnx").stat().st_size
    assert about["sha256"]["synthesis.onnx"] == hashlib.sha256((half / "synthesis.onnx").read_bytes()).hexdigest()


@pytest.mark.parametrize(("name", "px"), [(n, px) for n in names("models") for px in find("models", n).RESOLUTIONS])
def test_the_graph_of_every_preset_is_plain_float32_operators_with_a_free_batch(name, px):
    G = find("models", name)(px, 5).generator().eval()
    data = as_onnx(_Synthesis(G.synthesis), (torch.zeros(2, G.layers * G.w_dim),), ["w"], "rgb")
    model = onnx.load_from_string(data)
    onnx.checker.check_model(model)
    assert {n.domain for n in model.graph.node} == {""}
    assert model.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "batch"
    assert {t.data_type for t in model.graph.initializer if t.dims} <= {onnx.TensorProto.FLOAT, onnx.TensorProto.INT64}
    assert not {n.op_type for n in model.graph.node} & {"Shape", "Gather", "Slice", "If", "Loop"}


def mapping_of(name: str, c_dim: int) -> tuple[Any, Callable[..., np.ndarray]]:
    """Return a fresh generator of 32 px, and its exported mapping as a function of z, c and truncation."""
    torch.manual_seed(0)
    G = find("models", name)(32, c_dim).generator().eval().requires_grad_(False)
    example = (torch.zeros(2, G.z_dim), torch.zeros(2, c_dim), torch.ones(2))
    data = as_onnx(_Mapping(G, c_dim), example, ["z", "c", "truncation"], "w")
    assert not {n.op_type for n in onnx.load_from_string(data).graph.node} & {"Shape", "Gather", "If", "Loop"}
    session = onnxruntime.InferenceSession(data)

    def w_of(z: np.ndarray, c: np.ndarray, truncation: float) -> np.ndarray:
        full = np.full(len(z), truncation, np.float32)
        w = session.run(None, {"z": z, "c": c, "truncation": full})[0]
        return w[:, : G.w_dim]

    return G, w_of


@pytest.mark.parametrize("name", names("models"))
def test_truncation_pulls_to_the_mean_face_of_the_labels_asked_for(name):
    G, w_of = mapping_of(name, 3)
    c = np.repeat(np.eye(3, dtype=np.float32), 4, 0)  # three labels, four seeds each
    z = np.random.default_rng(1).standard_normal((12, G.z_dim)).astype(np.float32)
    whole, half, none = (w_of(z, c, t) for t in (1.0, 0.5, 0.0))
    assert np.allclose(half, (whole + none) / 2, atol=1e-5)
    means = none.reshape(3, 4, -1)
    assert np.allclose(means, means[:, :1], atol=1e-5), "one mean for all seeds of a label"
    assert np.abs(means[0, 0] - means[1, 0]).max() > 0.01, "and another for another label"
    assert np.allclose(w_of(z[5:6], c[5:6], 0.5), half[5:6], atol=1e-5), "whatever else is in the batch"
    many = np.random.default_rng(2).standard_normal((4096, G.z_dim)).astype(np.float32)
    true = w_of(many, np.repeat(c[:1], 4096, 0), 1.0)
    assert np.sqrt(np.square(means[0, 0] - true.mean(0)).mean()) < 0.2 * true.std(0).mean()


@pytest.mark.parametrize("name", names("models"))
def test_without_labels_truncation_pulls_to_the_mean_of_all_faces(name):
    G, w_of = mapping_of(name, 1)
    z = np.random.default_rng(1).standard_normal((4096, G.z_dim)).astype(np.float32)
    none, whole = (w_of(z, np.zeros((4096, 1), np.float32), t) for t in (0.0, 1.0))
    assert np.allclose(none, none[:1], atol=1e-5)
    assert np.sqrt(np.square(none[0] - whole.mean(0)).mean()) < 0.2 * whole.std(0).mean()


def test_generator_json_says_what_it_is_and_the_checksums_of_both_files(run_dir, tmp_path):
    out = export_generator(run_dir, tmp_path / "out")
    text = (out / "generator.json").read_text()
    about = json.loads(text)
    assert f'"label_rows": {json.dumps(about["label_rows"], separators=(",", ":"))},\n' in text, "a table is one line"
    assert (about["format"], about["format_version"], about["resolution"]) == ("tachie-generator", 1, 32)
    assert LabelSchema.from_json(about["labels"]) == SCHEMA
    assert len(about["label_rows"]) == len(about["label_row_counts"])
    assert sum(about["label_row_counts"]) == 40
    assert about["trained_on"] == {"name": "blobs", "rows": 40, "rights": "none: made by a test"}
    assert about["kimg"] == 0.032
    for name, sha256 in about["sha256"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == sha256
    assert sorted(p.name for p in out.iterdir()) == ["generator.json", "mapping.onnx", "synthesis.onnx"]


def test_exporting_twice_gives_the_same_bytes(run_dir, tmp_path):
    one, two = export_generator(run_dir, tmp_path / "one"), export_generator(run_dir, tmp_path / "two")
    for name in ("generator.json", "mapping.onnx", "synthesis.onnx"):
        assert (one / name).read_bytes() == (two / name).read_bytes()


def test_flags_and_numbers_make_it_version_2_and_are_drawn(tmp_path):
    from tachie.draw import Generator

    schema = LabelSchema((Group("hair_color", ("brown", "blue")), Flag("smile"), Number("year", 2000, 2010, 0.1)))
    config = TrainConfig.preset("r3", 32, kimg=0.008, batch=8, threads=1, width=WIDTH)
    out = export_generator(train(blob_faces(schema), config, tmp_path / "run").run_dir, tmp_path / "out", "last")
    generator = Generator.open(out)
    assert (generator.about["format_version"], generator.schema) == (2, schema)
    drawn = [generator.draw([1], {"year": year, "smile": "yes"}).tobytes() for year in ("2001", "2009.5")]
    assert drawn[0] != drawn[1]


def test_a_generator_without_labels_is_exported_and_drawn(tmp_path):
    from tachie.draw import Generator

    config = TrainConfig.preset("r3", 32, kimg=0.008, batch=8, threads=1)
    run = train(blob_faces(LabelSchema()), config, tmp_path / "run").run_dir
    drawn = Generator.open(export_generator(run, tmp_path / "out")).draw([1, 2, 3])
    assert drawn.shape == (3, 32, 32, 3)


def test_a_folder_that_is_no_run_and_a_missing_checkpoint_are_refused(run_dir, tmp_path):
    with pytest.raises(FormatError, match="not a run folder"):
        export_generator(tmp_path / "nothing", tmp_path / "out")
    with pytest.raises(FormatError, match="there is no"):
        export_generator(run_dir, tmp_path / "out", "newest")
    assert not (tmp_path / "out").exists()
