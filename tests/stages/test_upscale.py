"""The stage `upscale`, and what a build records of it."""

from pathlib import Path

import numpy as np
import pytest

from tachie.core.errors import Drop, TachieError
from tachie.core.images import encode_png
from tachie.core.item import Item
from tachie.dataset.reader import Dataset
from tachie.pipeline.build import Build, build
from tachie.pipeline.presets import Choices, chosen_recipe
from tachie.stages.decode import Decode
from tachie.stages.upscale import Upscale
from tachie.vision import upscale

from ..conftest import blobs


def item(width: int, height: int, upscaled: int = 0) -> Item:
    data = encode_png(blobs(width, width, height))
    (decoded,) = Decode()(Item(source="folder", source_path="a.png", data=data, upscaled=upscaled))
    return decoded


@pytest.mark.parametrize(("px", "doublings"), [(16, 2), (31, 2), (32, 1), (63, 1), (64, 0), (90, 0)])
def test_pictures_are_doubled_at_most_twice_and_then_exact(px: int, doublings: int) -> None:
    (made,) = Upscale(to_px=64)(item(px, px))
    assert made.pixels().shape == (64, 64, 3)
    assert made.upscaled == doublings
    if px != 64:
        assert made.data is None
        assert made.row_id not in ("", made.parent_id)


def test_a_picture_of_the_very_size_keeps_its_bytes_and_id() -> None:
    given = item(64, 64)
    (made,) = Upscale(to_px=64)(given)
    assert made is given


def test_less_than_a_quarter_is_too_small_unless_forced() -> None:
    with pytest.raises(Drop, match="too_small") as caught:
        Upscale(to_px=64)(item(15, 40))
    assert "15 x 40" in caught.value.detail
    (made,) = Upscale(to_px=64, force=True)(item(15, 40))
    assert made.upscaled == 3
    assert min(made.pixels().shape[:2]) == 64


@pytest.mark.parametrize(("before", "scale", "allowed"), [(0, 4, True), (1, 2, True), (1, 4, False), (2, 2, False)])
def test_what_was_done_before_counts(before: int, scale: int, allowed: bool) -> None:
    stage, given = Upscale(to_px=None, scale=scale), item(12, 12, before)
    if allowed:
        assert next(iter(stage(given))).upscaled == before + {2: 1, 4: 2}[scale]
    else:
        with pytest.raises(Drop, match="upscaled_too_often"):
            stage(given)
        (forced,) = stage.model_copy(update={"force": True})(given)
        assert forced.pixels().shape[0] == 12 * scale


def test_a_huge_result_is_refused_before_it_is_made() -> None:
    thin = Item(source="folder", source_path="a.png", rgb=np.zeros((1, 5_000_000, 3), np.uint8), parent_id="a")
    with pytest.raises(Drop, match="too_many_pixels"):
        Upscale(to_px=4, force=True)(thin)


def test_a_build_that_upscales_says_how_often_in_each_row(tmp_path: Path) -> None:
    pictures = tmp_path / "in"
    pictures.mkdir()
    for px in (20, 40, 64, 10):
        (pictures / f"{px}.png").write_bytes(encode_png(blobs(px, px, px)))
    recipe = chosen_recipe(Choices(preset="faces-as-they-are", upscale_to_px=64))
    dataset = build(Build([str(pictures)], tmp_path / "out", recipe, workers=0)).dataset
    rows = {row["source_path"]: (row["upscaled"], row["width"]) for row in dataset.rows()}
    assert rows == {"20.png": (2, 64), "40.png": (1, 64), "64.png": (0, 64)}
    assert dataset.manifest.drops == {"upscale": {"too_small": 1}}
    # and a second build from it counts on
    again = chosen_recipe(Choices(preset="faces-as-they-are", upscale_to_px=100))
    second = build(Build([str(tmp_path / "out")], tmp_path / "again", again, workers=0)).dataset
    assert second.manifest.drops == {"upscale": {"upscaled_too_often": 1}}
    assert sorted(row["upscaled"] for row in Dataset.open(tmp_path / "again").rows()) == [1, 2]


def test_the_option_changes_the_size_of_a_recipe_that_upscales_already(tmp_path: Path) -> None:
    file = tmp_path / "r.toml"
    file.write_text('[[stages]]\nuse = "decode"\n[[stages]]\nuse = "upscale"\nto_px = 128\nnoise = 1\n')
    recipe = chosen_recipe(Choices(file=file, upscale_to_px=64))
    assert [s.model_dump() for s in recipe.stages if isinstance(s, Upscale)] == [
        Upscale(to_px=64, noise=1).model_dump()
    ]


def test_a_missing_package_is_named_before_the_build_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upscale.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(TachieError, match="needs the package ncnn") as caught:
        Upscale().prepare()
    assert "[upscale]" in caught.value.hint
