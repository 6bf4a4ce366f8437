"""What lies behind the character: plain paint, a gradient, a pattern, or one of the painted `scenes`."""

from __future__ import annotations

from tachie.paperdoll.character import HEIGHT_PX, WIDTH_PX
from tachie.paperdoll.dice import Dice
from tachie.paperdoll.palette import mix
from tachie.paperdoll.scenes import indoors, outdoors
from tachie.paperdoll.scenes.brush import Brush
from tachie.paperdoll.svg import Canvas, Path, Point, oval

_PAGE = Path((0, 0)).line((WIDTH_PX, 0), (WIDTH_PX, HEIGHT_PX), (0, HEIGHT_PX)).close()
_PAINTED = {
    "classroom": indoors.classroom,
    "room": indoors.room,
    "street": outdoors.street,
    "park": outdoors.park,
    "sea": outdoors.sea,
    "night": outdoors.night,
    "shrine": outdoors.shrine,
    "sky": outdoors.sky,
}


def draw_ground_shadow(canvas: Canvas, scene: str, foot: Point, half_width: float) -> None:
    """Paint the shadow under who stands in a painted scene, about `foot` (px)."""
    if scene in _PAINTED:
        canvas.ellipse(foot, half_width, half_width * 0.16, "#2a2440", 0.24)


def draw_background(canvas: Canvas, scene: str, color: str, dice: Dice) -> None:
    """Paint the whole picture's background (px)."""
    if scene in _PAINTED:
        _PAINTED[scene](Brush(canvas, dice))
        return
    pale = mix(color, "#ffffff", 0.6)
    if scene == "plain":
        # Catalogues cut their figures out: mostly on white.
        canvas.fill(_PAGE, "#ffffff" if dice.chance(0.72) else pale)
        return
    canvas.fill(_PAGE, canvas.linear((0, 0), (0, HEIGHT_PX), (0, pale), (1, color)))
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
