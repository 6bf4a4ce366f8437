"""Places with a roof: the cafe, the classroom, a bedroom, and the counter and desks before the characters."""

from __future__ import annotations

from tachie.paperdoll.dice import Dice
from tachie.paperdoll.episode.paint import HIGH, WIDE, poly, rect, sweep
from tachie.paperdoll.palette import mix
from tachie.paperdoll.svg import Canvas, Path, oval


def _window_light(canvas: Canvas, x0: float, x1: float, floor: float) -> None:
    canvas.fill(poly((x0, floor), (x1, floor), (x1 + 170, HIGH), (x0 + 170, HIGH)), "#fff6d0", 0.28)


def _pane(canvas: Canvas, x0: float, y0: float, x1: float, y1: float, frame: str) -> None:
    canvas.fill(rect(x0, y0, x1, y1), canvas.linear((0, y0), (0, y1), (0, "#8fcbf2"), (1, "#eaf7fb")))
    middle, third = (x0 + x1) / 2, y0 + (y1 - y0) * 0.36
    far = (
        Path((x0, y1))
        .line((x0, y1 - 46))
        .quad((middle - 40, y1 - 92), (middle, y1 - 50))
        .quad((x1 - 50, y1 - 96), (x1, y1 - 58))
    )
    canvas.fill(far.line((x1, y1)).close(), "#9fcf9a")
    canvas.fill(oval((x0 + 66, y0 + 120), 44, 16) + oval((x0 + 96, y0 + 108), 34, 17), "#ffffff", 0.9)
    canvas.fill(poly((x0 + 20, y1), (x0 + 130, y0), (x0 + 180, y0), (x0 + 70, y1)), "#ffffff", 0.25)
    canvas.stroke(rect(x0, y0, x1, y1), frame, 14)
    canvas.stroke(Path((middle, y0)).line((middle, y1)).open() + Path((x0, third)).line((x1, third)).open(), frame, 8)


def cafe(canvas: Canvas, dice: Dice) -> None:
    """The cafe: window, wainscot, lamps, a shelf of cups and jars."""
    sweep(canvas, 0, 700, (0, "#f3dcb8"), (1, "#f9ecd2"))
    canvas.fill("".join(rect(x, 0, x + 30, 640) for x in range(10, 1920, 90)), "#efd3a8", 0.6)
    sweep(canvas, 640, 900, (0, "#a8754e"), (1, "#8a5a3c"))
    canvas.fill("".join(rect(x, 668, x + 96, 880) for x in range(16, 1920, 128)), "#97673f")
    canvas.fill("".join(rect(x, 668, x + 96, 676) for x in range(16, 1920, 128)), "#7c4f31")
    canvas.fill(rect(0, 630, WIDE, 652), "#7c4f31")
    sweep(canvas, 880, HIGH, (0, "#b98a5e"), (1, "#cfa474"))
    for column in range(-400, 2300, 130):
        canvas.stroke(Path((960 + (column - 960) * 0.8, 880)).line((column, HIGH)).open(), "#9a6f48", 3)
    _pane(canvas, 150, 210, 600, 590, "#7c4f31")
    _window_light(canvas, 230, 560, 884)
    for x0, cloth in ((120, "#c96a5e"), (560, "#c96a5e")):
        drape = Path((x0, 190)).line((x0 + 80, 190)).quad((x0 + 40, 400), (x0 + 66, 610)).line((x0 + 4, 610))
        canvas.fill(drape.close(), cloth, ink="#8a3a38", width=3)
    for y in (300.0, 440.0, 570.0):  # the shelf of cups and jars
        canvas.fill(rect(1050, y, 1690, y + 16), "#7c4f31")
        canvas.fill(rect(1050, y + 16, 1690, y + 26), "#5d3a25", 0.5)
        x = 1070.0
        while x < 1650:
            tone = dice.pick(("#d86f62", "#fbf7ee", "#6f9bb8", "#e8c46a", "#86a878", "#b48fb4"))
            wide, high = dice.between(34, 58), dice.between(38, 84)
            if high > 62:
                canvas.fill(rect(x, y - high, x + wide, y), mix(tone, "#ffffff", 0.25), ink="#6a4630", width=2.5)
                canvas.fill(rect(x + 3, y - high - 12, x + wide - 3, y - high + 2), "#8a5a3c")
                canvas.fill(rect(x + 6, y - high + 10, x + 13, y - 8), "#ffffff", 0.55)
            else:
                cup = Path((x, y - high)).line((x + wide, y - high)).quad((x + wide - 2, y), (x + wide * 0.7, y))
                canvas.fill(
                    cup.line((x + wide * 0.3, y)).quad((x + 2, y), (x, y - high)).close(),
                    tone,
                    ink="#6a4630",
                    width=2.5,
                )
                canvas.stroke(
                    Path((x + wide, y - high * 0.8))
                    .quad((x + wide + 17, y - high * 0.5), (x + wide - 5, y - high * 0.3))
                    .open(),
                    "#6a4630",
                    4,
                )
            x += wide + dice.between(22, 44)
    for x in (700.0, 960.0, 1830.0):
        canvas.stroke(Path((x, 0)).line((x, 150)).open(), "#5d3a25", 5)
        canvas.fill(
            Path((x - 56, 206)).quad((x - 40, 150), (x, 146)).quad((x + 40, 150), (x + 56, 206)).close(),
            "#c05a4c",
            ink="#6a3028",
            width=3,
        )
        canvas.ellipse((x, 208), 22, 12, "#fff3c4")
        canvas.ellipse((x, 215), 150, 120, canvas.glow((x, 215), 150, "#ffe9a8", 0.75))


def counter(canvas: Canvas) -> None:
    """The cafe's counter with two cups."""
    sweep(canvas, 846, 900, (0, "#e0b98a"), (1, "#c99a68"))
    canvas.fill(rect(0, 846, WIDE, 852), "#f3d9b4")
    sweep(canvas, 900, HIGH, (0, "#7f5236"), (1, "#69422b"))
    for x, tone in ((560, "#fbf7ee"), (1290, "#f4dfe2")):
        canvas.ellipse((x, 862), 66, 13, "#e9e2d6", ink="#8a6a52", width=2.5)
        cup = Path((x - 38, 806)).line((x + 38, 806)).quad((x + 36, 858), (x + 14, 860)).line((x - 14, 860))
        canvas.fill(cup.quad((x - 36, 858), (x - 38, 806)).close(), tone, ink="#8a6a52", width=3)
        canvas.ellipse((x, 807), 37, 9, "#8a5236", ink="#8a6a52", width=3)


def classroom(canvas: Canvas, dice: Dice) -> None:
    """A classroom: windows on the left, the blackboard on the right."""
    sweep(canvas, 0, 800, (0, "#e9ead8"), (1, "#f6f2e2"))
    sweep(canvas, 700, 860, (0, "#c9b48e"), (1, "#bba47c"))
    canvas.fill(rect(0, 692, WIDE, 706), "#93794f")
    sweep(canvas, 860, HIGH, (0, "#c69a66"), (1, "#dcb584"))
    for x in (-40.0, 300.0, 640.0):
        _pane(canvas, x, 180, x + 300, 640, "#b9b9ae")
        _window_light(canvas, x + 40, x + 250, 862)
    for x in (250.0, 590.0, 925.0):
        fall = Path((x, 150)).line((x + 62, 150)).quad((x + 28, 380), (x + 56, 690)).line((x + 2, 690))
        canvas.fill(fall.quad((x + 20, 400), (x, 150)).close(), "#fdfbf2", ink="#cfc8b0", width=3)
    canvas.fill(rect(1060, 210, 1900, 600), "#8a6a46")
    canvas.fill(rect(1078, 228, 1882, 582), canvas.linear((1078, 228), (1882, 582), (0, "#33604f"), (1, "#2a5244")))
    for y, end in ((300.0, 1500), (350.0, 1390), (400.0, 1560), (470.0, 1310)):
        row = Path((1130, y))
        for column in range(1150, end, 26):
            row.quad((column - 8, y + dice.between(-16, 16)), (column, y + dice.between(-4, 4)))
        canvas.stroke(row.open(), "#d9e8dc", 4, 0.75)
    canvas.fill(rect(1060, 600, 1900, 618), "#6d5234")
    canvas.fill(rect(1640, 592, 1690, 602) + rect(1720, 592, 1750, 602), "#f4f1e8")
    canvas.ellipse((1010, 180), 44, 44, "#fbfaf4", ink="#5a5a58", width=6)
    canvas.stroke(Path((1010, 152)).line((1010, 180), (1030, 192)).open(), "#3a3a3c", 5)


def desks(canvas: Canvas) -> None:
    """A row of desks."""
    for x in (120.0, 560.0, 1000.0, 1440.0):
        canvas.fill(poly((x, 872), (x + 350, 872), (x + 372, 902), (x - 22, 902)), "#d8ab72", ink="#8a6238", width=3)
        canvas.fill(rect(x - 22, 902, x + 372, 924), "#b98a52", ink="#8a6238", width=3)
        canvas.fill(rect(x + 4, 924, x + 22, HIGH) + rect(x + 328, 924, x + 346, HIGH), "#7b8288")
        canvas.fill(
            poly((x + 90, 862), (x + 190, 860), (x + 204, 884), (x + 84, 886)), "#fbfaf6", ink="#a09888", width=2
        )


def bedroom(canvas: Canvas, dice: Dice) -> None:
    """A bedroom: bed, window, books and soft toys."""
    sweep(canvas, 0, 840, (0, "#f6dfe4"), (1, "#fbf0ec"))
    canvas.fill("".join(rect(x, 0, x + 26, 830) for x in range(0, 1920, 78)), "#f9e9ea")
    sweep(canvas, 830, HIGH, (0, "#d8b48e"), (1, "#e8cba6"))
    canvas.fill(rect(0, 820, WIDE, 840), "#fdfaf6")
    _pane(canvas, 700, 200, 1120, 560, "#fbf6f0")
    for x, side in ((650.0, 1.0), (1170.0, -1.0)):
        fall = (
            Path((x, 170))
            .line((x + side * 120, 170))
            .quad((x + side * 60, 420), (x + side * 14, 640))
            .line((x - side * 26, 640))
        )
        canvas.fill(fall.close(), "#a9c6e4", ink="#7f9ab8", width=3)
    canvas.fill(rect(620, 156, 1200, 174), "#c9a27a")
    canvas.fill(rect(1330, 300, 1640, 320) + rect(1330, 470, 1640, 490), "#c9a27a")
    x = 1350.0
    while x < 1600:
        wide, high = dice.between(18, 34), dice.between(86, 130)
        canvas.fill(
            rect(x, 470 - high, x + wide, 470),
            dice.pick(("#d8756c", "#6f9bc0", "#e8c46a", "#8ab08a", "#b59ac8")),
            ink="#7a5a5a",
            width=2,
        )
        x += wide + 2
    for x, tone in ((1390, "#f2d3a8"), (1520, "#e8a7b8")):  # soft toys without faces, seen from behind
        canvas.fill(
            oval((x, 262), 40, 38) + oval((x, 205), 32, 30) + oval((x - 24, 176), 12, 13) + oval((x + 24, 176), 12, 13),
            tone,
        )
    canvas.fill(rect(40, 620, 620, 900), "#fdf6f0", ink="#c0a090", width=4)
    canvas.fill(
        Path((20, 700)).quad((330, 650), (650, 700)).line((650, 930), (20, 930)).close(),
        "#e8a0b0",
        ink="#b06a7c",
        width=4,
    )
    canvas.fill("".join(oval((60 + k * 86, 790 + 40 * (k % 2)), 18, 18) for k in range(7)), "#f9dde2")
    canvas.fill(
        Path((60, 640)).quad((160, 590), (270, 640)).quad((270, 700), (160, 702)).quad((60, 700), (60, 640)).close(),
        "#ffffff",
        ink="#c9b4b4",
        width=3,
    )
    canvas.ellipse((960, 980), 360, 62, "#f4d9c0", ink="#d0a888", width=5)
