"""The script: from seed and number to the clips of an episode.

Screen time follows the cast's shares over many episodes: a character of a small share comes in every so many episodes
for one short shot, always the same ones for the same seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import floor

from tachie.core.errors import UsageError
from tachie.paperdoll.cast import Member
from tachie.paperdoll.dice import Dice, derived_seed
from tachie.paperdoll.episode import scenery, takes
from tachie.paperdoll.episode.opening import ending, opening
from tachie.paperdoll.episode.shots import FPS, Clip, Episode, Overlay, Shot

LEAST_S, MOST_S = 4, 600
_SHORT = 2.0  # seconds; screen time is dealt out in stretches of this length
_BREAK = 40.0  # seconds of story from which on there is an eyecatch in it
_SCENE = 20.0  # seconds a scene lasts, about
_PREVIEWED = 3  # shots of the next episode that a preview shows
_TITLES = (
    "A Storm in a Teacup",
    "The Cake That Waited",
    "Nine Chairs, Ten Guests",
    "Letters to Nobody",
    "Rain on the Terrace",
    "The Longest Tea Break",
    "Sisters and Strawberries",
    "A Map of the Market",
    "The Clock Runs Fast",
    "Sunday Has No Bell",
    "Half a Bicycle",
    "The Novel in the Drawer",
    "Sea Wind, Sea Salt",
    "An Umbrella for Two",
    "The Quiet Customer",
    "Fireworks Behind Glass",
)


def plan_episode(cast: Sequence[Member], number: int, seconds: float, seed: int = 0) -> Episode:
    """Return episode `number` (1 or more) of the show of `seed`, `seconds` long (4..600).

    Opening and ending depend on cast, seed and length alone; the preview is made of the next episode's own shots.
    Raises UsageError for a number or length out of range.
    """
    if number < 1:
        raise UsageError(f"there is no episode {number}", "Episodes count from 1.")
    if not LEAST_S <= seconds <= MOST_S:
        raise UsageError(f"an episode of {seconds:g} s cannot be drawn", f"Name a length from {LEAST_S} to {MOST_S} s.")
    total = round(seconds * FPS)
    first = [
        *_clips("opening", opening(cast, _part(total, 0.13, 15), seed)),
        *_clips("title", [_title(number, total, seed)]),
    ]
    preview_frames = _part(total, 0.09, 10)
    last = _clips("ending", ending(cast, _part(total, 0.12, 15), seed))
    left = total - preview_frames - sum(clip.frames for clip in (*first, *last))
    story = _clips("story", _story(cast, number, left, seed))
    start = sum(clip.frames for clip in first)
    following = _clips("story", _story(cast, number + 1, left, seed))
    preview = _preview(following, number + 1, start, preview_frames)
    return Episode(number, _name(number, seed), seed, (*first, *story, *last, *preview))


def _part(total: int, share: float, longest_s: float) -> int:
    return round(min(total * share, longest_s * FPS))


def _clips(part: str, shots: Sequence[Shot]) -> list[Clip]:
    return [Clip(part, shot, 0, shot.frames) for shot in shots]


def _dice(*words: object) -> Dice:
    return Dice(derived_seed(*words), "scene")


def _name(number: int, seed: int) -> str:
    return _TITLES[(number - 1 + seed) % len(_TITLES)]


def _title(number: int, total: int, seed: int) -> Shot:
    frames = max(round(min(total / 36, 2.5 * FPS)), 6)
    words = Overlay("title", (_name(number, seed),), number, at=frames // 8, fade=max(frames // 5, 1))
    return Shot("title", "card", frames, depth=1.0, overlay=words)


def _story(cast: Sequence[Member], number: int, frames: int, seed: int) -> list[Shot]:
    """Return the shots between title and ending: scenes, each with its place, hour, guests and clothes."""
    dice = _dice(seed, "story", number)
    due = _due(cast, number, frames, seed)
    count = max(1, round(frames / FPS / _SCENE))
    guests = _guests(cast, due, count, dice)
    shots: list[Shot] = []
    places = sorted(scenery.PLACES, key=lambda _: dice.roll())
    for k in range(count):
        place = places[k % len(places)]
        hour = (
            "night"
            if place == "night"
            else dice.pick(("day", "evening", "night"), (4, 1.6, 0.6 if k == count - 1 else 0))
        )
        outfits = {m.name: _outfit(m, place, dice) for m in cast}
        last = frames if k == count - 1 else round(frames * (k + 1) / count)
        length = last - sum(shot.frames for shot in shots)
        shots += _scene(guests[k], takes.Set(place, hour, outfits), length, due, _dice(seed, "scene", number, k))
    if frames >= _BREAK * FPS:
        middle = max(range(len(shots)), key=lambda i: (i > len(shots) // 3, not shots[i].actors, -i))
        pair = sorted(cast, key=lambda _: dice.roll())[:2]
        shots[middle] = takes.eyecatch(pair, shots[middle].frames, dice)
    shots[-1] = replace(shots[-1], fade_out=min(8, shots[-1].frames // 2))
    return shots


def _due(cast: Sequence[Member], number: int, frames: int, seed: int) -> dict[str, float]:
    """Return the frames that each character is due in an episode: her share, in whole short stretches."""
    stretches = frames * 1.25 / (_SHORT * FPS)  # shots of two and three make appearances outnumber shots
    due = {}
    for k, member in enumerate(cast):
        phase = Dice(derived_seed(seed, "due"), "scene").roll() + k * 0.381966
        before, after = (floor(member.share * stretches * n + phase) for n in (number - 1, number))
        due[member.name] = (after - before) * _SHORT * FPS
    return due


def _guests(cast: Sequence[Member], due: dict[str, float], count: int, dice: Dice) -> list[list[Member]]:
    """Return who comes in each scene: two to four, so that everyone who is due comes at least once."""
    rows: list[list[Member]] = [[] for _ in range(count)]
    k = int(dice.roll() * count)
    for member in sorted((m for m in cast if due[m.name] > 0), key=lambda m: (due[m.name], dice.roll())):
        scenes = min(count, max(1, round(due[member.name] / (5 * FPS))))
        for _ in range(scenes):
            rows[k % count].append(member)
            k += 1
    for row in rows:
        for member in cast:
            if len(row) >= min(2, len(cast)):
                break
            if member not in row:
                row.append(member)
    return rows


def _outfit(member: Member, place: str, dice: Dice) -> int:
    if place == "classroom" and len(member.wardrobe) > 1 and member.wardrobe[1].kind == "sailor":
        return 1
    if place == "cafe" and dice.chance(0.6):
        return 0
    return int(dice.roll() * len(member.wardrobe))


def _scene(guests: list[Member], stage: takes.Set, frames: int, due: dict[str, float], dice: Dice) -> list[Shot]:
    """Return the shots of one scene; who is most behind what she is due speaks next. `due` is counted down."""
    shots: list[Shot] = []
    left = frames
    first = min(round(dice.between(1.4, 2.4) * FPS), left // 4)
    if first >= 10:
        shots.append(replace(takes.scenery_pan(stage, first, dice), fade_in=min(6, first // 3)))
        left -= first
    side, last, k = 1, None, 0
    while left > 0:
        wish = round(dice.between(1.5, 4.2) * FPS)
        length = left if left - wish < 1.3 * FPS else wish
        order = sorted(guests, key=lambda m: (m is last, -due[m.name]))
        roll = Dice(derived_seed(stage.place, frames, left, dice.roll()), "scene")
        shot = _next_shot(order, stage, length, roll, k, side)
        for actor in shot.actors:
            due[actor.name] -= shot.frames
        shots.append(shot)
        if shot.actors:
            last = order[0]
        side, left, k = -side, left - length, k + 1
    return shots


def _next_shot(order: list[Member], stage: takes.Set, frames: int, dice: Dice, k: int, side: int) -> Shot:
    """Return the next shot of a scene: the group first, then faces and pairs by turns, now and then no face."""
    one = order[0]
    if k == 0 and len(order) >= 2:
        return (
            takes.wide(order[:3], stage, frames, dice)
            if dice.chance(0.6)
            else takes.two(order[:2], stage, frames, dice)
        )
    kinds = {"closeup": 3.2, "bust": 2.6, "feeling": 0.8, "eyes": 0.3, "insert": 0.8, "scenery": 0.25}
    if len(order) > 1:
        kinds |= {"two": 1.9, "walk": 1.2 if stage.place in ("street", "park", "seaside") else 0.0}
    if len(order) > 2:
        kinds |= {"three": 0.9}
    kind = dice.pick(tuple(kinds), tuple(kinds.values()))
    if kind == "closeup":
        return takes.closeup(one, stage, frames, dice, side)
    if kind == "bust":
        return takes.bust(one, stage, frames, dice, side)
    if kind == "feeling":
        return takes.feeling(one, stage, frames, dice)
    if kind == "eyes":
        return takes.eyes(one, stage, frames, dice)
    if kind == "two":
        return takes.two(order[:2], stage, frames, dice)
    if kind == "walk":
        return takes.walk(order[:2], stage, frames, dice)
    if kind == "three":
        return takes.three(order[:3], stage, frames, dice)
    return takes.insert(frames, dice) if kind == "insert" else takes.scenery_pan(stage, frames, dice)


def _faceless(shot: Shot) -> bool:
    return not shot.actors or shot.kind == "eyecatch"


def _preview(following: list[Clip], number: int, start: int, frames: int) -> list[Clip]:
    """Return clips from the next episode: the beginnings of shots with faces, spread over its story."""
    starts = [start + sum(clip.frames for clip in following[:i]) for i in range(len(following))]
    count = max(min(_PREVIEWED, len(following), frames // 12), 1)
    evenly = [(2 * j + 1) * len(following) // (2 * count) for j in range(count)]
    # Shots with faces first, those spread evenly before all others; as many as it takes to fill the time.
    order = sorted(range(len(following)), key=lambda i: (_faceless(following[i].shot), i not in evenly, i))
    clips: list[Clip] = []
    left = frames
    for i in order:
        length = min(max(frames // count, 12), following[i].frames, left)
        if left - length < 8:
            length = min(left, following[i].frames)
        if length:
            clips.append(Clip("preview", following[i].shot, 0, length, number, starts[i]))
            left -= length
    return clips
