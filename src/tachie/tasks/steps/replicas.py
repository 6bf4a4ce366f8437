"""Invented sites on this machine for a recipe to collect from, so that it can be tried and tested whole.

Steps that collect are pointed at servers of our own, by the options that everybody has (--site, --url, --delay):
nothing else about a recipe changes. Videos are drawn; who is on them, which a person has to say of real ones, is known
then, and is put in as a review's decisions before that is applied.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from tachie.core.errors import UsageError
from tachie.core.files import write_atomically
from tachie.paperdoll.cast import make_cast
from tachie.replica.boards import DanbooruReplica, SafebooruReplica
from tachie.replica.catalogue import FIRST_DAY, Catalogue
from tachie.replica.erogamescape import ErogamescapeReplica
from tachie.replica.getchu import GetchuReplica
from tachie.replica.server import Replica
from tachie.replica.show import Fans
from tachie.replica.standing import standing_posts, standing_stock
from tachie.tasks.steps.recipe import Step, Steps
from tachie.tasks.write_episodes import Show, write_episodes

_R = TypeVar("_R", bound=Replica)
_STATE, _EPISODES = "replica.json", "replica-episodes"
_LABEL = ("paperdoll", "label")
_LEAST_S = 12.0  # of an episode
_OURS = {"delay": 0, "contact": "http://127.0.0.1/"}  # a server of one's own is owed no pauses
_SHOP_PX = 300  # as wide as the shop's own pictures: half of the faces are under 128 px
_EARLIER = timedelta(days=40)  # so that a catalogue begins with games that are too old


@contextmanager
def served(recipe: Steps, out: Path, pictures: int | None, say: Callable[[str], None]) -> Iterator[Steps]:
    """Serve what the recipe collects from, and give the recipe that collects there; None serves nothing.

    The servers keep their ports from one run to the next, since an address with another port is another address.
    Raises `UsageError` where `out` was filled from other sites.
    """
    before = _before(out)
    if before is not None and before["pictures"] != pictures:
        raise UsageError(
            f"{out} was filled from replicas with {before['pictures']} pictures",
            f"Add --replica {before['pictures']}, or name another folder with --out.",
        )
    if pictures is None:
        yield recipe
        return
    if before is None and (out / "steps.json").exists():
        raise UsageError(f"{out} was filled from the real sites", "Name another folder with --out.")
    ports: dict[str, int] = before["ports"] if before else {}
    reach_loopback_directly()
    with ExitStack() as stack:
        sites = _Sites(recipe, out, pictures, ports, stack)
        pointed = replace(recipe, steps=tuple(step for old in recipe.steps for step in sites.pointed(old)))
        write_atomically(out / _STATE, json.dumps({"pictures": pictures, "ports": sites.ports}) + "\n")
        for name, url in sites.urls.items():
            say(f"    replica: [{name}] collects at {url}, on this machine")
        yield pointed


class _Sites:
    """The servers that a recipe's steps need, started when the first step asks for them."""

    def __init__(self, recipe: Steps, out: Path, pictures: int, ports: dict[str, int], stack: ExitStack) -> None:
        since = next((str(s.options["since"]) for s in recipe.steps if "since" in s.options), None)
        first = date.fromisoformat(since) - _EARLIER if since else FIRST_DAY
        self._catalogue = Catalogue(pictures, first_day=first)
        self._pictures, self._before, self._stack = pictures, ports, stack
        self._episodes = out / _EPISODES
        self.ports: dict[str, int] = {}
        self.urls: dict[str, str] = {}

    def pointed(self, step: Step) -> list[Step]:
        """Return the step that collects at a server here; others as they are."""
        if step.options.get("apply_review") and self._episodes.is_dir():
            return [Step(f"{step.name}-by-hand", _LABEL, (*step.on, str(self._episodes)), {"as_review": True}), step]
        if step.command[0] != "collect":
            return [step]
        if step.command[1] == "video":
            write_episodes(self._episodes, range(1, 3), Show(seconds=max(_LEAST_S, self._pictures / 4)))
            return [replace(step, on=(str(self._episodes),))]
        if step.command[1] == "danbooru":
            fans = Fans(make_cast(), self._pictures, str(step.options["tags"]))
            site = self._served(step.name, lambda port: DanbooruReplica(fans.stock, posts=fans.posts, port=port))
            return [_with(step, url=site, **_OURS)]
        if step.command[1] == "erogamescape":
            site = self._served(step.name, lambda port: ErogamescapeReplica(self._catalogue, port=port))
            return [_with(step, site=site, **_OURS)]
        if step.command[1] == "getchu":
            site = self._served(step.name, lambda port: GetchuReplica(self._catalogue, port=port, width_px=_SHOP_PX))
            return [_with(step, site=site, **_OURS)]
        if step.command[1] == "safebooru":
            shelf = standing_stock(self._pictures)
            site = self._served(step.name, lambda port: SafebooruReplica(shelf, posts=standing_posts, port=port))
            return [_with(step, url=site, **_OURS)]
        raise UsageError(f"there is no replica for tachie {' '.join(step.command)}", f"Add --without {step.name}.")

    def _served(self, name: str, make: Callable[[int], Replica]) -> str:
        site = self._stack.enter_context(at_port(make, self._before.get(name, 0)))
        self.ports[name], self.urls[name] = site.port, site.url
        return site.url


def at_port(make: Callable[[int], _R], port: int) -> _R:
    """Return a server on a port; where somebody else has it now, on any."""
    try:
        return make(port)
    except OSError:
        return make(0)


def reach_loopback_directly() -> None:
    """Keep a proxy of the environment out of the way to our own server."""
    for name in ("no_proxy", "NO_PROXY"):
        hosts = os.environ.get(name, "")
        if "127.0.0.1" not in hosts:
            os.environ[name] = f"{hosts},127.0.0.1".lstrip(",")


def _with(step: Step, **options: object) -> Step:
    return replace(step, options={**step.options, **options})


def _before(out: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads((out / _STATE).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found
