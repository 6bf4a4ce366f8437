"""Neck, chest, arms and legs; the clothes of `outfit` go over them."""

from __future__ import annotations

from tachie.paperdoll.character import OutfitDesign
from tachie.paperdoll.palette import Ramp, mix
from tachie.paperdoll.svg import Canvas, Path, Point, flip, limb, tapered

WAIST_Y, WAIST_X = 316.0, 52.0
# Right half of the trunk: shoulder, armpit, bust, waist.
TRUNK: tuple[Point, ...] = (
    (30, 124),
    (64, 134),
    (90, 152),
    (84, 200),
    (74, 236),
    (58, 286),
    (WAIST_X, WAIST_Y),
    (66, 360),
)
_ARMS: dict[str, tuple[Point, ...]] = {
    "down": ((62, 150), (86, 178), (97, 226), (108, 290), (114, 350), (112, 412)),
    "behind": ((62, 150), (86, 178), (100, 226), (118, 288), (98, 330), (52, 352)),
    "hip": ((62, 150), (86, 176), (108, 220), (142, 276), (112, 312), (62, 330)),
}
_ARM_WIDTHS = (15.0, 18.5, 17.0, 15.0, 13.0, 9.5)


def trunk_outline(neck: float) -> str:
    """Return the outline of the clothed trunk down to the hips, its neckline cut to y = `neck`, in head units."""
    path = Path((-30, 124)).through(*flip(TRUNK[1:], -1))
    path.line(TRUNK[-1]).through(*TRUNK[-2::-1])
    low = neck * 0.8 + 26
    return path.cubic((22, low), (12, neck), (0, neck)).cubic((-12, neck), (-22, low), (-30, 124)).close()


def draw_neck(canvas: Canvas, skin: Ramp, tilt: float) -> None:
    """Paint neck, shoulders and chest in skin, with the shadow of the chin."""
    path = Path((-20, 60)).cubic((-19, 100), (-20, 118), (-34, 125)).cubic((-60, 134), (-86, 138), (-90, 160))
    path.line((-40, 200), (40, 200), (90, 160)).cubic((86, 138), (60, 134), (34, 125)).cubic(
        (20, 118), (19, 100), (20, 60)
    )
    canvas.fill(path.close(), skin.base, ink=skin.ink, width=1.7)
    lean = -tilt * 0.8
    shadow = (
        Path((-20.5, 60)).cubic((-19.5, 90), (-20, 104), (-22, 112)).cubic((-8 + lean, 122), (8 + lean, 134), (20, 116))
    )
    canvas.fill(shadow.cubic((19.5, 100), (19.5, 80), (20.5, 60)).close(), skin.shade)
    for side in (-1, 1):
        canvas.fill(tapered((side * 10, 138), (side * 30, 140), (side * 58, 134), 0.9), skin.deep)


def draw_legs(canvas: Canvas, outfit: OutfitDesign, skin: Ramp) -> None:
    """Paint both legs below the skirt; in stockings where the outfit's second cloth is dark."""
    stocking = mix(outfit.second.base, "#2a2833", 0.75)
    hem, top = outfit.skirt_end - 20, outfit.skirt_end + 40
    for side in (-1, 1):
        leg = limb([(side * 40.0, hem), (side * 38.0, max(hem + 40, 700.0)), (side * 36.0, 900.0)], (34, 26, 22))
        canvas.fill(leg, skin.base, ink=skin.ink)
        sock = limb([(side * 39.5, top), (side * 38.0, max(top + 20, 700.0)), (side * 36.0, 900.0)], (33, 26, 23))
        canvas.fill(sock, stocking, ink="#1c1a24")


def draw_arms(canvas: Canvas, outfit: OutfitDesign, skin: Ramp, *, before: bool) -> None:
    """Paint the arms with their sleeves: those that hang `before` the skirt, or those that go behind the body."""
    for side, pose in zip((-1, 1), outfit.arms, strict=True):
        if (pose == "down") == before:
            _draw_arm(canvas, outfit, skin, side)


def _draw_arm(canvas: Canvas, outfit: OutfitDesign, skin: Ramp, side: int) -> None:
    pose = outfit.arms[0 if side < 0 else 1]
    spine = flip(_ARMS[pose], side)
    cloth = outfit.second if outfit.kind in ("cardigan", "blazer") else outfit.main
    if pose == "down":
        _draw_hand(canvas, skin, spine[-1], side)
    if outfit.sleeve in ("short", "puff"):
        canvas.fill(limb(spine, _ARM_WIDTHS), skin.base, ink=skin.ink)
        inner = [(x - side * 7, y) for x, y in spine[1:]]
        canvas.fill(limb(inner, [w * 0.42 for w in _ARM_WIDTHS[1:]]), skin.shade)
    if outfit.sleeve == "long":
        _draw_sleeve(canvas, cloth, spine, (17, 20.5, 20, 18.5, 17, 15), side)
    elif outfit.sleeve == "wide":
        _draw_sleeve(canvas, cloth, spine, (17, 21, 25, 30, 40, 46), side)
    elif outfit.sleeve == "short":
        x, y = spine[3]
        _draw_sleeve(canvas, cloth, [*spine[:3], (x * 0.97, y - 34)], (17, 21, 23, 23), side)
    else:
        _draw_puff(canvas, cloth, spine, side)


def _draw_hand(canvas: Canvas, skin: Ramp, wrist: Point, side: int) -> None:
    x, y = wrist
    hand = Path((x - side * 8, y - 6)).cubic((x - side * 15, y + 10), (x - side * 12, y + 26), (x - side * 6, y + 30))
    hand.cubic((x - side * 4, y + 44), (x + side * 6, y + 44), (x + side * 8, y + 28)).cubic(
        (x + side * 11, y + 14), (x + side * 10, y + 4), (x + side * 8, y - 6)
    )
    canvas.fill(hand.close(), skin.base, ink=skin.ink)
    for k in (-2, 3):
        canvas.stroke(Path((x + side * k, y + 22)).line((x + side * (k + 1), y + 37)).open(), skin.ink, 1.1, 0.8)


def _draw_sleeve(canvas: Canvas, cloth: Ramp, spine: list[Point], half_widths: tuple[float, ...], side: int) -> None:
    canvas.fill(limb(spine, half_widths), cloth.base, ink=cloth.ink)
    inner = [(x - side * w * 0.52, y) for (x, y), w in zip(spine[1:], half_widths[1:], strict=True)]
    canvas.fill(limb(inner, [w * 0.4 for w in half_widths[1:]]), cloth.shade)
    if len(spine) > 4:
        x, y = spine[3]
        w = half_widths[3]
        folds = [
            tapered((x - side * w * 0.9, y + k), (x - side * 2, y + k + 5), (x + side * w * 0.35, y + k - 3), 1.4)
            for k in (-9, 1, 10)
        ]
        canvas.fill("".join(folds), cloth.deep)
    (x, y), (px, py) = spine[-1], spine[-2]
    cuff = limb([(x + (px - x) * 0.14, y + (py - y) * 0.14), (x, y)], (half_widths[-1] + 0.6, half_widths[-1] + 0.6))
    canvas.fill(cuff, cloth.light, ink=cloth.ink)


def _draw_puff(canvas: Canvas, cloth: Ramp, spine: list[Point], side: int) -> None:
    x = spine[2][0]
    puff = Path((side * 60, 134)).cubic((x + side * 10, 126), (x + side * 34, 172), (x + side * 22, 212))
    puff.cubic((x + side * 10, 226), (x - side * 20, 226), (x - side * 26, 212)).cubic(
        (side * 70, 190), (side * 62, 160), (side * 60, 134)
    )
    canvas.fill(puff.close(), cloth.base, ink=cloth.ink)
    for k in (-14, 0, 13):
        canvas.fill(
            tapered((x + side * k, 214), (x + side * (k + 3), 190), (x + side * (k - 4), 172), 2.4), cloth.shade
        )
    band = limb([(x - side * 25, 215), (x, 222), (x + side * 22, 214)], (5, 5, 5))
    canvas.fill(band, "#fbfafc", ink=cloth.ink)
