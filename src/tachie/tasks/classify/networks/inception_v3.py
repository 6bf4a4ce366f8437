"""InceptionV3 at 128 px, as Rignak 2020 ("GochiUsa_Faces") trained it, in plain torch.

The network is that of Szegedy et al. 2016 (arXiv:1512.00567) under torchvision's names, without the auxiliary head,
which needs 299 px. Weights that were learned on other pictures come from a file of the user's, never from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from torch import Tensor, nn

from tachie.metrics.inception import InceptionV3
from tachie.tasks.classify.networks import Classifier, copy_fitting

_DROPOUT = 0.5


class Network(Classifier):
    """21.8 M parameters; pictures of 75 px at least."""

    side_px: ClassVar[int] = 128
    least_px: ClassVar[int] = 75
    own: ClassVar[Mapping[str, str]] = MappingProxyType({"batch": "32", "lr": "0.001"})

    def __init__(self, classes: int) -> None:
        super().__init__(classes)
        self.net = InceptionV3(classes, as_fid=False)
        self.dropout = nn.Dropout(_DROPOUT)

    def judged(self, seen: Tensor) -> Tensor:
        """Return logits of pictures in -1..1."""
        logits: Tensor = self.net.fc(self.dropout(self.net(seen)))
        return logits

    def begin_from(self, weights: Mapping[str, Tensor]) -> int:
        """Take torchvision's weights; its last layer is of other classes and stays behind."""
        return copy_fitting(self.net, weights)
