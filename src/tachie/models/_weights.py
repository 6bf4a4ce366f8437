"""Weights on disk: one safetensors file and one JSON beside it, which holds its sha256. Never a pickle."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from tachie.core.errors import FormatError

FORMAT, FORMAT_VERSION = "tachie-checkpoint", 1
FOLDER = "checkpoints"  # of a run folder


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Tensors by name and what is said of them (numbers, words); `note` tells what was wrong with a newer one."""

    tensors: dict[str, Tensor]
    facts: dict[str, Any]
    note: str = ""


def encoded(tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """Return the bytes of the safetensors file and of its JSON."""
    # Clones: safetensors refuses tensors that share memory, and channels_last ones.
    data = save({name: t.detach().cpu().contiguous().clone() for name, t in tensors.items()})
    head = {"format": FORMAT, "format_version": FORMAT_VERSION, "sha256": hashlib.sha256(data).hexdigest()}
    return data, (json.dumps({**head, "facts": dict(facts)}, indent=1) + "\n").encode()


def read_checkpoint(run_dir: Path, name: str, also: tuple[str, ...] = ()) -> Checkpoint:
    """Return the checkpoint `name` (best, last or previous) of a run.

    `also` names other tensor files that may be the ones its JSON means. Raises `FormatError` where it is missing,
    damaged or of another version.
    """
    folder = run_dir / FOLDER
    head_file = folder / f"{name}.json"
    try:
        head = json.loads(head_file.read_text())
        version, wanted, facts = head["format_version"], head["sha256"], dict(head["facts"])
    except FileNotFoundError as error:
        raise FormatError(
            f"there is no {head_file}", "A run keeps best, last and previous once its first checkpoint is written."
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FormatError(f"{head_file} is damaged") from error
    if head.get("format") != FORMAT or version != FORMAT_VERSION:
        raise FormatError(
            f"{head_file} has format version {version}, this program reads {FORMAT_VERSION}",
            "Use the version of tachie that wrote it.",
        )
    for candidate in dict.fromkeys((name, *also)):
        file = folder / f"{candidate}.safetensors"
        data = file.read_bytes() if file.is_file() else b""
        if hashlib.sha256(data).hexdigest() != wanted:
            continue
        try:
            return Checkpoint(load(data), facts)
        except SafetensorError as error:
            raise FormatError(f"{file} cannot be read: {error}") from error
    raise FormatError(
        f"{folder / name}.safetensors is missing or damaged: its checksum is not the one in {head_file.name}"
    )


def module_tensors(prefix: str, module: nn.Module) -> dict[str, Tensor]:
    """Return a module's parameters and buffers under prefixed names."""
    return {f"{prefix}.{name}": tensor for name, tensor in module.state_dict().items()}


def load_module(prefix: str, module: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Put tensors saved by `module_tensors` back; raises `FormatError` where they do not fit."""
    start = f"{prefix}."
    try:
        module.load_state_dict({n.removeprefix(start): t for n, t in tensors.items() if n.startswith(start)})
    except RuntimeError as error:
        raise FormatError(f"the checkpoint is of another network: {str(error).splitlines()[-1].strip()}") from error
