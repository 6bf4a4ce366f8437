"""The head detector's training: scenes with true boxes, a loss that means something, exact resume, ONNX."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from tachie.paperdoll import draw_paperdoll
from tachie.tasks.detector import fit as fitting
from tachie.tasks.detector.export import to_onnx
from tachie.tasks.detector.fit import FitConfig, fit
from tachie.tasks.detector.loss import assign, detection_loss, grid
from tachie.tasks.detector.network import STRIDES, HeadNet
from tachie.tasks.detector.scenes import Picture, Stock, scene
from tachie.tasks.detector.validate import (
    Finding,
    calibration_error,
    even_threshold,
    fitted_confidence,
    folds,
    nested,
    rates,
    sharpened,
)

from .conftest import fitted_alike_after_a_kill


@pytest.fixture(scope="module")
def stock() -> Stock:
    """A few drawn pictures in every part that a stock has."""
    dolls = [draw_paperdoll(seed) for seed in range(3)]
    whole = [Picture(d.rgb(300), np.array([d.head_xyxy], np.float32) / 2) for d in dolls]
    faces = []
    for p in whole:
        x0, y0, x1, y1 = (int(v) for v in p.heads[0])
        side = max(x1 - x0, y1 - y0)
        cut = np.ascontiguousarray(p.pixels[y0 : y0 + side, x0 : x0 + side])
        faces.append(Picture(cut, np.array([[0, 0, x1 - x0, y1 - y0]], np.float32)))
    figures = [Picture(np.dstack((p.pixels, np.full(p.pixels.shape[:2], 255, np.uint8))), p.heads) for p in whole]
    return Stock(whole, figures, faces, [p.pixels[int(p.heads[0, 3]) :] for p in whole])


@pytest.mark.parametrize("real", [0.0, 1.0])
def test_heads_of_every_scene_lie_in_the_picture_and_the_same_number_makes_the_same_scene(
    stock: Stock, real: float
) -> None:
    heads = 0
    for k in range(60):
        made = scene(stock, np.random.default_rng(k), 96, real)
        assert made.pixels.shape == (96, 96, 3)
        assert made.pixels.dtype == np.uint8
        assert (made.heads >= 0).all()
        assert (made.heads <= 96).all()
        assert ((made.heads[:, 2:] - made.heads[:, :2]) >= 6).all()
        heads += len(made.heads)
    assert heads > 30
    again = scene(stock, np.random.default_rng(59), 96, real)
    assert (again.pixels == made.pixels).all()
    assert (again.heads == made.heads).all()


def test_the_network_answers_for_every_point_and_its_gradients_are_finite() -> None:
    net = HeadNet()
    logits, boxes = net(torch.rand(2, 3, 96, 64))
    assert logits.shape == (2, sum(96 // s * 64 // s for s in STRIDES))
    assert boxes.shape == (*logits.shape, 4)
    assert (boxes[..., 2:] > boxes[..., :2]).all()
    (logits.mean() + boxes.mean() / 100).backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in net.parameters())


def test_points_answer_for_the_head_they_lie_in_and_better_boxes_cost_less() -> None:
    places, strides = grid(96)
    heads = torch.tensor([[8.0, 8.0, 40.0, 40.0], [50.0, 44.0, 90.0, 92.0]])
    boxes = torch.cat((places - 16, places + 16), 1)
    chosen, which = assign(torch.zeros(len(places)), boxes, heads, places, strides)
    assert set(which.tolist()) == {0, 1}
    assert ((places[chosen] > heads[which, :2]) & (places[chosen] < heads[which, 2:])).all()
    right = heads[0].expand(len(places), 4)[None]
    logits = torch.full((1, len(places)), -4.0)
    costs = [float(detection_loss(logits, right + off, [heads[:1]], places, strides)[1]) for off in (0.0, 4.0, 12.0)]
    assert costs[0] < 1e-3
    assert costs == sorted(costs)
    assert detection_loss(logits, right, [heads[:0]], places, strides)[1] == 0


def test_a_fit_that_was_killed_goes_on_to_the_same_weights(
    stock: Stock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = FitConfig(steps=4, px=64, batch=2, real=0.5, warmup=2)
    monkeypatch.setattr(fitting, "SAVE_EVERY", 2)

    def fitted(out: Path) -> HeadNet:
        torch.manual_seed(5)
        return fit(HeadNet(), stock, config, out)

    fitted_alike_after_a_kill(fitting, "detection_loss", 4, fitted, tmp_path)


def test_the_onnx_file_says_what_the_network_says_at_any_size_and_batch() -> None:
    torch.manual_seed(0)
    net = HeadNet().eval()
    data = to_onnx(net, slope=1.5, offset=0.2)
    assert len(data) < 2_000_000
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    for shape in ((1, 3, 64, 96), (3, 3, 128, 32)):
        rgb = torch.rand(shape)
        scores, boxes = session.run(["scores", "boxes"], {"rgb": rgb.numpy()})
        with torch.no_grad():
            logits, expected = net(rgb)
        np.testing.assert_allclose(scores, torch.sigmoid(logits * 1.5 + 0.2).numpy(), atol=2e-3)
        np.testing.assert_allclose(boxes, expected.numpy(), atol=0.2)


def test_copies_of_a_picture_share_a_fold_and_every_picture_is_in_one() -> None:
    rng = np.random.default_rng(0)
    blobs = [rng.integers(0, 256, (4, 4, 3)).astype(np.uint8).repeat(16, 0).repeat(16, 1) for _ in range(20)]
    pictures = {f"{k}": Picture(b, np.zeros((0, 4), np.float32)) for k, b in enumerate([*blobs, blobs[3]])}
    parts = folds(pictures)
    assert sorted(n for part in parts for n in part) == sorted(pictures)
    assert max(map(len, parts)) - min(map(len, parts)) <= 2
    assert any({"3", "20"} <= set(part) for part in parts)


def test_rates_threshold_and_confidence_follow_the_findings() -> None:
    rng = np.random.default_rng(1)
    pictures = {f"{k}": Picture(np.zeros((1, 1, 3), np.uint8), np.zeros((1, 4), np.float32)) for k in range(400)}
    found = []
    for name in pictures:
        share = float(rng.uniform(0.05, 0.95))
        found.append(Finding(name, (0, 0, 1, 1), share, bool(rng.random() < share**2)))
    slope, offset = fitted_confidence(found)
    assert slope > 1
    assert offset < 0
    fitted = [sharpened(f, slope, offset) for f in found]
    assert calibration_error(fitted) < calibration_error(found)
    at = rates(pictures, fitted, even_threshold(fitted, len(pictures)))
    assert at.precision_between[0] <= at.precision <= at.precision_between[1]
    for threshold in (0.3, 0.5, 0.8):
        other = rates(pictures, fitted, threshold)
        assert min(at.precision, at.recall) >= min(other.precision, other.recall)


def test_a_nested_threshold_knows_nothing_of_its_own_fold() -> None:
    pictures = {f"{k}": Picture(np.zeros((1, 1, 3), np.uint8), np.zeros((1, 4), np.float32)) for k in range(40)}
    parts = [[f"{k}" for k in range(20)], [f"{k}" for k in range(20, 40)]]
    # In the first fold all above .3 is right, in the second all above .6: each is cut where the other one should be.
    found = [Finding(f"{k}", (0, 0, 1, 1), (k % 20 + 0.5) / 20, (k % 20 + 0.5) / 20 > 0.3) for k in range(20)]
    found += [Finding(f"{k}", (0, 0, 1, 1), (k % 20 + 0.5) / 20, (k % 20 + 0.5) / 20 > 0.6) for k in range(20, 40)]
    kept = {f.file for f in nested(pictures, found, parts)}
    for own, other in (parts, parts[::-1]):
        least = even_threshold([f for f in found if f.file in other], 20)
        assert kept & set(own) == {f.file for f in found if f.file in own and f.confidence >= least}
    assert len(kept & set(parts[0])) != len(kept & set(parts[1]))
