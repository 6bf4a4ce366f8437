"""Stages in a row look at the same picture: what was found of the last one is kept for the next stage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def of_last_picture(function: Callable[..., T]) -> Callable[..., T]:
    """Keep a pure function's last answer: called again with the very same objects, it gives it without looking.

    Pixels are compared by identity, so they must not be changed in place, which no stage does. One picture is held.
    """
    last: tuple[tuple[Any, ...], T] | None = None

    def remembered(*pictures: Any) -> T:
        nonlocal last
        held = last  # another thread may put its own in place meanwhile
        if (
            held is not None
            and len(held[0]) == len(pictures)
            and all(a is b for a, b in zip(held[0], pictures, strict=True))
        ):
            return held[1]
        answer = function(*pictures)
        last = pictures, answer
        return answer

    remembered.__doc__ = function.__doc__
    return remembered
