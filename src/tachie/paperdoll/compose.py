"""Puts a character together: painting order, the head's place, its box and tags."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import cos, radians, sin
from typing import Literal

from tachie.core.attributes import FLAGS, HAIR_STYLES, YES
from tachie.paperdoll import head
from tachie.paperdoll.background import draw_background, draw_ground_shadow
from tachie.paperdoll.character import HEIGHT_PX, WIDTH_PX, Character
from tachie.paperdoll.dice import Dice
from tachie.paperdoll.figure import SOLE_Y, Figure
from tachie.paperdoll.landmarks import face_landmarks, head_outline
from tachie.paperdoll.outfits.dress import draw_dressed
from tachie.paperdoll.outfits.wear import Wear
from tachie.paperdoll.pen import Pen
from tachie.paperdoll.svg import Canvas, Point, num
from tachie.paperdoll.words import head_tags, outfit_tags, picture_tags

# The head turns about the neck.
_PIVOT_Y = 78.0
_TAG_OF = {"twin_tail": "twintails"}
_SCENE_OPEN, _SCENE_CLOSE = '<g id="scene">', '</g><g id="figure"'

Layer = Literal["behind", "body", "before"]
LAYERS: tuple[Layer, ...] = ("behind", "body", "before")


@dataclass(frozen=True, slots=True)
class Located:
    """Where the head is, in px of the picture: its named points (`face_landmarks`) and the whole head's box."""

    landmarks: dict[str, Point]
    head_xyxy: tuple[float, float, float, float]


def locate(who: Character) -> Located:
    """Return the landmarks of a character's picture, at 1/100 px."""
    points = {name: _to_picture(who, point) for name, point in face_landmarks(who).items()}
    outline = [_to_picture(who, p) for p in head_outline(who)]
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    box = (round(min(xs), 2), round(min(ys), 2), round(max(xs), 2), round(max(ys), 2))
    return Located({name: (round(x, 2), round(y, 2)) for name, (x, y) in points.items()}, box)


def _to_picture(who: Character, point: Point) -> Point:
    place = who.placement
    angle = radians(place.tilt)
    x, y = point[0], point[1] - _PIVOT_Y
    turned = (x * cos(angle) - y * sin(angle), x * sin(angle) + y * cos(angle) + _PIVOT_Y)
    return place.x + turned[0] * place.scale, place.y + turned[1] * place.scale


def draw(who: Character, *, scene: str | None = None, layers: Collection[Layer] = LAYERS) -> str:
    """Return the SVG of a character before its own scene or the one given; "none" leaves the ground transparent.

    Of the figure only the `layers` named are drawn: what hangs behind the body, the body, the head before it.
    """
    canvas = Canvas()
    place = who.placement
    if scene != "none":
        canvas.raw(_SCENE_OPEN)
        draw_background(canvas, scene or who.scene, who.scene_color, Dice(who.seed, "scene"))
        if who.extent == "full":
            foot = (place.x + who.pose.weight * 6, place.y + (who.build.height(SOLE_Y) - 4) * place.scale)
            draw_ground_shadow(canvas, scene or who.scene, foot, 112 * who.build.foot * place.scale)
        canvas.raw("</g>")
    turn = f"rotate({num(place.tilt)} 0 {num(_PIVOT_Y)})"
    canvas.raw(f'<g id="figure" transform="translate({num(place.x)} {num(place.y)}) scale({place.scale:.4f})">')
    if "behind" in layers:
        with canvas.group(transform=turn):
            head.draw_behind(canvas, who)
    if "body" in layers:
        wear = Wear(Pen(canvas, who.style), Figure(who.pose, who.build), who.outfit, who.face.skin)
        draw_dressed(wear, place.tilt)
    if "before" in layers:
        with canvas.group(transform=turn):
            head.draw_before(canvas, who)
    canvas.raw("</g>")
    return canvas.document(WIDTH_PX, HEIGHT_PX)


def without_scene(svg: str) -> str:
    """Return a picture that `draw` has made with its scene taken out, so that the ground is transparent."""
    before, opened, rest = svg.partition(_SCENE_OPEN)
    if not opened:
        return svg
    return before + rest[rest.index(_SCENE_CLOSE) + len("</g>") :]


def tags(who: Character) -> tuple[str, ...]:
    """Return booru-like tags of what is drawn."""
    stated = who.attributes
    row = ["1girl", "solo", f"{stated['hair_color']}_hair", f"{stated['eye_color']}_eyes"]
    row += [_TAG_OF.get(name, name) for name in (*HAIR_STYLES, *FLAGS) if stated[name] == YES]
    if stated["open_mouth"] != YES:
        row.append("closed_mouth")
    row += [*head_tags(who), *outfit_tags(who), *picture_tags(who)]
    return tuple(dict.fromkeys(row))
