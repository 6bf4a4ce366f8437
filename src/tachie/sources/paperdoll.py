"""Standing pictures that the program draws itself: paperdoll:COUNT or paperdoll:COUNT:SEED."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from tachie.core.item import Item, Ref
from tachie.core.recipe import Recipe
from tachie.paperdoll import draw_paperdoll
from tachie.sources import _base

_PLACE = re.compile(r"paperdoll:(\d+)(?::(\d+))?")
RIGHTS = "drawn by tachie; no rights reserved (CC0)"


class Paperdoll(_base.Source):
    """Drawn pictures with their true attributes as labels; nothing is read from disk."""

    example = "tachie build paperdoll:400 --out DATASET"

    @staticmethod
    def accepts(place: str) -> bool:
        """Return whether the place is written paperdoll:COUNT or paperdoll:COUNT:SEED."""
        return _PLACE.fullmatch(place) is not None

    @staticmethod
    def list(place: str, recipe: Recipe) -> Iterator[Ref]:
        """Yield one ref a picture, seeds SEED to SEED + COUNT - 1."""
        found = _PLACE.fullmatch(place)
        assert found, place
        count, first = int(found[1]), int(found[2] or 0)
        for seed in range(first, first + count):
            yield Ref("paperdoll", "", f"paperdoll-{seed:06d}.svg", str(seed))

    @staticmethod
    def items(ref: Ref, recipe: Recipe) -> Iterator[Item]:
        """Yield the drawing; its parent id is the sha256 of its SVG."""
        doll = draw_paperdoll(int(ref.member))
        parent_id = hashlib.sha256(doll.svg.encode()).hexdigest()
        yield Item(
            source="paperdoll",
            source_path=ref.name,
            rgb=doll.rgb(),
            parent_id=parent_id,
            row_id=parent_id,
            tags=doll.tags,
            rights=RIGHTS,
            rating="g",
            labels=dict(doll.attributes),
        )
