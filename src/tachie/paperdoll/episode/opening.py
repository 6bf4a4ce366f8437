"""The opening and the ending: the same frames in every episode of a show of one length."""

from __future__ import annotations

from collections.abc import Sequence

from tachie.paperdoll.cast import Member
from tachie.paperdoll.dice import Dice
from tachie.paperdoll.episode.shots import Actor, Beat, Camera, Overlay, Shot, View
from tachie.paperdoll.episode.takes import LIGHTS

_LEAST = 14  # frames under which a face of its own would be a mere flash
_PLATES = ("burst", "checks", "bubbles", "flowers")
_MOODS = ("joy", "calm", "sly", "happy", "shy", "surprised", "happy", "calm", "sly")


def opening(cast: Sequence[Member], frames: int, seed: int) -> list[Shot]:
    """Return the opening: the sky and the logo, everyone in turn with a bounce, all together at the end."""
    dice = Dice(seed, "scene")
    sky, group = round(frames * 0.2), round(frames * 0.24)
    left = frames - sky - group
    shots = [
        Shot(
            "opening",
            "seaside",
            sky,
            (),
            Camera(View(-60, -150), View(60, -20)),
            depth=1.0,
            fade_in=min(10, sky // 3),
            fade_to=255,
            overlay=Overlay("logo", at=sky // 3, fade=max(sky // 4, 1)),
        )
    ]
    each = 1 if left / len(cast) >= _LEAST else 3
    groups = [cast[i : i + each] for i in range(0, len(cast), each)]
    for k, members in enumerate(groups):
        length = round(left * (k + 1) / len(groups)) - round(left * k / len(groups))
        actors = tuple(_dancer(m, k * each + j, j, len(members), length, dice) for j, m in enumerate(members))
        way = 60.0 * (-1) ** k
        shots.append(
            Shot(
                "opening",
                _PLATES[k % len(_PLATES)],
                length,
                actors,
                Camera(View(-way, 0, 1.02), View(way, 0, 1.1), smooth=False),
                depth=0.5,
            )
        )
    shots.append(_everyone(cast, group))
    return shots


def _dancer(member: Member, number: int, j: int, count: int, frames: int, dice: Dice) -> Actor:
    size = 1.7 if count == 1 else 1.05
    side = -1 if (number + j) % 2 else 1
    mood = _MOODS[number % len(_MOODS)]
    beats = [Beat(0, mood, -5.0 * side, 5.0 * side)]
    if frames >= 2 * _LEAST:
        beats.append(Beat(frames // 2, mood, 5.0 * side, -5.0 * side))
    return Actor(
        member.name,
        0,
        640 + (j - (count - 1) / 2) * 390,
        360 + (157 - member.height_cm) * 2 * size,
        size,
        tuple(beats),
        enter=(760.0 * side, 0.0) if number % 2 else (0.0, 620.0),
        hops=(frames // 2 + 2,),
        breath=int(dice.between(0, 72)),
    )


def _everyone(cast: Sequence[Member], frames: int) -> Shot:
    """Return all of them in two rows before the rays, and the logo over them."""
    back = [m for k, m in enumerate(cast) if k % 2]
    front = [m for k, m in enumerate(cast) if k % 2 == 0]
    actors = []
    for row, y, size in ((back, 215.0, 0.62), (front, 330.0, 0.72)):
        gap = min(1160 / max(len(row), 1), 300.0)
        for k, member in enumerate(row):
            x = 640 + (k - (len(row) - 1) / 2) * gap
            beats = (Beat(0, "joy", 3.0 * (-1) ** k, 0.0), Beat(frames // 2, "happy", -3.0 * (-1) ** k, 0.0))
            lift = (157 - member.height_cm) * 1.5 * size
            actors.append(
                Actor(
                    member.name,
                    0,
                    x,
                    y + lift,
                    size,
                    beats,
                    hops=(frames // 4, frames // 4 + 12),
                    blinks=(frames // 2 + 5 + k,),
                    breath=8 * k,
                )
            )
    return Shot(
        "opening",
        "burst",
        frames,
        tuple(actors),
        Camera(View(0, 20, 1.16), View()),
        depth=0.5,
        overlay=Overlay("logo_low", at=frames // 3, fade=max(frames // 5, 1)),
        fade_out=min(6, frames // 4),
        fade_to=255,
    )


def ending(cast: Sequence[Member], frames: int, seed: int) -> list[Shot]:
    """Return the ending: the first of the cast at dusk and her sister at night, beside the rolling credits."""
    names = tuple(m.name for m in cast)
    half = frames // 2
    shots = []
    for k, (plate, length) in enumerate((("dusk", half), ("night", frames - half))):
        member = cast[0] if k == 0 else cast[-2 if len(cast) > 2 else -1]
        turn = -3.0 if k else 3.0
        beats = (Beat(0, "calm", -2.0, turn, 1.0), Beat(length // 2, "happy", 2.5, turn, -0.5))
        blinks = tuple(range(length // 4, max(length - 8, 0), 60))
        actor = Actor(
            member.name,
            len(member.wardrobe) - 1,
            330.0 if k == 0 else 350.0,
            350.0,
            1.55,
            beats,
            blinks=blinks,
            breath=20 * k,
        )
        roll = (740.0, -260.0) if k == 0 else (-260.0, -1260.0)
        light = LIGHTS["evening" if k == 0 else "night"][1]
        shots.append(
            Shot(
                "ending",
                plate,
                length,
                (actor,),
                Camera(View(-50, 0), View(50, 0), smooth=False),
                depth=1.0,
                light=((1.0, 1.0, 1.0), light),
                overlay=Overlay("credits", names, x=700.0, roll=roll, fade=1),
                fade_in=min(8, length // 4) if k == 0 else 0,
                fade_out=min(8, length // 4) if k else 0,
            )
        )
    return shots
