"""The nine of the default cast, written down by hand: faces, hair, colours and clothes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tachie.core.attributes import NO, YES


@dataclass(frozen=True, slots=True)
class Written:
    """What is fixed by hand about a member; everything left open comes from `seed`."""

    name: str
    words: str
    seed: int
    height_cm: int
    attributes: dict[str, str]
    hair_base: str
    eye: str
    skin: str
    hair: dict[str, Any]
    face: dict[str, Any]
    props: dict[str, Any]
    ribbon: str
    outfits: tuple[str, ...]  # kind, then name=value of `OutfitDesign`, cloths as colours


# What all of them have, whatever their seed says.
FACE: dict[str, Any] = {"blush": False, "mouth": "soft", "mouth_width": 1.0, "brow_slant": 0.0, "brow_lift": 1.0}
HAIR: dict[str, Any] = {"braided": False, "buns": False, "width": 81.0, "top": -102.0, "sway": 1.0,
                         "fringe_drop": -2.0, "tail_side": 1, "flare": 4.0}  # fmt: skip
_SISTERS_FACE = {
    "shape": "soft", "cheek": 60.5, "jaw": 45.0, "chin": 78.0, "point": 8.5, "eye_x": 30.5, "eye_y": 14.0,
    "eye_slant": 0.0, "lash": "wing", "glint": "triple", "brow": "arch", "nose": "tick", "blush_kind": "lines",
}  # fmt: skip
DEFAULT: tuple[Written, ...] = (
    Written(
        "Koharu", "waits tables and trips over them; everybody's little sister", 3, 154,
        {"hair_color": "orange", "eye_color": "purple", "short_hair": YES, "ribbon": YES},
        "#f2a765", "#9a5cc8", "#ffeee3",
        {"fringe": "swept", "part": -0.5, "back": "flipped", "back_end": 128.0, "tails": (), "ahoge": "curl",
         "fluff": 2, "tail_side": 1, "locks": (84.0, 88.0), "side": "wide", "shine": "ring", "loose": 2, "wave": 0.0},
        _SISTERS_FACE | {"eye_shape": "round", "eye_width": 17.4, "eye_height": 19.0, "lid": 0.0},
        {"ribbon": "side", "hat": "", "glasses": "", "pin": ""}, "#e85a78",
        ("maid main=d98a8f accent=c8323e sleeve=puff hem=590 neck=bow",
         "sailor main=fbfafc second=33466e accent=c8323e sleeve=short hem=560 neck=bow",
         "hoodie main=f3c46a second=6f9bc8 accent=f2f0f4 sleeve=loose hem=560 legwear=ankle_socks",
         "sundress main=fbe9b8 accent=e88a9c sleeve=none hem=640 neck=bow legwear=bare",
         "coat main=e0b4bc second=fbf4f0 third=7a5a60 accent=c23440 hem=620 neck=scarf legwear=tights sock=3a3240",),
    ),
    Written(
        "Yuki", "the owner's daughter, small and stern, beaten by nobody at chess", 11, 144,
        {"hair_color": "silver", "eye_color": "blue", "long_hair": YES, "ribbon": YES},
        "#bccbe6", "#3f74d8", "#ffeee3",
        {"fringe": "blunt", "part": 0.1, "back": "straight", "back_end": 330.0, "flare": 10.0, "tails": (),
         "ahoge": "", "fluff": 0, "locks": (120.0, 118.0), "wave": 0.0, "side": "wide", "shine": "ring", "loose": 1},
        {"shape": "round", "cheek": 61.0, "jaw": 46.5, "chin": 77.0, "point": 11.0, "eye_shape": "tall",
         "eye_x": 30.5, "eye_y": 14.5, "eye_width": 16.8, "eye_height": 18.8, "eye_slant": 0.0, "lid": 0.05,
         "lash": "plain", "glint": "classic", "brow": "fine", "nose": "dot", "blush_kind": "glow"},
        {"ribbon": "band", "hat": "", "glasses": "", "pin": ""}, "#4a6fc4",
        ("maid main=6f86b8 accent=2f4f9c hem=600 neck=ribbon legwear=thighhighs sock=2b2a38",
         "sailor main=eef3fa second=5a7ab8 accent=2f4f9c hem=570 neck=kerchief",
         "sweater main=eef3fa second=33466e accent=2f4f9c sleeve=loose hem=560 legwear=tights sock=3a3240",
         "gothic main=33406c second=f0f0f8 accent=6fa3d4 sleeve=puff hem=580 neck=bow legwear=thighhighs sock=2b2a38",),
    ),
    Written(
        "Ran", "a guard's daughter, brisk, with a weakness for soft toys", 21, 160,
        {"hair_color": "purple", "eye_color": "yellow", "long_hair": YES, "twin_tail": YES},
        "#7d56b0", "#e0ae28", "#ffe8d9",
        {"fringe": "spiky", "part": 0.6, "back_end": 92.0, "tails": ("twin_tail",), "tail_end": 330.0, "braided": False,
         "tail_high": True, "ahoge": "", "fluff": 1, "locks": (70.0, 76.0), "wave": 1.0, "side": "thin",
         "shine": "double", "loose": 1},
        {"shape": "sharp", "cheek": 58.5, "jaw": 40.5, "chin": 81.0, "point": 5.5, "eye_shape": "tsurime",
         "eye_x": 30.2, "eye_y": 13.5, "eye_width": 16.8, "eye_height": 17.4, "eye_slant": 0.4, "lid": 0.0,
         "lash": "spikes", "glint": "tall", "brow": "straight", "nose": "hook", "blush_kind": "oval"},
        {"ribbon": "", "hat": "", "glasses": "", "pin": ""}, "#2b2a33",
        ("blazer main=fbfafc second=3a3560 third=7c2c3c accent=a8323c hem=545 neck=tie legwear=thighhighs sock=2b2a38"
         " pattern=plaid",
         "sailor main=fbfafc second=5a3f8a accent=e8b23a sleeve=short hem=550 neck=kerchief",
         "hoodie main=4a4560 second=2c3140 accent=e8b23a sleeve=loose hem=545 legwear=thighhighs sock=2b2a38",
         "casual main=fbfafc second=54507a accent=c23440 sleeve=rolled hem=560 legwear=ankle_socks pattern=stripes",),
    ),
    Written(
        "Sena", "keeps up appearances on a part-timer's wage", 34, 151,
        {"hair_color": "blonde", "eye_color": "green", "short_hair": YES, "drill_hair": YES},
        "#f4d684", "#46a05c", "#ffeee3",
        {"fringe": "parted", "part": 0.4, "back": "layered", "back_end": 100.0, "tails": ("drill_hair",),
         "tail_end": 185.0, "tail_high": False, "ahoge": "", "fluff": 1, "locks": (60.0, 60.0), "side": "thin",
         "shine": "streaks", "loose": 2, "wave": 0.0},
        {"shape": "soft", "cheek": 59.5, "jaw": 43.0, "chin": 79.0, "point": 8.0, "eye_shape": "round",
         "eye_x": 30.5, "eye_y": 14.0, "eye_width": 17.2, "eye_height": 18.0, "eye_slant": -0.4, "lid": 0.0,
         "lash": "heavy", "glint": "gloss", "brow": "arch", "nose": "tick", "blush_kind": "glow"},
        {"ribbon": "", "hat": "", "glasses": "", "pin": "star"}, "#3f9a7a",
        ("dress main=5f9a86 second=fbfafc accent=e8b23a sleeve=puff hem=610 neck=bow legwear=ankle_socks",
         "sailor main=fbfafc second=4f7d6a accent=3f9a7a sleeve=short hem=560 neck=bow legwear=ankle_socks",
         "cardigan main=fbfafc second=f0e0b8 third=4f7d6a accent=3f9a7a hem=560 neck=ribbon",
         "pinafore main=4f6f62 second=fbfafc accent=c8a85a sleeve=puff hem=590 neck=ribbon legwear=ankle_socks",),
    ),
    Written(
        "Chizu", "heir of the sweet shop across the street; names every cake", 45, 157,
        {"hair_color": "black", "eye_color": "green", "long_hair": YES, "ribbon": NO},
        "#33373f", "#5aa878", "#ffe8d9",
        {"fringe": "blunt", "part": -0.1, "back": "straight", "back_end": 400.0, "flare": 16.0, "tails": (),
         "ahoge": "", "fluff": 0, "locks": (96.0, 96.0), "wave": 0.0, "side": "hime", "shine": "ring", "loose": 0},
        {"shape": "long", "cheek": 58.0, "jaw": 41.5, "chin": 81.5, "point": 8.0, "eye_shape": "tareme",
         "eye_x": 30.2, "eye_y": 13.5, "eye_width": 16.6, "eye_height": 17.2, "eye_slant": 0.0, "lid": 0.1,
         "lash": "wing", "glint": "classic", "brow": "fine", "nose": "hook", "blush_kind": "glow"},
        {"ribbon": "", "hat": "", "glasses": "", "pin": ""}, "#d9c05a",
        ("kimono main=6f9a62 second=a8404a accent=e8b23a sleeve=wide hem=955 pattern=flowers legwear=ankle_socks",
         "sailor main=fbfafc second=33466e accent=c8323e hem=600 neck=kerchief",
         "yukata main=2f4a86 second=e8c04f accent=f3f0f4 sleeve=wide hem=925 pattern=flowers legwear=bare",
         "cardigan main=fbfafc second=a9c48a accent=c8323e hem=610 neck=ribbon legwear=tights sock=3a3240",),
    ),
    Written(
        "Mei", "runs everywhere, arrives first, forgets why", 52, 148,
        {"hair_color": "red", "eye_color": "orange", "short_hair": YES},
        "#c9403f", "#e2762a", "#f8d2b6",
        {"fringe": "side", "part": -0.7, "back": "flipped", "back_end": 88.0, "tails": (), "ahoge": "spike",
         "fluff": 3, "locks": (56.0, 60.0), "side": "thin", "shine": "streaks", "loose": 3, "wave": 0.0},
        {"shape": "round", "cheek": 61.0, "jaw": 46.0, "chin": 77.5, "point": 10.0, "eye_shape": "tsurime",
         "eye_x": 30.8, "eye_y": 14.0, "eye_width": 17.2, "eye_height": 18.2, "eye_slant": -0.2, "lid": 0.0,
         "lash": "plain", "glint": "classic", "brow": "thick", "nose": "tick", "blush_kind": "bridge"},
        {"ribbon": "", "hat": "", "glasses": "", "pin": "bars"}, "#2f4f9c",
        ("track main=5fa0c8 second=fbfafc accent=f2f0f4 sleeve=loose hem=0 legwear=ankle_socks",
         "sailor main=fbfafc second=33466e accent=2f4f9c sleeve=short hem=550 neck=kerchief legwear=ankle_socks",
         "casual main=efc65a second=3f557f accent=c23440 sleeve=short hem=560 legwear=ankle_socks",
         "gym main=fbfafc second=8a2c3a accent=c23440 sleeve=short hem=0",),
    ),
    Written(
        "Nodoka", "class president; has already written it down", 63, 162,
        {"hair_color": "brown", "eye_color": "brown", "long_hair": YES, "ponytail": YES, "glasses": YES},
        "#84583f", "#9a6236", "#ffe8d9",
        {"fringe": "curtain", "part": 0.3, "back_end": 88.0, "tails": ("ponytail",), "tail_end": 260.0,
         "tail_side": 1, "ahoge": "", "fluff": 1, "locks": (92.0, 96.0), "wave": 1.0, "side": "thin",
         "shine": "double", "loose": 1},
        {"shape": "long", "cheek": 58.5, "jaw": 42.0, "chin": 81.0, "point": 7.5, "eye_shape": "half",
         "eye_x": 30.0, "eye_y": 13.5, "eye_width": 16.4, "eye_height": 17.6, "eye_slant": 0.2, "lid": 0.0,
         "lash": "plain", "glint": "tall", "brow": "straight", "nose": "hook", "blush_kind": "lines"},
        {"ribbon": "", "hat": "", "glasses": "round", "pin": "", "frame": "#5a2430"}, "#7a4fa8",
        ("blazer main=fbfafc second=4f6a58 third=8a7a52 accent=c8323e hem=600 neck=tie legwear=tights sock=3a3240"
         " pattern=plaid",
         "vest main=fbfafc second=d9b384 third=5a3f3a accent=7a4fa8 hem=600 neck=ribbon pattern=plaid",
         "sweater main=c3b1d8 second=4c4a66 accent=7a4fa8 hem=620 legwear=tights sock=3a3240",),
    ),
    Written(
        "Madoka", "Koharu's elder sister, a baker, home on holidays only", 3, 165,
        {"hair_color": "orange", "eye_color": "purple", "long_hair": YES},
        "#ec9d5c", "#9658c4", "#ffeee3",
        {"fringe": "swept", "part": 0.5, "back": "wavy", "back_end": 290.0, "flare": 18.0, "tails": (),
         "ahoge": "", "fluff": 1, "locks": (118.0, 112.0), "wave": 1.0, "side": "wide", "shine": "ring", "loose": 2},
        _SISTERS_FACE | {"chin": 80.0, "eye_shape": "tareme", "eye_width": 17.0, "eye_height": 17.4, "lid": 0.06},
        {"ribbon": "", "hat": "", "glasses": "", "pin": "flower"}, "#e85a78",
        ("sweater main=f6f3ea second=7a2f3c accent=c8323e sleeve=loose hem=620 legwear=tights sock=3a3240",
         "dress main=b8606a second=fbfafc accent=f2f0f4 sleeve=short hem=640 neck=brooch legwear=bare",
         "maid main=c8b08a second=fbfafc accent=7a2f3c sleeve=short hem=640 neck=ribbon",),
    ),
    Written(
        "Aoi", "the novelist at the corner table; pays in dedications", 78, 167,
        {"hair_color": "blue", "eye_color": "aqua", "long_hair": YES, "hat": YES, "ribbon": NO},
        "#5b84d0", "#2fb6c2", "#ffe8d9",
        {"fringe": "between", "part": -0.3, "back": "wavy", "back_end": 310.0, "flare": 24.0, "tails": (),
         "ahoge": "", "fluff": 0, "locks": (104.0, 110.0), "wave": 1.0, "side": "wide", "shine": "streaks", "loose": 2},
        {"shape": "sharp", "cheek": 58.5, "jaw": 41.0, "chin": 81.5, "point": 6.5, "eye_shape": "half",
         "eye_x": 30.0, "eye_y": 13.5, "eye_width": 16.6, "eye_height": 17.2, "eye_slant": 0.3, "lid": 0.08,
         "lash": "heavy", "glint": "gloss", "brow": "fine", "nose": "hook", "blush_kind": "glow"},
        {"ribbon": "", "hat": "beret", "glasses": "", "pin": ""}, "#2f3f6e",
        ("suit main=fbfafc second=3f4f7c accent=c8a85a hem=610 legwear=tights sock=3a3240",
         "sweater main=2c3140 second=8a74a8 accent=c8a85a hem=640 legwear=tights sock=3a3240",
         "coat main=3a4260 second=e8e0d8 third=6b6f80 accent=c8a85a hem=700 neck=scarf legwear=tights sock=3a3240",),
    ),
)  # fmt: skip
