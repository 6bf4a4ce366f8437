"""Sequences that come again in other episodes: openings, endings, previews, told by runs of like pictures.

Every video is a timeline of tiny YUV pictures, some eight a second, whatever its size and encoding. Two moments are
alike where their pictures nearly agree. Candidates come from 64-bit hashes (signs of a low-frequency cosine transform,
as pHash) that share 16 bits; each says "video A at t shows what video B shows at t - shift". From there the run is
extended both ways for as long as the pictures agree, as sequence aligners do (Altschul et al. 1990, X-drop).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 16, 9  # of a timeline's pictures
LEAST_S = 1.0  # shorter runs are chance, or a cut to black; shots of a preview last little longer

# What re-encoding and other moments of sampling change: the mean difference (0..255) as a part of the contrast
# and a little more, and the luma of the worst of the 144 spots. Letters on a like card change more.
_SAME_SHARE, _SAME_LUMA, _SAME_CHROMA, _SAME_SPOT = 0.15, 1.0, 1.5, 45
_FLAT = 6.0  # standard deviation of luma below which a picture (black, white, a fade) says nothing
_MOVED = 2.0  # mean difference of luma to the sample before, from which on a moment is worth asking about
_ASK_EVERY_S = 1.0  # a still is asked about so often
_APART_S = 0.3  # samples of two videos further apart in time are not compared
_MISS, _GIVE_UP = -1.5, 10.0  # what an unlike pair costs (a like one gives 1), and after how much loss a run ends
_LEAST_SHARE = 0.75  # of the pictures in a run that say something must be alike
_FADE_S = 1.0
_FRAME_S = 0.04
_BUCKET = 300  # moments of one hash that are all compared with each other
_BANDS = 4
_NEAR_BITS = 14
_CHUNK = 20_000  # pairs that are compared at once: 50 MB
_FIRST_LOOK = 32  # samples


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
    pictures: NDArray[np.uint8]  # [N, 9 * 16, 3]
    allowed: NDArray[np.float32]  # [N, 3]: how far a picture that is the same may be from each
    flat: NDArray[np.bool_]
    asked: NDArray[np.intp]  # places worth asking about
    hashes: NDArray[np.uint64]  # of those


def find_repeats(timelines: Sequence[Timeline], least_s: float = LEAST_S) -> list[Span]:
    """Return the spans that are shown by more than one video, numbered by sequence, in order of video and time.

    Spans of one sequence show the same. A span lies in one video; spans of one video do not overlap.
    """
    looks = [_look(timeline) for timeline in timelines]
    runs: list[_Run] = []
    for (a, b), pairs in _candidates(looks).items():
        runs += _runs(looks[a], looks[b], a, b, pairs, least_s)
    return _numbered(runs)


def _runs(one: _Look, other: _Look, a: int, b: int, pairs: NDArray[np.intp], least_s: float) -> list[_Run]:
    """Return the runs through pairs [N, 2] of like samples; the shifts that most pairs speak for come first."""
    shift = one.times_s[pairs[:, 0]] - other.times_s[pairs[:, 1]]
    bins = np.round(shift / _APART_S).astype(np.int64)
    _, inverse, counts = np.unique(bins, return_inverse=True, return_counts=True)
    order = np.lexsort((pairs[:, 0], -counts[inverse]))
    here_s, there_s = one.times_s[pairs[:, 0]], other.times_s[pairs[:, 1]]
    told = np.zeros(len(pairs), bool)
    tried: set[tuple[int, int]] = set()
    found: list[_Run] = []
    for k in order.tolist():
        attempt = (int(bins[k]), int(here_s[k]))
        if told[k] or attempt in tried:
            continue
        tried.add(attempt)
        run = _extended(one, other, a, int(pairs[k, 0]), b, float(shift[k]))
        if run is not None:
            # One pair's shift is as exact as sampling; the one that most pairs of the run say is exact to a frame.
            inside = (here_s >= run.start_s) & (here_s <= run.end_s) & (np.abs(shift - run.shift_s) < _APART_S)
            said, often = np.unique(np.round(shift[inside] / _FRAME_S), return_counts=True)
            exact = _extended(one, other, a, int(pairs[k, 0]), b, float(said[often.argmax()] * _FRAME_S))
            run = max(run, exact or run, key=lambda r: r.end_s - r.start_s)
        if run is not None and run.end_s - run.start_s >= least_s:
            found.append(run)
            # A still is like itself at many shifts: what lies inside a run on both sides has been told.
            inside = (here_s >= run.start_s) & (here_s <= run.end_s)
            told |= inside & (there_s >= run.start_s - run.shift_s) & (there_s <= run.end_s - run.shift_s)
    return found


def _look(timeline: Timeline) -> _Look:
    pictures = timeline.pictures.reshape(len(timeline.pictures), WIDTH * HEIGHT, 3)
    luma = pictures[:, :, 0].astype(np.int16)
    contrast = pictures.std(axis=1, dtype=np.float32)
    flat = contrast[:, 0] < _FLAT
    allowed = _SAME_SHARE * contrast + np.array([_SAME_LUMA, _SAME_CHROMA, _SAME_CHROMA], np.float32)
    moved = np.r_[True, np.abs(np.diff(luma, axis=0)).mean(axis=1) > _MOVED] if len(luma) else np.zeros(0, bool)
    asked, last_s = [], -np.inf
    for i in np.flatnonzero(~flat):
        if moved[i] or timeline.times_s[i] - last_s >= _ASK_EVERY_S:
            asked.append(i)
            last_s = timeline.times_s[i]
    places = np.array(asked, np.intp)
    return _Look(timeline.times_s, pictures, allowed, flat, places, _hashes(luma[places]))


def _hashes(luma: NDArray[np.int16]) -> NDArray[np.uint64]:
    """Return the signs of 64 cosine coefficients without the mean, the lowest frequencies in the lowest bits."""

    def basis(size: int, count: int) -> NDArray[np.float64]:
        return np.array(np.cos(np.pi * np.outer(np.arange(count), np.arange(size) + 0.5) / size), np.float64)

    down, across = basis(HEIGHT, 9), basis(WIDTH, 9)
    pictures = luma.reshape(-1, HEIGHT, WIDTH).astype(np.float64)
    coefficients = np.einsum("uy,nyx,vx->nuv", down, pictures, across).reshape(len(pictures), 81)
    order = sorted(range(1, 81), key=lambda k: (k // 9 + k % 9, k))[:64]
    bits = (coefficients[:, order] > 0).astype(np.uint64)
    return np.asarray((bits << np.arange(64, dtype=np.uint64)).sum(axis=1, dtype=np.uint64))


def _candidates(looks: Sequence[_Look]) -> dict[tuple[int, int], NDArray[np.intp]]:
    """Return for each two videos a < b the pairs of their samples that look alike, [N, 2]."""
    found: dict[tuple[int, int], NDArray[np.intp]] = {}
    if not looks:
        return found
    hashes = np.concatenate([look.hashes for look in looks])
    video = np.concatenate([np.full(len(look.asked), v) for v, look in enumerate(looks)])
    place = np.concatenate([look.asked for look in looks])
    pictures = np.concatenate([look.pictures[look.asked] for look in looks])
    allowed = np.concatenate([look.allowed[look.asked] for look in looks])
    pairs = np.unique(np.concatenate([_pairs_of_band(hashes, video, band) for band in range(_BANDS)]), axis=0)
    # Alike means that few of all bits differ as well, which is quicker to tell than from pictures.
    near = np.bitwise_count(hashes[pairs[:, 0]] ^ hashes[pairs[:, 1]]) <= _NEAR_BITS
    pairs = pairs[near]
    alike = []
    for k in range(0, len(pairs), _CHUNK):
        one, other = pairs[k : k + _CHUNK].T
        alike.append(_same(pictures[one], pictures[other], np.minimum(allowed[one], allowed[other])))
    pairs = pairs[np.concatenate(alike)] if alike else pairs
    of_videos = video[pairs[:, 0]] * len(looks) + video[pairs[:, 1]]
    for key in np.unique(of_videos).tolist():
        found[divmod(key, len(looks))] = place[pairs[of_videos == key]]
    return found


def _pairs_of_band(hashes: NDArray[np.uint64], video: NDArray[np.int64], band: int) -> NDArray[np.int64]:
    """Return the pairs [N, 2] of places of different videos, lower first, whose hashes agree in all bits of a band."""
    bits = 64 // _BANDS
    key = (hashes >> np.uint64(band * bits)) & np.uint64((1 << bits) - 1)
    order = np.argsort(key, kind="stable")
    edges = np.flatnonzero(np.r_[True, np.diff(key[order]) != 0, True])
    found = [np.empty((0, 2), np.int64)]
    for low, high in pairwise(edges.tolist()):
        if high - low < 2:
            continue
        bucket = order[low:high]  # in order of video and time
        # What very many moments share (a hundred openings) is compared with what comes next: a chain joins them too.
        reach = min(len(bucket) - 1, max(1, _BUCKET**2 // (2 * len(bucket))))
        x = np.repeat(np.arange(len(bucket)), reach)
        y = x + np.tile(np.arange(1, reach + 1), len(bucket))
        x, y = x[y < len(bucket)], y[y < len(bucket)]
        other = video[bucket[x]] != video[bucket[y]]
        found.append(np.stack([bucket[x[other]], bucket[y[other]]], axis=1))
    return np.concatenate(found)


def _same(one: NDArray[np.uint8], other: NDArray[np.uint8], allowed: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return for each pair of pictures [N, 144, 3] whether they are the same but for their encoding."""
    apart = np.maximum(one, other) - np.minimum(one, other)
    mean = apart.sum(axis=1, dtype=np.uint16) / np.float32(WIDTH * HEIGHT)
    return np.asarray((mean < allowed).all(axis=1) & (apart[:, :, 0].max(axis=1) < _SAME_SPOT))


def _extended(one: _Look, other: _Look, a: int, i: int, b: int, shift_s: float) -> _Run | None:
    """Return the run around sample i of video a, as long as video b goes on showing the same."""
    around = _FIRST_LOOK
    while True:  # most candidates end soon; only those that reach an edge are looked at further on
        low, high = max(0, i - around), min(len(one.times_s), i + around + 1)
        score, blank = _scores(one, other, low, high, shift_s)
        here = i - low
        left, left_open = _reach(score[: here + 1][::-1])
        right, right_open = _reach(score[here:])
        if not (left_open and low > 0) and not (right_open and high < len(one.times_s)):
            break
        around *= 4
    first, last = here - left, here + right
    inside = score[first : last + 1]
    if (inside > 0).sum() < _LEAST_SHARE * (inside != 0).sum() or inside[here - first] <= 0:
        return None
    times = one.times_s[low:high]
    start_s, end_s = float(times[first]), float(times[last])
    # Black or white before and after belongs to it, as long as both have it, for a moment.
    while first > 0 and blank[first - 1] and start_s - times[first - 1] <= _FADE_S:
        first -= 1
    while last + 1 < len(times) and blank[last + 1] and times[last + 1] - end_s <= _FADE_S:
        last += 1
    return _Run(a, b, float(times[first]), float(times[last]), shift_s)


def _scores(
    one: _Look, other: _Look, low: int, high: int, shift_s: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return what each sample low..high of `one` scores against `other`, and where both are equally blank."""
    wanted = one.times_s[low:high] - shift_s
    after = np.searchsorted(other.times_s, wanted)
    same, near, blank = np.zeros((3, high - low), bool)
    for beside in (after - 1, after):  # a cut may lie between two samples: either may be the like one
        place = beside.clip(0, len(other.times_s) - 1)
        close = (beside == place) & (np.abs(other.times_s[place] - wanted) <= _APART_S)
        near |= close
        blank |= close & other.flat[place]
        rows = np.flatnonzero(close & ~same)
        allowed = np.minimum(one.allowed[low + rows], other.allowed[place[rows]])
        same[rows] = _same(one.pictures[low + rows], other.pictures[place[rows]], allowed)
    blank = (blank | one.flat[low:high]) & same
    # Where the other has no sample at that time nothing is said, but beyond its ends nothing agrees.
    beyond = (wanted < other.times_s[0] - _APART_S) | (wanted > other.times_s[-1] + _APART_S)
    return np.where(blank | ~(near | beyond), 0.0, np.where(same, 1.0, _MISS)), blank


def _reach(score: NDArray[np.float64]) -> tuple[int, bool]:
    """Return how far a run goes: to its best total before it loses too much; and whether it may go on."""
    total = np.cumsum(score)
    lost = np.flatnonzero(np.maximum.accumulate(total) - total > _GIVE_UP)
    end = int(lost[0]) if len(lost) else len(total)
    return int(np.argmax(total[:end])), not len(lost)


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
