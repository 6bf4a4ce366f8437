"""Colours: the base tones behind each attribute's name, and the shadow, light and ink made from a tone."""

from __future__ import annotations

from colorsys import hsv_to_rgb, rgb_to_hsv
from dataclasses import dataclass

HAIR_BASES: dict[str, tuple[str, ...]] = {
    "blonde": ("#f3d07c", "#ecc060", "#f6dd98", "#e8cc8c", "#dcb868"),
    "brown": ("#8c5a3e", "#a26c4a", "#704a3a", "#9a7358", "#85604e"),
    "black": ("#35333f", "#2c2b36", "#3b3440"),
    "blue": ("#4c70c6", "#6392e2", "#3c519e", "#6f8cc8", "#4a5c94"),
    "pink": ("#f39cb9", "#f7b3c8", "#ec7fa6", "#e8a4b4", "#d98aa4"),
    "purple": ("#8b63ba", "#a985d2", "#6e4c99", "#8a6f9f", "#7b6398"),
    "green": ("#5fae70", "#8fc272", "#43906a", "#6f9f7c", "#7fae84"),
    "red": ("#c93b40", "#b22d3d", "#d4503f", "#b44a4c", "#a8404e"),
    "silver": ("#c0c8da", "#b3bdd0", "#ccd1e2"),
    "white": ("#f3f1f3", "#f4efea", "#eef2f5"),
    "orange": ("#ef8c40", "#e97a42", "#f4a254", "#dc8c54", "#e69a5c"),
    "aqua": ("#6dd0d0", "#8bdce2", "#58bac6", "#84c8c8", "#74bcc4"),
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


def turned(color: str, degrees: float, saturation: float = 1.0, value: float = 1.0) -> str:
    """Return a colour with its hue moved `degrees` towards violet-blue (away from it where negative).

    Painters shade so: yellow goes to orange, green to teal, red to wine; saturation and value are multiplied.
    """
    hue, s, v = rgb_to_hsv(*(part / 255 for part in _parts(color)))
    gap = (255 / 360 - hue + 0.5) % 1 - 0.5
    step = min(abs(gap), degrees / 360) if degrees > 0 else degrees / 360
    hue = (hue + (step if gap >= 0 else -step)) % 1
    parts = hsv_to_rgb(hue, min(1.0, s * saturation), min(1.0, v * value))
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def hair_ramp(base: str, saturation: float = 1.0) -> Ramp:
    """Return the tones of hair around `base`; dark hair gets a cool shine, white hair a bluish shadow."""
    base = turned(base, 0, saturation)
    bright, parts = luminance(base), _parts(base)
    if bright > 0.7 and max(parts) - min(parts) < 48:
        shadow, deep = mix(base, "#a4a8d0", 0.5), mix(base, "#7c80b4", 0.72)
    elif bright < 0.26:
        shadow, deep = mix(base, "#14101e", 0.42), mix(base, "#0c0814", 0.72)
    else:
        shadow, deep = turned(base, 10, 1.08, 0.77), turned(base, 18, 1.12, 0.57)
    light = mix(turned(base, -10, 0.8, 1.1), "#ffffff", 0.62) if bright > 0.26 else mix(base, "#b4c0e6", 0.6)
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
