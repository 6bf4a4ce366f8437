"""Writes a fitted classifier as ONNX: pictures as they are in memory go in, logits come out."""

from __future__ import annotations

import io
import warnings

import torch
from torch import Tensor, nn

from tachie.tasks.classify.networks import Classifier


class _FromMemory(nn.Module):
    """Takes uint8 NHWC."""

    def __init__(self, net: Classifier) -> None:
        super().__init__()
        self.net = net

    def forward(self, pictures: Tensor) -> Tensor:
        logits: Tensor = self.net(pictures.permute(0, 3, 1, 2).float())
        return logits


def to_onnx(net: Classifier, side_px: int) -> bytes:
    """Return the network as ONNX bytes: `pictures` uint8 [N, side, side, 3] RGB to `logits` float32 [N, K]."""
    net = net.eval().to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracing exporter is the older one: see export/onnx.py
        torch.onnx.export(
            _FromMemory(net).eval(),
            (torch.randint(0, 256, (2, side_px, side_px, 3), dtype=torch.uint8),),
            file,  # type: ignore[arg-type]  # a file object is taken as well
            opset_version=17,
            input_names=["pictures"],
            output_names=["logits"],
            dynamic_axes={"pictures": {0: "n"}, "logits": {0: "n"}},
            dynamo=False,
        )
    return file.getvalue()
