"""The cast: fixed characters with a name, a face that never changes, a wardrobe and a share of the screen.

The default cast of nine is written down here by hand; another seed draws another cast. As in the GochiUsa_Faces set
(Rignak, 2020) nine characters share the screen very unequally, and two sisters have nearly the same colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from tachie.core.attributes import MAKEGIRLS, NO, YES
from tachie.core.errors import UsageError
from tachie.paperdoll import palette
from tachie.paperdoll.character import Character, design
from tachie.paperdoll.choice import choose_attributes
from tachie.paperdoll.default_cast import DEFAULT, FACE, HAIR, Written
from tachie.paperdoll.dice import Dice, derived_seed
from tachie.paperdoll.figure import Build, tall_build
from tachie.paperdoll.palette import cloth_ramp, hair_ramp, skin_ramp
from tachie.paperdoll.style import Style
from tachie.paperdoll.wardrobe import OutfitDesign, choose_outfit

# Faces per class. The paper's text gives the largest, the smallest, the sum (39,537) and that the two smallest have
# less than half of the third smallest; the classes between are laid evenly.
SHARES = (8571, 7300, 5600, 5000, 4300, 3700, 2700, 1299, 1067)
MOST_MEMBERS = 24
_CLOTHS = ("main", "second", "third", "accent")
# One hand draws the whole show.
HAND = Style(year=2014, line=1.3, eye=1.0, shading="cel", ink=0.4, saturation=1.0)
_NAMES = (
    "Asahi", "Botan", "Chihiro", "Emi", "Fuyu", "Hotaru", "Ibuki", "Kaede", "Kiriko", "Mahiro", "Minori", "Nagisa",
    "Otoha", "Rikka", "Saya", "Shiori", "Sumire", "Tamaki", "Tsubasa", "Umi", "Wakana", "Yayoi", "Yuzuki", "Zakuro",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """One of the cast: `who` in her first outfit, `wardrobe` to change into, `share` (0..1) of all faces on screen."""

    name: str
    words: str
    share: float
    height_cm: int
    who: Character
    wardrobe: tuple[OutfitDesign, ...]

    def wearing(self, outfit: int) -> Character:
        """Return her in an outfit of her wardrobe; numbers past its end begin again."""
        return replace(self.who, outfit=self.wardrobe[outfit % len(self.wardrobe)])

    def small(self, outfit: int = 0) -> Character:
        """Return her as a chibi: the same hair and colours on a chibi's face and body."""
        who = self.wearing(outfit)
        drawn = design(who.seed, {**_plain(who.attributes), "chibi": YES, "year": str(who.style.year)})
        kept = ("skin", "eye", "eye_shape", "lash", "glint", "brow", "nose", "blush_kind")
        face = replace(drawn.face, **{name: getattr(who.face, name) for name in kept})
        hair = replace(who.hair, width=who.hair.width + 3, fringe_drop=who.hair.fringe_drop + 4)
        return replace(who, face=face, hair=hair, chibi=True, build=drawn.build)

    def as_dict(self) -> dict[str, Any]:
        """Return what can be said of her, ready for JSON."""
        attributes = self.who.attributes
        return {
            "name": self.name,
            "words": self.words,
            "share": round(self.share, 4),
            "height_cm": self.height_cm,
            "hair_color": attributes["hair_color"],
            "eye_color": attributes["eye_color"],
            "attributes": attributes,
            "wardrobe": [outfit.kind for outfit in self.wardrobe],
        }


@lru_cache(maxsize=8)
def make_cast(seed: int = 0, size: int = 9) -> tuple[Member, ...]:
    """Return a cast, the largest share of the screen first; the same seed and size are always the same faces.

    Seed 0 begins with the nine of the default cast. In every cast of three or more, the first and the last but one
    are sisters. Raises UsageError for a size that is not 1..24.
    """
    if not 1 <= size <= MOST_MEMBERS:
        raise UsageError(f"a cast of {size} cannot be drawn", f"Name a size from 1 to {MOST_MEMBERS}.")
    shares = _shares(size)
    written = DEFAULT[:size] if seed == 0 else ()
    if 0 < size < 9 and size > 2 and written:
        written = (*DEFAULT[: size - 2], *DEFAULT[7:9])
    members = [_from_written(one, share) for one, share in zip(written, shares, strict=False)]
    taken = {m.name for m in members}
    dice = Dice(derived_seed(seed, "cast"), "attributes")
    colors = _shuffled(tuple(palette.HAIR_BASES), dice)
    names = [name for name in _shuffled(_NAMES, dice) if name not in taken]
    for k in range(len(members), size):
        sister = members[0] if 0 < k == size - 2 and not written else None
        members.append(
            _drawn(derived_seed(seed, f"cast/{k}"), names.pop(0), colors[k % len(colors)], shares[k], sister)
        )
    return tuple(members)


def find_member(cast: Sequence[Member], name: str) -> Member:
    """Return the member of that name, in any case; raises UsageError naming the cast."""
    for member in cast:
        if member.name.lower() == name.lower():
            return member
    raise UsageError(f"nobody in the cast is called {name!r}", f"The cast: {', '.join(m.name for m in cast)}.")


def from_seed(seed: int) -> Member:
    """Return the character of a seed alone, as `draw_paperdoll` draws her, with a wardrobe."""
    who = design(seed, choose_attributes(seed, {}))
    wardrobe = (who.outfit, *(design(derived_seed(seed, f"outfit {k}"), who.attributes).outfit for k in range(2)))
    height = round(142 + 28 * Dice(seed, "placement").roll())
    return Member(f"seed {seed}", "", 1.0, height, who, wardrobe)


def _shares(size: int) -> list[float]:
    """Return shares that fall as the nine written ones do, their sum 1."""
    if size == 1:
        return [1.0]
    row = []
    for k in range(size):
        at = k * (len(SHARES) - 1) / (size - 1)
        low = min(int(at), len(SHARES) - 2)
        row.append(SHARES[low] + (SHARES[low + 1] - SHARES[low]) * (at - low))
    return [value / sum(row) for value in row]


def _shuffled(values: Sequence[str], dice: Dice) -> list[str]:
    return [value for _, value in sorted((dice.roll(), value) for value in values)]


def _plain(attributes: dict[str, str]) -> dict[str, str]:
    """Return complete attributes in which every yes or no that is not named is no."""
    return {name: attributes.get(name, NO if values == (NO, YES) else values[0]) for name, values in MAKEGIRLS.items()}


def _from_written(one: Written, share: float) -> Member:
    who = design(one.seed, _plain(one.attributes))
    who = replace(
        who,
        face=replace(who.face, **(FACE | {"skin": skin_ramp(one.skin), "eye": one.eye} | one.face)),
        hair=replace(who.hair, **(HAIR | {"ramp": hair_ramp(one.hair_base)} | one.hair)),
        props=replace(who.props, cloth=cloth_ramp(one.ribbon), **one.props),
        style=HAND,
    )
    wardrobe = tuple(_sewn(one, words) for words in one.outfits)
    who = replace(who, outfit=wardrobe[0], build=_build(one.height_cm))
    return Member(one.name, one.words, share, one.height_cm, who, wardrobe)


def _sewn(one: Written, words: str) -> OutfitDesign:
    """Return the outfit that the words of a written wardrobe say; what they leave open comes from their own dice."""
    kind, *rest = words.split()
    said = dict(word.split("=") for word in rest)
    outfit = choose_outfit(Dice(derived_seed(one.seed, words), "outfit"), kind)
    cloths: dict[str, Any] = {name: cloth_ramp(f"#{said[name]}") for name in _CLOTHS if name in said}
    return replace(
        outfit,
        **cloths,
        sleeve=said.get("sleeve", "long"),
        skirt_end=float(said["hem"]),
        neckwear=said.get("neck", "none"),
        legwear=said.get("legwear", "kneehighs"),
        pattern=said.get("pattern", "plain"),
        sock=f"#{said['sock']}" if "sock" in said else "",
    )


def _build(height_cm: int) -> Build:
    """Return the proportions of a height: the tall have longer legs, heads are all of a size."""
    tall = (height_cm - 142) / 28
    return tall_build(0.81 + 0.13 * tall, 1.0 + 0.06 * tall)


def _drawn(seed: int, name: str, hair_color: str, share: float, sister: Member | None) -> Member:
    fixed = {"hair_color": hair_color, "hat": NO, "smile": NO, "open_mouth": NO, "blush": NO}
    if sister:
        fixed |= {key: sister.who.attributes[key] for key in ("hair_color", "eye_color")}
    who = replace(design(seed, choose_attributes(seed, fixed)), style=HAND)
    if sister:
        own = who.face
        who = replace(
            who,
            face=replace(sister.who.face, chin=sister.who.face.chin + 2, eye_height=own.eye_height),
            hair=replace(who.hair, ramp=sister.who.hair.ramp, fringe=sister.who.hair.fringe),
        )
    wardrobe = [who.outfit, *(design(derived_seed(seed, f"outfit {k}"), who.attributes).outfit for k in range(2))]
    height = round(142 + 28 * Dice(seed, "placement").roll())
    who = replace(who, build=_build(height))
    return Member(name, f"sister of {sister.name}" if sister else "", share, height, who, tuple(wardrobe))
