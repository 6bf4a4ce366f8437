"""The body in skin: neck, chest, arms, legs and hands, drawn over a posed figure."""

from __future__ import annotations

from tachie.paperdoll.figure import ARMS, Figure
from tachie.paperdoll.hands import draw_hand
from tachie.paperdoll.palette import Ramp
from tachie.paperdoll.pen import Pen
from tachie.paperdoll.svg import Path


def draw_neck(pen: Pen, figure: Figure, skin: Ramp, tilt: float) -> None:
    """Paint neck, shoulders and chest, with the shadow of the chin and the collarbones; the head tilts by `tilt`."""
    left, right = figure.trunk_sides(128, 300, (0.0,))
    lean = tilt * 0.35
    top = figure.build.height(116) - 54
    (nl, ny), (nr, _) = figure.at(-18.5, 112), figure.at(18.5, 112)
    path = Path((nl + lean + 1, top)).cubic((nl + 1, top + 30), (nl + 1, ny - 8), (nl - 5, ny + 6))
    path.quad((nl - 12, ny + 12), left[0]).through(*left[1:]).line(right[-1]).through(*right[-2::-1])
    path.quad((nr + 12, ny + 12), (nr + 5, ny + 6)).cubic((nr - 1, ny - 8), (nr - 1, top + 30), (nr + lean - 1, top))
    d = path.close()
    name = pen.shape(d, skin, shadow=(-5.0, 0.0))
    chin = figure.build.height(116) - 18
    with pen.inside(name):
        shadow = (
            Path((nl - 4, top))
            .line((nl - 4, chin - 2))
            .cubic((nl + 10, chin + 8), (nr - 12 - lean, chin + 26), (nr + 2, chin + 14))
        )
        pen.canvas.fill(shadow.line((nr + 6, top)).close(), skin.shade)
        bones = []
        for side in (-1, 1):
            a, b, c = figure.all([(6, 134), (26, 131), (60, 138)], side)
            bones.append((a, b, c, 1.1))
            a, b, c = figure.all([(5, 126), (7, 132), (5, 139)], side)
            bones.append((a, b, c, 0.8))
        pen.folds(bones, skin, deep=True)


def draw_leg(pen: Pen, figure: Figure, skin: Ramp, side: int) -> None:
    """Paint one bare leg from the hip to the ankle, the kneecap hinted at."""
    leg = figure.legs[0 if side < 0 else 1]
    name = pen.shape(leg.outline(0.0, 2.0), skin, shadow=(-7.0, 0.0))
    if figure.build.small:
        return
    with pen.inside(name):
        knee = [(leg.edge(0.93, -0.55), leg.edge(1.06, -0.35), leg.edge(1.07, 0.1), 1.5)]
        knee.append((leg.edge(0.96, 0.6), leg.edge(1.04, 0.5), leg.edge(1.08, 0.25), 1.2))
        pen.folds(knee, skin)


def draw_arm(pen: Pen, figure: Figure, skin: Ramp, side: int, *, bare_shoulder: bool = False) -> None:
    """Paint one bare arm to the wrist; a bare shoulder runs into the chest without a line."""
    arm = figure.arms[0 if side < 0 else 1]
    name = pen.shape(figure.sleeve(side, 2.0, (0.0,)), skin, shadow=(-5.0, -1.5))
    with pen.inside(name):
        pen.folds([(arm.edge(0.97, -0.2), arm.edge(1.0, -0.5), arm.edge(0.96, -0.95), 1.0)], skin, deep=True)
    if bare_shoulder:
        patch = [figure.at(side * 73, 141.5), figure.at(side * 54, 146), figure.at(side * 54, 192), arm.edge(0.2, -0.9)]
        pen.canvas.fill(Path(patch[0]).line(*patch[1:]).quad(arm.edge(0.1, 0.3), patch[0]).close(), skin.base)


def draw_hand_of(pen: Pen, figure: Figure, skin: Ramp, side: int) -> None:
    """Paint the hand of one arm as its pose asks."""
    k = 0 if side < 0 else 1
    _, _, kind, angle, _ = ARMS[figure.pose.arms[k]]
    # A little up the wrist, so that a cuff covers the joint.
    draw_hand(pen, skin, kind, figure.arms[k].center(1.97), angle, side, figure.build.hand * 1.04)
