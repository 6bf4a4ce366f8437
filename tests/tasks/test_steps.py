"""Recipes of steps: what is done, what stands, what is put aside, and what is wrong with a recipe."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tachie.cli import cli
from tachie.core.errors import FormatError, RecipeError, TachieError, UsageError
from tachie.tasks.steps import Done, Follow, follow
from tachie.tasks.steps.recipe import Step, Steps, parse_steps

PLAIN = {
    "about": "a test",
    "got": {"do": "collect nothing", "limit": 3},
    "set": {"do": "build", "on": "{got}"},
    "parted": {"do": "split", "on": "{set}"},
    "run": {"do": "train", "on": "{set}", "minutes": 1},
    "scored": {"do": "label", "on": "{set}"},
}


class Program:
    """Stands in for the command line: each command leaves a file, and what it was told is kept."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.told: list[list[str]] = []
        self.code = 0
        self.breaks = ""
        self.copies_labels = False

    def makes_folder(self, step: Step) -> bool:
        return step.command[0] in ("collect", "build", "train")

    def perform(self, words: list[str]) -> tuple[int, str]:
        self.told.append(words)
        if words[0] == self.breaks:
            raise UsageError("it broke", "Mend it.")
        if "--out" in words:
            folder = Path(words[words.index("--out") + 1])
            (folder / "checkpoints").mkdir(parents=True, exist_ok=True)
            name = {"collect": "items.jsonl", "build": "tachie.json", "train": "config.json"}[words[0]]
            (folder / name).write_text(" ".join(words))
            if words[0] == "build" and self.copies_labels:
                (folder / "labels").mkdir(exist_ok=True)
                (folder / "labels" / "split.parquet").write_text("of the dataset that it was made from")
        elif words[0] in ("split", "label"):
            (Path(words[1]) / "labels").mkdir(exist_ok=True)
            (Path(words[1]) / "labels" / f"{words[0]}.parquet").write_text(" ".join(words))
        return self.code, f"{words[0]} is done\n"

    def follow(self, **settings: object) -> dict[str, str]:
        self.told.clear()
        changed = {name.replace("__", "."): value for name, value in settings.items()}
        recipe = parse_steps(PLAIN, "a test").changed(changed)
        done: list[Done] = follow(Follow(recipe, self.out, self.makes_folder, self.perform))
        return {step.name: step.how for step in done}


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_each_step_is_done_once_though_later_steps_label_what_earlier_ones_read(program: Program) -> None:
    assert set(program.follow().values()) == {"done"}
    assert [words[0] for words in program.told] == ["collect", "build", "split", "train", "label"]
    assert set(program.follow().values()) == {"stands"}
    assert program.told == []
    page = (program.out / "index.html").read_text("utf-8")
    assert "tachie build got --out set" in page
    assert "split is done" in page


def test_a_label_that_a_step_writes_over_is_no_change_of_what_it_read(program: Program) -> None:
    program.copies_labels = True
    assert set(program.follow().values()) == {"done"}
    assert set(program.follow().values()) == {"stands"}


def test_what_follows_from_a_change_is_done_anew_and_the_earlier_is_put_aside(program: Program) -> None:
    program.follow()
    how = program.follow(set__min_size=64)
    assert how == {"got": "stands", "set": "done", "parted": "done", "run": "done", "scored": "done"}
    assert "--min-size" not in (program.out / "set-1" / "tachie.json").read_text()
    assert "--min-size" in (program.out / "set" / "tachie.json").read_text()
    assert (program.out / "run-1").is_dir()
    assert not any("--resume" in words for words in program.told)


def test_a_longer_training_goes_on_and_a_crawl_always_does(program: Program) -> None:
    program.follow()
    how = program.follow(run__minutes=2)
    assert [name for name, state in how.items() if state == "done"] == ["run"]
    assert program.told[0][-1] == "--resume"
    assert not (program.out / "run-1").exists()
    program.follow(got__limit=9)
    assert not (program.out / "got-1").exists()
    assert (program.out / "set-1").is_dir(), "other pictures make another dataset"


def test_how_a_step_works_is_no_change_of_what_it_makes(program: Program) -> None:
    program.follow()
    assert set(program.follow(set__workers=3, run__device="cuda").values()) == {"stands"}


def test_a_label_that_somebody_adds_is_a_change_for_what_is_trained_on_it(program: Program) -> None:
    program.follow()
    (program.out / "set" / "labels" / "mine.parquet").write_text("mine")
    how = program.follow()
    assert how["set"] == "stands"
    assert how["run"] == "done"


def test_what_breaks_is_named_and_the_same_command_goes_on_there(program: Program) -> None:
    program.breaks = "train"
    with pytest.raises(UsageError, match="step run: it broke"):
        program.follow()
    program.breaks = ""
    how = program.follow()
    assert [name for name, state in how.items() if state == "stands"] == ["got", "set", "parted"]
    program.code = 1
    with pytest.raises(TachieError, match="step set failed"):
        program.follow(set__min_size=9)


def test_a_step_that_missed_inputs_is_asked_again(program: Program) -> None:
    program.code = 3
    assert set(program.follow().values()) == {"partly"}
    program.code = 0
    assert set(program.follow().values()) == {"done"}
    assert not list(program.out.glob("*-1"))


def test_a_broken_state_is_said(program: Program) -> None:
    (program.out / "steps.json").write_text('{"format": "tachie-steps", "format_version": 9}')
    with pytest.raises(FormatError, match=r"steps\.json cannot be read"):
        program.follow()


@pytest.mark.parametrize(
    ("plain", "said"),
    [
        ({}, "has no 'about'"),
        ({"about": "x"}, "has no steps"),
        ({"about": "x", "a": 3}, r"\[a\] names no command"),
        ({"about": "x", "A b": {"do": "build"}}, "cannot be a step's name"),
        ({"about": "x", "out": {"do": "build"}}, "cannot be a step's name"),
        ({"about": "x", "a": {"do": "build", "on": 3}}, "on cannot be 3"),
        ({"about": "x", "a": {"do": "build", "px": {"x": 1}}}, "px cannot be"),
        ({"about": "x", "a": {"do": "build", "on": "{b}"}, "b": {"do": "build"}}, "needs {b}, which no step before"),
    ],
)
def test_a_wrong_recipe_says_what_is_wrong(plain: dict[str, object], said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        parse_steps(plain, "mine.toml")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["dcgn"], "Did you mean 'dcgan'?"),
        (["dcgan", "--set", "train.modle=r3"], "Did you mean '--model'?"),
        (["dcgan", "--set", "train.resolution=large"], "not a valid integer"),
        (["dcgan", "--set", "trian.minutes=3"], "Did you mean 'train'?"),
        (["dcgan", "--set", "minutes=3"], "unknown step 'minutes'"),
        (["dcgan", "--set", "train.do=3"], "STEP.KEY=VALUE"),
        (["dcgan", "--without", "train"], "[model] needs {train}"),
        (["mine.toml"], "unknown command 'biuld'"),
    ],
)
def test_a_wrong_word_is_named_before_anything_begins(words: list[str], said: str, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('about = "mine"\n[a]\ndo = "biuld"\n')
    words = [str(mine) if word == "mine.toml" else word for word in words]
    result = CliRunner().invoke(cli, ["run", *words, "--out", str(tmp_path / "out")])
    assert isinstance(result.exception, UsageError)
    assert said in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_a_recipe_of_one_s_own_runs_and_can_be_read_as_commands(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('about = "mine"\n[dolls]\ndo = "paperdoll"\ncount = 2\nset = ["hair_color=pink", "chibi=yes"]\n')
    words = ["run", str(mine), "--out", str(tmp_path / "o")]
    dry = CliRunner().invoke(cli, [*words, "--dry-run"]).stdout
    assert dry == f"tachie paperdoll --count 2 --set hair_color=pink --set chibi=yes --out {tmp_path}/o/dolls\n"
    result = CliRunner().invoke(cli, [*words, "--json"])
    assert json.loads(result.stdout)["steps"] == [
        {"name": "dolls", "how": "done", "folder": str(tmp_path / "o" / "dolls")}
    ]
    assert len(list((tmp_path / "o" / "dolls").glob("*.png"))) == 2


def test_a_folder_of_real_sites_and_one_of_replicas_are_not_mixed(tmp_path: Path) -> None:
    (tmp_path / "steps.json").write_text('{"format": "tachie-steps", "format_version": 1, "steps": {}}')
    result = CliRunner().invoke(cli, ["run", "dcgan", "--replica", "9", "--out", str(tmp_path)])
    assert "filled from the real sites" in str(result.exception)
    (tmp_path / "replica.json").write_text('{"pictures": 9, "ports": {}}')
    result = CliRunner().invoke(cli, ["run", "dcgan", "--out", str(tmp_path)])
    assert "--replica 9" in str(result.exception)


def test_steps_knows_its_steps() -> None:
    steps = Steps("x", (Step("a", ("build",), ("{out}/in",), {"html": "{out}/a.html", "px": [1, 2], "no": False}),))
    assert steps.step("a").files(Path("o")) == [Path("o/a.html")]
    assert steps.step("a").words(Path("o"), {}) == ["build", "o/in", "--html", "o/a.html", "--px", "1", "--px", "2"]
