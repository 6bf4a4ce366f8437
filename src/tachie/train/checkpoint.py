"""The checkpoints of a run: everything that the next step depends on, never half written.

`last` becomes `previous` file by file, and a JSON is matched with any of the tensor files by its checksum, so that a
run killed at any moment between two renames still finds one good pair.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from tachie.core.errors import FormatError
from tachie.core.files import write_atomically
from tachie.models._weights import FOLDER, Checkpoint, encoded, read_checkpoint


def save_last(run_dir: Path, tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> None:
    """Write a state as `last`; the one before is kept as `previous`."""
    folder = run_dir / FOLDER
    data, head = encoded(tensors, facts)
    write_atomically(folder / "new.safetensors", data)
    write_atomically(folder / "new.json", head)
    for ending in ("safetensors", "json"):
        if (folder / f"last.{ending}").exists():
            (folder / f"last.{ending}").replace(folder / f"previous.{ending}")
    for ending in ("safetensors", "json"):
        (folder / f"new.{ending}").replace(folder / f"last.{ending}")


def save_best(run_dir: Path, tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> None:
    """Write weights as `best`, over the ones before."""
    folder = run_dir / FOLDER
    data, head = encoded(tensors, facts)
    write_atomically(folder / "best.safetensors", data)
    write_atomically(folder / "best.json", head)


def load_state(run_dir: Path) -> Checkpoint:
    """Return the newest good state of a run; what was wrong with a newer one is said in `note`.

    Raises `FormatError` where there is no good one at all.
    """
    folder = run_dir / FOLDER
    troubles = []
    for name in ("new", "last", "previous"):
        if name == "new" and not (folder / "new.json").exists():
            continue
        try:
            found = read_checkpoint(run_dir, name, also=("new", "last", "previous"))
        except FormatError as error:
            troubles.append(error.message)
            continue
        note = f"{'; '.join(troubles)}; went back to the good one before" if troubles else ""
        return Checkpoint(found.tensors, found.facts, note)
    raise FormatError(
        f"{run_dir} has no usable checkpoint: {'; '.join(troubles)}",
        "Start anew with another --out; --init can take weights from another run.",
    )


def load_fitting(prefix: str, module: nn.Module, tensors: Mapping[str, Tensor]) -> int:
    """Copy the tensors whose names and shapes agree and leave the others fresh; return how many were copied."""
    copied = 0
    with torch.no_grad():
        for name, tensor in module.state_dict().items():
            saved = tensors.get(f"{prefix}.{name}")
            if saved is not None and saved.shape == tensor.shape:
                tensor.copy_(saved)
                copied += 1
    return copied


def optimizer_tensors(prefix: str, optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Return an optimizer's moments and step counts, by parameter number."""
    states: Mapping[int, Mapping[str, Tensor]] = optimizer.state_dict()["state"]
    return {f"{prefix}.{i}.{key}": value for i, state in states.items() for key, value in state.items()}


def load_optimizer(prefix: str, optimizer: torch.optim.Optimizer, tensors: Mapping[str, Tensor]) -> None:
    """Put tensors saved by `optimizer_tensors` back; settings (rates, betas) stay the optimizer's own."""
    # In the parameters' own memory layout, which the optimizer's kernels take for granted.
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        if name.startswith(f"{prefix}."):
            number, key = name.removeprefix(f"{prefix}.").split(".", 1)
            like = parameters[int(number)]
            laid_out = torch.empty_like(like).copy_(tensor) if tensor.shape == like.shape else tensor
            state.setdefault(int(number), {})[key] = laid_out
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
