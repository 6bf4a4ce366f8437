"""Serve an invented ErogameScape and Getchu on this machine, to try `tachie collect` on: python replica_shop.py"""

from __future__ import annotations

import contextlib
import sys
import threading

from tachie.replica.catalogue import Catalogue
from tachie.replica.erogamescape import ErogamescapeReplica
from tachie.replica.getchu import GetchuReplica


def main(pictures: int = 60) -> None:
    """Serve `pictures` standing pictures until Ctrl-C."""
    catalogue = Catalogue(pictures)
    with ErogamescapeReplica(catalogue) as lists, GetchuReplica(catalogue) as shop:
        print(f"tachie collect erogamescape --site {lists.url} --delay 0 --out games")
        print(f"tachie collect getchu --games games/games.csv --site {shop.url} --delay 0 --out standing", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(*map(int, sys.argv[1:]))
