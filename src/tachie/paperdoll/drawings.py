"""Drawings: the cast as other hands would draw it, in other lines, palettes, proportions and media.

They share nothing with the episodes but the characters: an independent test set, as the drawings from image boards are
to the frames of the GochiUsa_Faces set.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from tachie.core.boxes import Box
from tachie.core.images import Rgb
from tachie.paperdoll import compose, effects, render
from tachie.paperdoll.acting import MOODS, Look, Stand, act
from tachie.paperdoll.cast import Member
from tachie.paperdoll.character import POSES, SCENES, WIDTH_PX, Character
from tachie.paperdoll.dice import Dice
from tachie.paperdoll.style import YEARS, make_style

_COLOR = re.compile(r"#[0-9a-f]{6}\b")
_STROKE = re.compile(r'stroke="#[0-9a-f]{6}"')


@dataclass(frozen=True, slots=True)
class Hand:
    """One way to draw: what changes in the design, in the SVG's colours, and on the pixels."""

    line: tuple[float, float] = (0.9, 1.2)  # factor on the year's width of lines, from and to
    ink: tuple[str, ...] = ()  # one of these for all outlines
    hue: float = 8.0  # the palette is turned by up to so many degrees
    saturation: tuple[float, float] = (0.9, 1.1)
    light: tuple[float, float] = (0.95, 1.05)
    shading: Literal["", "flat", "cel", "soft"] = ""
    medium: Callable[[Rgb, int, Box], Rgb] | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing as uint8 HWC RGB: who it is, the hand that drew it, her head's box in px and tags."""

    seed: int
    name: str
    hand: str
    rgb: Rgb
    head_xyxy: Box
    tags: tuple[str, ...]


def _noise(shape: tuple[int, ...], grain_px: float, seed: int) -> NDArray[np.float32]:
    """Return smooth noise of mean 0 and deviation 1, its spots about `grain_px` large."""
    small = tuple(max(int(side / grain_px), 2) for side in shape[:2])
    rough = np.random.Generator(np.random.PCG64(seed % 2**63)).standard_normal(small).astype(np.float32)
    smooth = cv2.resize(rough, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray((smooth - smooth.mean()) / max(float(smooth.std()), 1e-6), np.float32)


def _wobble(rgb: Rgb, reach_px: float, seed: int) -> Rgb:
    """Return the picture with its lines drawn by an unsteady hand."""
    rows, columns = np.mgrid[: rgb.shape[0], : rgb.shape[1]].astype(np.float32)
    dx, dy = (_noise(rgb.shape, 24, seed + k) * reach_px for k in (0, 1))
    return np.asarray(
        cv2.remap(rgb, columns + dx, rows + dy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def _paper(shape: tuple[int, ...], seed: int, depth: float) -> NDArray[np.float32]:
    """Return what a paper's grain does to light, about 1."""
    grain = 0.6 * _noise(shape, 1.6, seed) + 0.4 * _noise(shape, 5, seed + 1)
    return np.asarray(1 - depth * np.clip(grain + 0.6, 0, 3)[..., None], np.float32)


def wash(rgb: Rgb, seed: int, head_xyxy: Box) -> Rgb:
    """Return the picture in watercolours: pigment that pools at edges, runs unevenly and leaves paper through."""
    wet = _wobble(rgb, 1.4, seed).astype(np.float32) / 255
    soft = cv2.bilateralFilter(cv2.bilateralFilter(wet, 7, 0.12, 6), 9, 0.1, 8)
    pooled = soft - 0.9 * (cv2.GaussianBlur(soft, (0, 0), 5) - soft)
    strength = (
        0.78 + 0.16 * _noise(rgb.shape, 46, seed + 2)[..., None] + 0.05 * _noise(rgb.shape, 9, seed + 3)[..., None]
    )
    thin = 1 - (1 - np.clip(pooled, 0, 1)) * np.clip(strength, 0.3, 1.15)
    lines = np.clip((rgb.mean(2, keepdims=True) / 255 - 0.1) * 3.2, 0.25, 1)
    on_paper = thin * (0.45 + 0.55 * lines) * _paper(rgb.shape, seed + 4, 0.03) * np.array([1.0, 0.985, 0.95])
    return np.asarray(np.clip(on_paper * 255, 0, 255), np.uint8)


def pencil(rgb: Rgb, seed: int, head_xyxy: Box) -> Rgb:
    """Return the picture in coloured pencils: hatched, pale, on rough paper."""
    picture = _wobble(rgb, 0.9, seed).astype(np.float32) / 255
    rows, columns = np.mgrid[: rgb.shape[0], : rgb.shape[1]].astype(np.float32)
    hatch = 0.5 + 0.5 * np.sin((columns * 0.8 + rows * 1.15) * 1.5 + 2.5 * _noise(rgb.shape, 30, seed + 1))
    dark = 1 - picture
    kept = 0.5 + 0.3 * (hatch * np.clip(1.25 + 0.22 * _noise(rgb.shape, 2.4, seed + 2), 0.4, 1.6))[..., None]
    drawn = 1 - dark * np.clip(kept + 0.7 * np.clip(dark.mean(2, keepdims=True) - 0.6, 0, 1), 0, 1)
    return np.asarray(np.clip(drawn * _paper(rgb.shape, seed + 3, 0.02) * 255, 0, 255), np.uint8)


def sketch(rgb: Rgb, seed: int, head_xyxy: Box) -> Rgb:
    """Return graphite lines with a little tone."""
    grey = cv2.cvtColor(_wobble(rgb, 1.1, seed), cv2.COLOR_RGB2GRAY).astype(np.float32)
    dodge = np.clip(grey / np.maximum(cv2.GaussianBlur(grey, (0, 0), 2.2), 1), 0, 1) ** 2.2
    tone = 0.72 + 0.28 * grey / 255
    drawn = dodge * tone * _paper(rgb.shape, seed + 1, 0.035)[..., 0]
    return np.asarray(np.clip(drawn[..., None] * np.array([250.0, 248, 243]), 0, 255), np.uint8)


def print_out(rgb: Rgb, seed: int, head_xyxy: Box) -> Rgb:
    """Return an old colour print: few tones, inks out of register, a yellowed sheet."""
    steps = 52.0
    flat = np.round(rgb.astype(np.float32) / steps) * steps
    inks = [np.roll(flat[..., k], shift, (0, 1)) for k, shift in enumerate(((0, 1), (0, 0), (1, -1)))]
    sheet = np.dstack(inks) * np.array([0.99, 0.95, 0.84]) * _paper(rgb.shape, seed, 0.02) + np.array([6.0, 4, 0])
    return np.asarray(np.clip(sheet, 0, 255), np.uint8)


def glow(rgb: Rgb, seed: int, head_xyxy: Box) -> Rgb:
    """Return the picture as if lit from behind: bloom around what is bright, a gradient of light over it."""
    picture = rgb.astype(np.float32) / 255
    bloom = cv2.GaussianBlur(np.clip(picture - 0.65, 0, 1), (0, 0), rgb.shape[1] / 28)
    down = np.linspace(0, 1, rgb.shape[0], dtype=np.float32)[:, None, None]
    tint = np.array([1.06, 1.0, 0.94], np.float32) * (1 - down) + np.array([0.9, 0.94, 1.08], np.float32) * down
    return np.asarray(np.clip((picture * 0.94 + bloom * 0.45) * tint * 255, 0, 255), np.uint8)


HANDS: dict[str, Hand] = {
    "brush": Hand(line=(1.5, 2.3), ink=("#2a1c20", "#1c1c2c"), saturation=(1.0, 1.25)),
    "fine": Hand(line=(0.4, 0.65), ink=("#6a4a58", "#54506e", "#7a5a4a"), light=(1.02, 1.1), shading="soft"),
    "pastel": Hand(line=(0.7, 1.0), ink=("#a0788c", "#8a84b0"), saturation=(0.5, 0.72), light=(1.1, 1.22), hue=14.0),
    "vivid": Hand(hue=16.0, saturation=(1.3, 1.6), light=(0.92, 1.0), shading="cel"),
    "flat": Hand(line=(0.9, 1.5), shading="flat", hue=12.0),
    "wash": Hand(line=(0.5, 0.8), ink=("#6b5560", "#5a5a6a"), saturation=(0.9, 1.15), medium=wash),
    "pencil": Hand(line=(0.7, 1.1), saturation=(0.8, 1.1), medium=pencil),
    "sketch": Hand(line=(0.8, 1.2), medium=sketch),
    "print": Hand(line=(1.0, 1.5), ink=("#241c1c",), medium=print_out),
    "glow": Hand(line=(0.6, 0.9), shading="soft", medium=glow),
    "sepia": Hand(medium=effects.sepia),
    "grey": Hand(medium=effects.greyscale),
    "screentone": Hand(line=(1.0, 1.5), ink=("#141216",), shading="flat", medium=effects.screentone),
}
# Drawings without colour leave the haircut alone to tell who it is; they are as rare as on image boards.
_WEIGHTS = tuple(0.35 if name in ("sepia", "grey", "screentone", "sketch") else 1.0 for name in HANDS)


def draw_drawing(cast: Sequence[Member], seed: int) -> Drawing:
    """Return the drawing of a seed; seeds that follow each other go through the cast in turn."""
    member = cast[seed % len(cast)]
    dice = Dice(seed, "effects")
    name = dice.pick(tuple(HANDS), _WEIGHTS)
    hand = HANDS[name]
    who = _redesigned(member, hand, seed, dice)
    rgb = render.to_rgb(_redrawn(compose.draw(who), hand, dice), round(dice.between(420, 720)))
    k = rgb.shape[1] / float(WIDTH_PX)
    head = compose.locate(who).head_xyxy
    rgb, box = _framed(rgb, (head[0] * k, head[1] * k, head[2] * k, head[3] * k), dice)
    if hand.medium is not None:
        rgb = hand.medium(rgb, seed, box)
    rounded = (round(box[0], 1), round(box[1], 1), round(box[2], 1), round(box[3], 1))
    return Drawing(seed, member.name, name, rgb, rounded, compose.tags(who))


def _redesigned(member: Member, hand: Hand, seed: int, dice: Dice) -> Character:
    """Return the character in other proportions, clothes and mood, but with her own hair and colours."""
    outfit = int(dice.roll() * len(member.wardrobe))
    who = member.small(outfit) if dice.chance(0.12) else member.wearing(outfit)
    style = make_style(seed, dice.pick(YEARS))
    style = replace(style, line=style.line * dice.between(*hand.line))
    if hand.shading:
        style = replace(style, shading=hand.shading)
    open_, tall = dice.between(0.88, 1.16), dice.between(0.85, 1.2)
    face = replace(
        who.face,
        eye_width=who.face.eye_width * open_,
        eye_height=who.face.eye_height * tall,
        chin=who.face.chin + dice.between(-2.5, 2.5),
        jaw=who.face.jaw + dice.between(-2.5, 2.5),
        mouth_width=dice.between(0.8, 1.25),
    )
    hair = replace(
        who.hair, back_end=who.hair.back_end * dice.between(0.94, 1.08), width=who.hair.width * dice.between(0.97, 1.05)
    )
    look = Look(
        mood=dice.pick(tuple(MOODS)),
        eyes=1.0 if dice.chance(0.06) else 0.0,
        mouth=dice.pick((0, 1, 2), (2.0, 1.0, 1.0)),
        tilt=dice.between(-9, 9),
        turn=dice.between(-17, 17),
        nod=dice.between(-2, 2.5),
        gaze=(dice.between(-0.5, 0.5), dice.between(-0.3, 0.3)),
    )
    scale = dice.between(0.85, 1.1) * (1.5 if who.chibi else 1.0)
    who = replace(who, seed=seed, face=face, hair=hair, style=style, scene=dice.pick(tuple(SCENES)), extent="half")
    stand = Stand(dice.pick(tuple(POSES)), dice.between(-0.7, 0.7), dice.chance(0.5))
    return act(who, look, 300 + dice.between(-40, 40), 195 * scale + dice.between(-10, 25), scale, stand)


def _redrawn(svg: str, hand: Hand, dice: Dice) -> str:
    """Return an SVG with its lines and colours as a hand has them."""
    turn = dice.between(-hand.hue, hand.hue)
    strength, light = dice.between(*hand.saturation), dice.between(*hand.light)
    known: dict[str, str] = {}

    def recolored(found: re.Match[str]) -> str:
        color = found[0]
        if color not in known:
            known[color] = _shifted(color, turn, strength, light)
        return known[color]

    svg = _COLOR.sub(recolored, svg)
    return _STROKE.sub(f'stroke="{dice.pick(hand.ink)}"', svg) if hand.ink else svg


def _shifted(color: str, turn: float, saturation: float, light: float) -> str:
    """Return "#rrggbb" with its hue turned (degrees), its saturation and lightness multiplied."""
    rgb = np.array([[[int(color[i : i + 2], 16) for i in (1, 3, 5)]]], np.float32) / 255
    hue, lightness, strength = (float(v) for v in cv2.cvtColor(rgb, cv2.COLOR_RGB2HLS)[0, 0])
    lifted = min(lightness * light, 1.0) if light <= 1 else 1 - (1 - lightness) / light
    hls = np.array([[[(hue + turn) % 360, lifted, min(strength * saturation, 1.0)]]], np.float32)
    r, g, b = np.clip(np.rint(cv2.cvtColor(hls, cv2.COLOR_HLS2RGB)[0, 0] * 255), 0, 255).astype(int).tolist()
    return f"#{r:02x}{g:02x}{b:02x}"


def _framed(rgb: Rgb, head: Box, dice: Dice) -> tuple[Rgb, Box]:
    """Return the picture whole, or cut to bust or portrait, and the head's box in it."""
    high, wide = rgb.shape[:2]
    reach = dice.pick((0.0, 1.6, 2.4), (1.0, 1.0, 1.2))
    if not reach:
        return rgb, head
    side = reach * max(head[2] - head[0], head[3] - head[1])
    x, y = (head[0] + head[2]) / 2 + dice.between(-0.1, 0.1) * side, (head[1] + head[3]) / 2 + 0.12 * side
    x0, y0 = max(int(x - side / 2), 0), max(int(y - side / 2), 0)
    x1, y1 = min(int(x + side / 2), wide), min(int(y + side * 0.62), high)
    box = (max(head[0] - x0, 0.0), max(head[1] - y0, 0.0), min(head[2], x1) - x0, min(head[3], y1) - y0)
    return np.ascontiguousarray(rgb[y0:y1, x0:x1]), box
