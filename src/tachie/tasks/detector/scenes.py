"""Pictures to train the head detector on: real ones turned over and over, and scenes put together from parts.

A scene is uint8 HWC RGB with the true head boxes in it. Nothing is read here but what the caller hands in (`Stock`),
so that a fold of a cross-validation sees its own pictures alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import cos, radians, sin

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from tachie.core.images import Rgb

Boxes = NDArray[np.float32]  # [n, 4] xyxy, px
_NONE: Boxes = np.zeros((0, 4), np.float32)
LEAST_PX = 7.0  # a head smaller than this in the network's input cannot be asked for


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels (HWC, RGB or RGBA) and the heads in it."""

    pixels: NDArray[np.uint8]
    heads: Boxes


@dataclass(frozen=True, slots=True)
class Stock:
    """What scenes are made of: whole pictures, figures with alpha, faces cut by others, grounds without a face."""

    whole: Sequence[Picture] = field(default_factory=list)
    figures: Sequence[Picture] = field(default_factory=list)
    faces: Sequence[Picture] = field(default_factory=list)
    grounds: Sequence[Rgb] = field(default_factory=list)


def scene(stock: Stock, rng: Generator, px: int, real: float) -> Picture:
    """Return a picture of `px` by `px`; with probability `real` it comes from the whole pictures."""
    if stock.whole and rng.random() < real:
        picture = _mosaic(stock, rng, px, real=True) if rng.random() < 0.25 else _view(_any(stock.whole, rng), rng, px)
    else:
        make = (_pasted, _pasted, _closeup, _mosaic)[rng.integers(4)]
        picture = make(stock, rng, px)
    return _spoiled(_mirrored_or_turned(_shaded(_part_hidden(picture, stock, rng), rng), rng), rng)


def _sized(pixels: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    inter = cv2.INTER_AREA if height < pixels.shape[0] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, (max(1, width), max(1, height)), interpolation=inter), np.uint8)


def _any(row: Sequence[Picture], rng: Generator) -> Picture:
    return row[int(rng.integers(len(row)))]


def _view(picture: Picture, rng: Generator, px: int) -> Picture:
    """A window on a picture: scaled, shifted, squeezed a little, turned by some degrees, the rest filled."""
    height, width = picture.pixels.shape[:2]
    scale = px / max(height, width) * float(np.exp(rng.uniform(-0.5, 0.9)))
    squeeze = float(np.exp(rng.uniform(-0.12, 0.12)))
    angle = _tilt(rng, 10) if rng.random() < 0.5 else 0.0
    sx, sy = scale * squeeze, scale / squeeze
    turn = radians(angle)
    matrix = np.array([[sx * cos(turn), -sy * sin(turn), 0], [sx * sin(turn), sy * cos(turn), 0]])
    if len(picture.heads) and rng.random() < 0.8:  # a head somewhere in sight
        x0, y0, x1, y1 = picture.heads[int(rng.integers(len(picture.heads)))]
        middle = matrix[:, :2] @ np.array([(x0 + x1) / 2, (y0 + y1) / 2])
        matrix[:, 2] = rng.uniform(0.12, 0.88, 2) * px - middle
    else:
        middle = matrix[:, :2] @ np.array([width / 2, height / 2])
        matrix[:, 2] = rng.uniform(0.3, 0.7, 2) * px - middle
    # Filled with one colour mostly: what lies outside a letterboxed picture is black.
    fill = (0, 0, 0) if rng.random() < 0.6 else tuple(int(v) for v in rng.integers(0, 256, 3))
    source = picture.pixels
    if scale < 0.5:  # warping samples four pixels: shrink first
        source = _sized(source, round(width * scale * 1.4), round(height * scale * 1.4))
        ratio = np.array([width / source.shape[1], height / source.shape[0]])
        matrix = matrix.copy()
        matrix[:, :2] = matrix[:, :2] * ratio
        heads = np.asarray(picture.heads / np.tile(ratio, 2), np.float32)
    else:
        heads = picture.heads
    out = cv2.warpAffine(source, matrix, (px, px), flags=cv2.INTER_LINEAR, borderValue=fill)
    return _clipped(np.asarray(out, np.uint8), _moved(heads, matrix), rng)


def _tilt(rng: Generator, usual: float) -> float:
    """Degrees: mostly a few, now and then anything from lying on one side to lying on the other."""
    return float(rng.normal(0, usual) if rng.random() < 0.7 else rng.uniform(-100, 100))


def _moved(heads: Boxes, matrix: NDArray[np.float64]) -> Boxes:
    """Boxes around the ellipses in the boxes, moved: a head is round, so its corners do not count."""
    if not len(heads):
        return _NONE
    centre = np.stack(((heads[:, 0] + heads[:, 2]) / 2, (heads[:, 1] + heads[:, 3]) / 2), 1)
    half = np.stack(((heads[:, 2] - heads[:, 0]) / 2, (heads[:, 3] - heads[:, 1]) / 2), 1)
    centre = centre @ matrix[:, :2].T + matrix[:, 2]
    half = np.sqrt((half**2) @ (matrix[:, :2] ** 2).T)
    return np.concatenate((centre - half, centre + half), 1).astype(np.float32)


def _clipped(pixels: NDArray[np.uint8], heads: Boxes, rng: Generator) -> Picture:
    """Heads cut by the frame keep what is in sight; where less than half is left they are painted over."""
    if not len(heads):
        return Picture(pixels, _NONE)
    height, width = pixels.shape[:2]
    inside = np.clip(heads, 0, np.array([width, height, width, height], np.float32))
    size = (heads[:, 2] - heads[:, 0]) * (heads[:, 3] - heads[:, 1])
    left = (inside[:, 2] - inside[:, 0]) * (inside[:, 3] - inside[:, 1])
    seen = left / np.maximum(size, 1e-6)
    small = np.minimum(inside[:, 2] - inside[:, 0], inside[:, 3] - inside[:, 1]) < LEAST_PX
    for k in np.flatnonzero((left > 0) & ((seen < 0.5) | small)):
        x0, y0, x1, y1 = (int(v) for v in inside[k])
        pixels[y0 : y1 + 1, x0 : x1 + 1] = rng.integers(0, 256, 3)
    keep = (seen >= 0.5) & ~small
    return Picture(pixels, inside[keep])


def _ground(stock: Stock, rng: Generator, px: int) -> Rgb:
    kind = rng.random()
    if stock.grounds and kind < 0.6:
        ground = stock.grounds[int(rng.integers(len(stock.grounds)))]
        height, width = ground.shape[:2]
        side = int(rng.uniform(0.25, 1.0) * min(height, width))
        y, x = int(rng.integers(height - side + 1)), int(rng.integers(width - side + 1))
        out = _sized(ground[y : y + side, x : x + side], px, px)
        return np.ascontiguousarray(out[:, ::-1]) if rng.random() < 0.5 else np.ascontiguousarray(out)
    if kind < 0.75:
        return np.full((px, px, 3), 255 if rng.random() < 0.6 else rng.integers(0, 256, 3), np.uint8)
    # Colours that run into each other, now and then with ovals and strokes: round things that are no heads.
    coarse = rng.integers(0, 256, (int(rng.integers(2, 6)), int(rng.integers(2, 6)), 3)).astype(np.uint8)
    out = np.asarray(cv2.resize(coarse, (px, px), interpolation=cv2.INTER_CUBIC), np.uint8)
    for _ in range(int(rng.integers(0, 14))):
        centre = tuple(int(v) for v in rng.integers(0, px, 2))
        axes = tuple(int(v) for v in rng.integers(2, max(4, px // 4), 2))
        colour = tuple(int(v) for v in rng.integers(0, 256, 3))
        thick = -1 if rng.random() < 0.6 else int(rng.integers(1, 5))
        cv2.ellipse(out, centre, axes, float(rng.uniform(0, 180)), 0, 360, colour, thick, cv2.LINE_AA)
    return out


def _pasted(stock: Stock, rng: Generator, px: int) -> Picture:
    """Figures and cut faces before a ground, and pieces of ground pasted the same way, so that an edge says nothing."""
    out = _ground(stock, rng, px)
    for _ in range(int(rng.integers(0, 3))):
        side = int(rng.integers(px // 12, px // 3))
        x, y = (int(v) for v in rng.integers(0, px - side, 2))
        _lay(out, _ground(stock, rng, side), _soft(side, rng), x, y)
    heads: list[Boxes] = []
    for _ in range(int(rng.choice([0, 1, 2, 3, 5], p=[0.06, 0.4, 0.3, 0.16, 0.08]))):
        if stock.figures and rng.random() < 0.55:
            figure = _any(stock.figures, rng)
            tall = px * float(np.exp(rng.uniform(np.log(0.35), np.log(2.2))))
            scale = tall / figure.pixels.shape[0]
            part = _sized(figure.pixels, round(figure.pixels.shape[1] * scale), round(tall))
            boxes = figure.heads * np.float32(scale)
            alpha = part[..., 3:].astype(np.float32) / np.float32(255)
        elif stock.faces:
            face = _any(stock.faces, rng)
            side = int(px * float(np.exp(rng.uniform(np.log(0.08), np.log(0.75)))))
            scale = side / face.pixels.shape[0]
            part = _sized(face.pixels, side, side)
            boxes = face.heads * np.float32(scale)
            alpha = _soft(side, rng)
        else:
            continue
        if rng.random() < 0.5:
            part, alpha = part[:, ::-1], alpha[:, ::-1]
            boxes = _mirrored(boxes, part.shape[1])
        if rng.random() < 0.4:
            part, alpha, boxes = _tilted(part[..., :3], alpha, boxes, _tilt(rng, 14))
        x = int(rng.uniform(-0.2, 0.9) * px - 0.1 * part.shape[1])
        y = int(rng.uniform(-0.05, 0.8) * px - 0.1 * part.shape[0])
        _lay(out, part[..., :3], alpha, x, y)
        boxes = boxes + np.array([x, y, x, y], np.float32)
        # What stands in front hides what was there before.
        heads = [h[_share_hidden(h, alpha, x, y) < 0.4] for h in heads]
        heads.append(boxes)
    return _clipped(out, np.concatenate(heads) if heads else _NONE, rng)


def _tilted(
    part: Rgb, alpha: NDArray[np.float32], heads: Boxes, angle: float
) -> tuple[Rgb, NDArray[np.float32], Boxes]:
    """Turn a part by `angle` degrees on a canvas that holds all of it."""
    height, width = part.shape[:2]
    c, s = cos(radians(angle)), sin(radians(angle))
    wide, high = int(abs(c) * width + abs(s) * height) + 1, int(abs(s) * width + abs(c) * height) + 1
    matrix = np.array(
        [[c, -s, wide / 2 - (c * width - s * height) / 2], [s, c, high / 2 - (s * width + c * height) / 2]]
    )
    turned = cv2.warpAffine(np.ascontiguousarray(part), matrix, (wide, high), flags=cv2.INTER_LINEAR)
    mask = cv2.warpAffine(np.ascontiguousarray(alpha[..., 0]), matrix, (wide, high), flags=cv2.INTER_LINEAR)
    return np.asarray(turned, np.uint8), np.asarray(mask, np.float32)[..., None], _moved(heads, matrix)


def _share_hidden(heads: Boxes, alpha: NDArray[np.float32], x: int, y: int) -> NDArray[np.float32]:
    """Which share of each head lies under what was pasted."""
    out = np.zeros(len(heads), np.float32)
    for k, (x0, y0, x1, y1) in enumerate(heads):
        a = alpha[max(0, int(y0) - y) : max(0, int(y1) - y), max(0, int(x0) - x) : max(0, int(x1) - x)]
        out[k] = float(a.sum()) / max(1.0, float((x1 - x0) * (y1 - y0)))
    return out


def _soft(side: int, rng: Generator) -> NDArray[np.float32]:
    """A mask for a square piece: whole, rounded or oval, its edge hard or soft."""
    kind = rng.random()
    mask: NDArray[np.float32] = np.ones((side, side), np.float32)
    if kind > 0.4:
        mask[:] = 0
        half = side // 2
        axes = (int(half * rng.uniform(0.85, 1)), int(half * rng.uniform(0.9, 1)))
        cv2.ellipse(mask, (half, half), axes, 0, 0, 360, 1.0, -1)
    if kind > 0.2:
        mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), max(0.5, side * float(rng.uniform(0.005, 0.05)))), np.float32)
    return mask[..., None]


def _lay(out: Rgb, part: Rgb, alpha: NDArray[np.float32], x: int, y: int) -> None:
    height, width = out.shape[:2]
    x0, y0, x1, y1 = max(0, x), max(0, y), min(width, x + part.shape[1]), min(height, y + part.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    over = part[y0 - y : y1 - y, x0 - x : x1 - x].astype(np.float32)
    a = alpha[y0 - y : y1 - y, x0 - x : x1 - x]
    out[y0:y1, x0:x1] = np.rint(out[y0:y1, x0:x1] * (1 - a) + over * a).astype(np.uint8)


def _closeup(stock: Stock, rng: Generator, px: int) -> Picture:
    """One face of a set or one figure, filling much of the frame."""
    if stock.faces and rng.random() < 0.75:
        face = _any(stock.faces, rng)
        side = int(px * rng.uniform(0.6, 1.3))
        part = _sized(face.pixels, side, side)
        heads = face.heads * np.float32(side / face.pixels.shape[0])
        out = _ground(stock, rng, px) if side < px else np.zeros((px, px, 3), np.uint8)
        x, y = (int(v) for v in rng.uniform(min(0, px - side), max(0, px - side), 2))
        _lay(out, part, np.ones((side, side, 1), np.float32), x, y)
        return _clipped(out, heads + np.array([x, y, x, y], np.float32), rng)
    return _pasted(stock, rng, px)


def _mosaic(stock: Stock, rng: Generator, px: int, real: bool = False) -> Picture:
    """Panels as on a page of a comic: each a face, a view of a picture or nothing."""
    out = np.empty((px, px, 3), np.uint8)
    out[:] = 255 if rng.random() < 0.5 else 0
    rows = np.sort(rng.uniform(0.25, 0.75, int(rng.integers(1, 3)))) * px
    heads: list[Boxes] = []
    tops = [0, *(int(v) for v in rows), px]
    for y0, y1 in itertools.pairwise(tops):
        cuts = [0, *(int(v) for v in np.sort(rng.uniform(0.2, 0.8, int(rng.integers(0, 3)))) * px), px]
        for x0, x1 in itertools.pairwise(cuts):
            gap = int(rng.integers(0, 4))
            wide, high = x1 - x0 - gap, y1 - y0 - gap
            if min(wide, high) < 24:
                continue
            side = max(wide, high)
            if real and stock.whole:
                panel = _view(_any(stock.whole, rng), rng, side)
            elif stock.faces and rng.random() < 0.6:
                face = _any(stock.faces, rng)
                scale = np.float32(side / face.pixels.shape[0])
                panel = Picture(_sized(face.pixels, side, side), face.heads * scale)
            else:
                panel = Picture(_ground(stock, rng, side), _NONE)
            top = int(rng.integers(0, side - high + 1))
            left = int(rng.integers(0, side - wide + 1))
            moved = panel.heads - np.array([left, top, left, top], np.float32)
            cell = _clipped(np.array(panel.pixels[top : top + high, left : left + wide, :3]), moved, rng)
            out[y0 : y0 + high, x0 : x0 + wide] = cell.pixels
            heads.append(cell.heads + np.array([x0, y0, x0, y0], np.float32))
    return Picture(out, np.concatenate(heads) if heads else _NONE)


def _mirrored(heads: Boxes, width: int) -> Boxes:
    if not len(heads):
        return heads
    return np.stack((width - heads[:, 2], heads[:, 1], width - heads[:, 0], heads[:, 3]), 1)


def _mirrored_or_turned(picture: Picture, rng: Generator) -> Picture:
    """Left for right in half of all pictures; a few lie on a side, fewer stand on their heads. Pictures are square."""
    pixels, heads, px = picture.pixels, picture.heads, picture.pixels.shape[0]
    if rng.random() < 0.5:
        pixels, heads = pixels[:, ::-1], _mirrored(heads, px)
    quarters = int(rng.choice([0, 1, 2, 3], p=[0.91, 0.04, 0.01, 0.04]))
    for _ in range(quarters if len(heads) else 0):  # a quarter against the clock: (x, y) goes to (y, px - x)
        heads = np.stack((heads[:, 1], px - heads[:, 2], heads[:, 3], px - heads[:, 0]), 1)
    return Picture(np.ascontiguousarray(np.rot90(pixels, quarters)), heads)


def _part_hidden(picture: Picture, stock: Stock, rng: Generator) -> Picture:
    """Now and then something lies before a head: a patch from one side, or strands of one colour across it."""
    out = picture.pixels
    px = out.shape[0]
    for x0, y0, x1, y1 in picture.heads:
        kind = rng.random()
        wide, high = float(x1 - x0), float(y1 - y0)
        if kind > 0.15 or min(wide, high) < 16:
            continue
        if kind < 0.09:  # a hand, a shoulder, the edge of a wall: up to two fifths
            side = int(max(wide, high) * rng.uniform(0.5, 1.1))
            share = rng.uniform(0.15, 0.4)
            x, y = (x0 + x1 - side) / 2, (y0 + y1 - side) / 2
            edge = int(rng.integers(3))  # mostly hair is above a face: nothing comes from there
            if edge == 0:
                x = x0 + wide * share - side
            elif edge == 1:
                x = x1 - wide * share
            else:
                y = y1 - high * share
            _lay(out, _ground(stock, rng, side), _soft(side, rng), int(x), int(y))
        else:
            colour = [int(v) for v in out[min(px - 1, max(0, int(y0 + high * 0.15))), min(px - 1, int((x0 + x1) / 2))]]
            if rng.random() < 0.4:
                colour = [int(v) for v in rng.integers(0, 256, 3)]
            for _ in range(int(rng.integers(2, 7))):
                top = (int(rng.uniform(x0, x1)), int(y0 + high * rng.uniform(0, 0.4)))
                end = (int(top[0] + wide * rng.uniform(-0.4, 0.4)), int(y0 + high * rng.uniform(0.6, 1.1)))
                cv2.line(out, top, end, colour, max(1, int(wide * rng.uniform(0.02, 0.09))), cv2.LINE_AA)
    return Picture(out, picture.heads)


def _shaded(picture: Picture, rng: Generator) -> Picture:
    """Now and then the light changes across the picture: the shadow of something, a lamp's glow, backlight."""
    if rng.random() > 0.15:
        return picture
    px = picture.pixels.shape[0]
    y, x = np.mgrid[:px, :px].astype(np.float32) / np.float32(px)
    if rng.random() < 0.5:  # straight: one side is darker
        turn = rng.uniform(0, 6.2832)
        far = (x - rng.uniform(0.2, 0.8)) * cos(turn) + (y - rng.uniform(0.2, 0.8)) * sin(turn)
    else:  # round: a spot of another brightness
        far = np.hypot(x - rng.uniform(0, 1), y - rng.uniform(0, 1)) - rng.uniform(0.1, 0.5)
    mask = 1 / (1 + np.exp(np.clip(-far / float(rng.choice([0.005, 0.03, 0.15])), -30, 30)))
    # Shadows in pictures have a colour, and light may be brighter than white.
    low = rng.uniform(0.15, 0.75) * rng.uniform(0.75, 1.25, 3)
    light = 1 + (low - 1) * mask[..., None] if rng.random() < 0.8 else 1 + mask[..., None] * rng.uniform(0.2, 1.0, 3)
    return Picture(np.clip(picture.pixels * light, 0, 255).astype(np.uint8), picture.heads)


def _spoiled(picture: Picture, rng: Generator) -> Picture:
    """What happens to pictures on their way: other colours, grey, lines alone, screentone, blur, dark, JPEG, noise."""
    rgb = picture.pixels
    px = rgb.shape[0]
    kind = rng.random()
    if kind < 0.30:
        shift, gain = rng.uniform(-30, 30, 3), rng.uniform(0.7, 1.3, 3)
        rgb = np.clip(rgb * gain + shift, 0, 255).astype(np.uint8)
    elif kind < 0.36:
        rgb = np.repeat(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[..., None], 3, 2)
        if rng.random() < 0.3:
            rgb = np.clip(rgb * np.array([1.0, 0.9, 0.7]), 0, 255).astype(np.uint8)
    elif kind < 0.40:  # line art: what is darker than its surroundings
        grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
        line = grey / np.maximum(cv2.GaussianBlur(grey, (0, 0), px / 90), 8)
        rgb = np.repeat(np.clip((line - 0.5) * 2 * 255, 0, 255).astype(np.uint8)[..., None], 3, 2)
    elif kind < 0.43:  # screentone
        grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
        y, x = np.mgrid[:px, :px]
        pitch = rng.uniform(3, 6)
        dots = 127 + 100 * np.cos((x + y) * 4.4 / pitch) * np.cos((x - y) * 4.4 / pitch)
        rgb = np.repeat(np.where(grey > dots, 255, 20).astype(np.uint8)[..., None], 3, 2)
    elif kind < 0.50:
        rgb = (rgb * rng.uniform(0.25, 0.7)).astype(np.uint8)
    elif kind < 0.55:
        hsv = cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV)
        hsv[..., 0] = (hsv[..., 0].astype(int) + int(rng.integers(0, 180))) % 180
        rgb = np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB), np.uint8)
    if rng.random() < 0.12:
        rgb = np.asarray(cv2.GaussianBlur(rgb, (0, 0), float(rng.uniform(0.5, 1.6))), np.uint8)
    if rng.random() < 0.12:
        rgb = np.clip(rgb + rng.normal(0, rng.uniform(3, 14), rgb.shape), 0, 255).astype(np.uint8)
    if rng.random() < 0.15:
        _, data = cv2.imencode(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(20, 80))])
        rgb = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    return Picture(np.ascontiguousarray(rgb), picture.heads)
