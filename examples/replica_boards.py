"""Serve four invented image boards on this machine, to try `tachie collect` on: python replica_boards.py [PICTURES]"""

from __future__ import annotations

import contextlib
import sys
import threading

from tachie.replica import Stock
from tachie.replica.boards import DanbooruReplica, GelbooruReplica, MoebooruReplica, SafebooruReplica


def main(pictures: int = 60) -> None:
    """Serve `pictures` posts on each board until Ctrl-C."""
    shelf = Stock(pictures, width_px=256)
    with (
        DanbooruReplica(shelf) as danbooru,
        GelbooruReplica(shelf) as gelbooru,
        SafebooruReplica(shelf) as safebooru,
        MoebooruReplica(shelf) as moebooru,
    ):
        tags = '--tags "1girl solo standing" --delay 0'
        print(f"tachie collect danbooru --url {danbooru.url} {tags} --out danbooru")
        print(f"tachie collect gelbooru --url {gelbooru.url} {tags} --out gelbooru")
        print(f"tachie collect safebooru --url {safebooru.url} {tags} --out safebooru")
        print(f"tachie collect moebooru --url {moebooru.url} {tags} --rating s --out moebooru")
        both = f"--url danbooru={danbooru.url} --url safebooru={safebooru.url}"
        print(f"tachie collect boards danbooru safebooru {both} {tags} --out both", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(*map(int, sys.argv[1:]))
