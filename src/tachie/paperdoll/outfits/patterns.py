"""What is woven into or printed on a skirt: tartan, stripes along the hem, spots; all of it follows the folds."""

from __future__ import annotations

from math import radians, sin

from tachie.paperdoll.outfits.lower import Skirt
from tachie.paperdoll.outfits.wear import Wear
from tachie.paperdoll.svg import Path


def checks(wear: Wear, skirt: Skirt, clip: str, color: str, fine: str) -> None:
    """Paint a tartan over a skirt: bands across that follow the hem, and bands down that follow the pleats."""
    across = "".join(_band(skirt, d, 0.045) for d in (0.22, 0.5, 0.78))
    down = "".join(
        Path(skirt.at(s, 0)).line(skirt.at(s, 1.1), skirt.at(s + 0.035, 1.1), skirt.at(s + 0.035, 0)).close()
        for s in (-0.93, -0.72, -0.4, -0.02, 0.36, 0.68, 0.9)
    )
    thin = "".join(_band(skirt, d + 0.075, 0.012) for d in (0.22, 0.5, 0.78))
    with wear.pen.inside(clip):
        wear.pen.canvas.fill(across + down, color, 0.42)
        wear.pen.canvas.fill(thin, fine, 0.7)


def hem_stripe(wear: Wear, skirt: Skirt, clip: str, color: str, downs: tuple[float, ...] = (0.9,)) -> None:
    """Paint stripes that run along the hem."""
    with wear.pen.inside(clip):
        wear.pen.canvas.fill("".join(_band(skirt, d, 0.03) for d in downs), color)


def dots(wear: Wear, skirt: Skirt, clip: str, color: str) -> None:
    """Paint small spots over a skirt."""
    spots: list[str] = []
    for row in range(6):
        for k in range(7):
            s = sin(radians(-72 + 24 * k + 12 * (row % 2)))
            x, y = skirt.at(s, 0.12 + row * 0.155)
            spots.append(
                Path((x - 4, y))
                .quad((x - 4, y - 4.4), (x, y - 4.4))
                .quad((x + 4, y - 4.4), (x + 4, y))
                .quad((x + 4, y + 4.4), (x, y + 4.4))
                .quad((x - 4, y + 4.4), (x - 4, y))
                .close()
            )
    with wear.pen.inside(clip):
        wear.pen.canvas.fill("".join(spots), color)


def _band(skirt: Skirt, down: float, depth: float) -> str:
    shares = [sin(radians(-90 + 22.5 * k)) for k in range(9)]
    upper = [skirt.at(s, down) for s in shares]
    lower = [skirt.at(s, down + depth) for s in reversed(shares)]
    return Path(upper[0]).through(*upper[1:]).line(lower[0]).through(*lower[1:]).close()
