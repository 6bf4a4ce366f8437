"""ErogameScape and Getchu collected from their replicas, with everything that goes wrong there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tachie.collect import Crawl, CrawlResult, Site, crawl
from tachie.collect.games import Game
from tachie.collect.ledger import Ledger
from tachie.collect.sites.erogamescape import Erogamescape, classic_sql
from tachie.collect.sites.getchu import Getchu
from tachie.collect.work import Patience
from tachie.core.images import decode
from tachie.core.recipe import parse_recipe
from tachie.replica import Asked, Fault, Reply
from tachie.replica.catalogue import Catalogue, CatalogueGame
from tachie.replica.erogamescape import ErogamescapeReplica
from tachie.replica.getchu import GetchuReplica
from tachie.replica.getchu_pages import item_page
from tachie.sources.collected import Collected

CATALOGUE = Catalogue(14)
OPEN = [game for game in CATALOGUE.games if game.reachable]
ADULT = next(game for game in CATALOGUE.games if game.adult and game.getchu_id and not game.gone)
GONE = next(game for game in CATALOGUE.games if game.gone and game.getchu_id and not game.adult)


def collected(out: Path, *sites: Site, **options: Any) -> CrawlResult:
    return crawl(Crawl(sites, out, delay_s=0, patience=Patience(3, 0.0), merge_copies=False, **options))


def lines(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "items.jsonl").read_text("utf-8").splitlines()]


def ids(*games: CatalogueGame) -> tuple[int, ...]:
    return tuple(game.getchu_id for game in games if game.getchu_id)


@pytest.fixture
def shop() -> Iterator[GetchuReplica]:
    with GetchuReplica(CATALOGUE) as site:
        yield site


def games_from(replica: ErogamescapeReplica, out: Path, sql: str, page_rows: int = 5000) -> list[Game]:
    site = Erogamescape(sql, page_rows, replica.url)
    result = collected(out, site)
    assert not result.refusals, result.refusals
    ledger = Ledger(out)
    games = [Game(**row) for _, row in ledger.rows(result.listings[site.identity()])]
    ledger.close()
    return games


# ErogameScape


@pytest.mark.parametrize(("cap", "page_rows"), [(200, 5000), (20_000, 70), (20_000, 5000)])
def test_all_games_are_listed_whatever_the_site_s_cap(cap: int, page_rows: int, tmp_path: Path) -> None:
    catalogue = Catalogue(2500)
    with ErogamescapeReplica(catalogue, most_rows=cap, schema="before") as site:
        games = games_from(site, tmp_path, classic_sql("2013-01-01", "2018-12-31"), page_rows)
        asked = sum(site.hits_of("sql_for").values())
    wanted = [
        game
        for game in catalogue.games
        if game.getchu_id and not game.adult and game.sold_on and 2013 <= game.sold_on.year <= 2018
    ]
    assert len(wanted) > 300
    assert [(g.id, g.name, g.brand, g.getchu_id, g.all_ages) for g in games] == [
        (g.id, g.name, g.brand_name, g.getchu_id, True) for g in wanted
    ]
    assert asked <= len(wanted) // min(cap, page_rows) + 2


def test_of_age_lists_titles_for_adults_too_and_a_query_without_ids_is_asked_once(tmp_path: Path) -> None:
    with ErogamescapeReplica(CATALOGUE) as site:
        assert {g.all_ages for g in games_from(site, tmp_path / "a", classic_sql())} == {True}
        assert {g.all_ages for g in games_from(site, tmp_path / "b", classic_sql("2012-01-01", of_age=True))} == {
            True,
            False,
        }
        without_id = "SELECT comike, gamename FROM gamelist WHERE comike IS NOT NULL; "
        assert {g.getchu_id for g in games_from(site, tmp_path / "c", without_id)} == set(CATALOGUE.by_getchu_id)


def test_an_sql_error_stops_in_the_site_s_words_and_a_wall_is_explained(tmp_path: Path) -> None:
    with ErogamescapeReplica(CATALOGUE) as site:
        result = collected(tmp_path / "a", Erogamescape("SELECT id FROM gamelits", at=site.url))
        assert result.exit_code == 1
        assert 'relation "gamelits" does not exist' in result.refusals[0].message
    with ErogamescapeReplica(CATALOGUE, [Fault("sql_for", "wall", times=-1)]) as site:
        result = collected(tmp_path / "b", Erogamescape(classic_sql(), at=site.url))
        assert [r.kind for r in result.refusals] == ["captcha"]


def test_a_result_page_in_another_layout_is_kept_for_the_report(tmp_path: Path) -> None:
    with ErogamescapeReplica(CATALOGUE, [Fault("sql_for", "html", times=-1)]) as site:
        result = collected(tmp_path, Erogamescape(classic_sql(), at=site.url))
    assert "#query_result_main" in result.refusals[0].message
    (kept,) = (tmp_path / "refused").iterdir()
    assert str(kept) in result.refusals[0].hint


# Getchu


def test_every_standing_picture_comes_with_all_that_its_page_says(shop: GetchuReplica, tmp_path: Path) -> None:
    result = collected(tmp_path, Getchu(ids(*OPEN), at=shop.url))
    assert result.exit_code == 0
    said = {line["url"].rpartition("/")[2]: line for line in lines(tmp_path)}
    expected = {file: (game, figure) for game in OPEN for file, figure, _ in game.pictures()}
    assert said.keys() == expected.keys()
    assert len(said) == 14
    for file, (game, figure) in expected.items():
        line = said[file]
        assert (line["game"], line["brand"], line["post_id"]) == (game.name, game.brand_name, str(game.getchu_id))
        assert line.get("released_at") == (game.sold_on.isoformat() if game.sold_on else None)
        assert (line["rating"], line["kind"], line["rights"]) == ("g", "standing", game.rights)
        if game.layout != "old":
            assert (line["character"], line["reading"], line["voice"]) == (figure.name, figure.reading, figure.voice)
        if game.layout != "json-ld":
            assert (line["artist"], line["genre"]) == (game.artist, game.genre)
        assert decode((tmp_path / line["file"]).read_bytes()).rgb.shape == (800, 600, 3)
    assert set(shop.hits.values()) == {1}
    recipe = parse_recipe({"stages": [{"use": "decode"}]})
    items = [item for ref in Collected.list(str(tmp_path), recipe) for item in Collected.items(ref, recipe)]
    assert {item.released_at for item in items} == {line.get("released_at") for line in said.values()}
    assert {item.labels["game"] for item in items} == {game.name for game in OPEN}


def test_the_gate_stays_shut_until_the_user_says_so(shop: GetchuReplica, tmp_path: Path) -> None:
    shut = collected(tmp_path, Getchu(ids(ADULT, GONE), at=shop.url))
    assert (shut.exit_code, shut.drops) == (0, {"age_gate": 1, "not_found": 1})
    assert not shop.hits_of("gc=gc|brandnew")
    site = Getchu(ids(ADULT, OPEN[0]), all_ages=frozenset(ids(OPEN[0])), of_age=True, at=shop.url)
    opened = collected(tmp_path, site)
    assert opened.exit_code == 0
    ratings = {(line["post_id"], line.get("rating")) for line in lines(tmp_path)}
    assert ratings == {(str(ADULT.getchu_id), None), (str(OPEN[0].getchu_id), "g")}


def test_pictures_are_asked_for_as_the_site_wants_it(shop: GetchuReplica, tmp_path: Path) -> None:
    collected(tmp_path, Getchu(ids(OPEN[0]), at=shop.url), contact="me@example.org")
    for address, asked in shop.asked.items():
        assert asked.headers["user-agent"].startswith("tachie/"), address
        assert "me@example.org" in asked.headers["user-agent"]
        if address != "/robots.txt":
            assert asked.headers["referer"] == f"{shop.url}/"
            assert "cookie" not in asked.headers


def test_samples_and_packages_come_when_asked_for(shop: GetchuReplica, tmp_path: Path) -> None:
    collected(tmp_path, Getchu(ids(OPEN[0]), kinds=("standing", "sample", "package"), at=shop.url))
    kinds = [line["kind"] for line in lines(tmp_path)]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "standing": len(list(OPEN[0].pictures())),
        "sample": 2,
        "package": 1,
    }


def test_a_month_names_its_items(shop: GetchuReplica, tmp_path: Path) -> None:
    month = f"{OPEN[0].sold_on:%Y-%m}"
    collected(tmp_path, Getchu(months=(month,), at=shop.url))
    expected = {str(g.getchu_id) for g in OPEN if g.sold_on and f"{g.sold_on:%Y-%m}" == month}
    assert {line["post_id"] for line in lines(tmp_path)} == expected


def test_saved_pages_take_the_place_of_the_site_s(shop: GetchuReplica, tmp_path: Path) -> None:
    good, moved, game = tmp_path / "good.html", tmp_path / "moved.html", OPEN[0]
    good.write_bytes(item_page(game))
    moved.write_bytes(b"<html><h1>Hello</h1></html>")
    out = tmp_path / "out"
    site = Getchu(saved=(good, moved), at=shop.url)
    result = collected(out, site)
    assert not shop.hits_of("/item/")
    assert {line["post_id"] for line in lines(out)} == {str(game.getchu_id)}
    assert result.exit_code == 3
    assert any("#soft-title" in said and "moved.html" in said for _, _, said in result.failures)
    moved.write_bytes(item_page(OPEN[1]))  # the right page now: the same command reads it
    again = collected(out, Getchu(saved=(good, moved), at=shop.url))
    assert {line["post_id"] for line in lines(out)} == {str(game.getchu_id), str(OPEN[1].getchu_id)}
    assert again.fetched == len(list(OPEN[1].pictures()))


def test_more_ids_join_and_nothing_is_asked_for_twice(shop: GetchuReplica, tmp_path: Path) -> None:
    collected(tmp_path, Getchu(ids(OPEN[0]), at=shop.url))
    before = len(lines(tmp_path))
    collected(tmp_path, Getchu(ids(OPEN[0], OPEN[1]), at=shop.url))
    assert len(lines(tmp_path)) > before
    assert set(shop.hits_of("item|brandnew").values()) == {1}


FAULTS: dict[str, tuple[list[Fault], Callable[[CrawlResult], bool]]] = {
    "busy": ([Fault("item", "status", 2, 429, "0"), Fault("chara1", "status", 1, 503, "0")], lambda r: not r.failed),
    "reset": ([Fault("chara", "reset", 2), Fault("item", "reset", 1)], lambda r: not r.failed),
    "short": ([Fault("chara", "short", 2), Fault("chara2", "cut", 1)], lambda r: not r.failed),
    "html": ([Fault("chara1", "html", 1)], lambda r: not r.failed),
    "gone": ([Fault("chara1", "gone", -1)], lambda r: r.exit_code == 3 and r.failed > 0),
    "opted out": ([Fault("item", "header", -1, headers={"X-Robots-Tag": "noai"})], lambda r: "opted_out" in r.drops),
    "wall": ([Fault("item", "wall", -1)], lambda r: [x.kind for x in r.refusals] == ["captcha"]),
    "region": ([Fault("item", "status", -1, 403)], lambda r: "--contact" in r.refusals[0].hint),
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_what_goes_wrong_is_mended_or_named(fault: str, tmp_path: Path) -> None:
    faults, expected = FAULTS[fault]
    with GetchuReplica(CATALOGUE, [*faults]) as site:
        result = collected(tmp_path, Getchu(ids(*OPEN[:2]), at=site.url))
        assert expected(result), result
        site.faults.clear()
        collected(tmp_path, Getchu(ids(*OPEN[:2]), at=site.url))
    if fault not in ("opted out", "gone"):
        assert len(lines(tmp_path)) == sum(1 for game in OPEN[:2] for _ in game.pictures())


@pytest.mark.parametrize(("forbidden", "kind"), [("/item/", "robots_txt"), ("/brandnew/", "")])
def test_robots_txt_is_kept(forbidden: str, kind: str, shop: GetchuReplica, tmp_path: Path) -> None:
    shop.robots = f"User-agent: *\nDisallow: {forbidden}\n"
    result = collected(tmp_path, Getchu(ids(OPEN[0]), at=shop.url))
    assert not shop.hits_of(forbidden)
    assert [refused.kind for refused in result.refusals] == ([kind] if kind else [])
    assert result.drops == ({} if kind else {"robots_txt": len(list(OPEN[0].pictures()))})


def test_a_redirect_that_drops_the_query_does_not_shut_the_gate(tmp_path: Path) -> None:
    class Forgetful(GetchuReplica):
        def reply(self, asked: Asked) -> Reply | None:
            if asked.path.startswith("/item/") and asked.query:
                return Reply(b"", 302, headers={"Location": f"{self.url}{asked.path}"})
            return super().reply(asked)

    with Forgetful(CATALOGUE) as site:
        assert collected(tmp_path, Getchu(ids(ADULT), of_age=True, at=site.url)).fetched == len(list(ADULT.pictures()))
        assert len(site.hits_of("/item/")) == 2


def test_the_old_address_leads_to_the_new_one_and_loses_its_query(shop: GetchuReplica) -> None:
    asked = Asked("GET", "/soft.phtml", {"id": "5", "gc": "gc"}, {"host": f"127.0.0.1:{shop.port}"}, {})
    reply = shop.handle(asked)
    assert (reply.status, reply.headers["Location"]) == (302, f"{shop.url}/item/5/")


def test_a_moved_layout_loses_one_page_and_keeps_it(tmp_path: Path) -> None:
    class Moved(GetchuReplica):
        def reply(self, asked: Asked) -> Reply | None:
            if f"/item/{OPEN[0].getchu_id}/" in asked.path:
                return Reply(b"<html><body><h1>Relaunch</h1></body></html>")
            return super().reply(asked)

    with Moved(CATALOGUE) as site:
        result = collected(tmp_path, Getchu(ids(*OPEN[:2]), at=site.url))
    assert result.exit_code == 3
    ((cursor, _, said),) = result.failures
    assert cursor == f"item/{OPEN[0].getchu_id}"
    (kept,) = (tmp_path / "refused").iterdir()
    assert "#soft-title" in said
    assert str(kept) in said
    assert kept.read_bytes() == b"<html><body><h1>Relaunch</h1></body></html>"
    assert {line["post_id"] for line in lines(tmp_path)} == {str(OPEN[1].getchu_id)}
