"""The experiments of the GochiUsa_Faces paper (Rignak, 2020), repeated on a show that the program draws itself.

Usage: python examples/gochiusa.py --out DIR [--episodes N] [--seconds S] [--drawings N] [--scale F]

Episodes are drawn and filmed, key frames and a P-frame a second collected, faces cut out and named by the truth; the
same cast drawn by other hands is the test set. Then the paper's three experiments: who is it, 64 px in 32 numbers,
drawing whom one asks for. DIR/index.html says what came of it beside the paper's figures. Every step is a command that
one could type in DIR; what an earlier run has finished is not done again. `docs/experiments.md` shows the outcome.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
from gochiusa_page import write_page

from tachie.cli.app import cli
from tachie.core.files import write_atomically

EPOCHS = {"hue-histogram": 150, "cnn": 16}  # of the networks that tell characters apart
FACE_MINUTES, DIGIT_MINUTES = 1.5, 0.5  # of computing, to press 64 px and 16 px through 32 numbers
TRAININGS, KIMG = 3, 4.0  # of a generator on each set; thousand pictures that each sees
JUDGE_EPOCHS = 5  # of the network that knows digits
SPLITS = {"random": "--random", "grouped": "--label character"}  # the grouped one stays for what comes after


class Steps:
    """Commands in the order in which they are run; DIR/steps/NAME.json holds each one's words, result and time."""

    def __init__(self, at_once: bool = True) -> None:
        self.at_once = at_once
        self.done: dict[str, dict[str, Any]] = {}

    def run(self, name: str, *commands: str, new: Sequence[str] = ()) -> dict[str, Any]:
        """Run commands of tachie, several at the same time, and return what a single one prints as JSON.

        `new` are folders that are made anew where an earlier run was stopped halfway.
        """
        file = Path("steps") / f"{name}.json"
        if not file.exists():
            for folder in new:
                shutil.rmtree(folder, ignore_errors=True)
            began, cpu_s = time.monotonic(), _cpu_s()
            for words in commands:
                print(f"$ tachie {words}", file=sys.stderr)
            result = (
                _side_by_side(commands)
                if self.at_once and len(commands) > 1
                else [_here(words) for words in commands][-1]
            )
            times = {"wall_s": round(time.monotonic() - began, 2), "cpu_s": round(_cpu_s() - cpu_s, 2)}
            write_atomically(file, json.dumps({"commands": commands, **times, "result": result}, indent=1) + "\n")
        self.done[name] = json.loads(file.read_text("utf-8"))
        if self.done[name]["commands"] != list(commands):
            raise SystemExit(f"{Path.cwd()} was made with other settings\n        Name another folder with --out.")
        print(f"  {name}: {self.done[name]['cpu_s']:.0f} s of CPU time", file=sys.stderr)
        return dict(self.done[name]["result"])


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _here(words: str) -> dict[str, Any]:
    """Run one command in this process: torch is imported once for all of them."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        cli.main(words.split(), prog_name="tachie", standalone_mode=False)
    lines = printed.getvalue().strip().splitlines()
    return dict(json.loads(lines[-1])) if lines and lines[-1].startswith("{") else {}


def _side_by_side(commands: Sequence[str]) -> dict[str, Any]:
    # A core each: threads of several programs that wait for each other on two cores take ten times as long.
    alone = {**os.environ, "OMP_NUM_THREADS": "1"}
    processes = [
        subprocess.Popen([sys.executable, "-m", "tachie", *words.split()], stdout=-3, env=alone) for words in commands
    ]
    if any([process.wait() for process in processes]):
        raise SystemExit("a command failed; the same line goes on where it was")
    return {}


def film(steps: Steps, asked: argparse.Namespace) -> None:
    """Draw the episodes, half of them in a second process, and collect their frames and faces."""
    half = asked.episodes // 2 if steps.at_once else 0
    drawn_as = f"--seconds {asked.seconds:g} --height {asked.height} --out episodes"
    halves = [(1, asked.episodes - half), (asked.episodes - half + 1, half)]
    steps.run(
        "episodes", *(f"paperdoll episode --number {n} --count {count} {drawn_as}" for n, count in halves if count)
    )
    steps.run("frames", "collect video episodes --out frames --json")
    steps.run("faces", "build frames --out faces --tagger none --near-duplicates -1 --workers 0 --json")
    steps.run("names", "paperdoll label faces episodes --json")


def draw(steps: Steps, count: int) -> None:
    """Draw the cast by other hands and cut out the faces: a test set that shares nothing with the episodes."""
    steps.run("drawings", f"paperdoll drawings --count {count} --out drawings")
    steps.run("drawn", "build drawings --out drawn --tagger none --near-duplicates -1 --workers 0 --json")


def tell_apart(steps: Steps, part: float, scale: float) -> None:
    """Train both networks on both splits, each judged on the part kept aside and on all drawings."""
    for split, how in SPLITS.items():
        steps.run(f"split-{split}", f"split faces --part {part:g} {how} --json")
        for model, epochs in EPOCHS.items():
            run = f"runs/{model}-{split}"
            asked = f"--task classify --model {model} --label character --against drawn"
            end = f"--setting epochs={max(1, round(epochs * scale))} --out {run} --json"
            steps.run(f"{model}-{split}", f"train faces {asked} {end}", new=[run])


def write_digits(folder: Path, count: int) -> None:
    """Write some of scikit-learn's 1,797 digits (8x8 px) as MNIST's files: classes of shape, not of colour."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    pictures = (digits.images[:count] * (255 / 16)).round().astype(np.uint8)
    classes = digits.target[:count].astype(np.uint8)
    head = struct.pack(">4I", 0x803, *pictures.shape)
    write_atomically(folder / "digits-images-idx3-ubyte", head + pictures.tobytes())
    write_atomically(folder / "digits-labels-idx1-ubyte", struct.pack(">2I", 0x801, len(classes)) + classes.tobytes())


def press(steps: Steps, scale: float) -> None:
    """Press faces, and digits beside them, through 32 numbers."""
    if not Path("digits").exists():
        write_digits(Path("digits"), max(100, round(1797 * min(1.0, scale))))
    steps.run("digits", "build digits --faces-as-they-are --tagger none --workers 0 --out numbers --json")
    steps.run("split-digits", "split numbers --part 0.1 --random --json")
    asked = {"faces": (64, FACE_MINUTES), "numbers": (16, DIGIT_MINUTES)}
    commands = [
        f"train {name} --task autoencode --resolution {side_px} --setting clock=cpu "
        f"--minutes {max(0.01, minutes * scale):g} --out runs/autoencode-{name} --json"
        for name, (side_px, minutes) in asked.items()
    ]
    steps.run("autoencode", *commands, new=[f"runs/autoencode-{name}" for name in asked])


def draw_on_demand(steps: Steps, scale: float) -> None:
    """Train generators of faces and of digits; a classifier says whether they draw what they are asked for."""
    judges = {
        "faces --label character": "judge=runs/cnn-grouped",
        "numbers --label class": f"judge_epochs={JUDGE_EPOCHS}",
    }
    times = f"--setting runs={max(1, min(TRAININGS, round(TRAININGS * scale)))} --setting kimg={KIMG * scale:g}"
    end = f"--resolution 32 --setting width=0.5 --setting each=8 {times} --json"
    runs = [f"runs/conditioning-{name.split()[0]}" for name in judges]
    commands = [
        f"train {name} --task conditioning --setting {judge} --out {run} {end}"
        for (name, judge), run in zip(judges.items(), runs, strict=True)
    ]
    steps.run("conditioning", *commands, new=runs)


def main() -> None:
    """Do what is not done yet and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--episodes", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=120.0, help="of each episode")
    parser.add_argument("--height", type=int, default=360, help="of its frames, in px")
    parser.add_argument("--drawings", type=int, default=270)
    parser.add_argument("--part", type=float, default=0.2, help="of the faces, kept aside to judge by")
    parser.add_argument("--scale", type=float, default=1.0, help="train so many times as long")
    parser.add_argument("--one-process", action="store_true", help="run nothing at the same time")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    os.chdir(asked.out)
    steps = Steps(not asked.one_process)
    film(steps, asked)
    draw(steps, asked.drawings)
    tell_apart(steps, asked.part, asked.scale)
    press(steps, asked.scale)
    draw_on_demand(steps, asked.scale)
    print(asked.out / write_page(steps.done))


if __name__ == "__main__":
    main()
