"""The run folder: opening it, continuing in it, taking weights from another, and what it says of its generator."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from tachie import __version__
from tachie.core.conditions import LabelSchema, distinct_rows
from tachie.core.errors import FormatError, InputError, UsageError
from tachie.core.files import write_atomically
from tachie.models._weights import FOLDER, Checkpoint
from tachie.train import checkpoint
from tachie.train.config import CONFIG_NAME, TrainConfig, must_agree, read_config, write_config
from tachie.train.data import FaceSet
from tachie.train.reproduce import versions

GENERATOR_NAME = "generator.json"
ROWS_KEPT = 2_000  # distinct label rows that a generator carries along, the most common


def check_folder(run_dir: Path, config: TrainConfig, resume: bool) -> None:
    """Refuse a folder that cannot be trained in, before any picture is decoded.

    Raises `UsageError` where it holds a run already or, resuming, one of other settings, `FormatError` where there is
    no run to resume or it is of another version.
    """
    if resume:
        must_agree(read_config(run_dir)[0], config)
    elif (run_dir / CONFIG_NAME).exists():
        raise UsageError(f"{run_dir} holds a run already", "Continue it with --resume, or choose another --out.")
    elif run_dir.exists() and not run_dir.is_dir():
        raise UsageError(f"{run_dir} is a file, not a folder", "Choose another --out.")


def open_run(run_dir: Path, config: TrainConfig, faces: FaceSet, resume: bool) -> None:
    """Make the folder of a new run, or see whether one to resume was trained on these faces.

    Raises `InputError` where it was trained on other ones.
    """
    about = {"name": faces.name, "rows": len(faces), "fingerprint": faces.fingerprint(), "versions": versions()}
    if resume:
        old = read_config(run_dir)[1]
        if old.get("fingerprint") != about["fingerprint"]:
            raise InputError(
                f"{run_dir} was trained on other faces ({old.get('name')}, {old.get('rows')} rows)",
                "Resume with the same dataset; --init starts a new run from these weights on another one.",
            )
    else:
        _write_generator(run_dir, config, faces)
    # Last: a folder with this file is a run.
    write_config(run_dir, config, about)


def last_state(run_dir: Path) -> Checkpoint | None:
    """Return the state that a resumed run goes on from, None where it had saved nothing yet.

    Raises `FormatError` where all its checkpoints are damaged.
    """
    return checkpoint.load_state(run_dir) if any((run_dir / FOLDER).glob("*.json")) else None


def run_schema(run_dir: Path) -> LabelSchema:
    """Return the labels that a run is trained on: labels that its dataset was given since do not change it.

    Raises `FormatError` where the run does not say them.
    """
    file = run_dir / GENERATOR_NAME
    try:
        return LabelSchema.from_json(json.loads(file.read_text())["labels"])
    except (OSError, ValueError, KeyError) as error:
        raise FormatError(f"{file} does not say the run's labels: {error!r}", "Train into a new folder.") from error


def _write_generator(run_dir: Path, config: TrainConfig, faces: FaceSet) -> None:
    rows, counts = distinct_rows(np.asarray(faces.codes), ROWS_KEPT)
    about: dict[str, Any] = {
        "model": config.model,
        "resolution": config.resolution,
        "width": config.width,
        "labels": faces.schema.to_json(),
        "label_rows": rows.tolist(),
        "label_row_counts": counts.tolist(),
        "trained_on": {"name": faces.name, "rows": len(faces), "rights": faces.rights},
        "program_version": __version__,
    }
    write_atomically(run_dir / GENERATOR_NAME, json.dumps(about) + "\n")
