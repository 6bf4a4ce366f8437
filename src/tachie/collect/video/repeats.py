"""Sequences that come again in other episodes: openings, endings, previews, told by runs of like pictures.

Every video is a timeline of tiny YUV pictures, some eight a second, whatever its size and encoding. Two moments are
alike where their pictures nearly agree. Candidates come from 64-bit hashes (signs of a low-frequency cosine transform,
as pHash) that share 16 bits; each says "video A at t shows what video B shows at t - shift". From there the run is
extended both ways for as long as the pictures agree, as sequence aligners do (Altschul et al. 1990, X-drop).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 16, 9  # of a timeline's pictures
LEAST_S = 1.5  # shorter runs are chance, or a cut to black

_SAME_LUMA, _SAME_CHROMA, _SAME_SPOT = 5.0, 4.0, 40  # mean and largest difference of 0..255 that re-encoding makes
_FLAT = 6.0  # standard deviation of luma below which a picture (black, white, a fade) says nothing
_MOVED = 2.0  # mean difference of luma to the sample before, from which on a moment is worth asking about
_ASK_EVERY_S = 1.0  # a still is asked about so often
_APART_S = 0.3  # samples of two videos further apart in time are not compared
_MISS, _GIVE_UP = -1.5, 10.0  # what an unlike pair costs (a like one gives 1), and after how much loss a run ends
_LEAST_SHARE = 0.75  # of the pictures in a run that say something must be alike
_BUCKET = 300  # a hash that so many moments share says nothing
_BANDS = 4


@dataclass(frozen=True, slots=True)
class Timeline:
    """A video's samples in order: times in seconds, float64 [N], and pictures, uint8 YUV [N, 9, 16, 3]."""

    times_s: NDArray[np.float64]
    pictures: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a video (its place in the list), both ends included, that other videos show as well."""

    video: int
    start_s: float
    end_s: float
    sequence: int


@dataclass(frozen=True, slots=True)
class _Run:
    """Video a from start to end shows what video b shows `shift` seconds earlier."""

    a: int
    b: int
    start_s: float
    end_s: float
    shift_s: float


@dataclass(frozen=True, slots=True)
class _Look:
    """What is computed once for a timeline."""

    times_s: NDArray[np.float64]
    pictures: NDArray[np.int16]  # [N, 9 * 16, 3]
    flat: NDArray[np.bool_]
    asked: NDArray[np.intp]  # places worth asking about
    hashes: NDArray[np.uint64]  # of those


def find_repeats(timelines: Sequence[Timeline], least_s: float = LEAST_S) -> list[Span]:
    """Return the spans that are shown by more than one video, numbered by sequence, in order of video and time.

    Spans of one sequence show the same. A span lies in one video; spans of one video do not overlap.
    """
    looks = [_look(timeline) for timeline in timelines]
    runs: dict[tuple[int, int], list[_Run]] = {}
    for (a, i), (b, j) in _candidates(looks):
        known = runs.setdefault((a, b), [])
        t, shift = looks[a].times_s[i], looks[a].times_s[i] - looks[b].times_s[j]
        if any(r.start_s <= t <= r.end_s and abs(r.shift_s - shift) < _APART_S for r in known):
            continue
        run = _extended(looks, a, i, b, float(shift))
        if run is not None and run.end_s - run.start_s >= least_s:
            known.append(run)
    return _numbered([run for found in runs.values() for run in found])


def _look(timeline: Timeline) -> _Look:
    pictures = timeline.pictures.reshape(len(timeline.pictures), WIDTH * HEIGHT, 3).astype(np.int16)
    luma = pictures[:, :, 0]
    flat = luma.std(axis=1) < _FLAT
    moved = np.r_[True, np.abs(np.diff(luma, axis=0)).mean(axis=1) > _MOVED] if len(luma) else np.zeros(0, bool)
    asked, last_s = [], -np.inf
    for i in np.flatnonzero(~flat):
        if moved[i] or timeline.times_s[i] - last_s >= _ASK_EVERY_S:
            asked.append(i)
            last_s = timeline.times_s[i]
    places = np.array(asked, np.intp)
    return _Look(timeline.times_s, pictures, flat, places, _hashes(luma[places]))


def _hashes(luma: NDArray[np.int16]) -> NDArray[np.uint64]:
    """Return the signs of 64 cosine coefficients without the mean, the lowest frequencies in the lowest bits."""

    def basis(size: int, count: int) -> NDArray[np.float64]:
        return np.array(np.cos(np.pi * np.outer(np.arange(count), np.arange(size) + 0.5) / size), np.float64)

    down, across = basis(HEIGHT, 9), basis(WIDTH, 9)
    pictures = luma.reshape(-1, HEIGHT, WIDTH).astype(np.float64)
    coefficients = np.einsum("uy,nyx,vx->nuv", down, pictures, across).reshape(len(pictures), -1)
    order = sorted(range(1, 81), key=lambda k: (k // 9 + k % 9, k))[:64]
    bits = (coefficients[:, order] > 0).astype(np.uint64)
    return np.asarray((bits << np.arange(64, dtype=np.uint64)).sum(axis=1, dtype=np.uint64))


def _candidates(looks: Sequence[_Look]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield ((a, i), (b, j)), a < b: sample i of video a looks like sample j of video b."""
    if not looks:
        return
    hashes = np.concatenate([look.hashes for look in looks])
    video = np.concatenate([np.full(len(look.asked), v) for v, look in enumerate(looks)])
    place = np.concatenate([look.asked for look in looks])
    bits = 64 // _BANDS
    found: list[NDArray[np.int64]] = []
    for band in range(_BANDS):
        key = (hashes >> np.uint64(band * bits)) & np.uint64((1 << bits) - 1)
        order = np.argsort(key, kind="stable")
        edges = np.flatnonzero(np.r_[True, np.diff(key[order]) != 0, True])
        for low, high in pairwise(edges.tolist()):
            if 1 < high - low <= _BUCKET:
                bucket = order[low:high]
                x, y = np.triu_indices(len(bucket), 1)
                a, b = bucket[x], bucket[y]
                other = video[a] != video[b]
                if other.any():
                    found.append(_alike(looks, video, place, np.stack([a[other], b[other]], axis=1)))
    if not found:
        return
    pairs = np.unique(np.sort(np.concatenate(found), axis=1), axis=0)
    for x, y in pairs.tolist():  # samples of lower videos come first
        yield (int(video[x]), int(place[x])), (int(video[y]), int(place[y]))


def _alike(
    looks: Sequence[_Look], video: NDArray[np.int64], place: NDArray[np.intp], pairs: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return those of the pairs whose pictures agree."""
    one, other = (np.stack([looks[video[k]].pictures[place[k]] for k in pairs[:, side]]) for side in (0, 1))
    return pairs[_same(one, other)]


def _same(one: NDArray[np.int16], other: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Return for each pair of pictures [N, 144, 3] whether they are the same but for their encoding."""
    apart = np.abs(one - other)
    luma = apart[:, :, 0]
    chroma = apart[:, :, 1:].mean(axis=(1, 2))
    return np.asarray((luma.mean(axis=1) < _SAME_LUMA) & (chroma < _SAME_CHROMA) & (luma.max(axis=1) < _SAME_SPOT))


def _extended(looks: Sequence[_Look], a: int, i: int, b: int, shift_s: float) -> _Run | None:
    """Return the run around sample i of video a, as long as video b goes on showing the same."""
    score, says = _scores(looks[a], looks[b], i, shift_s)
    here = score[1]
    right = _reach(score[0][here:])
    left = _reach(score[0][: here + 1][::-1])
    first, last = here - left, here + right
    counted = says[first : last + 1]
    if not counted.any() or (score[0][first : last + 1] > 0).sum() < _LEAST_SHARE * counted.sum():
        return None
    times = looks[a].times_s[score[2] : score[3]]
    return _Run(a, b, float(times[first]), float(times[last]), shift_s)


def _scores(
    one: _Look, other: _Look, i: int, shift_s: float, around_s: float = 240.0
) -> tuple[tuple[NDArray[np.float64], int, int, int], NDArray[np.bool_]]:
    """Return what each sample of `one` around i scores against `other`, i's place there, the slice, and which count."""
    t = one.times_s[i]
    low, high = np.searchsorted(one.times_s, [t - around_s, t + around_s]).tolist()
    wanted = one.times_s[low:high] - shift_s
    after = np.searchsorted(other.times_s, wanted)
    same = np.zeros(high - low, bool)
    near = np.zeros(high - low, bool)
    blank = np.zeros(high - low, bool)
    for beside in (after - 1, after):
        inside = (beside >= 0) & (beside < len(other.times_s))
        clipped = beside.clip(0, max(0, len(other.times_s) - 1))
        close = inside & (np.abs(other.times_s[clipped] - wanted) <= _APART_S)
        near |= close
        blank |= close & other.flat[clipped]
        rows = np.flatnonzero(close & ~same)
        same[rows] = _same(one.pictures[low + rows], other.pictures[clipped[rows]])
    neutral = ~near | ((one.flat[low:high] | blank) & same)
    inside_time = (wanted >= other.times_s[0] - _APART_S) & (wanted <= other.times_s[-1] + _APART_S)
    neutral &= inside_time  # beyond the other's ends nothing agrees
    score = np.where(neutral, 0.0, np.where(same, 1.0, _MISS))
    return (score, int(i - low), low, high), ~neutral


def _reach(score: NDArray[np.float64]) -> int:
    """Return how far a run goes from its first sample: to its best total before it loses too much."""
    total = np.cumsum(score)
    best = np.maximum.accumulate(total)
    lost = np.flatnonzero(best - total > _GIVE_UP)
    end = int(lost[0]) if len(lost) else len(total)
    return int(np.argmax(total[:end])) if end else 0


def _numbered(runs: Sequence[_Run]) -> list[Span]:
    """Join runs that speak of the same stretch into sequences, and return each video's spans of them."""
    stretches: list[tuple[int, float, float]] = []
    parent: list[int] = []

    def root(k: int) -> int:
        while parent[k] != k:
            parent[k] = parent[parent[k]]
            k = parent[k]
        return k

    for run in runs:
        for stretch in (
            (run.a, run.start_s, run.end_s),
            (run.b, run.start_s - run.shift_s, run.end_s - run.shift_s),
        ):
            stretches.append(stretch)
            parent.append(len(parent))
        parent[-1] = len(parent) - 2
    order = sorted(range(len(stretches)), key=lambda k: stretches[k])
    for place, k in enumerate(order):
        video, start, end = stretches[k]
        for other in order[place + 1 :]:
            if stretches[other][0] != video or stretches[other][1] > end:
                break
            shared = min(end, stretches[other][2]) - stretches[other][1]
            # An opening's half in one episode is still the opening; a shot that touches it is not.
            if shared > 0.5 * min(end - start, stretches[other][2] - stretches[other][1]):
                parent[root(other)] = root(k)
    return _disjoint([(*stretches[k], root(k)) for k in order])


def _disjoint(stretches: Sequence[tuple[int, float, float, int]]) -> list[Span]:
    """Return spans without overlaps: those of one sequence are united, of two the earlier keeps the shared part."""
    spans: list[list[float]] = []
    for video, start, end, sequence in stretches:
        last = spans[-1] if spans else None
        if last is not None and last[0] == video and start <= last[2]:
            if last[3] == sequence or end <= last[2]:
                last[2] = max(last[2], end) if last[3] == sequence else last[2]
                continue
            start = np.nextafter(last[2], np.inf)
        spans.append([video, start, end, sequence])
    numbers: dict[int, int] = {}
    return [Span(int(v), s, e, numbers.setdefault(int(q), len(numbers) + 1)) for v, s, e, q in spans]
