"""The autoencoder: what comes back, what is written, and that a stopped run goes on as if it had not been stopped."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch

from tachie.core.errors import FormatError, InputError, UsageError
from tachie.core.images import decode, encode_png
from tachie.dataset.reader import Dataset
from tachie.dataset.split import split
from tachie.models._weights import read_checkpoint
from tachie.pipeline import Build, build
from tachie.tasks.autoencode import fit
from tachie.tasks.autoencode.config import Settings
from tachie.tasks.autoencode.export import export
from tachie.tasks.autoencode.judge import by_components, figures
from tachie.tasks.autoencode.network import Decoder, Encoder
from tachie.tasks.request import TaskRequest, run_task
from tachie.vision.autoencoder import Autoencoder

from ..conftest import blobs, untagged

SMALL = {"codes": "4", "filters": "8", "kimg": "0.128", "lr": "0.01"}


def write_discs(folder: Path, count: int, odd: int = 0) -> Path:
    """Write pictures of a disc in one of many colours and places, and `odd` ones of noise among them."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:16, :16]
    for i in range(count):
        picture = np.broadcast_to(rng.integers(30, 100, 3, dtype=np.uint8), (16, 16, 3)).copy()
        cy, cx = rng.integers(5, 11, 2)
        picture[(y - cy) ** 2 + (x - cx) ** 2 < 16] = rng.integers(150, 250, 3)
        if i >= count - odd:
            picture = rng.integers(0, 256, (16, 16, 3), dtype=np.uint8)
        (folder / f"{i:04d}.png").write_bytes(encode_png(picture))
    return folder


@pytest.fixture(scope="module")
def discs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("discs")
    folder = write_discs(root / "in", 120, odd=3)
    dataset = build(Build([str(folder)], root / "discs", untagged("faces-as-they-are"), workers=0)).dataset
    split(dataset, 0.2)
    return dataset.path


def asked(dataset: Path, out: Path, **changes: Any) -> TaskRequest:
    settings = {**SMALL, **changes.pop("settings", {})}
    return TaskRequest(dataset=dataset, out=out, resolution=16, settings=settings, **changes)


def test_the_network_is_the_papers() -> None:
    encoder, decoder = Encoder(64, 32, 128), Decoder(64, 32, 128)
    convolutions = [m for m in encoder.modules() if isinstance(m, torch.nn.Conv2d)]
    assert [c.out_channels for c in convolutions] == [128] * 6 + [32]
    assert sum(isinstance(m, torch.nn.MaxPool2d) for m in encoder.modules()) == 6
    mirrored = [m for m in decoder.modules() if isinstance(m, torch.nn.Conv2d)]
    assert [c.in_channels for c in mirrored] == [32] + [128] * 6
    assert mirrored[-1].out_channels == 3
    codes = encoder.eval()(torch.zeros(2, 3, 64, 64))
    assert codes.shape == (2, 32)
    assert decoder.eval()(codes).shape == (2, 3, 64, 64)


@pytest.mark.parametrize("side", [8, 32])
@pytest.mark.parametrize("code", [1, 5])
def test_the_exported_networks_do_what_torch_does(tmp_path: Path, side: int, code: int) -> None:
    torch.manual_seed(0)
    encoder, decoder = Encoder(side, code, 8), Decoder(side, code, 8)
    for _ in range(3):  # so that the running means of normalisation are not their first values
        decoder(encoder(torch.randn(8, 3, side, side)))
    export(encoder.eval(), decoder.eval(), side, code, {}, tmp_path)
    found = Autoencoder.open(tmp_path)
    assert (found.side_px, found.code) == (side, code)
    for count in (1, 35):
        pictures = np.stack([blobs(i, side, side) for i in range(count)])
        with torch.no_grad():
            codes = encoder(torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1)
            rgb = decoder(codes).permute(0, 2, 3, 1).numpy()
        assert found.encode(pictures) == pytest.approx(codes.numpy(), abs=1e-4)
        back = found.decode(codes.numpy())
        assert back.dtype == np.uint8
        assert np.abs(back.astype(float) - ((rgb + 1) * 127.5).clip(0, 255)).max() <= 0.51
    assert found.encode(pictures[:0]).shape == (0, code)
    (tmp_path / "decoder.onnx").write_bytes(b"another")
    with pytest.raises(FormatError, match="checksum"):
        Autoencoder.open(tmp_path)


def test_a_run_brings_pictures_back_better_than_their_mean_and_scores_odd_ones(discs: Path, tmp_path: Path) -> None:
    dataset = Path(shutil.copytree(discs, tmp_path / "discs"))
    settings = {"codes": "12", "kimg": "2", "filters": "32", "lr": "0.004", "column": "outlier"}
    result = run_task("autoencode", asked(dataset, tmp_path / "run", settings=settings))
    (row,) = result["sizes"]
    assert (row["code"], row["kimg"]) == (12, 2.0)
    assert row["psnr_db"] > result["mean_picture"]["psnr_db"] + 1
    assert row["components"]["psnr_db"] > result["mean_picture"]["psnr_db"]
    assert result["dataset"]["judged"] == 24
    assert json.loads((tmp_path / "run" / "report.json").read_text()) == result
    page = (tmp_path / "run" / "index.html").read_text()
    assert "Odd ones out" in page
    assert decode((tmp_path / "run" / "reconstructions.png").read_bytes()).rgb.shape[1] == 12 * 18 - 2
    scores = Dataset.open(dataset).labels()["outlier"]
    assert len(scores) == 120
    paths = {row["id"]: row["source_path"] for row in Dataset.open(dataset).rows(["id", "source_path"])}
    worst = sorted(scores, key=lambda i: -float(scores[i]))[:3]
    assert {paths[i] for i in worst} == {"0117.png", "0118.png", "0119.png"}
    source = pq.read_table(dataset / "labels" / "outlier.parquet").column("source")[0].as_py()
    assert source == "learned autoencoder-12"


def test_a_second_set_stands_beside_the_first(discs: Path, tmp_path: Path, write_pictures: Callable[..., Path]) -> None:
    other = tmp_path / "other"
    build(Build([str(write_pictures(40))], other, untagged("faces-as-they-are"), workers=0))
    settings = {"against_resolution": "8"}
    result = run_task("autoencode", asked(discs, tmp_path / "run", against=other, settings=settings))
    assert result["against"]["dataset"]["name"] == "other"
    assert result["against"]["side_px"] == 8
    assert result["against"]["dataset"]["kept_by"].startswith("a seeded tenth")
    assert (tmp_path / "run" / "against" / "code-4" / "encoder.onnx").is_file()
    assert "other: truth" in (tmp_path / "run" / "index.html").read_text()


class Killed(Exception):
    pass


def test_a_killed_run_goes_on_to_the_very_same_weights(
    discs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"checkpoint_s": "0.0"}
    whole = run_task("autoencode", asked(discs, tmp_path / "whole", settings=settings))
    save, saved = fit.Fit._save, []

    def save_and_die(self: fit.Fit, *rest: Any) -> None:
        save(self, *rest)
        saved.append(1)
        if len(saved) == 5:
            raise Killed

    monkeypatch.setattr(fit.Fit, "_save", save_and_die)
    with pytest.raises(Killed):
        run_task("autoencode", asked(discs, tmp_path / "cut", settings=settings))
    monkeypatch.undo()
    going_on = replace(asked(discs, tmp_path / "cut"), settings={}, resume=True)
    again = run_task("autoencode", going_on)
    a, b = (read_checkpoint(tmp_path / name / "code-4", "last").tensors for name in ("whole", "cut"))
    assert a.keys() == b.keys()
    assert all(torch.equal(a[name], b[name]) for name in a)
    assert again["sizes"][0]["psnr_db"] == whole["sizes"][0]["psnr_db"]


def test_a_finished_size_is_not_trained_again_and_sizes_can_be_added(
    discs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run_task("autoencode", asked(discs, tmp_path / "run"))
    trained: list[int] = []
    train = fit.Fit.run
    monkeypatch.setattr(fit.Fit, "run", lambda self, progress: (trained.append(self.code), train(self, progress))[1])
    request = replace(asked(discs, tmp_path / "run"), resume=True, settings={"codes": "4,6"})
    second = run_task("autoencode", request)
    assert trained == [6]
    assert [row["code"] for row in second["sizes"]] == [4, 6]
    assert second["sizes"][0]["psnr_db"] == first["sizes"][0]["psnr_db"]
    with pytest.raises(UsageError, match="another lr"):
        run_task("autoencode", replace(request, settings={"lr": "0.5"}))
    with pytest.raises(UsageError, match="holds a run already"):
        run_task("autoencode", replace(request, resume=False))


def test_the_seed_decides(discs: Path, tmp_path: Path) -> None:
    found = [
        run_task("autoencode", asked(discs, tmp_path / name, seed=seed))["sizes"][0]["psnr_db"]
        for name, seed in (("a", 0), ("b", 0), ("c", 1))
    ]
    assert found[0] == found[1] != found[2]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"settings": {"codes": "0"}}, "sizes from 1"),
        ({"settings": {"column": "hair_color"}}, "can be called 'hair_color'"),
        ({"settings": {"column": "A b"}}, "can be called"),
        ({"settings": {"clock": "sun"}}, "unknown clock"),
        ({"settings": {"code": "3"}}, "unknown setting 'code'"),
        ({"model": "r3"}, "takes no --model"),
        ({"label": "class"}, "takes no --model, --label"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_done(
    discs: Path, tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        run_task("autoencode", asked(discs, tmp_path / "run", **changes))
    assert not (tmp_path / "run").exists()


def test_a_side_that_cannot_be_halved_a_tiny_set_and_a_strangers_column_are_refused(
    discs: Path, tmp_path: Path, write_pictures: Callable[..., Path]
) -> None:
    with pytest.raises(UsageError, match="24 px cannot be"):
        run_task("autoencode", replace(asked(discs, tmp_path / "run"), resolution=24))
    build(Build([str(write_pictures(6))], tmp_path / "tiny", untagged("faces-as-they-are"), workers=0))
    with pytest.raises(InputError, match="tiny has"):
        run_task("autoencode", asked(tmp_path / "tiny", tmp_path / "run2"))
    dataset = Path(shutil.copytree(discs, tmp_path / "discs"))
    shutil.copy(dataset / "labels" / "split.parquet", dataset / "labels" / "mine.parquet")
    with pytest.raises(UsageError, match="somebody else"):
        run_task("autoencode", asked(dataset, tmp_path / "run3", settings={"column": "mine"}))


def test_components_of_as_many_numbers_as_there_are_bring_everything_back() -> None:
    pictures = np.stack([blobs(i, 8, 8) for i in range(12)])
    back = by_components(pictures, pictures, (4, 11, 500))
    assert set(back) == {0, 4, 11}
    assert figures(pictures, back[11])["psnr_db"] > 50
    assert figures(pictures, back[0])["psnr_db"] < figures(pictures, back[4])["psnr_db"]


def test_settings_have_their_defaults_from_the_paper() -> None:
    assert (Settings().codes, Settings().filters, Settings().main) == ((32,), 128, 32)
    assert Settings(codes=(8, 512, 8)).sizes == (8, 512)
    assert Settings(codes=(8, 512)).main == 8
