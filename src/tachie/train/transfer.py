"""Starting from weights that were trained before: a run's, a checkpoint's, or those that come with the program.

A start file (`start.safetensors` in a folder of `tachie/weights/`) holds tensors `G_ema.NAME` and `D.NAME`, in float16
or wider, and says in its safetensors metadata what they are (all values text):

format "tachie-start", format_version "1", model, resolution, labels (the schema as JSON), made_with (the version)

Weights need not fit: what a network has no place for is skipped, and labels are matched by name and value, so that pink
hair stays pink hair where the new data know other colours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from tachie import __version__
from tachie.core.attributes import NO, YES
from tachie.core.conditions import Flag, Group, LabelSchema
from tachie.core.errors import FormatError, UsageError
from tachie.core.files import write_atomically
from tachie.models._base import Generator, Model
from tachie.models._weights import FOLDER, module_tensors, read_checkpoint
from tachie.train import checkpoint
from tachie.train.config import CONFIG_NAME, read_config
from tachie.train.folder import run_schema

START_NAME = "start.safetensors"
FORMAT, FORMAT_VERSION = "tachie-start", "1"
SHIPPED = Path(str(files("tachie"))) / "weights"


@dataclass(frozen=True, slots=True)
class Start:
    """Tensors to start from, the labels that their columns stand for (None: not known), and where they are from."""

    tensors: Mapping[str, Tensor]
    schema: LabelSchema | None
    name: str


def find_start(model: str, resolution: int) -> Path | None:
    """Return the start file that comes with the program for a model and resolution, None where there is none."""
    for file in sorted(SHIPPED.glob(f"*/{START_NAME}")):
        about = _metadata(file)
        if (about.get("model"), about.get("resolution")) == (model, str(resolution)):
            return file
    return None


def read_start(source: str | Path) -> Start:
    """Return the weights that --init names: a run, a checkpoint or start file, a folder with one, or shipped weights.

    Raises `UsageError` where there is no such thing, `FormatError` where it is damaged or of another version.
    """
    path = Path(source)
    if not path.exists() and (SHIPPED / str(source) / START_NAME).is_file():
        path = SHIPPED / str(source)
    if (path / START_NAME).is_file():
        path = path / START_NAME
    if (path / CONFIG_NAME).is_file():
        return Start(checkpoint.load_state(path).tensors, run_schema(path), str(source))
    if not path.is_file():
        shipped = ", ".join(sorted(file.parent.name for file in SHIPPED.glob(f"*/{START_NAME}"))) or "none"
        raise UsageError(
            f"--init {source}: there are no weights to start from",
            f"Give a run's folder, a .safetensors file, or the name of weights that ship with a start: {shipped}.",
        )
    about = _metadata(path)
    if about.get("format") == FORMAT and about.get("format_version") != FORMAT_VERSION:
        raise FormatError(
            f"{path} has format version {about.get('format_version')}, this program reads {FORMAT_VERSION}",
            "Update tachie.",
        )
    try:
        with safe_open(path, "pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no dict
        if "labels" in about:
            return Start(tensors, LabelSchema.from_json(json.loads(about["labels"])), str(source))
    except (SafetensorError, OSError, ValueError) as error:
        raise FormatError(f"{path} cannot be read as weights: {error}") from error
    of_a_run = path.parent.name == FOLDER and (path.parent.parent / CONFIG_NAME).is_file()
    return Start(tensors, run_schema(path.parent.parent) if of_a_run else None, str(source))


def write_start(run_dir: Path, file: Path, half: bool = True) -> None:
    """Write a run's best drawings' weights and its newest discriminator as a start file, in float16 with `half`."""
    config, _ = read_config(run_dir)
    tensors = {**checkpoint.load_state(run_dir).tensors, **read_checkpoint(run_dir, "best").tensors}
    kept = {
        name: (t.half() if half and t.is_floating_point() else t).contiguous()
        for name, t in tensors.items()
        if name.startswith(("G_ema.", "D."))
    }
    about = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "model": config.model,
        "resolution": str(config.resolution),
        "labels": json.dumps(run_schema(run_dir).to_json()),
        "made_with": __version__,
    }
    write_atomically(file, save(kept, about))


def take_weights(source: str | Path, model: Model, schema: LabelSchema, G: Generator, D: nn.Module) -> str:
    """Copy what fits into fresh networks of `model` under `schema` and return in one line what was taken.

    Raises `UsageError` where nothing fits, and what `read_start` raises.
    """
    start = read_start(source)
    new, old = _columns(schema), _columns(start.schema)
    shared = _shared(new, old)
    taken, missing = 0, []
    # The average is the better start for drawings; its weights fit wherever G's do.
    for prefix, net, dims in (("G_ema", G, _label_dims(model, G)), ("D", D, _label_dims(model, D))):
        for name, tensor in module_tensors(prefix, net).items():
            saved = start.tensors.get(name)
            dim = dims[name.removeprefix(f"{prefix}.")]
            if saved is not None and _copied(tensor, saved, dim, (len(new) or 1, len(old) or 1), shared):
                taken += 1
            else:
                missing.append(name)
    if taken == 0:
        raise UsageError(f"no weights of {start.name} fit this model", "Use the same --model and --resolution.")
    said = f"started from {start.name}: {taken} of {taken + len(missing)} tensors fit"
    if new and start.schema is not None:
        said += f", {len(shared)} of {len(new)} label values were known"
    some = ", ".join(missing[:4]) + (f" and {len(missing) - 4} more" if len(missing) > 4 else "")
    return f"{said}; fresh: {some}" if missing else said


def _columns(schema: LabelSchema | None) -> list[tuple[Any, ...]]:
    """Return what each column of c stands for."""
    columns: list[tuple[Any, ...]] = []
    for label in schema.groups if schema is not None else ():
        if isinstance(label, Flag):
            columns.append((label.name, NO, YES))
        elif isinstance(label, Group):
            columns += [(label.name, value) for value in label.values]
        else:  # the same only as a whole: a year on another scale is another number
            columns += [(json.dumps(label.to_json()), i) for i in range(label.width)]
    return columns


# A column of c, and what it is made of: columns of the old c with their weight in a layer that reads labels (the last
# dimension) and in one that tells them (the first).
_Shared = Sequence[tuple[int, Sequence[tuple[int, float, float]]]]


def _shared(new: Sequence[tuple[Any, ...]], old: Sequence[tuple[Any, ...]]) -> _Shared:
    """Return the columns that both know; a flag is also known from a choice of no and yes."""
    place = {column: j for j, column in enumerate(old)}
    shared: list[tuple[int, Sequence[tuple[int, float, float]]]] = []
    for i, column in enumerate(new):
        name, halves = column[0], [(column[0], value) for value in column[1:]]
        if column in place:
            shared.append((i, [(place[column], 1.0, 1.0)]))
        elif column == (name, NO, YES) and all(half in place for half in halves):
            # Read as -1 and 1, half the difference does what the one-hot pair did; told, it is the log-odds.
            shared.append((i, [(place[halves[1]], 0.5, 1.0), (place[halves[0]], -0.5, -1.0)]))
    return shared


def _label_dims(model: Model, net: nn.Module) -> dict[str, int | None]:
    """Return which dimension of each tensor of a network grows with the labels: seen by building it one wider."""
    with torch.random.fork_rng(devices=[]):
        wider = replace(model, c_dim=model.c_dim + 1)  # type: ignore[type-var]
        other = wider.generator() if isinstance(net, Generator) else wider.discriminator()
    dims: dict[str, int | None] = {}
    for (name, a), b in zip(net.state_dict().items(), other.state_dict().values(), strict=True):
        unlike = [d for d, (x, y) in enumerate(zip(a.shape, b.shape, strict=True)) if x != y]
        dims[name] = unlike[0] if unlike else None
    return dims


@torch.no_grad()
def _copied(tensor: Tensor, saved: Tensor, dim: int | None, c_dims: tuple[int, int], shared: _Shared) -> bool:
    """Copy `saved` into `tensor`, columns of labels one by one; return whether there was anything to copy."""
    if dim is None:
        if tensor.shape == saved.shape:
            tensor.copy_(saved)
        return tensor.shape == saved.shape
    # Labels come last where they stand beside something else (a latent).
    before, before_saved = tensor.shape[dim] - c_dims[0], saved.shape[dim] - c_dims[1] if saved.ndim > dim else -1
    a, b = tensor.movedim(dim, 0), saved.movedim(dim, 0) if saved.ndim > dim else saved
    if before != before_saved or a.shape[1:] != b.shape[1:] or (not shared and not before):
        return False
    a[:before].copy_(b[:before])
    for i, parts in shared:
        # A layer that tells labels has them first, one that reads them last.
        made = [b[before + j].float() * (tells if dim == 0 else reads) for j, reads, tells in parts]
        a[before + i].copy_(torch.stack(made).sum(0))
    return True


def _metadata(file: Path) -> dict[str, str]:
    try:
        with safe_open(file, "pt") as opened:
            return dict(opened.metadata() or {})
    except (SafetensorError, OSError) as error:
        raise FormatError(f"{file} cannot be read as weights: {error}") from error
