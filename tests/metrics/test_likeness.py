"""PSNR and SSIM by their formulas."""

import numpy as np
import pytest

from tachie.metrics.likeness import MOST_DB, psnr, rmse, ssim

from ..conftest import blobs


def test_equal_pictures_are_wholly_alike() -> None:
    some = np.stack([blobs(1), blobs(2)])
    assert psnr(some, some).tolist() == [MOST_DB, MOST_DB]
    assert ssim(some, some) == pytest.approx([1.0, 1.0])
    assert rmse(some, some).tolist() == [0.0, 0.0]


def test_psnr_is_what_its_formula_says_pair_by_pair() -> None:
    truth = np.full((2, 8, 8, 3), 100, np.uint8)
    other = truth + np.array([5, 10], np.uint8)[:, None, None, None]
    assert psnr(truth, other) == pytest.approx([20 * np.log10(255 / 5), 20 * np.log10(255 / 10)])


def plain_ssim(a: np.ndarray, b: np.ndarray) -> float:
    """Equation 13 of Wang et al. 2004 in plain loops, over windows that lie within the picture."""
    axis = np.arange(11) - 5
    window = np.exp(-(axis[:, None] ** 2 + axis[None] ** 2) / (2 * 1.5**2))
    window /= window.sum()
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    found = []
    for channel in range(3):
        for y in range(a.shape[0] - 10):
            for x in range(a.shape[1] - 10):
                p, q = (c[y : y + 11, x : x + 11, channel].astype(float) for c in (a, b))
                mp, mq = (window * p).sum(), (window * q).sum()
                vp, vq = (window * (p - mp) ** 2).sum(), (window * (q - mq) ** 2).sum()
                both = (window * (p - mp) * (q - mq)).sum()
                found.append((2 * mp * mq + c1) * (2 * both + c2) / ((mp**2 + mq**2 + c1) * (vp + vq + c2)))
    return float(np.mean(found))


def test_ssim_is_what_its_formula_says() -> None:
    truth = blobs(3, 20, 17)
    noise = np.random.default_rng(0).integers(-40, 40, truth.shape)
    other = (truth.astype(int) + noise).clip(0, 255).astype(np.uint8)
    assert ssim(truth[None], other[None])[0] == pytest.approx(plain_ssim(truth, other), abs=1e-4)


def test_ssim_falls_with_noise_and_reads_pictures_smaller_than_its_window() -> None:
    truth = np.stack([blobs(4, 8, 8)] * 3)
    noise = np.random.default_rng(0).integers(-1, 2, truth.shape[1:])
    other = np.stack([(truth[0].astype(int) + times * noise).clip(0, 255).astype(np.uint8) for times in (5, 30, 90)])
    near, far, farther = ssim(truth, other)
    assert 1 > near > far > farther
