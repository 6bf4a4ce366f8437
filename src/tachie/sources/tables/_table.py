"""A file in a folder that speaks of the pictures in it and below it, an entry each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tachie.sources.sidecars._said import Said


@dataclass(slots=True)
class Table(ABC):
    """`rows` are picture -> what stands there, as plain data; `broken` says which entries could not be read."""

    title: ClassVar[str]
    """Its name for people, under which its pictures are counted."""
    example: ClassVar[Mapping[str, bytes]]
    """Such files for picture.png: file name -> content; they say blonde_hair or hair_color."""

    rows: dict[str, Any] = field(default_factory=dict)
    broken: str = ""

    @staticmethod
    @abstractmethod
    def takes(name: str) -> int:
        """Return 0 for a file of another name, else how much it is preferred to other such files of its folder."""

    @classmethod
    @abstractmethod
    def parsed(cls, name: str, content: str) -> Table | None:
        """Return the table, or None where it is something else by that name; raises `ValueError` where it is broken."""

    @staticmethod
    @abstractmethod
    def read(row: Any) -> Said:
        """Return what an entry says; whatever it holds, nothing is raised."""

    def find(self, path: str) -> str | None:
        """Return the key of a picture's entry; `path` is the picture's from the table's folder, with /."""
        return path if path in self.rows else None

    def named(self, key: str) -> bool:
        """Return whether an entry should have a picture."""
        return True
