"""`tachie upscale`: files in, PNGs out."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from tachie.cli import cli
from tachie.core.errors import UsageError
from tachie.core.images import decode, encode_png

from ..conftest import blobs


def run(*words: object, code: int = 0) -> list[dict[str, object]]:
    result = CliRunner().invoke(cli, ["upscale", *map(str, words), "--json"])
    assert result.exit_code == code, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_pictures_come_out_under_their_names_and_transparency_is_kept(tmp_path: Path) -> None:
    pictures = tmp_path / "in" / "deep"
    pictures.mkdir(parents=True)
    rgba = np.dstack([blobs(1, 20, 20), np.tile(np.arange(20, dtype=np.uint8) * 13, (20, 1))])
    Image.fromarray(rgba).save(pictures / "a.webp", lossless=True)
    Image.fromarray(blobs(2, 20, 30)).save(pictures / "a.png")
    Image.fromarray(blobs(3, 16, 16)).convert("L").save(tmp_path / "in" / "grey.png")
    lines = run(tmp_path / "in", "--out", tmp_path / "out")
    assert [(d["file"], d["width"], d["height"], d["upscaled"]) for d in lines] == [
        ("deep/a.png", 40, 60, 1),
        ("deep/a.webp", 40, 40, 1),
        ("grey.png", 32, 32, 1),
    ]
    names = sorted(str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*.png"))
    assert names == ["deep/a-2.png", "deep/a.png", "grey.png"]
    clear = np.asarray(Image.open(tmp_path / "out" / "deep" / "a-2.png"))
    assert clear.shape == (40, 40, 4)
    assert np.abs(clear[20, 6:34, 3].astype(int) - np.repeat(rgba[10, 3:17, 3], 2)).max() < 16


def test_what_a_run_did_counts_in_the_next_one(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.png").write_bytes(encode_png(blobs(1, 10, 10)))
    run(tmp_path / "in", "--scale", "4", "--out", tmp_path / "once")
    assert decode((tmp_path / "once" / "a.png").read_bytes()).upscaled == 2
    (line,) = run(tmp_path / "once", "--out", tmp_path / "twice")
    assert str(line["left_out"]).startswith("upscaled_too_often")
    assert not (tmp_path / "twice").exists()
    (line,) = run(tmp_path / "once", "--force", "--out", tmp_path / "twice")
    assert line["upscaled"] == 3


def test_broken_inputs_are_named_and_cost_nothing_else(tmp_path: Path) -> None:
    archive = tmp_path / "in.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("../evil/good.png", encode_png(blobs(1, 40, 40)))
        file.writestr("torn.png", encode_png(blobs(2, 40, 40))[:200])
        file.writestr("small.png", encode_png(blobs(3, 8, 8)))
    lines = run(archive, "--to", 48, "--out", tmp_path / "out", code=3)
    said = {str(d["file"]).rpartition("/")[2]: d for d in lines}
    assert said["good.png"]["width"] == 48
    assert str(said["small.png"]["left_out"]).startswith("too_small")
    assert "error" in said["torn.png"]
    assert all(p.resolve().is_relative_to(tmp_path / "out") for p in tmp_path.rglob("good.png"))


def test_the_pictures_own_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encode_png(blobs(1, 10, 10)))
    result = CliRunner().invoke(cli, ["upscale", str(tmp_path), "--out", str(tmp_path)])
    assert isinstance(result.exception, UsageError)
    assert "overwritten" in str(result.exception)
    before = (tmp_path / "a.png").read_bytes()
    run(tmp_path, "--out", tmp_path / "large")
    assert len(run(tmp_path, "--out", tmp_path / "large")) == 1, "what it wrote itself is not read again"
    assert (tmp_path / "a.png").read_bytes() == before


@pytest.mark.parametrize(("words", "said"), [(["--scale", "2", "--to", "64"], "exclude"), (["nowhere"], "no such")])
def test_wrong_usage_says_what_to_do(tmp_path: Path, words: list[str], said: str) -> None:
    result = CliRunner().invoke(cli, ["upscale", str(tmp_path), *words, "--out", str(tmp_path / "out")])
    assert isinstance(result.exception, UsageError)
    assert said in str(result.exception)
    assert result.exception.exit_code == 2
