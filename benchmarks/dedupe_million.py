"""Near copies among a million perceptual hashes: time, memory, and whether each planted copy is found.

The hashes are those of real faces (or random ones where ../shared/data is absent), each many times with up to 16 bits
turned over, so that they crowd as real ones do; every tenth row is a copy of another one with up to 4 bits changed.
The baseline compares every pair, on 20,000 of the rows: its time for all of them grows with the square.

Usage: python -m benchmarks.dedupe_million [ROWS]
"""

from __future__ import annotations

import resource
import sys
import time
import zipfile

import numpy as np
from numpy.typing import NDArray

from benchmarks._shared import DATA
from tachie.core.images import decode
from tachie.dataset.dedupe import find_duplicates
from tachie.vision.phash import hash_bits, phash

DISTANCE = 4
BASELINE_ROWS = 20_000


def real_hashes(rng: np.random.Generator) -> NDArray[np.uint64]:
    """Return hashes of 5,000 faces."""
    if not (DATA / "getchu-64.zip").exists():
        print("random hashes: getchu-64.zip is not in ../shared/data")
        return rng.integers(0, 2**64, 5_000, dtype=np.uint64)
    with zipfile.ZipFile(DATA / "getchu-64.zip") as archive:
        names = sorted(n for n in archive.namelist() if n.endswith(".webp"))[::4][:5_000]
        return hash_bits([phash(decode(archive.read(name)).rgb) for name in names])


def flipped(hashes: NDArray[np.uint64], bits: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.uint64]:
    """Return the hashes with up to so many random bits turned over."""
    changed = hashes.copy()
    for k in range(int(bits.max())):
        one = np.uint64(1) << rng.integers(0, 64, len(hashes), dtype=np.uint64)
        changed ^= np.where(k < bits, one, np.uint64(0))
    return changed


def main() -> None:
    """Measure `find_duplicates` on so many rows."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rng = np.random.default_rng(0)
    base = real_hashes(rng)
    hashes = flipped(base[rng.integers(0, len(base), rows)], np.full(rows, 16), rng)
    copies = np.arange(0, rows, 10)
    originals = copies + 1 + rng.integers(0, 8, len(copies)) % max(1, min(8, rows - copies[-1] - 1))
    hashes[copies] = flipped(hashes[originals], rng.integers(0, DISTANCE + 1, len(copies)), rng)
    ids, quality = [f"{i:064x}" for i in range(rows)], rng.integers(32, 512, rows).astype(float).tolist()

    start, cpu = time.perf_counter(), time.process_time()
    found = find_duplicates(ids, hashes, quality, exact=True, distance=DISTANCE)
    wall, spent = time.perf_counter() - start, time.process_time() - cpu
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    gone = {d.row for d in found}
    pairs = sum(int(a) in gone or int(b) in gone for a, b in zip(copies, originals, strict=True))
    some = hashes[:BASELINE_ROWS]
    cpu = time.process_time()
    for i in range(len(some) - 1):
        np.count_nonzero(np.bitwise_count(some[i] ^ some[i + 1 :]) <= DISTANCE)
    every_pair = (time.process_time() - cpu) * (rows / len(some)) ** 2
    print(f"{rows:,} rows: {wall:.1f} s, {spent:.1f} CPU s, peak {peak_mb:.0f} MB with the rows' ids")
    print(f"found {len(found):,} near copies; {pairs:,} of {len(copies):,} planted pairs lost one of the two")
    print(f"every pair, from {len(some):,} rows: {every_pair:.0f} CPU s, {every_pair / spent:.0f} times as long")


if __name__ == "__main__":
    main()
