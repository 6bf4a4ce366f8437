"""What `tachie train --task NAME` hands to a task."""

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

from tachie.cli.learn import train
from tachie.core.errors import UsageError
from tachie.tasks import request
from tachie.tasks.request import TaskRequest, run_task, settings_of


@dataclass(frozen=True)
class Settings:
    batch: int = 64
    rate: float = 1e-3
    weighted: bool = True
    schedule: str = "cosine"
    sizes: tuple[int, ...] = (8, 16)
    most: int | None = None


def test_settings_are_read_by_the_kind_of_their_defaults() -> None:
    typed = {"batch": "32", "rate": "1", "weighted": "false", "schedule": "12", "sizes": "8,512", "most": "3"}
    assert settings_of(Settings, typed) == Settings(32, 1.0, False, "12", (8, 512), 3)
    assert settings_of(Settings, {"sizes": "4"}).sizes == (4,)
    assert settings_of(Settings, {}) == Settings()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"bach": "3"}, "Did you mean 'batch'? Known: batch, most, rate"),
        ({"batch": "3.5"}, "It is a whole number, such as 64"),
        ({"weighted": "1"}, "It is true or false, such as true"),
        ({"sizes": "8,large"}, "such as 8"),
    ],
)
def test_a_wrong_setting_is_named_with_what_would_do(typed: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError) as error:
        settings_of(Settings, typed)
    assert said in str(error.value)


def test_an_unknown_task_is_refused() -> None:
    with pytest.raises(UsageError, match="unknown task 'dream'"):
        run_task("dream", TaskRequest(dataset=Path("a"), out=Path("b")))


def test_train_hands_a_task_what_was_typed_and_prints_its_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[TaskRequest] = []

    def run(asked: TaskRequest) -> dict[str, Any]:
        seen.append(asked)
        asked.say("well")
        asked.progress("counting", 1, 2, "pictures")
        return {"accuracy": 0.5, "unreadable": 2}

    module = ModuleType("counting")
    module.run = run  # type: ignore[attr-defined]
    monkeypatch.setattr(request, "TASKS", MappingProxyType({"counting": "counting"}))
    monkeypatch.setitem(__import__("sys").modules, "counting", module)
    option = next(o for o in train.params if o.name == "task")
    monkeypatch.setattr(option, "type", __import__("click").Choice(["counting"]))
    words = ["faces", "--task", "counting", "--label", "hair_color", "--minutes", "2", "--out", "run", "--json"]
    result = CliRunner().invoke(train, [*words, "--setting", "batch=3"])
    assert result.exit_code == 3  # two pictures could not be read
    assert result.stdout == '{"accuracy": 0.5, "unreadable": 2}\n'
    (asked,) = seen
    assert (asked.dataset, asked.out, asked.label, asked.minutes) == (Path("faces"), Path("run"), "hair_color", 2.0)
    assert asked.settings == {"batch": "3"}
    assert asked.seed == 0
    refused = CliRunner().invoke(train, [*words, "--kimg", "1"])
    assert "Use --minutes M." in str(refused.exception)
    refused = CliRunner().invoke(train, ["faces", "--label", "hair_color", "--minutes", "1", "--out", "run"])
    assert "Add --task NAME." in str(refused.exception)
