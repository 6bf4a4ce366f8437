"""The attribute tagger's training: what it learns from, a loss that means something, exact resume, figures, ONNX."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from tachie.core.attributes import ATTRIBUTES
from tachie.tasks.tagger import fit as fitting
from tachie.tasks.tagger.augment import augmented
from tachie.tasks.tagger.clean import COLORS, with_pseudo_labels, without_contradicted
from tachie.tasks.tagger.data import SCHEMA, SEEN, TAGGED, Faces, drawn, members, repeated, tagged
from tachie.tasks.tagger.export import described, to_onnx
from tachie.tasks.tagger.fit import SHAPED, SIZES, FitConfig, fit, tag_loss
from tachie.tasks.tagger.judge import (
    Adjusted,
    calibration_error,
    figure,
    fitted_temperature,
    fitted_threshold,
    session,
    shares,
    top1,
)
from tachie.tasks.tagger.network import FEATURES, SHAPE_BLOCKS, SHAPE_WIDTHS, SIDE_PX, TagNet, TwoNets
from tachie.tasks.tagger.pictures import curves_svg
from tachie.tasks.tagger.report import adjusted, judged

from .conftest import fitted_alike_after_a_kill

HAIR, EYES = COLORS
RED, BLUE = (SCHEMA.groups[HAIR].values.index(value) for value in ("red", "blue"))


def flat_faces(count: int, seed: int = 0) -> Faces:
    """Faces that are one colour each, red or blue, and tagged so."""
    rng = np.random.default_rng(seed)
    codes = np.full((count, len(SCHEMA.groups)), -1, np.int16)
    codes[:, HAIR] = rng.choice([RED, BLUE], count)
    codes[:, EYES] = 0
    plain = np.where(codes[:, HAIR, None] == RED, (200, 40, 40), (40, 40, 200))
    noise = rng.normal(0, 9, (count, 48, 48, 3))
    pixels = list(np.clip(plain[:, None, None] + noise, 0, 255).astype(np.uint8))
    return Faces([f"{k}.webp" for k in range(count)], pixels, codes)


def test_drawn_faces_come_with_all_that_is_true_of_them_and_are_drawn_once(tmp_path: Path) -> None:
    faces = drawn(3, tmp_path / "dolls.npz")
    assert (faces.codes >= 0).all()
    assert all(p.shape == (96, 96, 3) for p in faces.pixels)
    before = (tmp_path / "dolls.npz").stat().st_mtime_ns
    again = drawn(3, tmp_path / "dolls.npz")
    assert (tmp_path / "dolls.npz").stat().st_mtime_ns == before
    assert (again.codes == faces.codes).all()


@pytest.fixture(scope="module")
def small_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tagged set of 60 blurred noises, of which every third is a copy of the one before it."""
    rng = np.random.default_rng(3)
    folder = tmp_path_factory.mktemp("data")
    with zipfile.ZipFile(folder / TAGGED, "w") as archive:
        lines = ["file,hair,eyes"]
        for k in range(60):
            if k % 3 != 2:
                picture = cv2.resize(rng.integers(0, 256, (6, 6, 3)).astype(np.uint8), (96, 96))
            archive.writestr(f"{k}.webp", cv2.imencode(".webp", picture)[1].tobytes())
            lines.append(f"{k}.webp,{'gray' if k % 2 else 'blue'},red")
        archive.writestr("labels.csv", "\n".join(lines))
    return folder


def test_the_parts_of_a_tagged_set_share_no_face_and_no_copy(small_set: Path) -> None:
    train, adjust, judge = tagged(small_set)
    with zipfile.ZipFile(small_set / TAGGED) as archive:
        assert judge.names == members(archive)[1]
    assert min(len(train), len(adjust), len(judge)) >= 1
    parts = [{int(n.removesuffix(".webp")) for n in part.names} for part in (train, adjust, judge)]
    of_face = [{k - 1 if k % 3 == 2 else k for k in part} for part in parts]
    assert not of_face[0] & of_face[1]
    assert not of_face[0] & of_face[2]
    assert not of_face[1] & of_face[2]
    grey = SCHEMA.groups[HAIR].values.index("grey")
    assert {grey} == {int(c[HAIR]) for n, c in zip(train.names, train.codes, strict=True) if int(n[:-5]) % 2}


def test_what_was_seen_is_written_in_our_words_and_no_face_is_in_two_parts() -> None:
    with SEEN.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    part = {(row["set"], row["file"]): row["part"] for row in rows if row["part"] != "again"}
    assert len(part) == sum(row["part"] != "again" for row in rows)
    assert all(part[row["set"], row["file"]] == "judge" for row in rows if row["part"] == "again")
    assert sum(row["part"] == "judge" for row in rows) >= 300
    for row in rows:
        assert {row[name] for name in ATTRIBUTES if row[name]} <= {v for values in ATTRIBUTES.values() for v in values}
        SCHEMA.codes({name: row[name] for name in ATTRIBUTES if row[name]})


def test_an_augmented_face_keeps_its_colour_and_the_same_number_gives_the_same_one() -> None:
    face = np.zeros((96, 96, 3), np.uint8)
    face[:] = (200, 40, 60)
    for k in range(40):
        out = augmented(face, np.random.default_rng(k), SIDE_PX)
        assert out.shape == (SIDE_PX, SIDE_PX, 3)
        red, green, blue = out.reshape(-1, 3).mean(0)
        assert red > green + 80
        assert red > blue + 80
    assert (out == augmented(face, np.random.default_rng(39), SIDE_PX)).all()


def test_where_shapes_are_asked_for_a_face_comes_in_all_hues() -> None:
    face = np.full((96, 96, 3), (200, 40, 60), np.uint8)
    means = [augmented(face, np.random.default_rng(k), SIDE_PX, hues=True).reshape(-1, 3).mean(0) for k in range(40)]
    assert {int(mean.argmax()) for mean in means} == {0, 1, 2}


def test_the_loss_asks_only_what_is_known_and_doubts_more_with_q() -> None:
    logits = torch.zeros(2, sum(SIZES))
    codes = torch.full((2, len(SIZES)), -1)
    assert tag_loss(logits, codes) == 0
    codes[0, HAIR] = 2
    logits[0, 2] = 4.0
    right = tag_loss(logits, codes)
    logits[0, 2], logits[0, 5] = 0.0, 4.0
    wrong = tag_loss(logits, codes)
    assert 0 < right < wrong
    pulls = []
    for q in (0.0, 0.5):
        asked = logits.clone().requires_grad_()
        tag_loss(asked, codes, q=q).backward()
        assert asked.grad is not None
        assert (asked.grad[1] == 0).all()
        pulls.append(float(asked.grad.abs().sum()))
    assert pulls[1] < pulls[0] / 2


def test_a_fit_that_was_killed_goes_on_to_the_same_weights_and_learns_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = FitConfig(steps=8, shares=(6, 2), warmup=2, bf16=False, small=0.5)
    sets = (flat_faces(12), flat_faces(4, 1))
    monkeypatch.setattr(fitting, "SAVE_EVERY", 3)

    def fitted(out: Path, config: FitConfig = config) -> TagNet:
        torch.manual_seed(5)
        return fit(TagNet(sum(SIZES)), sets, config, out)

    whole = fitted_alike_after_a_kill(fitting, "tag_loss", 5, fitted, tmp_path)
    with pytest.raises(ValueError, match="another configuration"):
        fitted(tmp_path / "cut", FitConfig(steps=9, shares=(6, 2)))
    with torch.no_grad():
        rgb = torch.from_numpy(np.stack(sets[0].pixels)).permute(0, 3, 1, 2).float()
        hair = whole(rgb)[0][:, : SIZES[0]].argmax(1).numpy()
    assert (hair == sets[0].codes[:, HAIR]).mean() > 0.8


@pytest.fixture(scope="module")
def network() -> TwoNets:
    torch.manual_seed(0)
    return TwoNets(TagNet(sum(SIZES)), TagNet(sum(SIZES), SHAPE_WIDTHS, SHAPE_BLOCKS), SHAPED).eval()


def test_colours_come_from_one_network_and_shapes_from_the_other(network: TwoNets) -> None:
    rgb = torch.rand(2, 3, SIDE_PX, SIDE_PX) * 255
    with torch.no_grad():
        both, features = network(rgb)
        colors, shapes = network.colors(rgb), network.shapes(rgb)[0]
    assert torch.equal(features, colors[1])
    for group, one, two, three in zip(
        SCHEMA.groups, *(torch.split(logits, SIZES, 1) for logits in (both, colors[0], shapes)), strict=True
    ):
        assert torch.equal(one, two if group.name in ("hair_color", "eye_color", "skin") else three)


def test_the_onnx_file_says_what_the_network_says_at_any_batch(network: TwoNets) -> None:
    data = to_onnx(network)
    assert len(data) < 6_000_000
    assert onnx.load_from_string(data).opset_import[0].version == 17
    run = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    for count in (1, 3):
        pictures = np.random.default_rng(count).integers(0, 256, (count, SIDE_PX, SIDE_PX, 3)).astype(np.uint8)
        logits, features = run.run(["logits", "features"], {"pictures": pictures})
        with torch.no_grad():
            expected = network(torch.from_numpy(pictures).permute(0, 3, 1, 2).float())
        assert logits.shape == (count, sum(SIZES))
        assert features.shape == (count, FEATURES)
        np.testing.assert_allclose(logits, expected[0].numpy(), atol=5e-3)
        np.testing.assert_allclose(features, expected[1].numpy(), atol=5e-3)


class Says:
    """Stands for a session whose logits are given: red or blue hair by the picture's mean, sure or not."""

    def __init__(self, sure: float) -> None:
        self.sure = sure

    def run(self, names: list[str], inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
        assert names == ["logits"]
        pictures = inputs["pictures"].astype(float)
        out = np.zeros((len(pictures), sum(SIZES)))
        red = pictures[..., 0].mean((1, 2)) > pictures[..., 2].mean((1, 2))
        out[np.arange(len(out)), np.where(red, RED, BLUE)] = self.sure
        return [out]


def test_tags_that_a_sure_network_contradicts_are_forgotten_and_others_stay() -> None:
    faces, held = flat_faces(20), flat_faces(20, 1)
    wrong = faces.codes.copy()
    wrong[3, HAIR] = BLUE if wrong[3, HAIR] == RED else RED
    cleaned = without_contradicted(Faces(faces.names, faces.pixels, wrong), held, Says(9.0))  # type: ignore[arg-type]
    assert cleaned.codes[3, HAIR] == -1
    assert (np.delete(cleaned.codes[:, HAIR], 3) == np.delete(wrong[:, HAIR], 3)).all()
    assert (cleaned.codes[:, EYES] == wrong[:, EYES]).all()
    unknown = Faces(faces.names, faces.pixels, np.full_like(wrong, -1))
    named = with_pseudo_labels(unknown, held, Says(9.0))  # type: ignore[arg-type]
    assert (named.codes[:, HAIR] == faces.codes[:, HAIR]).all()
    assert (named.codes[:, EYES] == -1).all()


def test_faces_with_something_rare_are_shown_oftener() -> None:
    faces = flat_faces(5)
    faces.codes[:, SCHEMA.names.index("glasses")] = [0, 1, 0, -1, 0]
    assert list(repeated(faces, 3).names) == ["0.webp", *["1.webp"] * 3, "2.webp", "3.webp", "4.webp"]


def test_temperature_makes_probabilities_mean_what_they_say() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 1.5, (3000, 4))
    codes = np.array([rng.choice(4, p=row) for row in shares(logits, 1.0)], np.int16)
    codes[:10] = -1
    loud = logits * 3
    t = fitted_temperature(loud, codes)
    assert 2.6 < t < 3.4
    assert calibration_error(shares(loud, t), codes) < 0.03 < calibration_error(shares(loud, 1.0), codes)


def test_pale_hair_counts_as_one_colour_and_thresholds_buy_precision() -> None:
    hair = SCHEMA.groups[HAIR]
    silver, white = hair.values.index("silver"), hair.values.index("white")
    codes = np.array([white, RED, -1], np.int16)
    assert top1(hair, np.array([silver, BLUE, RED]), codes).tolist() == [True, False]
    assert top1(hair, np.array([silver, BLUE, RED]), codes, pale_as_one=False).tolist() == [False, False]

    glasses = SCHEMA.groups[SCHEMA.names.index("glasses")]
    rng = np.random.default_rng(2)
    yes = rng.uniform(0, 1, 2000)
    codes = (rng.uniform(0, 1, 2000) < yes).astype(np.int16)
    p = np.stack((1 - yes, yes), 1)
    threshold = fitted_threshold(glasses, p, codes)
    low, high = figure(glasses, p, codes, 0.5), figure(glasses, p, codes, threshold)
    assert low.precision is not None
    assert high.precision is not None
    assert low.recall is not None
    assert high.recall is not None
    assert low.precision < 0.8 < 0.88 < high.precision
    assert high.recall < low.recall
    assert high.precision_between[0] < high.precision < high.precision_between[1]


def test_a_report_covers_every_group_and_only_precise_ones_are_trusted(network: TwoNets, tmp_path: Path) -> None:
    held = flat_faces(24, 4)
    by_eye = Faces([f"{TAGGED}/{n}" for n in held.names], held.pixels, held.codes)
    model = to_onnx(network)
    groups = adjusted(session(model), flat_faces(20, 5), flat_faces(20, 6))
    report = judged(session(model), groups, held, by_eye, by_eye)
    told = described(model, groups, report)
    assert [group["name"] for group in told["groups"]] == list(ATTRIBUTES)
    assert [tuple(group["values"]) for group in told["groups"]] == list(ATTRIBUTES.values())
    for group in told["groups"]:
        assert group["trusted"] <= (group["precision"] is not None and group["precision"] >= 0.8)
    assert report["agreement"]["hair_color"]["tags and eyes"]["share"] == 1.0
    json.dumps(report)
    (tmp_path / "last").mkdir()
    (tmp_path / "last" / "curve.jsonl").write_text('{"step": 50, "loss": 2.0}\n{"step": 100, "loss": 1.0}\n')
    assert curves_svg(tmp_path, report).count("<polyline") >= 2


def test_an_unsure_flag_is_unknown_in_both_directions() -> None:
    one = Adjusted(SCHEMA.groups[SCHEMA.names.index("smile")], 1.0, 0.8)
    p = np.array([[0.3, 0.7], [0.1, 0.9], [0.6, 0.4]])
    told = figure(one.group, p, np.array([1, 1, 0], np.int16), one.threshold)
    assert (told.said, told.there, told.precision, told.recall) == (1, 2, 1.0, 0.5)
