"""The body with its clothes, in painting order."""

from __future__ import annotations

from tachie.paperdoll import body
from tachie.paperdoll.outfits import held
from tachie.paperdoll.outfits.kinds import KINDS
from tachie.paperdoll.outfits.legwear import draw_legs
from tachie.paperdoll.outfits.sleeves import draw_arms
from tachie.paperdoll.outfits.wear import Wear


def draw_dressed(wear: Wear, tilt: float) -> None:
    """Paint the dressed body without its head, which tilts by `tilt` degrees."""
    garments = KINDS[wear.clothes.kind]
    sleeve = garments.sleeve(wear)
    held.draw_behind(wear)
    draw_arms(wear, sleeve, "behind")
    made = garments.skirt(wear)
    if made:
        made[0].back(made[1])
    draw_legs(wear)
    body.draw_neck(wear.pen, wear.figure, wear.skin, tilt)
    garments.put_on(wear, made[0] if made else None)
    held.draw_before(wear)
    draw_arms(wear, sleeve, "before")
