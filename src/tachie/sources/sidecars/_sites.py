"""What image sites say of a post: one reader for the raw records that gallery-dl and waifuc keep of all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tachie.core.attributes import RATING_WORDS
from tachie.sources.sidecars._said import Said, day, tags_of, text, web_address

# Site -> family, address of a post's page. The names are gallery-dl's categories.
_SITES = {
    "danbooru": ("danbooru", "https://danbooru.donmai.us/posts/{}"),
    "aibooru": ("danbooru", "https://aibooru.online/posts/{}"),
    "gelbooru": ("gelbooru", "https://gelbooru.com/index.php?page=post&s=view&id={}"),
    "safebooru": ("gelbooru", "https://safebooru.org/index.php?page=post&s=view&id={}"),
    "tbib": ("gelbooru", "https://tbib.org/index.php?page=post&s=view&id={}"),
    "xbooru": ("gelbooru", "https://xbooru.com/index.php?page=post&s=view&id={}"),
    "rule34": ("gelbooru", "https://rule34.xxx/index.php?page=post&s=view&id={}"),
    "hypnohub": ("gelbooru", "https://hypnohub.net/index.php?page=post&s=view&id={}"),
    "yandere": ("moebooru", "https://yande.re/post/show/{}"),
    "konachan": ("moebooru", "https://konachan.com/post/show/{}"),
    "sakugabooru": ("moebooru", "https://www.sakugabooru.com/post/show/{}"),
    "lolibooru": ("moebooru", "https://lolibooru.moe/post/show/{}"),
    "sankaku": ("moebooru", "https://sankaku.app/posts/{}"),
    "idolcomplex": ("moebooru", "https://www.idolcomplex.com/posts/{}"),
    "e621": ("moebooru", "https://e621.net/posts/{}"),
    "e926": ("moebooru", "https://e926.net/posts/{}"),
    "zerochan": ("board", "https://www.zerochan.net/{}"),
    "pixiv": ("pixiv", "https://www.pixiv.net/artworks/{}"),
    "twitter": ("artists", "https://x.com/i/web/status/{}"),
    "nijie": ("artists", "https://nijie.info/view.php?id={}"),
    "seiga": ("artists", "https://seiga.nicovideo.jp/seiga/im{}"),
    "deviantart": ("artists", ""),
    "fanbox": ("artists", ""),
    "artstation": ("artists", ""),
}
_ARTISTS = ("pixiv", "artists")  # where artists publish themselves: the day there is the picture's own
_LETTERS = {letter: letter for letter in "gsqe"}
# The "safe" of Moebooru and its kin is wider than the "general" of others.
_WIDE = {"s": "s", "q": "q", "e": "e", "safe": "s", "questionable": "q", "explicit": "e"}
_RATINGS = {
    "danbooru": _LETTERS | RATING_WORDS,
    "gelbooru": _LETTERS | RATING_WORDS,
    "moebooru": _WIDE,
    "pixiv": {"r-18": "e", "r-18g": "e", "general": "s"},
    "board": {},
    "artists": {},
    "": _LETTERS | RATING_WORDS | {"safe": "s"},
}
_CATEGORIES = ("general", "character", "copyright", "artist", "circle", "studio", "species", "genre", "medium", "meta")
_MD5 = re.compile(r"[0-9a-f]{32}")


def of_post(site: str, post: Mapping[str, Any], dialect: str) -> Said:
    """Return what a site's record of a post says; `site` is gallery-dl's name of it, which may be unknown here."""
    family, page = _SITES.get(site, ("", ""))
    nested = post.get("tags")
    by_category = {c: _of_category(post, c) for c in _CATEGORIES}
    tags = tags_of(*by_category.values(), nested, post.get("tag_string"), post.get("tag_names"))
    post_id = text(post.get("id")) or text(post.get("tweet_id")) or text(post.get("post_id"))
    artist = _artist(post, by_category["artist"] or by_category["circle"])
    first_at = web_address(post.get("source"))
    rights = ", ".join([f"by {artist}"] * bool(artist) + [f"first published at {first_at}"] * bool(first_at))
    posted = day(post.get("date")) or day(post.get("created_at")) or day(post.get("create_date"))
    word = text(post.get("rating"))
    file = post.get("file")
    md5 = text(post.get("md5") or (file.get("md5") if isinstance(file, Mapping) else None))
    return Said(
        dialect=dialect,
        tags=tags,
        labels=_labels(post, by_category, word, posted if family not in _ARTISTS else None),
        source=site if site in _SITES else None,
        url=web_address(post.get("file_url")) or web_address(post.get("url")) or _file_url(file),
        page_url=page.format(post_id) if page and post_id and post_id.isalnum() else None,
        post_id=post_id,
        released_at=posted if family in _ARTISTS else None,
        rating=_rating(family, post, word),
        artist=artist,
        rights=text(post.get("license")) or rights or None,
        md5=md5.lower() if md5 and _MD5.fullmatch(md5.lower()) else None,
    )


def _of_category(post: Mapping[str, Any], category: str) -> tuple[str, ...]:
    nested = post.get("tags")
    inside = nested.get(category) if isinstance(nested, Mapping) else None
    return tags_of(post.get(f"tags_{category}"), post.get(f"tag_string_{category}"), inside)


def _artist(post: Mapping[str, Any], tagged: tuple[str, ...]) -> str | None:
    if tagged:
        return text(" ".join(tagged))
    for name in ("artist", "author", "user", "creator"):
        who = post.get(name)
        if isinstance(who, Mapping):
            who = who.get("name") or who.get("username") or who.get("account")
        if isinstance(who, list):
            who = " ".join(filter(None, map(text, who)))
        if found := text(who):
            return found
    return None


def _labels(
    post: Mapping[str, Any], tags: Mapping[str, tuple[str, ...]], rating: str | None, posted: str | None
) -> dict[str, str]:
    """Return what is no column of a row: who is shown, where one alone is, the site's own words."""
    sensitive = "sensitive" if post.get("sensitive") is True else None
    parent = text(post.get("parent_id"))
    stated = {
        "character": tags["character"][0] if len(tags["character"]) == 1 else None,
        "copyright": tags["copyright"][0] if len(tags["copyright"]) == 1 else None,
        "site_rating": rating or sensitive,
        "parent_post": parent if parent != "0" else None,
        "posted": posted,
    }
    return {name: value for name, value in stated.items() if value}


def _rating(family: str, post: Mapping[str, Any], word: str | None) -> str | None:
    known = _RATINGS[family].get((word or "").lower())
    if family == "pixiv":
        if post.get("x_restrict") in (1, 2):
            return "e"
        if known != "e" and post.get("sanity_level") == 2 and post.get("x_restrict") == 0:  # its cleanest
            return "g"
    return known


def _file_url(file: object) -> str | None:
    return web_address(file.get("url")) if isinstance(file, Mapping) else None
