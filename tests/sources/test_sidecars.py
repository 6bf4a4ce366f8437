"""What files beside pictures say: a contract over every dialect and table, real shapes of sites, and hostile files."""

import hashlib
import json
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tachie.core import registry
from tachie.core.images import encode_png
from tachie.core.item import Fault, Item, Ref
from tachie.core.recipe import Recipe
from tachie.dataset import stats
from tachie.dataset.reader import Dataset
from tachie.pipeline import Build, build
from tachie.pipeline.build import refs_of
from tachie.sources import sidecars
from tachie.sources.sidecars import read, with_said
from tachie.sources.sidecars._captions import is_sentence, read_caption
from tachie.sources.sidecars._said import Said, day
from tachie.sources.tables import MOST_BYTES, Tables, kinds, read_rows
from tachie.stages.decode import Decode

from ..conftest import blobs, tachie, untagged

RECIPE = Recipe(stages=(Decode(),))
PICTURE = encode_png(blobs(1))
MD5 = hashlib.md5(PICTURE, usedforsecurity=False).hexdigest()


def write(root: Path, files: dict[str, bytes | str | Any]) -> Path:
    """Write files, each a path and its content: bytes, text, or anything else as JSON; .png are pictures."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, bytes | str) else json.dumps(content)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return root


def packed(folder: Path) -> tuple[Path, Path, Path]:
    """Return a folder, and a zip and a tar of the same content."""
    archive, tar = folder.with_suffix(".zip"), folder.with_suffix(".tar")
    with zipfile.ZipFile(archive, "w") as z, tarfile.open(tar, "w") as t:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            z.write(path, path.relative_to(folder))
            t.add(path, str(path.relative_to(folder)))
    return folder, archive, tar


def refs(place: Path) -> list[Ref]:
    return list(refs_of(str(place), RECIPE, faults=True))


def items(place: Path) -> Iterator[Item]:
    for ref in refs(place):
        if ref.fault is None:
            yield from registry.find("sources", ref.source).items(ref, RECIPE)


def faults(place: Path) -> set[tuple[str, str]]:
    """Return (file's own name, reason) of all that was wrong beside the pictures."""
    listed = [ref.fault for ref in refs(place) if ref.fault]
    found = [*listed, *(fault for item in items(place) for fault in item.faults)]
    return {(fault.name.rpartition("/")[2], fault.reason) for fault in found}


DIALECTS = {name: registry.find(sidecars.KIND, name) for name in registry.names(sidecars.KIND)}


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_is_recognised_by_itself_in_folder_zip_and_tar(name: str, tmp_path: Path) -> None:
    dialect = DIALECTS[name]
    hidden = ".picture_meta.json" if name == "waifuc" else "picture.png.json"
    folder = write(tmp_path / "in", {"a/picture.png": PICTURE, f"a/{hidden}": dialect.example})
    for place in packed(folder):
        (item,) = items(place)
        assert item.dialects == (dialect.title,)
        assert item.labels["hair_color"] == "blonde"
        assert "blonde_hair" in item.tags
        assert item.rating == "g"
        assert not faults(place)
    assert next(d.title for d in sidecars.dialects() if d.recognises(dialect.example)) == dialect.title


@pytest.mark.parametrize("name", kinds())
def test_every_table_speaks_of_its_pictures_in_folder_zip_and_tar(name: str, tmp_path: Path) -> None:
    table = kinds()[name]
    folder = write(tmp_path / "in", {"a/picture.png": PICTURE, **{f"a/{n}": c for n, c in table.example.items()}})
    for place in packed(folder):
        (item,) = items(place)
        assert item.dialects == (table.title,)
        assert item.artist == "Someone" if name == "gallery" else item.labels["hair_color"] == "blonde"
        assert not faults(place)


def said_of(content: Any, name: str = "picture.png.json") -> Said:
    found = read(name, json.dumps(content).encode())
    assert isinstance(found, Said), found
    return found


POSTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "danbooru": (
        {
            "category": "danbooru", "subcategory": "post", "id": 294929, "rating": "s", "md5": "a" * 32,
            "file_url": "https://cdn.donmai.us/original/aa/aa.jpg", "parent_id": 12, "date": "2008-08-12 04:46:05",
            "source": "https://i.pximg.net/1_p0.jpg", "tag_string": "1girl blonde_hair bonocho someone",
            "tag_string_artist": "bonocho", "tags_artist": ["bonocho"], "tags_character": ["someone"],
            "tags_general": ["1girl", "blonde_hair"], "filename": "aa", "extension": "jpg",
        },
        {
            "tags": ("1girl", "blonde_hair", "someone", "bonocho"), "rating": "s", "post_id": "294929",
            "page_url": "https://danbooru.donmai.us/posts/294929", "url": "https://cdn.donmai.us/original/aa/aa.jpg",
            "artist": "bonocho", "rights": "by bonocho, first published at https://i.pximg.net/1_p0.jpg",
            "source": "danbooru", "md5": "a" * 32, "released_at": None,
            "labels": {"character": "someone", "site_rating": "s", "parent_post": "12", "posted": "2008-08-12"},
        },
    ),
    "gelbooru": (
        {
            "category": "gelbooru", "subcategory": "tag", "id": 313638, "rating": "general", "parent_id": 0,
            "tags": "1girl blonde_hair don&#039;t", "tags_artist": "some_one", "tags_metadata": "highres",
            "created_at": "Sat Jun 08 22:32:29 -0500 2019", "file_url": "https://img3.gelbooru.com/images/a.jpg",
        },
        {
            "tags": ("some_one", "1girl", "blonde_hair", "don't"), "rating": "g", "artist": "some_one",
            "page_url": "https://gelbooru.com/index.php?page=post&s=view&id=313638",
            "labels": {"site_rating": "general", "posted": "2019-06-09"},
        },
    ),
    "moebooru": (
        {
            "category": "yandere", "subcategory": "post", "id": 51824, "rating": "s", "tags": "armor red_hair",
            "tags_circle": "softhouse_chara", "created_at": 1229183770, "parent_id": None, "file_url": "x",
        },
        {
            "rating": "s", "artist": "softhouse_chara", "page_url": "https://yande.re/post/show/51824", "url": None,
            "labels": {"site_rating": "s", "posted": "2008-12-13"},
        },
    ),
    "moebooru's safe is not general": (
        {"category": "konachan", "subcategory": "tag", "id": 1, "rating": "safe", "tags": "hat"},
        {"rating": "s", "tags": ("hat",)},
    ),
    "sankaku": (
        {
            "category": "sankaku", "subcategory": "post", "id": "y0abGlDOr2o", "rating": "q",
            "tags": ["Blonde Hair", "smile"], "tags_studio": ["dc_comics"], "created_at": {"s": 1643733759},
        },
        {"tags": ("dc_comics", "Blonde_Hair", "smile"), "page_url": "https://sankaku.app/posts/y0abGlDOr2o"},
    ),
    "pixiv": (
        {
            "category": "pixiv", "subcategory": "work", "id": 102932581, "rating": "General", "x_restrict": 0,
            "sanity_level": 2, "tags": ["オリジナル", "女の子"], "user": {"name": "岛的鲸", "account": "8"},
            "create_date": "2022-11-19T15:00:00+00:00", "url": "https://i.pximg.net/102932581_p0.jpg",
        },
        {
            "tags": ("オリジナル", "女の子"), "rating": "g", "artist": "岛的鲸", "released_at": "2022-11-19",
            "page_url": "https://www.pixiv.net/artworks/102932581", "labels": {"site_rating": "General"},
        },
    ),
    "pixiv of the middle level": (
        {"category": "pixiv", "subcategory": "work", "id": 1, "rating": "General", "x_restrict": 0, "sanity_level": 4},
        {"rating": "s"},
    ),
    "pixiv for adults": (
        {"category": "pixiv", "subcategory": "work", "id": 1, "rating": "R-18", "x_restrict": 1, "sanity_level": 6},
        {"rating": "e"},
    ),
    "twitter": (
        {
            "category": "twitter", "subcategory": "timeline", "tweet_id": 604341487988576256, "sensitive": False,
            "author": {"id": 29, "name": "nature", "nick": "Pictures"}, "date": "2015-05-29 17:40:51", "source": "app",
        },
        {
            "rating": None, "artist": "nature", "released_at": "2015-05-29", "rights": "by nature", "labels": {},
            "page_url": "https://x.com/i/web/status/604341487988576256", "post_id": "604341487988576256",
        },
    ),
    "e621": (
        {
            "category": "e621", "subcategory": "tag", "id": 9, "rating": "s",
            "file": {"md5": "B" * 32, "url": "//a.b/c"},
            "tags": {"general": ["hat"], "artist": ["x", "y"], "character": ["p", "q"]},
        },
        {"tags": ("hat", "p", "q", "x", "y"), "artist": "x y", "md5": "b" * 32, "url": "https://a.b/c", "rating": "s"},
    ),
    "a site that is not known": (
        {"category": "somewhere", "subcategory": "x", "id": 9, "rating": "safe", "tags": ["blue hair"]},
        {"rating": "s", "source": None, "page_url": None, "tags": ("blue_hair",)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", POSTS)
def test_gallery_dl_s_fields_of_each_site_are_understood(case: str) -> None:
    content, expected = POSTS[case]
    said = said_of(content)
    assert said.dialect == "gallery-dl"
    assert {name: getattr(said, name) for name in expected} == expected


def test_a_rating_of_g_is_never_guessed() -> None:
    for category in ("danbooru", "gelbooru", "yandere", "sankaku", "pixiv", "twitter", "e621", "zerochan", "elsewhere"):
        for rating in (None, "", "unrated", "all", 5, True, ["g"], {"g": 1}, "safe?"):
            said = said_of({"category": category, "subcategory": "x", "id": 1, "rating": rating, "tags": "hat"})
            assert said.rating is None


def test_waifuc_s_scores_decide_what_is_a_tag_and_what_a_label() -> None:
    said = said_of(
        {
            "filename": "yande_7.png",
            "group_id": "yande_7",
            "tags": {"blonde_hair": 0.97, "blue_eyes": 0.6, "smile": 0.3, "hat": 0.95},
            "yande": {"id": 7, "rating": "q", "tags": "blonde_hair", "md5": "a" * 32, "source": "https://a.b/c"},
            "url": "https://files.yande.re/7.png",
        },
        ".yande_7_meta.json",
    )
    assert said.tags == ("blonde_hair", "blue_eyes", "hat")
    item = with_said(Item(source="folder", source_path="x", data=PICTURE), [said])
    assert item.labels == {"hair_color": "blonde", "hat": "yes", "site_rating": "q"}  # eyes are not sure enough
    assert (item.rating, item.source, item.post_id) == ("q", "yandere", "7")
    assert (item.page_url, item.url) == ("https://yande.re/post/show/7", "https://files.yande.re/7.png")
    assert item.faults == ()  # the picture was saved anew: its md5 is not asked for


def test_waifuc_s_frames_keep_their_place_in_the_video() -> None:
    said = said_of({"video_file": "C:\\shows\\ep 01.mkv", "time": 12.5, "index": 3, "filename": "ep 01_time_12.5s.png"})
    assert said.episode == "ep 01"
    assert said.frame is not None
    assert (said.frame.number, said.frame.pts_s, said.frame.type) == (3, 12.5, "k")


def test_a_pickle_in_waifuc_s_json_is_named_and_never_loaded(tmp_path: Path) -> None:
    import base64
    import pickle

    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "boom",)

    raw = base64.b64encode(pickle.dumps(Bomb())).decode()
    content = {"filename": "a.png", "group_id": "x", "tags": {"hat": 1.0}, "extra": {"__type": "x.Bomb", "base64": raw}}
    folder = write(tmp_path / "in", {"a.png": PICTURE, ".a_meta.json": content})
    (item,) = items(folder)
    assert item.labels == {"hat": "yes"}
    assert faults(folder) == {(".a_meta.json", "pickled_value")}
    assert not (tmp_path / "boom").exists()


@pytest.mark.parametrize(
    ("caption", "tags"),
    [
        ("1girl, blonde hair, looking at viewer", ("1girl", "blonde_hair", "looking_at_viewer")),
        ("1girl blonde_hair smile solo hat", ("1girl", "blonde_hair", "smile", "solo", "hat")),
        ("blonde hair", ("blonde_hair",)),
        ("1girl\nblonde_hair\nsmile\n", ("1girl", "blonde_hair", "smile")),
        ("(blonde hair:1.2), joker \\(dc\\), <lora:x:0.8>, ((smile))", ("blonde_hair", "joker_(dc)", "smile")),
        ("金髪、笑顔", ("金髪", "笑顔")),
        ("hand on own hip, looking at a cat, hat", ("hand_on_own_hip", "looking_at_a_cat", "hat")),
        ("", ()),
    ],
)  # fmt: skip
def test_captions_of_tags_are_split_as_trainers_do(caption: str, tags: tuple[str, ...]) -> None:
    assert not is_sentence(caption)
    assert read_caption(caption).tags == tags


@pytest.mark.parametrize(
    "caption",
    [
        "a girl with blonde hair and blue eyes standing in a field",
        "A girl with blonde hair, smiling, in a park",
        "The image shows a young woman with long blonde hair. She is smiling, and wears a red hat.",
        "彼女は笑っている。",
    ],
)
def test_a_sentence_is_kept_whole_and_its_words_are_no_tags(caption: str) -> None:
    said = read_caption(caption)
    assert said.tags == ()
    assert said.labels == {"caption": caption}


def test_several_colours_are_unknown(tmp_path: Path) -> None:
    captions = {
        "a": "blonde hair, brown hair, smile",
        "b": "blonde hair, two-tone hair",
        "c": "blue eyes, heterochromia, gray hair",
    }
    folder = write(tmp_path / "in", {f"{n}.png": encode_png(blobs(ord(n))) for n in captions})
    write(folder, {f"{n}.txt": text for n, text in captions.items()})
    assert [item.labels for item in items(folder)] == [{"smile": "yes"}, {}, {"hair_color": "grey"}]


def test_kohya_s_folders_give_repeats_and_a_class_and_splits_are_no_class(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "in",
        {
            "img/10_cocoa 1girl/a.png": encode_png(blobs(1)),
            "img/10_cocoa 1girl/a.caption": "smile, hat",
            "train/Chino/b.png": encode_png(blobs(2)),
            "val/c.png": encode_png(blobs(3)),
            "2007/d.png": encode_png(blobs(4)),
        },
    )
    for place in packed(folder):
        found = {item.source_path.rpartition("/")[2]: item for item in items(place)}
        assert found["a.png"].labels == {"class": "cocoa 1girl", "repeats": "10", "smile": "yes", "hat": "yes"}
        assert found["b.png"].labels == {"split": "train", "class": "Chino"}
        assert found["c.png"].labels == {"split": "validation"}
        assert found["d.png"].labels == {"year": "2007"}


def test_the_last_of_kohya_s_metadata_speaks_by_name_or_by_another_machine_s_path(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "in",
        {
            "x/a.png": encode_png(blobs(1)),
            "y/a.png": encode_png(blobs(2)),
            "b.png": encode_png(blobs(3)),
            "meta_cap.json": {"b": {"tags": "red hair"}},
            "meta_lat.json": {
                "D:\\data\\x\\a.jpg": {"tags": "blue hair", "train_resolution": [512, 512]},
                "/data/y/a.png": {"tags": "pink hair", "caption": "a girl in the rain"},
                "b": {"tags": "green hair"},
                "gone": {"tags": "hat"},
            },
        },
    )
    for place in packed(folder):
        found = {item.source_path.partition(".zip/")[2] or item.source_path: item.labels for item in items(place)}
        found = {name.partition(".tar/")[2] or name: labels for name, labels in found.items()}
        assert found == {
            "b.png": {"hair_color": "green"},
            "x/a.png": {"class": "x", "hair_color": "blue"},
            "y/a.png": {"class": "y", "hair_color": "pink", "caption": "a girl in the rain"},
        }
        assert faults(place) == {("meta_lat.json", "no_picture")}


def test_a_gallery_s_tags_do_not_become_its_pictures_own(tmp_path: Path) -> None:
    gallery = {"category": "pixiv", "subcategory": "user", "user": {"name": "A"}, "tags": ["blonde hair"]}
    own = {"category": "pixiv", "subcategory": "work", "id": 3, "user": {"name": "B"}, "extension": "png"}
    folder = write(tmp_path / "in", {"a.png": encode_png(blobs(1)), "b.png": encode_png(blobs(2))})
    write(folder, {"info.json": gallery, "b.png.json": own})
    a, b = items(folder)
    assert (a.artist, a.tags, a.labels, a.dialects) == ("A", (), {}, ("gallery-dl info.json",))
    assert (b.artist, b.post_id, b.dialects) == ("B", "3", ("gallery-dl", "gallery-dl info.json"))


def test_where_several_speak_the_most_particular_is_heard_and_the_strictest_of_ratings(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "in",
        {
            "Cocoa/a.png": PICTURE,
            "Cocoa/a.png.json": {"rating": "q", "labels": {"hair_color": "red"}, "tags": ["hat"]},
            "Cocoa/a.json": {"rating": "e", "artist": "second"},
            "Cocoa/a.txt": "blonde hair, smile",
            "Cocoa/labels.csv": "file,hair,eyes,class\na.png,blue,green,Chino\n",
        },
    )
    (item,) = items(folder)
    assert item.labels == {"hat": "yes", "hair_color": "red", "eye_color": "green", "class": "Chino", "smile": "yes"}
    assert (item.rating, item.artist) == ("e", "second")


def test_a_file_that_is_not_the_one_of_its_sidecar_is_said(tmp_path: Path) -> None:
    post = {"category": "danbooru", "subcategory": "tag", "id": 7, "tags": "hat"}
    folder = write(tmp_path / "in", {"a.png": PICTURE, "a.png.json": post | {"md5": MD5}})
    write(folder, {"b.png": encode_png(blobs(2)), "b.png.json": post | {"md5": MD5}})
    assert faults(folder) == {("b.png", "md5_differs")}


MANY = dict.fromkeys(map(str, range(500)), 1)
HOSTILE: dict[str, tuple[bytes, str | None]] = {
    "a.png.json": (b'{"tags": ["hat"', "broken_json"),
    "b.png.json": (b"[" * 200_000, "broken_json"),
    "c.png.json": (b'"text"', "unknown_shape"),
    "d.png.json": (b'{"nodes": [], "version": 3}', "unknown_shape"),
    "e.png.json": (b'{"tags": ["hat"], "id": 1e999, "rating": "\\ud800", "artist": "a\\u0000\\u202eb"}', None),
    "f.txt": (b"\xff\x80\x00\x81 hat", "broken_text"),
    "g.txt": ("\ufeff帽子, hat".encode(), None),
    "h.txt": ("帽子, hat".encode("cp932"), None),
    "i.txt": ("帽子, hat".encode("utf-16"), None),
    "j.caption": (b"", None),
    "k.png.json": (b'{"tags": {"general": ["hat\\n../../etc", {"name": null}, [["x"]]]}, "labels": [1]}', None),
    "l.png.json": (json.dumps({"labels": {"id": "x", "source": "y", "hat": "yes"} | MANY}).encode(), None),
    "m.png.json": (b'{"page_url": "javascript:alert(1)", "url": "file:///etc/passwd", "tags": "hat"}', None),
    "n.png.json": (b'{"category": "danbooru", "subcategory": 1, "id": true, "tags": [[[]], 7], "date": "9e9"}', None),
    "o.txt": (b"hat, " * 300_000, None),
    "gone.png.json": (b'{"tags": "hat"}', "no_picture"),
    ".lost_meta.json": (b"{}", "no_picture"),
    "lost.caption": (b"hat", "no_picture"),
    "readme.txt": (b"not beside anything", None),
}  # fmt: skip


def test_hostile_sidecars_cost_no_picture_and_are_counted(tmp_path: Path) -> None:
    pictures = sorted({name[0] for name in HOSTILE if name[1] == "."})
    folder = write(tmp_path / "in", {f"{n}.png": encode_png(blobs(ord(n))) for n in pictures})
    write(folder, {name: data for name, (data, _) in HOSTILE.items()})
    (folder / "p.png").write_bytes(encode_png(blobs(999)))
    with (folder / "p.png.json").open("wb") as file:
        file.truncate(1024**3)  # a gigabyte that takes no room on the disk
    expected = {(name, reason) for name, (_, reason) in HOSTILE.items() if reason} | {("p.png.json", "too_many_bytes")}
    assert faults(folder) == expected
    (folder / "p.png.json").write_bytes(b" " * (sidecars.MOST_BYTES + 1))
    for number, place in enumerate(packed(folder)):
        out = tmp_path / f"out{number}"
        dataset = build(Build([str(place)], out, untagged("faces-as-they-are"), workers=0)).dataset
        assert len(dataset) == len(pictures) + 1
        assert sum(dataset.manifest.drops["sidecar"].values()) == len(expected)
        assert dataset.manifest.unreadable == 4
        assert set(dataset.manifest.drops) == {"sidecar"}
        labels = dataset.labels()
        assert len(labels["hat"]) == 7
        assert {"id_", "source_"} <= set(labels)
        rows = {row["source_path"].rpartition("/")[2]: row for row in dataset.rows()}
        assert (rows["m.png"]["url"], rows["m.png"]["page_url"]) == (None, None)
        assert rows["h.png"]["tags"] == rows["i.png"]["tags"] == ["帽子", "hat"]
        assert rows["k.png"]["tags"] == ["hat_../../etc"]


def test_broken_tables_cost_no_picture_and_are_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", {f"{d}/a.png": encode_png(blobs(i)) for i, d in enumerate("abcdef")})
    write(
        folder,
        {
            "a/labels.csv": b'file,hair\na.png,"' + b"x" * 200_000 + b'"\n',
            "b/labels.csv": b"\xff\x80\x00\x81",
            "c/metadata.jsonl": b'{"file_name": "a.png", "tags": ["hat"]}\nno json\n{"x": 1}\n',
            "d/meta_cap.json": b"{",
            "e/metadata.csv": b"name,hair\na.png,red\n",  # not imagefolder's: it names no file_name
            "f/info.json": b"[1, 2]",
        },
    )
    for place in packed(folder):
        assert faults(place) == {
            ("labels.csv", "broken_table"),
            ("metadata.jsonl", "broken_table"),
            ("meta_cap.json", "broken_table"),
        }
        assert sum(len(item.dialects) for item in items(place)) == 1
        assert len(list(items(place))) == 6
    table = folder / "a" / "labels.csv"
    with table.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    assert ("labels.csv", "too_many_bytes") in faults(folder)


def test_a_sidecar_that_is_a_pipe_a_folder_or_a_dead_link_costs_no_picture(tmp_path: Path) -> None:
    import os

    folder = write(tmp_path / "in", {f"{n}.png": encode_png(blobs(ord(n))) for n in "abc"})
    os.mkfifo(folder / "a.txt")
    (folder / "b.json").mkdir()
    (folder / "c.txt").symlink_to(folder / "nowhere")
    assert len(list(items(folder))) == 3
    assert faults(folder) == {("a.txt", "not_a_file"), ("b.json", "not_a_file"), ("c.txt", "unreadable_file")}


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    [
        "category", "subcategory", "extension", "id", "tags", "tag_string", "tags_artist", "tags_character", "rating",
        "file_url", "url", "page_url", "post_id", "parent_id", "date", "created_at", "md5", "file", "user", "author",
        "sensitive", "x_restrict", "filename", "group_id", "danbooru", "pixiv", "video_file", "time", "index", "labels",
        "attributes", "artist", "frame", "fetched_at", "upscaled", "released_at", "source", "file_name", "text",
    ]
)  # fmt: skip


def checked(said: Said | Fault) -> None:
    """Add what was said to an item and write it as a dataset would."""
    import pyarrow as pa

    item = with_said(Item(source="folder", source_path="x", data=b""), [said])
    strings = [item.url, item.page_url, item.post_id, item.artist, item.rights, item.released_at, item.episode]
    strings += [*item.tags, *item.labels, *item.labels.values(), *(f.detail for f in item.faults)]
    assert all(s is None or "\n" not in s for s in strings)
    assert item.rating in (None, *"gsqe")
    pa.array(strings, pa.string())
    if item.frame:
        pa.array([item.frame.number], pa.int64())
    pa.array([item.fetched_at], pa.timestamp("ms", tz="UTC"))


@settings(max_examples=100, deadline=None)
@given(name=st.sampled_from(["a.png.json", "a.txt", "a.caption"]), data=st.binary(max_size=200))
def test_no_bytes_crash_a_sidecar_s_reader(name: str, data: bytes) -> None:
    checked(read(name, data))


@settings(max_examples=120, deadline=None)
@given(content=st.dictionaries(FIELDS, JSONS, max_size=8))
def test_no_object_crashes_a_dialect_or_a_table(content: dict[str, Any]) -> None:
    checked(read("a.png.json", json.dumps(content).encode()))
    for dialect in DIALECTS.values():
        checked(replace(dialect.read(json.loads(json.dumps(content))), faults=()))
    for said in read_rows({name: content for name in kinds()}):
        checked(said)


@settings(max_examples=100, deadline=None)
@given(kind=st.sampled_from(sorted(kinds())), data=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_crash_a_table_s_reader(kind: str, data: bytes) -> None:
    tables = Tables()
    name = next(iter(kinds()[kind].example))
    tables.add(kind, f"in/{name}", data)
    for said in read_rows(tables.rows("in/a.png")):
        checked(said)
    assert all(fault.name == f"in/{name}" for fault in tables.close())


@given(value=st.text(max_size=40) | st.integers() | st.floats() | st.dates().map(str) | st.datetimes().map(str))
def test_a_day_is_a_day_or_unknown(value: object) -> None:
    from datetime import date

    found = day(value)
    assert found is None or date.fromisoformat(found).isoformat() == found


def test_what_was_recognised_is_said_and_counted(tmp_path: Path) -> None:
    post = {"category": "danbooru", "subcategory": "tag", "id": 7, "tags": "hat", "extension": "png"}
    folder = write(tmp_path / "in", {f"{n}.png": encode_png(blobs(ord(n))) for n in "abc"})
    write(folder, {"a.png.json": post, "b.txt": "smile, hat", "c.png.json": b"{"})
    done = tachie("build", folder, "--faces-as-they-are", "--tagger", "none", "--out", tmp_path / "out", "--json")
    assert done.returncode == 3
    assert "beside the pictures: gallery-dl 1, captions 1 of the pictures; with faults: broken_json 1" in done.stderr
    assert '"c.png.json": broken_json' in done.stderr
    info = json.loads(done.stdout)
    assert info["sidecars"] == {"read": {"gallery-dl": 1, "captions": 1}, "faults": {"broken_json": 1}}
    assert info["drops"] == {}
    assert info["sources"] == {"danbooru": 1, "folder": 2}
    assert "  beside    gallery-dl 1, captions 1" in stats.as_text(stats.describe(Dataset.open(tmp_path / "out")))
