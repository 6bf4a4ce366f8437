"""Drawing with an exported generator."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tachie.core.errors import FormatError, UsageError
from tachie.draw import Generator
from tachie.export.onnx import export_generator
from tachie.train.config import TrainConfig
from tachie.train.loop import train

from .export.test_onnx import SCHEMA, blob_faces


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    config = TrainConfig.preset("r3", 32, kimg=0.32, batch=8, threads=1, lr=5e-3)
    run = train(blob_faces(), config, tmp_path_factory.mktemp("runs") / "r").run_dir
    return export_generator(run, tmp_path_factory.mktemp("weights") / "blobs", "last")


@pytest.fixture
def generator(folder) -> Generator:
    return Generator.open(folder)


def test_one_seed_draws_the_same_picture_whatever_batch_it_is_in(generator):
    many = generator.draw(range(40)).astype(int)
    assert many.shape == (40, 32, 32, 3)
    assert many.std() > 5
    for seed in (0, 7, 31, 32, 39):
        assert np.abs(generator.draw([seed])[0].astype(int) - many[seed]).max() <= 2
    assert np.abs(generator.draw(range(39, -1, -1))[::-1].astype(int) - many).max() <= 2


def test_different_seeds_draw_different_pictures_and_truncation_draws_them_together(generator):
    free, bound = generator.draw(range(20)).astype(float), generator.draw(range(20), truncation=0.3).astype(float)
    assert len({picture.tobytes() for picture in free}) == 20
    assert bound.std(0).mean() < free.std(0).mean()
    assert generator.draw([]).shape == (0, 32, 32, 3)


def test_a_way_begins_and_ends_with_its_seeds_and_each_step_is_between(generator):
    way = generator.between([3, 8, 5], 9, {"smile": "yes"}, 0.8).astype(int)
    ends = generator.draw([3, 8, 5], {"smile": "yes"}, 0.8).astype(int)
    assert way.shape == (9, 32, 32, 3)
    assert np.abs(way[[0, 4, 8]] - ends).max() <= 2
    whole = np.abs(way[4] - way[0]).mean()
    assert all(0 < np.abs(way[i + 1] - way[i]).mean() < whole for i in range(4))
    for wrong in (([3], 9), ([3, 8], 1)):
        with pytest.raises(UsageError, match="two ends"):
            generator.between(*wrong)


def test_a_mixture_has_the_coarse_layers_of_its_own_seed_and_the_fine_ones_of_the_style(generator):
    layers = generator.about["w_layers"]
    assert layers == 3
    plain = generator.draw([1, 2]).astype(int)
    mixed = [generator.mixed([1, 2], 9, layer).astype(int) for layer in range(1, layers)]
    assert np.array_equal(generator.mixed([1, 2], 9), mixed[layers // 2 - 1])
    apart = [np.abs(one - plain).mean() for one in mixed]
    assert apart[0] > apart[1] > 0, "the later the style begins, the less it changes"
    assert np.abs(generator.mixed([9], 9).astype(int) - generator.draw([9])).max() <= 2
    assert not np.array_equal(mixed[0][0], mixed[0][1])
    for wrong in (0, layers):
        with pytest.raises(UsageError, match="no layer"):
            generator.mixed([1], 9, wrong)


def test_a_generator_of_one_style_says_that_there_is_nothing_to_mix(folder, tmp_path):
    copy = broken(folder, tmp_path)
    about = json.loads((copy / "generator.json").read_text())
    del about["w_layers"]  # as exported before there were layers
    (copy / "generator.json").write_text(json.dumps(about))
    with pytest.raises(UsageError, match="nothing to mix"):
        Generator.open(copy).mixed([1], 2)


def test_the_weights_that_ship_are_drawn_with():
    from tachie.cli.chosen import model_folder, shipped_names

    for name in shipped_names():
        generator = Generator.open(model_folder(None, None, name))
        label = generator.schema.groups[0]
        assert generator.draw([1, 2], {label.name: label.value(0)}).std() > 5
        assert len(generator.between([1, 2], 3)) == 3


def test_labels_that_are_set_are_kept_and_the_rest_comes_from_rows_of_the_data_that_agree(generator):
    for seed in range(50):
        codes = generator.codes(seed, {"hair_color": "blue"})
        assert codes[0] == 1
        assert codes.tolist() in generator.rows.tolist()
        assert generator.codes(seed).tolist() in generator.rows.tolist()
    assert len({tuple(generator.codes(seed).tolist()) for seed in range(200)}) == len(generator.rows)


def test_label_rows_are_drawn_as_often_as_they_occur(generator):
    drawn = [tuple(generator.codes(seed).tolist()) for seed in range(2000)]
    for row, count in zip(generator.rows.tolist(), generator.counts, strict=True):
        assert drawn.count(tuple(row)) / 2000 == pytest.approx(count / 40, abs=0.04)


def test_a_value_that_no_row_has_is_still_drawn(generator):
    assert SCHEMA.groups[0].values[2] == "pink"
    assert generator.codes(1, {"hair_color": "pink"})[0] == 2
    assert generator.draw([1], {"hair_color": "pink"}).shape == (1, 32, 32, 3)


@pytest.mark.parametrize(
    ("labels", "known"), [({"hair": "blue"}, "hair_color, smile"), ({"hair_color": "bleu"}, "Did you mean 'blue'")]
)
def test_unknown_labels_and_values_are_refused_with_the_known_ones(generator, labels, known):
    with pytest.raises(UsageError) as error:
        generator.draw([1], labels)
    assert known in error.value.hint


def test_a_truncation_out_of_range_is_refused(generator):
    with pytest.raises(UsageError, match="truncation"):
        generator.draw([1], truncation=-1)


def broken(folder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(folder, tmp_path / "copy")


def test_a_file_with_another_checksum_is_refused(folder, tmp_path):
    copy = broken(folder, tmp_path)
    (copy / "synthesis.onnx").write_bytes((copy / "synthesis.onnx").read_bytes()[:-1])
    with pytest.raises(FormatError, match="checksum"):
        Generator.open(copy)
    (copy / "synthesis.onnx").unlink()
    with pytest.raises(FormatError, match="missing"):
        Generator.open(copy)


def test_a_folder_without_a_generator_or_of_another_version_is_refused(folder, tmp_path):
    with pytest.raises(FormatError, match="holds no generator") as error:
        Generator.open(tmp_path)
    assert "tachie export" in error.value.hint
    copy = broken(folder, tmp_path)
    about = json.loads((copy / "generator.json").read_text())
    (copy / "generator.json").write_text(json.dumps({**about, "format_version": 99}))
    with pytest.raises(FormatError, match="version 99"):
        Generator.open(copy)
    (copy / "generator.json").write_text(json.dumps({k: v for k, v in about.items() if k != "label_rows"}))
    with pytest.raises(FormatError, match="label_rows"):
        Generator.open(copy)


def test_drawing_does_not_need_torch(folder):
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from tachie.draw import Generator\n"
        "print(Generator.open(sys.argv[1]).draw([5]).shape)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "(1, 32, 32, 3)", done.stderr
