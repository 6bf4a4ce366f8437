"""Everything that tachie raises on purpose, as one tree.

TachieError                exit 1   something went wrong that the user can mend
├── UsageError             exit 2   the command, a recipe or an option is wrong
│   └── RecipeError        exit 2   a recipe file is wrong
├── InputError             exit 1   a named input cannot be used at all
│   ├── FormatError        exit 1   a dataset, run or weights folder is not what it says
│   └── PageError          exit 1   a web page lacks the element that it is read by
├── DiskFullError          exit 1   no space left; what was finished is intact
└── TrainingStopped        exit 1   training stopped itself: NaN, collapse

Drop                       not a failure: a stage leaves an item out, with a counted reason
└── Unreadable             an input that could not be read or fetched; the command ends with exit 3
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_SOME_UNREADABLE = 0, 1, 2, 3


class TachieError(Exception):
    """What was wrong (`message`) and what to do or type next (`hint`)."""

    exit_code = EXIT_FAILED

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class UsageError(TachieError):
    """The command, an option or an argument is wrong."""

    exit_code = EXIT_USAGE


class RecipeError(UsageError):
    """A recipe file has an unknown key, a wrong type or a missing file."""


class InputError(TachieError):
    """A named input cannot be used at all."""


class FormatError(InputError):
    """A dataset, run or weights folder is not what it says it is."""


class PageError(InputError):
    """A web page, fetched or saved, lacks an element: `element` is what was looked for, `where` the page."""

    def __init__(self, where: str, element: str, why: str = "") -> None:
        super().__init__(
            f"{where}: the page has no {element}{f' ({why})' if why else ''}",
            "The site's layout may have changed: look at the page, and report it with the page attached.",
        )
        self.where = where
        self.element = element


class DiskFullError(TachieError):
    """No space is left where a file was being written."""


class TrainingStopped(TachieError):
    """Training stopped itself and says why."""


class Drop(Exception):
    """Raised by a stage to leave an item out; `reason` is a short snake_case word that is counted."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


class Unreadable(Drop):
    """An input that could not be read or fetched at all, as opposed to one that a filter left out."""


@contextmanager
def disk_full_named(path: Path) -> Iterator[None]:
    """Turn "no space left" while writing `path` into a `DiskFullError` that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise DiskFullError(
            f"no space left on the disk while writing {path}",
            "Free some space and run the same command again: finished parts are kept.",
        ) from error
