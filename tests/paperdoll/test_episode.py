"""An episode is the same film for the same seed; its truth covers every frame; what repeats is equal to the pixel."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tachie.core.errors import UsageError
from tachie.paperdoll.acting import MOODS
from tachie.paperdoll.cast import Member, make_cast
from tachie.paperdoll.episode import FPS, Clip, Episode, Film, Shot, TruthOf, heads_at, plan_episode, plates, takes
from tachie.paperdoll.episode.encode import ENCODERS, pick_encoder, write_video
from tachie.paperdoll.episode.shots import Actor, Beat

from ..conftest import tachie

CAST = make_cast()
SECONDS, HEIGHT = 8.0, 180


def _sha256(film: Film, clips: list[Clip]) -> str:
    digest = hashlib.sha256()
    for clip in clips:
        for rgb, _ in film.shot(clip.shot, clip.first, clip.frames):
            digest.update(np.ascontiguousarray(rgb))
    return digest.hexdigest()


def _part(episode: Episode, name: str) -> list[Clip]:
    return [clip for clip in episode.clips if clip.part == name]


@pytest.fixture(scope="module")
def film() -> Film:
    return Film(CAST, HEIGHT)


def test_the_same_seed_films_the_same_frames(film: Film) -> None:
    story = _part(plan_episode(CAST, 3, SECONDS, seed=4), "story")
    clips, left = [], 2 * FPS
    for clip in story:
        clips.append(Clip(clip.part, clip.shot, 0, min(clip.frames, left)))
        left -= clips[-1].frames
        if not left:
            break
    again = _part(plan_episode(CAST, 3, SECONDS, seed=4), "story")
    assert again == story
    assert _sha256(Film(CAST, HEIGHT), clips) == _sha256(film, clips)
    assert plan_episode(CAST, 3, SECONDS, seed=5).clips != plan_episode(CAST, 3, SECONDS, seed=4).clips


def test_a_clip_that_begins_late_shows_what_the_whole_shot_shows_there(film: Film) -> None:
    shot = next(c.shot for c in plan_episode(CAST, 1, 60).clips if c.part == "story" and c.shot.actors)
    whole = [rgb.copy() for rgb, _ in film.shot(shot)]
    part = [rgb.copy() for rgb, _ in film.shot(shot, 9, 6)]
    assert all(np.array_equal(a, b) for a, b in zip(whole[9:15], part, strict=True))


def test_opening_and_ending_are_equal_and_the_preview_shows_the_next_episode(film: Film) -> None:
    one, two = plan_episode(CAST, 1, SECONDS), plan_episode(CAST, 2, SECONDS)
    for part in ("opening", "ending"):
        assert _part(one, part) == _part(two, part)
        assert _sha256(film, _part(one, part)) == _sha256(film, _part(two, part))
    starts, at = {}, 0
    for clip in two.clips:
        starts[at] = clip
        at += clip.frames
    for clip in _part(one, "preview"):
        there = starts[clip.from_frame]
        assert (there.part, clip.from_episode) == ("story", 2)
        assert _sha256(film, [clip]) == _sha256(film, [Clip("story", there.shot, 0, clip.frames)])


@pytest.mark.parametrize("seconds", [4, 8, 30, 90, 180])
@pytest.mark.parametrize("number", [1, 2, 17])
def test_an_episode_is_as_long_as_asked_with_every_part_in_order(number: int, seconds: float) -> None:
    episode = plan_episode(CAST, number, seconds)
    assert episode.frames == seconds * FPS
    parts = list(dict.fromkeys(clip.part for clip in episode.clips))
    assert parts == ["opening", "title", "story", "ending", "preview"]
    for clip in episode.clips:
        assert 0 < clip.frames <= clip.shot.frames
        assert clip.part == "opening" or len(clip.shot.actors) <= 3
    if seconds >= 30:
        assert any(not clip.shot.actors for clip in _part(episode, "story"))


@pytest.mark.parametrize("size", [1, 2, 5])
def test_small_casts_have_episodes_too(size: int) -> None:
    cast = make_cast(3, size)
    episode = plan_episode(cast, 1, 30)
    assert episode.frames == 30 * FPS
    names = {actor.name for clip in episode.clips for actor in clip.shot.actors}
    assert names == {member.name for member in cast}
    assert sum(1 for _ in Film(cast, 90).shot(episode.clips[-1].shot, 0, 4)) == 4


def test_every_mood_has_its_signs_and_its_plate() -> None:
    assert set(takes.SIGNS) == set(MOODS) == set(plates.FEELINGS)
    assert set(plates.FEELINGS.values()) <= set(plates.PLATES)


def test_screen_time_follows_the_shares_and_everyone_comes_in_a_set_of_episodes() -> None:
    frames: Counter[str] = Counter()
    for number in range(1, 13):
        for clip in _part(plan_episode(CAST, number, 90), "story"):
            for actor in clip.shot.actors:
                frames[actor.name] += clip.frames
    total = sum(frames.values())
    got = [frames[member.name] / total for member in CAST]
    assert min(got) > 0
    assert np.corrcoef(got, [member.share for member in CAST])[0, 1] > 0.95
    assert 4 < max(got) / min(got) < 16


def test_episodes_out_of_range_are_refused() -> None:
    for number, seconds in ((0, 30), (1, 3), (1, 601)):
        with pytest.raises(UsageError):
            plan_episode(CAST, number, seconds)


def test_truth_covers_every_frame_and_faceless_shots_have_no_heads(film: Film) -> None:
    episode = plan_episode(CAST, 2, SECONDS)
    truth = TruthOf(episode, film.width_px, film.height_px)
    counts = []
    for _, heads in film.episode(episode):
        truth.add(heads)
        counts.append(len(heads))
    said: dict[str, Any] = json.loads(json.dumps(truth.as_dict()))
    assert said["frames"] == episode.frames == len(counts)
    for rows in (said["shots"], said["parts"]):
        assert rows[0]["first"] == 0
        assert rows[-1]["end"] == said["frames"]
        assert all(a["end"] == b["first"] for a, b in pairwise(rows))
    assert [sum(1 for _ in heads_at(said, n)) for n in range(said["frames"])] == counts
    assert {"opening", "ending", "preview"} == {row["part"] for row in said["repeats"]}
    faceless = [row for row in said["shots"] if not row["characters"]]
    assert faceless
    for row in faceless:
        assert not any(counts[row["first"] : row["end"]])
    for track in said["heads"]:
        shot = said["shots"][track["shot"]]
        assert track["name"] in shot["characters"]
        for first, end, x0, y0, x1, y1, share, *_ in track["runs"]:
            assert shot["first"] <= first < end <= shot["end"]
            assert 0 <= x0 < x1 <= said["width"]
            assert 0 <= y0 < y1 <= said["height"]
            assert 0 < share <= 1


@pytest.mark.parametrize("member", CAST[::4], ids=lambda member: member.name)
def test_a_head_s_box_holds_what_moves_when_she_blinks_and_talks(member: Member, film: Film) -> None:
    beats = (Beat(0, "calm", 4.0, -5.0),)
    actor = Actor(member.name, 0, 600, 380, 2.2, beats, talks=((12, 40),), blinks=(2,))
    seen = list(film.shot(Shot("closeup", "cafe", 40, (actor,))))
    changes = 0
    for (before, (was, *_)), (after, (now, *_)) in pairwise(seen):
        if before is not after and was.xyxy == now.xyxy:
            # A patched cel may differ by a rounding along the edge of the patch.
            rows, columns = np.nonzero((np.abs(before.astype(int) - after) > 16).any(2))
            x0, y0, x1, y1 = now.xyxy
            assert x0 - 2 <= columns.min() <= columns.max() <= x1 + 2
            assert y0 - 2 <= rows.min() <= rows.max() <= y1 + 2
            changes += 1
    assert changes >= 6
    assert {head.eyes for _, (head,) in seen} == {0.0, 0.5, 1.0}
    assert {head.talking for _, (head,) in seen} == {True, False}


def test_a_classic_detector_finds_the_close_faces_where_the_truth_says(film: Film) -> None:
    animeface = pytest.importorskip("animeface")
    image = pytest.importorskip("PIL.Image")
    big, asked, found = Film(CAST, 360), 0, 0
    for number in (1, 2):
        for clip in _part(plan_episode(CAST, number, 90), "story"):
            if clip.shot.kind not in ("closeup", "bust") or asked == 8:
                continue
            rgb, (head, *_) = next(big.shot(clip.shot, clip.frames // 2, 1))
            if head.eyes:
                continue
            x0, y0, x1, y1 = head.xyxy
            boxes = [face.face.pos for face in animeface.detect(image.fromarray(rgb))]
            found += any(x0 < b.x + b.width / 2 < x1 and y0 < b.y + b.height / 2 < y1 for b in boxes)
            asked += 1
    assert asked == 8
    assert found >= 6


@pytest.mark.parametrize("encoder", ENCODERS)
def test_videos_have_every_frame_and_b_frames(encoder: str, film: Film, tmp_path: Path) -> None:
    if encoder not in av.codecs_available:
        pytest.skip(f"this PyAV has no {encoder}")
    assert pick_encoder(encoder) == encoder
    story = _part(plan_episode(CAST, 1, 30), "story")[:3]
    frames = [rgb for clip in story for rgb, _ in film.shot(clip.shot)][:60]
    write_video(tmp_path / "a.mp4", frames, (film.width_px, film.height_px), FPS, encoder)
    with av.open(str(tmp_path / "a.mp4")) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == FPS
        got = [(int(f.pict_type), f.pts, f.to_ndarray(format="rgb24")) for f in container.decode(stream)]
    assert len(got) == len(frames)
    assert {1, 2, 3} <= {kind for kind, _, _ in got}
    assert len({pts for _, pts, _ in got}) == len(frames)
    for (_, _, seen), drawn in zip(got, frames, strict=True):
        assert np.abs(seen.astype(int) - drawn).mean() < 12


def test_an_unknown_encoder_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        pick_encoder("betamax")
    assert "mpeg4" in caught.value.hint


def test_the_episode_command_writes_video_and_truth_and_goes_on_where_it_was(tmp_path: Path) -> None:
    words = [
        "paperdoll",
        "episode",
        "--number",
        "2",
        "--count",
        "2",
        "--seconds",
        "4",
        "--height",
        "90",
        "--cast-size",
        "2",
        "--out",
    ]
    first = tachie(*words, tmp_path)
    assert first.returncode == 0, first.stderr
    assert [Path(line).name for line in first.stdout.split()] == ["ep02.mp4", "ep03.mp4"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ep02.json", "ep02.mp4", "ep03.json", "ep03.mp4"]
    truth = json.loads((tmp_path / "ep02.json").read_text())
    assert (truth["episode"], truth["frames"], truth["width"], truth["height"]) == (2, 96, 160, 90)
    before = (tmp_path / "ep02.mp4").stat().st_mtime_ns
    (tmp_path / "ep03.json").unlink()
    assert tachie(*words, tmp_path).returncode == 0
    assert (tmp_path / "ep02.mp4").stat().st_mtime_ns == before
    assert (tmp_path / "ep03.json").exists()
    odd = tachie("paperdoll", "episode", "--height", "91", "--out", tmp_path)
    assert odd.returncode == 2
    assert "--height 92" in odd.stderr


def test_faces_found_in_an_episode_learn_who_they_are_from_its_truth(tmp_path: Path) -> None:
    eps, faces = tmp_path / "eps", tmp_path / "faces"
    words = ["paperdoll", "episode", "--seconds", "6", "--height", "270", "--cast-size", "3", "--out"]
    assert tachie(*words, eps).returncode == 0
    assert tachie("build", eps / "ep01.mp4", "--near-duplicates", "-1", "--out", faces).returncode == 0
    said = json.loads(tachie("paperdoll", "label", faces, eps, "--json").stdout)
    assert said["faces"] >= 4
    assert said["no_head"] <= said["faces"] / 4
    assert set(said["characters"]) <= {"Koharu", "Madoka", "Aoi"}
    labels = json.loads(tachie("info", faces, "--json").stdout)["labels"]
    assert labels["character"]["values"] == said["characters"]
    assert set(labels["part"]["values"]) <= {"opening", "story", "ending", "preview"}
    (eps / "ep01.json").rename(eps / "ep09.json")
    lost = tachie("paperdoll", "label", faces, eps)
    assert lost.returncode == 1
    assert "epNN.json" in lost.stderr
