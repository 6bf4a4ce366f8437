"""Say whether a whole picture is safe, where its site and a network agree; doubt is left to people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from pydantic import Field

from tachie.core.errors import Drop
from tachie.core.item import Item
from tachie.core.recipe import Stage
from tachie.dataset.format import SAFETY, UNSAFE
from tachie.vision import safety


class Safety(Stage):
    """Label the picture `safety` safe, doubt or unsafe; nothing is left out unless `only_safe` says so.

    safe: the site's rating is allowed and the network sees nothing. unsafe: the site says q or e, and the network
    agrees. Everything else is doubt, what nobody rated too. Use it before `faces`: a face says nothing of its picture.
    """

    allow: tuple[Literal["g", "s", "q", "e"], ...] = ("g",)
    """The sites' ratings that count as safe."""
    doubt_above: float = Field(default=0.2, ge=0.0, le=1.0)
    """From here on, the network is in doubt: 0.2 is what its makers call safe below."""
    unsafe_above: float = Field(default=0.8, ge=0.0, le=1.0)
    """From here on, it calls a picture unsafe."""
    only_safe: bool = False
    """Drop as not_surely_safe what is not safe; it can be looked at and brought back in the review."""

    def prepare(self) -> None:
        """Check that the package is there."""
        safety.require()

    def __call__(self, item: Item) -> Iterable[Item]:
        """Return the item with its labels."""
        score = safety.unsafe(item.pixels())
        verdict = self.verdict(item.rating, score)
        if self.only_safe and verdict != "safe":
            rated = f"rated {item.rating}" if item.rating else "not rated"
            raise Drop("not_surely_safe", f"{rated}, the network says {score:.2f}")
        return (replace(item, labels={**item.labels, SAFETY: verdict, UNSAFE: f"{score:.2f}"}),)

    def verdict(self, rating: str | None, score: float) -> str:
        """Return safe, doubt or unsafe for a site's rating (g s q e or None) and the network's score."""
        if rating in self.allow and score < self.doubt_above:
            return "safe"
        return "unsafe" if rating in ("q", "e") and score >= self.unsafe_above else "doubt"
