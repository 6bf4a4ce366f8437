"""Which generator a command means: a run's, an exported folder's, or one that comes with the program."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from tachie.core.errors import UsageError


def model_folder(run: Path | None, model: Path | None, weights: str | None) -> Path:
    """Return the folder of the one that is named; a run is exported first where its export is missing or older.

    Raises `UsageError` where none or several are named, or the weights are unknown.
    """
    if sum(x is not None for x in (run, model, weights)) != 1:
        raise UsageError("name one of --run, --model and --weights", "Shipped weights: tachie list weights")
    if weights is not None:
        from tachie.core.registry import unknown

        if weights not in shipped_names():
            raise unknown("weights", weights, shipped_names())
        return _shipped() / weights
    if model is not None:
        return model
    assert run is not None
    exported = run / "onnx"
    if not (exported / "generator.json").exists() or _older(exported / "generator.json", run):
        from tachie.export.onnx import export_generator

        export_generator(run, exported)
    return exported


def shipped_names() -> tuple[str, ...]:
    """Return the names of the weights that come with the program."""
    return tuple(sorted(p.parent.name for p in _shipped().glob("*/generator.json")))


def _older(exported: Path, run: Path) -> bool:
    stamps = [p.stat().st_mtime for p in (run / "checkpoints").glob("*.json")]
    return exported.stat().st_mtime < max(stamps, default=0.0)


def _shipped() -> Path:
    return Path(str(files("tachie"))) / "weights"
