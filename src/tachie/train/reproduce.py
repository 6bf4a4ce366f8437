"""What it takes to make a run again: the command, the data, the versions; and in what this machine differs."""

from __future__ import annotations

import hashlib
import json
import platform
import shlex
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tachie import __version__
from tachie.train.config import TrainConfig, read_config

_BY_NAME = ("model", "resolution", "kimg", "minutes", "seed", "batch", "labels", "device")  # options of their own
_NEVER = frozenset({"threads", "tick_s", "checkpoint_s"})  # what is learned does not depend on them


def versions() -> dict[str, str]:
    """Return the versions of what a run's numbers come from."""
    return {
        "tachie": __version__,
        "python": platform.python_version(),
        "torch": version("torch"),
        "numpy": version("numpy"),
        "machine": platform.machine(),
    }


def recipe_sha256(config: TrainConfig) -> str:
    """Return the hash of all settings that a result depends on: runs of one hash on the same faces are the same run."""
    settings = {name: value for name, value in config.to_json().items() if name not in _NEVER}
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()


def command(config: TrainConfig, dataset: str = "DATASET", out: str = "RUN") -> str:
    """Return the command line that gives these settings, whatever the presets of this version are."""
    options: dict[str, Any] = config.to_json()
    words = ["tachie", "train", dataset, "--out", out]
    for name in _BY_NAME:
        if name == "labels" and options[name] is not None:
            words += ["--labels", ",".join(options[name]) or "none"]
        elif options[name] is not None:
            words += [f"--{name}", str(options[name])]
    preset = TrainConfig.preset(config.model, config.resolution, kimg=1.0).to_json()
    for field in fields(TrainConfig):
        if field.name not in _BY_NAME and field.name not in _NEVER and options[field.name] != preset[field.name]:
            words += ["--setting", f"{field.name}={json.dumps(options[field.name])}"]
    return shlex.join(words)


def reproduction(run_dir: Path) -> dict[str, Any]:
    """Return the command, seed, hashes, data and versions of a run; `differs` tells what is other here.

    Raises `FormatError` where the folder is no run.
    """
    config, about = read_config(run_dir)
    then, now = about.get("versions", {}), versions()
    return {
        "command": command(config, str(about.get("name", "DATASET"))),
        "recipe_sha256": recipe_sha256(config),
        "seed": config.seed,
        "data": {key: about.get(key) for key in ("name", "rows", "fingerprint")},
        "versions": then,
        "differs": [
            f"{name} was {then[name]}, is {now[name]}" for name in now if name in then and then[name] != now[name]
        ],
        "exact": config.minutes is None and config.device == "cpu",
    }
