"""Drawn standing pictures as files, with their truth beside them as JSON: the pictures of the demo."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from tachie.core.files import write_atomically
from tachie.core.images import encode_png
from tachie.paperdoll import draw_paperdoll
from tachie.paperdoll.effects import effect as named_effect
from tachie.sources.paperdoll import RIGHTS


def write_paperdolls(
    out: Path,
    seeds: range,
    attributes: Mapping[str, str] | None = None,
    *,
    svg: bool = False,
    effect: str | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> None:
    """Write paperdoll-SEED.png and .json (and .svg) for each seed; those that stand there already stay.

    An effect (`paperdoll.effects.EFFECTS`) is laid over the PNG, not over the SVG; its tags join the truth. The JSON
    holds `Paperdoll.truth`, rating and rights, and is read as a sidecar.
    """
    over = named_effect(effect) if effect else None
    for done, seed in enumerate(seeds):
        progress(done)
        path = out / f"paperdoll-{seed:06d}.png"
        wanted = [path, path.with_suffix(".json"), *([path.with_suffix(".svg")] if svg else [])]
        if all(p.exists() for p in wanted):
            continue
        doll = draw_paperdoll(seed, attributes)
        truth = doll.truth() | {"rating": "g", "rights": RIGHTS}
        if over:
            truth["tags"] = [*doll.tags, *over.tags]
        write_atomically(path.with_suffix(".json"), json.dumps(truth) + "\n")
        if svg:
            write_atomically(path.with_suffix(".svg"), doll.svg)
        write_atomically(path, encode_png(over.draw(doll.rgb(), seed, doll.head_xyxy)) if over else doll.png())
    progress(len(seeds))
