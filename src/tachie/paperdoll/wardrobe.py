"""What is worn: every outfit with its cloths, cuts, legwear and shoes, in colours that go together."""

from __future__ import annotations

from dataclasses import dataclass

from tachie.paperdoll.dice import Dice
from tachie.paperdoll.palette import Ramp, cloth_ramp

# Every outfit with its share of the dolls (`outfits.kinds` draws them).
OUTFITS: dict[str, float] = {
    "sailor": 2.2, "blazer": 2.0, "cardigan": 1.4, "vest": 1.2, "dress": 1.3, "sundress": 0.8, "sweater": 1.2,
    "kimono": 0.8, "yukata": 0.7, "maid": 1.0, "hoodie": 0.9, "gym": 0.6, "track": 0.6, "coat": 0.8, "gothic": 0.8,
    "suit": 0.7, "casual": 1.0, "pinafore": 1.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class OutfitDesign:
    """Clothes: one of `OUTFITS`, its cloth tones, cuts and lengths; `skirt_end` is a y of the upright figure.

    `legwear` is bare or a key of `outfits.legwear.SOCKS`, `sock` and `shoe` are base tones ("" for the usual one),
    `extra` is the outfit's own variant (a frill, a skirt in place of trousers).
    """

    kind: str
    main: Ramp
    second: Ramp
    third: Ramp
    accent: Ramp
    pattern: str
    sleeve: str
    skirt_end: float
    neckwear: str
    legwear: str
    sock: str
    shoes: str
    shoe: str
    boot_top: float
    extra: bool


@dataclass(frozen=True, slots=True)
class _Rack:
    """What an outfit may be made of, as words; one that stands twice is twice as likely, "-" is the usual one.

    Cloths are the tones of main, second and third cloth (hexadecimal), sets between bars.
    """

    cloths: str
    accents: str
    sleeves: str
    hem: tuple[float, float]
    neckwear: str = "none"
    patterns: str = "plain"
    legwear: str = "bare ankle_socks"
    shoes: str = "loafers"
    extra: float = 0.5
    socks: str = "- 2b2a38 f7f5f8"
    shoe: str = "5f3b2d 2c2932 7a4a34"


_RACKS: dict[str, _Rack] = {
    "sailor": _Rack(
        cloths=(
            "fbfafc 2f3b63 fbfafc | fbfafc 3f66a6 fbfafc | fbfafc 35303f fbfafc | 2f3b63 2f3b63 fbfafc | 2c2d3a "
            "2c2d3a fbfafc | fbfafc 8a3040 fbfafc | f7f0e0 6a4a3c fbfafc | fbfafc 4d8a7c fbfafc | fbfafc 8f86b8 "
            "fbfafc | f9dfe4 c66a84 fbfafc"
        ),
        accents="c23440 c23440 2f4a94 e3b23c e07a98 5aa9cf",
        sleeves="long short short long",
        hem=(548, 640),
        neckwear="bow kerchief kerchief",
        patterns="plain plain stripes",
        legwear="kneehighs kneehighs ankle_socks thighhighs tights loose_socks",
    ),
    "blazer": _Rack(
        cloths=(
            "fbfafc 2f3b63 3a4670 | fbfafc 3a3f54 8a4048 | fbfafc c8a274 7a5440 | fbfafc 6b6f80 4a4e60 | fbfafc "
            "7c2c3c 5a5660 | fbfafc f7f0e0 4a6a8c | fbfafc 42624f 8a7a52 | fbfafc 2c2d3a a8434c | fbfafc 8b6a9c "
            "544a70 | fbfafc e8d9c0 6a4a44"
        ),
        accents="c23440 2f4a94 d9618a 3f8a6a e3b23c 7a4a9c 2b2a38",
        sleeves="long",
        hem=(540, 620),
        neckwear="bow tie ribbon bow",
        patterns="plaid plaid plain stripes",
        legwear="kneehighs kneehighs thighhighs tights ankle_socks",
    ),
    "cardigan": _Rack(
        cloths=(
            "fbfafc e8c79a 4a4e60 | fbfafc eaa4b8 5a5a70 | fbfafc 2f3b63 6b6f80 | fbfafc 8f8fa0 3a4670 | fbfafc "
            "a9d8c4 566a6c | fbfafc f7f0e0 7a5440 | fbfafc a8485a 4a4250 | fbfafc b7a3d2 54507a"
        ),
        accents="c23440 2f4a94 d9618a 3f8a6a e3b23c 7a4a9c 2b2a38",
        sleeves="long loose",
        hem=(545, 630),
        neckwear="bow ribbon tie none",
        patterns="plaid plain",
        legwear="kneehighs thighhighs tights ankle_socks loose_socks",
        shoes="loafers loafers sneakers",
    ),
    "vest": _Rack(
        cloths=(
            "fbfafc f7f0e0 4a5470 | fbfafc 39445f 5f6478 | fbfafc d9b384 5a3f3a | fbfafc 8c3a48 44404c | fbfafc "
            "9aa0b0 37406a | fbfafc 4f7a68 4a4a44"
        ),
        accents="c23440 2f4a94 d9618a 3f8a6a e3b23c 7a4a9c 2b2a38",
        sleeves="short long rolled",
        hem=(545, 620),
        neckwear="bow tie ribbon",
        patterns="plaid plain plaid",
        legwear="kneehighs ankle_socks tights thighhighs",
    ),
    "dress": _Rack(
        cloths=(
            "8fb6de fbfafc fbfafc | c9505c fbfafc fbfafc | 46557f fbfafc fbfafc | e9b7c4 fbfafc fbfafc | 7fae8e "
            "fbfafc fbfafc | 6e4a3e fbfafc fbfafc | b9a2d6 fbfafc fbfafc | f0d58a fbfafc fbfafc | 384258 fbfafc "
            "fbfafc"
        ),
        accents="fbfafc 7c2c3c e3b23c 2f3b63 f2e7d8",
        sleeves="puff long short",
        hem=(560, 680),
        neckwear="bow ribbon brooch none",
        patterns="plain plain dots stripes",
        legwear="ankle_socks kneehighs tights bare",
        shoes="mary_janes pumps boots",
    ),
    "sundress": _Rack(
        cloths=(
            "fbfafc fbfafc fbfafc | bcdcf0 fbfafc fbfafc | fbe9b8 fbfafc fbfafc | f6cbd4 fbfafc fbfafc | cfe8d4 "
            "fbfafc fbfafc | 8fb4dc fbfafc fbfafc"
        ),
        accents="6fa3d4 e88a9c 7fb58c f0b650 8a6a9c",
        sleeves="none",
        hem=(620, 740),
        neckwear="bow none",
        patterns="plain plain dots stripes",
        legwear="bare",
        shoes="sandals pumps",
        shoe="a8703c e8d8c4 c8564c",
    ),
    "sweater": _Rack(
        cloths=(
            "f3e8d4 6a4a3e fbfafc | e6a9b4 5a5468 fbfafc | 7e93b8 3a3a4c fbfafc | a9424c 38343e fbfafc | 8aa57e "
            "4a4038 fbfafc | fbfafc 7a5a48 fbfafc | c3b1d8 4c4a66 fbfafc | d9a648 4a4038 fbfafc | 5a6478 b8a088 "
            "fbfafc"
        ),
        accents="c23440 2f4a94 d9618a 3f8a6a e3b23c 7a4a9c 2b2a38",
        sleeves="long loose loose",
        hem=(530, 660),
        patterns="plain plain stripes",
        legwear="tights thighhighs kneehighs tights",
        shoes="boots loafers mary_janes",
        socks="2f2a36 4a3a3a -",
    ),
    "kimono": _Rack(
        cloths=(
            "b23a4c e8c46a fbfafc | 3c4a86 d9a6b4 fbfafc | 7a5a9c e3d3a0 fbfafc | e6a6b6 8a3a5c fbfafc | 4a7a6c "
            "e3c070 fbfafc | 2f3148 b8434e fbfafc | f1e3d3 8a3a44 fbfafc"
        ),
        accents="e9c24f d9536a f3e6ea 5aa08a",
        sleeves="wide",
        hem=(952, 958),
        patterns="flowers flowers plain",
        legwear="ankle_socks",
        shoes="zori",
        extra=0.4,
        socks="fbfafc",
        shoe="b23a4c 2c2932 e0b45c",
    ),
    "yukata": _Rack(
        cloths=(
            "2f4a86 e8c04f fbfafc | f3eef2 b8485c fbfafc | e9b6c6 6a4a8c fbfafc | 3a3a58 d9738a fbfafc | a9cfe6 "
            "3a4a8c fbfafc | f0e2b8 4a8a6c fbfafc"
        ),
        accents="e0607a f0c94f 7fb0e0 f3f0f4",
        sleeves="wide",
        hem=(918, 936),
        patterns="flowers",
        legwear="bare",
        shoes="zori",
        extra=0.9,
        shoe="b8303c 2c2932",
    ),
    "maid": _Rack(
        cloths=(
            "2c2a36 fbfafc fbfafc | 2f3858 fbfafc fbfafc | 5a2c3a fbfafc fbfafc | 4a3a34 fbfafc fbfafc | 6f9ccb "
            "fbfafc fbfafc | e39cb0 fbfafc fbfafc"
        ),
        accents="c23440 2b2a38 3f5aa0 3f8a6a",
        sleeves="puff long puff",
        hem=(580, 720),
        neckwear="bow ribbon brooch",
        legwear="thighhighs tights kneehighs ankle_socks",
        shoes="mary_janes boots",
        socks="- 2b2a38 fbfafc",
        shoe="2c2932 4a2f2a",
    ),
    "hoodie": _Rack(
        cloths=(
            "9aa3b4 3c4054 fbfafc | e7a1b4 6a6478 fbfafc | f6f2ea 4a5a7a fbfafc | 49608f c9b694 fbfafc | 7fb5a0 "
            "4a4a52 fbfafc | e3b94f 4c4a58 fbfafc | 3a3846 8a3a48 fbfafc | b49ed0 4a4860 fbfafc"
        ),
        accents="f3f0f4 c23440 2b2a38",
        sleeves="loose",
        hem=(545, 590),
        legwear="ankle_socks thighhighs kneehighs tights",
        shoes="sneakers sneakers boots",
        shoe="c8434c 39425f f0eef2 e3b23c",
    ),
    "gym": _Rack(
        cloths="fbfafc 2f3f78 fbfafc | fbfafc 8a2c3a fbfafc | fbfafc 2f6a5a fbfafc | fbfafc 4a4a58 fbfafc",
        accents="c23440 2f4a94 d9618a 3f8a6a e3b23c 7a4a9c 2b2a38",
        sleeves="short",
        hem=(0, 0),
        legwear="ankle_socks kneehighs",
        shoes="sneakers",
        socks="-",
        shoe="f0eef2 c8434c 4c74b4",
    ),
    "track": _Rack(
        cloths=(
            "9c2f3f fbfafc fbfafc | 2f4a8c fbfafc fbfafc | 2f6a58 fbfafc fbfafc | 3a3a48 fbfafc fbfafc | c9607c "
            "fbfafc fbfafc | 5a7fb8 fbfafc fbfafc"
        ),
        accents="c23440 2f4a94 d9618a 3f8a6a e3b23c 7a4a9c 2b2a38",
        sleeves="loose",
        hem=(0, 0),
        legwear="ankle_socks",
        shoes="sneakers",
        socks="-",
        shoe="f0eef2 39425f c8434c",
    ),
    "coat": _Rack(
        cloths=(
            "c8a274 f3e8d4 5a3f3a | 3a4260 e8e0d8 6b6f80 | 8c3844 f3e8d4 3a3844 | f0e6d6 a8485a 6a4a3e | 7a7f90 "
            "2f3040 3a4670 | e0b4bc fbf4f0 7a5a60"
        ),
        accents="c23440 f0e8e0 3f5a8c 5a8a6c e3b45c",
        sleeves="long",
        hem=(600, 720),
        neckwear="scarf scarf none",
        legwear="tights tights thighhighs",
        shoes="boots boots loafers",
        socks="2f2a36 4a3436",
    ),
    "gothic": _Rack(
        cloths=(
            "2b2833 f6f2f4 fbfafc | 3a2030 e9dfe6 fbfafc | 4a2c3c f3e3e6 fbfafc | e7b0c2 fbf6f8 fbfafc | 33406c "
            "f0f0f8 fbfafc | f4eef2 3a3440 fbfafc"
        ),
        accents="a82c40 6a3f8c 2b2a38 d9618a",
        sleeves="puff bell long",
        hem=(570, 640),
        neckwear="bow",
        legwear="thighhighs tights kneehighs",
        shoes="mary_janes boots",
        socks="2b2833 f6f2f4",
        shoe="2b2833 5a2430",
    ),
    "suit": _Rack(
        cloths=(
            "fbfafc 3a3f52 fbfafc | fbfafc 2c2d3a fbfafc | fbfafc 7d8290 fbfafc | fbfafc 5a4a4a fbfafc | fbfafc "
            "39456e fbfafc | fbfafc d8c8b4 fbfafc"
        ),
        accents="c23440 2f4a94 d9618a 3f8a6a e3b23c 7a4a9c 2b2a38",
        sleeves="long",
        hem=(590, 640),
        legwear="tights",
        shoes="pumps",
        extra=0.75,
        socks="3a3238 5a4640",
        shoe="2c2932 4a3430",
    ),
    "casual": _Rack(
        cloths=(
            "f4f0ea 46618f fbfafc | e79aac 4f6a98 fbfafc | 8fc0d8 e8dcc8 fbfafc | efc65a 3f557f fbfafc | fbfafc "
            "5f7f5a fbfafc | 4a4a5c 8fa6c4 fbfafc | b7d3a8 7a5a44 fbfafc | d9686a 39465f fbfafc"
        ),
        accents="c23440 2f4a94 3f8a6a 2b2a38",
        sleeves="short long rolled cap",
        hem=(560, 700),
        patterns="plain stripes plain",
        legwear="ankle_socks bare kneehighs",
        shoes="sneakers pumps boots",
        shoe="f0eef2 7a4a34 c8434c",
    ),
    "pinafore": _Rack(
        cloths=(
            "46557f fbfafc fbfafc | 7a5440 fbfafc fbfafc | 8c3844 fbfafc fbfafc | 4f6f62 fbfafc fbfafc | e0a0ae "
            "fbfafc fbfafc | 3a3844 fbfafc fbfafc | 8fb0d4 fbfafc fbfafc"
        ),
        accents="c23440 2f4a94 d9618a 3f8a6a e3b23c 7a4a9c 2b2a38",
        sleeves="long puff short",
        hem=(560, 660),
        neckwear="bow ribbon bow none",
        patterns="plain plaid plain",
        legwear="kneehighs ankle_socks tights",
        shoes="mary_janes loafers boots",
    ),
}


def choose_outfit(dice: Dice, kind: str | None = None) -> OutfitDesign:
    """Return clothes drawn from the dice, of the `kind` where given (a key of `OUTFITS`)."""
    drawn = dice.pick(tuple(OUTFITS), tuple(OUTFITS.values()))
    kind = kind or drawn
    rack = _RACKS[kind]
    main, second, third = (cloth_ramp(f"#{tone}") for tone in dice.pick(rack.cloths.split("|")).split())
    legwear = dice.pick(rack.legwear.split())
    sock = _tone(dice, rack.socks)
    if legwear == "tights" and not sock:
        sock = _tone(dice, "2b2833 2f2a36 3a3438")
    return OutfitDesign(
        kind=kind,
        main=main,
        second=second,
        third=third,
        accent=cloth_ramp(_tone(dice, rack.accents)),
        pattern=dice.pick(rack.patterns.split()),
        sleeve=dice.pick(rack.sleeves.split()),
        skirt_end=dice.between(*rack.hem),
        neckwear=dice.pick(rack.neckwear.split()),
        legwear=legwear,
        sock="" if legwear in ("ankle_socks", "loose_socks") and kind != "kimono" else sock,
        shoes=dice.pick(rack.shoes.split()),
        shoe=_tone(dice, rack.shoe),
        boot_top=dice.between(1.2, 1.66),
        extra=dice.chance(rack.extra),
    )


def _tone(dice: Dice, tones: str) -> str:
    tone = dice.pick(tones.split())
    return "" if tone == "-" else f"#{tone}"
