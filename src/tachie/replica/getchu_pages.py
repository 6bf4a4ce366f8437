"""What the Getchu replica shows: its pages as EUC-JP bytes, as broken as a shop's pages are."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence

from tachie.replica.catalogue import CatalogueGame, Figure

# Rows that browsers know in EUC-JP and Python's codec does not; cp932 has the same cells.
_WEB_ROWS = range(0x87, 0x88), range(0xED, 0xEF)


def encoded(text: str) -> bytes:
    """Return text as a shop's page holds it: EUC-JP with NEC's and IBM's rows (①, 髙, 﨑), the rest as &#N;.

    A page with ♥ is written in euc_jisx0213 instead, as some tools do: plain EUC-JP has none, and neither has cp932.
    """
    if "♥" in text:
        return text.encode("euc_jisx0213", "xmlcharrefreplace")
    return b"".join(_bytes_of(ch) for ch in text)


def _bytes_of(ch: str) -> bytes:
    try:
        return ch.encode("euc_jp")
    except UnicodeEncodeError:
        pass
    try:
        lead, trail = ch.encode("cp932")
    except (UnicodeEncodeError, ValueError):
        return f"&#{ord(ch)};".encode()
    if not any(lead in rows for rows in _WEB_ROWS):
        return f"&#{ord(ch)};".encode()
    row = 2 * (lead - (0x80 if lead < 0xA0 else 0xC0)) - (trail < 0x9F)
    cell = trail - 0x9E if trail >= 0x9F else trail - 0x3F - (trail > 0x7F)
    return bytes((row + 0xA0, cell + 0xA0))


def item_page(game: CatalogueGame) -> bytes:
    """Return an item's page in the game's layout."""
    body = {"new": _facts, "old": _facts, "json-ld": _bare}[game.layout](game)
    characters = _old_characters(game) if game.layout == "old" else _characters(game)
    return encoded(_page(f"{game.name} | Getchu.com", body + _package(game) + characters + _samples(game), game))


def gate_page() -> bytes:
    """Return the page that asks for one's age."""
    return encoded(
        _page(
            "年齢認証ページ | Getchu.com",
            '<h1>年齢認証ページ</h1><p>あなたは18歳以上ですか?</p><a href="/?gc=gc">すすむ</a> <a href="/">もどる</a>',
        )
    )


def missing_page() -> bytes:
    """Return what an unknown id answers, beside its status 404."""
    return encoded(_page("404 Not Found | Getchu.com", "<h1>ご指定のページは見つかりませんでした。</h1>"))


def month_page(year: int, month: int, games: Sequence[CatalogueGame]) -> bytes:
    """Return the list of a month, with the older addresses that still stand in it."""
    rows = "".join(
        f'<tr><td>{game.sold_on:%Y/%m/%d}</td><td><a href="../soft.phtml?id={game.getchu_id}">{html.escape(game.name)}'
        f"</a></td><td>{html.escape(game.brand_name)}</td></tr>"
        for game in games
    )
    return encoded(_page(f"{year}年{month}月 発売タイトル | Getchu.com", f"<table>{rows}</table>"))


def _page(title: str, body: str, game: CatalogueGame | None = None) -> str:
    canonical = f'<link rel="canonical" href="https://www.getchu.com/item/{game.getchu_id}/">' if game else ""
    product = f'<script type="application/ld+json">{_json_ld(game)}</script>' if game else ""
    return (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN">\n<html lang="ja"><head>'
        '<meta http-equiv="Content-Type" content="text/html; charset=EUC-JP">'
        f"<title>{html.escape(title)}</title>{canonical}{product}</head><body>\n"
        '<div class="headernavi"><a href="/">げっちゅ屋</a></div><br><nobr>\n'  # never closed, as it happens
        f"{body}\n<div class='footer'>Copyright (C)2000- GETCHU.COM All Rights Reserved.</div></body></html>\n"
    )


def _json_ld(game: CatalogueGame) -> str:
    product = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": game.name,
        "brand": {"@type": "Brand", "name": game.brand_name},
        "image": f"https://www.getchu.com/brandnew/{game.getchu_id}/c{game.getchu_id}package.jpg",
    }
    if game.sold_on:
        product["releaseDate"] = game.sold_on.isoformat()
    return json.dumps(product, ensure_ascii=False).replace("</", "<\\/")


def _facts(game: CatalogueGame) -> str:
    day = f"{game.sold_on:%Y/%m/%d}" if game.sold_on else "未定"
    shown = f'<a href="/all/month_title.html" id="tooltip-day">{day}</a>' if game.layout == "new" else day
    rows = [
        ("ブランド", f'<a href="http://brand.example/" id="brandsite">{html.escape(game.brand_name)}</a>'),
        ("発売日", shown),
        ("ジャンル", f"{html.escape(game.genre)} [ <a href='/pc/genre.html'>一覧</a> ]"),
        ("原画", html.escape(game.artist)),
    ]
    cells = "".join(f"<tr><td align=right valign=top>{n}：</td><td>{value}</td></tr>\n" for n, value in rows)
    return (
        f'<h1 id="soft-title">\n {html.escape(game.name)} <nobr>（<a href="/php/search.phtml">関連</a>）</nobr></h1>'
        f"<table>{cells}</table>"
    )


def _bare(game: CatalogueGame) -> str:
    """Return a page whose facts stand in its JSON-LD alone."""
    return "<div class='renewal'>リニューアルしました</div>"


def _characters(game: CatalogueGame) -> str:
    rows = []
    for n, figure in enumerate(game.figures, 1):
        spoken = f"{html.escape(figure.name)}（{figure.reading}） CV：{figure.voice}"
        heading = "h2" if n % 2 else "h4"
        second = f"<td align=center>{_image(game, f'charab{n}', '')}</td>" if figure.second_seed is not None else ""
        rows.append(
            f"<tr><td valign=middle align=center>{_image(game, f'chara{n}', figure.name)}</td><td class='chara-text'>"
            f"<dl><dt><{heading} class='chara-name'><charalist>{spoken}</charalist></{heading}></dt>"
            f"<dd>{_profile(figure)}</dd></dl></td>{second}</tr><tr><td colspan=3><hr></td></tr>\n"
        )
    return f'<div class="tabletitle tabletitle_3">キャラクター</div><table class="chara">{"".join(rows)}</table>'


def _old_characters(game: CatalogueGame) -> str:
    images = "".join(
        f'<tr><td><img src="./brandnew/{game.getchu_id}/{file}" alt="{html.escape(game.name)} キャラ{i}"></td></tr>'
        for i, (file, _, _) in enumerate(game.pictures(), 1)
    )
    return f"<table>{images}</table>"


def _image(game: CatalogueGame, name: str, alt: str) -> str:
    return f'<img src="./brandnew/{game.getchu_id}/c{game.getchu_id}{name}.jpg" alt="{html.escape(alt)}">'


def _profile(figure: Figure) -> str:
    first, _, rest = html.escape(figure.profile).partition("。")
    return f"{first}。<br>\n{rest}"


def _package(game: CatalogueGame) -> str:
    picture = f"./brandnew/{game.getchu_id}/c{game.getchu_id}package.jpg"
    return f'<a href="{picture}" class="highslide"><img src="{picture.replace(".jpg", "_s.jpg")}" alt="パッケージ"></a>'


def _samples(game: CatalogueGame) -> str:
    samples = "".join(
        f'<a href="./brandnew/{game.getchu_id}/c{game.getchu_id}sample{n}.jpg">'
        f'<img src="./brandnew/{game.getchu_id}/c{game.getchu_id}sample{n}_s.jpg"></a>'
        for n in (1, 2)
    )
    return f'<div class="tabletitle">サンプル画像</div>{samples}<p>{html.escape(game.rights)}</p>'
