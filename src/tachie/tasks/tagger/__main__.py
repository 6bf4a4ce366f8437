"""Trains and judges the attribute tagger: python -m tachie.tasks.tagger DATA --out RUN (resumes where it stopped).

A first fit learns from all tags as they are. Tags that its network contradicts with confidence are then forgotten,
faces without tags get the colours it is sure of, both ways round, and a second fit goes on; then once more the same.
Temperatures and thresholds are fitted on faces that none was trained on; figures are taken on others again.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

import torch

from tachie.core.files import write_atomically
from tachie.tasks.tagger.clean import with_pseudo_labels, without_contradicted
from tachie.tasks.tagger.data import drawn, repeated, seen, tagged, untagged
from tachie.tasks.tagger.export import described, to_onnx
from tachie.tasks.tagger.fit import SHAPED, SIZES, FitConfig, fit
from tachie.tasks.tagger.judge import session
from tachie.tasks.tagger.network import SHAPE_BLOCKS, SHAPE_WIDTHS, TagNet, TwoNets
from tachie.tasks.tagger.pictures import curves_svg
from tachie.tasks.tagger.report import adjusted, judged

DOLLS = 1500
RARE_TIMES = 4  # how much oftener faces with something rare are shown
UNTAGGED = 3000  # of each set without tags
# Faces a batch: tagged, drawn, labelled by eye; from the second fit on, without tags.
FIRST = FitConfig(steps=1250, shares=(46, 8, 10), lr=2.5e-3, seed=0, others=1.0)
MIDDLE = FitConfig(steps=1500, shares=(42, 4, 13, 5), lr=2.0e-3, seed=1, small=1.0, others=0.15)
LAST = FitConfig(steps=1450, shares=(36, 6, 18, 4), lr=1.6e-3, seed=2, small=0.5, warmup=100)
# Shapes have a network of their own: beside colours, shared layers took pink hair for a blush.
SHAPES = FitConfig(steps=2000, shares=(0, 24, 40), lr=2.5e-3, seed=3, smooth=0.05, others=1.0, hues=True)


def main() -> None:
    """Run the steps that are not done yet."""
    words = argparse.ArgumentParser(prog="python -m tachie.tasks.tagger", description=__doc__)
    words.add_argument("data", type=Path, help="folder with booru-96-tagged.zip, getchu-64.zip and screen-256.zip")
    words.add_argument("--out", type=Path, default=Path("runs/tagger"))
    words.add_argument("--only", choices=("first",), help="leave the second and third fit out")
    words.add_argument("--shorter", type=float, default=1.0, help="part of the steps to train, to try things out")
    said = words.parse_args()
    torch.set_num_threads(1)  # pictures are made beside it
    out: Path = said.out

    train, adjust, judge = tagged(said.data)
    dolls = drawn(DOLLS, out / f"dolls-{DOLLS}.npz", _say)
    eyes, eyes_adjust = repeated(seen(said.data, "train"), RARE_TIMES), seen(said.data, "adjust")
    _say(f"{len(train)} tagged, {len(dolls)} drawn, {len(eyes)} labelled by eye; {len(adjust)} and {len(eyes_adjust)}")
    torch.manual_seed(0)
    net = fit(TagNet(sum(SIZES)), (train, dolls, eyes), _of(FIRST, said.shorter), out / "first", _say)
    for name, config in (("middle", MIDDLE), ("last", LAST)):
        if said.only == "first":
            break
        before = session(to_onnx(net))
        cleaned = without_contradicted(train, adjust, before, _say)
        more = with_pseudo_labels(untagged(said.data, UNTAGGED), adjust, before, _say)
        net = fit(net, (cleaned, dolls, eyes, more), _of(config, said.shorter), out / name, _say)

    torch.manual_seed(3)
    shapes = TagNet(sum(SIZES), SHAPE_WIDTHS, SHAPE_BLOCKS)
    shapes = fit(shapes, (train, dolls, eyes), _of(SHAPES, said.shorter), out / "shapes", _say)
    model = to_onnx(TwoNets(net, shapes, SHAPED))
    groups = adjusted(session(model), adjust, eyes_adjust)
    report = judged(session(model), groups, judge, seen(said.data, "judge"), seen(said.data, "again"))
    write_atomically(out / "tagger.onnx", model)
    write_atomically(out / "tagger.json", json.dumps(described(model, groups, report), indent=1) + "\n")
    write_atomically(out / "report.json", json.dumps(report, indent=1) + "\n")
    write_atomically(out / "curves.svg", curves_svg(out, report))
    _say(json.dumps(report["summary"], indent=1))
    _say(f"{out / 'tagger.onnx'}: {len(model) / 1e6:.2f} MB")


def _of(config: FitConfig, part: float) -> FitConfig:
    return replace(config, steps=max(2, round(config.steps * part)))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201  # a task's progress, read by a person


if __name__ == "__main__":
    main()
