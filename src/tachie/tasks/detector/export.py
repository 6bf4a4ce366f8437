"""Writes a fitted detector as ONNX: scores and boxes out, weights stored in 16 bits and computed with in 32."""

from __future__ import annotations

import io
import warnings

import onnx
import torch
from torch import Tensor, nn

from tachie.export._halves import store_in_halves
from tachie.tasks.detector.network import HeadNet


class _Scored(nn.Module):
    """Logits, sharpened by the fitted slope and offset, as probabilities."""

    def __init__(self, net: HeadNet, slope: float, offset: float) -> None:
        super().__init__()
        self.net, self.slope, self.offset = net, slope, offset

    def forward(self, rgb: Tensor) -> tuple[Tensor, Tensor]:
        logits, boxes = self.net(rgb)
        return torch.sigmoid(logits * self.slope + self.offset), boxes


def to_onnx(net: HeadNet, slope: float = 1.0, offset: float = 0.0) -> bytes:
    """Return the network as ONNX bytes: `rgb` [n, 3, h, w] in 0..1, sides divisible by 32, to `scores`, `boxes`."""
    net = net.eval().to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Scored(net, slope, offset).eval(),
            (torch.rand(2, 3, 96, 64),),
            file,  # type: ignore[arg-type]  # a file object is taken as well
            opset_version=17,
            input_names=["rgb"],
            output_names=["scores", "boxes"],
            dynamic_axes={"rgb": {0: "n", 2: "h", 3: "w"}, "scores": {0: "n", 1: "m"}, "boxes": {0: "n", 1: "m"}},
            dynamo=False,
        )
    model = onnx.load_from_string(file.getvalue())
    store_in_halves(model.graph)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())
