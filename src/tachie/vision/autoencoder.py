"""An autoencoder that `tachie train --task autoencode` left: pictures to codes and back, by onnxruntime alone."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tachie.core.errors import FormatError

FORMAT, FORMAT_VERSION = "tachie-autoencoder", 1
ABOUT_NAME, ENCODER_NAME, DECODER_NAME = "autoencoder.json", "encoder.onnx", "decoder.onnx"
_BATCH = 32


@dataclass(frozen=True, slots=True)
class Autoencoder:
    """Two networks: `encode` makes `code` numbers of a picture of `side_px`, `decode` a picture of them."""

    side_px: int
    code: int
    _encoder: Any
    _decoder: Any

    @classmethod
    def open(cls, folder: str | Path) -> Autoencoder:
        """Open the autoencoder in a folder; raises `FormatError` where there is none, or a file was changed."""
        import onnxruntime

        path = Path(folder)
        try:
            about = json.loads((path / ABOUT_NAME).read_text("utf-8"))
            if about["format"] != FORMAT or about["format_version"] != FORMAT_VERSION:
                raise ValueError(f"it is of format {about['format']} {about['format_version']}")
            side, code, wanted = int(about["side_px"]), int(about["code"]), dict(about["sha256"])
            options = onnxruntime.SessionOptions()
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # be kind to a busy machine
            sessions = []
            for name in (ENCODER_NAME, DECODER_NAME):
                data = (path / name).read_bytes()
                if hashlib.sha256(data).hexdigest() != wanted[name]:
                    raise ValueError(f"{name} has another checksum than {ABOUT_NAME} says")
                sessions.append(onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise FormatError(
                f"{path} holds no autoencoder: {error}",
                "Train one with: tachie train DATASET --task autoencode --out RUN",
            ) from error
        return cls(side, code, *sessions)

    def encode(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return codes [N, code] of pictures [N, side_px, side_px, 3] uint8 RGB."""
        parts = [self._encoder.run(None, {"pictures": pictures[i : i + _BATCH]})[0] for i in _starts(pictures)]
        return np.concatenate(parts) if parts else np.zeros((0, self.code), np.float32)

    def decode(self, codes: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Return the pictures [N, side_px, side_px, 3] uint8 RGB of codes [N, code]."""
        parts = [self._decoder.run(None, {"codes": codes[i : i + _BATCH]})[0] for i in _starts(codes)]
        return np.concatenate(parts) if parts else np.zeros((0, self.side_px, self.side_px, 3), np.uint8)


def _starts(rows: NDArray[Any]) -> range:
    return range(0, len(rows), _BATCH)
