"""`timm:NAME`: any network of the package timm, where somebody has installed it; it is not part of tachie."""

from __future__ import annotations

import importlib
from typing import Any

import torch
from torch import Tensor

from tachie.core.errors import UsageError
from tachie.core.extras import how_to_install
from tachie.tasks.classify.networks import Classifier


class TimmNetwork(Classifier):
    """A network of timm with fresh weights, on pictures in its own mean and spread."""

    side_px = 128
    own = {"batch": "32", "lr": "0.001"}  # noqa: RUF012  # read only
    mean: Tensor
    spread: Tensor

    def __init__(self, net: Any, classes: int) -> None:
        super().__init__(classes)
        self.net = net
        settings = getattr(net, "default_cfg", None) or {}
        for name, default in (("mean", (0.5, 0.5, 0.5)), ("std", (0.5, 0.5, 0.5))):
            values = torch.tensor(settings.get(name, default), dtype=torch.float32) * 255
            self.register_buffer({"mean": "mean", "std": "spread"}[name], values[None, :, None, None])

    def seen(self, rgb: Tensor) -> Tensor:
        """Return pictures in the network's own units."""
        return (rgb - self.mean) / self.spread

    def judged(self, seen: Tensor) -> Tensor:
        """Return logits."""
        logits: Tensor = self.net(seen)
        return logits

    def begin_from(self, weights: Any) -> int:
        """Take timm's own weights by their names there."""
        from tachie.tasks.classify.networks import copy_fitting

        return copy_fitting(self.net, weights)


def timm_network(name: str, classes: int) -> TimmNetwork:
    """Return a fresh network of timm; raises `UsageError` where timm is missing or knows no such network."""
    try:
        timm: Any = importlib.import_module("timm")
    except ImportError as error:
        raise UsageError(
            f"--model timm:{name} needs the package timm, which does not come with tachie",
            f"Install it: {how_to_install('timm')}. Or use --model cnn, which needs nothing.",
        ) from error
    except RuntimeError as error:  # torchvision, which timm reads, of another build than torch
        raise UsageError(
            f"timm cannot be read here: {str(error).splitlines()[0]}",
            "torchvision must come from where torch came from, and be its version's. Or use --model cnn.",
        ) from error
    try:
        net = timm.create_model(name, pretrained=False, num_classes=classes)
    except RuntimeError as error:
        raise UsageError(
            f"timm knows no network '{name}': {str(error).splitlines()[0]}", "timm.list_models() names all."
        ) from error
    return TimmNetwork(net, classes)
