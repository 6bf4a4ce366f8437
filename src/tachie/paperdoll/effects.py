"""What pages of comics and boards do to pictures: hard cases for detectors and filters, with their true tags.

Every effect is a pure function of pixels, a seed and the head's box (x0, y0, x1, y1 in pixels), uint8 HWC RGB to the
same shape; the same input is the same output on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

from tachie.core.boxes import Box
from tachie.core.errors import UsageError
from tachie.core.images import Rgb
from tachie.paperdoll.dice import Dice

_SHIFT = 3  # OpenCV draws at eighths of a pixel
_INK, _PAPER = (24, 22, 26), (255, 255, 255)


def greyscale(rgb: Rgb, seed: int, head_xyxy: Box) -> Rgb:
    """Return the picture's luma."""
    return np.repeat(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[:, :, None], 3, axis=2).astype(np.uint8)


def sepia(rgb: Rgb, seed: int, head_xyxy: Box) -> Rgb:
    """Return the picture in the browns of an old print, more or less bleached."""
    bleach = Dice(seed, "effects").between(0.0, 0.18)
    luma = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[:, :, None].astype(np.float32) / 255
    luma = bleach + (1 - bleach) * luma
    dark, light = np.array([46, 28, 16], np.float32), np.array([255, 240, 206], np.float32)
    return np.rint(dark + (light - dark) * luma).astype(np.uint8)


def screentone(rgb: Rgb, seed: int, head_xyxy: Box) -> Rgb:
    """Return the picture as a comic's print: black, white, and dots on a grid turned by 45 degrees."""
    dice = Dice(seed, "effects")
    height, width = rgb.shape[:2]
    pitch = max(4.0, width / dice.between(110, 170))  # px from dot to dot
    luma = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    tone = cv2.GaussianBlur(luma, (0, 0), pitch / 2)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    turn = math.pi / 4
    u = (x * math.cos(turn) + y * math.sin(turn)) * (2 * math.pi / pitch) + dice.between(0, 2 * math.pi)
    v = (y * math.cos(turn) - x * math.sin(turn)) * (2 * math.pi / pitch)
    dots = 0.5 + 0.25 * (np.cos(u) + np.cos(v))
    # Four inks as a tone sheet has them: paper, two greys, black. Lines keep their own sharpness.
    steps = np.select([tone > 0.86, tone > 0.62, tone > 0.3], [1.0, 0.78, 0.55], 0.0)
    printed = np.clip((steps - dots) * pitch * 1.6 + 0.5, 0, 1)
    printed = np.where(steps == 1.0, 1.0, np.where(steps == 0.0, 0.0, printed))
    lines = np.clip((luma - 0.16) * 6, 0, 1)
    grey = np.rint(255 * np.minimum(printed, lines)).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


def motion_lines(rgb: Rgb, seed: int, head_xyxy: Box) -> Rgb:
    """Return the picture with lines that race towards the head, or past it."""
    dice = Dice(seed, "effects")
    height, width = rgb.shape[:2]
    rim = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]]).mean()
    colour = _INK if dice.chance(0.6) or rim > 150 else _PAPER  # white lines would be lost on a light ground
    out = rgb.copy()
    count = int(dice.between(60, 120))
    if dice.chance(0.65):
        x0, y0, x1, y1 = head_xyxy
        centre = ((x0 + x1) / 2, (y0 + y1) / 2)
        clear = (x1 - x0) * dice.between(0.75, 0.95), (y1 - y0) * dice.between(0.75, 0.95)
        far = math.hypot(width, height)
        for k in range(count):
            angle = 2 * math.pi * (k + dice.between(-0.45, 0.45)) / count
            start, half = dice.between(1.0, 1.45), dice.between(0.002, 0.012)
            tip = centre[0] + clear[0] * start * math.cos(angle), centre[1] + clear[1] * start * math.sin(angle)
            ends = [
                (centre[0] + far * math.cos(angle + side * half), centre[1] + far * math.sin(angle + side * half))
                for side in (-1, 1)
            ]
            _polygon(out, [tip, *ends], colour)
        return out
    slope = dice.between(-0.35, 0.35)
    widest = min(height / 250, (head_xyxy[3] - head_xyxy[1]) / 80)  # px, so that a small face is not struck out
    for _ in range(count):
        y, thick = dice.between(-0.2, 1.2) * height, dice.between(0.15, 1.0) * widest
        from_left, reach = dice.chance(0.5), dice.between(0.25, 1.0) * width
        a, b = (0.0, reach) if from_left else (float(width), width - reach)
        at_face = y + slope * ((head_xyxy[0] + head_xyxy[2]) / 2 - a)
        if head_xyxy[1] < at_face < head_xyxy[3] and dice.chance(0.85):
            continue  # few lines cross the face
        _polygon(out, [(a, y - thick), (a, y + thick), (b, y + slope * (b - a))], colour)
    return out


def speech_bubble(rgb: Rgb, seed: int, head_xyxy: Box) -> Rgb:
    """Return the picture with one or two balloons by the head, lettered in marks that only look like writing."""
    dice = Dice(seed, "effects")
    height, width = rgb.shape[:2]
    out = rgb.copy()
    x0, y0, x1, y1 = head_xyxy
    mouth = ((x0 + x1) / 2, y0 + 0.8 * (y1 - y0))
    sides = [-1, 1] if dice.chance(0.35) else [dice.sign()]
    for side in sides:
        across, down = width * dice.between(0.15, 0.2), height * dice.between(0.1, 0.16)
        edge = x0 if side < 0 else x1
        x = min(max(edge + side * across * dice.between(0.5, 1.0), across + 3), width - across - 3)
        y = min(max(dice.between(y0 - down * 0.5, y1), down + 3), height - down - 3)
        _balloon(out, dice, (x, y), (across, down), mouth)
        _letters(out, dice, (x, y), (across, down))
    return out


def _balloon(
    out: Rgb, dice: Dice, centre: tuple[float, float], half: tuple[float, float], mouth: tuple[float, float]
) -> None:
    (x, y), (across, down) = centre, half
    shout = dice.chance(0.25)
    points = []
    for k in range(96):
        angle = 2 * math.pi * k / 96
        # A superellipse, as balloons are fuller than ellipses; a shout has spikes.
        c, s = math.cos(angle), math.sin(angle)
        reach = (1.0 + dice.between(0.02, 0.22) * (k % 6 == 0)) if shout else 1.0
        points.append(
            (
                x + across * reach * math.copysign(abs(c) ** 0.82, c),
                y + down * reach * math.copysign(abs(s) ** 0.82, s),
            )
        )
    towards = math.atan2(mouth[1] - y, mouth[0] - x)
    tail = [(x + 0.7 * across * math.cos(towards + w), y + 0.7 * down * math.sin(towards + w)) for w in (-0.3, 0.3)]
    tail.insert(1, (x + 0.55 * (mouth[0] - x) * 1.25, y + 0.55 * (mouth[1] - y) * 1.25))
    thick = max(1, round(out.shape[1] / 300))
    for shape in (tail, points):
        cv2.polylines(out, [_eighths(shape)], True, _INK, thick * 2, cv2.LINE_AA, _SHIFT)
    for shape in (tail, points):
        _polygon(out, shape, _PAPER)


def _letters(out: Rgb, dice: Dice, centre: tuple[float, float], half: tuple[float, float]) -> None:
    """Write columns from right to left: each mark a few strokes in a square, as kana and kanji are."""
    columns = int(dice.between(3, 5.99))
    pitch = 1.35 * half[0] / columns
    size = 0.72 * pitch
    for column in range(columns):
        x = centre[0] + pitch * ((columns - 1) / 2 - column)
        room = half[1] * 1.35 * math.sqrt(max(0.05, 1 - ((x - centre[0]) / half[0]) ** 2))
        marks = max(1, int(room / (size * 1.12)))
        if column == columns - 1:
            marks = max(1, int(marks * dice.between(0.4, 1.0)))
        top = centre[1] - room / 2
        for mark in range(marks):
            _mark(out, dice, x - size / 2, top + mark * size * 1.12, size)


def _mark(out: Rgb, dice: Dice, x: float, y: float, size: float) -> None:
    thick = max(1, round(size / 11))
    for _ in range(int(dice.between(2, 5.99))):
        kind = dice.roll()
        a, b = dice.between(0.0, 0.45), dice.between(0.55, 1.0)
        c, d = dice.between(0.05, 0.95), dice.between(-0.12, 0.12)
        if kind < 0.42:  # across
            stroke = [(a, c), (b, c + d)]
        elif kind < 0.72:  # down
            stroke = [(c, a), (c + d, b)]
        elif kind < 0.88:  # a sweep
            stroke = [(b, a), (0.5 + d, 0.55), (a, b)]
        else:  # a hook
            stroke = [(a, a), (b, a + d), (b - 0.1, b)]
        points = [(x + size * u, y + size * min(1.0, max(0.0, v))) for u, v in stroke]
        cv2.polylines(out, [_eighths(points)], False, _INK, thick, cv2.LINE_AA, _SHIFT)


def _polygon(out: Rgb, points: list[tuple[float, float]], colour: tuple[int, int, int]) -> None:
    cv2.fillPoly(out, [_eighths(points)], colour, cv2.LINE_AA, _SHIFT)


def _eighths(points: list[tuple[float, float]]) -> NDArray[np.int32]:
    eighths: NDArray[np.int32] = np.rint(np.array(points) * (1 << _SHIFT)).astype(np.int32)
    return eighths


@dataclass(frozen=True, slots=True)
class Effect:
    """A function on pixels and the tags that are true of what it returns."""

    draw: Callable[[Rgb, int, Box], Rgb]
    tags: tuple[str, ...]


EFFECTS: MappingProxyType[str, Effect] = MappingProxyType(
    {
        "greyscale": Effect(greyscale, ("monochrome", "greyscale")),
        "sepia": Effect(sepia, ("monochrome", "sepia")),
        "screentone": Effect(screentone, ("monochrome", "greyscale", "screentones")),
        "motion_lines": Effect(motion_lines, ("motion_lines",)),
        "speech_bubble": Effect(speech_bubble, ("speech_bubble",)),
    }
)


def effect(name: str) -> Effect:
    """Return an effect by name; raises `UsageError` with the known ones."""
    if name not in EFFECTS:
        raise UsageError(f"there is no effect '{name}'", f"Known: {', '.join(EFFECTS)}")
    return EFFECTS[name]
