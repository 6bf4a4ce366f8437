"""What boards call hair, faces, clothes, poses, framings and backgrounds."""

from __future__ import annotations

from tachie.paperdoll.character import Character
from tachie.paperdoll.eyes import SHUT
from tachie.paperdoll.palette import luminance

_OUTFITS: dict[str, tuple[str, ...]] = {
    "sailor": ("serafuku", "school_uniform", "sailor_collar", "pleated_skirt"),
    "blazer": ("school_uniform", "blazer", "pleated_skirt"),
    "cardigan": ("school_uniform", "cardigan", "pleated_skirt"),
    "vest": ("school_uniform", "sweater_vest", "pleated_skirt"),
    "dress": ("dress",),
    "sundress": ("sundress", "dress"),
    "sweater": ("turtleneck_sweater", "sweater", "skirt"),
    "kimono": ("kimono", "japanese_clothes", "obi"),
    "yukata": ("yukata", "japanese_clothes", "obi"),
    "maid": ("maid", "apron", "maid_apron", "dress"),
    "hoodie": ("hoodie",),
    "gym": ("gym_uniform", "gym_shirt", "shorts"),
    "track": ("track_suit", "track_jacket", "track_pants"),
    "coat": ("coat",),
    "gothic": ("gothic_lolita", "lolita_fashion", "frills", "dress"),
    "suit": ("office_lady", "suit", "formal"),
    "casual": ("casual", "shirt"),
    "pinafore": ("pinafore_dress", "dress"),
}
_LEGWEAR = {"tights": "pantyhose", "ankle_socks": "socks", "bare": "bare_legs"}
_SHOES = {"sneakers": "sneakers", "loafers": "loafers", "mary_janes": "mary_janes", "pumps": "high_heels"}
_SLEEVES = {"long": "long_sleeves", "loose": "long_sleeves", "bell": "long_sleeves", "wide": "wide_sleeves",
    "short": "short_sleeves", "cap": "short_sleeves", "puff": "puffy_sleeves", "none": "sleeveless",
    "rolled": "sleeves_rolled_up"}  # fmt: skip
_POSES: dict[str, tuple[str, ...]] = {
    "hand_on_own_chest": ("hand_on_own_chest",),
    "holding_bag": ("holding_bag", "school_bag", "bag"),
    "bag_at_side": ("holding_bag", "school_bag", "bag"),
    "hands_clasped": ("own_hands_together",),
    "holding_book": ("holding_book", "book"),
    "holding_flowers": ("holding_flower", "flower", "bouquet"),
    "skirt_hold": ("skirt_hold",),
}
_SCENES: dict[str, tuple[str, ...]] = {
    "plain": ("simple_background",),
    "gradient": ("gradient_background", "simple_background"),
    "dots": ("polka_dot_background",),
    "stripes": ("striped_background",),
    "bokeh": ("bokeh",),
    "petals": ("petals",),
    "classroom": ("classroom", "indoors", "chalkboard", "desk"),
    "street": ("street", "outdoors", "house", "sky"),
    "park": ("park", "outdoors", "tree", "sky", "grass"),
    "sea": ("beach", "ocean", "outdoors", "sky"),
    "room": ("indoors", "window", "curtains"),
    "night": ("night", "night_sky", "starry_sky", "outdoors", "moon"),
    "shrine": ("shrine", "torii", "outdoors", "stairs"),
    "sky": ("sky", "cloud", "outdoors"),
}
_FRINGES = {"blunt": "blunt_bangs", "swept": "swept_bangs", "side": "swept_bangs", "parted": "parted_bangs",
    "curtain": "parted_bangs", "arc": "parted_bangs", "between": "hair_between_eyes",
    "veil": "asymmetrical_bangs"}  # fmt: skip
_HATS = {"beret": "beret", "straw": "straw_hat", "cap": "baseball_cap", "witch": "witch_hat",
    "sailor_cap": "sailor_hat", "knit": "beanie"}  # fmt: skip
_PINS = {"bars": "hairclip", "flower": "hair_flower", "star": "star_hair_ornament"}
_MOUTHS = {"cat": ":3", "fang": "fang", "tongue": "tongue_out", "pout": "pout", "frown": "frown", "wave": "wavy_mouth",
    "laugh": ":d", "cheer": ":d", "smirk": "smirk"}  # fmt: skip
_EYES = {"tsurime": "tsurime", "tareme": "tareme", "half": "jitome"}
_EXTENTS = {"full": "full_body", "half": "cowboy_shot", "bust": "upper_body"}


def head_tags(who: Character) -> list[str]:
    """Return tags of the cut of hair, what is worn in it, the eyes, the mouth and the skin."""
    hair, face, props = who.hair, who.face, who.props
    tables = ((_FRINGES, hair.fringe), (_HATS, props.hat), (_PINS, props.pin), (_MOUTHS, face.mouth))
    row = [table[word] for table, word in (*tables, (_EYES, face.eye_shape)) if word in table]
    said = {
        "looking_at_viewer": face.closed < 0.5 and max(map(abs, face.gaze)) < 0.5,
        "closed_eyes": face.closed >= SHUT,
        "ahoge": hair.ahoge in ("curl", "spike"),
        "antenna_hair": hair.ahoge == "pair",
        "double_bun": hair.buns,
        "low_twintails": "twin_tail" in hair.tails and not hair.tail_high,
        "twin_braids": hair.braided,
        "twin_drills": "drill_hair" in hair.tails,
        "high_ponytail": "ponytail" in hair.tails,
        "hime_cut": hair.side == "hime" and hair.fringe == "blunt",
        "wavy_hair": hair.back == "wavy",
        "hairband": props.ribbon == "band" and not hair.tails and not props.hat,
        "hair_bow": bool(props.ribbon),
        "under-rim_eyewear": props.glasses == "half",
        "round_eyewear": props.glasses == "round",
        "blush_stickers": face.blush and face.blush_kind == "oval",
        "dark_skin": luminance(face.skin.base) < 0.75,
    }
    return row + [tag for tag, true in said.items() if true]


def outfit_tags(who: Character) -> tuple[str, ...]:
    """Return the tags of the clothes that show in the picture."""
    clothes = who.outfit
    row = [*_OUTFITS[clothes.kind], _SLEEVES[clothes.sleeve]]
    if clothes.neckwear in ("tie", "bow", "scarf"):
        row.append({"tie": "necktie", "bow": "bowtie", "scarf": "scarf"}[clothes.neckwear])
    if clothes.kind == "sailor":
        row.append("neckerchief" if clothes.neckwear == "kerchief" else "bow")
    if clothes.pattern == "plaid" and "pleated_skirt" in row:
        row.append("plaid_skirt")
    if who.extent == "full" and clothes.kind not in ("kimono", "track"):
        if clothes.shoes in _SHOES:
            row.append(_SHOES[clothes.shoes])
        elif clothes.shoes in ("boots", "sandals"):
            row.append(clothes.shoes)
        if (
            clothes.shoes != "boots"
            and clothes.legwear
            and not (clothes.kind in ("casual", "suit") and not clothes.extra)
        ):
            row.append(_LEGWEAR.get(clothes.legwear, clothes.legwear))
    return tuple(row)


def picture_tags(who: Character) -> tuple[str, ...]:
    """Return the tags of pose, framing, build and background."""
    row = [*_POSES.get(who.posture, (who.posture,)), _EXTENTS[who.extent], *_SCENES[who.scene]]
    if who.posture == "standing" or who.extent == "full":
        row.append("standing")
    if who.chibi:
        row.append("chibi")
    return tuple(row)
