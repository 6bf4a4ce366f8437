import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tachie.core.noise import gaussians, latent, philox4x32, uniforms, words

# Random123's kat_vectors for philox4x32-10: counter, key, result.
KNOWN_ANSWERS = [
    ("00000000 " * 4, "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff " * 4, "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN_ANSWERS)
def test_philox_gives_the_known_answers_of_its_authors(counter: str, key: str, expected: str) -> None:
    k0, k1 = (int(w, 16) for w in key.split())
    result = philox4x32(np.array([[int(w, 16) for w in counter.split()]], np.uint32), (k0, k1))
    assert " ".join(f"{w:08x}" for w in result[0]) == expected


def test_noise_equals_the_golden_vectors() -> None:
    for vector in json.loads(Path(__file__).with_name("noise_golden.json").read_text("utf-8")):
        seed, stream = int(vector["seed"]), vector["stream"]
        assert [f"{w:08x}" for w in words(seed, stream, 9)] == vector["words"]
        assert uniforms(seed, stream, 5).tolist() == vector["uniforms"]
        # A logarithm or cosine may differ in its last bit between platforms.
        np.testing.assert_allclose(gaussians(seed, stream, 7), vector["gaussians"], rtol=1e-6)


@given(st.integers(0, 2**64 - 1), st.integers(1, 40), st.integers(1, 40))
def test_a_longer_draw_begins_with_the_shorter_one(seed: int, a: int, b: int) -> None:
    short, long = sorted((a, b))
    np.testing.assert_array_equal(latent(seed, long)[:short], latent(seed, short))


def test_gaussians_have_mean_zero_and_variance_one() -> None:
    drawn = gaussians(5, 0, 200_000).astype(float)
    assert abs(drawn.mean()) < 0.01
    assert abs(drawn.var() - 1) < 0.02
    assert abs((drawn**4).mean() - 3) < 0.1


def test_uniforms_are_never_zero_or_one() -> None:
    drawn = uniforms(0, 0, 100_000)
    assert 0 < drawn.min() < drawn.max() < 1
