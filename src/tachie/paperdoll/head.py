"""The head in painting order: what lies behind the body, then the face with all that is before it."""

from __future__ import annotations

from tachie.paperdoll import face, fringe, hair, props
from tachie.paperdoll.character import Character
from tachie.paperdoll.dice import Dice
from tachie.paperdoll.palette import mix
from tachie.paperdoll.svg import Canvas


def draw_behind(canvas: Canvas, who: Character) -> None:
    """Paint what falls behind the body: back hair, tails, a hat's rim (head units, the head upright)."""
    dice = Dice(who.seed, "strands")
    props.draw_hat(canvas, who.hair, who.props, behind=True)
    props.draw_back_ribbon(canvas, who.hair, who.props)
    hair.draw_tails(canvas, who.hair, dice)
    hair.draw_back(canvas, who.hair, dice)


def draw_before(canvas: Canvas, who: Character) -> None:
    """Paint face, front hair and what is worn, and the locks that hang before the body (head units, upright)."""
    dice = Dice(who.seed, "locks")
    cut = fringe.make_fringe(who.hair, dice)
    brow = mix(who.hair.ramp.deep, who.hair.ramp.ink, 0.75)
    face.draw_skin(canvas, who.face, fringe.fringe_shadow(cut))
    face.draw_features(canvas, who.face, who.placement)
    face.draw_brows(canvas, who.face, who.placement, brow, 1.0)
    hair.draw_ahoge(canvas, who.hair)
    fringe.draw_front(canvas, who.hair, cut, dice)
    face.draw_brows(canvas, who.face, who.placement, brow, 0.45)
    props.draw_glasses(canvas, who.face, who.placement, who.props)
    hair.draw_drills(canvas, who.hair)
    props.draw_ties(canvas, who.hair, who.props)
    props.draw_ribbon(canvas, who.hair, who.props)
    props.draw_hat(canvas, who.hair, who.props, behind=False)
