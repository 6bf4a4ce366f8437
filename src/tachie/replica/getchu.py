"""Getchu as it behaves: a gate, redirects that drop the query, 403 without Referer, pages in EUC-JP."""

from __future__ import annotations

import csv
import io
import re
from functools import lru_cache
from urllib.parse import quote

from tachie.core.images import encode_jpeg, fitted
from tachie.replica.catalogue import Catalogue, CatalogueGame
from tachie.replica.getchu_pages import gate_page, item_page, missing_page, month_page
from tachie.replica.server import Asked, Fault, Replica, Reply

LABELS = "/labels.csv"
_KEPT = 512  # pictures in memory: 60 kB each
_QUALITY = 92
_OTHER_WIDTH_PX = 300
_FLAG = "getchu_adalt_flag=getchu.com"


class GetchuReplica(Replica):
    """A shop with the catalogue's games, whose pictures are drawn when they are first asked for.

    What no real shop has: `/labels.csv` says what is true of each standing picture, by file name.
    """

    robots = "User-agent: *\nDisallow: /cart/\n"

    def __init__(
        self,
        catalogue: Catalogue,
        faults: list[Fault] | None = None,
        *,
        port: int = 0,
        width_px: int | None = None,
    ) -> None:
        super().__init__(faults, port=port)
        self.catalogue = catalogue
        self._width_px = width_px  # of standing pictures; None: as dolls are drawn
        self._picture = lru_cache(maxsize=_KEPT)(self._drawn)

    def reply(self, asked: Asked) -> Reply | None:
        """Return the page or picture at an address."""
        if found := re.fullmatch(r"/item/(\d+)(/?)", asked.path):
            return self._item(asked, int(found[1]), slash=bool(found[2]))
        if asked.path == "/soft.phtml":
            return _moved(f"{self.url}/item/{quote(asked.query.get('id', ''))}/")  # and the rest of the query is lost
        if asked.path == "/php/attestation.html":
            return _page(gate_page())
        if found := re.fullmatch(r"/brandnew/(\d+)/(c\d+([a-z]+)(\d*)(?:_s)?\.jpg)", asked.path):
            return self._file(asked, int(found[1]), found[2])
        if asked.path == "/all/month_title.html":
            return self._month(asked)
        if asked.path == LABELS:
            return Reply(self._labels(), kind="text/csv; charset=utf-8")
        return _page(missing_page(), 404)

    def _item(self, asked: Asked, number: int, *, slash: bool) -> Reply:
        game = self.catalogue.by_getchu_id.get(number)
        if game is None or game.gone:
            return _page(missing_page(), 404)
        if not slash:
            return _moved(f"{self.url}/item/{number}/")
        if game.adult and not _of_age(asked):
            return _moved(f"{self.url}/php/attestation.html?aurl={quote(f'{self.url}/item/{number}/', safe='')}")
        cookie = {"Set-Cookie": f"{_FLAG}; path=/"} if asked.query.get("gc") == "gc" else {}
        return _page(item_page(game), headers=cookie)

    def _month(self, asked: Asked) -> Reply:
        try:
            year, month = int(asked.query.get("year", "")), int(asked.query.get("month", ""))
        except ValueError:
            return _page(missing_page(), 404)
        games = [
            game
            for game in self.catalogue.by_getchu_id.values()
            if game.sold_on and (game.sold_on.year, game.sold_on.month) == (year, month)
        ]
        return _page(month_page(year, month, games))

    def _file(self, asked: Asked, number: int, file: str) -> Reply | None:
        if not asked.headers.get("referer", "").startswith((self.url, "https://www.getchu.com/")):
            return Reply(b"Forbidden", 403)
        game = self.catalogue.by_getchu_id.get(number)
        if game is None or game.gone:
            return None
        data = self._picture(number, file)
        return Reply(data, kind="image/jpeg") if data else None

    def _drawn(self, number: int, file: str) -> bytes | None:
        game = self.catalogue.by_getchu_id[number]
        for name, figure, second in game.pictures():
            if file == name:
                return encode_jpeg(figure.doll(second=second).rgb(self._width_px), _QUALITY)
        return _other_picture(game, file)

    def _labels(self) -> bytes:
        text = io.StringIO(newline="")
        rows = [{"file": file, **attributes} for file, attributes in self.catalogue.truth()]
        table = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
        return text.getvalue().encode()


def _other_picture(game: CatalogueGame, file: str) -> bytes | None:
    """Return the package or one of two samples, smaller ones; None for another name."""
    found = re.fullmatch(rf"c{game.getchu_id}(package|sample[12])(_s)?\.jpg", file)
    if not found:
        return None
    figure = game.figures[0 if found[1] != "sample2" else -1]
    rgb = figure.doll().rgb()[:, ::-1] if found[1] != "package" else figure.doll().rgb()
    return encode_jpeg(fitted(rgb, _OTHER_WIDTH_PX // (3 if found[2] else 1))[0], _QUALITY)


def _of_age(asked: Asked) -> bool:
    return asked.query.get("gc") == "gc" or _FLAG in asked.headers.get("cookie", "")


def _moved(to: str) -> Reply:
    return Reply(b"", 302, headers={"Location": to})


def _page(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    return Reply(body, status, "text/html; charset=EUC-JP", headers or {})
