"""A board's posts of standing figures, as a search for them finds them: tags true, but wrong in every fifth."""

from __future__ import annotations

from functools import lru_cache

from tachie.paperdoll import Paperdoll, draw_paperdoll
from tachie.replica.boards import Drawn
from tachie.replica.stock import Stock

_WIDTH_PX = 420
# What a search for whole figures before a clear ground brings beside them, as GANime's author found: first of all
# chibis, then half figures and scenes. Their posters tagged them full_body, white_background all the same.
_WRONG: tuple[dict[str, str], ...] = (
    {"extent": "full", "chibi": "yes", "background": "plain"},
    {"extent": "half", "background": "plain"},
    {"extent": "full", "background": "street"},
)
_RIGHT = {"extent": "full", "background": "plain", "chibi": "no"}
_UNSEARCHED = {"extent": "bust", "background": "room"}


def wishes(number: int) -> dict[str, str]:
    """Return what a post shows, by its number from 1: three of ten are wrongly tagged, one of ten is not searched."""
    if number % 10 == 9:
        return _UNSEARCHED
    return _WRONG[number // 10 % len(_WRONG)] if number % 10 in (3, 6, 8) else _RIGHT


def standing_stock(count: int) -> Stock:
    """Return the pictures of such a board, drawn when asked for."""
    return Stock(count, make=lambda index: _doll(index + 1).png(_WIDTH_PX))


def standing_posts(stock: Stock) -> list[Drawn]:
    """Return a post for each picture; a few are rated s."""
    posts = []
    for number in range(1, stock.count + 1):
        general = list(_doll(number).tags)
        if wishes(number) is not _UNSEARCHED:
            general = [tag for tag in general if tag not in ("cowboy_shot", "chibi", "street", "outdoors")]
            general += ["full_body", "standing", "white_background"]
        tags = {"general": list(dict.fromkeys(general)), "copyright": ["original"], "artist": [f"artist_{number % 5}"]}
        posts.append(Drawn(number, tags, "s" if number % 20 == 7 else "g"))
    return posts


@lru_cache(maxsize=4096)
def _doll(number: int) -> Paperdoll:
    return draw_paperdoll(number, wishes(number))
