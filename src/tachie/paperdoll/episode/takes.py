"""The grammar of shots: each function stages one kind of shot for given characters, its details rolled by dice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tachie.paperdoll.acting import Stand
from tachie.paperdoll.cast import Member
from tachie.paperdoll.dice import Dice
from tachie.paperdoll.episode import plates, scenery
from tachie.paperdoll.episode.shots import DAYLIGHT, Actor, Beat, Camera, Overlay, Shot, Sign, Tint, View

LIGHTS: dict[str, tuple[Tint, Tint]] = {
    "day": (DAYLIGHT, DAYLIGHT),
    "evening": ((1.0, 0.82, 0.66), (1.0, 0.9, 0.8)),
    "night": ((0.5, 0.55, 0.8), (0.74, 0.77, 0.94)),
}
SIGNS = {
    "happy": ("note", "spark"),
    "joy": ("spark", "heart"),
    "glee": ("note", "spark"),
    "surprised": ("bang",),
    "angry": ("anger",),
    "sad": ("drop",),
    "shy": ("heart", "drop"),
    "sly": ("drop", "note"),
    "calm": (),
}
_MIDDLE_CM = 157


@dataclass(frozen=True, slots=True)
class Set:
    """Where and when a scene plays, and which outfit of her wardrobe each character wears in it."""

    place: str
    hour: str
    outfits: dict[str, int]

    @property
    def light(self) -> tuple[Tint, Tint]:
        """Return the light on the plate and on the actors."""
        return LIGHTS[self.hour] if self.place != "night" else (DAYLIGHT, LIGHTS["night"][1])


def _mood(dice: Dice) -> str:
    return dice.pick(
        ("calm", "happy", "joy", "glee", "surprised", "angry", "sad", "shy", "sly"), (3, 3.4, 1.1, 0.7, 1.3, 1, 1, 1, 1)
    )


def _blinks(dice: Dice, frames: int) -> tuple[int, ...]:
    found, at = [], int(dice.between(6, 60))
    while at < frames - 8:
        found.append(at)
        at += 12 if dice.chance(0.15) else int(dice.between(40, 100))
    return tuple(found)


def _talks(dice: Dice, first: int, end: int) -> tuple[tuple[int, int], ...]:
    """Return stretches of talking between two frames, with short stops for breath."""
    found, at = [], first
    while at < end - 8:
        stop = min(at + int(dice.between(20, 52)), end)
        found.append((at, stop))
        at = stop + int(dice.between(6, 14))
    return tuple(found)


def _head(dice: Dice, facing: float) -> tuple[float, float, float, tuple[float, float]]:
    """Return tilt, turn, nod and gaze of a head that looks to a side (-1 left, 0 ahead, 1 right)."""
    return (
        round(dice.between(-4, 4), 1),
        round(facing * dice.between(3, 13) + dice.between(-2, 2), 1),
        round(dice.between(-2, 2.5), 1),
        (round(facing * dice.between(0.1, 0.7), 1), round(dice.between(-0.3, 0.3), 1)),
    )


def _actor(
    member: Member, stage: Set, dice: Dice, frames: int, *, x: float, y: float, size: float, facing: float, speaks: bool
) -> Actor:
    """Return a character who talks, or listens and reacts near the end."""
    mood = _mood(dice)
    beats = [Beat(0, mood, *_head(dice, facing))]
    if speaks:
        begin = int(dice.between(4, 12))
        talks = _talks(dice, begin, frames - int(dice.between(4, 14)))
        if frames > 56 and dice.chance(0.6):
            beats.append(Beat(int(frames * dice.between(0.4, 0.6)) // 2 * 2, mood, *_head(dice, facing)))
    else:
        talks = ()
        if frames > 40 and dice.chance(0.75):
            other = _mood(dice)
            beats.append(Beat(int(frames * dice.between(0.45, 0.75)) // 2 * 2, other, *_head(dice, facing)))
    last = beats[-1]
    signs: tuple[Sign, ...] = ()
    hops: tuple[int, ...] = ()
    if last.mood in ("surprised", "joy", "glee", "angry") and dice.chance(0.7):
        hops = (last.at + 2,)
    if SIGNS[last.mood] and dice.chance(0.45):
        signs = (Sign(dice.pick(SIGNS[last.mood]), last.at + 4, dice.sign()),)
    return Actor(
        name=member.name,
        outfit=stage.outfits[member.name],
        x=x,
        y=round(y + (_MIDDLE_CM - member.height_cm) * 2.6 * size, 1),
        size=size,
        beats=tuple(beats),
        talks=talks,
        mouths="".join(str(dice.pick((0, 1, 2), (1.0, 1.6, 1.6))) for _ in range(17)),
        blinks=_blinks(dice, frames),
        hops=hops,
        signs=signs,
        breath=int(dice.between(0, 72)),
        stand=_stand(member.wardrobe[stage.outfits[member.name] % len(member.wardrobe)].kind, last.mood, facing, dice),
    )


def _stand(kind: str, mood: str, facing: float, dice: Dice) -> Stand:
    """Return a posture that suits clothes and mood."""
    quiet = ("standing", "arms_behind_back", "hands_clasped", "hand_on_own_hip", "hand_on_own_chest", "holding_book")
    lively = ("waving", "v", "index_finger_raised", "spread_arms", "hands_on_own_hips", "hand_on_own_hip")
    share = {"joy": 0.75, "glee": 0.75, "happy": 0.4, "sly": 0.5, "angry": 0.5, "surprised": 0.3}.get(mood, 0.05)
    posture = dice.pick(lively if dice.chance(share) and kind not in ("kimono", "yukata") else quiet)
    return Stand(posture, round(facing * 0.35, 2), mirrored=dice.chance(0.5))


def _camera(dice: Dice) -> Camera:
    """Return a camera for talk: mostly still, else a slow push in, a slow pull out or a drift."""
    move = dice.pick(("still", "push", "pull", "drift"), (3.0, 2.4, 0.8, 1.0))
    if move == "push":
        return Camera(View(), View(0, -8, round(dice.between(1.06, 1.14), 3)))
    if move == "pull":
        return Camera(View(0, 0, 1.12), View())
    if move == "drift":
        way = dice.sign() * dice.between(14, 30)
        return Camera(View(-way, 0, 1.05), View(way, 0, 1.05), smooth=False)
    return Camera()


def _behind(dice: Dice, facing: float, zoom: float) -> tuple[View, View]:
    """Return what of a place lies behind a shot: nearer than in the wide shot, another side for each way of facing."""
    reach = 960 - 640 / zoom - 130
    view = View(
        round(min(max(-facing * 300 + dice.between(-150, 150), -reach), reach)), round(dice.between(0, 50)), zoom
    )
    return view, view


def closeup(who: Member, stage: Set, frames: int, dice: Dice, facing: float) -> Shot:
    """A face that fills the picture."""
    size = round(dice.between(2.2, 2.7), 2)
    actor = _actor(
        who, stage, dice, frames, x=640 - facing * 70, y=385, size=size, facing=facing, speaks=dice.chance(0.75)
    )
    actor = replace(actor, y=min(max(actor.y, 330.0), 400.0))
    return Shot(
        "closeup",
        stage.place,
        frames,
        (actor,),
        _camera(dice),
        blur=5.0,
        light=stage.light,
        ground=_behind(dice, facing, 1.9),
    )


def bust(who: Member, stage: Set, frames: int, dice: Dice, facing: float) -> Shot:
    """One character down to the chest; now and then she slides into the picture."""
    actor = _actor(who, stage, dice, frames, x=640 - facing * 110, y=330, size=1.65, facing=facing, speaks=True)
    camera = _camera(dice)
    if dice.chance(0.2):
        enter = (700.0 * dice.sign(), 0.0) if dice.chance(0.6) else (0.0, 560.0)
        actor, camera = replace(actor, enter=enter), Camera()
    return Shot(
        "bust", stage.place, frames, (actor,), camera, blur=2.0, light=stage.light, ground=_behind(dice, facing, 1.5)
    )


def two(pair: Sequence[Member], stage: Set, frames: int, dice: Dice) -> Shot:
    """Two characters who face each other; the first one talks, sometimes the other answers."""
    swap = dice.sign()
    actors = [
        _actor(m, stage, dice, frames, x=640 - side * swap * 260, y=345, size=1.4, facing=side * swap, speaks=k == 0)
        for k, (m, side) in enumerate(zip(pair, (1, -1), strict=True))
    ]
    if frames > 72 and dice.chance(0.6):
        half = frames // 2
        actors[0] = replace(actors[0], talks=tuple((a, min(b, half)) for a, b in actors[0].talks if a < half))
        actors[1] = replace(actors[1], talks=_talks(dice, half + 6, frames - 6))
    return Shot(
        "two",
        stage.place,
        frames,
        tuple(actors),
        _camera(dice),
        blur=1.5,
        light=stage.light,
        ground=_behind(dice, 0, 1.3),
    )


def three(group: Sequence[Member], stage: Set, frames: int, dice: Dice) -> Shot:
    """Three characters side by side, behind whatever stands there."""
    actors = [
        _actor(m, stage, dice, frames, x=640 + (k - 1) * 350, y=330, size=1.02, facing=1 - k, speaks=k == speaker)
        for speaker in (int(dice.roll() * 3),)
        for k, m in enumerate(group)
    ]
    before = 130.0 if stage.place in scenery.BEFORE else None
    return Shot("three", stage.place, frames, tuple(actors), _camera(dice), before=before, light=stage.light)


def wide(group: Sequence[Member], stage: Set, frames: int, dice: Dice) -> Shot:
    """The whole place with small figures in it, and a slow pan."""
    spread = 300.0
    actors = [
        _actor(
            m,
            stage,
            dice,
            frames,
            x=640 + (k - (len(group) - 1) / 2) * spread,
            y=345,
            size=0.6,
            facing=(len(group) - 1) / 2 - k,
            speaks=k == 0,
        )
        for k, m in enumerate(group)
    ]
    before: float | None = None
    if stage.place in scenery.BEFORE:
        before = 150.0
    else:
        # Where nothing hides the feet, the figures stand whole on the ground.
        actors = [replace(a, framing="whole", size=0.5, y=round(a.y - 90, 1)) for a in actors]
    way = dice.sign() * 60.0
    camera = Camera(View(-way, 0, 1.0), View(way, 0, 1.0)) if dice.chance(0.6) else Camera(View(), View(0, 0, 1.1))
    return Shot("wide", stage.place, frames, tuple(actors), camera, depth=0.8, before=before, light=stage.light)


def walk(group: Sequence[Member], stage: Set, frames: int, dice: Dice) -> Shot:
    """Characters walk: they bob in place while the street goes by, as television does it."""
    way = dice.sign()
    actors = [
        replace(
            _actor(
                m,
                stage,
                dice,
                frames,
                x=640 + (k - (len(group) - 1) / 2) * 440,
                y=345,
                size=1.22,
                facing=way,
                speaks=k == 0,
            ),
            stride=9.0,
            hops=(),
            breath=5 * k,
        )
        for k, m in enumerate(group)
    ]
    ground = (View(way * 230.0, 40, 1.25), View(-way * 230.0, 40, 1.25))
    return Shot("walk", stage.place, frames, tuple(actors), blur=1.5, light=stage.light, ground=ground)


def feeling(who: Member, stage: Set, frames: int, dice: Dice) -> Shot:
    """A face before painted feelings instead of the place."""
    actor = _actor(who, stage, dice, frames, x=640, y=380, size=2.1, facing=0, speaks=dice.chance(0.5))
    mood = actor.beats[0].mood
    actor = replace(actor, y=min(max(actor.y, 320.0), 370.0), beats=actor.beats[:1], hops=(3,), signs=())
    plate = plates.FEELINGS[mood]
    flicker = "speed_too" if plate == "speed" else ""
    camera = Camera(View(), View(0, 0, 1.12), shake=16.0 if flicker else 0.0)
    return Shot("feeling", plate, frames, (actor,), camera, flicker=flicker)


def eyes(who: Member, stage: Set, frames: int, dice: Dice) -> Shot:
    """So close that only the eyes are left: a head that leaves the picture on three sides."""
    actor = _actor(who, stage, dice, frames, x=640, y=330, size=5.2, facing=dice.sign() * 0.5, speaks=False)
    actor = replace(actor, signs=(), hops=(), y=320.0, beats=actor.beats[:1])
    return Shot(
        "eyes",
        stage.place,
        frames,
        (actor,),
        Camera(View(), View(0, 0, 1.06)),
        blur=8.0,
        light=stage.light,
        ground=_behind(dice, 0, 2.0),
    )


def scenery_pan(stage: Set, frames: int, dice: Dice) -> Shot:
    """The place without anybody, panned over."""
    way = dice.sign() * dice.between(90, 240)
    start, end = View(-way, dice.between(-50, 0), 1.0), View(way, dice.between(-30, 30), 1.0)
    if dice.chance(0.35):
        start, end = View(0, -140, 1.12), View(0, 60, 1.12)
    return Shot("scenery", stage.place, frames, (), Camera(start, end), depth=1.0, light=stage.light)


def eyecatch(pair: Sequence[Member], frames: int, dice: Dice) -> Shot:
    """The break in the middle: chibis hop on either side of the logo."""
    actors = []
    for k, member in enumerate(pair):
        hops = tuple(range(6 + 6 * k, max(frames - 12, 7 + 6 * k), 16))
        beats = (Beat(0, dice.pick(("joy", "happy")), -5.0, 4.0), Beat(frames // 2, "glee", 5.0, -4.0))
        outfit = int(dice.roll() * len(member.wardrobe))
        x = 640 + (2 * k - len(pair) + 1) * 440.0
        actors.append(
            Actor(member.name, outfit, x, 330.0, 1.0, beats, "small", hops=hops, stand=Stand("waving"), small=True)
        )
    words = Overlay("logo", at=4, fade=6)
    return Shot("eyecatch", dice.pick(("checks", "flowers")), frames, tuple(actors), depth=1.0, overlay=words)


def insert(frames: int, dice: Dice) -> Shot:
    """An object instead of a face."""
    plate = dice.pick(plates.INSERTS)
    way = dice.sign() * 30.0
    return Shot("insert", plate, frames, (), Camera(View(-way, 10, 1.0), View(way, -10, 1.12)), depth=1.0)
