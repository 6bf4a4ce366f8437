"""Writes a fitted tagger as ONNX: pictures as they are in memory go in, logits and features come out."""

from __future__ import annotations

import hashlib
import io
import warnings
from typing import Any

import onnx
import torch
from torch import Tensor, nn

from tachie.export._halves import store_in_halves
from tachie.tasks.tagger.judge import Adjusted
from tachie.tasks.tagger.network import SIDE_PX, TagNet, TwoNets


class _FromMemory(nn.Module):
    """Takes uint8 NHWC."""

    def __init__(self, net: TagNet | TwoNets) -> None:
        super().__init__()
        self.net = net

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        return self.net(pictures.float().permute(0, 3, 1, 2))  # type: ignore[no-any-return]


def to_onnx(net: TagNet | TwoNets) -> bytes:
    """Return the network as ONNX bytes: `pictures` uint8 [n, side, side, 3] to `logits` [n, L], `features` [n, F]."""
    net = net.eval().to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _FromMemory(net).eval(),
            (torch.randint(0, 256, (2, SIDE_PX, SIDE_PX, 3), dtype=torch.uint8),),
            file,  # type: ignore[arg-type]  # a file object is taken as well
            opset_version=17,
            input_names=["pictures"],
            output_names=["logits", "features"],
            dynamic_axes={name: {0: "n"} for name in ("pictures", "logits", "features")},
            dynamo=False,
        )
    model = onnx.load_from_string(file.getvalue())
    store_in_halves(model.graph)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def described(model: bytes, groups: list[Adjusted], report: dict[str, Any]) -> dict[str, Any]:
    """Return what stands beside the network: its groups, how far each may be trusted, the network's hash."""
    precision = {figure["name"]: figure["precision"] for figure in report["by_eye"]}
    return {
        "format": "tachie-tagger",
        "format_version": 1,
        "side_px": SIDE_PX,
        "groups": [
            {
                "name": one.group.name,
                "values": list(one.group.values),
                "temperature": round(one.temperature, 3),
                "threshold": one.threshold,
                "precision": None if precision[one.group.name] is None else round(precision[one.group.name], 3),
                "trusted": one.group.name in report["trusted"],
            }
            for one in groups
        ],
        "network_sha256": hashlib.sha256(model).hexdigest(),
    }
