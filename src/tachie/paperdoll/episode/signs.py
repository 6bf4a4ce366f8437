"""Comic signs by a head: a drop, a cross of anger, sparkles, a heart, a note, a bang."""

from __future__ import annotations

from tachie.paperdoll.svg import Canvas, Path, flip

SIZE = 64.0  # head units across
KINDS = ("drop", "anger", "spark", "heart", "note", "bang")
_PLACES = {"drop": (78.0, -44.0), "anger": (66.0, -78.0), "bang": (98.0, -96.0)}


def place(kind: str, side: int) -> tuple[float, float]:
    """Return where a sign's middle lies, in head units."""
    x, y = _PLACES.get(kind, (104.0, -66.0))
    return x * side, y


def pop(since: int) -> float:
    """Return the size of a sign `since` frames after it came: it pops up on twos."""
    return (0.5, 0.5, 1.2, 1.2, 0.95, 0.95, 1.0)[min(since, 6)]


def draw_sign(kind: str) -> str:
    """Return the SVG of a sign, 64 by 64, on nothing."""
    canvas = Canvas()
    if kind == "drop":
        drop = Path((32, 6)).cubic((36, 22), (50, 32), (48, 44)).cubic((46, 60), (18, 60), (16, 44))
        canvas.fill(drop.cubic((14, 32), (28, 22), (32, 6)).close(), "#a8dcf4", ink="#3f7fa8", width=3)
        canvas.fill(Path((23, 40)).quad((22, 50), (30, 53)).quad((20, 54), (23, 40)).close(), "#ffffff")
    elif kind == "anger":
        for turn in range(4):
            with canvas.group(transform=f"rotate({turn * 90} 32 32)"):
                canvas.stroke(Path((37, 8)).quad((37, 27), (56, 27)).open(), "#c8283a", 7)
    elif kind == "spark":
        for x, y, r in ((24, 36, 20), (48, 16, 12), (50, 48, 9)):
            star = (
                Path((x, y - r)).quad((x, y), (x + r * 0.7, y)).quad((x, y), (x, y + r)).quad((x, y), (x - r * 0.7, y))
            )
            canvas.fill(star.quad((x, y), (x, y - r)).close(), "#fff3a8", ink="#e8a83a", width=2.4)
    elif kind == "heart":
        half = [(32.0, 54.0), (4.0, 32.0), (8.0, 6.0), (32.0, 20.0)]
        other = [(x + 64, y) for x, y in flip(half, -1)]
        shape = Path(half[0]).cubic(half[1], half[2], half[3]).cubic(other[2], other[1], other[0])
        canvas.fill(shape.close(), "#f2708f", ink="#a83258", width=3)
        canvas.ellipse((20, 24), 5, 4, "#ffffff", 0.85)
    elif kind == "note":
        canvas.stroke(Path((26, 48)).line((26, 12)).quad((44, 14), (48, 28)).open(), "#4a4a86", 6)
        canvas.ellipse((19, 49), 10, 8, "#4a4a86")
    else:
        for x in (22, 42):
            canvas.fill(
                Path((x - 7, 6)).line((x + 7, 6), (x + 3, 40), (x - 3, 40)).close(), "#f2b43a", ink="#8a4a2a", width=3
            )
            canvas.ellipse((x, 52), 5.5, 5.5, "#f2b43a", ink="#8a4a2a", width=3)
    return canvas.document(64, 64)
