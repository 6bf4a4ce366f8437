"""Trains and judges the head detector: python -m tachie.tasks.detector DATA --out RUN (resumes where it stopped).

Pseudo-labels, one training without any illustration, then for each fold a training with the other four fifths of the
illustrations, judged on its own fifth; at last one with all of them, which is what ships. The confidence and the
threshold are fitted on the folds' findings, never on what a network was trained on.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import onnxruntime
import torch

from tachie.core.files import write_atomically
from tachie.core.images import encode_png
from tachie.tasks.detector.export import to_onnx
from tachie.tasks.detector.fit import FitConfig, fit
from tachie.tasks.detector.network import HeadNet
from tachie.tasks.detector.pictures import curve_svg, failures
from tachie.tasks.detector.scenes import Picture, Stock
from tachie.tasks.detector.stock import illustrations, label_faces, load_stock
from tachie.tasks.detector.validate import (
    Finding,
    best_threshold,
    calibration_error,
    findings,
    fitted_confidence,
    folds,
    rates,
)

FIGURES = 500
# Precision and recall of the classic detectors, all 252 pictures: python -m benchmarks.detect_illustrations
CLASSIC = {"animeface": (0.943, 0.889), "lbpcascade": (0.938, 0.811)}
BEFORE = FitConfig(steps=1000, px=256, lr=2e-3, seed=1)
FOLD = FitConfig(steps=300, px=256, lr=1e-3, real=0.6, seed=2, warmup=40)
LAST = replace(FOLD, steps=400, seed=3)


def main() -> None:
    """Run the steps that are not done yet."""
    words = argparse.ArgumentParser(prog="python -m tachie.tasks.detector", description=__doc__)
    words.add_argument("data", type=Path, help="folder with illustrations/, the face sets and sprites/")
    words.add_argument("--out", type=Path, default=Path("runs/heads"))
    words.add_argument("--only", choices=("before", "folds", "last", "report"), help="stop after this step")
    words.add_argument("--fold", type=int, help="with --only folds: this fold alone")
    said = words.parse_args()
    torch.set_num_threads(1)  # scenes are made beside it

    label_faces(said.data, said.out / "faces.jsonl", _say)
    stock = load_stock(said.data, said.out / "faces.jsonl", FIGURES)
    _say(f"{len(stock.figures)} figures, {len(stock.faces)} faces, {len(stock.grounds)} grounds")
    torch.manual_seed(0)
    before = _fitted(said.out / "before", HeadNet(), stock, BEFORE)
    if said.only == "before":
        return
    pictures = illustrations(said.data)
    found: list[Finding] = []
    parts = folds(pictures)
    for k, held in enumerate(parts):
        if said.fold is not None and said.fold != k:
            continue
        rest = [p for name, p in pictures.items() if name not in held]
        net = _fitted(said.out / f"fold{k}", before, _with(stock, rest), replace(FOLD, seed=10 + k))
        found += findings({name: pictures[name] for name in held}, _session(net))
    if said.only == "folds":
        return
    slope, offset = fitted_confidence(found)
    net = _fitted(said.out / "last", before, _with(stock, list(pictures.values())), LAST)
    _report(said.out, pictures, found, slope, offset)
    write_atomically(said.out / "heads.onnx", to_onnx(net, slope, offset))
    _say(f"{said.out / 'heads.onnx'}: {(said.out / 'heads.onnx').stat().st_size / 1e6:.2f} MB")


def _with(stock: Stock, whole: list[Picture]) -> Stock:
    """Add illustrations to a stock; what lies below their heads becomes ground."""
    low = [p.pixels[int(p.heads[:, 3].max()) + 10 :] for p in whole if len(p.heads)]
    grounds = [*stock.grounds, *(g for g in low if min(g.shape[:2]) > 150)]
    return Stock(whole, stock.figures, stock.faces, grounds)


def _fitted(out: Path, start: HeadNet, stock: Stock, config: FitConfig) -> HeadNet:
    net = HeadNet()
    done = out / "state.safetensors"
    net.load_state_dict(start.state_dict())
    began = time.monotonic()
    mean = fit(net, stock, config, out, lambda line: _say(f"{out.name} {line}"))
    _say(f"{out.name} done in {time.monotonic() - began:.0f} s: {done}")
    return mean


def _session(net: HeadNet) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(to_onnx(net), options, providers=["CPUExecutionProvider"])


def _report(out: Path, pictures: dict[str, Picture], found: list[Finding], slope: float, offset: float) -> None:
    from math import exp, log

    def fitted(f: Finding) -> Finding:
        share = min(max(f.confidence, 1e-6), 1 - 1e-6)
        return replace(f, confidence=1 / (1 + exp(-(slope * log(share / (1 - share)) + offset))))

    found = [fitted(f) for f in found]
    heads = sum(len(p.heads) for p in pictures.values())
    threshold = best_threshold(found, heads)
    report = {
        "pictures": len(pictures),
        "heads": heads,
        "rates": [asdict(rates(pictures, found, t)) for t in sorted({threshold, 0.3, 0.5, 0.7})],
        "best_threshold": threshold,
        "calibration_error": calibration_error(found),
        "slope": slope,
        "offset": offset,
        "findings": [asdict(f) for f in found],
    }
    write_atomically(out / "report.json", json.dumps(report, indent=1))
    write_atomically(out / "curve.svg", curve_svg(found, heads, CLASSIC))
    write_atomically(out / "failures.png", encode_png(failures(pictures, found, threshold)))
    _say(json.dumps({k: v for k, v in report.items() if k != "findings"}, indent=1))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201  # a task's progress, read by a person


if __name__ == "__main__":
    main()
