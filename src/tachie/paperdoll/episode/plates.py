"""Plates that are no place: feelings painted behind a face, and objects shown close (inserts)."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin

from tachie.paperdoll.dice import Dice
from tachie.paperdoll.episode.paint import HIGH, PLATE_HIGH, PLATE_WIDE, WIDE, poly, rect, sweep
from tachie.paperdoll.palette import mix
from tachie.paperdoll.svg import Canvas, Path, Point, oval, tapered

_X, _Y = WIDE / 2, HIGH / 2


def _bubbles(canvas: Canvas, dice: Dice) -> None:
    sweep(canvas, 0, HIGH, (0, "#fbe3c8"), (0.5, "#f9d3d6"), (1, "#dccdf0"))
    for _ in range(46):
        x, y, r = dice.between(0, WIDE), dice.between(0, HIGH), dice.between(16, 92)
        canvas.ellipse((x, y), r, r, "#ffffff", dice.between(0.16, 0.42))
        if r > 40:
            canvas.ellipse((x - r * 0.36, y - r * 0.4), r * 0.18, r * 0.12, "#ffffff", 0.8)


def _flowers(canvas: Canvas, dice: Dice) -> None:
    sweep(canvas, 0, HIGH, (0, "#fff6ee"), (1, "#fbdbe2"))
    for _ in range(34):
        x, y = dice.between(0, WIDE), dice.between(0, HIGH)
        if abs(x - _X) < 300 and abs(y - _Y) < 260:
            x += 560 if x > _X else -560
        size, turn = dice.between(26, 84), dice.between(0, pi)
        tone = dice.pick(("#f6a9bd", "#fbc6b4", "#f9dc9a", "#e3b7ea"))
        petals = []
        for k in range(5):
            a = turn + k * 2 * pi / 5
            petals.append(oval((x + cos(a) * size * 0.62, y + sin(a) * size * 0.62), size * 0.46, size * 0.46))
        canvas.fill("".join(petals), tone, 0.85)
        canvas.ellipse((x, y), size * 0.3, size * 0.3, "#fff3c0")


def _gloom(canvas: Canvas, dice: Dice) -> None:
    sweep(canvas, 0, HIGH, (0, "#3c3a5c"), (0.55, "#7d7aa0"), (1, "#b9b4c8"))
    lines = []
    for k in range(110):
        x, length = k * WIDE / 110 + dice.between(-6, 6), dice.between(220, 640)
        lines.append(tapered((x, -20), (x, length / 2), (x, length), dice.between(0.8, 2.6)))
    canvas.fill("".join(lines), "#262444", 0.7)


def _speed(canvas: Canvas, dice: Dice) -> None:
    canvas.fill(rect(0, 0, WIDE, HIGH), canvas.linear((0, 0), (0, HIGH), (0, "#fdf7e6"), (1, "#fbe9c0")))
    rays = []
    for k in range(120):
        a = (k + dice.between(-0.4, 0.4)) * 2 * pi / 120
        near, half = dice.between(300, 460), dice.between(0.003, 0.012)
        tip: Point = (_X + cos(a) * near * 1.35, _Y + sin(a) * near)
        rays.append(
            poly(
                tip,
                (_X + cos(a - half) * 1300, _Y + sin(a - half) * 1300),
                (_X + cos(a + half) * 1300, _Y + sin(a + half) * 1300),
            )
        )
    canvas.fill("".join(rays), "#4a3a58", 0.85)


def _burst(canvas: Canvas, dice: Dice) -> None:
    canvas.fill(rect(0, 0, WIDE, HIGH), "#fbd46c")
    rays = []
    for k in range(18):
        a, b = k * 2 * pi / 18, (k + 0.5) * 2 * pi / 18
        rays.append(
            poly((_X, _Y + 160), (_X + cos(a) * 1700, _Y + sin(a) * 1700), (_X + cos(b) * 1700, _Y + sin(b) * 1700))
        )
    canvas.fill("".join(rays), "#fce69a")
    canvas.ellipse((_X, _Y + 160), 700, 700, canvas.glow((_X, _Y + 160), 700, "#fffbe8", 0.95))


def _checks(canvas: Canvas, dice: Dice) -> None:
    canvas.fill(rect(0, 0, WIDE, HIGH), "#bfe3ea")
    row = []
    for j in range(10):
        row += [
            rect(i * 240 + (j % 2) * 120, j * 120, i * 240 + (j % 2) * 120 + 120, j * 120 + 120) for i in range(-1, 9)
        ]
    canvas.fill("".join(row), "#d6eff2")
    canvas.fill("".join(oval((dice.between(0, WIDE), dice.between(0, HIGH)), 9, 9) for _ in range(60)), "#ffffff")


def _card(canvas: Canvas, dice: Dice) -> None:
    _checks(canvas, dice)
    left, top, right, bottom = 420.0, 330.0, 1500.0, 760.0
    edge = [oval((left + 30 + k * 60, y), 36, 36) for k in range(18) for y in (top, bottom)]
    edge += [oval((x, top + 35 + k * 60), 36, 36) for k in range(7) for x in (left, right)]
    canvas.fill("".join(edge) + rect(left, top, right, bottom), "#fffdf8", ink="#7fb8c4", width=6)
    canvas.fill("".join(edge) + rect(left, top, right, bottom), "#fffdf8")
    canvas.fill(rect(left + 14, top + 14, right - 14, bottom - 14), "none", ink="#e8a0b0", width=4)
    for x, y in ((left + 40, top + 40), (right - 40, top + 40), (left + 40, bottom - 40), (right - 40, bottom - 40)):
        petals = [oval((x + cos(k * 1.2566) * 22, y + sin(k * 1.2566) * 22), 18, 18) for k in range(5)]
        canvas.fill("".join(petals), "#f6a9bd")
        canvas.ellipse((x, y), 13, 13, "#fff3c0")


def _dusk(canvas: Canvas, dice: Dice) -> None:
    sweep(canvas, 0, HIGH, (0, "#5a5aa0"), (0.45, "#d88aa8"), (0.75, "#f9c08a"), (1, "#fde6b0"))
    canvas.ellipse((620, 760), 420, 420, canvas.glow((620, 760), 420, "#fff3c4", 0.9))
    for k in range(9):
        y = 200 + k * 62
        x, half = dice.between(100, WIDE - 100), dice.between(160, 420)
        canvas.fill(tapered((x - half, y), (x, y - 16), (x + half, y + 4), dice.between(5, 12)), "#f7cdb0", 0.75)
    ridge = Path((0, 900)).through(*[(x, 880 + 44 * sin(x / 170)) for x in range(120, 2041, 120)])
    canvas.fill(ridge.line((WIDE, HIGH), (0, HIGH)).close(), "#4f3f70")


def _table(canvas: Canvas, cloth: str) -> None:
    sweep(canvas, 0, 620, (0, mix(cloth, "#ffffff", 0.55)), (1, mix(cloth, "#ffffff", 0.8)))
    for x, y, r in ((300, 180, 150), (700, 90, 100), (1250, 210, 170), (1640, 120, 120)):
        canvas.ellipse((x, y), r, r, canvas.glow((x, y), r, "#ffffff", 0.75))
    sweep(canvas, 620, HIGH, (0, "#c4945f"), (1, "#dcb27c"))
    for k in range(6):
        canvas.stroke(Path((0, 660 + k * 74)).quad((900, 640 + k * 76), (WIDE, 668 + k * 74)).open(), "#ae7f4e", 3, 0.8)


def _teacup(canvas: Canvas, dice: Dice) -> None:
    _table(canvas, "#e8b890")
    canvas.ellipse((_X, 786), 400, 66, "#8a5a3c", 0.35)
    canvas.ellipse((_X, 770), 370, 62, "#f6f1e6", ink="#7a5a4a", width=5)
    canvas.ellipse((_X, 764), 250, 36, "#e4dccb")
    canvas.stroke(Path((1160, 500)).cubic((1370, 450), (1360, 690), (1120, 690)).open(), "#7a5a4a", 44)
    canvas.stroke(Path((1160, 500)).cubic((1370, 450), (1360, 690), (1120, 690)).open(), "#fbf7ee", 34)
    cup = Path((_X - 230, 420)).line((_X + 230, 420)).cubic((_X + 226, 640), (_X + 150, 760), (_X + 70, 770))
    cup.line((_X - 70, 770)).cubic((_X - 150, 760), (_X - 226, 640), (_X - 230, 420))
    canvas.fill(cup.close(), "#fbf7ee", ink="#7a5a4a", width=5)
    band = Path((_X - 226, 490)).quad((_X, 540), (_X + 226, 490)).line((_X + 218, 540)).quad((_X, 592), (_X - 218, 540))
    canvas.fill(band.close(), "#d8736a")
    shade = Path((_X + 120, 424)).cubic((_X + 150, 600), (_X + 80, 740), (_X + 20, 768)).line((_X + 70, 768))
    canvas.fill(shade.cubic((_X + 150, 758), (_X + 226, 640), (_X + 230, 424)).close(), "#8a6a8a", 0.2)
    canvas.ellipse((_X, 420), 230, 54, "#efe7d8", ink="#7a5a4a", width=5)
    canvas.ellipse((_X, 428), 200, 40, "#8f4f2c")
    canvas.fill(tapered((_X - 150, 420), (_X - 40, 402), (_X + 60, 410), 6), "#c98a58")
    for x, lean in ((_X - 70, 40), (_X + 20, -46), (_X + 100, 34)):
        steam = Path((x, 390)).through((x + lean, 300), (x - lean, 210), (x + lean * 0.6, 110))
        canvas.stroke(steam.open(), "#ffffff", 26, 0.4)


def _cake(canvas: Canvas, dice: Dice) -> None:
    _table(canvas, "#e6a8b4")
    canvas.ellipse((_X, 800), 460, 84, "#8a5a3c", 0.3)
    canvas.ellipse((_X, 780), 430, 78, "#f4f7fa", ink="#6a7a8a", width=5)
    side = poly((640, 470), (1180, 560), (1180, 760), (640, 690))
    canvas.fill(side, "#f9e3b0", ink="#8a5a44", width=5)
    canvas.fill(poly((640, 540), (1180, 626), (1180, 666), (640, 586)), "#fffaf2")
    canvas.fill("".join(oval((700 + k * 76, 574 + k * 12), 24, 16) for k in range(6)), "#e0555f")
    canvas.fill(poly((640, 470), (1180, 560), (1300, 470), (860, 420)), "#fffaf4", ink="#8a5a44", width=5)
    canvas.fill(poly((1180, 560), (1300, 470), (1300, 640), (1180, 760)), "#f3dfd0", ink="#8a5a44", width=5)
    for x, y in ((900, 440), (1080, 470), (1230, 470)):
        canvas.ellipse((x, y), 40, 26, "#ffffff", ink="#d8b8b0", width=3)
    berry = Path((930, 330)).cubic((1010, 310), (1040, 390), (960, 460)).cubic((880, 400), (880, 320), (930, 330))
    canvas.fill(berry.close(), "#de3f4c", ink="#8a2430", width=5)
    for x, y in ((930, 370), (965, 360), (990, 390), (945, 405), (970, 425)):
        canvas.ellipse((x, y), 5, 7, "#f9d27a")
    canvas.fill(poly((920, 338), (950, 300), (958, 332), (1000, 312), (982, 346)), "#5fa25a", ink="#33663a", width=4)
    canvas.fill(tapered((1370, 860), (1450, 700), (1560, 560), 12), "#c3ccd4", ink="#6a7a8a", width=4)


def _clock(canvas: Canvas, dice: Dice) -> None:
    sweep(canvas, 0, HIGH, (0, "#d8c8b0"), (1, "#efe4d0"))
    canvas.ellipse((_X + 18, _Y + 26), 330, 330, "#6a5040", 0.3)
    canvas.ellipse((_X, _Y), 330, 330, "#8a5a3c", ink="#4a3024", width=6)
    canvas.ellipse((_X, _Y), 282, 282, "#fdf9ee", ink="#6a4630", width=4)
    for k in range(12):
        a = k * pi / 6
        near = 226 if k % 3 else 208
        mark = Path((_X + cos(a) * near, _Y + sin(a) * near)).line((_X + cos(a) * 258, _Y + sin(a) * 258))
        canvas.stroke(mark.open(), "#4a3a38", 8 if k % 3 else 15)
    for a, length, wide in ((-0.9, 190, 11), (-2.5, 130, 16)):
        canvas.stroke(Path((_X, _Y)).line((_X + cos(a) * length, _Y + sin(a) * length)).open(), "#3a2e34", wide)
    canvas.ellipse((_X, _Y), 17, 17, "#c05a4c")


def _letter(canvas: Canvas, dice: Dice) -> None:
    _table(canvas, "#9ac0d8")
    with canvas.group(transform=f"rotate(-7 {_X:.0f} 700)"):
        canvas.fill(rect(620, 480, 1320, 940), "#8a6a4a", 0.25)
        canvas.fill(rect(600, 460, 1300, 920), "#fffaf0", ink="#a08a70", width=5)
        canvas.fill(poly((600, 460), (1300, 460), (950, 720)), "#fdf3e0", ink="#a08a70", width=5)
        canvas.ellipse((950, 712), 54, 54, "#c8404a", ink="#7a2028", width=5)
        canvas.stroke(Path((926, 716)).quad((950, 680), (974, 716)).open(), "#f0a0a0", 7)
    for k in range(5):
        y = 760 + k * 20
        canvas.fill(
            tapered((1440 + k * 22, y), (1540, y - 40), (1660, y - 10 - k * 14), 15), "#6faa5c", ink="#3f7040", width=3
        )
    for x, y in ((1470, 690), (1560, 640), (1640, 720)):
        canvas.fill(
            "".join(oval((x + cos(k * 1.26) * 26, y + sin(k * 1.26) * 26), 22, 22) for k in range(5)), "#f6f2fb"
        )
        canvas.ellipse((x, y), 16, 16, "#f4cf5c")


PLATES: dict[str, Callable[[Canvas, Dice], None]] = {
    "bubbles": _bubbles,
    "flowers": _flowers,
    "gloom": _gloom,
    "speed": _speed,
    "speed_too": _speed,
    "burst": _burst,
    "checks": _checks,
    "card": _card,
    "dusk": _dusk,
    "teacup": _teacup,
    "cake": _cake,
    "clock": _clock,
    "letter": _letter,
}
INSERTS = ("teacup", "cake", "clock", "letter")
FEELINGS = {
    "happy": "flowers",
    "joy": "flowers",
    "glee": "flowers",
    "shy": "bubbles",
    "calm": "bubbles",
    "surprised": "speed",
    "angry": "speed",
    "sad": "gloom",
    "sly": "gloom",
}


def draw_plate(name: str) -> str:
    """Return the SVG of a plate."""
    canvas = Canvas()
    PLATES[name](canvas, Dice(100 + list(PLATES).index(name), "scene"))
    return canvas.document(PLATE_WIDE, PLATE_HIGH)
