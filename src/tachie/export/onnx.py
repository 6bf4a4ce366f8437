"""The generator as two ONNX files that a browser or onnxruntime draws with, and what is known of it as JSON.

The files are described in `core/generator.py`; generator.json is written last.
Truncation pulls w to a mean: mean + truncation (w - mean) (Karras et al. 2018, arXiv:1812.04948, appendix B). It is
the mean under the labels asked for (Dobler et al. 2022, arXiv:2202.11777): the mean of all faces has every colour's
share, and going there washes out what was asked for.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from tachie import __version__
from tachie.core.conditions import LabelSchema
from tachie.core.errors import FormatError
from tachie.core.files import write_atomically
from tachie.core.generator import (
    FORMAT,
    FORMAT_VERSION,
    GENERATOR_NAME,
    MAPPING_NAME,
    SYNTHESIS_NAME,
    VERSION_OF_GROUPS,
    about_text,
)
from tachie.core.registry import find
from tachie.export._halves import store_in_halves
from tachie.models._base import Generator
from tachie.models._weights import load_module, read_checkpoint

OPSET = 17  # plain operators, all of which onnxruntime-web runs
MEAN_LATENTS = 64  # for the mean under each row's labels: latents and their opposites, a twentieth of a drawing's work


def export_generator(run_dir: Path, out_dir: Path, checkpoint: str = "best", half: bool = False) -> Path:
    """Export the averaged generator of a run into `out_dir`, made if need be, and return that folder.

    `checkpoint` is best, last or previous; `half` stores weights in 16 bits, which moves pixels by less than 1/255 on
    average. Each file is written whole or not at all, generator.json last. Raises
    `FormatError` where `run_dir` is no run or the checkpoint is missing or damaged.
    """
    about = _about(run_dir)
    schema = LabelSchema.from_json(about["labels"])
    saved = read_checkpoint(run_dir, checkpoint)
    with torch.random.fork_rng(devices=[]):
        G: Generator = find("models", about["model"])(
            about["resolution"], schema.c_dim, about.get("width", 1.0)
        ).generator()
    load_module("G_ema", G, saved.tensors)
    G.eval().requires_grad_(False)
    z, c, w = torch.zeros(2, G.z_dim), torch.zeros(2, schema.c_dim), torch.zeros(2, G.layers * G.w_dim)
    mapping = as_onnx(_Mapping(G, schema.c_dim), (z, c, torch.ones(2)), ["z", "c", "truncation"], "w", half)
    synthesis = as_onnx(_Synthesis(G.synthesis), (w,), ["w"], "rgb", half)
    head: dict[str, Any] = {
        "format": FORMAT,
        "format_version": VERSION_OF_GROUPS if schema.plain else FORMAT_VERSION,
        "program_version": __version__,
        "model": about["model"],
        "resolution": about["resolution"],
        "width": about.get("width", 1.0),
        "z_dim": G.z_dim,
        "w_dim": G.layers * G.w_dim,
        "w_layers": G.layers,
        "c_dim": schema.c_dim,
        "labels": about["labels"],
        "label_rows": about["label_rows"],
        "label_row_counts": about["label_row_counts"],
        "trained_on": about["trained_on"],
        "kimg": saved.facts["cur_nimg"] / 1000,
        "sha256": {
            MAPPING_NAME: hashlib.sha256(mapping).hexdigest(),
            SYNTHESIS_NAME: hashlib.sha256(synthesis).hexdigest(),
        },
    }
    write_atomically(out_dir / MAPPING_NAME, mapping)
    write_atomically(out_dir / SYNTHESIS_NAME, synthesis)
    write_atomically(out_dir / GENERATOR_NAME, about_text(head))
    return out_dir


class Onnx:
    """Writes a generator as mapping.onnx, synthesis.onnx and generator.json."""

    export = staticmethod(export_generator)


class _Mapping(nn.Module):
    """Mapping with truncation to the mean w of each row's labels; w is repeated for each layer that listens to it."""

    latents: Tensor  # [K, 1, z_dim]
    zeros: Tensor  # [K, 1, 1]

    def __init__(self, G: Generator, c_dim: int) -> None:
        super().__init__()
        self.mapping, self.layers = G.mapping, G.layers
        self.z_dim, self.c_dim, self.w_dim = G.z_dim, c_dim, G.w_dim
        half = np.random.Generator(np.random.Philox(0)).standard_normal((MEAN_LATENTS // 2, 1, G.z_dim), np.float32)
        self.register_buffer("latents", torch.from_numpy(np.concatenate([half, -half])))
        self.register_buffer("zeros", torch.zeros(MEAN_LATENTS, 1, 1))

    def forward(self, z: Tensor, c: Tensor, truncation: Tensor) -> Tensor:
        # Every latent under every row of labels, by sums that broadcast: what asks a shape is no plain operator.
        every_z = (self.latents + 0 * z[None]).reshape(-1, self.z_dim)
        every_c = (self.zeros + c[None]).reshape(-1, self.c_dim)
        mean = self.mapping(every_z, every_c).reshape(MEAN_LATENTS, -1, self.w_dim).mean(0)
        w = mean + truncation[:, None] * (self.mapping(z, c) - mean)
        return torch.cat([w] * self.layers, 1)


class _Synthesis(nn.Module):
    """Synthesis with its end clamped, which training leaves open."""

    def __init__(self, synthesis: nn.Module) -> None:
        super().__init__()
        self.synthesis = synthesis

    def forward(self, w: Tensor) -> Tensor:
        rgb: Tensor = self.synthesis(w)
        return rgb.clamp(-1.0, 1.0)


def as_onnx(module: nn.Module, example: tuple[Tensor, ...], names: list[str], result: str, half: bool = False) -> bytes:
    """Return a module as the bytes of an ONNX file whose first dimensions are free."""
    free = {name: {0: "batch"} for name in (*names, result)}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        file = Path(folder) / "net.onnx"
        # The tracing exporter is the older one, marked as such. It takes one second where the newer takes fifteen,
        # which a two-minute demo feels, and parity is tested at several batch sizes.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.filterwarnings("ignore", "Converting a tensor to a Python boolean")  # the width of w, which is fixed
        torch.onnx.export(
            module.eval(),
            example,
            file,
            input_names=names,
            output_names=[result],
            dynamic_axes=free,
            opset_version=OPSET,
            dynamo=False,
        )
        if not half:
            return file.read_bytes()
        model = onnx.load(file)
        store_in_halves(model.graph)
        return bytes(model.SerializeToString())


def _about(run_dir: Path) -> dict[str, Any]:
    file = run_dir / GENERATOR_NAME
    try:
        about: dict[str, Any] = json.loads(file.read_text())
        missing = [key for key in ("model", "resolution", "labels", "label_rows", "trained_on") if key not in about]
    except (OSError, ValueError) as error:
        raise FormatError(
            f"{run_dir} is not a run folder (no readable {GENERATOR_NAME})",
            "Start a run with: tachie train DATASET --minutes M --out RUN",
        ) from error
    if missing:
        raise FormatError(f"{file} does not say: {', '.join(missing)}", "Use the version of tachie that wrote it.")
    return about
