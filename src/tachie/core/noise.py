"""The one source of chance: a counter-based generator and a Gaussian formula, the same in Python and in a browser.

Bits are Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"); its known answers and
ours are in tests/core/noise_golden.json. Key = the 64-bit seed, counter = (block, stream, 0, 0): any number can be
computed alone, in any order, which numpy's and torch's own generators do not promise from one version to the next.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = 0x9E3779B9, 0xBB67AE85
_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)


def philox4x32(counter: NDArray[np.uint32], key: tuple[int, int]) -> NDArray[np.uint32]:
    """Return Philox4x32-10 of `counter` (n, 4) uint32 under `key` (two 32-bit words): (n, 4) uint32."""
    c0, c1, c2, c3 = (counter[:, i].astype(np.uint64) for i in range(4))
    k0, k1 = key
    for _ in range(10):
        p0, p1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (
            (p1 >> _SHIFT) ^ c1 ^ np.uint64(k0),
            p1 & _LOW,
            (p0 >> _SHIFT) ^ c3 ^ np.uint64(k1),
            p0 & _LOW,
        )
        k0, k1 = (k0 + _W0) & 0xFFFFFFFF, (k1 + _W1) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], axis=1).astype(np.uint32)


def words(seed: int, stream: int, count: int) -> NDArray[np.uint32]:
    """Return `count` random 32-bit words of one stream of one seed (both taken modulo 2^64 and 2^32)."""
    blocks = np.zeros((-(-count // 4), 4), np.uint32)
    blocks[:, 0] = np.arange(len(blocks), dtype=np.uint32)
    blocks[:, 1] = stream & 0xFFFFFFFF
    return philox4x32(blocks, (seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF)).reshape(-1)[:count]


def uniforms(seed: int, stream: int, count: int) -> NDArray[np.float64]:
    """Return `count` numbers inside (0, 1), never 0 or 1: (word + 0.5) / 2^32."""
    return (words(seed, stream, count).astype(np.float64) + 0.5) / 2.0**32


def gaussians(seed: int, stream: int, count: int) -> NDArray[np.float32]:
    """Return `count` standard normal numbers by Box and Muller's formula, pairs (cosine, sine) in order.

    Computed in float64 and rounded once to float32, so that a browser's Math.log, cos and sin agree.
    """
    u = uniforms(seed, stream, count + count % 2).reshape(-1, 2)
    radius = np.sqrt(-2.0 * np.log(u[:, 0]))
    angle = 2.0 * np.pi * u[:, 1]
    pairs = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return pairs.reshape(-1)[:count].astype(np.float32)


def latent(seed: int, size: int) -> NDArray[np.float32]:
    """Return the latent z (size,) that a seed stands for: stream 0 of the seed."""
    return gaussians(seed, 0, size)
