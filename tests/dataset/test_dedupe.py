import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tachie.dataset.dedupe import best_of, clusters, find_duplicates, near_pairs, nearest

SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a machine that others use
hashes = st.lists(st.integers(0, 2**64 - 1), max_size=40, unique=True)
flips = st.lists(st.tuples(st.integers(0, 39), st.sets(st.integers(0, 63), min_size=1, max_size=8)), max_size=10)


@SETTINGS
@given(hashes, flips, st.integers(0, 8))
def test_pairs_are_exactly_those_within_the_distance(base: list[int], near: list[tuple[int, set[int]]], d: int) -> None:
    values = set(base)
    for position, bits in near:
        if base:
            values.add(base[position % len(base)] ^ sum(1 << b for b in bits))
    ordered = np.array(sorted(values), np.uint64)
    expected = {
        (i, j)
        for i in range(len(ordered))
        for j in range(i + 1, len(ordered))
        if (int(ordered[i]) ^ int(ordered[j])).bit_count() <= d
    }
    found = [(a, b) for a, b in near_pairs(ordered, d).tolist()]
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_the_better_copy_stays_and_the_first_of_equals() -> None:
    codes = np.array([0b0, 0b1, 0b11, 1 << 40 | 1 << 50 | 1 << 60 | 1 << 30 | 1 << 20], np.uint64)
    found = find_duplicates(["a", "b", "c", "d"], codes, [10, 30, 10, 10], exact=True, distance=4)
    assert [(d.row, d.kept, d.exact) for d in found] == [(0, 1, False), (2, 1, False)]


def test_a_chain_of_small_changes_is_not_swallowed_whole() -> None:
    # 0 -> 3 bits -> 6 bits: the ends differ by 6, so both stay and the middle goes with the better end
    codes = np.array([0, 0b111, 0b111111], np.uint64)
    found = find_duplicates(["a", "b", "c"], codes, [3, 2, 1], exact=True, distance=4)
    assert [(d.row, d.kept) for d in found] == [(1, 0)]


def test_equal_ids_are_exact_duplicates_even_where_near_ones_are_kept() -> None:
    codes = np.array([5, 5, 5], np.uint64)
    found = find_duplicates(["a", "a", "b"], codes, [1, 2, 3], exact=True, distance=-1)
    assert [(d.row, d.kept, d.exact) for d in found] == [(0, 1, True)]


def test_a_duplicate_points_at_a_row_that_stays() -> None:
    codes = np.array([1, 1, 0], np.uint64)
    found = find_duplicates(["a", "a", "b"], codes, [1, 2, 3], exact=True, distance=4)
    assert {d.row: d.kept for d in found} == {0: 2, 1: 2}


@SETTINGS
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 255), st.integers(0, 3)), max_size=30))
def test_whatever_goes_has_a_copy_that_stays(rows: list[tuple[int, int, int]]) -> None:
    ids = [f"{i}-{h}" for i, h, _ in rows]  # equal ids have equal hashes
    codes = np.array([h for _, h, _ in rows], np.uint64)
    found = find_duplicates(ids, codes, [q for *_, q in rows], exact=True, distance=2)
    gone = {d.row for d in found}
    assert all(d.kept not in gone for d in found)
    staying = [i for i in range(len(rows)) if i not in gone]
    for a in staying:
        for b in staying:
            assert a == b or (int(codes[a]) ^ int(codes[b])).bit_count() > 2


def test_nearest_rows_are_those_of_the_highest_cosine() -> None:
    rng = np.random.default_rng(0)
    base = rng.normal(size=(40, 16))
    rows = np.concatenate([base, base[:5] * 3 + rng.normal(size=(5, 16)) * 0.05]).astype(np.float16)
    assert nearest(rows, 0.98, 3, block=7).tolist() == [[i, 40 + i] for i in range(5)]
    assert nearest(rows[:1], 0.5, 8).shape == (0, 2)


def test_clusters_hang_together_by_way_of_others_but_only_near_rows_go() -> None:
    pairs = np.array([[0, 1], [1, 2], [4, 5]])
    assert clusters(pairs, 7) == [[0, 1, 2], [4, 5]]
    assert best_of(pairs, [9, 1, 5, 1, 1, 2, 1]) == {1: 0, 4: 5}  # 2 is no neighbour of 0
