"""A board's drawings of a cast: a post each, most with one character's tag, some with two."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from tachie.core.images import encode_png
from tachie.paperdoll.cast import Member
from tachie.paperdoll.drawings import Drawing, draw_drawing
from tachie.replica.boards import Drawn
from tachie.replica.stock import Stock


class Fans:
    """What a board holds of a show: `count` drawings of its cast, drawn when asked for."""

    def __init__(self, cast: Sequence[Member], count: int, copyright_tag: str) -> None:
        self._cast, self._copyright = tuple(cast), copyright_tag
        self.stock = Stock(count, make=lambda index: encode_png(self._drawing(index).rgb))
        self._drawing = lru_cache(maxsize=4096)(self._drawn)

    def posts(self, stock: Stock) -> list[Drawn]:
        """Return a post for each drawing; every seventh states a second character, whom it does not show."""
        return [self._post(number) for number in range(1, stock.count + 1)]

    def _post(self, number: int) -> Drawn:
        drawing = self._drawing(number - 1)
        names = [drawing.name]
        if number % 7 == 0:
            names.append(next(member.name for member in self._cast if member.name != drawing.name))
        tags = {
            "general": [tag for tag in drawing.tags if tag not in names],
            "character": names,
            "copyright": [self._copyright],
            "artist": [drawing.hand],
        }
        return Drawn(number, tags, "g")

    def _drawn(self, index: int) -> Drawing:
        return draw_drawing(self._cast, index)
