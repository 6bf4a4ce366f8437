"""The head in painting order: what lies behind the body, then the face with all that is before it."""

from __future__ import annotations

from tachie.paperdoll import face, fringe, hair, props
from tachie.paperdoll.character import Character
from tachie.paperdoll.dice import Dice
from tachie.paperdoll.eyes import draw_lashes_over
from tachie.paperdoll.front import draw_front
from tachie.paperdoll.hats import draw_hat
from tachie.paperdoll.palette import mix
from tachie.paperdoll.strands import hair_ink
from tachie.paperdoll.svg import Canvas
from tachie.paperdoll.view import view_of


def draw_behind(canvas: Canvas, who: Character) -> None:
    """Paint what falls behind the body: back hair, tails, a hat's rim (head units, the head upright)."""
    dice, view, style = Dice(who.seed, "strands"), view_of(who.placement), who.style
    draw_hat(canvas, who.hair, who.props, view, style, behind=True)
    props.draw_back_ribbon(canvas, who.hair, view, who.props)
    hair.draw_tails(canvas, who.hair, view, style, dice)
    hair.draw_back(canvas, who.hair, view, style, dice)


def draw_before(canvas: Canvas, who: Character) -> None:
    """Paint face, front hair and what is worn, and the locks that hang before the body (head units, upright)."""
    dice, view, style = Dice(who.seed, "locks"), view_of(who.placement), who.style
    cut = fringe.make_fringe(who.hair, dice)
    brow = mix(who.hair.ramp.deep, hair_ink(who.hair.ramp, style), 0.7)
    face.draw_skin(canvas, who.face, view, style, fringe.hair_shadow(who.hair, cut, view))
    face.draw_features(canvas, who.face, view, style)
    face.draw_brows(canvas, who.face, view, brow, 1.0)
    props.draw_temples(canvas, who.face, view, who.props)
    hair.draw_ahoge(canvas, who.hair, view, style)
    draw_front(canvas, who.hair, cut, view, style, dice)
    face.draw_brows(canvas, who.face, view, brow, 0.4)
    draw_lashes_over(canvas, who.face, view, style, 0.5)
    props.draw_glasses(canvas, who.face, view, who.props)
    hair.draw_buns(canvas, who.hair, view, style)
    hair.draw_drills(canvas, who.hair, view, style)
    props.draw_ties(canvas, who.hair, view, who.props)
    props.draw_ribbon(canvas, who.hair, view, who.props)
    draw_hat(canvas, who.hair, who.props, view, style, behind=False)
