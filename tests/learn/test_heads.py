"""A head learns what it is shown, says honestly how well, and is read back without pickles."""

from pathlib import Path

import numpy as np
import pytest

from tachie.core.errors import FormatError, InputError, UsageError
from tachie.learn.heads import Basis, Head, enough, fit


def two_kinds(n: int, seed: int = 0, noise: float = 1.0) -> tuple[np.ndarray, list[str]]:
    rng = np.random.default_rng(seed)
    kinds = rng.integers(0, 2, n)
    features = rng.normal(0, noise, (n, 20)).astype(np.float32)
    features[:, 3] += 6 * kinds
    return features, ["reject" if k else "keep" for k in kinds]


def learned(n: int = 60, noise: float = 1.0) -> tuple[Head, np.ndarray, list[str]]:
    features, values = two_kinds(n + 400, noise=noise)
    basis = Basis.of(features)
    head = fit("review", basis, basis.project(features[:n]), values[:n], "test-1")
    return head, features[n:], values[n:]


def test_a_head_is_right_on_what_it_has_not_seen() -> None:
    head, features, values = learned()
    says = head.probabilities(head.basis.project(features))
    assert says.shape == (400, 2)
    np.testing.assert_allclose(says.sum(1), 1, atol=1e-5)
    guesses = [head.classes[i] for i in says.argmax(1)]
    assert np.mean([g == v for g, v in zip(guesses, values, strict=True)]) > 0.95


def test_what_it_claims_is_what_it_does_even_where_nothing_can_be_learned() -> None:
    features, _ = two_kinds(300)
    values = np.random.default_rng(1).choice(["keep", "reject"], 300).tolist()
    basis = Basis.of(features)
    head = fit("review", basis, basis.project(features), values, "test-1")
    assert head.validated.accuracy < 0.65
    assert head.validated.sure < 10, "random answers give no certainty"


def test_more_than_two_values_and_rare_ones() -> None:
    rng = np.random.default_rng(0)
    kinds = rng.integers(0, 4, 200)
    features = rng.normal(0, 0.5, (200, 12)).astype(np.float32)
    features[np.arange(200), kinds] += 4
    values = [f"v{k}" for k in kinds]
    values[0] = values[1] = "rare"  # twice is not enough to learn from
    basis = Basis.of(features)
    head = fit("hair_color", basis, basis.project(features), values, "test-1")
    assert head.classes == ("v0", "v1", "v2", "v3")
    assert head.validated.accuracy > 0.95


@pytest.mark.parametrize(
    ("values", "missing"),
    [(["keep"] * 5, "7 more"), (["keep"] * 20, "two answers"), (["keep"] * 20 + ["reject"] * 2, "two answers")],
)
def test_too_little_is_said_and_refused(values: list[str], missing: str) -> None:
    assert missing in enough(values)
    basis = Basis.of(np.zeros((40, 4), np.float32))
    with pytest.raises(UsageError, match=missing):
        fit("review", basis, np.zeros((len(values), 4), np.float32), values, "test-1")


def test_a_head_is_the_same_after_saving_and_loading(tmp_path: Path) -> None:
    head, features, _ = learned()
    head.save(tmp_path / "h.npz")
    again = Head.load(tmp_path / "h.npz")
    assert (again.label, again.classes, again.features_key, again.validated) == (
        head.label, head.classes, head.features_key, head.validated,
    )  # fmt: skip
    np.testing.assert_array_equal(
        again.probabilities(again.basis.project(features)), head.probabilities(head.basis.project(features))
    )


def test_a_broken_or_foreign_file_is_refused_without_running_it(tmp_path: Path) -> None:
    head, _, _ = learned()
    head.save(tmp_path / "h.npz")
    whole = (tmp_path / "h.npz").read_bytes()
    for content in (b"", b"rubbish", whole[: len(whole) // 2], whole[:-30]):
        (tmp_path / "b.npz").write_bytes(content)
        with pytest.raises(FormatError, match="not a head"):
            Head.load(tmp_path / "b.npz")
    np.savez(tmp_path / "p.npz", meta=np.array([object()], dtype=object))
    with pytest.raises(FormatError):
        Head.load(tmp_path / "p.npz")
    with pytest.raises(InputError, match="no head"):
        Head.load(tmp_path / "none.npz")
