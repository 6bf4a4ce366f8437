"""What lies behind the character: plain paint, a gradient or a simple scene."""

from __future__ import annotations

from tachie.paperdoll.character import HEIGHT_PX, WIDTH_PX
from tachie.paperdoll.dice import Dice
from tachie.paperdoll.palette import mix
from tachie.paperdoll.svg import Canvas, Path, oval

_PAGE = Path((0, 0)).line((WIDTH_PX, 0), (WIDTH_PX, HEIGHT_PX), (0, HEIGHT_PX)).close()


def draw_background(canvas: Canvas, scene: str, color: str, dice: Dice) -> None:
    """Paint the whole picture's background (px)."""
    pale = mix(color, "#ffffff", 0.6)
    if scene == "plain":
        canvas.fill(_PAGE, "#ffffff" if dice.chance(0.6) else pale)
        return
    if scene == "sky":
        _sky(canvas, dice)
        return
    if scene == "window":
        _window(canvas, color)
        return
    _bands(canvas, pale, color)
    # Marks of one tone are one opaque path: many see-through shapes would cost more than the character.
    veil = mix(pale, "#ffffff", 0.45)
    marks: list[str] = []
    if scene == "dots":
        marks = [oval((c * 62 + 31 * (r % 2) - 10, r * 62 + 10), 12, 12) for r in range(14) for c in range(11)]
    elif scene == "bokeh":
        for _ in range(14):
            radius = dice.between(14, 64)
            marks.append(oval((dice.between(0, WIDTH_PX), dice.between(0, HEIGHT_PX)), radius, radius))
    elif scene == "stripes":
        for k in range(-5, 7):
            x = k * 90.0
            marks.append(Path((x, 0)).line((x + 44, 0), (x + 444, HEIGHT_PX), (x + 400, HEIGHT_PX)).close())
    elif scene == "petals":
        veil = "#f8bccf"
        for _ in range(26):
            x, y, lean = dice.between(0, WIDTH_PX), dice.between(0, HEIGHT_PX), dice.between(-9, 9)
            petal = Path((x - lean, y - 12)).cubic((x + 12, y - 9), (x + 10, y + 8), (x + lean, y + 12))
            marks.append(petal.cubic((x - 10, y + 8), (x - 12, y - 6), (x - lean, y - 12)).close())
    if marks:
        canvas.fill("".join(marks), veil)


def _bands(canvas: Canvas, top: str, bottom: str) -> None:
    """Paint a gradient as 40 flat bands: a step is at most three levels, and it renders far faster."""
    for k in range(40):
        y = k * HEIGHT_PX / 40
        low = y + HEIGHT_PX / 40 + 1  # one px under the next band, so that no seam shows at other sizes
        band = Path((0, y)).line((WIDTH_PX, y), (WIDTH_PX, low), (0, low)).close()
        canvas.fill(band, mix(top, bottom, k / 39))


def _sky(canvas: Canvas, dice: Dice) -> None:
    _bands(canvas, "#8cc4f0", "#eef8fc")
    clouds: list[str] = []
    for _ in range(5):
        x, y, r = dice.between(0, WIDTH_PX), dice.between(60, 480), dice.between(26, 46)
        for dx, dy, k in ((-1.5, 0.3, 0.7), (-0.6, -0.2, 1.0), (0.5, -0.35, 1.1), (1.5, 0.25, 0.8)):
            clouds.append(oval((x + dx * r, y + dy * r), r * k * 1.15, r * k * 0.75))
    canvas.fill("".join(clouds), "#f6fbfe")
    canvas.fill(Path((0, 700)).cubic((150, 640), (420, 740), (600, 660)).line((600, 800), (0, 800)).close(), "#a8d49a")


def _window(canvas: Canvas, color: str) -> None:
    wall, frame = mix(color, "#f4e8d8", 0.5), mix(color, "#8a6a50", 0.55)
    canvas.fill(_PAGE, wall)
    for x in (40, 320):
        pane = Path((x, 60)).line((x + 240, 60), (x + 240, 460), (x, 460)).close()
        canvas.fill(pane, "#c4e2f6", ink=frame, width=12)
        canvas.stroke(
            Path((x + 120, 60)).line((x + 120, 460)).open() + Path((x, 250)).line((x + 240, 250)).open(), frame, 6
        )
    canvas.fill(
        Path((0, 560)).line((WIDTH_PX, 560), (WIDTH_PX, HEIGHT_PX), (0, HEIGHT_PX)).close(), mix(wall, frame, 0.4)
    )
