"""A split keeps together what belongs together, says what it did, and its report finds what crosses."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.conftest import blobs

from tachie.cli import cli
from tachie.core.errors import InputError, TachieError, UsageError
from tachie.core.images import encode_jpeg, encode_png
from tachie.dataset.reader import Dataset
from tachie.dataset.split import about_split, attached_test_set, kept_rows, write_split
from tachie.dataset.split.read import read_split, split_of
from tachie.pipeline import Build, build
from tachie.pipeline.leaks import find_leaks, write_leaks
from tachie.pipeline.likeness import Looks
from tachie.pipeline.presets import Choices, chosen_recipe
from tachie.pipeline.split import SplitJob, make_split
from tachie.vision.alike import overlap

Said = Mapping[str, Any]
Made = Callable[..., Dataset]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Return a function that builds a dataset of pictures by number; `copy` of a sidecar shows another, as a JPEG."""

    def make(said: Sequence[Said], name: str = "faces", first: int = 0) -> Dataset:
        folder = tmp_path / f"{name}-pictures"
        folder.mkdir()
        for i, known in enumerate(said):
            shown = blobs(first + known.get("copy", i), 48, 48)
            is_copy = "copy" in known
            data = encode_jpeg(shown, 60 + i // 10 * 3) if is_copy else encode_png(shown)
            (folder / f"{i:04d}.{'jpg' if is_copy else 'png'}").write_bytes(data)
            (folder / f"{i:04d}.json").write_text(json.dumps({k: v for k, v in known.items() if k != "copy"}))
        recipe = chosen_recipe(Choices("faces-as-they-are", tagger="none", near_distance=-1))
        return build(Build([str(folder)], tmp_path / name, recipe, workers=0)).dataset

    return make


def parts(dataset: Dataset) -> list[str]:
    known = dataset.labels()["split"]
    return [known[i] for i in dataset.columns(["id"]).column("id").to_pylist()]


def straddle(dataset: Dataset, groups: Sequence[Any]) -> bool:
    """Return whether a group of the rows lies in two parts, what is additional not counted."""
    of: dict[Any, set[str]] = {}
    for group, part in zip(groups, parts(dataset), strict=True):
        if group is not None and part != "additional":
            of.setdefault(group, set()).add(part)
    return any(len(found) > 1 for found in of.values())


def test_posts_with_their_children_games_artists_and_copies_stay_together(made: Made):
    said: list[dict[str, Any]] = [{"labels": {"character": f"c{i % 3}"}} for i in range(90)]
    for i in range(20):
        said[i] |= {"post_id": str(100 + i)}
        said[i]["labels"] |= {"parent_post": str(100 + i // 4 * 4)}
    for i in range(20, 40):
        said[i] |= {"artist": f"artist {i % 7}"}
    for i in range(40, 60):
        said[i]["labels"] |= {"game": f"game {i % 5}"}
    for i in range(60, 70):
        said[i] |= {"copy": i + 20}
    dataset = made(said)
    told = make_split(SplitJob(dataset=dataset, part=0.2, test=0.2))
    assert list(told["keys"]) == ["copies", "post", "game", "artist"]
    assert told["keys"]["copies"] == {"what": "near-duplicates", "groups": 10, "rows": 20, "largest": 2}
    assert told["keys"]["post"]["groups"] == 5
    assert not straddle(dataset, [i // 4 if i < 20 else None for i in range(90)])
    assert not straddle(dataset, [i % 7 if 20 <= i < 40 else None for i in range(90)])
    assert not straddle(dataset, [i % 5 if 40 <= i < 60 else None for i in range(90)])
    assert not straddle(dataset, [i if i >= 80 else i + 20 if 60 <= i < 70 else None for i in range(90)])
    assert told["label"] == "character"
    assert all(15 <= told[part] <= 21 for part in ("validation", "test"))
    assert all(3 <= counted["validation"] <= 9 for counted in told["classes"].values())
    assert sum(told[part] for part in ("train", "validation", "test", "additional")) == 90
    assert about_split(dataset)["keys"] == told["keys"]
    before = parts(dataset)
    make_split(SplitJob(dataset=dataset, part=0.2, test=0.2))
    assert parts(dataset) == before
    named = Counter(dataset.labels()["group"].values())
    assert len(named) == told["groups"]
    assert max(named.values()) == told["largest_group"]


def show(copies: bool = True) -> list[dict[str, Any]]:
    """Return eight episodes of ten faces; the first two of each are the opening, two of the last are seen before."""
    said: list[dict[str, Any]] = []
    for i in range(80):
        labels = {"character": f"c{i % 2}"} | ({"repeated": f"r{i % 10}"} if i % 10 < 2 else {})
        said.append({"episode": f"ep{i // 10}", "labels": labels})
        if i % 10 < 2 and i >= 10:
            said[i]["copy"] = i % 10
        elif copies and i % 10 > 7 and i >= 10:
            said[i]["copy"] = 5 if i % 10 == 8 else 6
    return said


def test_episodes_stay_whole_what_they_share_is_trained_on_and_copies_between_them_are_left_out(made: Made):
    dataset = made(show())
    told = make_split(SplitJob(dataset=dataset, part=0.25))
    assert told["copies"] == "leave-out"
    assert list(told["keys"]) == ["repeated", "episode"]
    found = parts(dataset)
    assert {part for i, part in enumerate(found) if i % 10 < 2} == {"train"}
    assert not straddle(dataset, [i // 10 if i % 10 >= 2 else None for i in range(80)])
    judged = {i // 10 for i, part in enumerate(found) if part == "validation"}
    assert len(judged) in (2, 3)
    assert told["copies_left_out"] == sum(part == "additional" for part in found) > 0
    assert all(found[i] == "additional" for i in range(80) if i // 10 in judged - {0} and i % 10 > 7)
    assert find_leaks(dataset, found, lambda *_: None).parts[0].copied == 0
    kept = make_split(SplitJob(dataset=dataset, part=0.25, copies="ignore"))
    assert kept["additional"] == 0
    assert kept["validation"] > told["validation"]


def test_one_episode_alone_cannot_be_split_and_the_error_says_what_to_type(made: Made):
    dataset = made([{"episode": "ep1", "artist": "x"} for _ in range(12)])
    with pytest.raises(UsageError, match="every row has the same episode, 'ep1'") as error:
        make_split(SplitJob(dataset=dataset))
    assert f"tachie split {dataset.path} --group-by none" in error.value.hint
    assert make_split(SplitJob(dataset=dataset, part=0.25, group_by=()))["validation"] == 3


def test_keys_that_join_all_rows_only_together_are_both_named(made: Made):
    # a-a-b-b-c-c by one column, and by the other a chain through them
    said = [{"labels": {"one": str(i // 2), "two": str((i + 1) // 2)}} for i in range(10)]
    dataset = made(said)
    with pytest.raises(UsageError, match="by one and two they hang together"):
        make_split(SplitJob(dataset=dataset, part=0.2, group_by=("one", "two")))
    assert make_split(SplitJob(dataset=dataset, part=0.2, group_by=("one",)))["validation"] == 2


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"label": "hair_colour"}, "hair_colour"),
        ({"group_by": ("episodes",)}, "no column or label 'episodes'"),
        ({"group_by": ("game",)}, "does not say which rows are pictures of one game"),
        ({"group_by": ("content_sha256",)}, "groups nothing"),
        ({"main_least": 5}, "needs classes"),
        ({"main_least": 50, "label": "class"}, "no class of 'class' has 50 rows"),
        ({"part": 0.001}, "nothing to split"),
        ({"part": 0.6, "test": 0.5}, "leave nothing to train on"),
    ],
)
def test_what_cannot_be_is_said(made: Made, asked: dict[str, Any], says: str):
    dataset = made([{"labels": {"class": "a" if i else "b"}} for i in range(12)])
    with pytest.raises(TachieError, match=says):
        make_split(SplitJob(dataset=dataset, **asked))


def test_small_classes_are_additional_and_a_class_without_validation_is_named(made: Made):
    said = [{"labels": {"class": "large" if i < 40 else "small" if i < 43 else "other"}} for i in range(63)]
    said += [{} for _ in range(7)]
    dataset = made(said)
    told = make_split(SplitJob(dataset=dataset, label="class"))
    assert any("class 'small' (3 rows) has none in validation" in note for note in told["notes"])
    told = make_split(SplitJob(dataset=dataset, label="class", main_least=20))
    assert told["classes"] == {
        "large": {"train": 36, "validation": 4},
        "other": {"train": 18, "validation": 2},
        "small": {"additional": 3},
    }
    assert told["additional"] == 10
    assert not told["notes"]


def test_without_groups_and_classes_the_rows_are_those_of_the_shipped_weights(made: Made):
    dataset = made([{} for _ in range(40)])
    for job in (SplitJob(dataset=dataset), SplitJob(dataset=dataset, by_chance=True)):
        make_split(job)
        assert {i for i, part in enumerate(parts(dataset)) if part == "validation"} == kept_rows(40)


def test_a_dataset_without_rows_is_refused(made: Made, tmp_path: Path):
    (tmp_path / "empty-pictures").mkdir()
    (tmp_path / "empty-pictures" / "broken.png").write_bytes(b"no picture")
    recipe = chosen_recipe(Choices("faces-as-they-are", tagger="none"))
    dataset = build(Build([str(tmp_path / "empty-pictures")], tmp_path / "empty", recipe, workers=0)).dataset
    with pytest.raises(InputError, match="has no rows"):
        make_split(SplitJob(dataset=dataset))


def test_an_independent_test_set_is_recorded_and_its_copies_can_leave_training(made: Made):
    dataset = made([{} for _ in range(40)])
    test_set = made([{"copy": 3}, {"copy": 7}, *({"copy": i} for i in range(100, 110))], "drawn")
    told = make_split(SplitJob(dataset=dataset, test_set=test_set))
    assert (told["test_set"]["rows"], told["test_set"]["copies_here"], told["additional"]) == (12, 2, 0)
    assert any("--clean-of-test" in note for note in told["notes"])
    across = {a.part: a for a in find_leaks(dataset, parts(dataset), lambda *_: None).parts}
    assert across["test set"].copied > 0
    told = make_split(SplitJob(dataset=dataset, test_set=test_set, clean_of_test=True))
    assert [part for i, part in enumerate(parts(dataset)) if i in (3, 7)] == ["additional"] * 2
    attached = attached_test_set(dataset)
    assert attached is not None
    assert attached.path.resolve() == test_set.path.resolve()
    test_set.path.rename(test_set.path.with_name("elsewhere"))
    with pytest.raises(InputError, match="is not at"):
        attached_test_set(dataset)


def test_the_report_counts_and_shows_planted_leaks(made: Made, tmp_path: Path):
    said: list[dict[str, Any]] = [{"artist": f"a{i // 10}"} for i in range(60)]
    said += [{"copy": i, "artist": "<b>a0</b>"} for i in range(6)]
    dataset = made(said)
    values = ["train"] * 60 + ["validation"] * 6
    values[59] = "validation"
    leaks = find_leaks(dataset, values, lambda *_: None, of_file=True)
    told = leaks.as_dict()
    assert told["judged"]["validation"]["copies"] == 6
    assert told["judged"]["validation"]["hash_rows"][4] == 6
    artist = told["keys"]["artist"]
    assert (artist["groups"], artist["across"], artist["judged"]) == (7, 1, 1)
    ids = dataset.columns(["id"]).column("id").to_pylist()
    assert {(p["id"], p["trained"]) for p in told["pairs"][:6]} == {(ids[60 + i], ids[i]) for i in range(6)}
    page = write_leaks(leaks, tmp_path / "leaks.html").read_text("utf-8")
    assert "6 (86 %) show what is trained on" in page
    assert page.count("<img") == 14
    assert "<script" not in page
    assert "http://" not in page


def test_a_broken_picture_resembles_nothing(made: Made):
    dataset = made([{} for _ in range(20)])
    looks = Looks.of(dataset, lambda *_: None)
    broken = replace(looks, dataset=_Broken())
    pictures = broken.read([1, 2])
    assert [row for row, _ in dataset.images_of([7, 3, 19])] == [3, 7, 19]
    assert dict(dataset.images_of([3]))[3] == list(dataset.images())[3][1]
    assert overlap(pictures[1], pictures[2]) == -1
    assert overlap(pictures[1], looks.read([5])[5]) <= 0


class _Broken:
    def images_of(self, rows: Collection[int]) -> list[tuple[int, bytes]]:
        return [(row, b"no picture") for row in rows]


def test_other_people_s_splits_are_read_in_their_words(made: Made, tmp_path: Path):
    dataset = made([{} for _ in range(4)])
    ids = dataset.columns(["id"]).column("id").to_pylist()
    with (tmp_path / "split.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("id", "split"), (ids[0], "Train"), (ids[1], "val"), (ids[3], "test")])
    expected = ["train", "validation", "additional", "test"]
    assert read_split(dataset, tmp_path / "split.csv") == expected
    for data in (
        {ids[0]: "train", ids[1]: "dev", ids[3]: "test"},
        {"train": [ids[0]], "valid": [ids[1]], "test": [ids[3]]},
        [{"id": i, "split": part} for i, part in zip(ids, expected, strict=True)],
    ):
        (tmp_path / "split.json").write_text(json.dumps(data))
        assert read_split(dataset, tmp_path / "split.json") == expected
    for text, says in (
        ("id,split\nnobody,train\n", "none of the 1 ids"),
        (f"id,split\n{ids[0]},fold3\n", "'fold3' is no part"),
        ("a,b\n1,2\n", "no columns id and split"),
        ("{broken", "broken JSON"),
        ("[3]", "says no id and part"),
    ):
        (tmp_path / "bad").write_text(text)
        with pytest.raises(TachieError, match=says):
            read_split(dataset, tmp_path / "bad")


def test_the_command_reports_on_the_split_that_is_there_and_makes_one_where_asked(made: Made, tmp_path: Path):
    dataset = made([{} for _ in range(30)])
    write_split(dataset, ["validation"] * 10 + ["train"] * 20)
    page = tmp_path / "leaks.html"

    def run(*words: object) -> dict[str, Any]:
        done = CliRunner().invoke(cli, ["split", str(dataset.path), *map(str, words), "--json"], catch_exceptions=False)
        return dict(json.loads(done.stdout.splitlines()[-1]))

    told = run("--report", page)
    assert told["leaks"]["judged"]["validation"]["rows"] == 10
    assert split_of(dataset) == ["validation"] * 10 + ["train"] * 20
    (tmp_path / "mine.json").write_text(json.dumps({"test": dataset.columns(["id"]).column("id").to_pylist()[:5]}))
    with pytest.raises(UsageError, match="0 rows to train on"):
        run("--report", page, "--from", tmp_path / "mine.json")
    told = run("--report", page, "--part", 0.2, "--random")
    assert (told["validation"], told["leaks"]["judged"]["validation"]["rows"]) == (6, 6)
    assert run("--from", tmp_path / "mine.json")["test"] == 5
    assert (split_of(dataset) or []).count("test") == 5
    with pytest.raises(UsageError, match="--random knows neither"):
        run("--random", "--label", "class")
