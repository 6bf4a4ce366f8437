"""A contract over every source, then what is particular to each."""

import json
import os
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tachie.core import registry
from tachie.core.images import encode_png
from tachie.core.item import Item, Ref
from tachie.core.recipe import Recipe, VideoFrames
from tachie.pipeline import Build, build
from tachie.pipeline.build import refs_of, source_of
from tachie.pipeline.presets import preset
from tachie.stages.decode import Decode

from ..conftest import blobs
from ..videos import chosen_by_the_rule
from .test_raw_pictures import cifar_batch, digits, write_cifar_tar, write_idx

RECIPE = Recipe(stages=(Decode(),))


def write_video(path: Path, seconds: int = 5, fps: int = 12, gop: int = 30) -> None:
    """Write an MPEG-4 video with B-frames whose picture changes all the time."""
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=fps)
        stream.width, stream.height, stream.pix_fmt = 128, 96, "yuv420p"
        stream.codec_context.gop_size, stream.codec_context.max_b_frames = gop, 2
        for i in range(seconds * fps):
            frame = av.VideoFrame.from_ndarray(np.roll(blobs(1, 128, 96), 2 * i, axis=1), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def write_collection(root: Path, pictures: Path) -> None:
    """Write what `tachie collect` leaves: files, and a line for each."""
    (root / "files").mkdir(parents=True)
    lines = []
    for path in sorted(pictures.glob("*.png")):
        shutil.copy(path, root / "files" / path.name)
        line = {"file": f"files/{path.name}", "source": "danbooru", "url": f"https://example.org/{path.name}"}
        line |= {"tags": {"general": ["smile", "pink_hair"], "character": ["someone"]}, "rating": "g", "post_id": "7"}
        line |= {"fetched_at": "2026-01-02T03:04:05Z", "artist": "A", "released_at": "2005-08", "character": "someone"}
        lines.append(json.dumps(line | {"rights": "by A", "page_url": "https://example.org/posts/7"}))
    (root / "items.jsonl").write_text("\n".join(lines) + "\n")


@pytest.fixture
def places(tmp_path: Path, write_pictures: Callable[..., Path]) -> dict[str, str]:
    """One place for each source that is known."""
    folder = write_pictures(4, "in/2005")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"2005/{path.name}")
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        archive.add(tmp_path / "in", "in")
    write_video(tmp_path / "a.mp4")
    write_collection(tmp_path / "collected", folder)
    build(Build([str(tmp_path / "in")], tmp_path / "dataset", preset("faces-as-they-are"), workers=0))
    return {
        "folder": str(tmp_path / "in"),
        "zip": str(tmp_path / "a.zip"),
        "tar": str(tmp_path / "a.tar"),
        "video": str(tmp_path / "a.mp4"),
        "dataset": str(tmp_path / "dataset"),
        "collected": str(tmp_path / "collected"),
        "paperdoll": "paperdoll:3:5",
        "idx": str(write_idx(tmp_path / "mnist", "train", digits(4), [1, 2, 3, 4])),
        "cifar": str(write_cifar_tar(tmp_path / "cifar.tar.gz", {"data_batch_1.bin": cifar_batch(4)[0]})),
    }


def items(place: str, recipe: Recipe = RECIPE) -> Iterator[Item]:
    for ref in refs_of(place, recipe):
        assert ref.problem is None, ref.problem
        for item in registry.find("sources", ref.source).items(ref, recipe):
            yield from Decode()(item)


@pytest.mark.parametrize("name", registry.names("sources"))
def test_every_source_accepts_its_place_and_no_other_takes_it(name: str, places: dict[str, str]) -> None:
    assert source_of(places[name]) == name


@pytest.mark.parametrize("name", registry.names("sources"))
def test_every_source_lists_in_the_same_order_and_gives_pictures(name: str, places: dict[str, str]) -> None:
    refs = list(refs_of(places[name], RECIPE))
    assert refs
    assert refs == list(refs_of(places[name], RECIPE))
    found = list(items(places[name]))
    assert len(found) >= 3
    for item in found:
        assert item.pixels().dtype == np.uint8
        assert item.pixels().ndim == 3
        assert item.source_path
        assert item.source_path.encode("utf-8")
        assert len(item.parent_id) == 64
    assert len({i.row_id or i.parent_id for i in found}) == len(found)
    assert sum(r.pictures for r in refs) >= len(found)


@pytest.mark.parametrize("name", registry.names("sources"))
def test_every_source_has_an_example(name: str) -> None:
    assert registry.find("sources", name).example.startswith("tachie build ")


def test_labels_come_from_csv_folder_names_and_sidecars(tmp_path: Path) -> None:
    folder = tmp_path / "in" / "Cocoa"
    folder.mkdir(parents=True)
    for name in ("a", "b", "c"):
        (folder / f"{name}.png").write_bytes(encode_png(blobs(ord(name))))
    (folder / "labels.csv").write_text("file,hair,eyes\na.png,gray,blue\nb.png,rainbow,\n")
    (folder / "b.txt").write_text("pink hair, twintails\n")
    (folder / "c.png.json").write_text(
        json.dumps({"tag_string": "smile blonde_hair", "rating": "safe", "id": 77, "artist": "Someone"})
    )
    a, b, c = items(str(tmp_path / "in"))
    assert a.labels == {"class": "Cocoa", "hair_color": "grey", "eye_color": "blue"}
    assert b.labels == {"class": "Cocoa", "hair_color": "pink", "twin_tail": "yes"}
    assert b.tags == ("pink_hair", "twintails")
    assert c.labels == {"class": "Cocoa", "smile": "yes", "hair_color": "blonde"}
    assert (c.rating, c.post_id, c.artist) == ("g", "77", "Someone")


def test_zip_and_tar_read_the_same_labels_as_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "in" / "2007"
    folder.mkdir(parents=True)
    (folder / "a.png").write_bytes(encode_png(blobs(1)))
    (folder / "a.txt").write_text("smile")
    (folder / "labels.csv").write_text("file,hair\na.png,red\n")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive, tarfile.open(tmp_path / "a.tgz", "w:gz") as tar:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"2007/{path.name}")
            tar.add(path, f"2007/{path.name}")
    labels = [next(items(str(tmp_path / p))).labels for p in ("in", "a.zip", "a.tgz")]
    assert labels == [{"year": "2007", "hair_color": "red", "smile": "yes"}] * 3


def test_a_zip_made_on_japanese_windows_shows_its_names(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("placeholder/x.png")
        archive.writestr(info, encode_png(blobs(1)))
    name = "立ち絵/x.png".encode("cp932")
    raw = path.read_bytes()
    assert len(name) < len("placeholder/x.png")
    padded = name[:-5].ljust(len("placeholder/x.png") - 5, b"_") + b"x.png"
    path.write_bytes(raw.replace(b"placeholder/x.png", padded))
    ref = next(iter(refs_of(str(path), RECIPE)))
    assert ref.name.startswith("a.zip/立ち絵/")
    assert ref.labels == {"class": "立ち絵"}
    assert next(items(str(path))).pixels().shape == (64, 64, 3)


def test_broken_archives_and_videos_become_one_problem_each(
    tmp_path: Path, write_pictures: Callable[..., Path]
) -> None:
    folder = write_pictures(2)
    (folder / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    (folder / "broken.tar").write_bytes(b"nothing of a tar" * 100)
    (folder / "broken.mp4").write_bytes(b"no video" * 100)
    problems = {r.name: r.problem[0] for r in refs_of(str(folder), RECIPE) if r.problem}
    assert problems == {"broken.zip": "broken_archive", "broken.tar": "broken_archive", "broken.mp4": "broken_video"}
    assert sum(r.problem is None for r in refs_of(str(folder), RECIPE)) == 2


def test_a_cut_tar_gives_what_it_still_holds_and_says_that_it_is_cut(
    tmp_path: Path, write_pictures: Callable[..., Path]
) -> None:
    folder = write_pictures(6)
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.add(path, path.name)
    cut = tmp_path / "cut.tar"
    cut.write_bytes((tmp_path / "a.tar").read_bytes()[:-30_000])
    job = Build([str(cut)], tmp_path / "out", preset("faces-as-they-are"), workers=0)
    dataset = build(job).dataset
    assert 2 <= len(dataset) < 6
    assert dataset.manifest.drops["read"]["broken_archive"] >= 1


def test_encrypted_and_oversized_zip_members_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.png", encode_png(blobs(1)))
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1  # the directory's flag for encryption
    path.write_bytes(raw)
    dataset = build(Build([str(path)], tmp_path / "out", preset("faces-as-they-are"), workers=0)).dataset
    assert dataset.manifest.drops == {"read": {"encrypted": 1}}


def test_a_video_gives_key_frames_and_the_first_p_frame_of_each_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.mp4"
    write_video(path, seconds=7)
    found = [(i.frame.type, i.frame.number, i.frame.pts_s) for i in items(str(path)) if i.frame]
    assert sorted(found, key=lambda f: f[2]) == chosen_by_the_rule(path)
    monkeypatch.setattr("tachie.sources.video.STRETCH_S", 2)  # several workers share one long video
    assert len(list(refs_of(str(path), RECIPE))) == 4
    again = [(i.frame.type, i.frame.number, i.frame.pts_s) for i in items(str(path)) if i.frame]
    assert again == found


def test_a_recipe_can_leave_the_p_frames_out(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4")
    keys = Recipe(stages=(Decode(),), video=VideoFrames(p_frame_each_second=False))
    assert {i.frame.type for i in items(str(tmp_path / "a.mp4"), keys) if i.frame} == {"k"}


def test_the_real_clip_gives_all_key_frames_and_a_p_frame_each_second(shared: Path) -> None:
    path = shared / "video" / "clip.mp4"
    found = [(i.frame.type, i.frame.number, i.frame.pts_s) for i in items(str(path)) if i.frame]
    assert sorted(found, key=lambda f: f[2]) == chosen_by_the_rule(path)


def test_rows_of_a_dataset_keep_their_ids_and_labels(places: dict[str, str], tmp_path: Path) -> None:
    first = {i.row_id: i for i in items(places["dataset"])}
    copied = build(Build([places["dataset"]], tmp_path / "copy", preset("faces-as-they-are"), workers=0)).dataset
    ids = copied.columns(["id"]).column("id").to_pylist()
    assert ids == list(first)
    assert copied.labels()["year"] == dict.fromkeys(ids, "2005")
    assert [b for _, b in copied.images()] == [i.data for i in first.values()]


def test_a_folder_goes_on_past_hidden_files_pipes_and_links_in_a_ring(
    tmp_path: Path, write_pictures: Callable[..., Path]
) -> None:
    folder = write_pictures(2)
    (folder / ".hidden.png").write_bytes(b"x")
    (folder / "ring").symlink_to(folder, target_is_directory=True)
    (folder / "self.png").symlink_to(folder / "self.png")
    (folder / "gone.png").symlink_to(folder / "nowhere.png")
    os.mkfifo(folder / "pipe.png")
    (folder / "notes.md").write_text("no picture")
    (folder / "no_ending").write_bytes(encode_png(blobs(9)))
    refs = list(refs_of(str(folder), RECIPE))
    assert {r.name: r.problem[0] for r in refs if r.problem} == {
        "ring": "symlink_loop",
        "self.png": "unreadable_file",
        "gone.png": "unreadable_file",
        "pipe.png": "not_a_file",
    }
    assert [r.name for r in refs if not r.problem] == ["00000.png", "00001.png", "no_ending"]


def test_a_changed_file_or_sidecar_changes_the_stamp(write_pictures: Callable[..., Path]) -> None:
    folder = write_pictures(1)
    (folder / "00000.txt").write_text("smile")
    before = next(iter(refs_of(str(folder), RECIPE)))
    (folder / "00000.txt").write_text("no_smile")
    after = next(iter(refs_of(str(folder), RECIPE)))
    assert before.stamp != after.stamp
    assert replace(before, stamp="") == replace(after, stamp="")


def test_a_ref_survives_the_way_to_another_process(places: dict[str, str]) -> None:
    import pickle

    for place in places.values():
        for ref in refs_of(place, RECIPE):
            assert isinstance(ref, Ref)
            assert pickle.loads(pickle.dumps(ref)) == ref  # noqa: S301


def test_a_collection_gives_all_that_sites_said(places: dict[str, str]) -> None:
    item = next(items(places["collected"]))
    assert (item.source, item.post_id, item.rating, item.artist, item.rights) == ("danbooru", "7", "g", "A", "by A")
    assert (item.url, item.page_url) == ("https://example.org/00000.png", "https://example.org/posts/7")
    assert (item.released_at, str(item.fetched_at)) == ("2005-08", "2026-01-02 03:04:05+00:00")
    assert item.tags == ("smile", "pink_hair", "someone")
    assert item.labels == {"smile": "yes", "hair_color": "pink", "character": "someone"}


def test_a_collection_s_line_that_leads_outside_is_a_problem_and_costs_nothing_else(places: dict[str, str]) -> None:
    listing = Path(places["collected"]) / "items.jsonl"
    broken = ['{"file": "../in/2005/00000.png"}', "no json", '{"file": "files/none.png"}', "[1]"]
    listing.write_text(listing.read_text() + "\n".join(broken) + "\n")
    problems = [r.problem[0] if r.problem else "" for r in refs_of(places["collected"], RECIPE)]
    assert problems == ["", "", "", "", "outside", "broken_line", "unreadable_file", "broken_line"]
