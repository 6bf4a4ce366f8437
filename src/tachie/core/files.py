"""Writing files so that a half-written one is never taken for a whole one, and names that every system accepts."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tachie.core.errors import disk_full_named

_UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*\x7f]+')
_RESERVED = {"con", "prn", "aux", "nul", *(f"{d}{i}" for d in ("com", "lpt") for i in range(1, 10))}


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a temporary file beside `path`; after the block it is synced and takes the name, or is removed on error.

    Raises `DiskFullError` naming `path` where no space is left.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with disk_full_named(path):
        try:
            with temporary.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def write_atomically(path: Path, content: bytes | str) -> None:
    """Write a whole file under a temporary name, then give it its own."""
    with replacing(path) as file:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)


def safe_name(text: str, longest: int = 80) -> str:
    """Return `text` as a file name that Linux, macOS and Windows accept; never empty, never a reserved device name."""
    plain = _UNSAFE.sub("_", text.encode("utf-8", "replace").decode("utf-8")).strip(" .")
    plain = plain[:longest].rstrip(" .") or "_"
    return f"_{plain}" if plain.split(".")[0].lower() in _RESERVED else plain


def printable(path: str) -> str:
    """Return a path as valid Unicode: bytes that are not UTF-8 are shown as \\xNN."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
