"""Progress on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from tachie.collect import CrawlProgress
    from tachie.pipeline import BuildProgress
    from tachie.train.loop import TrainProgress


class Bars:
    """Progress on stderr: a bar with rate and time left in a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._name = ""
        self._training_since = 0.0

    def say(self, line: str) -> None:
        """Print a line above whatever bar there is."""
        self.close()
        click.echo(line, err=True)

    def show(self, name: str, done: float, total: float, unit: str, note: str = "") -> None:
        """Show how much of `total` is done; a new name, or less than before, begins a new bar."""
        from tqdm import tqdm

        if self._bar is None or self._name != name or done < self._bar.n:
            self.close()
            self._name = name
            quiet = not sys.stderr.isatty()
            self._bar = tqdm(
                desc=name,
                total=total,
                unit=f" {unit}",
                initial=done,
                file=sys.stderr,
                mininterval=10.0 if quiet else 0.2,
                dynamic_ncols=not quiet,
                ncols=100 if quiet else None,
                bar_format="{l_bar}{bar}| {n:.0f}/{total:.0f} [{elapsed}<{remaining}, {rate_fmt}{postfix}]",
            )
        self._bar.total = total
        if note:
            self._bar.set_postfix_str(note, refresh=False)
        self._bar.update(done - self._bar.n)

    def build(self, progress: BuildProgress) -> None:
        """Show how far a build is."""
        if progress.step == "look":
            self.show("building", progress.pictures_done, progress.pictures_total, "pictures")
        else:
            self.say({"list": "listing the inputs", "finish": "writing the dataset"}[progress.step])

    def crawl(self, progress: CrawlProgress) -> None:
        """Show how far a crawl is, and its news."""
        if progress.note:
            self.say(progress.note)
        elif progress.total:
            note = f"{progress.left} not had" if progress.left else ""
            self.show("collecting", progress.done, progress.total, "pictures", note)

    def train(self, progress: TrainProgress) -> None:
        """Show how far a training is, and its news."""
        now = time.monotonic()
        self._training_since = self._training_since or now
        done = now - self._training_since
        if progress.note:
            self.say("\n".join(f"    {line}" for line in progress.note.splitlines()))
        speed = f"{progress.kimg:.1f} kimg at {progress.images_per_s:.0f} images/s"
        self.show("training", done, done + progress.left_s, "s", speed)

    def close(self) -> None:
        """End the bar, if there is one."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


@contextmanager
def progress_bars() -> Iterator[Bars]:
    """Give bars that are closed at the end, however it comes."""
    bars = Bars()
    try:
        yield bars
    finally:
        bars.close()
