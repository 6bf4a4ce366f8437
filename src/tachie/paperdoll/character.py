"""What is drawn: a seed and attributes become the design of one character.

Lengths are in head units: the face's middle is (0, 0), x right, y down, the chin near y = 84, the hair's
top near y = -110. The body hangs below in the same units; `Placement` sets the whole into the picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tachie.core.attributes import ATTRIBUTES, FLAGS, HAIR_STYLES, YES
from tachie.paperdoll import palette
from tachie.paperdoll.dice import Dice
from tachie.paperdoll.palette import Ramp
from tachie.paperdoll.style import Style, make_style

WIDTH_PX, HEIGHT_PX = 600, 800
TAILS = ("twin_tail", "drill_hair", "ponytail")
OUTFITS = ("sailor", "blazer", "cardigan", "dress", "sweater", "kimono", "apron", "hoodie")
FRINGES = ("blunt", "swept", "parted", "spiky", "between", "side", "curtain")
BACKS = ("straight", "wavy", "flipped", "layered")
SCENES = ("plain", "gradient", "dots", "bokeh", "sky", "window", "stripes", "petals")
OPEN_MOUTHS = ("laugh", "talk", "fang", "o", "ah", "shout")
MOUTHS = ("smile", "grin", "cat", "soft", "line", "small", "pout", "wry", *OPEN_MOUTHS)
HATS = ("beret", "straw", "cap", "witch", "sailor_cap")


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the head's middle lies (px), px a head unit, tilt in degrees, `turn` and `nod` of the face in units."""

    x: float
    y: float
    scale: float
    tilt: float
    turn: float
    nod: float


@dataclass(frozen=True, slots=True)
class FaceDesign:
    """Shape and expression of the face, in head units.

    `closed` runs from 0 (eyes open) to 1 (shut); `gaze` moves the irises, each of x and y within -1 and 1; `mouth` is
    one of `MOUTHS`.
    """

    skin: Ramp
    eye: str
    cheek: float
    jaw: float
    chin: float
    point: float
    eye_x: float
    eye_y: float
    eye_width: float
    eye_height: float
    eye_slant: float
    lid: float
    brow_slant: float
    brow_lift: float
    mouth: str
    mouth_width: float
    blush: bool
    closed: float
    gaze: tuple[float, float]


@dataclass(frozen=True, slots=True)
class HairDesign:
    """Cut and tone of the hair; lengths are the y (units) where a part of it ends."""

    ramp: Ramp
    fringe: str
    part: float
    width: float
    top: float
    locks: tuple[float, float]
    back: str
    back_end: float
    flare: float
    tails: tuple[str, ...]
    tail_end: float
    tail_high: bool
    tail_side: int
    wave: float
    ahoge: bool
    fluff: int


@dataclass(frozen=True, slots=True)
class OutfitDesign:
    """Clothes: kind, cloth tones, sleeve and skirt lengths, arms."""

    kind: str
    main: Ramp
    second: Ramp
    accent: Ramp
    sleeve: str
    skirt_end: float
    arms: tuple[str, str]
    bow: bool


@dataclass(frozen=True, slots=True)
class PropsDesign:
    """What is worn on the head; "" where nothing is."""

    hat: str
    ribbon: str
    glasses: str
    cloth: Ramp
    frame: str


@dataclass(frozen=True, slots=True)
class Character:
    """Everything that is decided before a line is drawn."""

    seed: int
    attributes: dict[str, str]
    placement: Placement
    face: FaceDesign
    hair: HairDesign
    outfit: OutfitDesign
    props: PropsDesign
    scene: str
    scene_color: str
    style: Style
    chibi: bool


def design(seed: int, attributes: Mapping[str, str]) -> Character:
    """Return the character that a seed stands for under `attributes` (complete, as `choose_attributes` gives).

    Beside the 34 of `tachie.core.attributes` it takes `year` (2000 to 2020) and `chibi` (yes or no).
    """
    has = {name: attributes[name] == YES for name in (*HAIR_STYLES, *FLAGS)}
    colors = Dice(seed, "colors")
    hair_base = colors.pick(palette.HAIR_BASES[attributes["hair_color"]])
    skin = colors.pick(palette.SKINS, palette.SKIN_WEIGHTS)
    eye = colors.pick(palette.EYE_BASES[attributes["eye_color"]])
    scene = Dice(seed, "scene")
    return Character(
        seed=seed,
        attributes={name: attributes[name] for name in ATTRIBUTES},
        placement=_placement(Dice(seed, "placement"), has),
        face=_face(Dice(seed, "face"), has, palette.skin_ramp(skin), eye),
        hair=_hair(Dice(seed, "hair"), has, palette.hair_ramp(hair_base)),
        outfit=_outfit(Dice(seed, "outfit"), has["ribbon"]),
        props=_props(Dice(seed, "props"), has),
        scene=scene.pick(SCENES),
        scene_color=scene.pick(palette.SCENE),
        style=make_style(seed, int(attributes["year"]) if "year" in attributes else None),
        chibi=attributes.get("chibi") == YES,
    )


def _placement(dice: Dice, has: Mapping[str, bool]) -> Placement:
    scale = dice.between(0.84, 1.14)
    above = dice.between(140, 175) if has["hat"] or has["ponytail"] else dice.between(122, 160)
    return Placement(
        x=300 + dice.between(-45, 45),
        y=above * scale + dice.between(0, 30),
        scale=scale,
        tilt=dice.between(-6, 6),
        turn=dice.between(-5, 5),
        nod=dice.between(-2, 2.5),
    )


def _face(dice: Dice, has: Mapping[str, bool], skin: Ramp, eye: str) -> FaceDesign:
    shape = dice.pick(("soft", "sharp", "round"))
    if has["open_mouth"]:
        mouth = dice.pick(("laugh", "talk", "fang") if has["smile"] else ("o", "ah", "shout"))
    else:
        mouth = dice.pick(("smile", "grin", "cat", "soft") if has["smile"] else ("line", "small", "pout", "wry"))
    temper = dice.pick((-1.0, 0.0, 1.0), (1.0, 2.0, 1.3))
    return FaceDesign(
        skin=skin,
        eye=eye,
        cheek={"soft": 62.0, "sharp": 60.5, "round": 64.0}[shape] + dice.between(-1, 1),
        jaw={"soft": 45.0, "sharp": 41.0, "round": 48.0}[shape] + dice.between(-2, 2),
        chin={"soft": 78.0, "sharp": 81.0, "round": 75.0}[shape] + dice.between(-1, 1.5),
        point={"soft": 9.0, "sharp": 6.0, "round": 13.0}[shape],
        eye_x=dice.between(29.5, 32.0),
        eye_y=dice.between(8, 12.5),
        eye_width=dice.between(17.5, 20.5),
        eye_height=dice.between(15.5, 20.5),
        eye_slant=2.4 * temper + dice.between(-0.8, 0.8),
        lid=dice.pick((0.0, 0.12, 0.3), (4.0, 2.0, 0.9)),
        brow_slant=(-2.5 if has["smile"] else 2.2) * dice.roll() + 1.4 * temper,
        brow_lift=dice.between(-1.5, 3),
        mouth=mouth,
        mouth_width=dice.between(0.85, 1.15),
        blush=has["blush"],
        closed=0.0,
        gaze=(0.0, 0.0),
    )


def _hair(dice: Dice, has: Mapping[str, bool], ramp: Ramp) -> HairDesign:
    tails = tuple(name for name in TAILS if has[name])
    long, short = has["long_hair"], has["short_hair"]
    tied = bool(tails) and not (long and "drill_hair" in tails and dice.chance(0.5))
    if tied:
        back_end = dice.between(80, 96)
    elif long:
        back_end = dice.between(240, 470) if not short else dice.between(190, 240)
    else:
        back_end = dice.between(82, 104) if short else dice.between(130, 165)
    # Long hair keeps a lock before the shoulder now and then; short hair ends by the jaw.
    lock_low, lock_high = (78.0, 150.0) if long else (52.0, 86.0)
    lock = dice.between(lock_low, lock_high)
    return HairDesign(
        ramp=ramp,
        fringe=dice.pick(FRINGES),
        part=dice.between(-1, 1),
        width=dice.between(79, 87),
        top=-dice.between(99, 107),
        locks=(lock + dice.between(-8, 8), lock + dice.between(-8, 8)),
        back=dice.pick(BACKS) if long or not has["short_hair"] else dice.pick(("straight", "flipped", "layered")),
        back_end=back_end,
        flare=dice.between(4, 34) if long else dice.between(-8, 6),
        tails=tails,
        tail_end=dice.between(250, 420) if long else dice.between(90, 170),
        tail_high=dice.chance(0.7),
        tail_side=dice.sign(),
        wave=dice.pick((0.0, 0.0, 1.0)),
        ahoge=dice.chance(0.22) and not has["hat"],
        fluff=dice.pick((0, 1, 2, 3)),
    )


def _outfit(dice: Dice, bow: bool) -> OutfitDesign:
    kind = dice.pick(OUTFITS, (2.2, 2.0, 1.4, 1.4, 1.2, 0.9, 0.9, 1.0))
    main, second = dice.pick(palette.CLOTH), dice.pick(palette.CLOTH)
    if kind in ("sailor", "sweater", "dress", "hoodie") and dice.chance(0.55):
        main = dice.pick(palette.PALE_CLOTH)
    if kind == "apron":
        main = dice.pick(palette.CLOTH[:5])
    arms = dice.pick(("down", "behind", "hip"), (2.0, 2.0, 1.0))
    return OutfitDesign(
        kind=kind,
        main=palette.cloth_ramp(main),
        second=palette.cloth_ramp(second),
        accent=palette.cloth_ramp(dice.pick(palette.ACCENT)),
        sleeve="wide" if kind == "kimono" else dice.pick(("long", "short", "puff"), (2.0, 1.2, 1.0)),
        skirt_end=dice.between(500, 760),
        arms=("hip", "down")
        if arms == "hip" and dice.chance(0.5)
        else ("down", "hip")
        if arms == "hip"
        else (arms, arms),
        bow=bow and dice.chance(0.5),
    )


def _props(dice: Dice, has: Mapping[str, bool]) -> PropsDesign:
    return PropsDesign(
        hat=dice.pick(HATS) if has["hat"] else "",
        ribbon=dice.pick(("side", "back", "band")) if has["ribbon"] else "",
        glasses=dice.pick(("round", "square", "half")) if has["glasses"] else "",
        cloth=palette.cloth_ramp(dice.pick(palette.ACCENT)),
        frame=dice.pick(("#3a2f38", "#5a2430", "#2c3a5c", "#7a5232", "#a8323c")),
    )
