"""The names of what can be said of a face: MakeGirls.moe's 34 attributes and a few more, and others' words for them.

Spellings follow Jin et al. 2017, "Towards the Automatic Anime Characters Creation with GANs" (arXiv:1708.05509).
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

HAIR_COLORS = (
    "blonde", "brown", "black", "blue", "pink", "purple", "green",
    "red", "silver", "white", "orange", "aqua", "grey",
)  # fmt: skip
HAIR_STYLES = ("long_hair", "short_hair", "twin_tail", "drill_hair", "ponytail")
EYE_COLORS = ("blue", "red", "brown", "green", "purple", "yellow", "pink", "aqua", "black", "orange", "grey")
SKIN_TONES = ("fair", "tan", "dark")
FLAGS = ("blush", "smile", "open_mouth", "hat", "ribbon", "glasses")

YES, NO, UNKNOWN = "yes", "no", "unknown"

# Every attribute with its values; "unknown" is allowed everywhere and therefore not listed.
ATTRIBUTES: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "hair_color": HAIR_COLORS,
        **{style: (NO, YES) for style in HAIR_STYLES},
        "eye_color": EYE_COLORS,
        **{flag: (NO, YES) for flag in FLAGS},
        "skin": SKIN_TONES,
    }
)

# MakeGirls.moe's own 34: what a drawn figure may be asked for.
MAKEGIRLS: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        name: tuple(value for value in values if (name, value) != ("eye_color", "grey"))
        for name, values in ATTRIBUTES.items()
        if name != "skin"
    }
)

COLOR_ATTRIBUTES = ("hair_color", "eye_color")

# Danbooru's, Gelbooru's and most taggers' words for ratings.
RATING_WORDS = MappingProxyType({"general": "g", "safe": "g", "sensitive": "s", "questionable": "q", "explicit": "e"})

_COLOR_WORDS = {"gray": "grey", "blond": "blonde", "golden": "blonde", "violet": "purple", "cyan": "aqua"}
_HAIR_ONLY = {"yellow": "blonde", "platinum_blonde": "blonde"}
_EYE_ONLY = {"gold": "yellow", "golden": "yellow"}
_TAG_WORDS = {
    "twintails": ("twin_tail", YES),
    "twintail": ("twin_tail", YES),
    "twin_tails": ("twin_tail", YES),
    "low_twintails": ("twin_tail", YES),
    "drills": ("drill_hair", YES),
    "twin_drills": ("drill_hair", YES),
    "ringlets": ("drill_hair", YES),
    "side_ponytail": ("ponytail", YES),
    "high_ponytail": ("ponytail", YES),
    "very_long_hair": ("long_hair", YES),
    "hair_ribbon": ("ribbon", YES),
    "hair_bow": ("ribbon", YES),
    "closed_mouth": ("open_mouth", NO),
    "smiling": ("smile", YES),
    "grin": ("smile", YES),
    "no_smile": ("smile", NO),
    "bespectacled": ("glasses", YES),
    "eyewear": ("glasses", YES),
    "no_headwear": ("hat", NO),
    "cap": ("hat", YES),
    "beret": ("hat", YES),
    "dark_skin": ("skin", "dark"),
    "dark_skinned_female": ("skin", "dark"),
    "dark_skinned_male": ("skin", "dark"),
    "tan": ("skin", "tan"),
    "pale_skin": ("skin", "fair"),
    "nurse_cap": ("hat", YES),
    "baseball_cap": ("hat", YES),
    "peaked_cap": ("hat", YES),
    "garrison_cap": ("hat", YES),
    "absurdly_long_hair": ("long_hair", YES),
    "very_short_hair": ("short_hair", YES),
    "pixie_cut": ("short_hair", YES),
    "short_twintails": ("twin_tail", YES),
    "high_twintails": ("twin_tail", YES),
    "uneven_twintails": ("twin_tail", YES),
    "twin_drill": ("drill_hair", YES),
    "side_drill": ("drill_hair", YES),
    "low_ponytail": ("ponytail", YES),
    "short_ponytail": ("ponytail", YES),
    "folded_ponytail": ("ponytail", YES),
    "head_ribbon": ("ribbon", YES),
    "smirk": ("smile", YES),
    "light_blush": ("blush", YES),
    "full_face_blush": ("blush", YES),
    "nose_blush": ("blush", YES),
    "sunglasses": ("glasses", YES),
}  # fmt: skip
# Tags that say that the colour is not one.
_SEVERAL_COLORS = {
    "multicolored_hair": "hair_color",
    "two_tone_hair": "hair_color",
    "split_color_hair": "hair_color",
    "gradient_hair": "hair_color",
    "rainbow_hair": "hair_color",
    "heterochromia": "eye_color",
    "multicolored_eyes": "eye_color",
    "two_tone_eyes": "eye_color",
}
# Kinds of one thing, such as straw_hat or light_smile; what begins so is not worn, or not meant.
_ENDINGS = {"_hat": "hat", "_smile": "smile", "_eyewear": "glasses"}
_NOT_WORN = {"hand", "hands", "holding", "adjusting", "removing", "unworn", "looking", "no", "fake", "print"}
_SHADES = ("light_", "dark_", "pale_", "bright_")
_NAME_WORDS = {
    "hair": "hair_color",
    "hair_colour": "hair_color",
    "haircolor": "hair_color",
    "eye": "eye_color",
    "eyes": "eye_color",
    "eye_colour": "eye_color",
    "eyecolor": "eye_color",
}
_YES_WORDS, _NO_WORDS = {"yes", "true", "1", "t", "y"}, {"no", "false", "0", "f", "n"}


def _word(text: str) -> str:
    return "_".join(text.strip().lower().replace("-", " ").split())


def attribute_of_tag(tag: str) -> tuple[str, str] | None:
    """Return the (attribute, value) that a board's or tagger's tag states, or None where it states none.

    >>> attribute_of_tag("gray hair"), attribute_of_tag("twintails"), attribute_of_tag("sky")
    (('hair_color', 'grey'), ('twin_tail', 'yes'), None)
    """
    word = _word(tag)
    if word in _TAG_WORDS:
        return _TAG_WORDS[word]
    if word in HAIR_STYLES or word in FLAGS:
        return word, YES
    for ending, flag in _ENDINGS.items():
        if word.endswith(ending):
            return None if word.partition("_")[0] in _NOT_WORN else (flag, YES)
    for ending, name in (("_hair", "hair_color"), ("_eyes", "eye_color"), ("_eye", "eye_color")):
        if word.endswith(ending):
            value = _value_of_word(name, _without_shade(word.removesuffix(ending)))
            return (name, value) if value in ATTRIBUTES[name] else None
    return None


def attributes_of_tags(tags: Iterable[str]) -> dict[str, str]:
    """Return what a list of tags states; an attribute that is stated in two ways is left unknown.

    >>> attributes_of_tags(["blonde hair", "smile", "blue eyes", "heterochromia"])
    {'hair_color': 'blonde', 'smile': 'yes'}
    """
    found: dict[str, str] = {}
    contradicted = set()
    for tag in tags:
        if several := _SEVERAL_COLORS.get(_word(tag)):
            contradicted.add(several)
        elif stated := attribute_of_tag(tag):
            name, value = stated
            if found.setdefault(name, value) != value:
                contradicted.add(name)
    return {name: value for name, value in found.items() if name not in contradicted}


def _without_shade(word: str) -> str:
    return next((word.removeprefix(shade) for shade in _SHADES if word.startswith(shade)), word)


def _value_of_word(name: str, word: str) -> str:
    special = _HAIR_ONLY if name == "hair_color" else _EYE_ONLY
    return special.get(word) or _COLOR_WORDS.get(word, word)


def normalise_label(name: str, value: str) -> tuple[str, str]:
    """Return a label's name and value in tachie's spelling; names that are not attributes keep their own.

    >>> normalise_label("hair", "gray"), normalise_label("Smile", "1"), normalise_label("artist", "Some One")
    (('hair_color', 'grey'), ('smile', 'yes'), ('artist', 'Some One'))
    """
    plain = _word(name)
    known = _NAME_WORDS.get(plain, plain)
    if known not in ATTRIBUTES:
        return plain, value.strip()
    word = _word(value)
    if known in COLOR_ATTRIBUTES:
        word = _value_of_word(known, word)
    if ATTRIBUTES[known] != (NO, YES):
        return known, word if word in ATTRIBUTES[known] else UNKNOWN
    return known, YES if word in _YES_WORDS else NO if word in _NO_WORDS else UNKNOWN
