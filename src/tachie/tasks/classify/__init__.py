"""`tachie train DATASET --task classify`: which class a face is, by networks of 330 parameters to 22 million.

`networks/` are what can be trained, `data.py` what is learned from, `fit.py` the training, `judge.py` the figures,
`page.py` what people look at. What is judged is the exported ONNX, as `tachie classify` runs it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file

from tachie import __version__
from tachie.core.errors import FormatError, InputError, UsageError
from tachie.core.files import write_atomically
from tachie.dataset.reader import Dataset
from tachie.tasks.classify.config import CONFIG_NAME, PAGE_NAME, REPORT_NAME, Config, Settings
from tachie.tasks.classify.data import LEAST_FACES, TRAIN, VALIDATION, Sets, read_against, read_sets
from tachie.tasks.classify.export import to_onnx
from tachie.tasks.classify.fit import State, fit
from tachie.tasks.classify.judge import judged, temperature_of
from tachie.tasks.classify.networks import DEFAULT, Classifier, network, parameters
from tachie.tasks.classify.page import page
from tachie.tasks.request import TaskRequest, settings_of
from tachie.vision import classifier as exported

REPORT_FORMAT, REPORT_VERSION = "tachie-classifier-report", 1
TRAINED_JUDGED = 1_000  # faces of the training set that are judged too, to see how much is known by heart


def run(asked: TaskRequest) -> dict[str, Any]:
    """Train a classifier on a label, judge it on validation and test, and leave everything in the run's folder.

    Writes config.json, stats.jsonl, checkpoints/, classifier.onnx and classifier.json, report.json and index.html;
    returns the figures in short. `--against` names another dataset, all of whose faces are one more test.
    """
    # What can be wrong is looked at before anything slow.
    if asked.device == "cuda" and not torch.cuda.is_available():
        raise UsageError("this machine has no CUDA device that torch can use", "Train with --device cpu.")
    dataset = Dataset.open(asked.dataset)
    against = None if asked.against is None else Dataset.open(asked.against)
    config, about_data = _config(asked)
    asked.say(f"1/3 the faces of {dataset.path.resolve().name}")
    sets = read_sets(dataset, config.label, config.side_px, asked.out / "data")
    large = sets.faces[TRAIN].sides >= config.settings.min_px
    trained = sets.faces[TRAIN] if large.all() else sets.faces[TRAIN].of(np.flatnonzero(large))
    small = int((~large).sum())
    if len(trained) < LEAST_FACES:
        raise InputError(f"{small} of {len(large)} faces are under {config.settings.min_px} px", "Lower min_px.")
    other = None if against is None else read_against(against, config.label, sets.classes, config.side_px)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        net, _ = network(config.model, len(sets.classes), config.side_px)
    if asked.init is not None and not asked.resume:
        asked.say(_begin(net, Path(asked.init)))
    data = {
        "name": dataset.path.resolve().name,
        "classes": list(sets.classes),
        "rows": len(trained),
        "fingerprint": trained.fingerprint(),
        "against": None if asked.against is None else asked.against.resolve().name,
    }
    if asked.resume and about_data.get("fingerprint") != data["fingerprint"]:
        raise InputError(
            f"{asked.out} was trained on other faces ({about_data.get('name')}, {about_data.get('rows')} rows)",
            "Resume with the same dataset, labels and split.",
        )
    config.write(asked.out, data)

    asked.say(f"2/3 training {config.model}: {parameters(net):,} parameters, {len(trained):,} faces")
    with torch.random.fork_rng(devices=[]):
        state = fit(
            net,
            trained,
            sets.faces[VALIDATION],
            config,
            asked.out,
            resume=asked.resume,
            device=asked.device,
            progress=asked.progress,
        )

    asked.say("3/3 judging what was exported")
    ready, of_validation = _exported(net, config, sets, dataset, data, asked.out)
    every = {**sets.faces, TRAIN: trained.of(_rows(range(0, len(trained), -(-len(trained) // TRAINED_JUDGED))))}
    if other is not None:
        every[f"against {data['against']}"] = other[0]
    logits = {
        name: of_validation if name == VALIDATION else ready.logits(faces.pictures) for name, faces in every.items()
    }
    temperature = ready.about.temperature
    figures = {name: judged(logits[name], faces.codes, sets.classes, temperature) for name, faces in every.items()}
    report = _report(config, net, state, sets, figures, temperature, data, small)
    if other is not None and other[2]:
        report["notes"].append(f"{other[2]:,} faces of {data['against']} have a {config.label} that the run never saw.")
    write_atomically(asked.out / REPORT_NAME, json.dumps(report, indent=1) + "\n")
    write_atomically(asked.out / PAGE_NAME, page(report, every, logits))
    unreadable = [*sets.unreadable, *(() if other is None else other[1])]
    for line in unreadable[:20]:
        asked.say(f"left out {line}")
    return {
        "run_dir": str(asked.out),
        "model": config.model,
        "label": config.label,
        "classes": len(sets.classes),
        "parameters": report["parameters"],
        "faces": len(trained),
        "epochs": report["training"]["epochs"],
        "accuracy": {name: part["accuracy"]["value"] for name, part in report["sets"].items()},
        "ece": {name: part["ece"] for name, part in report["sets"].items()},
        "page": str(asked.out / PAGE_NAME),
        "unreadable": len(unreadable),
    }


def _config(asked: TaskRequest) -> tuple[Config, Mapping[str, Any]]:
    """Return the run's config and, resuming, what it says of its data."""
    if asked.resume:
        config, data = Config.read(asked.out)
        if asked.minutes is not None:
            config = replace(config, minutes=asked.minutes)
        return config, data
    if (asked.out / CONFIG_NAME).exists():
        raise UsageError(f"{asked.out} holds a run already", "Continue it with --resume, or choose another --out.")
    if asked.out.exists() and not asked.out.is_dir():
        raise UsageError(f"{asked.out} is a file, not a folder", "Choose another --out.")
    model = asked.model or DEFAULT
    if asked.label is None:
        names = ", ".join(name for name in Dataset.open(asked.dataset).labels() if name != "split")
        raise UsageError("say which label to learn: --label COLUMN", f"The dataset has: {names or 'no labels'}.")
    net, side_px = network(model, 2, asked.resolution)
    settings = settings_of(Settings, {**net.own, **asked.settings})
    return Config(model, asked.label, side_px, asked.seed, asked.minutes, settings), {}


def _begin(net: Classifier, file: Path) -> str:
    if file.suffix != ".safetensors":
        raise UsageError(f"--init takes a .safetensors file, not {file.name}: nothing here loads pickles")
    if not file.is_file():
        raise InputError(f"there is no file {file}")
    try:
        weights = load_file(file)
    except SafetensorError as error:
        raise FormatError(f"{file} cannot be read as safetensors: {error}") from error
    copied = net.begin_from(weights)
    if not copied:
        raise FormatError(f"no tensor of {file.name} has the name and shape of one of the network's")
    return f"    {copied} of {len(net.state_dict())} tensors begin as {file.name} has them"


def _exported(
    net: Classifier, config: Config, sets: Sets, dataset: Dataset, data: Mapping[str, Any], out: Path
) -> tuple[exported.Classifier, NDArray[Any]]:
    """Write classifier.onnx and, last, classifier.json; return it ready to run, and the validation set's logits."""
    network_bytes = to_onnx(net, config.side_px)
    stages = {stage["use"]: stage for stage in dataset.manifest.recipe.get("stages", ())}
    crop = stages.get("crop")
    about = exported.About(
        program_version=__version__,
        model=config.model,
        label=config.label,
        classes=sets.classes,
        side_px=config.side_px,
        temperature=1.0,
        framing=None if crop is None else exported.Framing(scale=crop["scale"], shift=crop["shift"]),
        trained_on={"name": data["name"], "rows": data["rows"]},
        network_sha256=hashlib.sha256(network_bytes).hexdigest(),
    )
    ready = exported.Classifier(about, network_bytes)
    logits = ready.logits(sets.faces[VALIDATION].pictures)
    temperature = temperature_of(logits, sets.faces[VALIDATION].codes)
    ready.about = about.model_copy(update={"temperature": temperature})
    write_atomically(out / exported.NETWORK_NAME, network_bytes)
    write_atomically(out / exported.ABOUT_NAME, ready.about.model_dump_json(indent=1) + "\n")
    return ready, logits


def _report(
    config: Config,
    net: Classifier,
    state: State,
    sets: Sets,
    figures: Mapping[str, Mapping[str, Any]],
    temperature: float,
    data: Mapping[str, Any],
    small: int,
) -> dict[str, Any]:
    steps_an_epoch = max(1, data["rows"] // config.settings.batch)
    notes = [f"{small:,} faces under {config.settings.min_px} px were not trained on."] if small else []
    if sets.foreign:
        notes.append(f"{sets.foreign:,} faces kept aside have a {config.label} that no face of the training set has.")
    if not set(figures) - {TRAIN, VALIDATION}:
        notes.append("The split has no test set: the weights were chosen by the very faces that are reported on.")
    return {
        "format": REPORT_FORMAT,
        "format_version": REPORT_VERSION,
        "program_version": __version__,
        "model": config.model,
        "parameters": parameters(net),
        "label": config.label,
        "classes": list(sets.classes),
        "side_px": config.side_px,
        "seed": config.seed,
        "settings": asdict(config.settings),
        "dataset": {"name": data["name"], "trained_on": data["rows"], "under_min_px": small},
        "training": {
            "epochs": round(state.step / steps_an_epoch, 1),
            "best_epoch": round(state.best_step / steps_an_epoch, 1),
            "seconds": round(state.elapsed_s, 1),
            "curve": state.curve,
        },
        "temperature": temperature,
        "sets": dict(figures),
        "notes": notes,
    }


def _rows(rows: Iterable[int]) -> NDArray[np.int64]:
    return np.array(list(rows), np.int64)
