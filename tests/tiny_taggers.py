"""Small networks with the interfaces of real taggers: they see a mean colour, so that what they should say is known."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIDE_PX = 16
GROUPS: list[dict[str, Any]] = [
    {
        "name": "hair_color",
        "values": ["red", "green", "blue"],
        "temperature": 2.0,
        "threshold": 0.6,
        "precision": 0.9,
        "trusted": True,
    },
    {
        "name": "smile",
        "values": ["no", "yes"],
        "temperature": 1.0,
        "threshold": 0.8,
        "precision": None,
        "trusted": True,
    },
    {
        "name": "ribbon",
        "values": ["no", "yes"],
        "temperature": 1.0,
        "threshold": 0.5,
        "precision": 0.61,
        "trusted": False,
    },
]
# Rows: mean red, green, blue of 0..1. Columns: the seven values. Green faces smile; blue ones wear a ribbon.
WEIGHTS = np.array([[20, 0, 0, 0, 0, 0, -5], [0, 20, 0, -8, 8, 0, -5], [0, 0, 20, 0, 0, -5, 10]], np.float32)
BIASES = np.array([0, 0, 0, 2, -2, 0, 0], np.float32)


def own_tagger(folder: Path, **changed: Any) -> Path:
    """Write tagger.onnx and tagger.json as `tasks/tagger` does; `changed` overrides fields of the JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    nodes = [
        helper.make_node("Cast", ["pictures"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["float", "axes"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "scale"], ["features"]),
        helper.make_node("Gemm", ["features", "weights", "biases"], ["logits"]),
    ]
    constants = {
        "axes": np.array([1, 2], np.int64),
        "scale": np.array(1 / 255, np.float32),
        "weights": WEIGHTS,
        "biases": BIASES,
    }
    inputs = [helper.make_tensor_value_info("pictures", TensorProto.UINT8, ["n", SIDE_PX, SIDE_PX, 3])]
    outputs = [
        helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 7]),
        helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", 3]),
    ]
    _save(folder / "tagger.onnx", nodes, constants, inputs, outputs)
    about = {
        "format": "tachie-tagger",
        "format_version": 1,
        "side_px": SIDE_PX,
        "groups": GROUPS,
        "network_sha256": hashlib.sha256((folder / "tagger.onnx").read_bytes()).hexdigest(),
    }
    (folder / "tagger.json").write_text(json.dumps(about | changed))
    return folder / "tagger.onnx"


# name, category, and what the probability is the sigmoid of: weights of mean red, green, blue (0..1) and a bias
WD14_TAGS = [
    ("general", 9, (0, 0, 0, 3)),
    ("sensitive", 9, (0, 0, 0, -3)),
    ("questionable", 9, (0, 0, 0, -6)),
    ("explicit", 9, (0, 0, 0, -6)),
    ("red_hair", 0, (12, 0, 0, -6)),
    ("dark_blue_hair", 0, (0, 0, 12, -6)),
    ("twintails", 0, (0, 0, 6, -3)),
    ("straw_hat", 0, (0, 0, 0, -5)),
    ("closed_mouth", 0, (0, 0, 0, 2)),
    ("open_mouth", 0, (0, 0, 0, -2)),
    ("solo", 0, (0, 0, 0, 4)),
    ("hatsune_miku", 4, (0, 12, 0, -6)),
]


def wd14_tagger(folder: Path, *, channels_first: bool = False, side: int = 448, sigmoid: bool = True) -> Path:
    """Write model.onnx and selected_tags.csv as the WD14 family has them: BGR float32 0..255."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = np.array([tag[2] for tag in WD14_TAGS], np.float32)
    nodes = [
        helper.make_node("ReduceMean", ["input", "axes"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "scale"], ["unit"]),
        helper.make_node("Gemm", ["unit", "weights", "biases"], ["raw"]),
        helper.make_node("Sigmoid" if sigmoid else "Identity", ["raw"], ["output"]),
    ]
    constants = {
        "axes": np.array([2, 3] if channels_first else [1, 2], np.int64),
        "scale": np.array(1 / 255, np.float32),
        "weights": np.ascontiguousarray(weights[:, 2::-1].T),  # the picture is BGR
        "biases": weights[:, 3],
    }
    shape = ["n", 3, side, side] if channels_first else ["n", side, side, 3]
    inputs = [helper.make_tensor_value_info("input", TensorProto.FLOAT, shape)]
    outputs = [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["n", len(WD14_TAGS)])]
    _save(folder / "model.onnx", nodes, constants, inputs, outputs)
    lines = [f"{1000 + i},{name},{category},{9000 - i}" for i, (name, category, _) in enumerate(WD14_TAGS)]
    (folder / "selected_tags.csv").write_text("tag_id,name,category,count\n" + "\n".join(lines) + "\n")
    return folder / "model.onnx"


def _save(
    path: Path, nodes: list[Any], constants: dict[str, np.ndarray], inputs: list[Any], outputs: list[Any]
) -> None:
    initial = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, initial)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, str(path))
