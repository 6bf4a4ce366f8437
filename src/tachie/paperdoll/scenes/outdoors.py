"""Street, park, sea, night, shrine and sky."""

from __future__ import annotations

from tachie.paperdoll.palette import mix
from tachie.paperdoll.scenes.brush import HEIGHT, WIDTH, Brush
from tachie.paperdoll.svg import Path, Point, oval

_EVENING = ("#f6a766", "#fde3b0")
_NOON = ("#6cb2ee", "#dff1fb")
_VANISH: Point = (300.0, 400.0)


def _air(brush: Brush, low: float) -> None:
    """Paint the sky down to `low`, at noon or now and then in the evening."""
    top, bottom = _EVENING if brush.dice.chance(0.18) else _NOON
    brush.fade(0, low, top, bottom)
    brush.clouds(5, 60, low - 110)


def sky(brush: Brush) -> None:
    """Paint a summer sky over a meadow."""
    _air(brush, 660)
    brush.hills(600, 60, "#8fb8a0", 0.35)
    brush.hills(660, 40, "#8cc070", 0.1)
    brush.hills(720, 30, "#74b05c")
    blades = []
    for k in range(60):
        x, y = k * 10.4 + brush.dice.between(-4, 4), brush.dice.between(715, 800)
        blades.append([(x, y), (x + 2, y - 16), (x + 5, y)])
    brush.many(blades, "#5f9c4c")


def _toward(point: Point, share: float) -> Point:
    """Return the point at `share` of the way to the vanishing point."""
    return point[0] + (_VANISH[0] - point[0]) * share, point[1] + (_VANISH[1] - point[1]) * share


def street(brush: Brush) -> None:
    """Paint a lane of houses that runs to the horizon."""
    _air(brush, 430)
    brush.hills(410, 36, "#7fa68c", 0.5)
    brush.poly([(0, 430), (WIDTH, 430), (WIDTH, HEIGHT), (0, HEIGHT)], "#b9b4b0")
    brush.poly([(-160, HEIGHT), _toward((-160, HEIGHT), 0.93), _toward((760, HEIGHT), 0.93), (760, HEIGHT)], "#8f9099")
    dashes = []
    for a, b in ((0.0, 0.22), (0.36, 0.5), (0.6, 0.69), (0.76, 0.82)):
        dashes.append(
            [_toward((288, HEIGHT), a), _toward((312, HEIGHT), a), _toward((312, HEIGHT), b), _toward((288, HEIGHT), b)]
        )
    brush.many(dashes, "#f2efe6")
    for side in (-1, 1):
        for n, (near, far) in enumerate(((0.7, 0.84), (0.45, 0.67), (0.02, 0.4))):
            _house(brush, side, (near, far), (n + (side > 0)) % 4, 0.34 - 0.16 * n)
    for side, share in ((-1, 0.3), (1, 0.56)):
        x, low = _toward((300 + side * 390, 860), share)
        k = 1 - share
        brush.box(x - 6 * k, 60 + 240 * share, x + 6 * k, low, "#6b6670", 0.1)
        brush.box(x - 46 * k, 90 + 225 * share, x + 46 * k, 98 + 225 * share, "#6b6670", 0.1)
    wires = "".join(Path((0, y)).quad((300, y + 70), (WIDTH, y - 40)).open() for y in (120, 142, 158))
    brush.canvas.stroke(wires, brush.tone("#5a5866"), 1.4)
    brush.foliage(36, 560, 70, 60, "#5f9a54")
    brush.foliage(580, 590, 60, 54, "#6aa458")


def _house(brush: Brush, side: int, reach: tuple[float, float], kind: int, haze: float) -> None:
    """Paint one house along the lane, between two shares of the way to the horizon."""
    near, far = reach
    wall = ("#efe3cf", "#dfe4ea", "#f3ead9", "#e6d6c8")[kind]
    roof = ("#8a5a52", "#56688a", "#6e6258", "#9a6a4a")[kind]
    edge, top = 300.0 + side * 470, 60 + brush.dice.between(-30, 40)

    def at(along: float, up: float) -> Point:
        """Return a point of the wall on the lane: `along` it (0..1) and `up` from the ground (0..1)."""
        return _toward((edge, 860 + (top - 860) * up), near + (far - near) * along)

    low, high = at(0, 0), at(0, 1)
    outer = high[0] + side * 400
    brush.poly([(outer, low[1]), low, high, (outer, high[1])], mix(wall, "#6a6488", 0.12), haze)
    brush.poly([low, at(1, 0), at(1, 1), high], mix(wall, "#6a6488", 0.26), haze)
    eaves, ridge = (at(-0.06, 0.98), at(1.04, 0.98)), (at(0, 1.16), at(1, 1.16))
    rise = side * 80 * (1 - near)
    brush.poly([(outer, ridge[0][1]), (ridge[0][0] + rise, ridge[0][1]), eaves[0], (outer, eaves[0][1])], roof, haze)
    slope = [(ridge[0][0] + rise, ridge[0][1]), (ridge[1][0] + rise * 0.7, ridge[1][1]), eaves[1], eaves[0]]
    brush.poly(slope, mix(roof, "#2a2440", 0.25), haze)
    panes = []
    for a0, a1 in ((0.16, 0.4), (0.6, 0.84)):
        for u0, u1 in ((0.2, 0.42), (0.6, 0.82)):
            panes.append([at(a0, u0), at(a1, u0), at(a1, u1), at(a0, u1)])
    brush.many(panes, "#8fb4cc", haze)


def park(brush: Brush) -> None:
    """Paint lawns, a path and trees, in spring with blossoms."""
    _air(brush, 440)
    spring = brush.dice.chance(0.5)
    leaf = "#f0a8bf" if spring else "#5f9e52"
    for n in range(9):
        brush.foliage(n * 78.0 - 10, 400, 62, 52, "#7aa87c", 0.42)
    brush.fade(425, HEIGHT, "#a9cf86", "#74b058")
    path = (
        Path((120, HEIGHT))
        .cubic((200, 640), (420, 560), (330, 430))
        .line((352, 430))
        .cubic((480, 560), (420, 660), (520, HEIGHT))
    )
    brush.canvas.fill(path.close(), brush.tone("#e6d8b8"))
    for x, y, r in ((70, 330, 92), (520, 310, 104)):
        brush.poly([(x - 9, y), (x + 10, y), (x + 15, y + 190), (x - 17, y + 190)], "#7a5a4a")
        brush.canvas.fill(oval((x + 20, y + 192), r * 0.9, 12), brush.tone("#5c9048"))
        brush.poly([(x - 9, y), (x + 10, y), (x + 15, y + 190), (x - 17, y + 190)], "#7a5a4a")
        brush.foliage(x, y - 60, r, r * 0.8, leaf)
    for y in (560, 578):
        brush.box(20, y, 150, y + 10, "#a8764c")
    brush.many(
        [[(32, 570), (40, 570), (40, 640), (32, 640)], [(130, 570), (138, 570), (138, 640), (130, 640)]], "#6a5a58"
    )
    brush.box(16, 600, 154, 612, "#b98455")
    bushes = ((-10, 770, 90), (600, 760, 100))
    for x, y, r in bushes:
        brush.foliage(x, y, r, r * 0.6, "#4f9048")
    if spring:
        petals = "".join(
            oval((brush.dice.between(0, WIDTH), brush.dice.between(0, HEIGHT)), 4.5, 3.0) for _ in range(30)
        )
        brush.canvas.fill(petals, brush.tone("#fbd3de"))


def sea(brush: Brush) -> None:
    """Paint a beach: sky, the sea in bands, foam, sand."""
    _air(brush, 400)
    brush.poly([(380, 400), (430, 372), (500, 360), (560, 374), (WIDTH, 368), (WIDTH, 400)], "#7f9cb4", 0.3)
    brush.fade(400, 640, "#3f8fcb", "#8fdbe0")
    glints = []
    for _ in range(70):
        y = brush.dice.between(404, 610)
        k = (y - 395) / 215
        x, w = brush.dice.between(0, WIDTH), brush.dice.between(10, 70) * k
        glints.append([(x - w, y), (x, y - 2.6 * k), (x + w, y), (x, y + 2.6 * k)])
    brush.many(glints, "#dff4f6")
    brush.fade(626, HEIGHT, "#f3e2b8", "#e6cd98")
    row: list[Point] = [(k * 60.0, 622 + brush.dice.between(-7, 9)) for k in range(11)]
    foam = Path((0, 606)).line(row[0]).through(*row[1:]).line((WIDTH, 604))
    brush.canvas.fill(foam.close(), brush.tone("#ffffff"))
    shells = "".join(oval((brush.dice.between(0, WIDTH), brush.dice.between(680, 795)), 5, 3) for _ in range(14))
    brush.canvas.fill(shells, brush.tone("#d2b888"))


def night(brush: Brush) -> None:
    """Paint a night sky with the moon over a lit town."""
    brush.fade(0, 640, "#141a44", "#5a5a9c")
    stars = "".join(
        oval((brush.dice.between(0, WIDTH), brush.dice.between(0, 520)), r, r) for r in (0.8, 1.2, 1.0, 1.8) * 26
    )
    brush.canvas.fill(stars, "#f6f2da")
    x, y, r = brush.dice.between(90, 510), brush.dice.between(80, 170), brush.dice.between(38, 60)
    brush.canvas.ellipse((x, y), r * 2.4, r * 2.4, brush.canvas.glow((x, y), r * 2.4, "#fff3c4", 0.55))
    brush.canvas.ellipse((x, y), r, r, "#fdf3cf")
    seas = ((-0.35, -0.3, 0.26), (-0.05, -0.42, 0.2), (-0.42, 0.05, 0.2), (0.1, 0.1, 0.12), (-0.2, 0.42, 0.14))
    brush.canvas.fill("".join(oval((x + dx * r, y + dy * r), k * r, k * r * 0.85) for dx, dy, k in seas), "#f5e7bd")
    for base, low, high, tone in ((640, 60, 190, "#34386c"), (700, 30, 150, "#232650")):
        at = -20.0
        towers, panes = [], []
        while at < WIDTH:
            w, top = brush.dice.between(40, 90), base - brush.dice.between(low, high)
            towers.append([(at, HEIGHT), (at, top), (at + w, top), (at + w, HEIGHT)])
            for row in range(int((HEIGHT - top) / 24)):
                for col in range(int(w / 18)):
                    if brush.dice.chance(0.34):
                        px, py = at + 6 + col * 18, top + 10 + row * 24
                        panes.append([(px, py), (px + 8, py), (px + 8, py + 12), (px, py + 12)])
            at += w + brush.dice.between(-6, 12)
        brush.many(towers, tone, -0.12)
        brush.many(panes, "#f7d98a")
    rail = [[(k * 60.0, 690), (k * 60.0 + 6, 690), (k * 60.0 + 6, HEIGHT), (k * 60.0, HEIGHT)] for k in range(11)]
    brush.many([*rail, [(0, 684), (WIDTH, 684), (WIDTH, 694), (0, 694)]], "#161a38", -0.12)
    brush.box(0, 742, WIDTH, HEIGHT, "#3a3c6a", -0.1)


def shrine(brush: Brush) -> None:
    """Paint a torii over stone steps among trees."""
    _air(brush, 480)
    for n in range(8):
        brush.foliage(n * 88.0 - 10, 330 + 30 * (n % 2), 80, 90, "#6d9a74", 0.34)
    brush.poly([(0, 470), (WIDTH, 470), (WIDTH, HEIGHT), (0, HEIGHT)], "#93ab74")
    for x, y, r in ((30.0, 300.0, 120.0), (575.0, 290.0, 126.0)):
        brush.foliage(x, y, r, r * 1.2, "#4c8250", 0.06)
    for n in range(12):
        y, k = 470 + n * 28.0, 0.42 + n * 0.052
        brush.poly(
            [(300 - 330 * k, y), (300 + 330 * k, y), (300 + 340 * k, y + 30), (300 - 340 * k, y + 30)], "#b8b4ae"
        )
        brush.poly(
            [(300 - 334 * k, y + 15), (300 + 334 * k, y + 15), (300 + 340 * k, y + 29), (300 - 340 * k, y + 29)],
            "#948f90",
        )
    red, dark = "#c8432f", "#8c2c28"
    for side in (-1, 1):
        x = 300 + side * 176
        brush.poly([(x - 15, 180), (x + 15, 180), (x + 19, 560), (x - 19, 560)], red)
        brush.poly([(x + 4, 180), (x + 15, 180), (x + 19, 560), (x + 5, 560)], dark)
        brush.box(x - 24, 545, x + 24, 572, "#3c3640")
    brush.box(300 - 214, 232, 300 + 214, 256, red)
    brush.box(300 - 214, 248, 300 + 214, 256, dark)
    brush.box(300 - 16, 180, 300 + 16, 236, "#4a3a38")
    beam = Path((40, 132)).quad((300, 168), (560, 132)).line((554, 160)).quad((300, 194), (46, 160))
    brush.canvas.fill(beam.close(), brush.tone("#3a343c"))
    lower = Path((58, 160)).quad((300, 194), (542, 160)).line((536, 182)).quad((300, 214), (64, 182))
    brush.canvas.fill(lower.close(), brush.tone(red))
    for side in (-1, 1):
        x = 300 + side * 262
        brush.box(x - 9, 560, x + 9, 660, "#a8a49e")
        brush.box(x - 26, 650, x + 26, 676, "#98948e")
        brush.box(x - 22, 520, x + 22, 562, "#bdb9b0")
        brush.box(x - 10, 528, x + 10, 554, "#f6dc96")
        brush.poly([(x - 38, 522), (x, 494), (x + 38, 522)], "#8f8b86")
