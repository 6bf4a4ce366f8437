"""waifu2x against bicubic and Lanczos: TV faces reduced by area averaging, then made as large as they were.

64 -> 128 px and 128 -> 256 px, on faces of screen-256.zip (1 in 32, so that no two neighbours are compared). PSNR over
all channels; SSIM of the luminance (Wang et al. 2004: 11 px Gaussian of 1.5 px). CPU milliseconds are of one thread.

Usage: python -m benchmarks.upscale_quality [PICTURES]
"""

from __future__ import annotations

import sys
import time
import zipfile
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks._shared import data
from tachie.core.images import Rgb, decode, resized
from tachie.vision.upscale import Upscaler

Enlarge = Callable[[Rgb], Rgb]


def psnr(a: Rgb, b: Rgb) -> float:
    """Return the peak signal-to-noise ratio in dB."""
    return float(10 * np.log10(255**2 / max(1e-9, np.square(a.astype(np.float64) - b).mean())))


def ssim(a: Rgb, b: Rgb) -> float:
    """Return the structural similarity of two pictures' luminance, 1 where they are equal."""
    x, y = (cv2.cvtColor(p, cv2.COLOR_RGB2GRAY).astype(np.float64) for p in (a, b))

    def blur(p: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(cv2.GaussianBlur(p, (11, 11), 1.5))

    mx, my = blur(x), blur(y)
    vx, vy, vxy = blur(x * x) - mx * mx, blur(y * y) - my * my, blur(x * y) - mx * my
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float((((2 * mx * my + c1) * (2 * vxy + c2)) / ((mx * mx + my * my + c1) * (vx + vy + c2))).mean())


def by_opencv(method: int) -> Enlarge:
    """Return the doubling by one of OpenCV's interpolations."""
    return lambda rgb: np.asarray(cv2.resize(rgb, (2 * rgb.shape[1], 2 * rgb.shape[0]), interpolation=method), np.uint8)


def main() -> None:
    """Print time and quality of each way to double a picture."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    cv2.setNumThreads(1)
    with zipfile.ZipFile(data("screen-256.zip")) as archive:
        names = sorted(n for n in archive.namelist() if n.endswith(".webp"))
        faces = [decode(archive.read(n)).rgb for n in names[:: max(1, len(names) // count)]][:count]
    ways: dict[str, Enlarge] = {
        "bicubic": by_opencv(cv2.INTER_CUBIC),
        "Lanczos": by_opencv(cv2.INTER_LANCZOS4),
        "upconv7": Upscaler("upconv7").doubled,
        "upconv7 noise 0": Upscaler("upconv7", 0).doubled,
        "cunet": Upscaler("cunet").doubled,
        "cunet noise 0": Upscaler("cunet", 0).doubled,
    }
    for side in (64, 128):
        true = [resized(face, 2 * side, 2 * side) for face in faces]
        small = [resized(face, side, side) for face in faces]
        print(f"{side} -> {2 * side} px, {len(faces)} faces")
        base: NDArray[np.float64] | None = None
        for name, enlarge in ways.items():
            enlarge(small[0])  # loads the network
            start = time.process_time()
            made = [enlarge(face) for face in small]
            ms = 1e3 * (time.process_time() - start) / len(made)
            scores = np.array([(psnr(m, t), ssim(m, t)) for m, t in zip(made, true, strict=True)])
            base = scores if base is None else base
            better = (scores > base).mean(0)
            print(
                f"  {name:16} {ms:7.2f} CPU ms   PSNR {scores[:, 0].mean():6.2f} dB "
                f"({(scores - base)[:, 0].mean():+.2f})   SSIM {scores[:, 1].mean():.4f} "
                f"({(scores - base)[:, 1].mean():+.4f})   better than bicubic in {better[0]:.0%} and {better[1]:.0%}"
            )


if __name__ == "__main__":
    main()
