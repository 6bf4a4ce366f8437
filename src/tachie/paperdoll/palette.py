"""Colours: the base tones behind each attribute's name, and the shadow, light and ink made from a tone."""

from __future__ import annotations

from dataclasses import dataclass

HAIR_BASES: dict[str, tuple[str, ...]] = {
    "blonde": ("#f3d07c", "#ecc060", "#f6dd98"),
    "brown": ("#8c5a3e", "#a26c4a", "#704a3a"),
    "black": ("#35333f", "#2c2b36", "#3b3440"),
    "blue": ("#4c70c6", "#6392e2", "#3c519e"),
    "pink": ("#f39cb9", "#f7b3c8", "#ec7fa6"),
    "purple": ("#8b63ba", "#a985d2", "#6e4c99"),
    "green": ("#5fae70", "#94c66c", "#43906a"),
    "red": ("#c93b40", "#b22d3d", "#da523f"),
    "silver": ("#c0c8da", "#b3bdd0", "#ccd1e2"),
    "white": ("#f3f1f3", "#f4efea", "#eef2f5"),
    "orange": ("#ef8c40", "#e97a42", "#f4a254"),
    "aqua": ("#6dd0d0", "#8bdce2", "#58bac6"),
    "grey": ("#8c8e98", "#797b86", "#9a97a0"),
}
EYE_BASES: dict[str, tuple[str, ...]] = {
    "blue": ("#3f74d8", "#2f5cc0"),
    "red": ("#d0353f", "#b5283a"),
    "brown": ("#96592f", "#7d4a2c"),
    "green": ("#3c9e58", "#4f9a3a"),
    "purple": ("#8650c0", "#7240a8"),
    "yellow": ("#e6b92c", "#d9a820"),
    "pink": ("#e8669a", "#dd588e"),
    "aqua": ("#2fb6c2", "#3cc3c0"),
    "black": ("#3c3944", "#33323a"),
    "orange": ("#e87a26", "#dc6c1c"),
}
SKINS = ("#ffeee3", "#ffe8d9", "#fde0cc", "#f8d2b6", "#e2ac84", "#b67f5c")
SKIN_WEIGHTS = (5.0, 6.0, 5.0, 1.6, 0.6, 0.3)
CLOTH = (
    "#33466e", "#2c3140", "#7a2f3c", "#a8404a", "#4f7d6a", "#6f9bc8", "#e7a1b0", "#c8b08a",
    "#8a74a8", "#d9c7a0", "#5a4a44", "#b9cbe0", "#e3d2e6", "#3f6a7c", "#c96f4a", "#96a86c",
)  # fmt: skip
PALE_CLOTH = ("#fbfafc", "#f6f3ea", "#eef3fa", "#fbeef2")
ACCENT = ("#c8323e", "#2f4f9c", "#e8b23a", "#d95f8c", "#3f9a7a", "#7a4fa8", "#f2f0f4", "#2b2a33", "#5fb4d8")
SCENE = ("#cfe3f5", "#f7d9e0", "#dff0dc", "#fdf0d0", "#e6dcf4", "#f3efe8", "#c9d6e8", "#f6c9b8", "#b8dcd8")


def _parts(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def mix(a: str, b: str, share: float) -> str:
    """Return the colour at `share` (0..1) of the way from `a` to `b`, both "#rrggbb"."""
    return "#" + "".join(f"{round(x + (y - x) * share):02x}" for x, y in zip(_parts(a), _parts(b), strict=True))


def times(a: str, b: str) -> str:
    """Return the product of two colours, as a multiply layer gives it."""
    return "#" + "".join(f"{round(x * y / 255):02x}" for x, y in zip(_parts(a), _parts(b), strict=True))


def luminance(color: str) -> float:
    """Return how bright a colour is, 0..1 (Rec. 601 weights)."""
    r, g, b = _parts(color)
    return (0.299 * r + 0.587 * g + 0.114 * b) / 255


def shade(color: str, strength: float = 1.0) -> str:
    """Return the cel shadow of a tone: cooler and darker, the paler the tone the milder."""
    return mix(color, times(color, "#b48fb4"), strength)


def ink(color: str) -> str:
    """Return the outline of a tone: a dark tint of it."""
    return mix(times(times(color, "#8a6480"), "#8c7a84"), "#2a1822", 0.35)


@dataclass(frozen=True, slots=True)
class Ramp:
    """The tones of one material, "#rrggbb" each."""

    base: str
    shade: str
    deep: str
    light: str
    ink: str


def hair_ramp(base: str) -> Ramp:
    """Return the tones of hair around `base`; dark hair gets a cool shine, white hair a bluish shadow."""
    bright = luminance(base)
    light = mix(base, "#ffffff", 0.62) if bright > 0.3 else mix(base, "#a9b6e0", 0.6)
    red, _, blue = _parts(base)
    # A violet shadow would turn blonde and orange to mud: theirs is a deeper orange.
    veil = "#d0966e" if red - blue > 70 and bright > 0.45 else "#b48fb4"
    shadow = mix(base, times(base, veil), 0.62)
    deep = mix(shadow, times(shadow, veil), 0.75)
    if bright > 0.8 and red - blue < 70:
        shadow, deep = mix(shadow, "#a8aed2", 0.35), mix(deep, "#8088b4", 0.4)
    return Ramp(base, shadow, deep, light, ink(base))


def cloth_ramp(base: str) -> Ramp:
    """Return the tones of cloth around `base`."""
    shadow = shade(base, 0.55)
    if luminance(base) > 0.85:
        shadow = mix(shadow, "#b4bcd8", 0.5)
    return Ramp(base, shadow, shade(shadow, 0.6), mix(base, "#ffffff", 0.35), ink(base))


def skin_ramp(base: str) -> Ramp:
    """Return the tones of skin around `base`: a warm shadow, a reddish ink."""
    shadow = times(base, "#f6c8b8")
    deep = times(base, "#e8a494")
    return Ramp(base, shadow, deep, mix(base, "#ffffff", 0.5), mix(times(base, "#9a5a4c"), "#3a1a1c", 0.2))
