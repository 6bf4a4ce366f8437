"""Classroom and room."""

from __future__ import annotations

from tachie.paperdoll.palette import mix
from tachie.paperdoll.scenes.brush import HEIGHT, WIDTH, Brush
from tachie.paperdoll.svg import Path


def _window(brush: Brush, x0: float, y0: float, x1: float, y1: float) -> None:
    """Paint a window onto the sky, its frame and the light on its panes."""
    brush.box(x0 - 9, y0 - 9, x1 + 9, y1 + 9, "#f4efe6")
    glass = brush.canvas.linear((0, y0), (0, y1), (0, brush.tone("#8fc6f0")), (1, brush.tone("#eaf6fb")))
    brush.canvas.fill(Path((x0, y0)).line((x1, y0), (x1, y1), (x0, y1)).close(), glass)
    w, h = x1 - x0, y1 - y0
    brush.poly(
        [
            (x0, y1),
            (x0, y1 - h * 0.16),
            (x0 + w * 0.3, y1 - h * 0.24),
            (x0 + w * 0.62, y1 - h * 0.14),
            (x1, y1 - h * 0.22),
            (x1, y1),
        ],
        "#8fbf8c",
        0.2,
    )
    brush.poly([(x0 + w * 0.1, y1), (x0 + w * 0.42, y0), (x0 + w * 0.56, y0), (x0 + w * 0.24, y1)], "#ffffff", 0.5)
    brush.box((x0 + x1) / 2 - 4, y0, (x0 + x1) / 2 + 4, y1, "#e4dccf")
    brush.box(x0, (y0 + y1) / 2 - 3, x1, (y0 + y1) / 2 + 3, "#e4dccf")
    brush.box(x0 - 14, y1 + 6, x1 + 14, y1 + 16, "#d8cebd")


def classroom(brush: Brush) -> None:
    """Paint a classroom: blackboard ahead, windows at the side, rows of desks."""
    brush.fade(0, 470, "#f3ead8", "#e9dcc4")
    brush.poly([(0, 470), (WIDTH, 470), (WIDTH, HEIGHT), (0, HEIGHT)], "#c99a68")
    boards = []
    for n in range(-14, 26):
        x = n * 24.0 - 150
        boards.append(
            [(300 + x * 0.9, 470.0), (302 + x * 0.9, 470.0), (304 + x * 2.6, HEIGHT), (300 + x * 2.6, HEIGHT)]
        )
    brush.many(boards, "#b08050")
    brush.box(0, 452, WIDTH, 474, "#a88a68")
    brush.box(196, 150, 580, 366, "#8a6a4a")
    brush.box(206, 160, 570, 356, "#3f6a58")
    brush.poly([(206, 160), (360, 160), (250, 356), (206, 356)], "#4c7866")
    brush.canvas.stroke(
        "".join(
            Path((x, y)).line((x + w, y)).open()
            for x, y, w in ((240, 200, 120), (240, 222, 84), (240, 244, 104), (430, 214, 70))
        ),
        brush.tone("#dfeee4"),
        3,
    )
    brush.box(196, 362, 580, 374, "#b58e62")
    brush.canvas.ellipse((388, 96), 27, 27, brush.tone("#ffffff"), ink=brush.tone("#6a6260"), width=4)
    brush.canvas.stroke(
        Path((388, 96)).line((388, 78)).open() + Path((388, 96)).line((402, 102)).open(), brush.tone("#4a4448"), 3
    )
    # The window wall runs toward the viewer.
    brush.poly([(0, 0), (150, 60), (150, 470), (0, 620)], "#e6d8be")
    for a, b in ((0.02, 0.44), (0.52, 0.92)):
        left, right = 150 * a, 150 * b
        pane = [(left, 90 + 60 * a), (right, 90 + 60 * b), (right, 420 - 30 * b), (left, 430 - 20 * a)]
        brush.poly(pane, "#cfeafa")
        brush.poly([pane[0], ((left + right) / 2, 90 + 60 * (a + b) / 2), (left + 8, 430), pane[3]], "#eef8fd")
        brush.canvas.stroke(Path(pane[0]).line(*pane[1:], pane[0]).open(), brush.tone("#b8a88e"), 6)
    light = [(150, 480), (420, 480), (330, 640), (20, 700)]
    brush.poly(light, "#dcb684")
    for row, (y, k) in enumerate(((500, 0.5), (560, 0.72), (660, 1.1))):
        for x in (40, 250, 470, 690):
            cx = 300 + (x - 365) * (0.72 + row * 0.36)
            w, d, h = 74 * k, 22 * k, 74 * k
            brush.many(
                [
                    [(cx - w * 0.9, y), (cx - w * 0.84, y), (cx - w * 0.84, y + h), (cx - w * 0.9, y + h)],
                    [(cx + w * 0.84, y), (cx + w * 0.9, y), (cx + w * 0.9, y + h), (cx + w * 0.84, y + h)],
                ],
                "#6f6c74",
            )
            brush.poly([(cx - w * 0.86, y - d), (cx + w * 0.86, y - d), (cx + w, y), (cx - w, y)], "#e0b47c")
            brush.box(cx - w, y, cx + w, y + 8 * k, "#b98550")
            brush.box(cx - w * 0.84, y + 8 * k, cx + w * 0.84, y + 24 * k, "#8a8790")


def room(brush: Brush) -> None:
    """Paint a room with a window, curtains, a bookshelf and a bed."""
    wall = brush.dice.pick(("#f6e6dc", "#e6ecf2", "#f1ead6", "#eae2f0"))
    drape = brush.dice.pick(("#e9a9b4", "#9fb8dc", "#a8cfae", "#e6c98c"))
    brush.fade(0, 560, wall, mix(wall, "#b89a8a", 0.18))
    brush.box(0, 548, WIDTH, 564, "#f4efe8")
    brush.fade(564, HEIGHT, "#cfa678", "#b8875a")
    _window(brush, 70, 120, 290, 400)
    for side, x in ((1, 40.0), (-1, 320.0)):
        for k in range(3):
            a, b = x + side * k * 17, x + side * (k + 1) * 17
            sheet = (
                Path((a, 88))
                .line((b, 88))
                .cubic((b, 220), (b - side * 8, 330), (b - side * 10, 440))
                .line((a - side * 6, 446))
            )
            brush.canvas.fill(
                sheet.cubic((a - side * 4, 330), (a, 220), (a, 88)).close(),
                brush.tone(mix(drape, "#6a4a5c", 0.1 * (k % 2) + 0.04 * k)),
            )
    brush.box(14, 78, 346, 90, "#a8845c")
    brush.box(404, 150, 590, 556, "#a87a50")
    for n in range(4):
        y = 162 + n * 98
        brush.box(414, y, 580, y + 86, "#7c5638")
        x = 418.0
        while x < 562:
            w, h = brush.dice.between(9, 17), brush.dice.between(56, 80)
            brush.box(
                x,
                y + 86 - h,
                x + w - 1.5,
                y + 86,
                brush.dice.pick(("#c8565a", "#5a7ab0", "#e3c06a", "#6aa07c", "#e9e2d6", "#8a6a9c")),
            )
            x += w
            if brush.dice.chance(0.1):
                x += 26
    brush.canvas.ellipse((320, 716), 270, 62, brush.tone(mix(drape, "#ffffff", 0.35)))
    brush.canvas.ellipse((320, 716), 222, 48, brush.tone(mix(drape, "#ffffff", 0.6)))
    # A low bed along the wall, its cover hanging over the edge.
    brush.box(-10, 470, 214, 552, "#b98a5c")
    brush.poly([(-10, 508), (200, 508), (232, 560), (-10, 560)], "#fbf7f2")
    brush.poly([(-10, 524), (206, 524), (236, 572), (236, 634), (-10, 634)], drape)
    brush.poly([(-10, 572), (236, 572), (236, 634), (-10, 634)], mix(drape, "#6a4a5c", 0.2))
    cushion = (
        Path((8, 512))
        .cubic((4, 484), (14, 470), (50, 474))
        .cubic((86, 470), (96, 484), (92, 512))
        .quad((50, 522), (8, 512))
    )
    brush.canvas.fill(cushion.close(), brush.tone("#ffffff"), ink=brush.tone("#cdbfc4"), width=2)
