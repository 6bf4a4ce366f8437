"""What hands hold: a book, a school bag, flowers."""

from __future__ import annotations

from math import cos, sin

from tachie.paperdoll.outfits.japanese import flower
from tachie.paperdoll.outfits.wear import Wear
from tachie.paperdoll.palette import cloth_ramp, mix
from tachie.paperdoll.svg import Path, Point, tapered

_LEATHER = cloth_ramp("#5a3a30")
_PAPER = "#fbf7ec"


def draw_behind(wear: Wear) -> None:
    """Paint what hangs at a side, under the clothes and behind the leg."""
    if wear.figure.pose.held == "bag" and "bag" in wear.figure.pose.arms:
        side = -1 if wear.figure.pose.arms[0] == "bag" else 1
        x, y = wear.figure.arms[0 if side < 0 else 1].c
        k = wear.figure.build.hand
        _bag(wear, (x + side * 2, y + 34 * k), 96 * k, 0.9)


def draw_before(wear: Wear) -> None:
    """Paint what is held before the body; hands are painted over it."""
    held, figure = wear.figure.pose.held, wear.figure
    k = figure.build.hand
    if held == "book":
        _book(wear)
    elif held == "bag" and "carry" in figure.pose.arms:
        _bag(wear, (figure.at(0, 440)[0], figure.arms[0].c[1] + 34 * k), 128 * k, 1.0)
    elif held == "flowers":
        _flowers(wear)


def _bag(wear: Wear, top: Point, width: float, squash: float) -> None:
    """Paint a school bag hanging from a handle whose middle is at `top`."""
    pen, (x, y) = wear.pen, top
    w, h = width / 2 * squash, width * 0.6
    handle = Path((x - w * 0.34, y + 16)).cubic((x - w * 0.3, y - 14), (x + w * 0.3, y - 14), (x + w * 0.34, y + 16))
    pen.canvas.stroke(handle.open(), pen.ink(_LEATHER), 8.5)
    pen.canvas.stroke(handle.open(), _LEATHER.base, 5.5)
    y += 12
    box = Path((x - w, y + 8)).quad((x - w, y), (x - w + 8, y)).line((x + w - 8, y)).quad((x + w, y), (x + w, y + 8))
    box.line((x + w * 1.02, y + h - 8)).quad((x + w * 1.02, y + h), (x + w - 8, y + h)).line((x - w + 8, y + h))
    pen.shape(box.quad((x - w * 1.02, y + h), (x - w * 1.02, y + h - 8)).close(), _LEATHER, shadow=(-7.0, -5.0))
    flap = (
        Path((x - w, y + 4))
        .line((x + w, y + 4), (x + w * 0.98, y + h * 0.46))
        .quad((x, y + h * 0.6), (x - w * 0.98, y + h * 0.46))
    )
    pen.shape(flap.close(), _LEATHER, tone=_LEATHER.light, shadow=(-5.0, -4.0), weight=0.8)
    clasp = (
        Path((x - 6, y + h * 0.46)).line((x + 6, y + h * 0.46), (x + 6, y + h * 0.62), (x - 6, y + h * 0.62)).close()
    )
    pen.canvas.fill(clasp, "#e0c070", ink=pen.ink(_LEATHER), width=pen.line * 0.6)


def _book(wear: Wear) -> None:
    """Paint a book held to the chest."""
    cover = wear.clothes.accent
    at = wear.figure.at
    pages = [at(-46, 236), at(46, 230), at(50, 344), at(-42, 350)]
    wear.pen.shape(Path(pages[0]).line(*pages[1:]).close(), cover, tone=_PAPER, shadow=(0.0, 0.0), weight=0.8)
    front = [at(-49, 232), at(42, 226), at(46, 340), at(-45, 346)]
    wear.pen.shape(Path(front[0]).line(*front[1:]).close(), cover, shadow=(-6.0, -4.0))
    label = [at(-28, 252), at(24, 249), at(25, 270), at(-27, 273)]
    wear.pen.canvas.fill(Path(label[0]).line(*label[1:]).close(), mix(cover.light, "#ffffff", 0.6))


def _flowers(wear: Wear) -> None:
    """Paint a small bunch of flowers in the hand before the chest."""
    k = 0 if wear.figure.pose.arms[0] == "chest" else 1
    x, y = wear.figure.arms[k].c
    s = wear.figure.build.hand
    stems = "".join(
        tapered((x, y + 30 * s), (x + d * 0.4, y), (x + d, y - 44 * s), 1.8) for d in (-22 * s, -6 * s, 10 * s, 26 * s)
    )
    wear.pen.canvas.fill(stems, "#5a8a4e")
    for n in range(7):
        angle = n * 2.4
        r = (10 + 3.4 * n) * s
        flower(wear, (x + 2 + r * cos(angle), y - 48 * s + r * 0.7 * sin(angle)), 15 * s)
