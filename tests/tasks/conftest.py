"""What the tests of several tasks begin with: a dataset of small pictures, and a fit that is killed on its way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
import torch
from torch import nn

from tachie.core.images import encode_png
from tachie.dataset.reader import Dataset
from tachie.pipeline import Build, build

from ..conftest import blobs, untagged


def blob_dataset(count: int, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Build a dataset called `blobs` of so many different pictures of 32 px."""
    folder = tmp_path_factory.mktemp("pictures")
    for i in range(count):
        (folder / f"{i:03d}.png").write_bytes(encode_png(blobs(i, 32, 32)))
    out = tmp_path_factory.mktemp("sets") / "blobs"
    return build(Build([str(folder)], out, untagged("faces-as-they-are"), workers=0)).dataset


def fitted_alike_after_a_kill(
    module: ModuleType, loss: str, kill_at: int, fit: Callable[[Path], nn.Module], tmp_path: Path
) -> nn.Module:
    """Fit in one go, then again but killed at a call of the module's loss, and on from there; return the network."""
    whole = fit(tmp_path / "whole")
    real, calls = getattr(module, loss), 0

    def killed(*words: object) -> object:
        nonlocal calls
        calls += 1
        if calls == kill_at:
            raise KeyboardInterrupt
        return real(*words)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, loss, killed)
        with pytest.raises(KeyboardInterrupt):
            fit(tmp_path / "cut")
        again = fit(tmp_path / "cut")
    for name, value in whole.state_dict().items():
        assert torch.equal(value, again.state_dict()[name]), name
    return whole
