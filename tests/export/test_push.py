"""Pushing to a hub: a stand-in on loopback counts commits, keeps what it was sent, and stumbles when told to."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import huggingface_hub
import huggingface_hub.constants
import pytest
from click.testing import CliRunner

from tachie.cli import cli
from tachie.core.errors import InputError, UsageError
from tachie.export import _hub
from tachie.export._hub import push
from tachie.pipeline import Build, build

from ..conftest import untagged
from .hub import STALL, TOKEN, Hub, running_hub


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    with running_hub() as served:
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", served.endpoint)
        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DISABLE_XET", True)
        monkeypatch.setattr(huggingface_hub.constants, "HF_TOKEN_PATH", str(tmp_path / "no-login"))
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        monkeypatch.setattr(time, "sleep", lambda seconds: None)
        yield served
        huggingface_hub.close_session()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    out = tmp_path / "shards"
    (out / "train").mkdir(parents=True)
    (out / "README.md").write_text("---\nlicense: unknown\n---\n# faces\n")
    (out / ".cache").write_text("not ours")
    for i in range(7):
        (out / "train" / f"{i}.tar").write_bytes(bytes([i]) * 1000)
        (out / "train" / f"{i}.txt").write_text(f"caption {i}")
    return out


def there(folder: Path) -> dict[str, bytes]:
    files = [p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")]
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


def test_all_files_arrive_in_one_commit_into_a_private_repository(hub: Hub, folder: Path) -> None:
    result = CliRunner().invoke(cli, ["push", str(folder), "--to", "me/faces"])
    assert result.exit_code == 0, result.output
    assert "commits: 1" in result.output
    assert "visibility: private" in result.output
    assert TOKEN not in result.output
    assert hub.files == there(folder)
    assert hub.private == {"me/faces": True}
    assert len(hub.commits) == 1


def test_many_files_are_few_commits_and_the_card_comes_last(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_hub, "COMMIT_FILES", 6)
    monkeypatch.setattr(_hub, "PORTION_FILES", 2)
    seen: list[tuple[int, int]] = []
    done = push(folder, "me/faces", public=True, progress=lambda *now: seen.append(now))
    assert (done.commits, done.files, done.private) == (3, 15, False)
    assert hub.files == there(folder)
    assert hub.commits[-1][-1] == "README.md"
    assert seen[-1] == (15, 15)
    assert seen == sorted(seen)


def test_what_is_there_already_is_not_sent_again(hub: Hub, folder: Path) -> None:
    push(folder, "me/faces")
    hub.asked.clear()
    assert push(folder, "me/faces").commits == 0
    (folder / "train" / "new.tar").write_bytes(b"new" * 500)
    assert push(folder, "me/faces").commits == 1
    assert sum(path.startswith("/upload/") for _, path in hub.asked) == 1
    assert hub.commits[-1] == ["train/new.tar"]
    assert hub.files == there(folder)


def test_a_hub_that_stumbles_is_asked_again(hub: Hub, folder: Path) -> None:
    hub.faults = [
        ("POST", "/api/repos/create", 503),
        ("POST", "/preupload/", 500),
        ("POST", "/objects/batch", 502),
        ("PUT", "/upload/", 500),
        ("POST", "/commit/", 500),
        ("POST", "/commit/", 429),
    ]
    assert push(folder, "me/faces").commits == 1
    assert hub.faults == []
    assert hub.files == there(folder)


def test_a_hub_that_falls_silent_is_asked_again(hub: Hub, folder: Path) -> None:
    hub.faults = [("POST", "/commit/", STALL), ("PUT", "/upload/", STALL)]
    push(folder, "me/faces", timeout_s=3)
    assert hub.files == there(folder)


def test_a_hub_that_stays_down_is_given_up_and_a_second_try_goes_on(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_hub, "COMMIT_FILES", 8)
    real, calls = huggingface_hub.HfApi.create_commit, []

    def second_commit_fails(self: object, *words: object, **told: object) -> object:
        calls.append(1)
        if len(calls) > 1:
            hub.faults.append(("POST", "/commit/", 500))
        return real(self, *words, **told)  # type: ignore[arg-type]

    monkeypatch.setattr(huggingface_hub.HfApi, "create_commit", second_commit_fails)
    with pytest.raises(InputError, match="fails again and again") as error:
        push(folder, "me/faces")
    assert f"tachie push {folder} --to me/faces goes on" in error.value.hint
    assert len(hub.commits) == 1
    assert "README.md" not in hub.files
    monkeypatch.setattr(huggingface_hub.HfApi, "create_commit", real)
    hub.asked.clear()
    assert push(folder, "me/faces").commits == 1
    assert not [path for _, path in hub.asked if path.startswith("/upload/")]  # all had arrived
    assert hub.files == there(folder)


@pytest.mark.parametrize(("status", "said"), [(401, "401"), (403, "403")])
def test_a_refusal_is_said_at_once_without_the_token(hub: Hub, folder: Path, status: int, said: str) -> None:
    hub.faults = [("POST", "/preupload/", status)]
    with pytest.raises(InputError, match=said) as error:
        push(folder, "me/faces")
    assert TOKEN not in str(error.value)
    assert sum("/preupload/" in path for _, path in hub.asked) == 1


def test_wrong_names_folders_and_tokens_are_told_before_anything_is_sent(
    hub: Hub, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="no repository's name"):
        push(folder, "not a name/at all/really")
    (tmp_path / "other").mkdir()
    with pytest.raises(UsageError, match="neither a dataset nor a whole export"):
        push(tmp_path / "other", "me/faces")
    monkeypatch.setattr(_hub, "MOST_IN_FOLDER", 10)
    with pytest.raises(UsageError, match="14 of them in train"):
        push(folder, "me/faces")
    monkeypatch.setattr(_hub, "MOST_IN_FOLDER", 100)
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    with pytest.raises(InputError, match="401"):
        push(folder, "me/faces")
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(InputError, match="there is no token"):
        push(folder, "me/faces")
    assert hub.files == {}


def test_a_repository_that_is_public_already_takes_nothing_unless_it_is_meant(hub: Hub, folder: Path) -> None:
    hub.private["me/faces"] = False
    with pytest.raises(UsageError, match="everybody can see it"):
        push(folder, "me/faces")
    assert hub.files == {}
    result = CliRunner().invoke(cli, ["push", str(folder), "--to", "me/faces", "--public", "--json"])
    assert "rights are unknown" in result.output
    assert '"visibility": "public"' in result.output


def test_a_dataset_is_pushed_without_what_is_only_ours(hub: Hub, tmp_path: Path, write_pictures) -> None:
    dataset = build(Build([str(write_pictures(3))], tmp_path / "set", untagged("faces-as-they-are"), workers=0)).dataset
    (dataset.path / "review").mkdir()
    (dataset.path / "review" / "journal.jsonl").write_text("")
    (dataset.path / "notes.md").write_text("The third one is **upside down**.")
    out = tmp_path / "folder"
    words = ["export", str(dataset.path), "--format", "imagefolder", "--out", str(out), "--push", "me/folder"]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 0, result.output
    assert hub.files == there(out)
    hub.files.clear()
    push(dataset.path, "me/faces")
    assert set(hub.files) == {
        "tachie.json", "README.md", "sheet.jpg", "notes.md", "drops.parquet", "data/part-00000.parquet",
    }  # fmt: skip
    assert "upside down" in hub.files["README.md"].decode()
