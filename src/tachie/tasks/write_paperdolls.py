"""Drawn standing pictures as files, with their truth beside them as JSON: the pictures of the demo."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from tachie.core.files import write_atomically
from tachie.paperdoll import draw_paperdoll
from tachie.sources.paperdoll import RIGHTS


def write_paperdolls(
    out: Path,
    seeds: range,
    attributes: Mapping[str, str] | None = None,
    *,
    svg: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> None:
    """Write paperdoll-SEED.png and .json (and .svg) for each seed; those that stand there already stay.

    The JSON holds attributes, tags, the head's box in pixels, seed, rating and rights, and is read as a sidecar.
    """
    for done, seed in enumerate(seeds):
        progress(done)
        path = out / f"paperdoll-{seed:06d}.png"
        wanted = [path, path.with_suffix(".json"), *([path.with_suffix(".svg")] if svg else [])]
        if all(p.exists() for p in wanted):
            continue
        doll = draw_paperdoll(seed, attributes)
        truth = {
            "attributes": doll.attributes,
            "tags": list(doll.tags),
            "head_xyxy": list(doll.head_xyxy),
            "seed": seed,
            "rating": "g",
            "rights": RIGHTS,
        }
        write_atomically(path.with_suffix(".json"), json.dumps(truth) + "\n")
        if svg:
            write_atomically(path.with_suffix(".svg"), doll.svg)
        write_atomically(path, doll.png())
    progress(len(seeds))
