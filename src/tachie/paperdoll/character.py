"""What is drawn: a seed and attributes become the design of one character.

Lengths are in head units: the face's middle is (0, 0), x right, y down, the chin near y = 84, the hair's
top near y = -110. The body hangs below in the same units; `Placement` sets the whole into the picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tachie.core.attributes import FLAGS, HAIR_STYLES, MAKEGIRLS, YES
from tachie.paperdoll import palette
from tachie.paperdoll.dice import Dice
from tachie.paperdoll.figure import CHIBI_BUILD, SOLE_Y, Build, Pose, tall_build
from tachie.paperdoll.palette import Ramp
from tachie.paperdoll.style import Style, make_style
from tachie.paperdoll.wardrobe import OutfitDesign, choose_outfit

WIDTH_PX, HEIGHT_PX = 600, 800
TAILS = ("twin_tail", "drill_hair", "ponytail")
EXTENTS = ("full", "half", "bust")
# Arms (picture's left, right) and what they hold, with their shares.
POSES: dict[str, tuple[tuple[str, str], str, float]] = {
    "standing": (("down", "down"), "", 2.0),
    "arms_behind_back": (("behind", "behind"), "", 1.6),
    "hand_on_own_hip": (("hip", "down"), "", 1.4),
    "hands_on_own_hips": (("hip", "hip"), "", 0.7),
    "hand_on_own_chest": (("chest", "down"), "", 1.2),
    "hands_clasped": (("clasp", "clasp"), "", 1.2),
    "holding_bag": (("carry", "carry"), "bag", 1.0),
    "bag_at_side": (("bag", "down"), "bag", 0.6),
    "holding_book": (("hug", "hug"), "book", 0.7),
    "holding_flowers": (("chest", "away"), "flowers", 0.4),
    "waving": (("wave", "down"), "", 1.0),
    "v": (("peace", "hip"), "", 0.8),
    "index_finger_raised": (("point", "hip"), "", 0.5),
    "skirt_hold": (("skirt", "skirt"), "", 0.5),
    "spread_arms": (("away", "away"), "", 0.7),
}  # fmt: skip
SCENES: dict[str, float] = {
    "plain": 8.0, "gradient": 2.0, "dots": 0.7, "bokeh": 0.6, "stripes": 0.6, "petals": 0.6, "classroom": 0.6,
    "street": 0.6, "park": 0.6, "sea": 0.6, "room": 0.6, "night": 0.5, "shrine": 0.5, "sky": 0.5,
}  # fmt: skip
FRINGES = ("blunt", "swept", "parted", "spiky", "between", "side", "curtain", "arc", "wisps", "veil")
BACKS = ("straight", "wavy", "flipped", "layered", "bob")
OPEN_SMILES = ("laugh", "talk", "fang", "cheer")
OPEN_MOUTHS = ("o", "ah", "shout", "gasp")
SMILES = ("smile", "grin", "cat", "soft", "smirk", "tongue")
CLOSED_MOUTHS = ("line", "small", "pout", "wry", "frown", "wave")
MOUTHS = (*SMILES, *CLOSED_MOUTHS, *OPEN_SMILES, *OPEN_MOUTHS)
EYE_SHAPES = ("round", "tall", "tsurime", "tareme", "half", "narrow")
LASHES = ("plain", "wing", "spikes", "heavy")
GLINTS = ("classic", "tall", "triple", "gloss")
NOSES = ("hook", "tick", "dot", "shade")
# How much lower the inner end of the brows stands for a mouth: anger above 0, worry below.
_BROW_OF_MOUTH = {"shout": 3.2, "pout": 2.2, "smirk": 1.6, "wry": 1.0, "frown": -1.6, "gasp": -2.6, "wave": -3.0}
# Half widths at cheek and jaw, y of the chin, half width of its point.
_FACE_SHAPES = {
    "soft": (59.5, 43.0, 76.5, 8.0),
    "sharp": (58.5, 40.0, 79.0, 5.5),
    "round": (61.5, 46.5, 74.5, 11.0),
    "long": (57.5, 41.0, 80.5, 8.0),
    "chibi": (66.0, 53.0, 74.0, 19.0),
}
HATS = ("beret", "straw", "cap", "witch", "sailor_cap", "knit")


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
    shape: str
    cheek: float
    jaw: float
    chin: float
    point: float
    eye_shape: str
    eye_x: float
    eye_y: float
    eye_width: float
    eye_height: float
    eye_slant: float
    lid: float
    lash: str
    lash_ink: str
    glint: str
    brow: str
    brow_slant: float
    brow_lift: float
    nose: str
    mouth: str
    mouth_width: float
    blush: bool
    blush_kind: str
    closed: float
    gaze: tuple[float, float]


@dataclass(frozen=True, slots=True)
class HairDesign:
    """Cut and tone of the hair; lengths are the y (units) where a part of it ends."""

    ramp: Ramp
    fringe: str
    fringe_drop: float
    loose: int
    part: float
    width: float
    top: float
    puff: float
    side: str
    locks: tuple[float, float]
    sway: float
    back: str
    back_end: float
    flare: float
    tails: tuple[str, ...]
    tail_end: float
    tail_high: bool
    tail_side: int
    braided: bool
    buns: bool
    wave: float
    ahoge: str
    fluff: int
    shine: str


@dataclass(frozen=True, slots=True)
class PropsDesign:
    """What is worn on the head; "" where nothing is."""

    hat: str
    ribbon: str
    pin: str
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
    extent: str
    posture: str
    pose: Pose
    build: Build


_LEAST_LINE_PX = 1.55


def design(seed: int, attributes: Mapping[str, str]) -> Character:
    """Return the character that a seed stands for under `attributes` (complete, as `choose_attributes` gives).

    Beside the 34 of `tachie.core.attributes` it takes `year` (2000 to 2020), `chibi` (yes or no), `extent`, `outfit`,
    `pose` and `background`.
    """
    has = {name: attributes[name] == YES for name in (*HAIR_STYLES, *FLAGS)}
    colors = Dice(seed, "colors")
    hair_base = colors.pick(palette.HAIR_BASES[attributes["hair_color"]])
    skin = colors.pick(palette.SKINS, palette.SKIN_WEIGHTS)
    eye = colors.pick(palette.EYE_BASES[attributes["eye_color"]])
    style = make_style(seed, int(attributes["year"]) if "year" in attributes else None)
    chibi = attributes.get("chibi") == YES
    scene = Dice(seed, "scene")
    drawn_scene = scene.pick(tuple(SCENES), tuple(SCENES.values()))
    hair = _hair(Dice(seed, "hair"), has, palette.hair_ramp(hair_base, style.saturation), chibi)
    if chibi:
        # What reaches the hips of a tall figure would lie on the ground.
        hair = replace(hair, back_end=_shorter(hair.back_end), tail_end=_shorter(hair.tail_end))
    props = _props(Dice(seed, "props"), has)
    outfit = choose_outfit(Dice(seed, "outfit"), attributes.get("outfit"))
    framing = Dice(seed, "placement")
    drawn_extent = framing.pick(EXTENTS, (7.0, 2.0, 1.0) if chibi else (4.0, 5.0, 1.0))
    extent = attributes.get("extent", drawn_extent)
    build = CHIBI_BUILD if chibi else _build(Dice(seed, "build"), style)
    placement = _placement(framing, extent, build, -hair.top + _above(props, hair))
    posture, pose = _stand(Dice(seed, "pose"), attributes.get("pose"), outfit, placement.turn, chibi)
    return Character(
        seed=seed,
        attributes={name: attributes[name] for name in MAKEGIRLS},
        placement=placement,
        face=_face(Dice(seed, "face"), has, palette.skin_ramp(skin), eye, style, chibi),
        hair=hair,
        outfit=outfit,
        props=props,
        scene=attributes.get("background", drawn_scene),
        scene_color=scene.pick(palette.SCENE),
        # However small the figure, a line stays wider than a pixel.
        style=replace(style, line=max(style.line, _LEAST_LINE_PX / placement.scale)),
        chibi=chibi,
        extent=extent,
        posture=posture,
        pose=pose,
        build=build,
    )


def _shorter(end: float) -> float:
    return end if end < 100 else 100 + (end - 100) * 0.42


def _above(props: PropsDesign, hair: HairDesign) -> float:
    """Return how much stands above the hair's top, in units."""
    if props.hat:
        return 84.0 if props.hat == "witch" else 50.0
    return 46.0 if hair.ahoge or "ponytail" in hair.tails or props.ribbon == "back" else 24.0


def _placement(dice: Dice, extent: str, build: Build, above: float) -> Placement:
    """Return where the head goes so that hat and, of a full figure, shoes are in the picture; `above` is from y = 0."""
    chibi = build.small
    if extent == "full":
        scale = (HEIGHT_PX - dice.between(10, 44)) / (above + build.height(SOLE_Y) + 14)
        scale = min(scale, 1.62)
        foot = dice.between(10, 26) if not chibi else dice.between(20, 90)
        x, y = dice.between(-24, 24), HEIGHT_PX - foot - build.height(SOLE_Y + 8) * scale
    else:
        low, high = ((1.06, 1.3) if extent == "half" else (1.5, 1.75)) if not chibi else (1.8, 2.05)
        scale = dice.between(low, high)
        x, y = dice.between(-40, 40), above * scale + dice.between(4, 28)
    return Placement(
        x=WIDTH_PX / 2 + x,
        y=y,
        scale=scale,
        tilt=dice.between(-6, 6),
        turn=dice.sign() * dice.between(0, 6) if dice.chance(0.5) else dice.sign() * dice.between(10, 21),
        nod=dice.between(-2, 2.5),
    )


def _build(dice: Dice, style: Style) -> Build:
    """Return proportions: longer legs and a smaller head the later the style."""
    late = (style.year - 2000) / 20
    return tall_build(0.83 + 0.09 * late + dice.between(-0.03, 0.04), 0.97 + 0.1 * late + dice.between(-0.03, 0.03))


def _stand(dice: Dice, asked: str | None, outfit: OutfitDesign, turn: float, chibi: bool) -> tuple[str, Pose]:
    """Return a posture's name and the pose; the body turns as the head does (`turn`, units), though less."""
    shares = {name: share for name, (_, _, share) in POSES.items()}
    if not outfit.skirt_end:
        shares["skirt_hold"] = 0.0
    if outfit.kind in ("kimono", "yukata"):
        shares |= {"skirt_hold": 0.0, "holding_bag": 0.2, "bag_at_side": 0.0, "hands_clasped": 3.0}
    posture = asked or dice.pick(tuple(shares), tuple(shares.values()))
    arms, held, _ = POSES[posture]
    if dice.chance(0.5):
        arms = (arms[1], arms[0])
    narrow = outfit.kind in ("kimono", "yukata") or (outfit.kind == "suit" and outfit.extra)
    stances = ("straight", "rest", "inward") if narrow else ("straight", "rest", "inward", "apart", "step")
    pose = Pose(
        weight=dice.sign() * dice.between(0.25, 1.0) * (0.6 if chibi else 1.0),
        turn=min(1.0, max(-1.0, turn / 20 + dice.between(-0.3, 0.3))),
        stance=dice.pick(stances, (1.5, 3.0, 1.2, 0.8, 0.8)[: len(stances)]),
        arms=arms,
        held=held,
    )
    return posture, pose


def _face(dice: Dice, has: Mapping[str, bool], skin: Ramp, eye: str, style: Style, chibi: bool) -> FaceDesign:
    shape = dice.pick(("soft", "sharp", "round", "long"), (3, 2, 2, 1))
    cheek, jaw, chin, point = _FACE_SHAPES["chibi" if chibi else shape]
    if has["open_mouth"]:
        mouth = dice.pick(OPEN_SMILES if has["smile"] else OPEN_MOUTHS)
    else:
        mouth = dice.pick(SMILES if has["smile"] else CLOSED_MOUTHS)
    late = (style.year - 2000) / 20
    eye_shape = dice.pick(EYE_SHAPES, (2.0, 2.4 - 1.7 * late, 1.7, 1.6, 0.8, 1.1 if not chibi else 0.1))
    slender, size = dice.between(0.94, 1.06), dice.between(0.86, 1.03)
    temper = {"tsurime": -1.0, "tareme": 1.0}.get(eye_shape, 0.0) + dice.between(-0.4, 0.4)
    return FaceDesign(
        skin=skin,
        eye=eye,
        shape=shape,
        cheek=cheek + dice.between(-1, 1),
        jaw=jaw + dice.between(-1.5, 1.5),
        chin=chin + dice.between(-1, 1),
        point=point,
        eye_shape=eye_shape,
        eye_x=dice.between(29.5, 31.5) + (0.8 if chibi else 0.0),
        eye_y=dice.between(12.5, 15.5) + (4.5 if chibi else 0.0),
        eye_width=(16.6 + dice.between(0, 1.6)) * slender * (0.5 + 0.5 * style.eye * size) * (1.12 if chibi else 1.0),
        eye_height=(18.0 + dice.between(0, 2.4)) / slender * style.eye * size * (1.2 if chibi else 1.0),
        eye_slant=dice.between(-0.8, 0.8),
        lid=dice.pick((0.0, 0.08, 0.2), (4.0, 2.0, 0.8)),
        lash=dice.pick(LASHES),
        lash_ink=palette.mix("#1c1018", palette.mix(skin.ink, "#2a1018", 0.5), 0.15 + 0.6 * late * dice.roll()),
        glint=dice.pick(GLINTS, (2.0, 1.4, 1.2, 0.4 + 1.2 * late)),
        brow=dice.pick(("arch", "straight", "thick", "fine"), (2, 1.3, 0.7, 1.5)),
        brow_slant=_BROW_OF_MOUTH.get(mouth, 0.0) + (-2.0 if has["smile"] else 1.6) * dice.roll() - 1.0 * temper,
        brow_lift=dice.between(-1.0, 3.5),
        nose=dice.pick(NOSES, (1.6 - 1.3 * late, 1.4, 0.5 + 1.2 * late, 1.0)),
        mouth=mouth,
        mouth_width=dice.between(0.85, 1.15),
        blush=has["blush"],
        blush_kind=dice.pick(("glow", "lines", "oval", "bridge"), (2.0, 1.6, 1.0, 0.5)),
        closed=0.0,
        gaze=(0.0, 0.0),
    )


def _hair(dice: Dice, has: Mapping[str, bool], ramp: Ramp, chibi: bool) -> HairDesign:
    tails = tuple(name for name in TAILS if has[name])
    long, short = has["long_hair"], has["short_hair"]
    tied = bool(tails) and not (long and "drill_hair" in tails and dice.chance(0.5))
    if tied:
        # Hair that is tied up leaves the neck free, or a little of it hangs.
        back_end = dice.between(50, 66) if dice.chance(0.2) else dice.between(82, 98)
    elif long:
        back_end = dice.between(240, 470) if not short else dice.between(190, 240)
    else:
        back_end = dice.between(82, 104) if short else dice.between(130, 165)
    # Long hair keeps a lock before the shoulder now and then; short hair ends by the jaw.
    lock_low, lock_high = (78.0, 150.0) if long else (52.0, 86.0)
    lock = dice.between(lock_low, lock_high)
    if long and not tied and dice.chance(0.3):
        lock = dice.between(170, 250)
    back = dice.pick(
        BACKS if long else BACKS[:3] + BACKS[4:], (2.6, 1.5, 1.0, 1.2, 0.8) if long else (1.0, 0.7, 1.2, 2.0)
    )
    open_top = not has["hat"]
    braided = "twin_tail" in tails and dice.chance(0.2)
    return HairDesign(
        ramp=ramp,
        fringe=dice.pick(FRINGES, (1.0, 1.1, 1.0, 1.0, 1.1, 1.0, 0.8, 1.0, 0.8, 0.45)),
        fringe_drop=dice.between(-6, 0.5) + (4.0 if chibi else 0.0),
        loose=dice.pick((0, 1, 2, 3), (1.0, 2.0, 2.0, 1.0)),
        part=dice.between(-1, 1),
        width=dice.between(78, 85) + (3.0 if chibi else 0.0),
        top=-dice.between(98, 106),
        puff=dice.between(-0.03, 0.05),
        side=dice.pick(("wide", "thin", "hime", "tucked"), (2.6, 2.4, 0.7, 1.4 if tied or not long else 0.6)),
        locks=(lock + dice.between(-8, 8), lock + dice.between(-8, 8)),
        sway=dice.between(-5, 7),
        back=back,
        back_end=back_end,
        flare=dice.between(4, 34) if long else dice.between(-6, 8),
        tails=tails,
        tail_end=dice.between(250, 420) if long else dice.between(120, 190),
        tail_high=dice.chance(0.7) and not braided,
        tail_side=dice.sign(),
        braided=braided,
        buns=not tails and open_top and dice.chance(0.035),
        wave=dice.pick((0.0, 0.0, 1.0)),
        ahoge=dice.pick(("curl", "spike", "pair")) if dice.chance(0.25) and open_top else "",
        fluff=dice.pick((0, 1, 2, 3, 4), (1, 1, 1, 1.5, 1)),
        shine=dice.pick(("ring", "double", "streaks", "none"), (2.4, 1.2, 1.6, 0.5)),
    )


def _props(dice: Dice, has: Mapping[str, bool]) -> PropsDesign:
    return PropsDesign(
        hat=dice.pick(HATS) if has["hat"] else "",
        ribbon=dice.pick(("side", "back", "band")) if has["ribbon"] else "",
        pin=dice.pick(("bars", "flower", "star")) if dice.chance(0.14) and not has["hat"] else "",
        glasses=dice.pick(("round", "square", "half", "oval")) if has["glasses"] else "",
        cloth=palette.cloth_ramp(dice.pick(palette.ACCENT)),
        frame=dice.pick(("#3a2f38", "#5a2430", "#2c3a5c", "#7a5232", "#a8323c")),
    )
