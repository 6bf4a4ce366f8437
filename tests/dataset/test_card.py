"""The card: what a stranger must know, in front-matter that hubs read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from huggingface_hub import DatasetCard

from tachie.dataset.card import Layout, card_text, write_card
from tachie.dataset.reader import Dataset
from tachie.dataset.split import split
from tachie.dataset.writer import write_labels
from tachie.pipeline import Build, build

from ..conftest import untagged


@pytest.fixture
def dataset(tmp_path: Path, write_pictures: Callable[..., Path]) -> Dataset:
    folder = write_pictures(4)
    for i, right in enumerate(["MIT", "mit ", "MIT", "MIT"]):
        (folder / f"{i:05d}.png.json").write_text(f'{{"url": "https://example.invalid/{i}", "rights": "{right}"}}')
    (folder / "00009.png").write_bytes(b"")
    return build(Build([str(folder)], tmp_path / "set", untagged("faces-as-they-are"), workers=0)).dataset


def test_the_card_tells_of_splits_filters_drops_and_faults(dataset: Dataset) -> None:
    ids = [row["id"] for row in dataset.rows(["id"])]
    before = card_text(dataset, "set", Layout("As it is."))
    assert "It is not split" in before
    write_labels(dataset.path, "split", {i: {"split": "test" if i == ids[0] else "train"} for i in ids}, "split", ids)
    (dataset.path / "notes.md").write_text("Every third one is **upside down**.")
    write_card(dataset)
    text = (dataset.path / "README.md").read_text("utf-8")
    assert "| test | 1 |\n| train | 3 |" in text
    assert "| decode | pixel_limit 64000000 |" in text
    assert "| decode | empty_file | 1 |" in text
    assert "1 inputs could not be read" in text
    assert "No person has looked through it." in text
    assert text.rstrip().endswith("Every third one is **upside down**.")
    assert "It is not split" not in text
    split(dataset, 0.5)
    assert "It was split at random" in card_text(dataset, "set", Layout("As it is."))


def test_front_matter_is_valid_whatever_the_set_is_called(dataset: Dataset) -> None:
    layout = Layout("x", {"train": "train/**", "validation": 'va"l: [/**'}, ("object-detection",), "7 things.", 70_000)
    for name in ('a: "b" # c', "- [x]", "顔\n---\nlicense: mit"):
        card = DatasetCard(card_text(dataset, name, layout))
        assert card.data.pretty_name == name
        assert card.data.size_categories == ["10K<n<100K"]
        assert card.data.task_categories == ["object-detection"]
        files = card.data.to_dict()["configs"][0]["data_files"]
        assert files == [{"split": "train", "path": "train/**"}, {"split": "validation", "path": 'va"l: [/**'}]
        assert "7 things." in card.text


def test_a_licence_is_named_only_where_all_pictures_state_the_same() -> None:
    from tachie.dataset.card import _licence

    assert _licence({"MIT": 3, "mit ": 1}) == "mit"
    assert _licence({"MIT": 3, "CC BY 4.0": 1}) == "other"
    assert _licence({"(c) somebody": 4}) == "other"
    assert _licence({"MIT": 3, "unknown": 1}) == "unknown"
    assert _licence({}) == "unknown"
