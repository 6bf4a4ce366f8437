"""Every parser on whatever may come: records, or a refusal that says what is missing; never another error."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tachie.collect import Refused
from tachie.collect.bytes_of import is_whole, picture_extension
from tachie.collect.politeness import opted_out, page_opted_out, retry_after_s
from tachie.collect.record import Answer, Record
from tachie.collect.refusals import is_wall
from tachie.collect.sites import danbooru, dapi, moebooru
from tachie.collect.sites.boards import Post
from tachie.collect.sites.table import BOARDS, ENGINES
from tachie.replica.boards import DanbooruReplica, GelbooruReplica, MoebooruReplica, SafebooruReplica
from tachie.replica.server import Asked

from .conftest import small_png, stock

URL = "http://127.0.0.1:1"
PARSERS: dict[str, Callable[[bytes], list[Post]]] = {
    "danbooru": lambda body: danbooru.parse_posts(body, URL),
    "dapi": lambda body: dapi.parse_posts(body, URL)[0],
    "moebooru": lambda body: moebooru.parse_posts(body, URL),
}
_NAMES = [
    "id", "file_url", "md5", "hash", "rating", "tags", "tag_info", "directory", "image", "created_at", "score", "width",
    "height", "status", "posts", "post", "@attributes", "count", "tag_string_general", "tag_string_character",
    "file_ext", "is_deleted", "source", "tag", "type",
]  # fmt: skip
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from(["1", URL, "/a"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=8),
    max_leaves=25,
)  # fmt: skip
_QUICK = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def real(name: str) -> bytes:
    """A page as a replica sends it."""
    replica = {"danbooru": DanbooruReplica, "dapi": GelbooruReplica, "moebooru": MoebooruReplica}[name](stock(25))
    replica._server.server_close()
    path = {"danbooru": "/posts.json", "dapi": "/index.php", "moebooru": "/post.json"}[name]
    reply = replica.reply(
        Asked("GET", path, {"page": "dapi" if name == "dapi" else "1", "api_version": "2", "limit": "25"}, {}, {})
    )
    assert reply
    return reply.body


def check(posts: list[Post]) -> None:
    for post in posts:
        assert isinstance(post.id, int)
        if post.record is None:
            assert post.problem
            continue
        assert post.record.url.startswith("http")
        assert post.record.rating in (None, "g", "s", "q", "e")
        assert Record.parsed(post.record.text()).url == post.record.url


def check_refusal(error: Refused) -> None:
    assert error.kind == "layout_moved"
    assert error.message


@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_gives_posts_or_says_what_is_missing_whatever_comes(name: str) -> None:
    page = real(name)

    @_QUICK
    @given(st.one_of(st.binary(max_size=200), _JSON.map(lambda value: json.dumps(value).encode())))
    def anything(body: bytes) -> None:
        try:
            check(PARSERS[name](body))
        except Refused as error:
            check_refusal(error)

    @_QUICK
    @given(st.integers(0, len(page)), st.integers(0, 40), st.binary(max_size=8))
    def bent(at: int, cut: int, put: bytes) -> None:
        try:
            check(PARSERS[name](page[:at] + put + page[at + cut :]))
        except Refused as error:
            check_refusal(error)

    @_QUICK
    @given(st.data())
    def odd_values(data: Any) -> None:
        found = json.loads(page)
        posts = found if isinstance(found, list) else found.get("posts", found.get("post"))
        for _ in range(6):
            post = posts[data.draw(st.integers(0, len(posts) - 1))]
            post[data.draw(st.sampled_from(sorted(post)))] = data.draw(_JSON)
        check(PARSERS[name](json.dumps(found).encode()))

    assert len(PARSERS[name](page)) == 25, "a page as it should be"
    anything()
    bent()
    odd_values()


def test_xml_is_read_or_refused_whatever_comes() -> None:
    replica = SafebooruReplica(stock(12))
    replica._server.server_close()
    replica.as_xml = True
    reply = replica.reply(Asked("GET", "/index.php", {"page": "dapi"}, {}, {}))
    assert reply
    page = reply.body
    assert len(dapi.parse_posts(page, URL)[0]) == 12 - 2, "without the deleted and the restricted one"

    @_QUICK
    @given(st.integers(0, len(page)), st.integers(0, 40), st.binary(max_size=8))
    def bent(at: int, cut: int, put: bytes) -> None:
        try:
            check(dapi.parse_posts(page[:at] + put + page[at + cut :], URL)[0])
        except Refused as error:
            check_refusal(error)

    bent()


def test_entities_that_would_grow_without_end_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><posts>&b;</posts>'
    with pytest.raises(Refused):
        dapi.parse_posts(bomb, URL)


def test_numbers_as_text_missing_fields_and_one_post_that_is_no_list_are_read() -> None:
    post = {
        "id": "12",
        "file_url": "//127.0.0.1/a.jpg",
        "rating": "Safe",
        "width": "640",
        "tags": " a  b a ",
        "score": "",
    }
    (found,) = dapi.parse_posts(json.dumps({"@attributes": {"count": 1}, "post": post}).encode(), URL)[0]
    assert found.record
    assert (found.id, found.record.width, found.record.rating, found.record.score) == (12, 640, "g", None)
    assert found.record.url == "http://127.0.0.1/a.jpg"
    assert found.record.tags == {"general": ("a", "b")}


@pytest.mark.parametrize("name", PARSERS)
def test_a_post_s_parent_is_read_and_0_is_none(name: str) -> None:
    data = json.loads(real(name))
    posts = data if isinstance(data, list) else data.get("posts", data.get("post"))
    for post, parent in zip(posts, [1234, "77", 0, None, *[5] * len(posts)], strict=False):
        post["parent_id"] = parent
    said = {post.id: post.record.parent_post for post in PARSERS[name](json.dumps(data).encode()) if post.record}
    expected = dict(
        zip((int(post["id"]) for post in posts), ["1234", "77", None, None, *["5"] * len(posts)], strict=False)
    )
    assert len(said) > 4
    assert said == {number: expected[number] for number in said}


def test_a_page_of_20_000_posts_is_read() -> None:
    posts = json.loads(real("danbooru"))
    many = [{**posts[i % 20], "id": i + 1} for i in range(20_000)]
    assert len(danbooru.parse_posts(json.dumps(many).encode(), URL)) == 20_000


@pytest.mark.parametrize("name", BOARDS)
def test_every_board_of_the_table_asks_and_reads(name: str) -> None:
    engine, url = BOARDS[name]
    site = ENGINES[engine](name, url, ("1girl",), ("g", "s"), user="me", key="k")
    (first,) = site.first()
    assert site.ask(first).url.startswith(f"{url}/")
    assert site.rules.terms
    assert "k" not in json.loads(site.identity()).values()
    with pytest.raises(Refused):
        site.read(first, Answer(200, url, {"content-type": "text/html"}, b"<!DOCTYPE html><title>down</title>"))


@_QUICK
@given(st.binary(max_size=64))
def test_headers_and_bytes_are_judged_whatever_comes(data: bytes) -> None:
    words = data.decode("latin-1")
    assert retry_after_s({"retry-after": words}) is None or retry_after_s({"retry-after": words}) >= 0  # type: ignore[operator]
    opted_out({"x-robots-tag": words})
    page_opted_out(b"<meta name=robots content='" + data + b"'>")
    extension = picture_extension(data)
    if extension:
        is_whole(data, extension)


def test_dates_of_retry_after_are_read() -> None:
    from datetime import UTC, datetime

    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert retry_after_s({"retry-after": "Thu, 01 Jan 2026 00:01:00 GMT"}, now) == 60
    assert retry_after_s({"retry-after": "7"}) == 7
    assert retry_after_s({"retry-after": "soon"}) is None
    assert retry_after_s({}) is None


def test_meta_robots_speaks_for_its_page() -> None:
    assert page_opted_out(b'<html><meta name="robots" content="noindex, noai">') == "noai"
    assert page_opted_out(b'<html><meta name="robots" content="noindex">') is None
    assert page_opted_out(b'<html><meta name="description" content="noai">') is None


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_half_of_a_picture_is_known_to_be_half(kind: str) -> None:
    from io import BytesIO

    from PIL import Image

    with Image.open(BytesIO(small_png(1))) as picture:
        thumbnail, out = BytesIO(), BytesIO()
        picture.convert("RGB").resize((16, 16)).save(thumbnail, "JPEG")
        exif = b"Exif\0\0" + thumbnail.getvalue()
        picture.convert("RGB").save(out, kind, **({"exif": exif} if kind == "JPEG" else {}))
    data = out.getvalue()
    extension = picture_extension(data)
    assert extension
    assert is_whole(data, extension)
    assert is_whole(data + b"\0" * 100, extension)
    assert not is_whole(data[: len(data) - len(data) // 4], extension)


def test_a_wall_is_told_from_a_page_that_has_a_form_with_a_captcha() -> None:
    def answer(body: bytes, status: int = 200) -> Answer:
        return Answer(status, URL, {"content-type": "text/html"}, b"<!DOCTYPE html><html>" + body)

    form = b"<title>Item</title><script src='recaptcha.js'></script>"
    assert not is_wall(answer(form + b"<p>much more</p>" * 1000))
    assert is_wall(answer(form))
    assert is_wall(answer(b"<title>Just a moment...</title>" + b"<p>x</p>" * 5000))
    assert is_wall(answer(form + b"<p>much more</p>" * 1000, 403))
    assert not is_wall(Answer(403, URL, {}, b"captcha"))
