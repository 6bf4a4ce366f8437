"""Arms in their sleeves, with folds at elbow and armpit, and the hands with what they hold."""

from __future__ import annotations

from dataclasses import dataclass

from tachie.paperdoll import body
from tachie.paperdoll.figure import ARMS
from tachie.paperdoll.limbs import Limb
from tachie.paperdoll.outfits.japanese import flower
from tachie.paperdoll.outfits.wear import WHITE, Wear
from tachie.paperdoll.palette import Ramp
from tachie.paperdoll.svg import Path, Point


@dataclass(frozen=True, slots=True)
class Sleeve:
    """Cut and cloth of a sleeve: none, cap, short, puff, rolled, long, bell, wide; its cuff, and a shirt's under it."""

    cut: str
    cloth: Ramp
    cuff: Ramp | None = None
    shirt: Ramp | None = None
    stripe: str = ""


_CUTS: dict[str, tuple[float, tuple[float, ...]]] = {
    "cap": (0.22, (3.0, 4.5, 6.0)),
    "short": (0.56, (3.0, 4.5, 6.0, 8.0)),
    "rolled": (1.12, (3.0, 4.0, 4.5, 5.0)),
    "long": (1.9, (3.0, 4.2, 4.4, 5.0, 4.2, 5.0)),
    "loose": (1.93, (3.5, 6.0, 7.5, 8.0, 8.0, 9.0)),
    "bell": (1.86, (3.0, 3.6, 3.6, 5.0, 10.0, 19.0)),
}


def draw_arms(wear: Wear, sleeve: Sleeve, layer: str) -> None:
    """Paint the arms of a layer ("behind" or "before" the trunk) with sleeves and hands."""
    for side, pose in zip((-1, 1), wear.figure.pose.arms, strict=True):
        if ARMS[pose][4] == layer:
            _arm(wear, sleeve, side, behind=layer == "behind")


def _arm(wear: Wear, sleeve: Sleeve, side: int, *, behind: bool) -> None:
    pen, figure = wear.pen, wear.figure
    arm = figure.arms[0 if side < 0 else 1]
    long = sleeve.cut in ("long", "loose", "bell", "wide")
    if not long:
        body.draw_arm(pen, figure, wear.skin, side, bare_shoulder=sleeve.cut == "none" and not behind)
    if sleeve.cut == "wide":
        _kimono_sleeve(wear, sleeve, arm, side)
        return
    if not (long and behind):
        body.draw_hand_of(pen, figure, wear.skin, side)
    if sleeve.cut == "none":
        return
    if sleeve.cut == "puff":
        _puff(wear, sleeve, arm)
        return
    if sleeve.shirt and long:
        pen.shape(arm.outline(1.84, 1.96, (3.2, 3.2)), sleeve.shirt, shadow=(-4.0, 0.0), weight=0.8)
    end, ease = _CUTS[sleeve.cut]
    cloth = sleeve.cloth
    name = pen.shape(figure.sleeve(side, end, ease), cloth, shadow=(-6.0, -2.0))
    with pen.inside(name):
        pen.folds(_folds(arm, end), cloth)
        if sleeve.stripe:
            for shift in (0.55, 0.8):
                row = [arm.edge(t, shift, 3.0) for t in (0.02, 0.5, 1.0, 1.5, 1.95)]
                pen.canvas.stroke(Path(row[0]).through(*row[1:]).open(), sleeve.stripe, 3.4 * figure.build.thick)
    cuff = sleeve.cuff
    if sleeve.cut == "rolled":
        pen.shape(arm.ring(end - 0.1, 0.13, ease[-1] + 1.0), cuff or cloth, shadow=(-5.0, 0.0), weight=0.8)
    elif sleeve.cut == "loose":
        pen.shape(arm.ring(end - 0.06, 0.1, 3.0), cuff or cloth, shadow=(-5.0, 0.0), weight=0.8)
    elif cuff:
        pen.shape(arm.ring(end - 0.11, 0.115, ease[-1] + 0.8), cuff, shadow=(-5.0, 0.0), weight=0.8)


def _folds(arm: Limb, end: float) -> list[tuple[Point, Point, Point, float]]:
    """Return the folds of a sleeve: from the armpit, in the crook of the elbow, before the cuff."""
    rows = [
        (arm.edge(0.12, -1.3), arm.edge(0.22, -0.5), arm.edge(0.2, 0.25), 2.2),
        (arm.edge(0.2, -1.3), arm.edge(0.34, -0.8), arm.edge(0.42, -0.1), 1.8),
    ]
    if end > 1.1:
        (ax, ay), (bx, by) = arm.along(0.6), arm.along(1.4)
        bent = 1 - (ax * bx + ay * by)
        deep = 1.5 + 2.0 * min(1.0, bent)
        # The crook lies on the side the forearm turns to.
        inner = 1.0 if (ax * by - ay * bx) * arm.side < 0 else -1.0
        rows += [
            (arm.edge(0.86, inner * 1.2), arm.edge(0.92, inner * 0.3), arm.edge(0.8, -inner * 0.5), deep),
            (arm.edge(0.98, inner * 1.2), arm.edge(1.0, 0.0), arm.edge(0.98, -inner * 0.8), deep),
            (arm.edge(1.1, inner * 1.2), arm.edge(1.1, inner * 0.2), arm.edge(1.2, -inner * 0.5), deep),
        ]
    if end > 1.7:
        rows += [
            (arm.edge(1.62, -1.1), arm.edge(1.68, -0.2), arm.edge(1.64, 0.6), 1.5),
            (arm.edge(1.76, 1.1), arm.edge(1.8, 0.2), arm.edge(1.76, -0.5), 1.5),
        ]
    return rows


def _puff(wear: Wear, sleeve: Sleeve, arm: Limb) -> None:
    pen = wear.pen
    shape = arm.sleeve(
        wear.figure.at(arm.side * 70, 134), wear.figure.at(arm.side * 58, 172), 0.5, (6.0, 13.0, 18.0, 16.0, 4.0), 0.12
    )
    name = pen.shape(shape, sleeve.cloth, shadow=(-8.0, -4.0))
    with pen.inside(name):
        rows = [
            (arm.edge(0.46, s, 3.0), arm.edge(0.36, s * 1.3, 2.0), arm.edge(0.2, s * 1.2, 2.0), 2.6)
            for s in (-0.8, -0.25, 0.3, 0.8)
        ]
        rows += [(arm.edge(-0.02, s), arm.edge(0.04, s * 1.1), arm.edge(0.12, s * 1.3), 1.8) for s in (-0.5, 0.1, 0.6)]
        pen.folds(rows, sleeve.cloth)
    pen.shape(arm.ring(0.46, 0.08, 4.0), sleeve.cuff or WHITE, shadow=(-5.0, 0.0), weight=0.8)


def _kimono_sleeve(wear: Wear, sleeve: Sleeve, arm: Limb, side: int) -> None:
    """Paint a kimono's sleeve: it hangs straight down from the whole forearm, whatever the arm does."""
    pen, figure = wear.pen, wear.figure
    k = figure.build.thick
    hang = 150.0 * k if wear.clothes.kind == "kimono" else 112.0 * k
    # An arm that is lifted lets the sleeve fall from the elbow.
    wrist, elbow = arm.edge(1.84, 1.0, 4.0), arm.center(1.0)
    inner = arm.edge(1.8, -1.0, 4.0)
    low = max(wrist[1], inner[1], elbow[1] + 30 * k)
    top = [figure.at(side * 72, 136), *(arm.edge(t, 1.0, 5.0) for t in (0.12, 0.4, 0.7, 1.0, 1.3, 1.6))]
    armpit = arm.edge(0.24, -1.0, 4.0)
    raised = wrist[1] < elbow[1] - 20
    if raised:
        path = Path(armpit).quad(figure.at(side * 60, 168), top[0]).through(*top[1:5], arm.edge(1.5, 1.0, 9.0))
        path.line(arm.edge(1.5, -1.0, 9.0)).cubic(
            (elbow[0] - side * 20, elbow[1] - 10),
            (elbow[0] - side * 12, elbow[1] + hang * 0.5),
            (elbow[0] - side * 2, elbow[1] + hang),
        ).quad((elbow[0] - side * 26, elbow[1] + hang + 8), (elbow[0] - side * 46 * k, elbow[1] + hang * 0.9))
        path.quad((elbow[0] - side * 44 * k, elbow[1] + 10), arm.edge(0.35, -1.0, 6.0))
    else:
        outer = (wrist[0] + side * 4 * k, low + hang * 0.62)
        back = (inner[0] - side * 30 * k, low + hang * 0.66)
        path = Path(armpit).quad(figure.at(side * 60, 168), top[0]).through(*top[1:], wrist)
        path.cubic((wrist[0] + side * 8 * k, wrist[1] + 30 * k), (outer[0] + side * 4, outer[1] - 40 * k), outer)
        path.quad((outer[0] - side * 14 * k, outer[1] + 10 * k), back)
        path.cubic(
            (back[0] - side * 4, back[1] - 50 * k), (back[0] - side * 4, elbow[1] + 20 * k), arm.edge(0.5, -1.0, 8.0)
        )
    body.draw_hand_of(pen, figure, wear.skin, side)
    name = pen.shape(path.close(), sleeve.cloth, shadow=(-9.0, -3.0))
    with pen.inside(name):
        pen.folds(_folds(arm, 1.4), sleeve.cloth)
        x, y = (elbow[0] - side * 20 * k, elbow[1] + hang * 0.5) if raised else (inner[0], low + hang * 0.3)
        pen.folds([((x, y - 50 * k), (x + side * 6, y), (x - side * 8 * k, y + hang * 0.4), 3.0 * k)], sleeve.cloth)
        if wear.clothes.pattern == "flowers":
            flower(wear, (x + side * 6 * k, y + 10 * k), 13 * k)
            flower(wear, (x - side * 16 * k, y - 26 * k), 9 * k)
    if sleeve.cuff and not raised:
        edge = Path(wrist).cubic(
            (wrist[0] + side * 8 * k, wrist[1] + 30 * k), (outer[0] + side * 4, outer[1] - 40 * k), outer
        )
        pen.canvas.stroke(edge.open(), sleeve.cuff.base, 3.0 * k)
