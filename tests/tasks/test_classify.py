"""Classifiers: every network keeps its contract, a run resumes exactly, figures are right, and what people type."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np
import pyarrow.parquet as pq
import pytest
import torch
from click.testing import CliRunner
from safetensors.torch import save_file

from tachie.cli import cli
from tachie.core.errors import FormatError, InputError, UsageError
from tachie.core.images import encode_png
from tachie.dataset.hue import hue_histogram
from tachie.dataset.reader import Dataset
from tachie.dataset.writer import write_labels
from tachie.pipeline import Build, build
from tachie.studio.review.faces import Faces
from tachie.tasks.classify import REPORT_NAME, run
from tachie.tasks.classify.charts import confusion_table
from tachie.tasks.classify.config import Config, Settings
from tachie.tasks.classify.data import Faces as Labelled
from tachie.tasks.classify.export import to_onnx
from tachie.tasks.classify.fit import faces_shown, fit
from tachie.tasks.classify.judge import calibration, judged, probabilities, temperature_of
from tachie.tasks.classify.networks import NETWORKS, as_tensor, network, parameters
from tachie.tasks.request import TaskRequest
from tachie.vision.classifier import ABOUT_NAME, NETWORK_NAME, About, Classifier

from ..conftest import blobs, scene, untagged

COLOURS = {"amber": (230, 170, 40), "jade": (40, 180, 120), "plum": (150, 60, 170)}
SMALL = {"cnn": 16, "hue-histogram": 16, "inception_v3": 75}


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> None:
    torch.set_num_threads(1)


def painted(seed: int, colour: Sequence[int], px: int = 24) -> np.ndarray:
    """Return a smooth grey picture with a disc of a colour: what tells classes apart is plain."""
    rng = np.random.default_rng(seed)
    rgb = np.repeat(blobs(seed, px, px).mean(2, keepdims=True), 3, 2).astype(np.uint8)
    x, y = (int(v) for v in rng.integers(px // 3, 2 * px // 3, 2))
    return np.asarray(cv2.circle(rgb, (x, y), px // 4, tuple(int(c) for c in colour), -1), np.uint8)


def _path(row: dict[str, Any]) -> str:
    return str(row["source_path"])


def faces_of(n: int, px: int, classes: int = 3, seed: int = 0) -> Labelled:
    codes = np.arange(n) % classes
    pictures = np.stack([painted(seed * 1000 + i, list(COLOURS.values())[c % 3], px) for i, c in enumerate(codes)])
    return Labelled(pictures, codes.astype(np.int64), tuple(map(str, range(n))), np.full(n, px))


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """120 discs of three colours: 72 to train on, 24 to validate by, 24 to test on; a seventh of labels is wrong."""
    folder = tmp_path_factory.mktemp("pictures")
    for i in range(120):
        (folder / f"{i:03d}.png").write_bytes(encode_png(painted(i, list(COLOURS.values())[i % 3])))
    out = tmp_path_factory.mktemp("sets") / "discs"
    made = build(Build([str(folder)], out, untagged("faces-as-they-are"), workers=0)).dataset
    names, ids = list(COLOURS), [row["id"] for row in sorted(made.rows(["id", "source_path"]), key=_path)]
    said = {row_id: {"paint": names[(i + (i % 7 == 6)) % 3]} for i, row_id in enumerate(ids)}
    write_labels(out, "sidecar", said, "sidecar", ids)
    parts = {r: {"split": ("train", "validation", "train", "test", "train")[i // 3 % 5]} for i, r in enumerate(ids)}
    write_labels(out, "split", parts, "split", ids)
    return Dataset.open(out)


@pytest.fixture(scope="module")
def hue_run(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "hue"
    told = run(TaskRequest(dataset=dataset.path, out=out, model="hue-histogram", label="paint", settings=QUICK))
    assert told["parameters"] == 33 * 3
    return out


QUICK = MappingProxyType({"epochs": "30", "batch": "16"})


def test_hue_alone_has_the_paper_s_330_parameters_for_ten_classes() -> None:
    assert parameters(network("hue-histogram", 10)[0]) == 330
    assert 1_000_000 < parameters(network("cnn", 10)[0]) < 2_000_000


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_keeps_its_contract(name: str) -> None:
    px = SMALL[name]

    def fresh() -> Any:
        torch.manual_seed(3)
        return network(name, 5, px)[0]

    net, same = fresh(), fresh()
    assert all(torch.equal(a, b) for a, b in zip(net.state_dict().values(), same.state_dict().values(), strict=True))
    pictures = np.stack([painted(i, (200, 90, 40), px) for i in range(8)])
    logits = net.train()(as_tensor(pictures))
    assert logits.shape == (8, 5)
    torch.nn.functional.cross_entropy(logits, torch.arange(8) % 5).backward()
    for parameter in net.parameters():
        assert parameter.grad is not None
        assert bool(parameter.grad.isfinite().all())
    with torch.no_grad():
        expected = net.eval()(as_tensor(pictures)).numpy()
    data = to_onnx(net, px)
    ready = Classifier(about(name, px, data, classes=5), data)
    assert np.abs(ready.logits(pictures) - expected).max() < 1e-3
    assert np.abs(ready.logits(pictures[:1]) - expected[:1]).max() < 1e-3


def about(name: str, px: int, data: bytes, classes: int = 3) -> About:
    return About(
        program_version="0", model=name, label="paint", classes=tuple(f"c{i}" for i in range(classes)), side_px=px,
        temperature=1.0, network_sha256=__import__("hashlib").sha256(data).hexdigest(),
    )  # fmt: skip


def test_hue_is_counted_as_the_dataset_s_report_counts_it() -> None:
    net = network("hue-histogram", 3)[0]
    for seed in range(4):
        rgb = blobs(seed, 48, 48)
        (shares,) = net.seen(as_tensor(rgb[None])).numpy()
        expected = hue_histogram(rgb)
        assert expected is not None
        assert np.abs(shares - expected).sum() < 0.03
    assert float(net.seen(as_tensor(np.full((1, 8, 8, 3), 90, np.uint8))).sum()) == 0.0  # without any colour


@pytest.mark.parametrize("name", ["cnn", "hue-histogram"])
def test_a_resumed_run_is_bit_for_bit_the_unbroken_one(name: str, tmp_path: Path) -> None:
    px = SMALL[name]
    train, validation = faces_of(40, px), faces_of(12, px, seed=1)
    settings = Settings(epochs=2, batch=8, precision="fp32")
    config = Config(name, "paint", px, 5, None, settings)
    often = replace(config, settings=replace(settings, checkpoint_s=0.0))

    def fresh() -> Any:
        torch.manual_seed(config.seed)
        return network(name, 3, px)[0]

    whole, broken = fresh(), fresh()
    told = fit(whole, train, validation, config, tmp_path / "whole")

    class Stopped(Exception):
        pass

    def stop(what: str, done: float, total: float, unit: str) -> None:
        if done == 7:
            raise Stopped

    with pytest.raises(Stopped):
        fit(broken, train, validation, often, tmp_path / "broken", progress=stop)
    again = fresh()
    retold = fit(again, train, validation, config, tmp_path / "broken", resume=True)
    assert [row["loss"] for row in told.curve] == [row["loss"] for row in retold.curve]
    assert told.best == retold.best
    assert fit(fresh(), train, validation, config, tmp_path / "broken", resume=True).step == told.step  # done is done
    for key, tensor in whole.state_dict().items():
        assert torch.equal(tensor, again.state_dict()[key]), key


def test_a_run_by_minutes_ends_with_its_schedule_done(tmp_path: Path) -> None:
    ticks = iter(range(10_000))
    config = Config("cnn", "paint", 16, 0, 0.5, Settings(batch=8, precision="fp32"))
    net = network("cnn", 3, 16)[0]
    state = fit(net, faces_of(16, 16), faces_of(8, 16), config, tmp_path, clock=lambda: float(next(ticks)))
    assert state.elapsed_s >= 30
    assert state.step < 30  # each step asks the clock at least twice
    assert state.curve[-1]["lr"] < 0.05 * Settings().lr


def test_a_small_set_takes_less_time_than_a_large_one() -> None:
    net = network("cnn", 3)[0]
    assert [faces_shown(net, n) for n in (100, 1_000, 10_000)] == [24_000, 40_000, 80_000]


def test_patience_ends_a_run_that_gets_no_better(tmp_path: Path) -> None:
    config = Config("hue-histogram", "paint", 16, 0, None, Settings(epochs=500, batch=8, patience=3, lr=1e-9))
    state = fit(network("hue-histogram", 3)[0], faces_of(16, 16), faces_of(8, 16), config, tmp_path)
    assert len(state.curve) < 100


def test_temperature_and_calibration_find_what_was_put_in() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 1.5, (20_000, 4))
    said = probabilities(logits)
    codes = (said.cumsum(1) > rng.random((len(said), 1))).argmax(1)  # drawn from the very probabilities
    assert calibration(said, codes)["ece"] < 0.015
    assert temperature_of(logits * 3, codes) == pytest.approx(3, rel=0.05)
    assert calibration(probabilities(logits * 3), codes)["ece"] > 0.15
    assert calibration(probabilities(logits * 3, temperature_of(logits * 3, codes)), codes)["ece"] < 0.02


def test_a_set_without_a_mistake_leaves_some_doubt() -> None:
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 5, 200)
    logits = np.eye(5)[codes] * 4 + rng.normal(0, 0.5, (200, 5))
    assert (logits.argmax(1) == codes).all()
    sure = probabilities(logits, temperature_of(logits, codes)).max(1)
    assert 0.98 < sure.mean() < 0.999  # one in 202 is expected to be wrong


def test_figures_of_known_answers() -> None:
    codes = np.array([0, 0, 0, 0, 1, 1, 1, 2])
    said = np.array([0, 0, 0, 1, 1, 1, 0, 1])
    found = judged(np.eye(4)[said] * 5, codes, ("a", "b", "c", "d"), 1.0)
    assert found["accuracy"]["value"] == pytest.approx(5 / 8)
    assert found["balanced_accuracy"] == pytest.approx((3 / 4 + 2 / 3 + 0) / 3, abs=1e-4)
    assert found["classes"]["b"]["precision"]["value"] == 0.5
    assert found["classes"]["c"]["precision"]["value"] is None  # never said
    assert found["classes"]["d"]["recall"]["value"] is None  # none there
    assert found["confusion"][2] == [0, 1, 0, 0]
    assert {(pair["is"], pair["taken_for"], pair["n"]) for pair in found["confused"]} == {
        ("c", "b", 1), ("b", "a", 1), ("a", "b", 1),
    }  # fmt: skip
    assert found["confused"][0]["is"] == "c"  # of as many faces, the larger share
    assert found["most_common"] == {"class": "a", "share": 0.5}


def test_a_run_is_judged_by_what_it_exports(dataset: Dataset, hue_run: Path) -> None:
    report = json.loads((hue_run / REPORT_NAME).read_text())
    test = report["sets"]["test"]
    assert report["classes"] == ["amber", "jade", "plum"]
    assert (report["sets"]["train"]["n"], report["sets"]["validation"]["n"], test["n"]) == (72, 24, 24)
    assert 0.6 < test["accuracy"]["value"] < 0.95  # discs are told apart, wrong labels are not foreseen
    assert np.array(test["confusion"]).sum() == 24
    ready = Classifier.open(hue_run)
    assert ready.about.temperature == report["temperature"]
    assert ready.about.framing is None
    (said,) = ready([painted(7, COLOURS["plum"])])
    assert said.labels == {"paint": "plum"}
    assert sum(said.probabilities["paint"].values()) == pytest.approx(1)
    page = (hue_run / "index.html").read_text("utf-8")
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert "plum" in page
    assert page.count("<img") >= 4  # what is taken for what is shown


def test_the_network_learns_shapes_and_a_second_set_is_judged_too(dataset: Dataset, tmp_path: Path) -> None:
    told = run(
        TaskRequest(
            dataset=dataset.path, out=tmp_path / "run", label="paint", resolution=16, against=dataset.path,
            settings={"epochs": "14", "batch": "12", "precision": "fp32"},
        )
    )  # fmt: skip
    assert told["model"] == "cnn"
    assert told["accuracy"]["test"] > 0.6
    assert 0.6 < told["accuracy"][f"against {dataset.path.name}"] < 1
    with pytest.raises(UsageError, match="holds a run already"):
        run(TaskRequest(dataset=dataset.path, out=tmp_path / "run", label="paint"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"label": None}, "It has: paint|The dataset has: paint"),
        ({"label": "pant"}, "Did you mean 'paint'"),
        ({"model": "alexnet"}, "Known: cnn, hue-histogram, inception_v3, timm:NAME"),
        ({"model": "inception_v3", "resolution": 64}, "at least 75 px"),
        ({"settings": {"bach": "3"}}, "Did you mean 'batch'"),
        ({"settings": {"augment": "wild"}}, "Known: full, mild, none"),
        ({"settings": {"min_px": "64"}}, "under 64 px"),
        ({"init": "weights.pth"}, "nothing here loads pickles"),
        ({"init": "none.safetensors"}, "there is no file"),
        ({"resume": True}, "is not the run of a classifier"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_type(
    dataset: Dataset, tmp_path: Path, asked: dict[str, Any], said: str
) -> None:
    plain: dict[str, Any] = {"dataset": dataset.path, "out": tmp_path / "run", "label": "paint"}
    with pytest.raises((UsageError, InputError, FormatError)) as error:
        run(TaskRequest(**{**plain, **asked}))
    assert any(part in str(error.value) for part in said.split("|"))


def test_weights_of_ones_own_are_taken_as_far_as_they_fit(dataset: Dataset, tmp_path: Path) -> None:
    save_file({"linear.weight": torch.zeros(3, 32), "other": torch.zeros(2)}, tmp_path / "own.safetensors")
    lines: list[str] = []
    run(
        TaskRequest(
            dataset=dataset.path, out=tmp_path / "run", label="paint", model="hue-histogram", say=lines.append,
            init=str(tmp_path / "own.safetensors"), settings={"epochs": "1"},
        )
    )  # fmt: skip
    assert any("1 of 4 tensors" in line for line in lines)


def test_without_a_split_nothing_is_trained(dataset: Dataset, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    __import__("shutil").copytree(dataset.path, copy)
    (copy / "labels" / "split.parquet").unlink()
    with pytest.raises(UsageError, match="has no split") as error:
        run(TaskRequest(dataset=copy, out=tmp_path / "run", label="paint"))
    assert "tachie split" in error.value.hint


def test_timm_is_asked_for_where_it_is_missing(dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs the package timm") as error:
        run(TaskRequest(dataset=dataset.path, out=tmp_path / "run", label="paint", model="timm:resnet18"))
    assert "[timm]" in error.value.hint


def test_timm_beside_a_torchvision_of_another_build_is_said_in_a_line(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "timm.py").write_text("raise RuntimeError('operator torchvision::nms does not exist')", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(UsageError, match="nms does not exist") as error:
        run(TaskRequest(dataset=dataset.path, out=tmp_path / "run", label="paint", model="timm:resnet18"))
    assert "torchvision" in error.value.hint


def test_names_in_a_matrix_cannot_become_html() -> None:
    assert "<b>" not in confusion_table([[1, 0], [0, 1]], ["<b>", "x"])


def test_classify_prints_a_line_a_picture_and_names_what_is_broken(hue_run: Path, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encode_png(painted(1, COLOURS["jade"])))
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    result = CliRunner().invoke(cli, ["classify", str(tmp_path), "--run", str(hue_run), "--json"])
    assert result.exit_code == 3
    good, bad = map(json.loads, result.stdout.splitlines())
    assert good["file"].endswith("a.png")
    assert good["labels"] == {"paint": "jade"}
    assert set(good["attributes"]["paint"]) == set(COLOURS)
    assert bad["file"].endswith("b.png")
    assert "error" in bad


def test_faces_are_found_in_whole_pictures_where_a_detector_is_named(hue_run: Path, tmp_path: Path) -> None:
    (tmp_path / "scene.png").write_bytes(encode_png(scene(1, 2)))
    words = ["classify", str(tmp_path), "--run", str(hue_run), "--json"]
    (whole,) = json.loads(CliRunner().invoke(cli, words).stdout)["faces"]
    assert whole["xyxy"] == [0, 0, 600, 480]
    found = json.loads(CliRunner().invoke(cli, [*words, "--detector", "heads"]).stdout)["faces"]
    assert len(found) == 2
    assert set(found[0]["attributes"]["paint"]) == set(COLOURS)


def test_classify_writes_a_column_that_others_overrule(dataset: Dataset, hue_run: Path) -> None:
    def classify(*words: str) -> Any:
        return CliRunner().invoke(cli, ["classify", str(dataset.path), "--run", str(hue_run), *words])

    lines = classify("--json").stdout.splitlines()
    assert len(lines) == 120
    done = classify("--column", "paint_seen", "--json")
    assert done.exit_code == 0, done.output
    assert sum(json.loads(done.stdout)["marked"].values()) == 120
    table = pq.read_table(dataset.path / "labels" / "paint_seen.parquet")
    assert table.column("source")[0].as_py().startswith("learned classifier-")
    assert 0.3 < table.column("confidence")[0].as_py() <= 1
    assert len(dataset.labels()["paint_seen"]) == 120
    sure = Faces(dataset).numbers["label:sure_of_paint_seen"]  # what the review can sort by
    assert sure.tolist() == table.column("confidence").to_pylist()
    before = dataset.labels()["paint"]
    assert classify("--column", "paint", "--above", "0.5").exit_code == 0
    assert dataset.labels()["paint"] == before  # what the sidecar says goes first
    (dataset.path / "labels" / "paint.parquet").unlink()
    assert isinstance(classify("--column", "tagger").exception, UsageError)
    assert isinstance(classify("--column", "Hair colour").exception, UsageError)


def test_a_broken_classifier_is_named(hue_run: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no finished classifier"):
        Classifier.open(tmp_path)
    for name in (NETWORK_NAME, ABOUT_NAME):
        (tmp_path / name).write_bytes((hue_run / name).read_bytes())
    (tmp_path / NETWORK_NAME).write_bytes(b"x" * 100)
    with pytest.raises(FormatError, match="another sha256"):
        Classifier.open(tmp_path)
    (tmp_path / ABOUT_NAME).write_text("{}")
    with pytest.raises(FormatError, match="cannot be read"):
        Classifier.open(tmp_path)
