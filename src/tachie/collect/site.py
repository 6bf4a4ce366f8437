"""What a site is: a query that knows what to ask and how to read the answers, and nothing of networks."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal

from tachie.collect.record import Answer, Ask, Page, Record
from tachie.collect.refusals import Refused, usual_refusal


@dataclass(frozen=True, slots=True)
class Rules:
    """How a site wants to be treated.

    `robots` says what robots.txt governs: everything ("all"), or everything but the listing, which is a documented API
    under its own terms ("not the API"). Delays are the least seconds between two requests to a host.
    """

    robots: Literal["all", "not the API"]
    terms: str
    """One or two sentences for the user, printed at the first run and in the documents."""
    page_delay_s: float = 1.0
    picture_delay_s: float = 0.5
    concurrency: int = 2
    """Requests under way at one host."""


class Site(ABC):
    """One query to one site. Subclasses are frozen dataclasses: their fields are the listing's identity."""

    rules: ClassVar[Rules]

    @property
    @abstractmethod
    def name(self) -> str:
        """The site's name, which becomes each item's `source`."""

    @abstractmethod
    def first(self) -> Sequence[str]:
        """Return the cursors that the listing begins with."""

    @abstractmethod
    def ask(self, cursor: str) -> Ask | Answer:
        """Return the request of a page; its answer where that is at hand and needs no network (a saved page)."""

    @abstractmethod
    def read(self, cursor: str, answer: Answer) -> Page:
        """Return what a page says; raises `Refused` where it is not the page that it should be."""

    def refusal(self, cursor: str, answer: Answer) -> Refused | None:
        """Return why an answer is no page to be read, in words for the user; None where `read` should have it."""
        return usual_refusal(self.name, answer)

    def picture(self, record: Record) -> Ask:
        """Return the request of a picture."""
        return Ask(record.url, record.headers)

    def secrets(self) -> Sequence[str]:
        """Return what must never be written anywhere (keys)."""
        return ()

    def identity(self) -> str:
        """Return what makes two listings the same: the site and its query, as one line of JSON."""
        stated: dict[str, Any] = {"site": self.name}
        for f in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            if f.metadata.get("identity", True):
                stated[f.name] = getattr(self, f.name)
        return json.dumps(stated, sort_keys=True, ensure_ascii=False, default=str)
