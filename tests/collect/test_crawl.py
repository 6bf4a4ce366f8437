"""The crawl against a replica that misbehaves in every known way."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tachie.collect import Refused
from tachie.collect.ledger import Ledger, alone
from tachie.collect.sites.danbooru import Danbooru
from tachie.collect.store import Store
from tachie.collect.video.read import VIDEOS_DIR
from tachie.core.errors import DiskFullError, UsageError
from tachie.replica import Asked, Fault, Reply
from tachie.replica.boards import DanbooruReplica
from tachie.replica.server import Replica

from .conftest import collected, danbooru, lines, numbers, plain_posts, small_png, stock, stored


def board(count: int, *faults: Fault) -> DanbooruReplica:
    return DanbooruReplica(stock(count), list(faults), plain_posts)


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Danbooru, "page_size", 10)


def test_every_picture_comes_once_with_what_the_page_said_of_it(tmp_path: Path) -> None:
    with board(25) as site:
        result = collected(tmp_path, danbooru(site))
        assert set(site.hits_of("/images/").values()) == {1}
    rows = lines(tmp_path)
    assert (result.pictures, result.fetched, result.exit_code, result.failed) == (25, 25, 0, 0)
    assert numbers(rows) == list(range(25, 0, -1))
    for row in rows:
        data = (tmp_path / row["file"]).read_bytes()
        assert data == small_png(int(row["post_id"]) - 1)
        assert row["sha256"] == hashlib.sha256(data).hexdigest()
        assert row["file"] == f"files/{row['sha256'][:2]}/{row['sha256'][2:4]}/{row['sha256']}.png"
        assert (row["width"], row["height"], row["bytes"]) == (48, 64, len(data))
    first = rows[0]
    assert first["page_url"] == f"{site.url}/posts/25"
    assert first["tags"]["character"] == ["hakurei_reimu"]
    assert (first["rating"], first["site_rating"], first["source"]) == ("g", "g", "danbooru")
    assert (first["artist"], first["rights"]) == ("artist_0", "by artist_0, first published at https://example.org/25")
    assert first["fetched_at"].startswith("20")
    assert len(stored(tmp_path)) == 25


def test_the_same_command_again_asks_for_nothing(tmp_path: Path) -> None:
    with board(12) as site:
        collected(tmp_path, danbooru(site))
        before = dict(site.hits)
        again = collected(tmp_path, danbooru(site))
        assert dict(site.hits) == before
    assert (again.fetched, again.pictures) == (0, 12)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault(r"/images/7\.", "reset"), "cut_short"),
        (Fault(r"/images/7\.", "short"), "cut_short"),
        (Fault(r"/images/7\.", "cut"), "truncated"),
        (Fault(r"/images/7\.", "html"), "html_in_place_of_a_picture"),
        (Fault(r"/images/7\.", "status", status=500), "HTTP 500"),
        (Fault(r"/images/7\.", "status", status=429, retry_after="0.05"), "HTTP 429"),
        (Fault(r"/images/7\.", "drip"), "timed_out"),
        (Fault(r"page=b3", "reset"), "cut_short"),
        (Fault(r"page=b3", "status", status=503, retry_after="0.05"), "HTTP 503"),
    ],
    ids=lambda value: value.do if isinstance(value, Fault) else value,
)
def test_what_passes_is_tried_again_and_counted(tmp_path: Path, fault: Fault, reason: str) -> None:
    with board(12, fault) as site:
        result = collected(tmp_path, danbooru(site), timeout_s=3.0 if fault.do == "drip" else 30.0)
        hits = site.hits_of(fault.match)
    assert (result.pictures, result.exit_code) == (12, 0)
    assert result.retries[reason] >= 1
    assert all(n == 2 for n in hits.values())
    assert {hashlib.sha256(data).hexdigest() for data in stored(tmp_path).values()} == {
        hashlib.sha256(small_png(i)).hexdigest() for i in range(12)
    }


def test_a_host_that_asks_for_an_hour_is_left_alone_and_nothing_is_lost(tmp_path: Path) -> None:
    with board(30, Fault(r"/images/30\.", "status", status=429, retry_after="3600")) as site:
        result = collected(tmp_path, danbooru(site))
        assert sum(site.hits_of("/images/").values()) <= 4, "only what was under way"
        assert [r.kind for r in result.refusals] == ["busy"]
        assert "60 minutes" in result.refusals[0].message
        assert collected(tmp_path, danbooru(site)).pictures == 30


def test_a_picture_that_is_gone_is_named_and_the_rest_is_had(tmp_path: Path) -> None:
    with board(6, Fault(r"/images/3\.", "gone", -1)) as site:
        result = collected(tmp_path, danbooru(site))
        assert site.hits["/images/3.png"] == 1
        collected(tmp_path, danbooru(site))
        assert site.hits["/images/3.png"] == 1, "what is gone is not asked for again"
    assert (result.pictures, result.exit_code, result.drops["gone"]) == (5, 3, 1)
    assert [(a.rpartition("/")[2], r) for a, r, _ in result.failures] == [("3.png", "gone")]


def test_what_failed_to_the_end_is_had_by_the_next_run(tmp_path: Path) -> None:
    fault = Fault(r"/images/3\.", "html", -1)
    with board(6, fault) as site:
        result = collected(tmp_path, danbooru(site))
        assert (result.pictures, result.exit_code, result.failed) == (5, 3, 1)
        assert site.hits["/images/3.png"] == 4, "as often as the patience says"
        fault.times = 0
        assert collected(tmp_path, danbooru(site)).exit_code == 0
    assert len(lines(tmp_path)) == 6


def test_a_site_s_wrong_md5_costs_one_more_request_and_no_picture(tmp_path: Path) -> None:
    class Wrong(DanbooruReplica):
        def facts(self, post):  # type: ignore[no-untyped-def]
            return {**super().facts(post), "md5": "0" * 31 + str(post.number)}

    with Wrong(stock(3), posts=plain_posts) as site:
        result = collected(tmp_path, danbooru(site))
        assert set(site.hits_of("/images/").values()) == {2}
    assert result.pictures == 3


@pytest.mark.parametrize(
    ("headers", "had"),
    [
        ({"X-Robots-Tag": "noindex, noai"}, 0),
        ({"X-Robots-Tag": "noimageai"}, 0),
        ({"X-Robots-Tag": "otherbot: noai"}, 3),
        ({"X-Robots-Tag": "tachie: noai"}, 0),
        ({"TDM-Reservation": "1"}, 0),
        ({"X-Robots-Tag": "noindex"}, 3),
    ],
    ids=str,
)
def test_opting_out_is_honoured_and_counted(tmp_path: Path, headers: dict[str, str], had: int) -> None:
    with board(3, Fault("/images/", "header", -1, headers=headers)) as site:
        result = collected(tmp_path, danbooru(site))
    assert (result.pictures, result.drops.get("opted_out", 0), result.exit_code) == (had, 3 - had, 0)
    assert len(stored(tmp_path)) == had


def test_a_page_that_opts_out_keeps_its_pictures(tmp_path: Path) -> None:
    with board(3, Fault("/posts.json", "header", -1, headers={"X-Robots-Tag": "noai"})) as site:
        result = collected(tmp_path, danbooru(site))
        assert not site.hits_of("/images/")
    assert result.drops == {"opted_out": 3}


def test_robots_txt_is_kept_for_pictures_and_the_documented_api_goes_by_its_terms(tmp_path: Path) -> None:
    class Closed(DanbooruReplica):
        robots = "User-agent: *\nDisallow: /*.json\nDisallow: /images/2\n"

    with Closed(stock(3), posts=plain_posts) as site:
        result = collected(tmp_path, danbooru(site))
        assert site.hits["/robots.txt"] == 1
        assert "/images/2.png" not in site.hits
    assert (result.pictures, result.drops) == (2, {"robots_txt": 1})


def test_the_agent_is_honest_and_tells_the_contact(tmp_path: Path) -> None:
    with board(1) as site:
        collected(tmp_path, danbooru(site), contact="me@example.org")
        agents = {asked.headers["user-agent"] for asked in site.asked.values()}
    assert len(agents) == 1
    assert agents.pop().endswith(" (+me@example.org)")


def test_an_agent_that_pretends_is_refused_and_the_refusal_is_explained(tmp_path: Path) -> None:
    with board(3) as site:
        result = collected(tmp_path, danbooru(site), user_agent="Mozilla/5.0")
        assert result.exit_code == 1
        (refused,) = result.refusals
        assert refused.kind == "forbidden"
        assert "--contact" in refused.hint
        assert collected(tmp_path, danbooru(site)).pictures == 3, "nothing is lost by it"


def test_a_host_that_refuses_pictures_is_left_alone_and_nothing_is_lost(tmp_path: Path) -> None:
    fault = Fault("/images/", "status", -1, 403)
    with board(30, fault) as site:
        result = collected(tmp_path, danbooru(site))
        assert sum(site.hits_of("/images/").values()) <= 8
        assert [r.kind for r in result.refusals] == ["forbidden"]
        assert "Referer" in result.refusals[0].hint
        assert result.exit_code == 1
        fault.times = 0
        assert collected(tmp_path, danbooru(site)).pictures == 30


def test_a_wall_is_told_from_a_page(tmp_path: Path) -> None:
    fault = Fault("/posts.json", "wall", -1)
    with board(3, fault) as site:
        result = collected(tmp_path, danbooru(site))
        assert [r.kind for r in result.refusals] == ["captcha"]
        fault.times = 0
        assert collected(tmp_path, danbooru(site)).pictures == 3


def test_a_page_that_is_no_list_is_kept_for_looking_at(tmp_path: Path) -> None:
    class Moved(DanbooruReplica):
        def reply(self, asked: Asked) -> Reply | None:
            return Reply.of_json({"items": []}) if asked.path == "/posts.json" else super().reply(asked)

    with Moved(stock(3)) as site:
        result = collected(tmp_path, danbooru(site))
    (refused,) = result.refusals
    assert (refused.kind, result.exit_code) == ("layout_moved", 1)
    assert "list of posts" in refused.message
    (saved,) = (tmp_path / "refused").iterdir()
    assert saved.name in refused.hint
    assert saved.read_bytes() == b'{"items": []}'


def test_a_site_that_is_down_is_said_to_be_so(tmp_path: Path) -> None:
    with board(1) as site:
        pass
    result = collected(tmp_path, danbooru(site))
    assert (result.refusals[0].kind, result.exit_code) == ("unreachable", 1)
    assert result.retries["connection_refused"] == 4


def test_a_limit_stops_and_a_larger_one_goes_on_from_there(tmp_path: Path) -> None:
    with board(40) as site:
        assert collected(tmp_path, danbooru(site), limit=7).pictures == 7
        pages = len(site.hits_of("posts"))
        assert collected(tmp_path, danbooru(site), limit=7).fetched == 0
        assert len(site.hits_of("posts")) == pages
        assert collected(tmp_path, danbooru(site), limit=23).pictures == 23
        assert set(site.hits_of("/images/").values()) == {1}
    assert numbers(lines(tmp_path)) == list(range(40, 17, -1))


def test_a_limit_is_reached_though_pictures_are_gone(tmp_path: Path) -> None:
    with board(30, Fault(r"/images/(29|28)\.", "gone", -1)) as site:
        result = collected(tmp_path, danbooru(site), limit=5)
    assert (result.pictures, result.drops["gone"]) == (5, 2)


def test_reading_again_finds_what_is_new_and_fetches_nothing_twice(tmp_path: Path) -> None:
    with board(12) as site:
        site.posts = plain_posts(stock(9))
        collected(tmp_path, danbooru(site))
        site.posts = plain_posts(stock(12))
        assert collected(tmp_path, danbooru(site)).fetched == 0
        assert collected(tmp_path, danbooru(site), again=True).fetched == 3
        assert set(site.hits_of("/images/").values()) == {1}


def test_a_file_that_was_lost_or_cut_is_fetched_again(tmp_path: Path) -> None:
    with board(5) as site:
        collected(tmp_path, danbooru(site))
        before = stored(tmp_path)
        gone, cut = list(before)[:2]
        (tmp_path / gone).unlink()
        (tmp_path / cut).write_bytes(before[cut][:100])
        assert collected(tmp_path, danbooru(site)).fetched == 2
    assert stored(tmp_path) == before


def test_two_commands_in_one_folder_do_not_mix(tmp_path: Path) -> None:
    with board(3) as site, alone(tmp_path), pytest.raises(UsageError, match="at work"):
        collected(tmp_path, danbooru(site))


def test_a_folder_of_video_frames_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / VIDEOS_DIR).mkdir()
    with board(3) as site, pytest.raises(UsageError, match="frames of videos"):
        collected(tmp_path, danbooru(site))
    assert [path.name for path in tmp_path.iterdir()] == [VIDEOS_DIR]


def test_a_full_disk_ends_the_run_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put = Store.put
    room = [4]

    def full(self: Store, data: bytes, extension: str) -> object:
        room[0] -= 1
        if room[0] < 0:
            raise DiskFullError("no space left")
        return put(self, data, extension)

    with board(12) as site:
        monkeypatch.setattr(Store, "put", full)
        with pytest.raises(DiskFullError):
            collected(tmp_path, danbooru(site))
        assert len(lines(tmp_path)) == 4, "what was had is written down"
        monkeypatch.setattr(Store, "put", put)
        assert collected(tmp_path, danbooru(site)).pictures == 12


def test_the_same_bytes_at_two_addresses_are_one_line(tmp_path: Path) -> None:
    with board(4) as site:
        shelf = stock(4)
        shelf.make = lambda number: small_png(0 if number == 3 else number)
        site.stock = shelf
        site.facts = lambda post: {"md5": None, "width": 48, "height": 64}  # type: ignore[method-assign]
        result = collected(tmp_path, danbooru(site))
    assert (result.fetched, result.pictures) == (4, 3)
    (row,) = [row for row in lines(tmp_path) if "also" in row]
    assert [Path(other["url"]).name for other in row["also"]] == ["1.png"]
    assert set(row["tags"]["character"]) == {"hakurei_reimu", "kirisame_marisa"}


def test_one_md5_is_fetched_once_and_its_equal_steps_in_where_it_is_gone(tmp_path: Path) -> None:
    def twins(shelf):  # type: ignore[no-untyped-def]
        one, two = plain_posts(shelf)
        return [one, replace(two, twin_of=1)]

    with DanbooruReplica(stock(2), posts=twins) as site:
        site.stock.make = lambda number: small_png(0)
        assert collected(tmp_path / "a", danbooru(site)).pictures == 1
        assert "/images/1.png" not in site.hits
        (row,) = lines(tmp_path / "a")
        assert [other["post_id"] for other in row["also"]] == ["1"]
    with DanbooruReplica(stock(2), [Fault(r"/images/2\.", "gone", -1)], posts=twins) as site:
        site.stock.make = lambda number: small_png(0)
        assert collected(tmp_path / "b", danbooru(site)).pictures == 1
        assert site.hits["/images/1.png"] == 1


class _Meeting:
    """Answers wait until all that must meet are there; a crawl that does one after the other would wait in vain."""

    def __init__(self, parties: int) -> None:
        self.barrier = threading.Barrier(parties, timeout=20)
        self.met = False

    def wait(self) -> None:
        if not self.met:
            self.barrier.wait()
            self.met = True


def _waiting(site: Replica, when: Callable[[Asked], bool], meeting: _Meeting) -> None:
    reply, first = site.reply, [True]

    def slow(asked: Asked) -> Reply | None:
        if first[0] and when(asked):
            first[0] = False
            meeting.wait()
        return reply(asked)

    site.reply = slow  # type: ignore[method-assign]


def test_hosts_are_asked_side_by_side(tmp_path: Path) -> None:
    meeting = _Meeting(2)
    with board(3) as one, board(3) as two:
        two.stock.make = lambda number: small_png(100 + number)
        for site in (one, two):
            _waiting(site, lambda asked: asked.path.startswith("/images/"), meeting)
        sites = [danbooru(one), Danbooru("other", two.url, ("1girl",))]
        assert collected(tmp_path, *sites).pictures == 6
    assert meeting.met


def test_listing_and_fetching_go_side_by_side(tmp_path: Path) -> None:
    meeting = _Meeting(2)
    with board(40) as site:
        reply, seen = site.reply, {"page": False, "picture": False}

        def slow(asked: Asked) -> Reply | None:
            kind = "picture" if asked.path.startswith("/images/") else "page" if "page" in asked.query else ""
            if kind and not seen[kind]:
                seen[kind] = True
                meeting.wait()
            return reply(asked)

        site.reply = slow  # type: ignore[method-assign]
        assert collected(tmp_path, danbooru(site)).pictures == 40
    assert meeting.met


def test_what_fails_inside_a_parser_is_raised_and_not_swallowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a mistake in a parser")

    monkeypatch.setattr(Danbooru, "read_posts", broken)
    with board(3) as site, pytest.raises(ZeroDivisionError):
        collected(tmp_path, danbooru(site))


def test_one_broken_page_among_many_is_left_and_the_others_are_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Danbooru.read_posts

    def sometimes(self: Danbooru, cursor: str, body: bytes):  # type: ignore[no-untyped-def]
        if cursor == "b2":
            raise Refused("layout_moved", "no element", whole=False)
        return read(self, "x", b"[]")

    monkeypatch.setattr(Danbooru, "first", lambda self: ["b1", "b2", "b3"])
    monkeypatch.setattr(Danbooru, "read_posts", sometimes)
    with board(3) as site:
        result = collected(tmp_path, danbooru(site))
        ledger = Ledger(tmp_path)
        ((cursor, reason, said),) = ledger.failures([1])
        ledger.close()
    assert (cursor, reason, said.split(";")[0]) == ("b2", "page", "no element")
    assert result.refusals == []
