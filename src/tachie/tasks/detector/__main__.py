"""Trains and judges the head detector: python -m tachie.tasks.detector DATA --out RUN (resumes where it stopped).

Pseudo-labels, one training without any illustration, then for each fold a training with the other four fifths of the
illustrations and a shorter one after it; the network half-way between both is judged on the fold's own fifth. At last
the same with all of them, which is what ships. The confidence and the threshold are fitted on the folds' findings,
never on what a network was trained on.
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
    calibration_error,
    even_threshold,
    findings,
    fitted_confidence,
    folds,
    nested,
    rates,
)

FIGURES = 500
# Precision and recall of the classic detectors, all 252 pictures: python -m benchmarks.detect_illustrations
CLASSIC = {"animeface": (0.943, 0.889), "lbpcascade": (0.938, 0.811)}
BEFORE = FitConfig(steps=1000, px=256, lr=2e-3, seed=1)
FOLD = FitConfig(steps=300, px=256, lr=1e-3, real=0.6, seed=2, warmup=40)
LAST = replace(FOLD, steps=400, seed=3)
AGAIN = FitConfig(steps=120, px=256, lr=6e-4, real=0.7, seed=4, warmup=10)  # after each of both


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
    parts = folds(pictures)
    judges: list[HeadNet] = []
    for k, held in enumerate(parts):
        if said.fold is not None and said.fold != k:
            continue
        rest = [p for name, p in pictures.items() if name not in held]
        judge = _fitted(said.out / f"fold{k}", before, _with(stock, rest), replace(FOLD, seed=10 + k))
        again = _fitted(said.out / f"fold{k}-again", judge, _with(stock, rest), replace(AGAIN, seed=20 + k))
        judges.append(_between(judge, again))
    if said.only == "folds":
        return
    net = _fitted(said.out / "last", before, _with(stock, list(pictures.values())), LAST)
    net = _between(net, _fitted(said.out / "last-again", net, _with(stock, list(pictures.values())), AGAIN))
    plain = [_session(judge) for judge in judges]
    slope, offset = fitted_confidence(_judged(pictures, parts, plain, second_look=False))
    _report(said.out, pictures, parts, _judged(pictures, parts, [_session(judge, slope, offset) for judge in judges]))
    write_atomically(said.out / "heads.onnx", to_onnx(net, slope, offset))
    _say(f"{said.out / 'heads.onnx'}: {(said.out / 'heads.onnx').stat().st_size / 1e6:.2f} MB")


def _between(one: HeadNet, other: HeadNet) -> HeadNet:
    """Return the network half-way between two fits of one line: better than either (Wortsman et al. 2022)."""
    net, weights = HeadNet(), other.state_dict()
    net.load_state_dict(
        {k: (v + weights[k]) / 2 if v.dtype.is_floating_point else v for k, v in one.state_dict().items()}
    )
    return net.eval()


def _judged(
    pictures: dict[str, Picture],
    parts: list[list[str]],
    judges: list[onnxruntime.InferenceSession],
    second_look: bool = True,
) -> list[Finding]:
    """Return what is found in each picture by the network that never saw it."""
    found: list[Finding] = []
    for held, judge in zip(parts, judges, strict=True):
        found += findings({name: pictures[name] for name in held}, judge, second_look)
    return found


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


def _session(net: HeadNet, slope: float = 1.0, offset: float = 0.0) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(to_onnx(net, slope, offset), options, providers=["CPUExecutionProvider"])


def _report(out: Path, pictures: dict[str, Picture], parts: list[list[str]], found: list[Finding]) -> None:
    heads = sum(len(p.heads) for p in pictures.values())
    threshold = even_threshold(found, heads)
    report = {
        "pictures": len(pictures),
        "heads": heads,
        "rates": [asdict(rates(pictures, found, t)) for t in sorted({threshold, 0.3, 0.5, 0.7})],
        "even_threshold": threshold,
        "nested": asdict(rates(pictures, nested(pictures, found, parts), 0.0)),
        "calibration_error": calibration_error(found),
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
