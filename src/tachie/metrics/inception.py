"""InceptionV3 as FID knows it, in plain torch: the features of the standard FID and KID, from weights of the user's.

The network is the one of TensorFlow's 2015 graph in the layout of `pt_inception-2015-12-05` (Szegedy et al. 2016,
"Rethinking the Inception architecture", arXiv:1512.00567; the port of Seitzer's pytorch-fid): three average pools
do not count their padding, and the last block takes a maximum where the paper averages. torchvision's network of the
same name (`as_fid=False`) pools as the paper does, has other weights and gives other figures; classifiers begin from it
(`tasks/classify`). No weights come with the program.
"""

from __future__ import annotations

import hashlib
import io
import pickle
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor, nn
from torch.nn import functional as F

from tachie.core.errors import FormatError, InputError

WIDTH = 2048  # features: the last average pool
SIDE_PX = 299
CLASSES = 1008
RESIZE = "bilinear, without antialiasing, to 299 px (as pytorch-fid)"
_BATCH = 16


class Conv(nn.Module):
    """Convolution, batch normalisation, ReLU."""

    def __init__(
        self, before: int, after: int, size: int | tuple[int, int], stride: int = 1, padding: int | tuple[int, int] = 0
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(before, after, size, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(after, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        """Return [B, after, H', W'] of x [B, before, H, W]."""
        return F.relu(self.bn(self.conv(x)))


def _average(x: Tensor, as_fid: bool) -> Tensor:
    return F.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=not as_fid)


class BlockA(nn.Module):
    """35 x 35: 1x1, 5x5, two 3x3, pool."""

    def __init__(self, before: int, pooled: int, as_fid: bool = True) -> None:
        super().__init__()
        self.as_fid = as_fid
        self.branch1x1 = Conv(before, 64, 1)
        self.branch5x5_1 = Conv(before, 48, 1)
        self.branch5x5_2 = Conv(48, 64, 5, padding=2)
        self.branch3x3dbl_1 = Conv(before, 64, 1)
        self.branch3x3dbl_2 = Conv(64, 96, 3, padding=1)
        self.branch3x3dbl_3 = Conv(96, 96, 3, padding=1)
        self.branch_pool = Conv(before, pooled, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return [B, 224 + pooled, H, W]."""
        five = self.branch5x5_2(self.branch5x5_1(x))
        three = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        return torch.cat([self.branch1x1(x), five, three, self.branch_pool(_average(x, self.as_fid))], 1)


class BlockB(nn.Module):
    """35 to 17."""

    def __init__(self, before: int) -> None:
        super().__init__()
        self.branch3x3 = Conv(before, 384, 3, stride=2)
        self.branch3x3dbl_1 = Conv(before, 64, 1)
        self.branch3x3dbl_2 = Conv(64, 96, 3, padding=1)
        self.branch3x3dbl_3 = Conv(96, 96, 3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        """Return [B, 480 + before, H / 2, W / 2]."""
        three = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        return torch.cat([self.branch3x3(x), three, F.max_pool2d(x, 3, 2)], 1)


class BlockC(nn.Module):
    """17 x 17: 1x1, 7x7 as 1x7 and 7x1, twice that, pool."""

    def __init__(self, width: int, as_fid: bool = True) -> None:
        super().__init__()
        self.as_fid = as_fid
        self.branch1x1 = Conv(768, 192, 1)
        self.branch7x7_1 = Conv(768, width, 1)
        self.branch7x7_2 = Conv(width, width, (1, 7), padding=(0, 3))
        self.branch7x7_3 = Conv(width, 192, (7, 1), padding=(3, 0))
        self.branch7x7dbl_1 = Conv(768, width, 1)
        self.branch7x7dbl_2 = Conv(width, width, (7, 1), padding=(3, 0))
        self.branch7x7dbl_3 = Conv(width, width, (1, 7), padding=(0, 3))
        self.branch7x7dbl_4 = Conv(width, width, (7, 1), padding=(3, 0))
        self.branch7x7dbl_5 = Conv(width, 192, (1, 7), padding=(0, 3))
        self.branch_pool = Conv(768, 192, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return [B, 768, H, W]."""
        seven = self.branch7x7_3(self.branch7x7_2(self.branch7x7_1(x)))
        twice = self.branch7x7dbl_3(self.branch7x7dbl_2(self.branch7x7dbl_1(x)))
        twice = self.branch7x7dbl_5(self.branch7x7dbl_4(twice))
        return torch.cat([self.branch1x1(x), seven, twice, self.branch_pool(_average(x, self.as_fid))], 1)


class BlockD(nn.Module):
    """17 to 8."""

    def __init__(self) -> None:
        super().__init__()
        self.branch3x3_1 = Conv(768, 192, 1)
        self.branch3x3_2 = Conv(192, 320, 3, stride=2)
        self.branch7x7x3_1 = Conv(768, 192, 1)
        self.branch7x7x3_2 = Conv(192, 192, (1, 7), padding=(0, 3))
        self.branch7x7x3_3 = Conv(192, 192, (7, 1), padding=(3, 0))
        self.branch7x7x3_4 = Conv(192, 192, 3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        """Return [B, 1280, H / 2, W / 2]."""
        seven = self.branch7x7x3_4(self.branch7x7x3_3(self.branch7x7x3_2(self.branch7x7x3_1(x))))
        return torch.cat([self.branch3x3_2(self.branch3x3_1(x)), seven, F.max_pool2d(x, 3, 2)], 1)


class BlockE(nn.Module):
    """8 x 8: each 3x3 as 1x3 beside 3x1. FID's last one takes maxima where others average."""

    def __init__(self, before: int, maximum: bool, as_fid: bool = True) -> None:
        super().__init__()
        self.maximum, self.as_fid = maximum, as_fid
        self.branch1x1 = Conv(before, 320, 1)
        self.branch3x3_1 = Conv(before, 384, 1)
        self.branch3x3_2a = Conv(384, 384, (1, 3), padding=(0, 1))
        self.branch3x3_2b = Conv(384, 384, (3, 1), padding=(1, 0))
        self.branch3x3dbl_1 = Conv(before, 448, 1)
        self.branch3x3dbl_2 = Conv(448, 384, 3, padding=1)
        self.branch3x3dbl_3a = Conv(384, 384, (1, 3), padding=(0, 1))
        self.branch3x3dbl_3b = Conv(384, 384, (3, 1), padding=(1, 0))
        self.branch_pool = Conv(before, 192, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return [B, 2048, H, W]."""
        three = self.branch3x3_1(x)
        twice = self.branch3x3dbl_2(self.branch3x3dbl_1(x))
        pooled = F.max_pool2d(x, 3, stride=1, padding=1) if self.maximum else _average(x, self.as_fid)
        return torch.cat(
            [
                self.branch1x1(x),
                self.branch3x3_2a(three),
                self.branch3x3_2b(three),
                self.branch3x3dbl_3a(twice),
                self.branch3x3dbl_3b(twice),
                self.branch_pool(pooled),
            ],
            1,
        )


class InceptionV3(nn.Module):
    """21.8 M parameters and those of the last layer; modules are named as in the weights files.

    `as_fid` is the network that FID is measured with, otherwise it is that of the paper and of torchvision.
    """

    def __init__(self, classes: int = CLASSES, as_fid: bool = True) -> None:
        super().__init__()
        self.Conv2d_1a_3x3 = Conv(3, 32, 3, stride=2)
        self.Conv2d_2a_3x3 = Conv(32, 32, 3)
        self.Conv2d_2b_3x3 = Conv(32, 64, 3, padding=1)
        self.Conv2d_3b_1x1 = Conv(64, 80, 1)
        self.Conv2d_4a_3x3 = Conv(80, 192, 3)
        self.Mixed_5b = BlockA(192, 32, as_fid)
        self.Mixed_5c = BlockA(256, 64, as_fid)
        self.Mixed_5d = BlockA(288, 64, as_fid)
        self.Mixed_6a = BlockB(288)
        self.Mixed_6b = BlockC(128, as_fid)
        self.Mixed_6c = BlockC(160, as_fid)
        self.Mixed_6d = BlockC(160, as_fid)
        self.Mixed_6e = BlockC(192, as_fid)
        self.Mixed_7a = BlockD()
        self.Mixed_7b = BlockE(1280, maximum=False, as_fid=as_fid)
        self.Mixed_7c = BlockE(2048, maximum=as_fid, as_fid=as_fid)
        self.fc = nn.Linear(WIDTH, classes)  # FID has no use for it, but it is in the file

    def forward(self, rgb: Tensor) -> Tensor:
        """Return features [B, 2048] of pictures rgb [B, 3, S, S] in [-1, 1]; FID's are 299 px, the least is 75."""
        x = self.Conv2d_2b_3x3(self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(rgb)))
        x = self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(F.max_pool2d(x, 3, 2)))
        x = self.Mixed_5d(self.Mixed_5c(self.Mixed_5b(F.max_pool2d(x, 3, 2))))
        x = self.Mixed_6e(self.Mixed_6d(self.Mixed_6c(self.Mixed_6b(self.Mixed_6a(x)))))
        x = self.Mixed_7c(self.Mixed_7b(self.Mixed_7a(x)))
        features: Tensor = x.mean((2, 3))
        return features


class Inception:
    """The network with weights, as an extractor of features; `name` holds the first digits of the file's sha256."""

    def __init__(self, net: InceptionV3, name: str) -> None:
        self.net, self.name = net.eval().requires_grad_(False), name

    @classmethod
    def load(cls, file: Path) -> Inception:
        """Load weights: safetensors, or a state dict that torch saved, of which tensors alone are read, no pickles.

        Raises `InputError` where there is no file, `FormatError` where it holds anything else.
        """
        if not file.is_file():
            raise InputError(f"there is no file {file}", _HINT)
        data = file.read_bytes()
        tensors = _tensors(file, data)
        with torch.random.fork_rng(devices=[]):
            net = InceptionV3()
        wanted = {n: t.shape for n, t in net.state_dict().items() if not n.endswith("num_batches_tracked")}
        found = {n: t for n, t in tensors.items() if n in wanted}
        unlike = [n for n, shape in wanted.items() if n not in found or found[n].shape != shape]
        if unlike:
            raise FormatError(
                f"{file} is no InceptionV3 of FID: {len(unlike)} of {len(wanted)} tensors are missing or of another "
                f"shape, the first is {unlike[0]}",
                _HINT,
            )
        net.load_state_dict(found, strict=False)
        return cls(net, f"inception-{hashlib.sha256(data).hexdigest()[:12]}")

    @torch.no_grad()
    def __call__(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return features [N, 2048] of pictures [N, R, R, 3] uint8."""
        rows = [np.zeros((0, WIDTH), np.float32)]
        for start in range(0, len(pictures), _BATCH):
            x = torch.from_numpy(np.ascontiguousarray(pictures[start : start + _BATCH])).permute(0, 3, 1, 2)
            x = F.interpolate(x.float().div(255), size=(SIDE_PX, SIDE_PX), mode="bilinear", align_corners=False)
            rows.append(self.net(x.mul(2).sub(1)).numpy())
        return np.concatenate(rows)


_HINT = "Give the file pt_inception-2015-12-05-6726825d.pth that pytorch-fid uses, or the same as .safetensors."


def _tensors(file: Path, data: bytes) -> dict[str, Tensor]:
    try:
        if file.suffix == ".safetensors":
            return load(data)
        held: object = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except (SafetensorError, pickle.UnpicklingError, RuntimeError, EOFError, ValueError, KeyError) as error:
        raise FormatError(f"{file} cannot be read as weights: {str(error).splitlines()[0][:120]}", _HINT) from error
    if not isinstance(held, dict) or not all(isinstance(t, Tensor) for t in held.values()):
        raise FormatError(f"{file} holds something else than tensors by name", _HINT)
    return held
