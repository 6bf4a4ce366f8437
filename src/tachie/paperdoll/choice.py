"""Which attributes a doll has: those asked for, the rest by chance."""

from __future__ import annotations

from collections.abc import Mapping

from tachie.core.attributes import FLAGS, HAIR_STYLES, MAKEGIRLS, NO, YES
from tachie.core.errors import UsageError
from tachie.paperdoll.character import EXTENTS, POSES, SCENES, TAILS
from tachie.paperdoll.dice import Dice
from tachie.paperdoll.style import YEARS
from tachie.paperdoll.wardrobe import OUTFITS

# What may be asked for beside the attributes: it says how to draw, not what a face has.
EXTRAS = {
    "year": tuple(str(year) for year in YEARS),
    "chibi": (NO, YES),
    "extent": EXTENTS,
    "outfit": tuple(OUTFITS),
    "pose": tuple(POSES),
    "background": tuple(SCENES),
}


def choose_attributes(seed: int, fixed: Mapping[str, str]) -> dict[str, str]:
    """Return a value for every attribute: those in `fixed`, the rest drawn from the seed.

    At random a doll has exactly one of long and short hair, and at most one of twin tails, drills, ponytail.
    `EXTRAS` that are in `fixed` are kept after them. Raises UsageError for a name or value that is not known.
    """
    known = {**MAKEGIRLS, **EXTRAS}
    for name, value in fixed.items():
        if name not in known:
            raise UsageError(f"unknown attribute {name!r}", f"Known: {', '.join(known)}.")
        if value not in known[name]:
            raise UsageError(f"unknown value {value!r} of {name}", f"Known: {', '.join(known[name])}.")
    dice = Dice(seed, "attributes")
    drawn = {"hair_color": dice.pick(MAKEGIRLS["hair_color"]), "eye_color": dice.pick(MAKEGIRLS["eye_color"])}
    length = "long_hair" if dice.chance(0.6) else "short_hair"
    tail = dice.pick(("", *TAILS), (5.5, 2.0, 1.2, 1.6))
    drawn |= {style: YES if style in (length, tail) else NO for style in HAIR_STYLES}
    for flag, share in zip(FLAGS, (0.35, 0.5, 0.35, 0.14, 0.28, 0.16), strict=True):
        drawn[flag] = YES if dice.chance(share) else NO
    # A given style settles its group, so that asking for long hair does not leave short hair beside it.
    for one, other in (("long_hair", "short_hair"), ("short_hair", "long_hair")):
        if one in fixed and other not in fixed:
            drawn[other] = NO if fixed[one] == YES else YES
    if any(fixed.get(name) == YES for name in TAILS):
        drawn |= dict.fromkeys(TAILS, NO)
    drawn |= fixed
    return {name: drawn[name] for name in (*MAKEGIRLS, *EXTRAS) if name in drawn}
