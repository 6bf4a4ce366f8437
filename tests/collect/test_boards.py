"""Each board by its own command against its replica, and what the boards' engines have in common."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tachie.cli import cli
from tachie.collect.sites import boards
from tachie.collect.sites.danbooru import Danbooru
from tachie.collect.sites.gelbooru import Gelbooru
from tachie.collect.sites.moebooru import Moebooru
from tachie.collect.sites.safebooru import Safebooru
from tachie.collect.work import Patience
from tachie.core.errors import TachieError, UsageError
from tachie.pipeline import Build, build
from tachie.pipeline.presets import preset
from tachie.replica import Fault
from tachie.replica.boards import (
    BoardReplica,
    DanbooruReplica,
    GelbooruReplica,
    MoebooruReplica,
    SafebooruReplica,
)

from .conftest import collected, danbooru, lines, numbers, plain_posts, small_png, stock

REPLICAS: dict[str, type[BoardReplica]] = {
    "danbooru": DanbooruReplica,
    "gelbooru": GelbooruReplica,
    "safebooru": SafebooruReplica,
    "moebooru": MoebooruReplica,
}
KEY = "s3cret-key/+="


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Patience, "pause", lambda self, attempt: 0.01)
    for engine in (Danbooru, Gelbooru, Safebooru, Moebooru):
        monkeypatch.setattr(engine, "page_size", 10)
    for name in ("DANBOORU_API_KEY", "GELBOORU_API_KEY", "DANBOORU_USER", "GELBOORU_USER_ID", "TACHIE_CONTACT"):
        monkeypatch.delenv(name, raising=False)


def run(*words: object, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(cli, ["collect", *map(str, words)], env=env)


def wanted(site: BoardReplica, ratings: str, *tags: str) -> list[int]:
    """What a search should bring, by a plain second reading of the replica's posts."""
    has = [p for p in site.posts if set(tags) <= set(p.flat()) and p.rating in ratings and not p.special]
    return [p.number for p in reversed(has)]


@pytest.mark.parametrize("name", REPLICAS)
def test_every_board_s_command_brings_what_its_search_should(name: str, tmp_path: Path) -> None:
    ratings = "gs" if name == "moebooru" else "g"  # its s holds both
    asked = ["--rating", "s"] if name == "moebooru" else []
    board = "yande.re" if name == "moebooru" else name
    with REPLICAS[name](stock(45)) as site:
        words = [name, "--tags", "1girl solo standing", "--url", site.url, "--out", tmp_path, "--delay", 0, *asked]
        result = run(*words, "--json")
        assert result.exit_code == 0, result.output
        assert numbers(lines(tmp_path)) == wanted(site, ratings, "1girl", "solo", "standing")
        assert set(site.hits_of("/images/").values()) == {1}
        text = run(*words).stdout
    said = json.loads(result.stdout.splitlines()[-1])
    assert said["pictures"] == said["fetched"] == len(lines(tmp_path))
    assert f"{said['pictures']} pictures (0 new)" in text
    for reason in {"deleted", "video", "ugoira"} if name != "safebooru" else {"video", "ugoira"}:
        assert said["drops"][reason] >= 1
    row = lines(tmp_path)[0]
    assert row["source"] == board
    assert row["rating"] == ("s" if name == "moebooru" else "g")
    assert row["site_rating"] in ("g", "s", "general", "safe")
    if name != "safebooru":
        assert len(row["tags"]["character"]) >= 1
        assert len(row["md5"]) == 32
    assert row["created_at"].startswith("20") if name != "safebooru" else "md5" not in row


def test_a_safebooru_that_answers_in_xml_is_read_too(tmp_path: Path) -> None:
    with SafebooruReplica(stock(25)) as site:
        site.as_xml = True
        result = run("safebooru", "--tags", "solo", "--url", site.url, "--out", tmp_path, "--delay", 0)
        assert result.exit_code == 0, result.output
        assert numbers(lines(tmp_path)) == wanted(site, "g", "solo")


def test_tags_beyond_the_limit_are_looked_for_here(tmp_path: Path) -> None:
    with DanbooruReplica(stock(45)) as site:
        many = ("1girl", "solo", "standing", "full_body", "-hatsune_miku", "original")
        result = collected(tmp_path, danbooru(site, *many))
        sent = {asked.query["tags"] for asked in site.asked.values() if asked.path == "/posts.json"}
        found = [n for n in wanted(site, "g", *many[:4]) if "hatsune_miku" not in site.posts[n - 1].flat()]
    assert sent == {"1girl solo"}
    assert numbers(lines(tmp_path)) == found
    assert result.drops["other_tags"] > 5


def test_depth_is_no_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GelbooruReplica, "deepest", 20)
    with GelbooruReplica(stock(75), posts=plain_posts) as site:
        assert collected(tmp_path, Gelbooru("gelbooru", site.url, ("1girl",))).pictures == 75


def test_a_tag_limit_that_the_site_does_not_grant_is_explained(tmp_path: Path) -> None:
    with DanbooruReplica(stock(3)) as site:
        words = ["danbooru", "--tags", "1girl solo standing", "--tag-limit", 6, "--url", site.url, "--delay", 0]
        result = run(*words, "--out", tmp_path)
    assert result.exit_code == 1
    assert "You cannot search for more than 2 tags at a time." in result.stderr
    assert "--tag-limit 2" in result.stderr
    assert "Traceback" not in result.output


def test_an_error_that_comes_as_a_web_page_is_shown_in_its_words(tmp_path: Path) -> None:
    with MoebooruReplica(stock(3)) as site:
        words = ["moebooru", "--tags", "a b c d e f g", "--tag-limit", 7, "--rating", "s", "--url", site.url]
        result = run(*words, "--delay", 0, "--out", tmp_path)
    assert result.exit_code == 1
    assert "HTTP 500 for /post.json: 'Too many tags'" in result.stderr


@pytest.mark.parametrize(("name", "where"), [("danbooru", "/profile"), ("gelbooru", "page=account&s=options")])
def test_a_missing_key_is_explained_and_the_right_one_goes_on(name: str, where: str, tmp_path: Path) -> None:
    with REPLICAS[name](stock(6), posts=plain_posts, key=("7", KEY)) as site:
        words = [name, "--tags", "1girl", "--url", site.url, "--out", tmp_path / "c", "--delay", 0]
        result = run(*words)
        assert result.exit_code == 1
        assert where in result.stderr
        assert "API_KEY" in result.stderr
        (tmp_path / "key").write_text(KEY)
        (tmp_path / "key").chmod(0o644)
        open_file = run(*words, "--user", 7, "--key-file", tmp_path / "key")
        assert isinstance(open_file.exception, UsageError)
        assert "chmod 600" in open_file.exception.hint
        (tmp_path / "key").chmod(0o600)
        assert run(*words, "--user", 7, "--key-file", tmp_path / "key").exit_code == 0
        again = run(*words, "--user", 7, "--again", env={f"{name.upper()}_API_KEY": KEY})
        assert again.exit_code == 0
    assert len(lines(tmp_path / "c")) == 6


@pytest.mark.parametrize("name", ["danbooru", "gelbooru"])
def test_keys_are_written_nowhere(name: str, tmp_path: Path) -> None:
    import base64
    from urllib.parse import quote_plus

    faults = [Fault("tags=", "reset", 1), Fault("tags=", "status", 1, 503, "0.01"), Fault("page=b|id:<", "html", 1)]
    with REPLICAS[name](stock(25), faults, plain_posts, key=("user7", KEY)) as site:
        env = {f"{name.upper()}_API_KEY": KEY}
        words = [name, "--tags", "1girl", "--url", site.url, "--out", tmp_path, "--delay", 0, "--user", "user7"]
        first, second = run(*words, env=env), run(*words, env=env)
        assert second.exit_code == 0, second.output
    wrong = run(*words, "--again", env={f"{name.upper()}_API_KEY": KEY})  # nobody is there any more
    assert wrong.exit_code in (1, 3)
    spellings = [KEY, quote_plus(KEY), base64.b64encode(f"user7:{KEY}".encode()).decode()]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name == "collect.log" for path in files)
    for spelling in spellings:
        for path in files:
            assert spelling.encode() not in path.read_bytes(), path
        for result in (first, second, wrong):
            assert spelling not in result.output


def test_single_character_keeps_posts_of_one_and_makes_it_the_label(tmp_path: Path) -> None:
    with DanbooruReplica(stock(24), posts=plain_posts) as site:
        words = ["danbooru", "--tags", "1girl", "--single-character", "--url", site.url, "--delay", 0]
        result = run(*words, "--out", tmp_path / "c")
        assert result.exit_code == 0, result.output
        alone = [p for p in site.posts if len(p.tags["character"]) == 1]
    assert 0 < len(alone) < 24
    assert {row["post_id"]: row["character"] for row in lines(tmp_path / "c")} == {
        str(p.number): p.tags["character"][0] for p in alone
    }
    dataset = build(Build([str(tmp_path / "c")], tmp_path / "d", preset("faces-as-they-are"), workers=0)).dataset
    rows = {row["id"]: row for row in dataset.rows()}
    characters = dataset.labels()["character"]
    assert {rows[i]["post_id"]: who for i, who in characters.items()} == {
        str(p.number): p.tags["character"][0] for p in alone
    }
    row = next(iter(rows.values()))
    assert row["source"] == "danbooru"
    assert row["url"].startswith(site.url)
    assert row["page_url"].startswith(f"{site.url}/posts/")
    assert row["rating"] == "g"
    assert row["artist"].startswith("artist_")
    assert row["rights"].startswith("by artist_")
    assert row["fetched_at"] is not None
    assert "1girl" in row["tags"]


def test_several_boards_give_one_copy_of_each_picture_the_largest_with_all_their_tags(tmp_path: Path) -> None:
    from tachie.core.images import decode, encode_jpeg, resized

    def smaller(number: int) -> bytes:
        return encode_jpeg(resized(decode(small_png(number)).rgb, 36, 48), 95)

    def only_general(shelf: Any) -> Any:
        posts = plain_posts(shelf)
        for post in posts:
            post.tags["general"].append("seen_on_safebooru")
        return posts

    with DanbooruReplica(stock(12), posts=plain_posts) as one, SafebooruReplica(stock(12), posts=only_general) as two:
        two.stock.make = smaller
        words = ["boards", "danbooru", "safebooru", "--tags", "1girl", "--out", tmp_path, "--delay", 0]
        words += ["--url", f"danbooru={one.url}", "--url", f"safebooru={two.url}"]
        result = run(*words, "--json")
        assert result.exit_code == 0, result.output
    rows = lines(tmp_path)
    assert len(rows) == 12
    for row in rows:
        assert (row["source"], row["width"], row["height"]) == ("danbooru", 48, 64)
        assert [other["source"] for other in row["also"]] == ["safebooru"]
        assert "seen_on_safebooru" in row["tags"]["general"]
        assert row["tags"]["artist"]
        assert not set(row["tags"]["artist"]) & set(row["tags"]["general"])


def test_the_same_file_on_two_boards_is_fetched_once(tmp_path: Path) -> None:
    with DanbooruReplica(stock(12), posts=plain_posts) as one, GelbooruReplica(stock(12), posts=plain_posts) as two:
        result = collected(tmp_path, danbooru(one), Gelbooru("gelbooru", two.url, ("1girl",)))
        hits = sum(one.hits_of("/images/").values()) + sum(two.hits_of("/images/").values())
    assert (hits, result.pictures, result.fetched) == (12, 12, 12)
    assert all(len(row["also"]) == 1 for row in lines(tmp_path))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["moebooru", "--tags", "solo"], "no pictures rated g"),
        (["danbooru", "--tags", "solo order:score"], "newest post to the oldest"),
        (["danbooru", "--tags", "a* b* c*"], "takes 2 at a time"),
        (["boards", "danboru", "--tags", "solo"], "unknown board 'danboru'"),
        (["danbooru", "--tags", "solo", "--url", "file:///etc"], "no http address"),
        (["nowhere"], "unknown source 'nowhere'"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_question_is_a_line_that_says_what_is_wrong(words: list[str], message: str, tmp_path: Path) -> None:
    result = run(*words, *(["--out", tmp_path] if "--tags" in words else []))
    assert isinstance(result.exception, TachieError)
    assert message in result.exception.message


def test_more_than_can_be_sent_stays_to_be_looked_for_here_and_metatags_go_first() -> None:
    site = Danbooru("danbooru", "http://x", ("-solo", "1girl", "score:>5", "date:2024-01-01", ":d", "re:zero"))
    assert site.split_tags()[0] == ["date:2024-01-01", "1girl"]
    assert set(site.split_tags()[1]) == {"-solo", "score:>5", ":d", "re:zero"}


@pytest.mark.parametrize(
    ("condition", "value", "agrees"),
    [(">5", 6, True), (">5", 5, False), ("<=5", 5, True), ("3..5", 4, True), ("3..5", 6, False), ("5", 5, True)],
)
def test_comparisons_read_as_the_boards_read_them(condition: str, value: int, agrees: bool) -> None:
    assert boards._compares(value, condition) is agrees
    assert boards._compares(None, condition) is False


def test_help_is_quick_and_has_an_example() -> None:
    for name in ("danbooru", "gelbooru", "safebooru", "moebooru", "boards"):
        text = run(name, "--help").output
        assert f"tachie collect {name} " in text
        assert "--limit" in text
        assert re.search(r"--rating", text)
