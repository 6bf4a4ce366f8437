"""What people decide is kept: through crashes, beside each other, and back again."""

import os
import random
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tachie.core.errors import FormatError
from tachie.dataset.decisions import Decisions, decided


def fields(decisions: Decisions) -> dict[str, dict[str, str]]:
    return {i: row.fields for i, row in decisions.rows.items() if row.fields}


def test_a_decision_is_on_the_disk_before_it_is_answered_for(tmp_path: Path) -> None:
    Decisions.open(tmp_path).record([(["a"], {"review": "reject", "reason": "blurred"})])
    assert fields(Decisions.open(tmp_path)) == {"a": {"review": "reject", "reason": "blurred"}}


def test_the_table_holds_what_the_journal_says_with_when_and_why(tmp_path: Path) -> None:
    decisions = Decisions.open(tmp_path)
    decisions.record([(["a", "b"], {"review": "keep"}), (["c"], {"hair_color": "pink"})], why="by hand")
    decisions.record([(["b"], {"review": None, "class": "Chino"})], why="applied above .98")
    decisions.compact()
    rows = {row["id"]: row for row in pq.read_table(tmp_path / "labels/review.parquet").to_pylist()}
    assert rows["a"]["review"] == "keep"
    assert rows["b"]["review"] is None
    assert rows["b"]["class"] == "Chino"
    assert rows["b"]["why"] == '{"class": "applied above .98"}'
    assert rows["c"]["hair_color"] == "pink"
    assert {row["source"] for row in rows.values()} == {"review"}
    assert all(row["when"] for row in rows.values())


def test_the_state_is_the_same_from_table_and_journal_from_either_and_after_going_on(tmp_path: Path) -> None:
    first = Decisions.open(tmp_path)
    first.record([(["a"], {"review": "keep"})])
    first.compact()
    first.record([(["b"], {"review": "reject"})])
    want = {"a": {"review": "keep"}, "b": {"review": "reject"}}
    assert fields(Decisions.open(tmp_path)) == want
    (tmp_path / "labels/review.parquet").unlink()
    again = Decisions.open(tmp_path)
    assert fields(again) == want
    again.compact()
    (tmp_path / "review/journal.jsonl").unlink()
    alone = Decisions.open(tmp_path)
    assert fields(alone) == want
    assert alone.record([(["c"], {"review": "keep"})]).seq == 3
    assert set(fields(Decisions.open(tmp_path))) == {"a", "b", "c"}


def test_every_action_can_be_undone_after_a_restart_and_redone(tmp_path: Path) -> None:
    rng, decisions, states = random.Random(0), Decisions.open(tmp_path), []
    for _ in range(60):
        states.append({i: dict(f) for i, f in fields(decisions).items()})
        rows = rng.sample("abcdefgh", rng.randint(1, 4))
        value = rng.choice([("review", "keep"), ("review", "reject"), ("class", "x"), ("class", None)])
        decisions.record([(rows, dict([value]))], tab="t")
    last = {i: dict(f) for i, f in fields(decisions).items()}
    decisions.compact()
    decisions = Decisions.open(tmp_path)
    for state in reversed(states):
        assert decisions.undo("t")
        assert fields(decisions) == state
    assert decisions.undo("t") is None
    for _ in states:
        assert decisions.redo("t")
    assert decisions.redo("t") is None
    assert fields(decisions) == fields(Decisions.open(tmp_path)) == last
    decisions.undo("t")
    decisions.record([(["a"], {"review": "keep"})], tab="t")
    assert decisions.redo("t") is None, "a new decision ends what can be redone"


def test_undoing_leaves_alone_what_another_tab_changed_since(tmp_path: Path) -> None:
    decisions = Decisions.open(tmp_path)
    decisions.record([(["a", "b"], {"review": "reject"})], tab="one")
    decisions.record([(["b"], {"review": "keep"})], tab="two")
    decisions.undo("one")
    assert fields(decisions) == {"b": {"review": "keep"}}
    decisions.undo("one")
    assert fields(decisions) == {"b": {"review": "reject"}}, "nothing of its own is left, so the other tab's goes"


def test_undoing_brings_back_why_it_was_so(tmp_path: Path) -> None:
    decisions = Decisions.open(tmp_path)
    decisions.record([(["a"], {"review": "keep"})], why="by hand")
    decisions.record([(["a"], {"review": "reject"})], why="applied")
    decisions.undo()
    assert decisions.rows["a"].why == {"review": "by hand"}


def test_a_line_cut_short_by_a_crash_is_taken_off(tmp_path: Path) -> None:
    decisions = Decisions.open(tmp_path)
    decisions.record([(["a"], {"review": "keep"})])
    whole = decisions.journal.read_bytes()
    for cut in (1, len(whole) // 2, len(whole) - 1):
        decisions.journal.write_bytes(whole + whole[:cut])
        again = Decisions.open(tmp_path)
        assert fields(again) == {"a": {"review": "keep"}}
        again.record([(["b"], {"review": "keep"})])
        assert set(fields(Decisions.open(tmp_path))) == {"a", "b"}


def test_a_broken_line_in_the_middle_is_said(tmp_path: Path) -> None:
    decisions = Decisions.open(tmp_path)
    decisions.record([(["a"], {"review": "keep"})])
    decisions.journal.write_bytes(b"rubbish\n" + decisions.journal.read_bytes())
    with pytest.raises(FormatError, match="middle"):
        Decisions.open(tmp_path)


def test_two_processes_that_write_lose_nothing(tmp_path: Path) -> None:
    script = textwrap.dedent("""
        import sys
        from pathlib import Path
        from tachie.dataset.decisions import Decisions
        decisions, name = Decisions.open(Path(sys.argv[1])), sys.argv[2]
        for i in range(40):
            decisions.record([([f"{name}{i}", "both"], {"review": name})], tab=name)
        decisions.compact()
    """)
    writers = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path), name]) for name in ("keep", "reject")]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    decisions = Decisions.open(tmp_path)
    assert len(fields(decisions)) == 81
    assert [action.seq for action in decisions.history] == list(range(1, 81))
    assert decisions.rows["both"].fields["review"] == decisions.history[-1].tab
    assert set(pq.read_table(tmp_path / "labels/review.parquet").column("id").to_pylist()) == set(fields(decisions))


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_killed_writer_loses_nothing_that_it_answered_for(tmp_path: Path) -> None:
    script = textwrap.dedent("""
        import sys
        from pathlib import Path
        from tachie.dataset.decisions import Decisions
        decisions = Decisions.open(Path(sys.argv[1]))
        for i in range(100_000):
            decisions.record([([f"r{i}"], {"review": "keep"})])
            print(i, flush=True)
            if i % 10 == 0:
                decisions.compact()
    """)
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        for line in writer.stdout:
            if int(line) >= 57:
                break
        writer.send_signal(signal.SIGKILL)
        answered = int((writer.stdout.read().splitlines() or ["57"])[-1])
    kept = decided(tmp_path)
    assert {f"r{i}" for i in range(answered + 1)} <= set(kept)
    assert len(kept) <= answered + 2
