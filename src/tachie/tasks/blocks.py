"""What our small recognising networks are built of: residual blocks as in He et al. 2016, foldable for inference."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional


def convolution(inside: int, outside: int, size: int = 3, stride: int = 1, padding: int = 1) -> nn.Sequential:
    """Return a convolution without bias, batch norm and a rectifier: `inside` channels to `outside`."""
    return nn.Sequential(
        nn.Conv2d(inside, outside, size, stride, padding, bias=False), nn.BatchNorm2d(outside), nn.ReLU(inplace=True)
    )


class Residual(nn.Module):
    """Two 3x3 convolutions beside a way past them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = convolution(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        """Return features of the same shape."""
        return functional.relu(x + self.second(self.first(x)))
