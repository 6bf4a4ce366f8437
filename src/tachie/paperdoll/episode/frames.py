"""Shots become frames: plates and cels, drawn once, are moved by affine maps and laid over each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tachie.paperdoll import render
from tachie.paperdoll.cast import Member, find_member
from tachie.paperdoll.episode import paint, plates, scenery, signs, titles
from tachie.paperdoll.episode.cels import Cel, CelBox, Pixels, Wanted, lay, premultiplied
from tachie.paperdoll.episode.shots import DAYLIGHT, STAGE_HIGH, STAGE_WIDE, Actor, Episode, Overlay, Shot, Tint, View

_BEFORE_DEPTH = 1.3
_LEFT, _TOP = (paint.PLATE_WIDE - STAGE_WIDE) / 2, (paint.PLATE_HIGH - STAGE_HIGH) / 2
_HALF_WIDE, _HALF_HIGH = STAGE_WIDE / 2, STAGE_HIGH / 2
Affine = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Head:
    """One head in one frame: box in px, clipped to the frame, and the share of it that lies inside the frame."""

    name: str
    outfit: int
    xyxy: tuple[float, float, float, float]
    share: float
    mood: str
    talking: bool
    eyes: float


@dataclass(frozen=True, slots=True)
class _Sprite:
    """Premultiplied pixels and the map from them to the frame."""

    rgba: Pixels
    to_frame: Affine
    key: tuple[Any, ...]


class Film:
    """Films shots of a cast at one height; drawn cels and plates are kept between shots."""

    def __init__(self, cast: Sequence[Member], height_px: int = 360) -> None:
        self.height_px = height_px
        self.width_px = round(height_px * STAGE_WIDE / STAGE_HIGH / 2) * 2
        self._cast = cast
        self._k = height_px / STAGE_HIGH
        self._cels = CelBox()
        self._plate = lru_cache(maxsize=12)(self._draw_plate)
        self._before = lru_cache(maxsize=6)(self._draw_before)
        self._sign = lru_cache(maxsize=64)(self._draw_sign)
        self._words = lru_cache(maxsize=4)(self._draw_words)

    def episode(self, episode: Episode) -> Iterator[tuple[Pixels, list[Head]]]:
        """Yield each frame as uint8 HWC RGB, not to be written to, with the heads that are in it."""
        for clip in episode.clips:
            yield from self.shot(clip.shot, clip.first, clip.frames)

    def shot(self, shot: Shot, first: int = 0, frames: int | None = None) -> Iterator[tuple[Pixels, list[Head]]]:
        """Yield `frames` frames of a shot from `first` on (to its end where None), each with its heads."""
        last_key: tuple[Any, ...] = ()
        picture: Pixels | None = None
        ground_key: tuple[Any, ...] = ()
        ground: Pixels | None = None
        end = shot.frames if frames is None else first + frames
        zoom = max(shot.camera.start.zoom, shot.camera.end.zoom)
        plate_zoom = _rounded(zoom * shot.ground[0].zoom)
        wanted = [self._wanted(shot, actor, zoom) for actor in shot.actors]
        for number in range(first, end):
            view = shot.camera.at(number, shot.frames)
            sprites, heads = self._play(shot, wanted, view, number)
            level = _fade(shot, number)
            plate = self._plate(_plate_at(shot, number), plate_zoom, shot.blur, shot.light[0])
            back = self._ground_map(shot, view, number, plate.shape[0] / paint.PLATE_HIGH)
            now = (_plate_at(shot, number), back.tobytes())
            key = (now, tuple(s.key for s in sprites), level)
            if picture is None or key != last_key:
                if ground is None or now != ground_key:
                    ground, ground_key = self._warped(plate, back), now
                picture, last_key = self._laid(ground, sprites, level, shot.fade_to), key
            yield picture, heads

    def _wanted(self, shot: Shot, actor: Actor, zoom: float) -> Wanted:
        lowest = (STAGE_HIGH - actor.y) / actor.size + 60
        below = round(lowest / 20 + 0.5) * 20 if actor.framing == "upper" else 2000.0
        px = round(actor.size * self._k * _rounded(zoom), 3)
        member = find_member(self._cast, actor.name)
        return Wanted(member, actor.outfit, actor.framing, px, below, shot.light[1], actor.stand, actor.small)

    def _play(self, shot: Shot, wanted: Sequence[Wanted], view: View, number: int) -> tuple[list[_Sprite], list[Head]]:
        sprites: list[_Sprite] = []
        heads: list[Head] = []
        for actor, want in zip(shot.actors, wanted, strict=True):
            look = actor.look(number)
            cel = self._cels.cel(want, look)
            dx, dy, stretch = actor.shift(number)
            to_frame = self._cel_map(actor, cel, view, (dx, dy, stretch))
            sprites.append(_Sprite(cel.rgba, to_frame, (actor.name, look, to_frame.tobytes())))
            if (head := self._head(actor, cel, to_frame, number)) is not None:
                heads.append(head)
            sprites += self._signs(actor, to_frame, cel, number)
        if shot.before is not None:
            drawn = self._before(shot.plate, shot.light[0])
            to_frame = self._map(view, _BEFORE_DEPTH, drawn.shape[0] / paint.PLATE_HIGH, -_LEFT, -_TOP - shot.before)
            sprites.append(_Sprite(drawn, to_frame, ("before", to_frame.tobytes())))
        if shot.overlay is not None:
            sprites += self._overlay(shot.overlay, number, shot.frames)
        return sprites, heads

    def _cel_map(self, actor: Actor, cel: Cel, view: View, shift: tuple[float, float, float]) -> Affine:
        """Return the map from a cel's px to the frame's, breathing from the cel's foot upwards."""
        dx, dy, stretch = shift
        to_stage = actor.size / cel.px
        foot = cel.rgba.shape[0]
        to_frame = self._map(view, 1.0, 1.0, 0.0, 0.0)
        x0, y0 = actor.x + dx - cel.origin[0] * to_stage, actor.y + dy - cel.origin[1] * to_stage
        own = np.array([[to_stage, 0, x0], [0, to_stage * stretch, y0 + to_stage * foot * (1 - stretch)], [0, 0, 1]])
        return np.asarray((np.vstack([to_frame, [0, 0, 1]]) @ own)[:2])

    def _map(self, view: View, depth: float, px: float, x: float, y: float) -> Affine:
        """Return the map to the frame of a layer of `px` pixels a stage unit that begins at (x, y) on the stage."""
        zoom = (1 + (view.zoom - 1) * depth) * self._k
        return np.array(
            [
                [zoom / px, 0, zoom * (x - _HALF_WIDE - view.x * depth) + self.width_px / 2],
                [0, zoom / px, zoom * (y - _HALF_HIGH - view.y * depth) + self.height_px / 2],
            ]
        )

    def _ground_map(self, shot: Shot, view: View, number: int, px: float) -> Affine:
        """Return the map to the frame of a plate of `px` pixels a stage unit."""
        start, end = shot.ground
        x = start.x + (end.x - start.x) * number / max(shot.frames - 1, 1)
        near = View(view.x + x / shot.depth, view.y + start.y / shot.depth, view.zoom)
        to_frame = self._map(near, shot.depth, px, -_LEFT, -_TOP)
        middle = np.array([self.width_px / 2, self.height_px / 2])
        to_frame[:, :2] *= start.zoom
        to_frame[:, 2] = middle + (to_frame[:, 2] - middle) * start.zoom
        return to_frame

    def _head(self, actor: Actor, cel: Cel, to_frame: Affine, number: int) -> Head | None:
        x0, y0, x1, y1 = (
            to_frame[i % 2, i % 2] * (cel.origin[i % 2] + cel.head[i] * cel.px) + to_frame[i % 2, 2] for i in range(4)
        )
        left, top = max(x0, 0.0), max(y0, 0.0)
        right, bottom = min(x1, float(self.width_px)), min(y1, float(self.height_px))
        if left >= right or top >= bottom:
            return None
        share = (right - left) * (bottom - top) / ((x1 - x0) * (y1 - y0))
        look = actor.look(number)
        box = (round(left, 1), round(top, 1), round(right, 1), round(bottom, 1))
        return Head(actor.name, actor.outfit, box, round(share, 3), look.mood, actor.talking(number), look.eyes)

    def _signs(self, actor: Actor, to_frame: Affine, cel: Cel, number: int) -> list[_Sprite]:
        found = []
        for sign in actor.signs:
            if number < sign.at:
                continue
            size = signs.pop(number - sign.at)
            px = max(round(cel.px * signs.SIZE), 4)
            pixels = self._sign(sign.kind, px)
            units_x, units_y = signs.place(sign.kind, sign.side)
            at = to_frame @ np.array([cel.origin[0] + units_x * cel.px, cel.origin[1] + units_y * cel.px, 1.0])
            scale = size * to_frame[0, 0]
            where = np.array([[scale, 0, at[0] - scale * px / 2], [0, scale, at[1] - scale * px / 2]])
            found.append(_Sprite(pixels, where, (sign.kind, where.tobytes())))
        return found

    def _overlay(self, overlay: Overlay, number: int, frames: int) -> list[_Sprite]:
        since = number - overlay.at
        if since < 0:
            return []
        level = min((since // 2 * 2 + 2) / overlay.fade, 1.0)
        pixels = self._words(overlay.kind, overlay.words, overlay.number)
        if level < 1:
            pixels = np.asarray(cv2.convertScaleAbs(pixels, alpha=level), np.uint8)
        start, end = overlay.roll
        y = start + (end - start) * number / max(frames - 1, 1)
        where = np.array([[1.0, 0, overlay.x * self._k], [0, 1.0, y * self._k]])
        return [_Sprite(pixels, where, (overlay.kind, level, where.tobytes()))]

    def _warped(self, plate: Pixels, to_frame: Affine) -> Pixels:
        size = (self.width_px, self.height_px)
        return np.asarray(
            cv2.warpAffine(plate, to_frame, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8
        )

    def _laid(self, ground: Pixels, sprites: Sequence[_Sprite], level: float, to: int) -> Pixels:
        picture = ground.copy()
        for sprite in sprites:
            _lay(picture, sprite)
        if level < 1:
            picture = np.asarray(cv2.convertScaleAbs(picture, alpha=level, beta=to * (1 - level)), np.uint8)
        return np.asarray(picture, np.uint8)

    def _draw_plate(self, name: str, zoom: float, blur: float, tint: Tint) -> Pixels:
        svg = scenery.draw_place(name) if name in scenery.PLACES else plates.draw_plate(name)
        rgb = render.to_rgb(svg, ceil(paint.PLATE_WIDE * self._k * zoom))
        if tint != DAYLIGHT:
            rgb = np.asarray(cv2.transform(rgb, np.diag(tint)), np.uint8)
        if blur:
            rgb = np.asarray(cv2.GaussianBlur(rgb, (0, 0), blur * self._k * zoom), np.uint8)
        return rgb

    def _draw_before(self, place: str, tint: Tint) -> Pixels:
        wide = ceil(paint.PLATE_WIDE * self._k * _BEFORE_DEPTH)
        return premultiplied(render.to_rgba(scenery.draw_before(place), wide), tint)

    def _draw_sign(self, kind: str, px: int) -> Pixels:
        return premultiplied(render.to_rgba(signs.draw_sign(kind), px))

    def _draw_words(self, kind: str, words: tuple[str, ...], number: int) -> Pixels:
        if kind == "credits":
            lines, high = titles.credits(words, titles.CREDITS_WIDE)
            return titles.lettering(lines, titles.CREDITS_WIDE, high, self._k)
        if kind == "title":
            lines = titles.title_card(number, words[0])
        else:
            lines = titles.logo() if kind == "logo" else titles.logo(566.0)[:2]
        return titles.lettering(lines, STAGE_WIDE, STAGE_HIGH, self._k)


def _lay(picture: Pixels, sprite: _Sprite) -> None:
    """Lay a sprite over the part of the picture that it covers."""
    (a, _, x), (_, d, y) = sprite.to_frame
    high, wide = sprite.rgba.shape[:2]
    x0, y0 = max(floor(x), 0), max(floor(y), 0)
    x1, y1 = min(ceil(x + a * wide) + 1, picture.shape[1]), min(ceil(y + d * high) + 1, picture.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    shifted = sprite.to_frame - np.array([[0, 0, x0], [0, 0, y0]])
    moved = cv2.warpAffine(sprite.rgba, shifted, (x1 - x0, y1 - y0), flags=cv2.INTER_LINEAR)
    lay(picture, np.asarray(moved, np.uint8), x0, y0)


def _plate_at(shot: Shot, number: int) -> str:
    return shot.flicker if shot.flicker and number // 3 % 2 else shot.plate


def _fade(shot: Shot, number: int) -> float:
    """Return how much of the picture shows at a frame, 0..1."""
    level = 1.0
    if shot.fade_in:
        level = min(level, (number + 1) / (shot.fade_in + 1))
    if shot.fade_out:
        level = min(level, (shot.frames - number) / (shot.fade_out + 1))
    return max(level, 0.0)


def _rounded(zoom: float) -> float:
    """Return a zoom rounded up to tenths, so that shots share plates and cels; never under 1."""
    return max(ceil(zoom * 10 - 1e-6) / 10, 1.0)
