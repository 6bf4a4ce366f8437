"""What is missing is named with a command that gets it, wherever tachie came from."""

import json
import shlex
from pathlib import Path
from types import SimpleNamespace

import pytest

from tachie.core import extras


def come_from(monkeypatch: pytest.MonkeyPatch, told: str | None) -> None:
    monkeypatch.setattr(extras, "distribution", lambda name: SimpleNamespace(read_text=lambda file: told))


@pytest.mark.parametrize("told", [None, "{}", "not JSON", '{"url": "file:///a.whl", "archive_info": {}}'])
def test_what_came_as_a_package_is_got_as_one(monkeypatch: pytest.MonkeyPatch, told: str | None) -> None:
    come_from(monkeypatch, told)
    assert extras.how_to_install("train") == "pip install 'tachie[train]'"


def test_a_checkout_is_installed_from_itself_with_its_pins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    source = tmp_path / "it's a checkout"
    source.mkdir()
    come_from(monkeypatch, json.dumps({"url": source.as_uri(), "dir_info": {}}))
    assert shlex.split(extras.how_to_install("hub")) == ["pip", "install", f"{source}[hub]"]
    come_from(monkeypatch, json.dumps({"url": source.as_uri(), "dir_info": {"editable": True}}))
    assert shlex.split(extras.how_to_install("hub")) == ["pip", "install", "-e", f"{source}[hub]"]
    (source / "constraints.txt").touch()
    assert shlex.split(extras.how_to_install("hub"))[2:4] == ["-c", str(source / "constraints.txt")]


def test_a_checkout_that_is_gone_is_not_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    come_from(monkeypatch, json.dumps({"url": (tmp_path / "gone").as_uri(), "dir_info": {}}))
    assert extras.how_to_install("hub") == "pip install 'tachie[hub]'"
