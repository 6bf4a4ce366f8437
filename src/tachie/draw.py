"""Drawing with an exported generator: onnxruntime alone, no torch."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tachie.core.conditions import Codes, LabelSchema
from tachie.core.errors import FormatError, UsageError
from tachie.core.generator import GENERATOR_NAME, MAPPING_NAME, SYNTHESIS_NAME, read_about
from tachie.core.noise import latent, uniforms

LABEL_STREAM = 1  # of core.noise; stream 0 is the latent
_BATCH = 32
_THREADS = 2  # of onnxruntime: nets this small gain nothing from more


@dataclass(frozen=True, slots=True)
class Generator:
    """An exported generator, ready to draw. `about` is the content of its generator.json."""

    folder: Path
    about: Mapping[str, Any]
    schema: LabelSchema
    rows: Codes  # [N, G]: the distinct label rows of the data it was trained on
    counts: NDArray[np.float64]  # [N]
    _mapping: Any
    _synthesis: Any

    @classmethod
    def open(cls, folder: str | Path) -> Generator:
        """Open the generator in a folder (mapping.onnx, synthesis.onnx, generator.json).

        Raises `FormatError` where there is none, it is of another version, or a file has another checksum.
        """
        import onnxruntime

        path = Path(folder)
        about = read_about(path)
        schema = LabelSchema.from_json(about["labels"])
        rows = np.array(about["label_rows"], np.int16).reshape(len(about["label_rows"]), len(schema.groups))
        counts = np.array(about["label_row_counts"], np.float64)
        if len(counts) != len(rows) or len(rows) == 0:
            raise FormatError(f"{path / GENERATOR_NAME} has {len(rows)} label rows and {len(counts)} counts of them")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _THREADS
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # be kind to a busy machine
        sessions = []
        for name in (MAPPING_NAME, SYNTHESIS_NAME):
            data = _checked(path / name, str(about["sha256"].get(name)))
            sessions.append(onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"]))
        return cls(path, about, schema, rows, counts, *sessions)

    @property
    def resolution(self) -> int:
        """The side of a drawing in px."""
        return int(self.about["resolution"])

    def draw(
        self, seeds: Sequence[int], labels: Mapping[str, str] | None = None, truncation: float = 1.0
    ) -> NDArray[np.uint8]:
        """Return one drawing for each seed, [N, R, R, 3] uint8 RGB.

        A seed gives the latent and, for what `labels` does not set, a row of labels as they occur in the data. The
        same seed and settings draw the same picture, whatever else is in the batch. Truncation is 0 (the mean
        face of the labels) to 1 (as trained). Raises `UsageError` for labels and values that the generator does not
        know.
        """
        return self.pictures(self._w(seeds, labels, truncation))

    def styles(self, seeds: Sequence[int], codes: Codes, truncation: float = 1.0) -> NDArray[np.float32]:
        """Return w [N, w_dim] of the seeds' latents under label codes [N, G]: what `pictures` draws, and what mixes."""
        z = np.stack([latent(seed, int(self.about["z_dim"])) for seed in seeds])
        full = np.full(len(seeds), truncation, np.float32)
        c = self.schema.columns(codes)
        w: NDArray[np.float32] = self._mapping.run(None, {"z": z, "c": c, "truncation": full})[0]
        return w

    def between(
        self, seeds: Sequence[int], count: int, labels: Mapping[str, str] | None = None, truncation: float = 1.0
    ) -> NDArray[np.uint8]:
        """Return `count` drawings [count, R, R, 3] on the way from seed to seed, both ends among them.

        The way is straight in w from each seed to the next, face and labels together. Raises `UsageError` as `draw`
        does, and where there are fewer than two seeds or drawings.
        """
        if len(seeds) < 2 or count < 2:
            raise UsageError("a way needs two ends", "Name two seeds and at least two drawings.")
        ends = self._w(seeds, labels, truncation)
        places = np.linspace(0, len(seeds) - 1, count)
        before = np.minimum(places.astype(int), len(seeds) - 2)
        part = (places - before).astype(np.float32)[:, None]
        return self.pictures(ends[before] * (1 - part) + ends[before + 1] * part)

    def mixed(
        self,
        seeds: Sequence[int],
        style: int,
        from_layer: int | None = None,
        labels: Mapping[str, str] | None = None,
        truncation: float = 1.0,
    ) -> NDArray[np.uint8]:
        """Return one drawing [N, R, R, 3] for each seed, its fine layers drawn in the style of the seed `style`.

        Layers from `from_layer` (default: half-way) on take the other's w: 0 would take all of it. Raises `UsageError`
        as `draw` does, and where the generator has one layer alone or none of that number.
        """
        layers = int(self.about.get("w_layers", 1))
        if layers == 1:
            raise UsageError(
                f"{self.folder.name} has one style for the whole drawing: there is nothing to mix",
                "Models r3 and stylegan2 have layers; a run exported before they had is exported again.",
            )
        first = layers // 2 if from_layer is None else from_layer
        if not 0 < first < layers:
            raise UsageError(f"there is no layer {first} to mix from", f"Layers from 1 to {layers - 1} can be.")
        w = self._w(seeds, labels, truncation)
        start = first * w.shape[1] // layers
        w[:, start:] = self._w([style], labels, truncation)[:, start:]
        return self.pictures(w)

    def _w(self, seeds: Sequence[int], labels: Mapping[str, str] | None, truncation: float) -> NDArray[np.float32]:
        """Return w [N, w_dim] of seeds with the labels that `codes` gives them."""
        if not 0 <= truncation <= 2:
            raise UsageError(f"truncation must lie between 0 and 2, not {truncation}")
        parts = [
            self.styles(part, np.stack([self.codes(seed, labels) for seed in part]), truncation)
            for part in (seeds[start : start + _BATCH] for start in range(0, len(seeds), _BATCH))
        ]
        return np.concatenate(parts) if parts else np.zeros((0, int(self.about["w_dim"])), np.float32)

    def pictures(self, w: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Return the drawings [N, R, R, 3] uint8 of w [N, w_dim]."""
        # The same rounding as in the page: (x + 1) * 127.5, halves to even.
        levels: NDArray[np.uint8] = np.rint((self.rgb(w) + 1) * 127.5).clip(0, 255).astype(np.uint8)
        return levels.transpose(0, 2, 3, 1)

    def rgb(self, w: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the drawings as the network gives them, [N, 3, R, R] in [-1, 1]."""
        drawn = [np.zeros((0, 3, self.resolution, self.resolution), np.float32)]
        drawn += [self._synthesis.run(None, {"w": w[at : at + _BATCH]})[0] for at in range(0, len(w), _BATCH)]
        return np.concatenate(drawn)

    def codes(self, seed: int, labels: Mapping[str, str] | None = None) -> Codes:
        """Return the label codes [G] that a seed is drawn with: `labels`, and a row of the data for the rest.

        Rows that agree with the labels set are preferred: all of them where some do, otherwise those that agree in
        the most. Among them one is drawn by how often it occurs in the data, with the first number of stream 1 of
        the seed.
        """
        wanted = self.schema.codes(labels or {})
        given = wanted >= 0
        agreeing = self.schema.agreement(self.rows, wanted)
        weights = self.counts * (agreeing == agreeing.max())
        edges = np.cumsum(weights)
        place = uniforms(seed, LABEL_STREAM, 1)[0] * edges[-1]
        row = self.rows[int(np.searchsorted(edges, place, side="right"))]
        return np.where(given, wanted, row).astype(np.int16)


def _checked(file: Path, sha256: str) -> bytes:
    data = file.read_bytes() if file.is_file() else b""
    if hashlib.sha256(data).hexdigest() != sha256:
        what = "has another checksum than generator.json says" if data else "is missing"
        raise FormatError(f"{file} {what}", "Copy or export the generator again.")
    return data
