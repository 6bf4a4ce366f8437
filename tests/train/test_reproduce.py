"""Making a run again."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest
from click.testing import CliRunner

from tachie.cli import cli
from tachie.core.errors import FormatError
from tachie.train import loop
from tachie.train.config import TrainConfig, write_config
from tachie.train.reproduce import command, recipe_sha256, reproduction, versions

CONFIGS = [
    TrainConfig.preset("r3", 64, kimg=100.0, seed=7),
    TrainConfig.preset("makegirls", 128, minutes=20.0, labels=("hair_color", "year:choice"), batch=8),
    TrainConfig.preset("stylegan2", 64, kimg=1.5, labels=(), width=4.0, betas=(0.1, 0.9), schedule="linear"),
]


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.model)
def test_the_command_gives_the_same_settings(config, tmp_path, monkeypatch):
    given = []

    def noted(data, config, *_, **__):
        given.append(config)
        raise FormatError("enough")

    monkeypatch.setattr(loop, "train", noted)
    monkeypatch.setattr("tachie.dataset.reader.Dataset.open", lambda path: path)
    words = shlex.split(command(config, "faces", str(tmp_path / "run")))
    CliRunner().invoke(cli, words[1:])
    assert given == [config]


def test_a_run_tells_what_it_was_made_of_and_what_is_other_here(tmp_path):
    config = CONFIGS[0]
    told = {"name": "faces", "rows": 40, "fingerprint": "f" * 64, "versions": {**versions(), "torch": "1.0"}}
    write_config(tmp_path, config, told)
    about = reproduction(tmp_path)
    assert about["command"].startswith("tachie train faces --out RUN --model r3")
    assert about["differs"] == [f"torch was 1.0, is {versions()['torch']}"]
    assert about["exact"]
    assert about["recipe_sha256"] == recipe_sha256(replace(config, threads=3)) != recipe_sha256(replace(config, seed=8))
    done = CliRunner().invoke(cli, ["reproduce", str(tmp_path)])
    assert about["command"] in done.output
    assert "torch was 1.0" in done.output
    with pytest.raises(FormatError):
        reproduction(tmp_path / "none")
