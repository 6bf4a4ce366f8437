"""Every outfit: what may be chosen for it, and how its garments are put on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tachie.paperdoll.figure import WAIST_Y
from tachie.paperdoll.outfits import collars, japanese, lower, over, patterns, tops
from tachie.paperdoll.outfits.lower import Skirt
from tachie.paperdoll.outfits.sleeves import Sleeve
from tachie.paperdoll.outfits.trousers import trousers
from tachie.paperdoll.outfits.wear import WHITE, Wear, bow
from tachie.paperdoll.palette import Ramp, mix
from tachie.paperdoll.svg import Path


@dataclass(frozen=True, slots=True)
class Garments:
    """How an outfit's parts are put on a `Wear`: the skirt is made once, since its far side lies behind the legs."""

    skirt: Callable[[Wear], tuple[Skirt, Ramp] | None]
    put_on: Callable[[Wear, Skirt | None], None]
    sleeve: Callable[[Wear], Sleeve]


def _skirt(
    main: str, hem_from: float = 0.0, flare: float = 0.3, top: float = WAIST_Y, ease: float = 4.0
) -> Callable[[Wear], tuple[Skirt, Ramp] | None]:
    def make(wear: Wear) -> tuple[Skirt, Ramp]:
        ramp = {"main": wear.clothes.main, "second": wear.clothes.second, "third": wear.clothes.third}[main]
        return Skirt(wear, top, wear.clothes.skirt_end + hem_from, flare, ease), ramp

    return make


def _none(wear: Wear) -> None:
    return None


def _sleeve(of: str, cuff: str = "", shirt: bool = False) -> Callable[[Wear], Sleeve]:
    def make(wear: Wear) -> Sleeve:
        ramps = {
            "main": wear.clothes.main,
            "second": wear.clothes.second,
            "third": wear.clothes.third,
            "accent": wear.clothes.accent,
            "white": WHITE,
        }
        return Sleeve(wear.clothes.sleeve, ramps[of], ramps.get(cuff), WHITE if shirt else None)

    return make


def _patterned(wear: Wear, skirt: Skirt, ramp: Ramp, clip: str) -> None:
    pattern = wear.clothes.pattern
    if pattern == "plaid":
        patterns.checks(wear, skirt, clip, mix(ramp.deep, ramp.ink, 0.2), wear.clothes.accent.light)
    elif pattern == "stripes":
        patterns.hem_stripe(wear, skirt, clip, mix(ramp.light, "#ffffff", 0.5), (0.86, 0.91))
    elif pattern == "dots":
        patterns.dots(wear, skirt, clip, mix(ramp.light, "#ffffff", 0.45))


def _pleats(wear: Wear, skirt: Skirt | None, ramp: Ramp) -> None:
    assert skirt
    clip = lower.pleated(wear, skirt, ramp)
    _patterned(wear, skirt, ramp, clip)


def _waves(wear: Wear, skirt: Skirt | None, ramp: Ramp, frill: Ramp | None = None) -> None:
    assert skirt
    clip = lower.flared(wear, skirt, ramp, frill)
    _patterned(wear, skirt, ramp, clip)


def _sailor(wear: Wear, skirt: Skirt | None) -> None:
    clothes = wear.clothes
    _pleats(wear, skirt, clothes.second)
    stripe = "#ffffff" if clothes.main.base > "#b" else clothes.accent.light
    tops.bodice(wear, clothes.main, "deep", 372, (3.5, 4.0, 6.0, 5.0))
    dickey = wear.panel((-18, 176), (18, 176), (1, 214), (-1, 214))
    wear.pen.shape(dickey, clothes.main, shadow=(0.0, 0.0), weight=0.7)
    collars.sailor(wear, clothes.second, stripe)
    if clothes.neckwear == "bow":
        bow(wear, clothes.accent, (0, 214), 33, 1.6)
    else:
        collars.kerchief(wear, clothes.accent)


def _blazer(wear: Wear, skirt: Skirt | None) -> None:
    clothes = wear.clothes
    tops.bodice(wear, WHITE, "crew", 372, (2.5,))
    _pleats(wear, skirt, clothes.third)
    collars.neckwear(wear, clothes.neckwear)
    over.blazer(wear, clothes.second)
    collars.shirt(wear)
    if clothes.neckwear == "bow":
        collars.neckwear(wear, "bow")


def _cardigan(wear: Wear, skirt: Skirt | None) -> None:
    clothes = wear.clothes
    tops.bodice(wear, WHITE, "crew", 372, (2.5,))
    _pleats(wear, skirt, clothes.third)
    if clothes.neckwear == "tie":
        collars.neckwear(wear, "tie")
    over.cardigan(wear, clothes.second)
    collars.shirt(wear)
    if clothes.neckwear != "tie":
        collars.neckwear(wear, clothes.neckwear)


def _vest(wear: Wear, skirt: Skirt | None) -> None:
    clothes = wear.clothes
    tops.bodice(wear, WHITE, "crew", 300, (2.5,))
    _pleats(wear, skirt, clothes.third)
    if clothes.neckwear == "tie":
        collars.neckwear(wear, "tie")
    tops.bodice(wear, clothes.second, "v", 392, (4.0, 4.0, 6.0, 6.0))
    tops.rib(wear, clothes.second, 384, 18, 6.0)
    over.vest(wear, clothes.second, clothes.accent.base)
    collars.shirt(wear)
    if clothes.neckwear != "tie":
        collars.neckwear(wear, clothes.neckwear)


def _dress(wear: Wear, skirt: Skirt | None) -> None:
    clothes = wear.clothes
    _waves(wear, skirt, clothes.main)
    tops.bodice(wear, clothes.main, "crew", 344, (2.5,))
    tops.front_seam(wear, clothes.main, 150, 336)
    wear.buttons([(0, y) for y in (188, 218, 250, 282)], WHITE)
    collars.round_collar(wear, WHITE, clothes.accent)
    collars.neckwear(wear, clothes.neckwear, 138)
    lower.waistband(wear, clothes.accent, 328, 18, 3.5)
    if clothes.extra:
        over.waist_bow(wear, clothes.accent, 1)


def _sundress(wear: Wear, skirt: Skirt | None) -> None:
    clothes = wear.clothes
    _waves(wear, skirt, clothes.main, WHITE if clothes.extra else None)
    tops.strapped(wear, clothes.main, 344)
    lower.waistband(wear, clothes.accent, 326, 16, 3.0)
    if clothes.neckwear != "none":
        bow(wear, clothes.accent, (0, 206), 20, 1.0)


def _sweater(wear: Wear, skirt: Skirt | None) -> None:
    clothes = wear.clothes
    (_waves if clothes.extra else _pleats)(wear, skirt, clothes.second)
    clip = tops.bodice(wear, clothes.main, "high", 402, (5.0, 5.0, 8.0, 9.0, 8.0), loose=True)
    if clothes.pattern == "stripes":
        tops.stripes(wear, clip, mix(clothes.main.light, "#ffffff", 0.4), 158, 384, 32)
    else:
        with wear.pen.inside(clip):
            tops.cable(wear, clothes.main, 164, 380)
    tops.rib(wear, clothes.main, 392, 22, 8.0)
    collars.turtleneck(wear, clothes.main)


def _kimono(wear: Wear, skirt: Skirt | None) -> None:
    clothes = wear.clothes
    assert skirt
    clip = lower.tube(wear, skirt, clothes.main, 0.34)
    flowers = clothes.pattern == "flowers"
    if flowers:
        spots = (
            (-52, 520, 17),
            (-30, 640, 12),
            (44, 700, 19),
            (-46, 800, 20),
            (20, 860, 13),
            (56, 560, 10),
            (4, 780, 9),
        )
        japanese.blossoms(wear, clip, spots)
    clip = tops.bodice(wear, clothes.main, "deep", 372, (4.0, 5.0, 6.0))
    if flowers:
        japanese.blossoms(wear, clip, ((58, 186, 12), (-54, 250, 10)))
    japanese.collars(wear, clothes.main if clothes.kind == "yukata" else clothes.accent)
    japanese.obi(wear, clothes.second, clothes.accent, tied="bow" if clothes.extra else "drum")


def _maid(wear: Wear, skirt: Skirt | None) -> None:
    clothes = wear.clothes
    _waves(wear, skirt, clothes.main, WHITE)
    tops.bodice(wear, clothes.main, "crew", 344, (2.5,))
    assert skirt
    over.apron(wear, skirt, frills=True)
    collars.round_collar(wear)
    collars.neckwear(wear, clothes.neckwear, 140)


def _hoodie(wear: Wear, skirt: Skirt | None) -> None:
    clothes = wear.clothes
    if skirt:
        _pleats(wear, skirt, clothes.second)
    else:
        trousers(wear, clothes.second, 0.5, (3.0, 6.0, 9.0))
    tops.bodice(wear, clothes.main, "crew", 416, (6.0, 7.0, 11.0, 13.0, 10.0), loose=True)
    pocket = wear.panel((-36, 338), (36, 338), (56, 404), (-56, 404))
    wear.pen.shape(pocket, clothes.main, shadow=(-4.0, -3.0), weight=0.8)
    tops.rib(wear, clothes.main, 410, 22, 9.0)
    collars.hood(wear, clothes.main, clothes.accent)


def _gym(wear: Wear, skirt: Skirt | None) -> None:
    clothes = wear.clothes
    trousers(wear, clothes.second, 0.42, (3.0, 5.0, 7.0))
    tops.bodice(wear, WHITE, "crew", 396, (4.0, 5.0, 8.0, 8.0), loose=True)
    with_trim = wear.path((-24, 121), (-15, 139), (0, 145), (15, 139), (24, 121)).open()
    wear.pen.canvas.stroke(with_trim, clothes.second.base, 4.5 * wear.figure.build.wide)


def _track(wear: Wear, skirt: Skirt | None) -> None:
    clothes = wear.clothes
    trousers(wear, clothes.main, 1.94, (4.0, 6.0, 6.0, 7.0, 8.0))
    for leg in wear.figure.legs:
        for shift in (0.62, 0.86):
            d = Path(leg.edge(0.0, shift, 4.0)).through(*[leg.edge(t, shift, 5.0) for t in (0.5, 1.0, 1.5, 1.9)]).open()
            wear.pen.canvas.stroke(d, "#f6f4f6", 3.2 * wear.figure.build.thick)
    tops.bodice(wear, clothes.main, "crew", 404, (5.0, 6.0, 9.0, 10.0, 8.0), loose=True)
    tops.front_seam(wear, clothes.main, 128, 408)
    tops.rib(wear, clothes.main, 396, 18, 7.0)
    for side in (-1, 1):
        wing = wear.panel((21, 102), (30, 120), (20, 146), (1, 140), (2, 124), side=side, front=0.8)
        wear.pen.shape(wing, clothes.main, tone=clothes.main.light, shadow=(-2.5, -2.0), weight=0.8)


def _coat(wear: Wear, skirt: Skirt | None) -> None:
    clothes = wear.clothes
    _pleats(wear, skirt, clothes.third)
    tops.bodice(wear, clothes.second, "high", 340, (3.0,))
    over.coat(wear, clothes.main, clothes.skirt_end - 26)
    if clothes.neckwear != "none":
        collars.scarf(wear, clothes.accent, mix(clothes.accent.light, "#ffffff", 0.4))
    else:
        collars.turtleneck(wear, clothes.second)


def _gothic(wear: Wear, skirt: Skirt | None) -> None:
    clothes = wear.clothes
    assert skirt
    trim = clothes.second
    _waves(wear, skirt, clothes.main, trim)
    upper = Skirt(wear, WAIST_Y, clothes.skirt_end - (clothes.skirt_end - 428) * 0.45, 0.62, 6.0)
    lower.flared(wear, upper, clothes.main, trim)
    tops.bodice(wear, clothes.main, "crew", 344, (2.5,))
    front = wear.panel((-22, 150), (22, 150), (20, 268), (-20, 268))
    name = wear.pen.shape(front, trim, shadow=(-4.0, 0.0), weight=0.7)
    with wear.pen.inside(name):
        wear.seams([((-20, y), (0, y + 6), (20, y)) for y in (176, 196, 216, 236, 254)], trim, 0.8)
    over.corset(wear, clothes.main, trim)
    collars.round_collar(wear, trim)
    bow(wear, clothes.accent, (0, 150), 26, 1.3)


def _suit(wear: Wear, skirt: Skirt | None) -> None:
    clothes = wear.clothes
    tops.bodice(wear, WHITE, "v", 372, (2.5,))
    if skirt:
        lower.tube(wear, skirt, clothes.second)
    else:
        trousers(wear, clothes.second, 1.96, (3.0, 4.0, 5.0, 6.0, 7.0))
    over.blazer(wear, clothes.second, long=True)
    collars.shirt(wear, WHITE, 34)


def _casual(wear: Wear, skirt: Skirt | None) -> None:
    clothes = wear.clothes
    if skirt:
        _waves(wear, skirt, clothes.second)
    else:
        trousers(wear, clothes.second, 1.94, (3.0, 3.0, 3.0, 3.0, 4.0))
    clip = tops.bodice(wear, clothes.main, "scoop" if clothes.extra else "boat", 388, (3.0, 3.0, 5.0, 6.0), loose=True)
    if clothes.pattern == "stripes":
        tops.stripes(wear, clip, clothes.accent.base if clothes.main.base > "#e" else "#f7f4f0", 158, 392, 26)


def _pinafore(wear: Wear, skirt: Skirt | None) -> None:
    clothes = wear.clothes
    tops.bodice(wear, WHITE, "crew", 344, (3.0, 3.5, 3.0))
    tops.front_seam(wear, WHITE, 150, 230)
    _waves(wear, skirt, clothes.main)
    over.pinafore(wear, clothes.main)
    lower.waistband(wear, clothes.main, 330, 14, 3.5)
    collars.round_collar(wear)
    collars.neckwear(wear, clothes.neckwear, 140)


KINDS: dict[str, Garments] = {
    "sailor": Garments(_skirt("second"), _sailor, _sleeve("main", "second")),
    "blazer": Garments(_skirt("third"), _blazer, _sleeve("second", "", True)),
    "cardigan": Garments(_skirt("third"), _cardigan, _sleeve("second", "second", True)),
    "vest": Garments(_skirt("third"), _vest, _sleeve("white", "white")),
    "dress": Garments(_skirt("main", 40, 0.42), _dress, _sleeve("main", "white")),
    "sundress": Garments(_skirt("main", 40, 0.46), _sundress, lambda wear: Sleeve("none", wear.clothes.main)),
    "sweater": Garments(_skirt("second", 30, 0.28), _sweater, _sleeve("main", "main")),
    "kimono": Garments(
        _skirt("main", 0, -0.045, ease=5.0),
        _kimono,
        lambda wear: Sleeve("wide", wear.clothes.main, wear.clothes.accent),
    ),
    "yukata": Garments(_skirt("main", 0, -0.035, ease=5.0), _kimono, lambda wear: Sleeve("wide", wear.clothes.main)),
    "maid": Garments(_skirt("main", 50, 0.46, ease=6.0), _maid, _sleeve("main", "white")),
    "hoodie": Garments(
        lambda wear: _skirt("second")(wear) if wear.clothes.extra else None, _hoodie, _sleeve("main", "main")
    ),
    "gym": Garments(_none, _gym, _sleeve("white", "second")),
    "track": Garments(
        _none, _track, lambda wear: Sleeve("loose", wear.clothes.main, wear.clothes.main, stripe="#f6f4f6")
    ),
    "coat": Garments(_skirt("third", -14, 0.12), _coat, _sleeve("main", "main")),
    "gothic": Garments(_skirt("main", 20, 0.6, ease=6.0), _gothic, _sleeve("main", "second")),
    "suit": Garments(
        lambda wear: _skirt("second", 0, 0.02, ease=2.0)(wear) if wear.clothes.extra else None,
        _suit,
        _sleeve("second", "", True),
    ),
    "casual": Garments(
        lambda wear: _skirt("second", 30, 0.35)(wear) if wear.clothes.extra else None, _casual, _sleeve("main")
    ),
    "pinafore": Garments(_skirt("main", 50, 0.4), _pinafore, _sleeve("white", "white")),
}
