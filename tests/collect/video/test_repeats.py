"""What episodes share is found, wherever it stands and however it was encoded again; nothing else is."""

import numpy as np
import pytest

from tachie.collect.video.repeats import HEIGHT, WIDTH, Span, Timeline, find_repeats
from tachie.core.images import resized

FPS = 8


def shot(seed: int, seconds: float) -> np.ndarray:
    """Return a shot as a timeline has it: a smooth random picture, every third one panned."""
    rng = np.random.default_rng(seed)
    count = round(seconds * FPS)
    wide = resized(rng.integers(0, 256, (5, 8, 3), dtype=np.uint8), WIDTH + 16, HEIGHT)
    starts = np.linspace(0, 16, count).astype(int) if seed % 3 == 0 else np.full(count, 8)
    return np.stack([wide[:, s : s + WIDTH] for s in starts])


def scene(seed: int, seconds: float) -> np.ndarray:
    """Return shots of two seconds."""
    return np.concatenate([shot(1000 * seed + i, 2.0) for i in range(int(seconds / 2))])


def timeline(*parts: np.ndarray, noise: int = 0, seed: int = 0, start_s: float = 0.0) -> Timeline:
    pictures = np.concatenate(parts).astype(int)
    pictures = pictures + np.random.default_rng(seed).integers(-noise, noise + 1, pictures.shape)
    return Timeline(start_s + np.arange(len(pictures)) / FPS, pictures.clip(0, 255).astype(np.uint8))


OPENING, ENDING = scene(1, 20), scene(2, 16)
BLACK = np.full((FPS * 3, HEIGHT, WIDTH, 3), (16, 128, 128), np.uint8)


def spans_of(found: list[Span], video: int) -> list[tuple[float, float, int]]:
    return [(s.start_s, s.end_s, s.sequence) for s in found if s.video == video]


def test_openings_and_endings_are_found_at_other_places_and_with_noise() -> None:
    one = timeline(OPENING, scene(3, 30), ENDING, noise=2, seed=1)
    two = timeline(scene(4, 12), OPENING, scene(5, 20), ENDING, noise=3, seed=2, start_s=0.06)
    three = timeline(scene(6, 4), OPENING, scene(7, 40), noise=1, seed=3)
    found = find_repeats([one, two, three])
    expected = {
        0: [(0, 20, 1), (50, 66, 2)],
        1: [(12.06, 32.06, 1), (52.06, 68.06, 2)],
        2: [(4, 24, 1)],
    }
    for video, spans in expected.items():
        got = spans_of(found, video)
        assert [s[2] for s in got] == [s[2] for s in spans]
        for (start, end, _), (start_s, end_s, _) in zip(got, spans, strict=True):
            assert start == pytest.approx(start_s, abs=0.3)
            assert end == pytest.approx(end_s, abs=0.3)


def test_a_preview_of_short_shots_is_found_in_the_next_episode() -> None:
    story = scene(8, 60)
    shots = [story[FPS * s + 2 : FPS * s + 2 + FPS * 3 // 2] for s in (10, 26, 44)]
    found = find_repeats([timeline(scene(9, 30), *shots, noise=1), timeline(story, noise=2, seed=5)])
    marked = sum(end - start for start, end, _ in spans_of(found, 0))
    assert marked == pytest.approx(4.5, abs=0.8)
    assert {q for _, _, q in spans_of(found, 0)} == {q for _, _, q in spans_of(found, 1)}
    for second, (start, _, _) in zip((10.25, 26.25, 44.25), sorted(spans_of(found, 1)), strict=True):
        assert start == pytest.approx(second, abs=0.4)


def test_episodes_that_share_nothing_share_nothing() -> None:
    assert find_repeats([timeline(scene(s, 60), noise=2, seed=s) for s in range(20, 24)]) == []


def test_black_white_and_fades_are_no_sequence() -> None:
    fade = np.linspace(16, 235, FPS * 2)[:, None, None, None] * np.ones((1, HEIGHT, WIDTH, 3))
    episodes = [timeline(BLACK, scene(s, 10), fade, scene(s + 10, 10), BLACK, noise=1, seed=s) for s in (30, 31, 32)]
    assert find_repeats(episodes) == []


def test_a_card_with_other_letters_is_another_card() -> None:
    rng = np.random.default_rng(0)
    card = np.repeat(resized(rng.integers(150, 180, (4, 6, 3), dtype=np.uint8), WIDTH, HEIGHT)[None], FPS * 3, axis=0)
    one, two = card.copy(), card.copy()
    one[:, 4:6, 2:8, 0], two[:, 4:6, 6:13, 0] = 120, 120
    assert find_repeats([timeline(scene(40, 10), one), timeline(scene(41, 10), two)]) == []
    assert len(find_repeats([timeline(scene(40, 10), one), timeline(scene(41, 10), one)])) == 2


def test_what_comes_again_in_one_video_alone_is_its_own_matter() -> None:
    assert find_repeats([timeline(OPENING, scene(50, 10), OPENING)]) == []


@pytest.mark.parametrize("count", [0, 1])
def test_no_video_and_an_empty_one_have_no_repeats(count: int) -> None:
    empty = Timeline(np.zeros(0), np.zeros((0, HEIGHT, WIDTH, 3), np.uint8))
    assert find_repeats([empty] * count) == []
    assert find_repeats([empty, timeline(OPENING), empty]) == []


def test_an_opening_of_very_many_episodes_is_one_sequence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tachie.collect.video.repeats._BUCKET", 4)
    found = find_repeats([timeline(scene(70 + e, 4), OPENING[: FPS * 8], noise=1, seed=e) for e in range(12)])
    assert [(s.video, s.sequence) for s in found] == [(e, 1) for e in range(12)]


def test_key_frames_alone_are_enough_for_an_opening() -> None:
    def keys(*parts: np.ndarray) -> Timeline:
        whole = timeline(*parts, noise=2)
        at = np.arange(1, len(whole.times_s), FPS * 2)  # one in each shot
        return Timeline(whole.times_s[at], whole.pictures[at])

    found = find_repeats([keys(OPENING, scene(60, 30)), keys(scene(61, 14), OPENING, scene(62, 8))])
    assert [(s.video, s.sequence) for s in found] == [(0, 1), (1, 1)]
    assert found[0].end_s - found[0].start_s > 15
