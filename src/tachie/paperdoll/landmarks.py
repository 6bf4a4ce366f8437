"""Named points of the drawn face, and what of the head its box must hold."""

from __future__ import annotations

from tachie.paperdoll import face as faces
from tachie.paperdoll.character import Character
from tachie.paperdoll.eyes import Eye
from tachie.paperdoll.fringe import crown_points
from tachie.paperdoll.mouth import mouth_points
from tachie.paperdoll.svg import Point
from tachie.paperdoll.view import view_of


def face_landmarks(who: Character) -> dict[str, Point]:
    """Return named points of an upright face in head units; left and right are the picture's.

    An eye has outer, inner, top, bottom and pupil, a brow outer and inner; then nose, the mouth's left, right, top and
    bottom, chin, both jaws and both cheeks.
    """
    face, view = who.face, view_of(who.placement)
    points: dict[str, Point] = {}
    for name, side in (("left", -1), ("right", 1)):
        eye, brow = Eye(face, view, side), faces.brow_points(face, view, side)
        points |= {
            f"{name}_eye_outer": eye.at(1.0, eye.upper(1.0)),
            f"{name}_eye_inner": eye.at(-1.0, eye.upper(-1.0)),
            f"{name}_eye_top": eye.at(0.0, eye.upper(0.0)),
            f"{name}_eye_bottom": eye.at(0.0, eye.lower(0.0)),
            f"{name}_pupil": eye.pupil_at,
            f"{name}_brow_outer": brow[-1],
            f"{name}_brow_inner": brow[0],
        }
    edge = faces.contour(face, view)
    points |= {"nose": faces.nose_at(face, view), **mouth_points(face, view), "chin": edge[8]}
    points |= {"left_jaw": edge[5], "right_jaw": edge[11], "left_cheek": edge[2], "right_cheek": edge[14]}
    return points


def head_outline(who: Character) -> list[Point]:
    """Return points of an upright head, hair cap and face, in head units: their extent is the head's box."""
    view = view_of(who.placement)
    return [*crown_points(who.hair, view), *faces.contour(who.face, view)]
