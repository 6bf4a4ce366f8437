"""The demo's pictures: an invented catalogue, collected by the real spider."""

import json
from pathlib import Path

import pytest

from tachie.core.errors import UsageError
from tachie.core.recipe import parse_recipe
from tachie.replica.catalogue import Catalogue
from tachie.replica.getchu import GetchuReplica
from tachie.sources.collected import Collected
from tachie.tasks.collect_drawn import CollectDrawn, collect_drawn


def test_the_catalogue_is_collected_with_its_truth_and_nothing_is_fetched_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    handle = GetchuReplica.reply
    monkeypatch.setattr(GetchuReplica, "reply", lambda self, a: asked.append(a.path) or handle(self, a))
    said: list[str] = []
    folder = collect_drawn(CollectDrawn(tmp_path, 9, say=said.append))
    items = [json.loads(line) for line in (folder / "items.jsonl").read_text("utf-8").splitlines()]
    truth = dict(Catalogue(9).truth())
    assert {item["url"].rpartition("/")[2] for item in items} == truth.keys()
    recipe = parse_recipe({"stages": [{"use": "decode"}]})
    found = [item for ref in Collected.list(str(folder), recipe) for item in Collected.items(ref, recipe)]
    assert len(found) == 9
    for item in found:
        shown = truth[str(item.url).rpartition("/")[2]]
        assert {name: item.labels[name] for name in shown} == shown
        assert item.rating == "g"
        assert "CC0" in str(item.rights)
    assert any("labels.csv" in line and "no real shop" in line for line in said)

    before = sorted(path for path in asked if path != "/labels.csv")
    assert len(before) == len(set(before))
    asked.clear()
    collect_drawn(CollectDrawn(tmp_path, 9))
    assert not [path for path in asked if path.startswith("/brandnew")]


def test_a_folder_with_another_catalogue_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "catalogue.json").write_text('{"pictures": 40, "seed": 0, "getchu": 1, "erogamescape": 1}')
    with pytest.raises(UsageError, match="a catalogue of 40 pictures, not of 9"):
        collect_drawn(CollectDrawn(tmp_path, 9))
