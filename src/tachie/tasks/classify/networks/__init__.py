"""The networks that a classifier can be: what they take, what they give, and the settings that suit each."""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from torch import Tensor, nn

from tachie.core.registry import unknown

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DEFAULT = "cnn"
TIMM = "timm:"

# Name -> module, which has the class `Network`.
NETWORKS: MappingProxyType[str, str] = MappingProxyType(
    {
        "cnn": "tachie.tasks.classify.networks.cnn",
        "hue-histogram": "tachie.tasks.classify.networks.hue_histogram",
        "inception_v3": "tachie.tasks.classify.networks.inception_v3",
    }
)


class Classifier(nn.Module, ABC):
    """RGB of 0..255, float [B, 3, S, S], to logits [B, K].

    The way has two halves: `seen` has no parameters, `judged` has them all. Where `augmented` is false, `seen` is
    worked out once for each picture, and training sees no changed pictures.
    """

    side_px: ClassVar[int] = 64  # of the pictures, unless another resolution is asked for
    least_px: ClassVar[int] = 16
    augmented: ClassVar[bool] = True
    shown: ClassVar[int] = 80_000  # faces in a training that is not told how long
    own: ClassVar[Mapping[str, str]] = MappingProxyType({})  # settings where they differ from `Settings`

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.classes = classes

    def seen(self, rgb: Tensor) -> Tensor:
        """Return what is seen of pictures."""
        return rgb / 127.5 - 1.0

    @abstractmethod
    def judged(self, seen: Tensor) -> Tensor:
        """Return logits of what was seen."""

    def forward(self, rgb: Tensor) -> Tensor:
        """Return logits [B, K] of rgb [B, 3, S, S]."""
        return self.judged(self.seen(rgb))

    def adjust(self, seen: Tensor) -> None:
        """Look at what is seen of the whole training set, before training; by default at nothing."""

    def begin_from(self, weights: Mapping[str, Tensor]) -> int:
        """Take the weights whose names and shapes agree, and return how many they were."""
        return copy_fitting(self, weights)


def network(name: str, classes: int, side_px: int | None = None) -> tuple[Classifier, int]:
    """Return a fresh network by name and the side of its pictures; raises `UsageError` for an unknown name."""
    from tachie.core.errors import UsageError

    if name.startswith(TIMM):
        from tachie.tasks.classify.networks.timm_model import timm_network

        net = timm_network(name.removeprefix(TIMM), classes)
    elif name in NETWORKS:
        net = importlib.import_module(NETWORKS[name]).Network(classes)
    else:
        raise unknown("classifier", name, (*NETWORKS, "timm:NAME"))
    side = net.side_px if side_px is None else side_px
    if side < net.least_px:
        raise UsageError(f"{name} needs pictures of at least {net.least_px} px, not {side}", "Give a --resolution.")
    return net, side


def parameters(net: nn.Module) -> int:
    """Return how many numbers a network learns."""
    return sum(p.numel() for p in net.parameters() if p.requires_grad)


def as_tensor(pictures: NDArray[np.uint8]) -> Tensor:
    """Return pictures [N, S, S, 3] uint8 as float [N, 3, S, S] of 0..255, in memory channels last."""
    import torch

    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float()


def copy_fitting(module: nn.Module, weights: Mapping[str, Tensor]) -> int:
    """Copy the tensors whose names and shapes agree, and return how many they were."""
    import torch

    copied = 0
    state: Mapping[str, Any] = module.state_dict()
    with torch.no_grad():
        for name, tensor in state.items():
            given = weights.get(name)
            if given is not None and given.shape == tensor.shape:
                tensor.copy_(given)
                copied += 1
    return copied
