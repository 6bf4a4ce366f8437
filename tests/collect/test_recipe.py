"""A recipe instead of pictures: written, fetched again, and what is gone or changed is said."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from tachie.cli import cli
from tachie.collect.sites.recipe import Recipe, parse_lines
from tachie.collect.work import Patience
from tachie.core.errors import UsageError
from tachie.core.recipe import parse_recipe, read_recipe
from tachie.dataset.reader import Dataset
from tachie.export._request import ExportRequest
from tachie.export.recipe import Recipe as Exporter
from tachie.export.recipe import as_toml
from tachie.pipeline import Build, build
from tachie.pipeline.presets import PRESETS, preset
from tachie.replica import Fault
from tachie.replica.boards import DanbooruReplica

from .conftest import collected, danbooru, plain_posts, small_png, stock


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Patience, "pause", lambda self, attempt: 0.01)


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def made(tmp_path: Path, site: DanbooruReplica) -> Dataset:
    collected(tmp_path / "first", danbooru(site, single_character=True))
    job = Build([str(tmp_path / "first")], tmp_path / "dataset", preset("faces-as-they-are"), workers=0)
    return build(job).dataset


def test_a_recipe_brings_the_same_dataset_and_names_what_is_gone_or_changed(tmp_path: Path) -> None:
    with DanbooruReplica(stock(16), posts=plain_posts) as site:
        dataset = made(tmp_path, site)
        rows = {row["id"]: row for row in dataset.rows()}
        exported = run("export", tmp_path / "dataset", "--format", "recipe", "--out", tmp_path / "shared")
        assert exported.exit_code == 0, exported.output
        words = ["collect", "recipe", tmp_path / "shared", "--delay", 0]
        whole = run(*words, "--out", tmp_path / "again")
        assert whole.exit_code == 0, whole.output
        agents = {asked.headers.get("referer") for a, asked in site.asked.items() if a.startswith("/images/")}
        assert agents == {f"{site.url}/"}
        gone, changed = [Path(row["url"]).name for row in rows.values()][:2]
        site.faults.append(Fault(f"/images/{gone}", "gone", -1))
        stolen = int(changed.split(".")[0]) - 1
        site.stock = stock(16)
        site.stock.make = lambda number: small_png(500 if number == stolen else number)
        part = run(*words, "--out", tmp_path / "part", "--json")
    said = json.loads(part.stdout)
    assert (part.exit_code, said["gone"], said["changed"], said["pictures"]) == (3, 1, 1, len(rows) - 2)
    assert {f["address"].rpartition("/")[2]: f["reason"] for f in said["failures"]} == {
        gone: "gone",
        changed: "changed",
    }
    shared = [json.loads(line) for line in (tmp_path / "shared" / "pictures.jsonl").read_text().splitlines()]
    assert not list((tmp_path / "shared").rglob("*.png"))
    assert {line["sha256"] for line in shared} == set(rows)
    recipe = read_recipe(tmp_path / "shared" / "build.toml")
    assert recipe == parse_recipe(dataset.manifest.recipe)
    again = build(Build([str(tmp_path / "again")], tmp_path / "dataset2", recipe, workers=0)).dataset
    other = {row["id"]: row for row in again.rows()}
    same = ("image", "url", "page_url", "post_id", "source", "rating", "artist", "rights", "parent_id")
    assert {i: [row[n] for n in same] for i, row in rows.items()} == {i: [r[n] for n in same] for i, r in other.items()}
    assert all(set(other[i]["tags"]) == set(rows[i]["tags"]) for i in rows)
    assert again.labels()["character"] == dataset.labels()["character"]


def test_a_limit_counts_what_is_had_though_lines_are_gone(tmp_path: Path) -> None:
    with DanbooruReplica(stock(16), [Fault(r"/images/16\.|/images/15\.", "gone", -1)], plain_posts) as site:
        with (tmp_path / "recipe.jsonl").open("w") as file:
            for n in range(16, 0, -1):
                line = {"url": f"{site.url}/images/{n}.png", "sha256": sha256(small_png(n - 1)).hexdigest()}
                print(json.dumps(line), file=file)
        result = collected(tmp_path / "c", Recipe.open(tmp_path / "recipe.jsonl"), limit=4)
    assert (result.pictures, result.drops) == (4, {"gone": 2})


def test_ratings_and_broken_lines_are_counted(tmp_path: Path) -> None:
    with DanbooruReplica(stock(3), posts=plain_posts) as site:
        good = {"url": f"{site.url}/images/1.png", "sha256": "0" * 64, "rating": "g"}
        text = [json.dumps(line) for line in (good, {**good, "rating": "e"}, {"url": "file:///etc/passwd"}, [1])]
        (tmp_path / "r.jsonl").write_text("\n".join([*text, "no json"]))
        result = collected(tmp_path / "c", Recipe.open(tmp_path / "r.jsonl", ("g",)))
    assert result.drops == {"rating": 1, "broken_line": 3, "changed": 1}


def test_a_dataset_without_addresses_has_no_recipe(tmp_path: Path) -> None:
    dataset = build(Build(["paperdoll:2"], tmp_path / "d", preset("faces-as-they-are"), workers=0)).dataset
    with pytest.raises(UsageError, match="has an address"):
        Exporter.export(ExportRequest(dataset, tmp_path / "r"))
    with pytest.raises(UsageError, match="--by"):
        Exporter.export(ExportRequest(dataset, tmp_path / "r", "year"))


@pytest.mark.parametrize("name", PRESETS)
def test_a_build_s_recipe_survives_toml(name: str, tmp_path: Path) -> None:
    (tmp_path / "build.toml").write_text(as_toml(preset(name).as_dict()), "utf-8")  # type: ignore[arg-type]
    assert read_recipe(tmp_path / "build.toml") == preset(name)  # type: ignore[arg-type]


def test_a_missing_recipe_is_said_to_be_missing(tmp_path: Path) -> None:
    result = run("collect", "recipe", tmp_path / "none", "--out", tmp_path / "c")
    assert isinstance(result.exception, UsageError)
    assert "none" in result.exception.message


_VALUES = st.none() | st.text(max_size=8) | st.integers() | st.lists(st.text(max_size=4), max_size=2)
_LINES = st.dictionaries(st.sampled_from(["url", "sha256", "tags", "rating", "artist", "page_url"]), _VALUES)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=100) | _LINES.map(lambda line: json.dumps(line).encode()))
def test_lines_are_read_or_passed_over_whatever_comes(body: bytes) -> None:
    for record in parse_lines(body):
        assert record is None or record.url.startswith("http")
