"""Killed at any moment, the same command goes on: the same store in the end, nothing asked for twice but in flight."""

import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tachie.replica import Asked, Reply
from tachie.replica.boards import DanbooruReplica

from .conftest import collected, danbooru, plain_posts, stock, stored

_CONCURRENCY = 2  # of a Danbooru: what can be in flight at one host


class _Bell:
    """Rings when a chosen request comes in, so that a kill falls where it should and no test waits for a clock."""

    def __init__(self, site: DanbooruReplica) -> None:
        self._site, self._left, self.rung = site, 0, threading.Event()
        self._lock = threading.Lock()
        self.go_on = threading.Event()  # requests after the ring wait for it
        self.go_on.set()
        reply = site.reply

        def listening(asked: Asked) -> Reply | None:
            with self._lock:
                self._left -= 1
                if self._left == 0:
                    self.rung.set()
            if self._left <= 0:
                self.go_on.wait(30)
            return reply(asked)

        site.reply = listening  # type: ignore[method-assign]

    def set(self, requests: int) -> None:
        """Ring at the request after so many others."""
        with self._lock:
            self._left = requests
            self.rung.clear()


def killed_crawls(count: int, kills: int, out: Path, seed: int) -> tuple[DanbooruReplica, int]:
    """Crawl `count` pictures with so many SIGKILLs at random requests, then to the end; returns the site and kills."""
    dice, done = random.Random(seed), 0
    command = [
        sys.executable,
        "-m",
        "tachie",
        "collect",
        "danbooru",
        "--tags",
        "1girl",
        "--delay",
        "0",
        "--out",
        str(out),
    ]
    with DanbooruReplica(stock(count), posts=plain_posts) as site:
        for i in range(count):
            site.stock.picture(i)
        bell = _Bell(site)
        while True:
            bell.set(dice.randint(2, max(3, 2 * count // (kills + 1))) if done < kills else 10**9)
            with (out.parent / "said").open("w") as said:
                process = subprocess.Popen([*command, "--url", site.url], stderr=said, stdout=subprocess.DEVNULL)
            watcher = threading.Thread(target=_kill_when, args=(bell, process), daemon=True)
            watcher.start()
            code = process.wait(timeout=300)
            bell.rung.set()
            watcher.join()
            if code == -signal.SIGKILL:
                done += 1
                assert not list((out / "files").rglob("*.png.*")), "no partial file under a final name"
                continue
            assert code == 0, (out.parent / "said").read_text()[-3000:]
            return site, done


def _kill_when(bell: _Bell, process: subprocess.Popen[bytes]) -> None:
    bell.rung.wait()
    if process.poll() is None:
        os.kill(process.pid, signal.SIGKILL)


def check(count: int, kills: int, tmp_path: Path, seed: int) -> None:
    site, done = killed_crawls(count, kills, tmp_path / "killed", seed)
    hits = site.hits_of("/images/")
    twice = sum(n - 1 for n in hits.values())
    assert done >= kills // 2
    assert len(hits) == count
    assert max(hits.values()) <= 1 + done
    assert twice <= _CONCURRENCY * done, "only what was in flight when it was killed"
    with DanbooruReplica(stock(count), posts=plain_posts) as other:
        whole = collected(tmp_path / "whole", danbooru(other))
    assert whole.pictures == count
    assert stored(tmp_path / "killed") == stored(tmp_path / "whole")
    lines = [len((tmp_path / name / "items.jsonl").read_text("utf-8").splitlines()) for name in ("killed", "whole")]
    assert lines[0] == lines[1]


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_kills_at_random_moments_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(120, 4, tmp_path, seed=1)


@pytest.mark.skipif(os.name != "posix", reason="SIGINT")
def test_ctrl_c_lets_what_is_in_flight_arrive_and_writes_down_what_was_had(tmp_path: Path) -> None:
    with DanbooruReplica(stock(400), posts=plain_posts) as site:
        bell = _Bell(site)
        bell.set(30)
        bell.go_on.clear()
        command = [sys.executable, "-m", "tachie", "collect", "danbooru", "--tags", "1girl", "--delay", "0"]
        with subprocess.Popen(
            [*command, "--url", site.url, "--out", str(tmp_path)], stderr=subprocess.PIPE, text=True
        ) as process:
            bell.rung.wait(60)
            process.send_signal(signal.SIGINT)
            bell.go_on.set()
            said = process.communicate()[1]
        hits = site.hits_of("/images/")
    assert process.returncode == 1
    assert "stopped; the same command goes on" in said
    assert "Traceback" not in said
    assert "Unclosed" not in said
    had = (tmp_path / "items.jsonl").read_text("utf-8").count("\n")
    assert 0 < had == len(hits) < 400, "what was asked for arrived"


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_twenty_kills_over_3_000_pictures_change_nothing(tmp_path: Path) -> None:
    check(3000, 20, tmp_path, seed=2)
