"""The paper's autoencoder: convolutions of 128 filters with max-pooling, then one of as many filters as the code has.

Rignak 2020, "GochiUsa_Faces, a dataset for anime faces", section 3.2: "convolutional layers of 128 filters, followed
by max-pooling to reduce the dimension of the input, until a convolution of 32 filters. The decoder is basically the
symmetric." What it leaves open: kernels of 3 x 3, ReLU after each of the 128, weights that begin as He et al. 2015 have
them (arXiv:1502.01852). Normalising batches was tried and left out: it cost .4 dB in a short trial.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tachie.core.errors import UsageError

_LAST_SCALE = 0.1  # so that the first pictures are near grey, not noise
SIDES_PX = (8, 16, 32, 64, 128, 256)


class Encoder(nn.Module):
    """Pictures [B, 3, S, S] in [-1, 1] to codes [B, code]: log2(S) times a convolution and a halving, down to 1 x 1."""

    def __init__(self, side_px: int, code: int, filters: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 3
        for _ in range(_halvings(side_px)):
            layers += [*_convolution(channels, filters), nn.MaxPool2d(2)]
            channels = filters
        self.layers = nn.Sequential(*layers, nn.Conv2d(filters, code, 1))
        _begin(self)

    def forward(self, rgb: Tensor) -> Tensor:
        """Return codes [B, code]."""
        code: Tensor = self.layers(rgb)
        return code.flatten(1)


class Decoder(nn.Module):
    """The mirror: codes [B, code] to pictures [B, 3, S, S], around [-1, 1] and not clamped."""

    def __init__(self, side_px: int, code: int, filters: int) -> None:
        super().__init__()
        halvings = _halvings(side_px)
        layers: list[nn.Module] = [nn.Conv2d(code, filters, 1), nn.ReLU()]
        for step in range(halvings):
            last = step == halvings - 1
            layers += [nn.Upsample(scale_factor=2), *_convolution(filters, 3 if last else filters)]
        self.layers = nn.Sequential(*layers[:-1])  # the last convolution's numbers are the picture's
        _begin(self)
        with torch.no_grad():
            self.layers[-1].weight.mul_(_LAST_SCALE)  # type: ignore[operator]

    def forward(self, codes: Tensor) -> Tensor:
        """Return pictures [B, 3, S, S]."""
        rgb: Tensor = self.layers(codes[:, :, None, None])
        return rgb


class FromPictures(nn.Module):
    """The encoder as it is exported: pictures as they are in memory, uint8 [N, S, S, 3], to codes."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, pictures: Tensor) -> Tensor:
        """Return codes [N, code]."""
        code: Tensor = self.encoder(pictures.permute(0, 3, 1, 2).float() / 127.5 - 1.0)
        return code


class ToPictures(nn.Module):
    """The decoder as it is exported: codes to pictures as they are in memory, uint8 [N, S, S, 3]."""

    def __init__(self, decoder: nn.Module) -> None:
        super().__init__()
        self.decoder = decoder

    def forward(self, codes: Tensor) -> Tensor:
        """Return pictures [N, S, S, 3]."""
        levels: Tensor = ((self.decoder(codes) + 1.0) * 127.5).round().clamp(0.0, 255.0)
        return levels.permute(0, 2, 3, 1).to(torch.uint8)


def check_side(side_px: int) -> None:
    """Raise `UsageError` for a side that halvings do not bring to 1 px."""
    if side_px not in SIDES_PX:
        raise UsageError(
            f"an autoencoder halves its picture down to one pixel: {side_px} px cannot be",
            f"Use --resolution with one of: {', '.join(map(str, SIDES_PX))}.",
        )


def _convolution(channels: int, filters: int) -> list[nn.Module]:
    return [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU()]


def _begin(net: nn.Module) -> None:
    for part in net.modules():
        if isinstance(part, nn.Conv2d):
            nn.init.kaiming_normal_(part.weight, nonlinearity="relu")
            if part.bias is not None:
                nn.init.zeros_(part.bias)


def _halvings(side_px: int) -> int:
    check_side(side_px)
    return side_px.bit_length() - 1
