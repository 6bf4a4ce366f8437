"""Writes a fitted autoencoder as two ONNX files and what is known of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from tachie import __version__
from tachie.core.files import write_atomically
from tachie.export.onnx import as_onnx
from tachie.tasks.autoencode.network import Decoder, Encoder, FromPictures, ToPictures
from tachie.vision.autoencoder import ABOUT_NAME, DECODER_NAME, ENCODER_NAME, FORMAT, FORMAT_VERSION


def export(encoder: Encoder, decoder: Decoder, side_px: int, code: int, said: Mapping[str, Any], folder: Path) -> None:
    """Write encoder.onnx, decoder.onnx and, last, autoencoder.json with what is `said` beside."""
    plain = [net.cpu().to(memory_format=torch.contiguous_format) for net in (encoder, decoder)]  # type: ignore[call-overload]
    picture = torch.zeros(2, side_px, side_px, 3, dtype=torch.uint8)
    written = {
        ENCODER_NAME: as_onnx(FromPictures(plain[0]), (picture,), ["pictures"], "codes"),
        DECODER_NAME: as_onnx(ToPictures(plain[1]), (torch.zeros(2, code),), ["codes"], "pictures"),
    }
    for name, data in written.items():
        write_atomically(folder / name, data)
    about = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "program_version": __version__,
        "side_px": side_px,
        "code": code,
        "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in written.items()},
        **said,
    }
    write_atomically(folder / ABOUT_NAME, json.dumps(about, indent=1) + "\n")
