"""Sheets: the model sheet of one character as animators pin it to the wall, and a whole cast side by side."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from tachie.core.images import Rgb
from tachie.paperdoll import compose, render
from tachie.paperdoll.acting import MOODS, UPRIGHT, Look, Stand, act
from tachie.paperdoll.cast import Member
from tachie.paperdoll.character import WIDTH_PX, Character

_PAPER, _INK, _RULE = (250, 247, 240), (74, 58, 66), (222, 212, 200)
_FIGURE = (300, 400)  # px of a standing figure
_CLASPED = Stand("hands_clasped")
_FACE = 178  # px of a face


def _picture(who: Character, width_px: int) -> Rgb:
    """Return a character on the sheet's paper."""
    rgba = render.to_rgba(compose.draw(who, scene="none"), width_px).astype(np.float32)
    alpha = rgba[..., 3:] / 255
    return np.asarray(rgba[..., :3] * alpha + np.array(_PAPER, np.float32) * (1 - alpha), np.uint8)


def _figure(who: Character, look: Look, stand: Stand = _CLASPED, scale: float = 0.65) -> Rgb:
    if who.chibi:
        scale *= 1.55
    high = 150 if not who.chibi else 330
    return _picture(act(who, look, WIDTH_PX / 2, high * scale, scale, stand), _FIGURE[0])


def _face(who: Character, look: Look) -> Rgb:
    """Return the head alone, square."""
    drawn = act(who, look, WIDTH_PX / 2, 210, 1.0)
    x0, y0, x1, y1 = compose.locate(drawn).head_xyxy
    side = 1.3 * max(x1 - x0, y1 - y0)
    left, top = max((x0 + x1 - side) / 2, 0.0), max((y0 + y1 - side) / 2 - 8, 0.0)
    k = _FACE / side
    whole = _picture(drawn, round(WIDTH_PX * k))
    x, y = round(left * k), round(top * k)
    return whole[y : y + _FACE, x : x + _FACE]


def _write(page: Rgb, words: str, at: tuple[int, int], high_px: float) -> None:
    scale = high_px / 21
    cv2.putText(page, words, at, cv2.FONT_HERSHEY_TRIPLEX, scale, _INK, max(round(high_px / 18), 1), cv2.LINE_AA)


def model_sheet(member: Member) -> Rgb:
    """Return a sheet as uint8 HWC RGB: front, three-quarter, the wardrobe, chibi; moods, mouths and lids."""
    who = member.who
    wide, high = _FIGURE
    moods = list(MOODS)
    columns = 5
    page = np.full((80 + high + 60 + 2 * (_FACE + 40) + 20, wide * columns, 3), _PAPER, np.uint8)
    _write(page, member.name, (28, 54), 30)
    _write(page, f"{member.height_cm} cm   {member.words}", (70 + 30 * len(member.name), 54), 15)
    figures = [
        ("front", _figure(who, Look("calm"))),
        (
            "three-quarter",
            _figure(who, Look("happy", turn=17.0, gaze=(0.4, 0.0)), Stand("hand_on_own_hip", 0.8)),
        ),
    ]
    changes = [
        (f"outfit {k + 2}", _figure(member.wearing(k + 1), Look("happy", turn=-3.0)))
        for k in range(min(len(member.wardrobe) - 1, 2))
    ]
    figures += changes
    figures.append(("chibi", _figure(member.small(), Look("joy"), Stand("waving"))))
    for k, (name, picture) in enumerate(figures[:columns]):
        page[70 : 70 + high, k * wide : (k + 1) * wide] = picture
        _write(page, name, (k * wide + wide // 2 - 6 * len(name), 70 + high + 26), 13)
    faces = [(mood, Look(mood)) for mood in moods]
    faces += [
        ("talk 1", Look("calm", 0.0, 1)), ("talk 2", Look("calm", 0.0, 2)), ("shout", Look("angry", 0.0, 2)),
        ("blink 1", Look("calm", 0.5)), ("blink 2", Look("calm", 1.0)),
        ("left", Look("calm", turn=-17.0, gaze=(-0.8, 0.0))),
    ]  # fmt: skip
    per_row = 8
    gap = wide * columns // per_row
    for k, (name, look) in enumerate(faces):
        row, column = divmod(k, per_row)
        x, y = column * gap + (gap - _FACE) // 2, 70 + high + 50 + row * (_FACE + 40)
        picture = _face(who, look)
        page[y : y + picture.shape[0], x : x + picture.shape[1]] = picture
        cv2.rectangle(page, (x, y), (x + _FACE, y + _FACE), _RULE, 1)
        _write(page, name, (x + 6, y + _FACE + 18), 11)
    return page


def cast_sheet(members: Sequence[Member]) -> Rgb:
    """Return the cast side by side on one ground, each as tall as she is, with names and shares of the screen."""
    step, wide, high = 168, 470, 690
    page = np.full((high, step * len(members) + 60, 3), _PAPER, np.uint8).astype(np.float32)
    tallest = max(member.height_cm for member in members)
    for k, member in enumerate(members):
        drop = (tallest - member.height_cm) * 1.3
        who = act(
            member.who,
            Look("happy" if k % 2 else "calm"),
            WIDTH_PX / 2,
            118 + drop,
            0.66,
            _CLASPED if k % 3 else UPRIGHT,
        )
        rgba = render.to_rgba(compose.draw(who, scene="none"), wide).astype(np.float32)[: high - 64]
        x = 30 + k * step + step // 2 - wide // 2
        x0, x1 = max(x, 0), min(x + wide, page.shape[1])
        part = rgba[:, x0 - x : x1 - x]
        alpha = part[..., 3:] / 255
        page[: part.shape[0], x0:x1] = part[..., :3] * alpha + page[: part.shape[0], x0:x1] * (1 - alpha)
    sheet = np.asarray(page, np.uint8)
    for k, member in enumerate(members):
        x = 30 + k * step + step // 2
        _write(sheet, member.name, (x - 8 * len(member.name), high - 34), 17)
        _write(sheet, f"{member.share:.1%}", (x - 26, high - 12), 11)
    return sheet
