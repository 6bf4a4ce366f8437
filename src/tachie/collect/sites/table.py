"""The table of boards: a name, its engine and its address. A new board on a known engine is a line of its engine."""

from __future__ import annotations

from tachie.collect.sites import danbooru, gelbooru, moebooru, safebooru
from tachie.collect.sites.boards import Board

ENGINES: dict[str, type[Board]] = {
    "danbooru": danbooru.Danbooru,
    "gelbooru": gelbooru.Gelbooru,
    "safebooru": safebooru.Safebooru,
    "moebooru": moebooru.Moebooru,
}
BOARDS: dict[str, tuple[str, str]] = {
    name: (engine, url)
    for engine, module in zip(ENGINES, (danbooru, gelbooru, safebooru, moebooru), strict=True)
    for name, url in module.URLS.items()
}
