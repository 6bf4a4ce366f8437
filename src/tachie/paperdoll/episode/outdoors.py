"""Places under the sky: the street, the park, the seaside, the night, and the hedge and railing before them."""

from __future__ import annotations

from math import sin

from tachie.paperdoll.dice import Dice
from tachie.paperdoll.episode.paint import HIGH, WIDE, poly, rect, sweep
from tachie.paperdoll.palette import mix
from tachie.paperdoll.svg import Canvas, Path, oval


def _clouds(canvas: Canvas, dice: Dice, count: int, low: float, color: str = "#fbfdff", under: str = "#d3e4f4") -> None:
    for _ in range(count):
        x, y, r = dice.between(0, WIDE), dice.between(60, low), dice.between(34, 84)
        puffs = [(-1.7, 0.35, 0.6), (-0.8, 0.0, 0.95), (0.15, -0.3, 1.15), (1.1, 0.05, 0.9), (1.9, 0.38, 0.55)]
        canvas.fill("".join(oval((x + dx * r, y + dy * r + 8), r * k, r * k * 0.62) for dx, dy, k in puffs), under)
        canvas.fill("".join(oval((x + dx * r, y + dy * r), r * k, r * k * 0.62) for dx, dy, k in puffs), color)


def _tree(canvas: Canvas, x: float, ground: float, size: float, leaf: str, dice: Dice) -> None:
    trunk = Path((x - 16 * size, ground)).quad(
        (x - 6 * size, ground - 120 * size), (x - 12 * size, ground - 250 * size)
    )
    trunk.line((x + 14 * size, ground - 250 * size)).quad((x + 8 * size, ground - 110 * size), (x + 20 * size, ground))
    canvas.fill(trunk.close(), "#7d5b48")
    canvas.fill(
        poly(
            (x + 4 * size, ground - 200 * size),
            (x + 14 * size, ground - 200 * size),
            (x + 18 * size, ground),
            (x + 8 * size, ground),
        ),
        "#634536",
    )
    for tone, lift, shrink in (
        (mix(leaf, "#1f4a58", 0.45), 26, 1.0),
        (leaf, 0, 0.92),
        (mix(leaf, "#f4f7b0", 0.4), -22, 0.6),
    ):
        blobs = []
        for k in range(11):
            dx, dy = 95 * sin(k * 2.4 + 0.6) * size * shrink, -300 * size + 62 * sin(k * 1.7) * size * shrink
            r = dice.between(48, 76) * size * shrink
            blobs.append(oval((x + dx - (14 if shrink < 0.9 else 0), ground + dy + lift * size), r, r * 0.82))
        canvas.fill("".join(blobs), tone)


def _house(canvas: Canvas, x: float, wide: float, top: float, ground: float, wall: str, roof: str, dice: Dice) -> None:
    beam, gable = "#7d5c48", wide * 0.46
    canvas.fill(rect(x, top, x + wide, ground), wall)
    canvas.fill(rect(x + wide * 0.82, top, x + wide, ground), "#5a4a6a", 0.12)
    canvas.fill(
        poly((x - 18, top + 4), (x + wide / 2, top - gable), (x + wide + 18, top + 4)), roof, ink="#6a4038", width=3
    )
    canvas.fill(poly((x + 26, top), (x + wide / 2, top - gable + 44), (x + wide - 26, top)), wall)
    lines = [rect(x, top - 6, x + wide, top + 8), rect(x, (top + ground) / 2 - 40, x + wide, (top + ground) / 2 - 26)]
    lines += [rect(x + wide * t - 6, top, x + wide * t + 6, ground) for t in (0.02, 0.5, 0.98)]
    canvas.fill("".join(lines), beam)
    for t in (0.14, 0.62):
        wx, wy = x + wide * t, top + 40
        canvas.fill(rect(wx, wy, wx + wide * 0.22, wy + 74), "#bfe0ee", ink="#f9f4ea", width=7)
        canvas.fill(poly((wx + 4, wy + 70), (wx + wide * 0.1, wy + 4), (wx + wide * 0.17, wy + 4)), "#ffffff", 0.4)
        canvas.fill(rect(wx - 12, wy + 80, wx + wide * 0.22 + 12, wy + 92), "#9a6a48")
        blooms = [oval((wx + k * wide * 0.22 / 5, wy + 78 - dice.between(0, 8)), 8, 8) for k in range(6)]
        canvas.fill("".join(blooms), dice.pick(("#e8708a", "#f4d060", "#f7f2f4", "#b48fd0")))
    door = x + wide * dice.pick((0.14, 0.6))
    arch = Path((door, ground)).line((door, ground - 110)).quad((door + 38, ground - 152), (door + 76, ground - 110))
    canvas.fill(
        arch.line((door + 76, ground)).close(), dice.pick(("#5f7f6a", "#8a4f4a", "#4f6a8a")), ink="#4a3a30", width=4
    )


def street(canvas: Canvas, dice: Dice) -> None:
    """A street of timbered houses."""
    sweep(canvas, 0, 820, (0, "#6fb6ec"), (0.7, "#cdeaf8"), (1, "#f2f9fb"))
    _clouds(canvas, dice, 7, 300)
    walls = ("#f4e6cc", "#f0d3bf", "#e3e6d2", "#f7efe0", "#dfd6e6", "#f3dfae")
    roofs = ("#b8584a", "#9a5a6a", "#5f7f9a", "#c07848", "#8a6a58")
    x, k = -60.0, 0
    while x < WIDE:
        wide = dice.between(230, 320)
        _house(canvas, x, wide - 14, dice.between(330, 450), 800, walls[k % 6], roofs[k * 3 % 5], dice)
        x, k = x + wide, k + 1
    sweep(canvas, 800, HIGH, (0, "#cbb8a2"), (1, "#e3d4bf"))
    canvas.fill(rect(0, 796, WIDE, 812), "#a8957f")
    stones = []
    for row in range(7):
        y = 826 + row * row * 5.2 + row * 8
        wide = 56 + row * 18
        stones += [
            oval((k * wide + (row % 2) * wide / 2, y), wide * 0.42, 6 + row * 2.2) for k in range(int(WIDE / wide) + 2)
        ]
    canvas.fill("".join(stones), "#d9c8b2")
    for x in (420.0, 1480.0):
        canvas.fill(rect(x - 5, 470, x + 5, 812), "#3f4a4c")
        canvas.fill(poly((x - 22, 420), (x + 22, 420), (x + 15, 472), (x - 15, 472)), "#fbeeb8", ink="#3f4a4c", width=5)
        canvas.fill(poly((x - 28, 420), (x, 394), (x + 28, 420)), "#3f4a4c")


def park(canvas: Canvas, dice: Dice) -> None:
    """A park with a path and a bench."""
    sweep(canvas, 0, 640, (0, "#74bdf0"), (1, "#e6f5f8"))
    _clouds(canvas, dice, 6, 330)
    for y, tone, phase in ((560.0, "#9ccab8", 0.4), (610.0, "#8fc48a", 2.0)):
        hill = Path((0, y))
        hill.through(*[(x, y + 38 * sin(x / 240 + phase)) for x in range(160, 2081, 160)])
        canvas.fill(hill.line((WIDE, 800), (0, 800)).close(), tone)
    sweep(canvas, 660, HIGH, (0, "#86c46c"), (1, "#b9dc84"))
    path = (
        Path((820, 664))
        .cubic((900, 760), (420, 840), (300, HIGH))
        .line((900, HIGH))
        .cubic((960, 860), (980, 760), (870, 664))
    )
    canvas.fill(path.close(), "#e9d8b0")
    for at, ground, size in ((140, 720, 1.25), (520, 700, 0.8), (1160, 692, 0.75), (1500, 730, 1.3), (1840, 720, 1.1)):
        canvas.ellipse((at + 30, ground + 4), 150 * size, 16 * size, "#5f9a58", 0.55)
        _tree(canvas, at, ground, size, dice.pick(("#6fb45c", "#7fc067", "#5fa866")), dice)
    for _ in range(60):
        x, y = dice.between(0, WIDE), dice.between(720, 1060)
        canvas.stroke(Path((x, y)).quad((x + 2, y - 9), (x + 8, y - 14)).open(), "#5f9e4e", 3)
    for _ in range(34):
        x, y = dice.between(0, WIDE), dice.between(760, 1060)
        canvas.ellipse((x, y), 6, 5, dice.pick(("#ffffff", "#f7d65c", "#f09ab8")))
    for y, tone in ((690, "#b07a4c"), (720, "#a06a40"), (750, "#b98454")):
        canvas.fill(rect(1050, y, 1330, y + 18), tone, ink="#6a4428", width=2.5)
    canvas.fill(rect(1070, 680, 1084, 810) + rect(1296, 680, 1310, 810), "#4a4f52")


def hedge(canvas: Canvas) -> None:
    """A flowering hedge."""
    for tone, lift in (("#4f8a52", 0), ("#62a05c", 18), ("#86bd6a", 44)):
        row = [oval((x, 960 + lift + 14 * sin(x * 0.13)), 70, 62) for x in range(-20, 1960, 62)]
        canvas.fill("".join(row) + rect(0, 980 + lift, WIDE, HIGH), tone)
    canvas.fill("".join(oval((x, 950 + 34 * sin(x * 0.31)), 11, 10) for x in range(30, 1920, 118)), "#f6b6c8")


def seaside(canvas: Canvas, dice: Dice) -> None:
    """The sea below a promenade."""
    sweep(canvas, 0, 580, (0, "#4fa6ea"), (0.65, "#a9dcf6"), (1, "#eef8f6"))
    canvas.ellipse((1340, 240), 320, 320, canvas.glow((1340, 240), 320, "#fff8d8", 0.9))
    _clouds(canvas, dice, 8, 420)
    canvas.fill(
        Path((0, 580)).line((0, 540)).quad((160, 480), (330, 548)).quad((430, 560), (520, 580)).close(), "#7fae9c"
    )
    sweep(canvas, 576, 860, (0, "#2f86c4"), (1, "#63c0da"))
    glints = []
    for _ in range(120):
        y = 584 + 260 * dice.roll() ** 1.6
        x, half = dice.between(0, WIDE), 10 + (y - 580) * 0.16
        glints.append(poly((x - half, y), (x, y - 2.5), (x + half, y), (x, y + 2.5)))
    canvas.fill("".join(glints), "#d4f1f6", 0.85)
    sweep(canvas, 850, HIGH, (0, "#e8dcc4"), (1, "#f4ead6"))
    canvas.fill(rect(0, 842, WIDE, 856), "#b8ab92")


def railing(canvas: Canvas) -> None:
    """The promenade's railing."""
    posts = "".join(rect(x, 800, x + 14, HIGH) for x in range(-20, 1940, 120))
    canvas.fill(posts + rect(0, 790, WIDE, 812) + rect(0, 900, WIDE, 912), "#f4f6f7", ink="#7f98a8", width=3)


def night(canvas: Canvas, dice: Dice) -> None:
    """The town's roofs under stars."""
    sweep(canvas, 0, HIGH, (0, "#0f1a48"), (0.55, "#2f3f86"), (0.85, "#7a6ab0"), (1, "#c890b0"))
    for count, least, most in ((170, 0.9, 1.9), (26, 2.2, 3.4)):
        row = []
        for _ in range(count):
            r = dice.between(least, most)
            row.append(oval((dice.between(0, WIDE), 800 * dice.roll() ** 1.3), r, r))
        canvas.fill("".join(row), "#f4f2ff", 0.9)
    canvas.ellipse((1420, 260), 230, 230, canvas.glow((1420, 260), 230, "#fdf3c8", 0.6))
    canvas.ellipse((1420, 260), 74, 74, "#fdf6d8")
    x = -20.0
    while x < WIDE:
        wide, top = dice.between(120, 220), dice.between(780, 880)
        canvas.fill(
            poly(
                (x - 8, top),
                (x + wide / 2, top - wide * 0.42),
                (x + wide + 8, top),
                (x + wide, top),
                (x + wide, HIGH),
                (x, HIGH),
                (x, top),
            ),
            "#1c2350",
        )
        for t in (0.2, 0.58):
            if dice.chance(0.65):
                wx = x + wide * t
                canvas.fill(rect(wx, top + 34, wx + 28, top + 70), "#f9d986")
                canvas.ellipse((wx + 14, top + 52), 60, 60, canvas.glow((wx + 14, top + 52), 60, "#f9d986", 0.35))
        x += wide - 6
