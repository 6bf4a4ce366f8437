"""Getchu's pages: what an item's page says, the gate, months, and pages that people saved."""

import re
from dataclasses import replace

import pytest

from tachie.collect.pages.getchu import Character, ItemPage, parse_item, parse_month
from tachie.collect.pages.text import decode_page
from tachie.core.errors import Drop, PageError, Unreadable
from tachie.replica.catalogue import Catalogue, CatalogueGame
from tachie.replica.getchu_pages import encoded, gate_page, item_page, missing_page, month_page

CATALOGUE = Catalogue(120)
SOLD = [game for game in CATALOGUE.games if game.getchu_id is not None]


def game_of(layout: str) -> CatalogueGame:
    return next(game for game in SOLD if game.layout == layout and game.sold_on)


def standing(page: ItemPage) -> dict[str, Character | None]:
    return {p.url.rpartition("/")[2]: p.character for p in page.pictures if p.kind == "standing"}


@pytest.mark.parametrize("layout", ["new", "old", "json-ld"])
def test_each_layout_gives_the_game_and_all_its_standing_pictures(layout: str) -> None:
    for game in (g for g in SOLD if g.layout == layout):
        page = parse_item(item_page(game), "page")
        assert (page.getchu_id, page.game, page.brand) == (game.getchu_id, game.name, game.brand_name)
        assert page.released_at == (game.sold_on.isoformat() if game.sold_on else None)
        assert page.rights == game.rights
        assert set(standing(page)) == {file for file, _, _ in game.pictures()}
        if layout != "json-ld":
            assert (page.genre, page.artist) == (game.genre, game.artist)
        else:
            assert {"genre", "artist"} <= set(page.missing)


def test_characters_come_with_name_reading_voice_and_profile() -> None:
    game = game_of("new")
    shown = standing(parse_item(item_page(game), "page"))
    for file, figure, _ in game.pictures():
        said = shown[file]
        assert said is not None
        assert (said.name, said.reading, said.voice) == (figure.name, figure.reading, figure.voice)
        assert said.profile.replace(" ", "") == figure.profile.replace(" ", "")


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("名前（よみ） CV：声優", ("名前", "よみ", "声優")),
        ("髙橋 楓(たかはし かえで)　CV:水橋", ("髙橋 楓", "たかはし かえで", "水橋")),
        ("ルナ ＣＶ：風見そら（別名義）", ("ルナ", "", "風見そら（別名義）")),
        ("名もなき少女", ("名もなき少女", "", "")),
        ("澪（みお）", ("澪", "みお", "")),
        ("アイ（仮）（あい） CV：-", ("アイ（仮）", "あい", "-")),
        ("", ("", "", "")),
    ],
)
def test_names_are_taken_apart(heading: str, expected: tuple[str, str, str]) -> None:
    page = (
        "<meta charset=utf-8><h1 id=soft-title>G</h1><div class=tabletitle>キャラクター</div><table><tr>"
        "<td valign=middle><img src='./brandnew/5/c5chara1.jpg'></td><td class=chara-text><dl><dt>"
        f"<h2 class=chara-name>{heading}</h2></dt><dd>P</dd></dl></td></tr></table>"
    )
    (said,) = standing(parse_item(page.encode(), "page")).values()
    assert said is not None
    assert (said.name, said.reading, said.voice) == expected


def test_samples_and_packages_are_told_apart_and_come_in_full_size() -> None:
    game = game_of("new")
    page = parse_item(item_page(game), "page", site="http://127.0.0.1:1")
    others = {p.kind: p.url for p in page.pictures if p.kind != "standing"}
    at = f"http://127.0.0.1:1/brandnew/{game.getchu_id}/c{game.getchu_id}"
    assert others == {"package": f"{at}package.jpg", "sample": f"{at}sample2.jpg"}


def test_a_page_saved_by_a_browser_still_names_the_site_s_pictures() -> None:
    game = game_of("new")
    page = item_page(game).decode("euc_jp", "ignore").replace("EUC-JP", "UTF-8")
    saved = re.sub(r"\./brandnew/\d+/", "./げっちゅ屋_files/", page).encode()
    assert standing(parse_item(saved, "saved.html")).keys() == standing(parse_item(item_page(game), "p")).keys()


def test_pictures_of_other_items_on_the_page_are_not_taken() -> None:
    game = game_of("new")
    other = b'<img src="./brandnew/999/c999chara1.jpg"><img src="/brandnew/1/c1sample1.jpg"></body>'
    page = item_page(game).replace(b"</body>", other)
    assert parse_item(page, "p").pictures == parse_item(item_page(game), "p").pictures


def test_an_old_page_s_pictures_are_told_by_their_alternative_text() -> None:
    images = "<img alt='主人公キャラ' src='/brandnew/5/hero.jpg'><img alt='キャラ' src='/brandnew/6/other.jpg'>"
    page = f"<meta charset=utf-8><h1 id=soft-title>G</h1>{images}<img src='/brandnew/5/map.jpg'>"
    found = parse_item(page.encode(), "p", url="https://www.getchu.com/soft.phtml?id=5")
    assert [p.url for p in found.pictures] == ["https://www.getchu.com/brandnew/5/hero.jpg"]


def test_the_gate_is_not_taken_for_a_missing_item() -> None:
    with pytest.raises(Drop, match="--of-age") as gate:
        parse_item(gate_page(), "p")
    assert gate.value.reason == "age_gate"
    assert not isinstance(gate.value, Unreadable)
    with pytest.raises(Unreadable) as missing:
        parse_item(missing_page(), "p")
    assert missing.value.reason == "not_found"


def test_an_item_that_mentions_the_gate_is_an_item() -> None:
    game = game_of("new")
    page = item_page(game).replace(b"</body>", encoded('<a href="/php/attestation.html">年齢認証ページ</a></body>'))
    assert parse_item(page, "p").game == game.name


@pytest.mark.parametrize(
    ("old", "new", "element"),
    [
        (b'id="soft-title"', b'id="title"', "#soft-title"),
        (b"charalist>", b"b>", ""),  # nothing that is read
        (b"chara-name", b"c-name", ""),  # pictures are still there
    ],
)
def test_a_moved_layout_is_named_or_read_around(old: bytes, new: bytes, element: str) -> None:
    page = re.sub(rb"<script.*?</script>", b"", item_page(game_of("new"))).replace(old, new)
    if not element:
        assert standing(parse_item(page, "p")).keys() == standing(parse_item(item_page(game_of("new")), "p")).keys()
        return
    with pytest.raises(PageError, match=re.escape(element)) as error:
        parse_item(page, "saved/12.html")
    assert error.value.message.startswith("saved/12.html: ")


def test_characters_without_any_picture_or_name_are_a_moved_layout() -> None:
    page = (
        "<meta charset=utf-8><link rel=canonical href='https://www.getchu.com/item/5/'><h1 id=soft-title>G</h1>"
        "<div class=tabletitle>キャラクター</div><section><figure>…</figure></section>"
    )
    with pytest.raises(PageError, match=re.escape(".chara-name and td[valign=middle] img")):
        parse_item(page.encode(), "p")
    quiet = page.replace("キャラクター", "ストーリー")
    assert parse_item(quiet.encode(), "p").pictures == ()  # an item without characters is no error


def test_missing_fields_are_named_and_the_rest_is_read() -> None:
    page = "<meta charset=utf-8><h1 id=soft-title>G</h1><img src=./brandnew/5/c5chara1.jpg>"
    found = parse_item(page.encode(), "p")
    assert found.missing == ("brand", "released_at", "genre", "artist")
    assert (found.getchu_id, found.brand, found.released_at) == (5, "", None)


def test_an_item_whose_id_nothing_tells_is_refused() -> None:
    with pytest.raises(PageError, match="address of the item"):
        parse_item(b"<h1 id=soft-title>G</h1>", "p")
    assert parse_item(b"<h1 id=soft-title>G</h1>", "p", url="http://127.0.0.1:9/item/77/?gc=gc").getchu_id == 77


def test_months_list_their_items_once_and_in_order() -> None:
    games = [g for g in SOLD if g.sold_on][:5]
    page = month_page(2013, 4, [*games, games[0]])
    assert parse_month(page, "p") == [g.getchu_id for g in games]
    new = page.replace(b"../soft.phtml?id=", b"/item/")
    assert parse_month(new, "p") == [g.getchu_id for g in games]
    with pytest.raises(PageError, match=r"soft\.phtml"):
        parse_month(month_page(2013, 4, []), "p")
    with pytest.raises(Drop, match="--of-age"):
        parse_month(gate_page(), "p")


@pytest.mark.parametrize("text", ["髙﨑①Ⅲ㈱№", "〜～−", "♥♡♪", "鷗𠮟", "ふつうの文"])
def test_characters_that_plain_euc_jp_has_not_come_through(text: str) -> None:
    game = replace(game_of("new"), name=f"題{text}", brand=0)
    page = item_page(game)
    assert parse_item(page, "p").game == f"題{text}"
    assert "\ufffd" not in decode_page(page, "p")


@pytest.mark.parametrize(
    ("codec", "label"),
    [
        ("euc_jp", "EUC-JP"),
        ("euc_jp", "x-euc-jp"),
        ("cp932", "Shift_JIS"),
        ("utf-8", "UTF-8"),
        ("utf-8", "EUC-JP"),  # saved by a browser that kept the old declaration
        ("utf-8-sig", "EUC-JP"),
        ("euc_jisx0213", "EUC-JP"),
        ("euc_jis_2004", "EUC-JISX0213"),
        ("cp932", "nonsense"),
        ("euc_jp", "idna"),
    ],
)
def test_an_encoding_is_found_out_strictly(codec: str, label: str) -> None:
    text = f"<meta charset={label}>" + "立ち絵とキャラクターの一覧、発売日と原画。" * 20
    assert decode_page(text.encode(codec), "p") == text


def test_the_http_header_is_believed_before_the_page() -> None:
    text = "<meta charset=utf-8>能力"
    assert decode_page(text.encode("cp932"), "p", "Windows-31J") == text


def test_bytes_that_no_encoding_reads_are_named_and_never_guessed() -> None:
    good = item_page(game_of("new"))
    for bad in (b"\xff\xff", b"\x8f", b"\xa4"):
        broken = good.replace(b"</h1>", bad + b"</h1>")
        with pytest.raises(PageError, match=r"no encoding (reads it whole|gives Japanese)"):
            decode_page(broken, "p")
